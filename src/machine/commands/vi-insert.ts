/**
 * Typing in vi: insert and replace mode, until Esc.
 */
import type { Running } from '../process.ts';
import { after, before, indentOf, type State } from './vi-state.ts';
import { vertical } from './vi-motion.ts';

/** Reads keys until Esc; `count` repeats what was typed. The place of typing is the cursor. */
export function* type(e: State, mode: 'insert' | 'replace', count = 1): Running<void> {
  e.mode = mode;
  e.go(e.at);
  let typed = '';
  let steady = true;
  /** What a replaced character was, so that Backspace brings it back. */
  const covered: (string | undefined)[] = [];
  /** Blanks that only autoindent put there: taken away when nothing follows. */
  let automatic = false;
  const put = (text: string): void => {
    automatic = false;
    if (mode === 'replace' && text !== '\n' && e.col < e.line.length) {
      const end = after(e.line, e.col);
      covered.push(e.line.slice(e.col, end));
      e.splice(e.row, 1, e.line.slice(0, e.col) + text + e.line.slice(end));
      e.go({ row: e.row, col: e.col + text.length });
    } else {
      covered.push(undefined);
      e.go(e.insert(e.at, text));
    }
    typed += text;
  };
  const newline = (): void => {
    const indent = e.options['autoindent'] && !e.options['paste'] ? indentOf(e.line).slice(0, e.col) : '';
    if (automatic && e.line.trim() === '') {
      e.splice(e.row, 1, '');
      e.go({ row: e.row, col: 0 });
    }
    typed += '\n';
    if (indent) e.splice(e.row, 1, e.line.slice(0, e.col), indent + e.line.slice(e.col).replace(/^[ \t]+/, ''));
    else e.splice(e.row, 1, e.line.slice(0, e.col), e.line.slice(e.col));
    e.go({ row: e.row + 1, col: indent.length });
    automatic = indent !== '';
  };
  const rub = (): void => {
    typed = [...typed].slice(0, -1).join('');
    if (mode === 'replace') {
      if (!covered.length) return e.go({ row: e.row, col: before(e.line, e.col) });
      const old = covered.pop();
      const start = before(e.line, e.col);
      e.splice(e.row, 1, e.line.slice(0, start) + (old ?? '') + e.line.slice(e.col));
      return e.go({ row: e.row, col: start });
    }
    if (e.col > 0) {
      const step = e.options['expandtab'] ? Number(e.options['softtabstop']) : 0;
      const lead = e.line.slice(0, e.col);
      const start = step > 0 && /^ +$/.test(lead) ? e.col - (e.col % step || step) : before(e.line, e.col);
      e.remove({ row: e.row, col: start }, e.at);
      e.go({ row: e.row, col: start });
    } else if (e.row > 0) {
      const { row } = e;
      const col = e.lines[row - 1]!.length;
      e.splice(row - 1, 2, e.lines[row - 1]! + e.lines[row]!);
      e.go({ row: row - 1, col });
    }
  };
  const eraseBack = (to: number): void => {
    e.remove({ row: e.row, col: to }, e.at);
    e.go({ row: e.row, col: to });
  };
  const shift = (by: number): void => {
    const indent = indentOf(e.line);
    const cells = e.screenWidth(indent);
    const size = Math.max(0, (Math.floor(cells / e.shift) + by) * e.shift);
    const next = e.blanks(by < 0 && cells % e.shift ? Math.floor(cells / e.shift) * e.shift : size);
    e.splice(e.row, 1, next + e.line.slice(indent.length));
    e.go({ row: e.row, col: Math.max(0, e.col + next.length - indent.length) });
  };
  for (;;) {
    const key = yield* e.nextKey();
    if (key === 'Esc' || key === '\x03' || key === 'Hangup') break;
    if (key.startsWith('Paste:')) {
      for (const [i, part] of key.slice(6).replace(/\r\n?/g, '\n').split('\n').entries()) {
        if (i) {
          e.go(e.insert(e.at, '\n'));
          typed += '\n';
        }
        if (part) put(part);
      }
      continue;
    }
    const moved = (to: { row: number; col: number }): void => {
      steady = false;
      typed = '';
      covered.length = 0;
      e.checkpoint();
      e.go(to, key === 'Up' || key === 'Down');
    };
    switch (key) {
      case '\r': newline(); break;
      case '\x7f': case '\b': rub(); break;
      case 'Delete':
        if (e.col < e.line.length) e.remove(e.at, { row: e.row, col: after(e.line, e.col) });
        else if (e.row + 1 < e.lines.length) e.splice(e.row, 2, e.line + e.lines[e.row + 1]!);
        break;
      case '\x17': eraseBack(/(?:[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+)?\s*$/u.exec(e.line.slice(0, e.col))!.index); break;
      case '\x15': eraseBack(0); break;
      case '\x14': shift(1); break;
      case '\x04': shift(-1); break;
      case '\x16': {
        const next = yield* e.nextKey();
        put(next === 'Esc' ? '\x1b' : next);
        break;
      }
      case '\t':
        if (e.options['expandtab'] && !e.options['paste']) {
          const step = Number(e.options['softtabstop']) || Number(e.options['tabstop']);
          put(' '.repeat(step - (e.cellsTo(e.row, e.col) % step)));
        } else put('\t');
        break;
      case 'Up': case 'Down': moved(vertical(e, key === 'Up' ? -1 : 1)); break;
      case 'Left': moved({ row: e.row, col: before(e.line, e.col) }); break;
      case 'Right': moved({ row: e.row, col: after(e.line, e.col) }); break;
      case 'Home': moved({ row: e.row, col: 0 }); break;
      case 'End': moved({ row: e.row, col: e.line.length }); break;
      case 'PageUp': moved({ row: e.row - (e.screen.rows - 3), col: 0 }); break;
      case 'PageDown': moved({ row: e.row + (e.screen.rows - 3), col: 0 }); break;
      default: if ([...key].length === 1 && key >= ' ') put(key);
    }
  }
  for (let k = 1; k < count && steady; k++) e.go(e.insert(e.at, typed));
  if (automatic && e.line.trim() === '') {
    e.splice(e.row, 1, '');
    e.col = 0;
  }
  e.mode = 'normal';
  e.go({ row: e.row, col: before(e.line, e.col) });
}
