/**
 * What vi shows: wrapped lines, numbers, selection, matches, the bottom line with message and ruler.
 */
import { charWidth, clip, textWidth } from './width.ts';
import { after, less, type Place, type State } from './vi-state.ts';

/** Cells of a text that begins a line, tabs as `tabstop` says. */
export function width(text: string, tab: number): number {
  let cells = 0;
  for (const c of text) cells += cellsOf(c, cells, tab);
  return cells;
}

function cellsOf(c: string, at: number, tab: number): number {
  const code = c.codePointAt(0)!;
  return c === '\t' ? tab - (at % tab) : code < 32 || code === 127 ? 2 : code >= 0xdc80 && code <= 0xdcff ? 4 : charWidth(code);
}

function glyph(c: string, at: number, tab: number, list: boolean): string {
  const code = c.codePointAt(0)!;
  if (c === '\t') return list ? `^I${' '.repeat(Math.max(0, tab - (at % tab) - 2))}` : ' '.repeat(tab - (at % tab));
  if (code < 32) return `^${String.fromCharCode(code + 64)}`;
  if (code === 127) return '^?';
  return code >= 0xdc80 && code <= 0xdcff ? `<${(code - 0xdc00).toString(16)}>` : c;
}

/** Rows that a line takes. */
export function height(e: State, row: number): number {
  const room = e.screen.columns - gutter(e);
  const cells = width(e.lines[row] ?? '', Number(e.options['tabstop']));
  return e.options['wrap'] ? Math.max(1, Math.ceil(cells / room)) : 1;
}

const gutter = (e: State): number => (e.options['number'] || e.options['relativenumber'] ? Math.max(4, String(e.lines.length).length + 1) : 0);

/** Scrolls so that the cursor's line is on the screen. */
export function scroll(e: State): void {
  const most = e.screen.rows - 1;
  e.top = Math.max(0, Math.min(e.top, e.lines.length - 1));
  if (e.row < e.top) {
    e.top = e.top - e.row > most ? Math.max(0, e.row - Math.floor(most / 2)) : e.row;
    return;
  }
  let rows = 0;
  for (let r = e.top; r <= e.row; r++) {
    rows += height(e, r);
    if (rows > most && r < e.row - most) break;
  }
  if (rows <= most) return;
  const far = e.row - e.top > 2 * most;
  rows = height(e, e.row);
  let top = e.row;
  while (top > 0 && rows + height(e, top - 1) <= (far ? Math.floor(most / 2) : most)) rows += height(e, --top);
  e.top = top;
}

/** The selection as places, the end exclusive. */
export function selection(e: State): { from: Place; to: Place } | undefined {
  if (e.mode !== 'visual' && e.mode !== 'lines') return undefined;
  const [a, b] = less(e.at, e.anchor) ? [e.at, e.anchor] : [e.anchor, e.at];
  if (e.mode === 'lines') return { from: { row: a.row, col: 0 }, to: { row: b.row, col: e.lines[b.row]!.length + 1 } };
  return { from: a, to: { row: b.row, col: after(e.lines[b.row]!, b.col) || 1 } };
}

/** Draws everything. `command` is the line being typed at the bottom, with its cursor at the end. */
export function draw(e: State, command?: { readonly text: string; readonly col: number }, pending = ''): void {
  const { screen } = e;
  const tab = Number(e.options['tabstop']);
  const side = gutter(e);
  const room = screen.columns - side;
  const most = screen.rows - 1;
  scroll(e);
  const chosen = selection(e);
  const out: string[] = [];
  let cursor: [number, number] = [0, 0];
  for (let row = e.top; row < e.lines.length && out.length < most; row++) {
    const line = e.lines[row]!;
    const label = e.options['relativenumber'] && row !== e.row ? Math.abs(row - e.row) : row + 1;
    const front = side ? `\x1b[33m${String(label).padStart(side - 1)} \x1b[m` : '';
    const marked: [number, number][] = [];
    if (e.options['hlsearch'] && e.pattern) {
      for (let from = 0; from <= line.length; ) {
        const m = e.pattern.exec(line, from);
        if (!m) break;
        if (m.end > m.index) marked.push([m.index, m.end]);
        from = Math.max(m.end, m.index + 1);
      }
    }
    const rows: string[] = [];
    let text = '';
    let used = 0;
    let cells = 0;
    let style = '';
    for (let col = 0; col <= line.length; col = col < line.length ? after(line, col) : col + 1) {
      const c = col < line.length ? String.fromCodePoint(line.codePointAt(col)!) : undefined;
      if (row === e.row && col === e.col) {
        const w = c === undefined ? 1 : cellsOf(c, cells, tab);
        const over = used + Math.min(w, room) > room;
        // On a tab vi puts the cursor at its end, unless text is being typed.
        const shift = c === '\t' && e.mode !== 'insert' && e.mode !== 'replace' && !e.options['list'] ? w - 1 : 0;
        cursor = [out.length + rows.length + (over ? 1 : 0), side + (over ? 0 : Math.min(used + shift, room - 1))];
      }
      const inside = chosen && !less({ row, col }, chosen.from) && less({ row, col }, chosen.to);
      if (c === undefined) {
        if (inside && line === '') text += '\x1b[7m \x1b[m';
        break;
      }
      const w = cellsOf(c, cells, tab);
      if (used + w > room && used > 0) {
        if (!e.options['wrap']) break;
        rows.push(text + (style ? '\x1b[m' : ''));
        text = style;
        used = 0;
      }
      const next = inside ? '\x1b[7m' : marked.some(([a, b]) => col >= a && col < b) ? '\x1b[30;43m' : '';
      if (next !== style) text += (style ? '\x1b[m' : '') + next;
      style = next;
      text += clip(glyph(c, cells, tab, e.options['list'] === true), room);
      used += Math.min(w, room);
      cells += w;
    }
    if (e.options['list']) text += `${style ? '\x1b[m' : ''}\x1b[34m$\x1b[m`;
    rows.push(text + (style ? '\x1b[m' : ''));
    if (out.length + rows.length > most && out.length > 0) {
      while (out.length < most) out.push('\x1b[34m@\x1b[m');
      break;
    }
    rows.forEach((r, i) => out.length < most && out.push((i ? ' '.repeat(side) : front) + r));
  }
  while (out.length < most) out.push('\x1b[34m~\x1b[m');
  if (command) {
    const text = command.text.length > screen.columns ? command.text.slice(-screen.columns + 1) : command.text;
    screen.draw([...out, text], [most, Math.min(screen.columns - 1, textWidth(command.text.slice(0, command.col)))]);
    return;
  }
  const mode = e.mode === 'insert' ? (e.options['paste'] ? '-- INSERT (paste) --' : '-- INSERT --') : e.mode === 'replace' ? '-- REPLACE --' : e.mode === 'visual' ? '-- VISUAL --' : e.mode === 'lines' ? '-- VISUAL LINE --' : '';
  const recording = e.recording ? `recording @${e.recording.name}` : '';
  const left = mode && e.options['showmode'] ? `\x1b[1m${mode}\x1b[m${recording}` : e.message ? (e.alarm ? `\x1b[97;41m${clip(e.message, screen.columns - 1)}\x1b[m` : clip(e.message, screen.columns - 1)) : recording;
  const plain = textWidth(left.replace(/\x1b\[[0-9;]*m/g, ''));
  let right = '';
  if (e.options['ruler'] && screen.columns > 40) {
    const byte = e.line === '' ? '0-1' : e.cellsTo(e.row, e.col) === e.col ? String(e.col + 1) : `${utf8(e.line.slice(0, e.col)) + 1}-${e.cellsTo(e.row, e.col) + 1}`;
    let shownRows = 0;
    for (let r = e.top; r < e.lines.length && shownRows <= most; r++) shownRows += height(e, r);
    const place = e.top === 0 ? (shownRows <= most ? 'All' : 'Top') : shownRows <= most ? 'Bot' : `${Math.floor((e.top * 100) / Math.max(1, e.lines.length - most))}%`;
    const at = Math.max(plain + 1, screen.columns - 18);
    if (at + 14 < screen.columns) right = ' '.repeat(at - plain - (pending ? Math.min(11, at - plain - 1) : 0)) + (pending ? clip(pending, 10).padEnd(Math.min(11, at - plain - 1)) : '') + `${e.row + 1},${byte}`.padEnd(14) + place;
  }
  screen.draw([...out, left + right], cursor);
}

const utf8 = (text: string): number => {
  let n = 0;
  for (const c of text) {
    const code = c.codePointAt(0)!;
    n += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return n;
};
