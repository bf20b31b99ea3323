/**
 * Where text comes to stand on a terminal: rows and columns with wide characters, tabs, control characters and line ends.
 */
import { cellsOf } from '../width.ts';
import { INVISIBLE } from './prompt.ts';

/** A place on the screen relative to where the prompt began. */
export interface Spot {
  readonly row: number;
  readonly column: number;
}

/** Text as it is shown: control characters as `^X`, tabs as blanks up to the next stop. */
export function shown(text: string, from: Spot, columns: number): { text: string; end: Spot } {
  let { row, column } = from;
  let out = '';
  for (const char of text) {
    if (char === '\n') {
      out += '\x1b[K\r\n';
      row++;
      column = 0;
      continue;
    }
    const code = char.codePointAt(0)!;
    const visible = char === '\t' ? ' '.repeat(8 - (column % 8)) : code < 32 || code === 127 ? `^${String.fromCharCode(code ^ 64)}` : char;
    for (const piece of visible) {
      const width = cellsOf(piece.codePointAt(0)!);
      if (column + width > columns) {
        row++;
        column = 0;
      }
      column += width;
      out += piece;
    }
  }
  // The terminal puts off the wrap at its margin; a blank makes it happen.
  if (column === columns) {
    out += ' \r';
    row++;
    column = 0;
  }
  return { text: out, end: { row, column } };
}

/** A prompt without the marks around its invisible parts, and where it ends when it begins in column `from`. */
export function prompted(prompt: string, columns: number, from = 0): { text: string; end: Spot } {
  const [open, close] = INVISIBLE;
  const visible = prompt.replace(new RegExp(`${open}[^${close}]*${close}|\\x1b\\[[\\d;?]*[A-Za-z]|\\x1b\\][^\\x07]*\\x07`, 'g'), '');
  return { text: prompt.replace(/[\x01\x02]/g, '').replace(/\n/g, '\r\n'), end: shown(visible, { row: 0, column: from }, columns).end };
}

/** The keys that move a cursor from one place to another. */
export function moved(from: Spot, to: Spot): string {
  const rows = to.row - from.row;
  const vertical = rows < 0 ? `\x1b[${-rows}A` : rows > 0 ? `\x1b[${rows}B` : '';
  const columns = to.column - from.column;
  return vertical + (columns < 0 ? (columns > -4 ? '\b'.repeat(-columns) : `\x1b[${-columns}D`) : columns > 0 ? `\x1b[${columns}C` : '');
}
