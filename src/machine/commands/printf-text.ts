/**
 * What printf(1) prints for a format and arguments; the file /usr/bin/printf and the shell's builtin share it.
 */
import { unescape } from './escapes.ts';
import { type Conversion, conversion, formatReal, formatText, formatWhole, pieces } from './format.ts';

/** A word as bash's `%q` quotes it, to be read again by the shell. */
export function shellQuote(word: string): string {
  if (word === '') return "''";
  if (/[\x00-\x1f\x7f]/.test(word)) {
    const named: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x1b': '\\E', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\v': '\\v' };
    return `$'${word.replace(/[\x00-\x1f\x7f'\\]/g, (c) => named[c] ?? (c === "'" || c === '\\' ? `\\${c}` : `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`))}'`;
  }
  return word.replace(/[^\w@%+=:,./\-\u0080-\uffff]/g, (c) => (c === '~' ? c : `\\${c}`)).replace(/^[~#]/, (c) => (c === '~' ? '\\~' : c));
}

function whole(text: string): { value: bigint; bad: boolean } {
  if (text === '') return { value: 0n, bad: false };
  if (/^["']/.test(text)) return { value: BigInt(text.codePointAt(1) ?? 0), bad: false };
  const m = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)?/.exec(text)!;
  const body = m[2];
  if (!body) return { value: 0n, bad: true };
  const magnitude = /^0\d/.test(body) ? BigInt(`0o${body.slice(1)}`) : BigInt(body);
  return { value: m[1] === '-' ? -magnitude : magnitude, bad: m[0].length < text.length };
}

function real(text: string): { value: number; bad: boolean } {
  if (text === '') return { value: 0, bad: false };
  if (/^["']/.test(text)) return { value: text.codePointAt(1) ?? 0, bad: false };
  const m = /^\s*[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|0[xX][0-9a-fA-F]+|inf(?:inity)?|nan)/i.exec(text);
  if (!m) return { value: 0, bad: true };
  const word = m[0].trim().toLowerCase();
  const value = word.includes('inf') ? (word[0] === '-' ? -Infinity : Infinity) : Number(word);
  return { value, bad: m[0].length < text.length };
}

/** The output, and complaints as (argument, trouble) that each make the status 1. */
export interface Printed {
  readonly text: string;
  readonly bad: readonly (readonly [argument: string, trouble: 'number' | 'conversion'])[];
}

/** Formats `args`, using `format` again while arguments are left. */
export function printf(format: string, args: readonly string[], quote: (word: string) => string = shellQuote): Printed {
  const parts = pieces(format).map((x) => (typeof x === 'string' ? unescape(x, 'nnn') : x));
  const bad: [string, 'number' | 'conversion'][] = [];
  let text = '';
  let at = 0;
  do {
    const before = at;
    for (const part of parts) {
      if ('stop' in part) {
        text += part.text;
        if (part.stop) return { text, bad };
        continue;
      }
      const number = <T>(read: (x: string) => { value: T; bad: boolean }): T => {
        const word = args[at++] ?? '';
        const { value, bad: wrong } = read(word);
        if (wrong) bad.push([word, 'number']);
        return value;
      };
      const c: Conversion = conversion(part, () => Number(number(whole)));
      switch (c.letter) {
        case 's': text += formatText(args[at++] ?? '', c); break;
        case 'c': text += formatText([...(args[at++] ?? '')][0] ?? '', c); break;
        case 'q': text += formatText(quote(args[at++] ?? ''), c); break;
        case 'b': {
          const b = unescape(args[at++] ?? '', '0nnn');
          text += formatText(b.text, c);
          if (b.stop) return { text, bad };
          break;
        }
        case 'd': case 'i': case 'u': case 'o': case 'x': case 'X': text += formatWhole(number(whole), c); break;
        case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': text += formatReal(number(real), c); break;
        default:
          bad.push([part.source, 'conversion']);
          return { text, bad };
      }
    }
    if (at === before) break;
  } while (at < args.length);
  return { text, bad };
}
