/**
 * Replacing matches in a text, as sed's `s` and awk's gsub do: an empty match right behind another match does not count.
 */
import type { Match, Regex } from './regex.ts';

/** Replaces the match number `first` and, with `all`, those after it. `make` gives what stands instead. */
export function substitute(regex: Regex, text: string, first: number, all: boolean, make: (match: Match) => string): { readonly text: string; readonly count: number } {
  let out = '';
  /** Up to where the text was copied, and where the last match that was not empty ended. */
  let at = 0;
  let ended = -1;
  let seen = 0;
  let count = 0;
  for (let from = 0; from <= text.length; ) {
    const m = regex.exec(text, from);
    if (!m) break;
    const empty = m.end === m.index;
    if (!(empty && m.index === ended)) {
      seen++;
      if (seen >= first) {
        out += text.slice(at, m.index) + make(m);
        at = m.end;
        count++;
        if (!all) break;
      }
    }
    if (empty) from = m.end + (text.codePointAt(m.end)! > 0xffff ? 2 : 1);
    else from = ended = m.end;
  }
  return { text: count ? out + text.slice(at) : text, count };
}
