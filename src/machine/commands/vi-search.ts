/**
 * Searching in vi: patterns as Vim's `magic` has them, forward and back around the ends of the file.
 */
import { regex, RegexError } from './regex.ts';
import type { Place, State } from './vi-state.ts';

/** The place that a search leads to from `at`. */
export function search(e: State, at: Place, backward: boolean): Place | undefined {
  const { pattern } = e;
  if (!pattern) {
    e.say('E35: No previous regular expression', true);
    return undefined;
  }
  const n = e.lines.length;
  for (let k = 0; k <= n; k++) {
    const row = (((at.row + (backward ? -k : k)) % n) + n) % n;
    const line = e.lines[row]!;
    let found: number | undefined;
    for (let from = 0; from <= line.length; ) {
      const m = pattern.exec(line, from);
      if (!m) break;
      const fits = backward ? (k === 0 ? m.index < at.col : k === n ? m.index >= at.col : true) : k === 0 ? m.index > at.col : k === n ? m.index <= at.col : true;
      if (fits) {
        found = m.index;
        if (!backward) break;
      }
      from = m.index + 1;
    }
    if (found === undefined) continue;
    if (backward ? row > at.row || (row === at.row && found >= at.col) : row < at.row || (row === at.row && found <= at.col)) e.say(`search hit ${backward ? 'TOP, continuing at BOTTOM' : 'BOTTOM, continuing at TOP'}`, true);
    return { row, col: found };
  }
  e.say(`E486: Pattern not found: ${e.patternText}`, true);
  return undefined;
}

/** Sets the pattern of searches; false when it is no pattern. vi's `magic` is a basic regular expression. */
export function setPattern(e: State, text: string): boolean {
  try {
    const very = text.startsWith('\\v');
    const folded = /\\c/.test(text) || (e.options['ignorecase'] === true && !(e.options['smartcase'] && /[A-Z]/.test(text)));
    e.pattern = regex(text.replace(/^\\v/, '').replace(/\\[cC]/g, ''), { extended: very, escapes: 'sed', ignoreCase: folded });
    e.patternText = text;
    return true;
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    e.say(`E486: Pattern not found: ${text}`, true);
    return false;
  }
}
