/**
 * Texts that sed makes: the replacement of a match, and a line as `l` shows it.
 */
import type { Match } from './regex.ts';
import type { Piece } from './sed-parse.ts';

/** The text that `s` puts in for a match. */
export function build(by: readonly Piece[], m: Match): string {
  let out = '';
  let state = '';
  let once = '';
  for (const piece of by) {
    if (typeof piece === 'object' && 'letter' in piece) {
      if (piece.letter === 'E') state = '';
      else if (piece.letter === 'L' || piece.letter === 'U') state = piece.letter;
      else once = piece.letter;
      continue;
    }
    let text = typeof piece === 'string' ? piece : (m.groups[piece.group] ?? '');
    if (state) text = state === 'U' ? text.toUpperCase() : text.toLowerCase();
    if (once && text) {
      const first = String.fromCodePoint(text.codePointAt(0)!);
      text = (once === 'u' ? first.toUpperCase() : first.toLowerCase()) + text.slice(first.length);
      once = '';
    }
    out += text;
  }
  return out;
}

/** A line as `l` shows it. */
export function unambiguous(text: string, width: number): string {
  const named_: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\v': '\\v' };
  const parts = [...text].map((c) => named_[c] ?? (/[\x00-\x1f\x7f]/.test(c) ? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}` : c));
  let out = '';
  let used = 0;
  for (const part of parts) {
    if (width > 1 && used + part.length > width - 1) {
      out += '\\\n';
      used = 0;
    }
    out += part;
    used += part.length;
  }
  return `${out}$\n`;
}
