/**
 * Text and its UTF-8 bytes. A byte that is no valid UTF-8 travels as a lone surrogate U+DC80..U+DCFF (see process.ts).
 */

import { byteLength } from '../bytes.ts';

export { byteLength } from '../bytes.ts';

/** The bytes of `text`. */
export function toBytes(text: string): Uint8Array {
  const out = new Uint8Array(byteLength(text));
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.codePointAt(i)!;
    if (c < 0x80) out[at++] = c;
    else if (c >= 0xdc80 && c <= 0xdcff) out[at++] = c - 0xdc00;
    else if (c < 0x800) {
      out[at++] = 0xc0 | (c >> 6);
      out[at++] = 0x80 | (c & 63);
    } else if (c < 0x10000) {
      out[at++] = 0xe0 | (c >> 12);
      out[at++] = 0x80 | ((c >> 6) & 63);
      out[at++] = 0x80 | (c & 63);
    } else {
      out[at++] = 0xf0 | (c >> 18);
      out[at++] = 0x80 | ((c >> 12) & 63);
      out[at++] = 0x80 | ((c >> 6) & 63);
      out[at++] = 0x80 | (c & 63);
      i++;
    }
  }
  return out;
}

/** The text that `bytes` stand for. */
export function fromBytes(bytes: Uint8Array | readonly number[]): string {
  const parts: string[] = [];
  let out = '';
  for (let i = 0; i < bytes.length; ) {
    const b = bytes[i]!;
    const more = b < 0x80 ? 0 : b >= 0xc2 && b < 0xe0 ? 1 : b >= 0xe0 && b < 0xf0 ? 2 : b >= 0xf0 && b < 0xf5 ? 3 : -1;
    let c = more === 0 ? b : b & (0x3f >> more);
    let good = more >= 0;
    for (let k = 1; good && k <= more; k++) {
      const next = bytes[i + k];
      if (next === undefined || (next & 0xc0) !== 0x80) good = false;
      else c = (c << 6) | (next & 63);
    }
    if (good && ((more === 2 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) || (more === 3 && (c < 0x10000 || c > 0x10ffff)))) good = false;
    if (good) {
      out += String.fromCodePoint(c);
      i += more + 1;
    } else {
      out += String.fromCharCode(0xdc00 + b);
      i++;
    }
    if (out.length > 4096) {
      parts.push(out);
      out = '';
    }
  }
  return parts.join('') + out;
}
