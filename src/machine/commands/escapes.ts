/**
 * Backslash escapes of echo -e, printf, tr and their kind.
 */
import { fromBytes, toBytes } from './bytes.ts';

const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/**
 * Resolves escapes; `octal` says how octal codes are written: `0nnn` (echo, %b) or `nnn` (printf's format).
 * `stop` is true when `\c` ended the output. Codes of bytes that together are UTF-8 become characters.
 */
export function unescape(text: string, octal: '0nnn' | 'nnn'): { readonly text: string; readonly stop: boolean } {
  if (!text.includes('\\')) return { text, stop: false };
  let out = '';
  let bytes = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\' || i + 1 >= text.length) {
      out += text[i];
      continue;
    }
    const c = text[++i]!;
    const rest = text.slice(i);
    const number = octal === '0nnn' && /^0/.test(rest) ? /^0([0-7]{0,3})/.exec(rest) : octal === 'nnn' ? /^([0-7]{1,3})/.exec(rest) : null;
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest) ?? /^u([0-9a-fA-F]{1,4})/.exec(rest) ?? /^U([0-9a-fA-F]{1,8})/.exec(rest);
    if (c === 'c') return { text: bytes ? fromBytes(toBytes(out)) : out, stop: true };
    if (c in SIMPLE) out += SIMPLE[c];
    else if (c === '"' && octal === 'nnn') out += '"';
    else if (number) {
      const code = parseInt(number[1] || '0', 8) & 255;
      out += String.fromCharCode(code < 128 ? code : 0xdc00 + code);
      bytes ||= code > 127;
      i += number[0].length - 1;
    } else if (hex) {
      const code = parseInt(hex[1]!, 16);
      out += c === 'x' && code > 127 ? String.fromCharCode(0xdc00 + code) : code <= 0x10ffff ? String.fromCodePoint(code) : '';
      bytes ||= c === 'x' && code > 127;
      i += hex[0].length - 1;
    } else out += `\\${c}`;
  }
  return { text: bytes ? fromBytes(toBytes(out)) : out, stop: false };
}
