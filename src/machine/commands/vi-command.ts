/**
 * Normal and visual mode of vi: counts, registers, operators with motions, and the commands of one key.
 */
import type { Running } from '../process.ts';
import { ask, ex } from './vi-ex.ts';
import { type } from './vi-insert.ts';
import { motion, type Motion } from './vi-motion.ts';
import { search, setPattern } from './vi-search.ts';
import { after, before, indentOf, less, type Place, type State } from './vi-state.ts';
import { height, selection } from './vi-view.ts';

/** Shifts lines right (1) or left (-1). */
export function shiftLines(e: State, from: number, to: number, by: number): void {
  for (let row = from; row <= to; row++) {
    const line = e.lines[row]!;
    if (!line) continue;
    const indent = indentOf(line);
    e.splice(row, 1, e.blanks(Math.max(0, e.screenWidth(indent) + by * e.shift)) + line.slice(indent.length));
  }
}

const plural = (n: number, what: string): string => `${n} ${what}`;

/** Carries an operator out over a motion or selection. */
function* operate(e: State, op: string, m: Motion, register: string | undefined): Running<void> {
  let [from, to] = m.from ? [m.from, m.to] : less(m.to, e.at) ? [m.to, e.at] : [e.at, m.to];
  if (m.kind === 'inclusive') to = { row: to.row, col: after(e.lines[to.row]!, to.col) };
  const rows = to.row - from.row + 1;
  if (m.kind === 'lines') {
    const lines = e.lines.slice(from.row, to.row + 1);
    const text = lines.join('\n');
    switch (op) {
      case 'y':
        e.keep(register, { text, lines: true }, true);
        if (less(from, e.at)) e.go({ row: from.row, col: m.from ? 0 : e.col });
        if (rows > 2) e.say(plural(rows, 'lines yanked'));
        return;
      case 'd':
        e.checkpoint();
        e.keep(register, { text, lines: true }, false);
        e.splice(from.row, rows);
        e.go({ row: from.row, col: 0 });
        e.go({ row: e.row, col: indentOf(e.line).length });
        if (rows > 2) e.say(plural(rows, 'fewer lines'));
        return;
      case 'c': {
        e.checkpoint();
        e.keep(register, { text, lines: true }, false);
        const indent = e.options['autoindent'] ? indentOf(lines[0]!) : '';
        e.splice(from.row, rows, indent);
        e.mode = 'insert';
        e.go({ row: from.row, col: indent.length });
        return yield* type(e, 'insert');
      }
      default:
    }
  }
  if (op === '>' || op === '<') {
    e.checkpoint();
    shiftLines(e, from.row, to.row, op === '>' ? 1 : -1);
    e.go({ row: from.row, col: 0 });
    e.go({ row: from.row, col: indentOf(e.line).length });
    if (rows > 2) e.say(`${rows} lines ${op}ed 1 time`);
    return;
  }
  if (op === '=') return e.say('E319: Sorry, = is not supported here yet', true);
  if (m.kind === 'lines') [from, to] = [{ row: from.row, col: 0 }, { row: to.row, col: e.lines[to.row]!.length }];
  const text = e.slice(from, to);
  if (op === 'y') {
    e.keep(register, { text, lines: false }, true);
    return e.go(from);
  }
  e.checkpoint();
  if (op === 'd' || op === 'c') {
    e.keep(register, { text, lines: false }, false);
    e.remove(from, to);
    if (op === 'c') {
      e.mode = 'insert';
      e.go(from);
      return yield* type(e, 'insert');
    }
    return e.go(from);
  }
  const changed = op === 'gu' ? text.toLowerCase() : op === 'gU' ? text.toUpperCase() : swap(text);
  e.remove(from, to);
  e.insert(from, changed);
  e.go(from);
}

const swap = (text: string): string => [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join('');

function put(e: State, name: string | undefined, behind: boolean, count: number): void {
  const r = e.registers.get((name ?? '"').toLowerCase());
  if (!r) return e.say(name === undefined || name === '"' ? 'E353: Nothing in register "' : `E353: Nothing in register ${name}`, true);
  e.checkpoint();
  if (r.lines) {
    const lines = r.text.split('\n');
    const all = Array.from({ length: count }, () => lines).flat();
    const row = e.row + (behind ? 1 : 0);
    e.splice(row, 0, ...all);
    e.go({ row, col: 0 });
    e.go({ row, col: indentOf(e.line).length });
    if (all.length > 2) e.say(plural(all.length, 'more lines'));
    return;
  }
  const at = { row: e.row, col: behind && e.line ? after(e.line, e.col) : e.col };
  const end = e.insert(at, r.text.repeat(count));
  e.go(r.text.includes('\n') ? at : { row: end.row, col: before(e.lines[end.row]!, end.col) });
}

function join(e: State, from: number, count: number, blank: boolean): void {
  for (let k = 1; k < count && from + 1 < e.lines.length; k++) {
    const a = e.lines[from]!;
    const b = blank ? e.lines[from + 1]!.trimStart() : e.lines[from + 1]!;
    const glue = !blank || b === '' || a === '' || /\s$/.test(a) || b.startsWith(')') ? '' : ' ';
    e.splice(from, 2, a + glue + b);
    e.go({ row: from, col: glue ? a.length : Math.max(0, a.length - (b ? 0 : 1)) });
  }
}

/** Adds to the number at or behind the cursor: ^A and ^X. */
function add(e: State, by: number): void {
  for (const m of e.line.matchAll(/-?\d+/g)) {
    if (m.index + m[0].length <= e.col) continue;
    const text = String(Number(m[0]) + by);
    e.checkpoint();
    e.splice(e.row, 1, e.line.slice(0, m.index) + text + e.line.slice(m.index + m[0].length));
    return e.go({ row: e.row, col: m.index + text.length - 1 });
  }
}

function page(e: State, rows: number): void {
  e.top = Math.max(0, Math.min(e.lines.length - 1, e.top + rows));
  const most = e.screen.rows - 1;
  const row = Math.max(e.top, Math.min(e.row, e.top + most - 1, e.lines.length - 1));
  e.go({ row, col: indentOf(e.lines[row]!).length });
}

/** The commands that change text, so that `.` repeats them. */
const CHANGES = new Set([...'xXDCYsSpPoOaAiIrRJ~dc><', '\x01', '\x18', 'Delete', 'Insert']);

/** One command of normal or visual mode. */
export function* command(e: State): Running<void> {
  let register: string | undefined;
  let digits = '';
  let key = yield* e.nextKey();
  for (;;) {
    if (key === '"') {
      register = yield* e.nextKey();
      key = yield* e.nextKey();
    } else if (/^[1-9]$/.test(key) || (key === '0' && digits)) {
      digits += key;
      key = yield* e.nextKey();
    } else break;
  }
  const count = digits ? Number(digits) : undefined;
  const n = Math.min(count ?? 1, 10_000);
  if (e.mode !== 'normal') return yield* visual(e, key, count, register);
  const note = CHANGES.has(key);
  const typed = e.typed;
  const lines = e.lines;
  yield* normal(e, key, count, n, register);
  if ((note || e.lines !== lines) && !'.u:@q\x12&'.includes(key) && typed === e.typed) e.lastChange = [...typed];
}

function* insertAt(e: State, at: Place, n: number): Running<void> {
  e.checkpoint();
  e.mode = 'insert';
  e.go(at);
  yield* type(e, 'insert', n);
}

function* normal(e: State, key: string, count: number | undefined, n: number, register: string | undefined): Running<void> {
  const { row, col, line } = e;
  const most = e.screen.rows - 1;
  switch (key) {
    case 'Esc': case '\x03': case 'Hangup':
      if (key === '\x03') e.say('Type  :qa  and press <Enter> to exit Vim');
      if (key === 'Hangup') e.quit = 1;
      return;
    case 'i': case 'Insert': return yield* insertAt(e, e.at, n);
    case 'a': return yield* insertAt(e, { row, col: line ? after(line, col) : 0 }, n);
    case 'I': return yield* insertAt(e, { row, col: indentOf(line).length }, n);
    case 'A': return yield* insertAt(e, { row, col: line.length }, n);
    case 'o': case 'O': {
      e.checkpoint();
      const at = key === 'o' ? row + 1 : row;
      const indent = e.options['autoindent'] && !e.options['paste'] ? indentOf(line) : '';
      e.splice(at, 0, indent);
      e.mode = 'insert';
      e.go({ row: at, col: indent.length });
      yield* type(e, 'insert', n);
      if (e.line.trim() === '' && indent && e.line === indent) e.splice(e.row, 1, '');
      return;
    }
    case 'R': e.checkpoint(); return yield* type(e, 'replace', n);
    case 'r': {
      const c = yield* e.nextKey();
      if (c === 'Esc' || ([...c].length > 1)) return;
      let end = col;
      for (let k = 0; k < n; k++) {
        if (end >= line.length) return;
        end = after(line, end);
      }
      e.checkpoint();
      if (c === '\r') {
        e.splice(row, 1, line.slice(0, col), line.slice(end));
        return e.go({ row: row + 1, col: 0 });
      }
      e.splice(row, 1, line.slice(0, col) + c.repeat(n) + line.slice(end));
      return e.go({ row, col: col + c.length * (n - 1) });
    }
    case 'x': case 'Delete': case 's': case 'X': {
      let [from, end] = [col, col];
      for (let k = 0; k < n; k++) {
        if (key === 'X') from = before(line, from);
        else if (end < line.length) end = after(line, end);
      }
      if (from !== end) yield* operate(e, key === 's' ? 'c' : 'd', { from: { row, col: from }, to: { row, col: end }, kind: 'exclusive' }, register);
      else if (key === 's') yield* insertAt(e, e.at, 1);
      return;
    }
    case 'D': case 'C': {
      const last = Math.min(e.lines.length - 1, row + n - 1);
      return yield* operate(e, key.toLowerCase(), { from: e.at, to: { row: last, col: e.lines[last]!.length }, kind: 'exclusive' }, register);
    }
    case 'S': return yield* operate(e, 'c', { from: { row, col: 0 }, to: { row: Math.min(e.lines.length - 1, row + n - 1), col: 0 }, kind: 'lines' }, register);
    case 'Y': return yield* operate(e, 'y', { to: { row: Math.min(e.lines.length - 1, row + n - 1), col }, kind: 'lines' }, register);
    case 'p': return put(e, register, true, n);
    case 'P': return put(e, register, false, n);
    case 'J': e.checkpoint(); return join(e, row, Math.max(2, n), true);
    case '~': {
      let end = col;
      for (let k = 0; k < n && end < line.length; k++) end = after(line, end);
      e.checkpoint();
      e.splice(row, 1, line.slice(0, col) + swap(line.slice(col, end)) + line.slice(end));
      return e.go({ row, col: end });
    }
    case 'u': for (let k = 0; k < n; k++) e.undo(); return;
    case '\x12': for (let k = 0; k < n; k++) e.redo(); return;
    case '.': e.typed = []; e.screen.feed(count === undefined ? e.lastChange : [...[...String(count)], ...e.lastChange.filter((_, i, all) => !all.slice(0, i + 1).every((c) => /^\d$/.test(c)))]); return;
    case 'v': case 'V':
      e.mode = key === 'v' ? 'visual' : 'lines';
      e.anchor = e.at;
      return;
    case '\x16': return e.say('E1: blockwise visual mode is not supported here yet', true);
    case ':': {
      const text = yield* ask(e, ':', e.history, count === undefined ? '' : n === 1 ? '.' : `.,.+${n - 1}`);
      if (text !== undefined) yield* ex(e, text);
      return;
    }
    case '/': case '?': return yield* newSearch(e, key, n, undefined, register);
    case 'm': e.marks.set(yield* e.nextKey(), e.at); return;
    case 'q':
      if (e.recording) {
        e.macros.set(e.recording.name, e.recording.keys.slice(0, -1));
        e.recording = undefined;
      } else e.recording = { name: yield* e.nextKey(), keys: [] };
      return;
    case '@': {
      const name = yield* e.nextKey();
      const keys = e.macros.get(name === '@' ? (e.lastMacro ?? '') : name);
      if (!keys) return e.say('E748: No previously used register', true);
      e.lastMacro = name === '@' ? e.lastMacro : name;
      for (let k = 0; k < Math.min(n, 500); k++) e.screen.feed(keys);
      return;
    }
    case 'Z': {
      const second = yield* e.nextKey();
      if (second === 'Z') yield* ex(e, 'x');
      else if (second === 'Q') yield* ex(e, 'q!');
      return;
    }
    case '\x06': case 'PageDown': return page(e, n * (most - 2));
    case '\x02': case 'PageUp': return page(e, -n * (most - 2));
    case '\x04': case '\x15': {
      const half = count ?? Math.max(1, Math.floor(most / 2));
      const by = key === '\x04' ? half : -half;
      const to = Math.max(0, Math.min(e.lines.length - 1, row + by));
      e.top = Math.max(0, Math.min(e.top + by, e.lines.length - 1));
      return e.go({ row: to, col: indentOf(e.lines[to]!).length });
    }
    case '\x05': case '\x19': return page(e, key === '\x05' ? n : -n);
    case 'z': {
      const how = yield* e.nextKey();
      const room = how === 't' || how === '\r' ? 0 : how === 'b' ? most : Math.floor((most + 1) / 2);
      let used = 0;
      e.top = row;
      while (e.top > 0 && used + height(e, e.top) < room) used += height(e, e.top--);
      return;
    }
    case '\x0c': return e.screen.redraw();
    case '\x07': return e.say(`"${e.name ?? '[No Name]'}"${e.changed ? ' [Modified]' : ''} line ${row + 1} of ${e.lines.length} --${Math.floor(((row + 1) / e.lines.length) * 100)}%-- col ${col + 1}`);
    case '\x01': return add(e, n);
    case '\x18': return add(e, -n);
    case '\x1a': return yield* e.screen.suspend();
    case '&': return yield* ex(e, 's');
    case 'd': case 'c': case 'y': case '>': case '<': case '=': return yield* operator(e, key, count, register);
    case 'g': {
      const second = yield* e.nextKey();
      if (second === 'u' || second === 'U' || second === '~') return yield* operator(e, `g${second}`, count, register);
      if (second === 'J') {
        e.checkpoint();
        return join(e, row, Math.max(2, n), false);
      }
      if (second === 'v') {
        if (!e.lastVisual) return;
        e.mode = e.lastVisual.mode;
        e.anchor = e.lastVisual.anchor;
        return e.go(e.lastVisual.at);
      }
      e.screen.feed([second]);
      const m = yield* motion(e, 'g', count, '');
      if (m && m !== 'failed') e.go(m.to);
      return;
    }
    default: {
      const m = yield* motion(e, key, count, '');
      if (m === undefined || m === 'failed') return;
      e.go(m.to, key === 'j' || key === 'k' || key === 'Up' || key === 'Down');
      if (key === '$' || key === 'End') e.wanted = Infinity;
    }
  }
}

/** `/` and `?`: in commands also as a motion of an operator. */
function* newSearch(e: State, key: string, n: number, op: string | undefined, register: string | undefined): Running<void> {
  const text = yield* ask(e, key, e.searches);
  if (text === undefined) return;
  if (text !== '' && !setPattern(e, text)) return;
  e.backward = key === '?';
  e.marks.set("'", e.at);
  let at: Place | undefined = e.at;
  for (let k = 0; k < n && at; k++) at = search(e, at, e.backward);
  if (!at) return;
  if (op) yield* operate(e, op, { to: at, kind: 'exclusive' }, register);
  else e.go(at);
}

function* operator(e: State, op: string, count: number | undefined, register: string | undefined): Running<void> {
  let digits = '';
  let key = yield* e.nextKey();
  while (/^[1-9]$/.test(key) || (key === '0' && digits)) {
    digits += key;
    key = yield* e.nextKey();
  }
  const total = count === undefined && !digits ? undefined : (count ?? 1) * Number(digits || 1);
  const n = total ?? 1;
  if (key === op || key === op[1]) {
    if (e.row + n > e.lines.length && op !== '>' && op !== '<' && n > e.lines.length - e.row && n > 1 && e.row === e.lines.length - 1) return;
    return yield* operate(e, op, { to: { row: Math.min(e.lines.length - 1, e.row + n - 1), col: e.col }, kind: 'lines' }, register);
  }
  if (key === 'Esc') return;
  if (key === '/' || key === '?') return yield* newSearch(e, key, n, op, register);
  const m = yield* motion(e, key, total, op);
  if (m === undefined || m === 'failed') return;
  yield* operate(e, op, m, register);
}

function* visual(e: State, key: string, count: number | undefined, register: string | undefined): Running<void> {
  const n = count ?? 1;
  const leave = (): void => {
    e.lastVisual = { anchor: e.anchor, at: e.at, mode: e.mode };
    const chosen = selection(e)!;
    e.marks.set('<', chosen.from);
    e.marks.set('>', { row: chosen.to.row, col: Math.max(0, chosen.to.col - 1) });
    e.mode = 'normal';
    e.go(e.at);
  };
  const act = function* (op: string, lines = e.mode === 'lines'): Running<void> {
    const { from, to } = selection(e)!;
    leave();
    yield* operate(e, op, { from, to: lines ? { row: to.row, col: 0 } : to, kind: lines ? 'lines' : 'exclusive' }, register);
    if (op === 'y') e.go(from);
  };
  switch (key) {
    case 'Esc': case '\x03': leave(); return;
    case 'v': case 'V': {
      const mode = key === 'v' ? 'visual' : 'lines';
      if (e.mode === mode) leave();
      else e.mode = mode;
      return;
    }
    case 'o': case 'O': {
      const { anchor } = e;
      e.anchor = e.at;
      e.go(anchor);
      return;
    }
    case 'd': case 'x': case 'Delete': return yield* act('d');
    case 'X': case 'D': return yield* act('d', true);
    case 'y': return yield* act('y');
    case 'Y': return yield* act('y', true);
    case 'c': case 's': return yield* act('c');
    case 'C': case 'S': case 'R': return yield* act('c', true);
    case '>': case '<': {
      const { from, to } = selection(e)!;
      leave();
      e.checkpoint();
      for (let k = 0; k < n; k++) shiftLines(e, from.row, to.row, key === '>' ? 1 : -1);
      return e.go({ row: from.row, col: indentOf(e.lines[from.row]!).length });
    }
    case '~': return yield* act('g~');
    case 'u': return yield* act('gu');
    case 'U': return yield* act('gU');
    case 'J': {
      const { from, to } = selection(e)!;
      leave();
      e.checkpoint();
      return join(e, from.row, Math.max(2, to.row - from.row + 1), true);
    }
    case 'r': {
      const c = yield* e.nextKey();
      const { from, to } = selection(e)!;
      leave();
      e.checkpoint();
      const end = { row: to.row, col: Math.min(to.col, e.lines[to.row]!.length) };
      const text = e.slice(from, end).replace(/[^\n]/gu, c);
      e.remove(from, end);
      e.insert(from, text);
      return e.go(from);
    }
    case 'p': case 'P': {
      const r = e.registers.get((register ?? '"').toLowerCase());
      yield* act('d');
      if (r) {
        const deleted = e.registers.get('"')!;
        e.registers.set('"', r);
        put(e, undefined, false, n);
        e.registers.set('"', deleted);
      }
      return;
    }
    case ':': {
      leave();
      const text = yield* ask(e, ':', e.history, "'<,'>");
      if (text !== undefined) yield* ex(e, text);
      return;
    }
    case '/': case '?': return yield* newSearch(e, key, n, undefined, undefined);
    default: {
      const m = yield* motion(e, key, count, key === 'i' || key === 'a' ? 'v' : '');
      if (m === undefined || m === 'failed') return;
      if (m.from) {
        e.anchor = m.from;
        if (m.kind === 'lines') e.mode = 'lines';
        e.go(m.kind === 'exclusive' ? { row: m.to.row, col: before(e.lines[m.to.row]!, m.to.col) } : m.to);
      } else e.go(m.to, key === 'j' || key === 'k' || key === 'Up' || key === 'Down');
      if (key === '$') e.wanted = Infinity;
    }
  }
}
