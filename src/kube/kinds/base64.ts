/**
 * The base64 form in which Secrets keep their values.
 */
import { fromBytes, toBytes } from '../../machine/commands/bytes.ts';

/** The base64 of a text's UTF-8 bytes. */
export function base64(text: string): string {
  let raw = '';
  for (const byte of toBytes(text)) raw += String.fromCharCode(byte);
  return btoa(raw);
}

/** How many bytes a base64 text stands for. */
export const base64Length = (code: string): number => Math.floor((code.replace(/[=\s]+/g, '').length * 3) / 4);

/** The text whose UTF-8 bytes a base64 text holds. */
export const unbase64 = (code: string): string => fromBytes(Array.from(atob(code.replace(/\s+/g, '')), (c) => c.charCodeAt(0)));
