/**
 * Motions and text objects of vi.
 */
import type { Running } from '../process.ts';
import { charAt, kindOf, object } from './vi-object.ts';
import { search, setPattern } from './vi-search.ts';
import { after, before, indentOf, less, type Place, type State } from './vi-state.ts';

/** Where a motion leads; text objects also say where they begin. */
export interface Motion {
  readonly to: Place;
  readonly from?: Place;
  readonly kind: 'exclusive' | 'inclusive' | 'lines';
}

const exclusive = (to: Place): Motion => ({ to, kind: 'exclusive' });
/** The beginning of the next word. */
function word(e: State, at: Place, big: boolean): Place {
  let { row, col } = at;
  let line = e.lines[row]!;
  const kind = kindOf(charAt(line, col), big);
  if (kind) while (col < line.length && kindOf(charAt(line, col), big) === kind) col = after(line, col);
  for (;;) {
    while (col < line.length && kindOf(charAt(line, col), big) === 0) col = after(line, col);
    if (col < line.length) return { row, col };
    if (row + 1 >= e.lines.length) return { row, col: line.length };
    line = e.lines[++row]!;
    col = 0;
    if (line === '') return { row, col };
  }
}

function wordBack(e: State, at: Place, big: boolean): Place {
  let { row, col } = at;
  let line = e.lines[row]!;
  for (;;) {
    while (col > 0 && kindOf(charAt(line, before(line, col)), big) === 0) col = before(line, col);
    if (col > 0) break;
    if (row === 0) return { row, col };
    line = e.lines[--row]!;
    col = line.length;
    if (line === '') return { row, col: 0 };
  }
  const kind = kindOf(charAt(line, before(line, col)), big);
  while (col > 0 && kindOf(charAt(line, before(line, col)), big) === kind) col = before(line, col);
  return { row, col };
}

function wordEnd(e: State, at: Place, big: boolean): Place {
  let { row, col } = at;
  let line = e.lines[row]!;
  col = after(line, col);
  for (;;) {
    while (col < line.length && kindOf(charAt(line, col), big) === 0) col = after(line, col);
    if (col < line.length) break;
    if (row + 1 >= e.lines.length) return { row, col: before(line, line.length) };
    line = e.lines[++row]!;
    col = 0;
  }
  const kind = kindOf(charAt(line, col), big);
  while (after(line, col) < line.length && kindOf(charAt(line, after(line, col)), big) === kind) col = after(line, col);
  return { row, col };
}

function paragraph(e: State, row: number, step: number): Place {
  let r = row;
  while (e.lines[r] === '' && r + step >= 0 && r + step < e.lines.length) r += step;
  while (r >= 0 && r < e.lines.length && e.lines[r] !== '') r += step;
  return r < 0 ? { row: 0, col: 0 } : r >= e.lines.length ? { row: e.lines.length - 1, col: e.lines.at(-1)!.length } : { row: r, col: 0 };
}

const PAIRS = '()[]{}';

/** The bracket that belongs to the one at or behind the cursor. */
function matching(e: State): Place | undefined {
  let { row, col } = e.at;
  while (col < e.line.length && !PAIRS.includes(e.line[col]!)) col++;
  if (col >= e.line.length) return undefined;
  const mine = e.line[col]!;
  const at = PAIRS.indexOf(mine);
  const step = at % 2 ? -1 : 1;
  const other = PAIRS[at + step]!;
  for (let depth = 0; ; col += step) {
    let line = e.lines[row]!;
    while (col < 0 || col >= line.length) {
      row += step;
      if (row < 0 || row >= e.lines.length) return undefined;
      line = e.lines[row]!;
      col = step > 0 ? 0 : line.length - 1;
    }
    const c = line[col];
    if (c === mine) depth++;
    else if (c === other && --depth === 0) return { row, col };
  }
}

function find(e: State, kind: string, c: string, count: number): Place | undefined {
  const { line, row } = e;
  let { col } = e;
  for (let k = 0; k < count; k++) {
    if (kind === 'f' || kind === 't') col = line.indexOf(c, after(line, col));
    else col = col === 0 ? -1 : line.lastIndexOf(c, col - 1);
    if (col < 0) return undefined;
  }
  return { row, col: kind === 't' ? before(line, col) : kind === 'T' ? after(line, col) : col };
}

/** Up or down by lines, keeping the column in cells. */
export function vertical(e: State, rows: number): Place {
  const row = Math.max(0, Math.min(e.lines.length - 1, e.row + rows));
  const line = e.lines[row]!;
  let col = 0;
  while (col < line.length && e.cellsTo(row, after(line, col)) <= e.wanted) col = after(line, col);
  return { row, col };
}

const firstText = (e: State, row: number): Place => ({ row, col: indentOf(e.lines[row] ?? '').length });

/** Reads the rest of a motion that begins with `key`; undefined when it is none, 'failed' when it leads nowhere. */
export function* motion(e: State, key: string, count: number | undefined, operator: string): Running<Motion | undefined | 'failed'> {
  const n = count ?? 1;
  const { row, col, line } = e;
  const rows = (to: number): Motion | 'failed' => (to < 0 || to >= e.lines.length ? 'failed' : { to: { row: to, col }, kind: 'lines' });
  const repeat = (f: (at: Place) => Place): Place => {
    let at = e.at;
    for (let k = 0; k < n; k++) at = f(at);
    return at;
  };
  const seek = (backward: boolean): Motion | 'failed' => {
    e.marks.set("'", e.at);
    let at: Place | undefined = e.at;
    for (let k = 0; k < n && at; k++) at = search(e, at, backward);
    return at ? exclusive(at) : 'failed';
  };
  switch (key) {
    case 'h': case 'Left': case '\x7f': case '\b': {
      let c = col;
      for (let k = 0; k < n; k++) c = before(line, c);
      return c === col ? 'failed' : exclusive({ row, col: c });
    }
    case 'l': case 'Right': case ' ': {
      let c = col;
      for (let k = 0; k < n; k++) c = after(line, c);
      return c >= line.length && !operator && after(line, col) >= line.length ? 'failed' : exclusive({ row, col: c });
    }
    case 'j': case 'Down': case '\x0e': return row + n >= e.lines.length && row === e.lines.length - 1 ? 'failed' : operator ? rows(Math.min(e.lines.length - 1, row + n)) : { to: vertical(e, n), kind: 'lines' };
    case 'k': case 'Up': case '\x10': return row === 0 ? 'failed' : operator ? rows(Math.max(0, row - n)) : { to: vertical(e, -n), kind: 'lines' };
    case '\r': case '+': return row + n >= e.lines.length ? 'failed' : { to: firstText(e, row + n), kind: 'lines' };
    case '-': return row - n < 0 ? 'failed' : { to: firstText(e, row - n), kind: 'lines' };
    case '_': return { to: firstText(e, Math.min(e.lines.length - 1, row + n - 1)), kind: 'lines' };
    case '0': case 'Home': return exclusive({ row, col: 0 });
    case '^': return exclusive(firstText(e, row));
    case '$': case 'End': {
      const r = Math.min(e.lines.length - 1, row + n - 1);
      return { to: { row: r, col: before(e.lines[r]!, e.lines[r]!.length) }, kind: 'inclusive' };
    }
    case '|': return exclusive({ row, col: Math.min(line.length, n - 1) });
    case 'w': case 'W': case 'WordRight': {
      // cw on a word is ce.
      if (operator === 'c' && kindOf(charAt(line, col), key === 'W')) {
        let at = e.at;
        const end = (big: boolean): Place => {
          let c = col;
          const kind = kindOf(charAt(line, c), big);
          while (after(line, c) < line.length && kindOf(charAt(line, after(line, c)), big) === kind) c = after(line, c);
          return { row, col: c };
        };
        at = end(key === 'W');
        for (let k = 1; k < n; k++) at = wordEnd(e, at, key === 'W');
        return { to: at, kind: 'inclusive' };
      }
      const to = repeat((at) => word(e, at, key === 'W'));
      // dw at the last word of a line does not join lines.
      if (operator && to.row > row && n === 1) return exclusive({ row, col: line.length });
      if (operator && to.row > row && to.col === 0) return exclusive({ row: to.row - 1, col: e.lines[to.row - 1]!.length });
      return exclusive(to);
    }
    case 'b': case 'B': case 'WordLeft': return exclusive(repeat((at) => wordBack(e, at, key === 'B')));
    case 'e': case 'E': return { to: repeat((at) => wordEnd(e, at, key === 'E')), kind: 'inclusive' };
    case '{': return exclusive(repeat((at) => paragraph(e, at.row, -1)));
    case '}': return exclusive(repeat((at) => paragraph(e, at.row, 1)));
    case '(': case ')': return exclusive(repeat((at) => paragraph(e, at.row, key === ')' ? 1 : -1)));
    case 'G':
      e.marks.set("'", e.at);
      return { to: firstText(e, count === undefined ? e.lines.length - 1 : Math.min(e.lines.length, n) - 1), kind: 'lines' };
    case 'H': return { to: firstText(e, Math.min(e.lines.length - 1, e.top + n - 1)), kind: 'lines' };
    case 'M': return { to: firstText(e, Math.min(e.lines.length - 1, e.top + Math.floor((e.screen.rows - 2) / 2))), kind: 'lines' };
    case 'L': return { to: firstText(e, Math.max(0, Math.min(e.lines.length - 1, e.top + e.screen.rows - 1 - n))), kind: 'lines' };
    case '%': {
      if (count !== undefined) return { to: firstText(e, Math.min(e.lines.length - 1, Math.floor((n * e.lines.length + 99) / 100) - 1)), kind: 'lines' };
      const to = matching(e);
      return to ? { to, kind: 'inclusive' } : 'failed';
    }
    case 'g': {
      const second = yield* e.nextKey();
      if (second === 'g') {
        e.marks.set("'", e.at);
        return { to: firstText(e, Math.min(e.lines.length, n) - 1), kind: 'lines' };
      }
      if (second === '_') return { to: { row, col: before(line, line.trimEnd().length) }, kind: 'inclusive' };
      if (second === 'e') return { to: repeat((at) => wordBackEnd(e, at)), kind: 'inclusive' };
      if (second === 'j' || second === 'k') return { to: vertical(e, second === 'j' ? n : -n), kind: 'lines' };
      e.screen.feed([second]);
      return undefined;
    }
    case 'f': case 'F': case 't': case 'T': {
      const c = yield* e.nextKey();
      e.lastFind = { kind: key, c };
      const to = find(e, key, c, n);
      return to ? { to, kind: key === 'f' || key === 't' ? 'inclusive' : 'exclusive' } : 'failed';
    }
    case ';': case ',': {
      if (!e.lastFind) return 'failed';
      const { kind, c } = e.lastFind;
      const used = key === ';' ? kind : kind === kind.toLowerCase() ? kind.toUpperCase() : kind.toLowerCase();
      const to = find(e, used, c, n);
      return to ? { to, kind: used === 'f' || used === 't' ? 'inclusive' : 'exclusive' } : 'failed';
    }
    case 'n': return seek(e.backward);
    case 'N': return seek(!e.backward);
    case '*': case '#': {
      const m = [...line.matchAll(/[\p{L}\p{N}_]+/gu)].find((x) => x.index + x[0].length > col);
      if (!m || !setPattern(e, `\\<${m[0]}\\>`)) return 'failed';
      e.backward = key === '#';
      e.col = m.index;
      return seek(e.backward);
    }
    case "'": case '`': {
      const name = yield* e.nextKey();
      const mark = e.marks.get(name === '`' ? "'" : name);
      if (!mark) {
        e.say('E20: Mark not set', true);
        return 'failed';
      }
      const to = { ...mark, row: Math.min(mark.row, e.lines.length - 1) };
      e.marks.set("'", e.at);
      return key === "'" ? { to: firstText(e, to.row), kind: 'lines' } : exclusive(to);
    }
    case 'i': case 'a': {
      if (!operator) return undefined;
      const found = object(e, key === 'a', yield* e.nextKey(), n);
      return found ?? 'failed';
    }
    default: return undefined;
  }
}

function wordBackEnd(e: State, at: Place): Place {
  const start = wordBack(e, at, false);
  const end = wordEnd(e, start, false);
  return less(end, at) ? end : wordEnd(e, wordBack(e, start, false), false);
}
