/**
 * Text objects of vi: words, quotes, brackets, paragraphs.
 */
import type { Motion } from './vi-motion.ts';
import { after, before, type Place, type State } from './vi-state.ts';

/** 0 for a blank, 1 for a letter of a word, 2 for other marks; `big` words are all but blanks. */
export const kindOf = (c: string | undefined, big: boolean): number => (c === undefined || /\s/.test(c) ? 0 : big || /[\p{L}\p{N}\p{M}_]/u.test(c) ? 1 : 2);
/** The character at a column. */
export const charAt = (line: string, col: number): string | undefined => (col < line.length ? String.fromCodePoint(line.codePointAt(col)!) : undefined);

/** What `iw`, `a"`, `i{`, `ip` and so on cover. */
export function object(e: State, around: boolean, what: string, count: number): Motion | undefined {
  const { line, row, col } = e;
  if (what === 'w' || what === 'W') {
    const big = what === 'W';
    let start = col;
    let end = col;
    for (let k = 0; k < count; k++) {
      const kind = kindOf(charAt(line, end), big);
      if (k === 0) while (start > 0 && kindOf(charAt(line, before(line, start)), big) === kind) start = before(line, start);
      while (end < line.length && kindOf(charAt(line, end), big) === kind) end = after(line, end);
      if (around) {
        const blank = end;
        if (kind) while (end < line.length && kindOf(charAt(line, end), big) === 0) end = after(line, end);
        else {
          const next = kindOf(charAt(line, end), big);
          while (end < line.length && kindOf(charAt(line, end), big) === next) end = after(line, end);
        }
        if (end === blank && kind) while (start > 0 && kindOf(charAt(line, before(line, start)), big) === 0) start = before(line, start);
      }
    }
    return { from: { row, col: start }, to: { row, col: end }, kind: 'exclusive' };
  }
  if (what === '"' || what === "'" || what === '`') {
    const at = [...line].length ? [...line.matchAll(new RegExp(what === '`' ? '`' : what, 'g'))].map((m) => m.index) : [];
    for (let i = 0; i + 1 < at.length; i += 2) {
      if (at[i + 1]! < col) continue;
      return { from: { row, col: at[i]! + (around ? 0 : 1) }, to: { row, col: at[i + 1]! + (around ? 1 : 0) }, kind: 'exclusive' };
    }
    return undefined;
  }
  const bracket = { '(': '()', ')': '()', b: '()', '[': '[]', ']': '[]', '{': '{}', '}': '{}', B: '{}', '<': '<>', '>': '<>' }[what];
  if (bracket) {
    let open: Place | undefined;
    for (let r = row, c = col, depth = 0; r >= 0 && !open; r--, c = (e.lines[r] ?? '').length - 1) {
      for (; c >= 0; c--) {
        const ch = e.lines[r]![c];
        if (ch === bracket[1] && !(r === row && c === col)) depth++;
        else if (ch === bracket[0]) {
          if (depth === 0) {
            open = { row: r, col: c };
            break;
          }
          depth--;
        }
      }
    }
    if (!open) return undefined;
    for (let r = open.row, c = open.col + 1, depth = 0; r < e.lines.length; r++, c = 0) {
      for (; c < e.lines[r]!.length; c++) {
        const ch = e.lines[r]![c];
        if (ch === bracket[0]) depth++;
        else if (ch === bracket[1] && depth-- === 0) return { from: { row: open.row, col: open.col + (around ? 0 : 1) }, to: { row: r, col: c + (around ? 1 : 0) }, kind: 'exclusive' };
      }
    }
    return undefined;
  }
  if (what === 'p') {
    const empty = e.line === '';
    let start = row;
    let end = row;
    while (start > 0 && (e.lines[start - 1] === '') === empty) start--;
    while (end + 1 < e.lines.length && (e.lines[end + 1] === '') === empty) end++;
    if (around) while (end + 1 < e.lines.length && (e.lines[end + 1] === '') !== empty) end++;
    return { from: { row: start, col: 0 }, to: { row: end, col: 0 }, kind: 'lines' };
  }
  return undefined;
}
