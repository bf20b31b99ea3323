/**
 * Base64 of Secrets and of binaryData into text as machines keep it (bytes that are no UTF-8 become lone surrogates).
 */
import { fromBytes } from '../../machine/bytes.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The text whose UTF-8 bytes `code` holds. */
export function decodeBase64(code: string): string {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of code) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
  }
  return fromBytes(bytes);
}
