/**
 * The text of vi: lines, cursor, registers, undo, options; and the edits that everything else is made of.
 */
import type { Process, Running } from '../process.ts';
import type { Key, Screen } from './screen.ts';
import type { Regex } from './regex.ts';

export interface Place {
  readonly row: number;
  /** In UTF-16 units, at the beginning of a character. */
  readonly col: number;
}

export type Mode = 'normal' | 'insert' | 'replace' | 'visual' | 'lines';

export interface Register {
  readonly text: string;
  readonly lines: boolean;
}

interface Snapshot {
  readonly lines: readonly string[];
  readonly at: Place;
}

/** What `:set` knows: name, short name, default. */
export const OPTIONS: Readonly<Record<string, boolean | number>> = {
  number: false, relativenumber: false, paste: false, expandtab: false, autoindent: true, ignorecase: false, smartcase: false, hlsearch: false, incsearch: false, list: false, wrap: true, ruler: true, showmode: true, shiftwidth: 8, tabstop: 8, softtabstop: 0, cursorline: false, syntax: false, showcmd: true, wrapscan: true, readonly: false, smartindent: false, scrolloff: 0, backup: false, compatible: false, mouse: false,
};
export const SHORT: Readonly<Record<string, string>> = {
  nu: 'number', rnu: 'relativenumber', et: 'expandtab', ai: 'autoindent', ic: 'ignorecase', scs: 'smartcase', hls: 'hlsearch', is: 'incsearch', sw: 'shiftwidth', ts: 'tabstop', sts: 'softtabstop', ru: 'ruler', smd: 'showmode', cul: 'cursorline', ro: 'readonly', si: 'smartindent', so: 'scrolloff', ws: 'wrapscan', sc: 'showcmd',
};

/** The beginning of the character before `col`. */
export const before = (line: string, col: number): number => (col > 1 && (line.charCodeAt(col - 1) & 0xfc00) === 0xdc00 && (line.charCodeAt(col - 2) & 0xfc00) === 0xd800 ? col - 2 : Math.max(0, col - 1));
/** The beginning of the character after the one at `col`. */
export const after = (line: string, col: number): number => Math.min(line.length, col + (line.codePointAt(col)! > 0xffff ? 2 : 1));
export const less = (a: Place, b: Place): boolean => a.row < b.row || (a.row === b.row && a.col < b.col);
/** The blanks at the beginning of a line. */
export const indentOf = (line: string): string => /^[ \t]*/.exec(line)![0];

export class State {
  readonly p: Process;
  readonly screen: Screen;
  lines: readonly string[] = [''];
  row = 0;
  col = 0;
  /** The column that up and down aim at, in cells; Infinity after $. */
  wanted = 0;
  mode: Mode = 'normal';
  /** Where the visual selection began. */
  anchor: Place = { row: 0, col: 0 };
  top = 0;
  name: string | undefined;
  changed = false;
  /** The file's last line has no newline. */
  noEol = false;
  message = '';
  alarm = false;
  quit: number | undefined;
  readonly options: Record<string, boolean | number> = { ...OPTIONS };
  readonly registers = new Map<string, Register>();
  readonly marks = new Map<string, Place>();
  pattern: Regex | undefined;
  patternText = '';
  backward = false;
  lastFind: { readonly kind: string; readonly c: string } | undefined;
  lastChange: readonly Key[] = [];
  /** Keys of the command that is being typed, for `.` and for macros. */
  typed: Key[] = [];
  recording: { readonly name: string; readonly keys: Key[] } | undefined;
  readonly macros = new Map<string, readonly Key[]>();
  lastMacro: string | undefined;
  lastVisual: { readonly anchor: Place; readonly at: Place; readonly mode: Mode } | undefined;
  readonly history: string[] = [];
  readonly searches: string[] = [];
  private undone: Snapshot[] = [];
  private redone: Snapshot[] = [];
  private saved: readonly string[] = this.lines;
  /** Draws and waits for a key; set by vi.ts. */
  nextKey: () => Running<Key>;

  constructor(p: Process, screen: Screen, nextKey: () => Running<Key>) {
    this.p = p;
    this.screen = screen;
    this.nextKey = nextKey;
  }

  get line(): string {
    return this.lines[this.row] ?? '';
  }

  get at(): Place {
    return { row: this.row, col: this.col };
  }

  /** Moves the cursor; in normal mode it stays on a character. */
  go(to: Place, keepWanted = false): void {
    this.row = Math.max(0, Math.min(this.lines.length - 1, to.row));
    const most = this.mode === 'insert' || this.mode === 'replace' ? this.line.length : Math.max(0, before(this.line, this.line.length));
    this.col = Math.max(0, Math.min(to.col, most));
    if ((this.line.charCodeAt(this.col) & 0xfc00) === 0xdc00 && this.col > 0) this.col--;
    if (!keepWanted) this.wanted = this.cellsTo(this.row, this.col);
  }

  /** Cells before a column, tabs counted. */
  cellsTo(row: number, col: number): number {
    return this.screenWidth((this.lines[row] ?? '').slice(0, col));
  }

  /** Set by the view: cells of a text that begins a line. */
  screenWidth: (text: string) => number = (text) => text.length;

  say(message: string, alarm = false): void {
    this.message = message;
    this.alarm = alarm;
  }

  /** To be called before a change that undo shall take back as one. */
  checkpoint(): void {
    const last = this.undone.at(-1);
    if (last?.lines === this.lines) return;
    this.undone.push({ lines: this.lines, at: this.at });
    this.redone = [];
  }

  load(lines: readonly string[]): void {
    this.lines = lines.length ? lines : [''];
    this.saved = this.lines;
    this.undone = [];
    this.redone = [];
    this.changed = false;
    this.row = this.col = this.top = 0;
  }

  written(): void {
    this.saved = this.lines;
    this.changed = false;
  }

  undo(): void {
    while (this.undone.at(-1)?.lines === this.lines) this.undone.pop();
    const last = this.undone.pop();
    if (!last) return this.say('Already at oldest change');
    this.redone.push({ lines: this.lines, at: this.at });
    this.restore(last, 'before');
  }

  redo(): void {
    const last = this.redone.pop();
    if (!last) return this.say('Already at newest change');
    this.undone.push({ lines: this.lines, at: this.at });
    this.restore(last, 'after');
  }

  private restore(snapshot: Snapshot, word: string): void {
    const delta = snapshot.lines.length - this.lines.length;
    const old = this.lines;
    this.lines = snapshot.lines;
    this.changed = this.lines !== this.saved;
    let first = 0;
    while (first < this.lines.length && first < old.length && this.lines[first] === old[first]) first++;
    this.go({ row: Math.min(first, this.lines.length - 1), col: first === snapshot.at.row ? snapshot.at.col : 0 });
    const n = Math.abs(delta);
    this.say(`${n ? `${n} ${delta > 0 ? 'more' : 'fewer'} line${n === 1 ? '' : 's'}`.replace('1 more lines', '1 more line').replace('1 fewer line', '1 line less').replace('1 more line', '1 line more') : '1 change'}; ${word} #${this.undone.length + 1}  0 seconds ago`);
  }

  /** Replaces `count` lines from `row` by others. */
  splice(row: number, count: number, ...by: string[]): void {
    const lines = [...this.lines];
    lines.splice(row, count, ...by);
    this.lines = lines.length ? lines : [''];
    this.changed = true;
  }

  /** Puts text in; gives the place behind it. */
  insert(at: Place, text: string): Place {
    const line = this.lines[at.row] ?? '';
    const parts = (line.slice(0, at.col) + text + line.slice(at.col)).split('\n');
    this.splice(at.row, 1, ...parts);
    const added = text.split('\n');
    return added.length === 1 ? { row: at.row, col: at.col + text.length } : { row: at.row + added.length - 1, col: added.at(-1)!.length };
  }

  /** The text between two places, the second exclusive. */
  slice(from: Place, to: Place): string {
    if (from.row === to.row) return this.lines[from.row]!.slice(from.col, to.col);
    return [this.lines[from.row]!.slice(from.col), ...this.lines.slice(from.row + 1, to.row), this.lines[to.row]!.slice(0, to.col)].join('\n');
  }

  /** Takes the text between two places out. */
  remove(from: Place, to: Place): void {
    this.splice(from.row, to.row - from.row + 1, this.lines[from.row]!.slice(0, from.col) + this.lines[to.row]!.slice(to.col));
  }

  /** Keeps text in a register; without a name in the unnamed one, numbered ones for deletions. */
  keep(name: string | undefined, register: Register, yank: boolean): void {
    if (name === '_') return;
    if (name !== undefined && /[A-Z]/.test(name)) {
      const old = this.registers.get(name.toLowerCase());
      register = old ? { text: old.text + (register.lines && !old.lines ? '\n' : '') + register.text, lines: old.lines || register.lines } : register;
      name = name.toLowerCase();
    }
    if (name !== undefined && name !== '"') this.registers.set(name, register);
    else if (yank) this.registers.set('0', register);
    else if (register.lines || register.text.includes('\n')) {
      for (let n = 9; n > 1; n--) {
        const old = this.registers.get(String(n - 1));
        if (old) this.registers.set(String(n), old);
      }
      this.registers.set('1', register);
    } else this.registers.set('-', register);
    this.registers.set('"', register);
  }

  /** One level of indentation: blanks or a tab. */
  get shift(): number {
    return Number(this.options['shiftwidth']) || Number(this.options['tabstop']);
  }

  /** Blanks of so many cells as the options want them. */
  blanks(cells: number): string {
    const tab = Number(this.options['tabstop']);
    return this.options['expandtab'] ? ' '.repeat(cells) : '\t'.repeat(Math.floor(cells / tab)) + ' '.repeat(cells % tab);
  }
}
