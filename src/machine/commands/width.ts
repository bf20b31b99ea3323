/**
 * Filling and cutting text by terminal cells: Korean takes two a syllable.
 */
import { cells, cellsOf } from '../width.ts';

export { cells as textWidth, cellsOf as charWidth } from '../width.ts';

/** `text` with blanks after it up to `width` cells; a negative width puts them before. */
export function pad(text: string, width: number): string {
  const blanks = ' '.repeat(Math.max(0, Math.abs(width) - cells(text)));
  return width < 0 ? blanks + text : text + blanks;
}

/** The longest beginning of `text` that fits into `width` cells. */
export function clip(text: string, width: number): string {
  let used = 0;
  let at = 0;
  for (const c of text) {
    used += cellsOf(c.codePointAt(0)!);
    if (used > width) break;
    at += c.length;
  }
  return text.slice(0, at);
}
