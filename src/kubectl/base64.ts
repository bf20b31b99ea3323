/**
 * Standard base64 over text whose invalid bytes are lone surrogates (see machine/process.ts).
 * Stands for encoding/base64.
 */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The UTF-8 bytes of a text. */
export function bytes(text: string): number[] {
  const out: number[] = [];
  for (const c of text) {
    const code = c.codePointAt(0)!;
    if (code < 0x80) out.push(code);
    else if (code >= 0xdc80 && code <= 0xdcff) out.push(code - 0xdc00);
    else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return out;
}

/** Bytes as text; what is not UTF-8 becomes lone surrogates. */
export function text(list: readonly number[]): string {
  let out = '';
  for (let i = 0; i < list.length; ) {
    const first = list[i]!;
    const length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    let code = length === 1 ? first : first & (0x7f >> length);
    let good = length > 0 && i + length <= list.length;
    for (let k = 1; good && k < length; k++) {
      good = (list[i + k]! & 0xc0) === 0x80;
      code = (code << 6) | (list[i + k]! & 63);
    }
    if (good && ((length === 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) || (length === 4 && (code < 0x10000 || code > 0x10ffff)))) good = false;
    out += good ? String.fromCodePoint(code) : String.fromCharCode(0xdc00 + first);
    i += good ? length : 1;
  }
  return out;
}

/** Encodes a text. */
export function encode(value: string): string {
  const list = bytes(value);
  let out = '';
  for (let i = 0; i < list.length; i += 3) {
    const bits = (list[i]! << 16) | ((list[i + 1] ?? 0) << 8) | (list[i + 2] ?? 0);
    out += DIGITS[bits >> 18]! + DIGITS[(bits >> 12) & 63]! + (i + 1 < list.length ? DIGITS[(bits >> 6) & 63]! : '=') + (i + 2 < list.length ? DIGITS[bits & 63]! : '=');
  }
  return out;
}

/** Decodes; undefined when the text is not base64. Line breaks are skipped. */
export function decode(value: string): string | undefined {
  const clean = value.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(clean)) return undefined;
  const list: number[] = [];
  let bits = 0;
  let held = 0;
  for (const c of clean.replace(/=+$/, '')) {
    held = ((held << 6) | DIGITS.indexOf(c)) & 0xffffff;
    bits += 6;
    if (bits >= 8) list.push((held >> (bits -= 8)) & 0xff);
  }
  return text(list);
}
