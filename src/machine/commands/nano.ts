/**
 * nano: a small editor of its own with GNU nano's keys and bars.
 * Unlike nano: one file, no help pages beyond the bars, no spell checking, no colours of syntax.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { why } from './input.ts';
import { Screen, type Key } from './screen.ts';
import { charWidth, clip, pad, textWidth } from './width.ts';

const TAB = 8;
const BARS: readonly (readonly [string, string])[] = [['^G', 'Help'], ['^X', 'Exit'], ['^O', 'Write Out'], ['^R', 'Read File'], ['^W', 'Where Is'], ['^\\', 'Replace'], ['^K', 'Cut'], ['^U', 'Paste'], ['^T', 'Execute'], ['^J', 'Justify'], ['^C', 'Location'], ['^/', 'Go To Line']];

const before = (line: string, col: number): number => (col > 1 && (line.charCodeAt(col - 1) & 0xfc00) === 0xdc00 ? col - 2 : Math.max(0, col - 1));
const after = (line: string, col: number): number => Math.min(line.length, col + (line.codePointAt(col)! > 0xffff ? 2 : 1));

class Nano {
  private readonly p: Process;
  private readonly screen: Screen;
  private name: string;
  private lines: string[] = [''];
  private row = 0;
  private col = 0;
  private wanted = 0;
  private top = 0;
  private changed = false;
  private message = '';
  private clipboard: string[] = [];
  private cutting = false;
  private needle = '';
  private mark: { row: number; col: number } | undefined;
  private undone: { lines: string[]; row: number; col: number }[] = [];
  private redone: { lines: string[]; row: number; col: number }[] = [];
  private lastKind = '';
  private readonly numbers: boolean;
  private readonly indent: boolean;
  private readonly spaces: number;

  constructor(p: Process, screen: Screen, name: string, options: { numbers: boolean; indent: boolean; spaces: number }) {
    this.p = p;
    this.screen = screen;
    this.name = name;
    this.numbers = options.numbers;
    this.indent = options.indent;
    this.spaces = options.spaces;
  }

  load(line: number): void {
    const stat = this.name ? this.p.files.stat(this.name) : undefined;
    if (stat?.type === 'directory') this.message = `[ "${this.name}" is a directory ]`;
    else if (stat) {
      try {
        this.lines = this.p.files.read(this.name).split('\n');
        const n = this.lines.length - 1;
        this.message = `[ Read ${n} line${n === 1 ? '' : 's'}${this.p.files.may(this.name, 2) ? '' : ' (Warning: No write permission)'} ]`;
      } catch (error) {
        this.message = `[ Error reading ${this.name}: ${why(error)} ]`;
      }
    } else if (this.name) this.message = '[ New File ]';
    this.row = Math.max(0, Math.min(this.lines.length - 1, line - 1));
  }

  private get line(): string {
    return this.lines[this.row]!;
  }

  private cellsTo(line: string, col: number): number {
    let cells = 0;
    for (const c of line.slice(0, col)) cells += c === '\t' ? TAB - (cells % TAB) : c < ' ' ? 2 : charWidth(c.codePointAt(0)!);
    return cells;
  }

  private draw(prompt?: string, keys: readonly (readonly [string, string])[] = BARS): void {
    const { columns, rows } = this.screen;
    const body = rows - 4;
    if (this.row < this.top || this.row >= this.top + body) this.top = Math.max(0, this.row - Math.floor(body / 2));
    const side = this.numbers ? String(this.lines.length).length + 1 : 0;
    const width = columns - side;
    const title = this.name || 'New Buffer';
    const left = '  GNU nano 7.2';
    const middle = Math.max(left.length + 2, Math.floor((columns - textWidth(title)) / 2));
    const bar = pad(`${left.padEnd(middle)}${title}`, columns - 10) + (this.changed ? 'Modified' : '').padEnd(10);
    const out = [`\x1b[7m${clip(bar, columns)}\x1b[m`];
    const cursor = this.cellsTo(this.line, this.col);
    // A long line is shown from where the cursor is.
    const page = cursor < width - 1 ? 0 : Math.floor(cursor / Math.max(1, width - 8)) * Math.max(1, width - 8);
    for (let i = 0; i < body; i++) {
      const row = this.top + i;
      const line = this.lines[row];
      if (line === undefined) {
        out.push('');
        continue;
      }
      let text = '';
      let cells = 0;
      const from = row === this.row ? page : 0;
      const chosen = this.selected(row);
      let col = 0;
      let on = false;
      for (const c of line) {
        const w = c === '\t' ? TAB - (cells % TAB) : c < ' ' ? 2 : charWidth(c.codePointAt(0)!);
        if (cells >= from) {
          if (cells - from + w > width - (textWidth(line) > width + from ? 1 : 0)) {
            text += '\x1b[7m>\x1b[m';
            break;
          }
          const inside = chosen !== undefined && col >= chosen[0] && col < chosen[1];
          if (inside !== on) text += inside ? '\x1b[7m' : '\x1b[m';
          on = inside;
          text += c === '\t' ? ' '.repeat(w) : c < ' ' ? `^${String.fromCharCode(c.charCodeAt(0) + 64)}` : c;
        }
        cells += w;
        col += c.length;
      }
      out.push((side ? `\x1b[7m${String(row + 1).padStart(side - 1)}\x1b[m ` : '') + (from > 0 ? `\x1b[7m<\x1b[m${text.slice(1)}` : text) + (on ? '\x1b[m' : ''));
    }
    const status = prompt !== undefined ? `\x1b[7m${pad(clip(prompt, columns), columns)}\x1b[m` : this.message ? `${' '.repeat(Math.max(0, Math.floor((columns - textWidth(this.message)) / 2)))}\x1b[7m${clip(this.message, columns)}\x1b[m` : '';
    out.push(status);
    const each = Math.max(1, Math.min(Math.ceil(keys.length / 2), Math.floor(columns / 13)));
    const cell = Math.floor(columns / each);
    for (const line of [0, 1]) out.push(keys.filter((_, i) => i % 2 === line).slice(0, each).map(([key, what]) => `\x1b[7m${key}\x1b[m ${what.slice(0, Math.max(0, cell - key.length - 2)).padEnd(Math.max(0, cell - key.length - 1))}`).join(''));
    this.screen.draw(out, prompt !== undefined ? [rows - 3, Math.min(columns - 1, textWidth(prompt))] : [1 + this.row - this.top, side + cursor - page]);
  }

  private selected(row: number): [number, number] | undefined {
    if (!this.mark) return undefined;
    const here = { row: this.row, col: this.col };
    const [a, b] = this.mark.row < here.row || (this.mark.row === here.row && this.mark.col < here.col) ? [this.mark, here] : [here, this.mark];
    if (row < a.row || row > b.row) return undefined;
    return [row === a.row ? a.col : 0, row === b.row ? b.col : Infinity];
  }

  private checkpoint(kind: string): void {
    if (kind === this.lastKind && kind === 'type') return;
    this.lastKind = kind;
    this.undone.push({ lines: [...this.lines], row: this.row, col: this.col });
    this.redone = [];
  }

  private swap(from: typeof this.undone, to: typeof this.undone, nothing: string, what: string): void {
    const last = from.pop();
    if (!last) {
      this.message = `[ ${nothing} ]`;
      return;
    }
    to.push({ lines: [...this.lines], row: this.row, col: this.col });
    this.lines = last.lines;
    this.go(last.row, last.col);
    this.lastKind = '';
    this.changed = true;
    this.message = `[ ${what} ]`;
  }

  private go(row: number, col: number, keep = false): void {
    this.row = Math.max(0, Math.min(this.lines.length - 1, row));
    this.col = Math.max(0, Math.min(this.line.length, col));
    if (!keep) this.wanted = this.cellsTo(this.line, this.col);
  }

  private vertical(by: number): void {
    const row = Math.max(0, Math.min(this.lines.length - 1, this.row + by));
    const line = this.lines[row]!;
    let col = 0;
    while (col < line.length && this.cellsTo(line, after(line, col)) <= this.wanted) col = after(line, col);
    this.go(row, col, true);
  }

  private insert(text: string): void {
    const parts = (this.line.slice(0, this.col) + text + this.line.slice(this.col)).split('\n');
    const added = text.split('\n');
    this.lines.splice(this.row, 1, ...parts);
    this.changed = true;
    this.go(this.row + added.length - 1, added.length === 1 ? this.col + text.length : added.at(-1)!.length);
  }

  /** A question at the bottom; undefined when it was cancelled. */
  private *ask(lead: string, start = '', keys: readonly (readonly [string, string])[] = [['^G', 'Help'], ['^C', 'Cancel']]): Running<string | undefined> {
    let text = start;
    for (;;) {
      this.draw(`${lead}: ${text}`, keys);
      const key = yield* this.screen.key();
      if (key === '\r') return text;
      if (key === '\x03' || key === 'Esc' || key === 'Hangup') {
        this.message = '[ Cancelled ]';
        return undefined;
      }
      if (key === '\x7f' || key === '\b') text = [...text].slice(0, -1).join('');
      else if (key === '\x15' || key === '\x0b') text = '';
      else if (key.startsWith('Paste:')) text += key.slice(6).split('\n')[0];
      else if ([...key].length === 1 && key >= ' ') text += key;
    }
  }

  private *yesNo(question: string): Running<boolean | undefined> {
    for (;;) {
      this.draw(question, [[' Y', 'Yes'], [' N', 'No'], ['  ', ''], ['^C', 'Cancel']]);
      const key = yield* this.screen.key();
      if (/^[yYㅛ]$/.test(key)) return true;
      if (/^[nNㅜ]$/.test(key)) return false;
      if (key === '\x03' || key === 'Esc' || key === 'Hangup') {
        this.message = '[ Cancelled ]';
        return undefined;
      }
    }
  }

  private *save(ask: boolean): Running<boolean> {
    let name: string | undefined = this.name;
    if (ask || !name) name = yield* this.ask('File Name to Write', this.name);
    if (!name) return false;
    if (name !== this.name && this.p.files.exists(name) && (yield* this.yesNo(`File "${name}" exists; OVERWRITE? `)) !== true) return false;
    if (this.lines.at(-1) !== '') this.lines.push('');
    try {
      this.p.files.write(name, this.lines.join('\n'));
    } catch (error) {
      this.message = `[ Error writing ${name}: ${why(error)} ]`;
      return false;
    }
    this.name = name;
    this.changed = false;
    const n = this.lines.length - 1;
    this.message = `[ Wrote ${n} line${n === 1 ? '' : 's'} ]`;
    return true;
  }

  private find(): boolean {
    const needle = this.needle.toLowerCase();
    const n = this.lines.length;
    for (let k = 0; k <= n; k++) {
      const row = (this.row + k) % n;
      const at = this.lines[row]!.toLowerCase().indexOf(needle, k === 0 ? this.col + 1 : 0);
      if (at < 0 || (k === n && at > this.col)) continue;
      this.message = k > 0 && row <= this.row ? (row === this.row && at === this.col ? '[ This is the only occurrence ]' : '[ Search Wrapped ]') : '';
      this.go(row, at);
      return true;
    }
    this.message = `[ "${this.needle}" not found ]`;
    return false;
  }

  private *replace(): Running<void> {
    const needle = (yield* this.ask(`Search (to replace)${this.needle ? ` [${this.needle}]` : ''}`)) ?? undefined;
    if (needle === undefined) return;
    this.needle = needle || this.needle;
    if (!this.needle) return;
    const by = yield* this.ask('Replace with');
    if (by === undefined) return;
    let count = 0;
    let all = false;
    this.go(this.row, this.col - 1);
    const first = { row: this.row, col: this.col };
    this.checkpoint('replace');
    for (let guard = 0; guard < 100_000; guard++) {
      const row = this.row;
      if (!this.find() || this.row < row || (this.row === first.row && guard > 0 && this.row < row)) break;
      if (!all) {
        this.draw('Replace this instance? ', [[' Y', 'Yes'], [' N', 'No'], [' A', 'All'], ['^C', 'Cancel']]);
        const key = yield* this.screen.key();
        if (/^[aAㅁ]$/.test(key)) all = true;
        else if (/^[nNㅜ]$/.test(key)) continue;
        else if (!/^[yYㅛ]$/.test(key)) break;
      }
      this.lines[this.row] = this.line.slice(0, this.col) + by + this.line.slice(this.col + this.needle.length);
      this.changed = true;
      this.go(this.row, Math.max(0, this.col + by.length - 1));
      count++;
    }
    this.message = count ? `[ Replaced ${count} occurrence${count === 1 ? '' : 's'} ]` : this.message;
  }

  private cut(copy: boolean): void {
    this.checkpoint('cut');
    if (this.mark) {
      const here = { row: this.row, col: this.col };
      const [a, b] = this.mark.row < here.row || (this.mark.row === here.row && this.mark.col < here.col) ? [this.mark, here] : [here, this.mark];
      const part = this.lines.slice(a.row, b.row + 1);
      part[part.length - 1] = part.at(-1)!.slice(0, b.col);
      part[0] = part[0]!.slice(a.col);
      this.clipboard = part;
      if (!copy) {
        this.lines.splice(a.row, b.row - a.row + 1, this.lines[a.row]!.slice(0, a.col) + this.lines[b.row]!.slice(b.col));
        this.changed = true;
        this.go(a.row, a.col);
      }
      this.mark = undefined;
      return;
    }
    if (!this.cutting) this.clipboard = [''];
    this.clipboard.splice(-1, 0, this.line);
    if (copy) return this.go(this.row + 1, this.col);
    if (this.row === this.lines.length - 1) this.lines[this.row] = '';
    else this.lines.splice(this.row, 1);
    this.changed = true;
    this.go(this.row, 0);
  }

  *run(): Running<ExitCode> {
    for (;;) {
      this.draw();
      const key: Key = yield* this.screen.key();
      if (key !== 'Resize') this.message = '';
      const cutting = this.cutting;
      this.cutting = false;
      const page = this.screen.rows - 6;
      switch (key) {
        case 'Hangup': return 1;
        case '\x18':
          if (!this.changed) return 0;
          {
            const answer = yield* this.yesNo('Save modified buffer? ');
            if (answer === false || (answer && (yield* this.save(true)))) return 0;
          }
          break;
        case '\x0f': yield* this.save(true); break;
        case '\x13': yield* this.save(false); break;
        case '\x0b':
          this.cutting = cutting;
          this.cut(false);
          this.cutting = true;
          break;
        case '\x15':
          this.checkpoint('paste');
          if (this.clipboard.length) this.insert(this.clipboard.join('\n'));
          break;
        case '\x17': case '\x11': {
          const text = yield* this.ask(`Search${this.needle ? ` [${this.needle}]` : ''}`);
          if (text === undefined) break;
          this.needle = text || this.needle;
          if (this.needle) this.find();
          break;
        }
        case '\x1c': yield* this.replace(); break;
        case '\x12': {
          const name = yield* this.ask('File to insert [from ./]');
          if (!name) break;
          try {
            this.checkpoint('read');
            this.insert(this.p.files.read(name));
          } catch (error) {
            this.message = `[ Error reading ${name}: ${why(error)} ]`;
          }
          break;
        }
        case '\x1f': {
          const text = yield* this.ask('Enter line number, column number');
          const m = /^(\d+)(?:[,;](\d+))?$/.exec(text ?? '');
          if (m) this.go(Number(m[1]) - 1, Number(m[2] ?? 1) - 1);
          else if (text) this.message = '[ Invalid line or column number ]';
          break;
        }
        case '\x03': {
          const chars = this.lines.join('\n').length;
          this.message = `[ line ${this.row + 1}/${this.lines.length} (${Math.floor(((this.row + 1) * 100) / this.lines.length)}%), col ${this.cellsTo(this.line, this.col) + 1}/${this.cellsTo(this.line, this.line.length) + 1}, char ${this.lines.slice(0, this.row).join('\n').length + this.col + (this.row ? 1 : 0)}/${chars} ]`;
          break;
        }
        case '\x07': case 'F1': this.message = '[ ^O writes, ^X leaves, ^K cuts a line, ^U pastes, ^W searches, M-U undoes ]'; break;
        case '\x0c': this.screen.redraw(); break;
        case '\x1a': yield* this.screen.suspend(); break;
        case 'Up': case '\x10': this.vertical(-1); break;
        case 'Down': case '\x0e': this.vertical(1); break;
        case 'Left': case '\x02': if (this.col > 0) this.go(this.row, before(this.line, this.col)); else if (this.row) this.go(this.row - 1, Infinity); break;
        case 'Right': case '\x06': if (this.col < this.line.length) this.go(this.row, after(this.line, this.col)); else this.go(this.row + 1, this.row + 1 < this.lines.length ? 0 : this.col); break;
        case 'Home': case '\x01': this.go(this.row, this.col === /^\s*/.exec(this.line)![0].length ? 0 : /^\s*/.exec(this.line)![0].length); break;
        case 'End': case '\x05': this.go(this.row, this.line.length); break;
        case 'PageUp': case '\x19': this.vertical(-page); break;
        case 'PageDown': case '\x16': this.vertical(page); break;
        case 'WordRight': { const m = /^[\p{L}\p{N}_]*[^\p{L}\p{N}_]*/u.exec(this.line.slice(this.col))![0]; this.go(m ? this.row : this.row + 1, m ? this.col + m.length : 0); break; }
        case 'WordLeft': { const m = /[\p{L}\p{N}_]*[^\p{L}\p{N}_]*$/u.exec(this.line.slice(0, this.col))![0]; this.go(m ? this.row : this.row - 1, m ? this.col - m.length : Infinity); break; }
        case '\r': {
          this.checkpoint('enter');
          const lead = this.indent ? /^[ \t]*/.exec(this.line)![0].slice(0, this.col) : '';
          this.insert(`\n${lead}`);
          break;
        }
        case '\x7f': case '\b':
          this.checkpoint('rub');
          if (this.col > 0) {
            const at = before(this.line, this.col);
            this.lines[this.row] = this.line.slice(0, at) + this.line.slice(this.col);
            this.go(this.row, at);
          } else if (this.row > 0) {
            const at = this.lines[this.row - 1]!.length;
            this.lines.splice(this.row - 1, 2, this.lines[this.row - 1]! + this.line);
            this.go(this.row - 1, at);
          } else break;
          this.changed = true;
          break;
        case 'Delete': case '\x04':
          this.checkpoint('rub');
          if (this.col < this.line.length) this.lines[this.row] = this.line.slice(0, this.col) + this.line.slice(after(this.line, this.col));
          else if (this.row + 1 < this.lines.length) this.lines.splice(this.row, 2, this.line + this.lines[this.row + 1]!);
          else break;
          this.changed = true;
          break;
        case '\t': this.checkpoint('type'); this.insert(this.spaces ? ' '.repeat(this.spaces - (this.cellsTo(this.line, this.col) % this.spaces)) : '\t'); break;
        case 'Esc': {
          const second = yield* this.screen.key();
          if (/^[uUㅕ]$/.test(second)) this.swap(this.undone, this.redone, 'Nothing to undo', 'Undid action');
          else if (/^[eEㄷ]$/.test(second)) this.swap(this.redone, this.undone, 'Nothing to redo', 'Redid action');
          else if (/^[aAㅁ]$/.test(second)) {
            this.mark = this.mark ? undefined : { row: this.row, col: this.col };
            this.message = this.mark ? '[ Mark Set ]' : '[ Mark Unset ]';
          } else if (second === '6') {
            this.cutting = cutting;
            this.cut(true);
            this.cutting = true;
          } else if (/^[wWㅈ]$/.test(second)) {
            if (this.needle) this.find();
          } else if (second === '\\' || second === '|') this.go(0, 0);
          else if (second === '/' || second === '?') this.go(this.lines.length - 1, Infinity);
          break;
        }
        default:
          if (key.startsWith('Paste:')) {
            this.checkpoint('paste');
            this.insert(key.slice(6).replace(/\r\n?/g, '\n'));
          } else if ([...key].length === 1 && key >= ' ') {
            this.checkpoint('type');
            this.insert(key);
          }
      }
      if (!([...key].length === 1 && key >= ' ')) this.lastKind = '';
    }
  }
}

function* nano(p: Process): Running<ExitCode> {
  let line = 1;
  const words: string[] = [];
  const given = { numbers: false, indent: false, spaces: 0 };
  const args = p.args.slice(1);
  let tabs = TAB;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (/^\+\d+/.test(arg)) line = Number(/\d+/.exec(arg)![0]);
    else if (arg === '-T' || arg === '--tabsize') tabs = Number(args[++i]) || TAB;
    else if (/^-[a-zA-Z]+$/.test(arg)) {
      for (const c of arg.slice(1)) {
        if (c === 'l') given.numbers = true;
        else if (c === 'i') given.indent = true;
        else if (c === 'E') given.spaces = TAB;
        else if (c === 'V') {
          p.write(' GNU nano, version 7.2\n');
          return 0;
        } else if (!'BcmSwvxz'.includes(c)) {
          p.warn(`nano: invalid option -- '${c}'\nType 'nano -h' for a list of available options.\n`);
          return 1;
        }
      }
    } else words.push(arg);
  }
  if (given.spaces) given.spaces = tabs;
  const tty = p.stdout.tty ?? p.tty;
  if (!tty) {
    p.warn('Standard output is not a terminal\n');
    return 1;
  }
  const screen = new Screen(p, tty);
  const editor = new Nano(p, screen, words[0] ?? '', given);
  screen.begin();
  try {
    editor.load(line);
    return yield* editor.run();
  } finally {
    screen.end();
  }
}

/** The commands of this chunk. */
export const suite: Suite = { nano };
