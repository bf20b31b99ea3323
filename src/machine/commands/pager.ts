/**
 * less, more, view: text page by page, with search; on a pipe as cat. Stands for less 590.
 * Unlike less: no marks, tags, filters of lines or shell commands.
 */
import type { ExitCode, Process, Running, Source } from '../process.ts';
import type { Suite } from './chunks.ts';
import { open, operands } from './input.ts';
import { type Flavour, misuse, named, options, type Spec } from './options.ts';
import { type Regex, regex, RegexError } from './regex.ts';
import { type Key, Screen } from './screen.ts';
import { charWidth, clip } from './width.ts';

const SPEC: Spec = {
  short: 'eEfFgGiIJmMnNqQrRsSuUwWXx:p:P:z:+', version: '590', usage: '[OPTION]... [FILE]...\nRead text page by page.\n\n  -N  line numbers    -S  do not fold long lines    -F  leave when it fits on the screen    -R  keep colours    -i  ignore case in searches    +F  follow    +G  at the end\nKeys: space b d u j k g G /pattern ?pattern n N F q h',
  long: { 'LINE-NUMBERS': 'N', 'chop-long-lines': 'S', 'quit-if-one-screen': 'F', 'RAW-CONTROL-CHARS': 'R', 'ignore-case': 'i', 'no-init': 'X', pattern: 'p:' },
};

/** Pieces of a line: cells with their colour codes. */
interface Row {
  readonly line: number;
  readonly text: string;
}

/** Control characters as ^X, tabs as blanks, colour codes only when wanted. */
function* glyphs(line: string, colours: boolean): Generator<{ text: string; width: number; at: number }> {
  let column = 0;
  for (let i = 0; i < line.length; ) {
    const code = line[i] === '\x1b' ? /^\x1b\[[0-9;]*[mK]/.exec(line.slice(i)) : null;
    if (code && colours) {
      yield { text: code[0], width: 0, at: i };
      i += code[0].length;
      continue;
    }
    const c = String.fromCodePoint(line.codePointAt(i)!);
    const n = c.codePointAt(0)!;
    const text = c === '\t' ? ' '.repeat(8 - (column % 8)) : n === 27 ? '\x1b[7mESC\x1b[27m' : n < 32 ? `\x1b[7m^${String.fromCharCode(n + 64)}\x1b[27m` : n >= 0xdc80 && n <= 0xdcff ? `\x1b[7m<${(n - 0xdc00).toString(16).toUpperCase()}>\x1b[27m` : c;
    const width = c === '\t' ? text.length : n === 27 ? 3 : n < 32 ? 2 : n >= 0xdc80 && n <= 0xdcff ? 4 : charWidth(n);
    yield { text, width, at: i };
    column += width;
    i += c.length;
  }
}

class Pager {
  private readonly p: Process;
  private readonly screen: Screen;
  private readonly names: readonly string[];
  private file = 0;
  private lines: string[] = [];
  private rest = '';
  private source: Source | undefined;
  /** The first row shown: a line, and how many of its rows are above. */
  private top = 0;
  private skip = 0;
  private left = 0;
  private pattern: Regex | undefined;
  private backward = false;
  private message: string | undefined;
  private numbers: boolean;
  private chop: boolean;
  private ignore: boolean;
  private readonly colours: boolean;
  private first = true;
  private readonly more: boolean;
  private readonly whole: boolean;

  constructor(p: Process, screen: Screen, names: readonly string[], has: (key: string) => boolean, more: boolean) {
    this.p = p;
    this.screen = screen;
    this.names = names;
    this.numbers = has('N');
    this.chop = has('S');
    this.ignore = has('i') || has('I');
    this.colours = has('R') || has('r') || more;
    this.whole = has('F');
    this.more = more;
  }

  load(): boolean {
    const name = this.names[this.file]!;
    this.lines = [];
    this.rest = '';
    this.source = undefined;
    this.top = this.skip = 0;
    this.first = true;
    if (name === '-') {
      this.source = this.p.stdin;
      return true;
    }
    const stat = this.p.files.stat(name);
    if (stat?.type === 'directory') {
      this.p.warn(`${name} is a directory\n`);
      return false;
    }
    if (!this.p.files.may(name, 4)) {
      this.p.warn(`${name}: ${stat ? 'Permission denied' : 'No such file or directory'}\n`);
      return false;
    }
    this.lines = this.p.files.read(name).split('\n');
    if (this.lines.at(-1) === '') this.lines.pop();
    return true;
  }

  /** Takes what a pipe has to give. */
  private pump(): void {
    while (this.source) {
      const piece = this.source.take();
      if (piece === '') return;
      if (piece === undefined) {
        if (this.rest) this.lines.push(this.rest);
        this.rest = '';
        this.source = undefined;
        return;
      }
      const parts = (this.rest + piece).split('\n');
      this.rest = parts.pop()!;
      for (const part of parts) this.lines.push(part);
    }
  }

  private get height(): number {
    return this.screen.rows - 1;
  }

  /** The rows that one line takes, with matches marked. */
  private rowsOf(n: number): Row[] {
    const line = this.lines[n]!;
    const gutter = this.numbers ? `${String(n + 1).padStart(7)} ` : '';
    const width = this.screen.columns - gutter.length;
    const marked: [number, number][] = [];
    if (this.pattern) {
      for (let from = 0; from <= line.length; ) {
        const m = this.pattern.exec(line, from);
        if (!m) break;
        if (m.end > m.index) marked.push([m.index, m.end]);
        from = Math.max(m.end, m.index + 1);
      }
    }
    const rows: Row[] = [];
    let text = '';
    let used = 0;
    let on = false;
    let passed = 0;
    for (const g of glyphs(line, this.colours)) {
      if (this.chop && passed < this.left) {
        passed += g.width;
        continue;
      }
      if (used + g.width > width) {
        if (this.chop) {
          text = `${clip(text, width)}`;
          break;
        }
        rows.push({ line: n, text: (rows.length ? ' '.repeat(gutter.length) : gutter) + text + (on ? '\x1b[27m' : '') });
        text = on ? '\x1b[7m' : '';
        used = 0;
      }
      const inside = marked.some(([a, b]) => g.at >= a && g.at < b);
      if (inside !== on) text += inside ? '\x1b[7m' : '\x1b[27m';
      on = inside;
      text += g.text;
      used += g.width;
    }
    rows.push({ line: n, text: (rows.length ? ' '.repeat(gutter.length) : gutter) + text + (on ? '\x1b[27m' : '') });
    return rows;
  }

  /** Rows from the top, at most `most`. */
  private page(most: number): Row[] {
    const rows: Row[] = [];
    for (let n = this.top; n < this.lines.length && rows.length < most + this.skip; n++) rows.push(...this.rowsOf(n));
    return rows.slice(this.skip, this.skip + most);
  }

  private forward(count: number): void {
    for (let i = 0; i < count; i++) {
      if (this.page(this.height + 1).length <= this.height) return;
      if (this.skip + 1 < this.rowsOf(this.top).length) this.skip++;
      else {
        this.top++;
        this.skip = 0;
      }
    }
  }

  private back(count: number): void {
    for (let i = 0; i < count; i++) {
      if (this.skip > 0) this.skip--;
      else if (this.top > 0) {
        this.top--;
        this.skip = this.rowsOf(this.top).length - 1;
      } else return;
    }
  }

  private toEnd(): void {
    this.top = this.lines.length;
    this.skip = 0;
    this.back(this.height);
  }

  private get atEnd(): boolean {
    return this.source === undefined && this.page(this.height + 1).length <= this.height;
  }

  private show(prompt?: string): void {
    const rows = this.page(this.height).map((r) => r.text);
    while (rows.length < this.height) rows.push(this.more ? '' : '~');
    const name = this.names[this.file]!;
    const percent = this.lines.length ? Math.floor((Math.min(this.lines.length, this.top + this.height) / this.lines.length) * 100) : 100;
    const status = prompt ?? (this.message !== undefined ? `\x1b[7m${this.message}\x1b[27m` : this.more ? (this.atEnd ? '\x1b[7m(END)\x1b[27m' : `\x1b[7m--More--${name === '-' ? '' : `(${percent}%)`}\x1b[27m`) : this.atEnd ? '\x1b[7m(END)\x1b[27m' : this.first && name !== '-' ? `\x1b[7m${name}${this.names.length > 1 ? ` (file ${this.file + 1} of ${this.names.length})` : ''}\x1b[27m` : ':');
    const plain = status.replace(/\x1b\[[0-9]*m/g, '');
    let width = 0;
    for (const c of plain) width += charWidth(c.codePointAt(0)!);
    this.screen.draw([...rows, status], [this.height, Math.min(width, this.screen.columns - 1)]);
  }

  /** Reads a line at the bottom; undefined when it was left. */
  private *ask(lead: string): Running<string | undefined> {
    let text = '';
    for (;;) {
      this.show(lead + text);
      const key = yield* this.screen.key();
      if (key === '\r') return text;
      if (key === 'Esc' || key === '\x03' || key === 'Hangup') return undefined;
      if (key === '\x7f' || key === '\b') {
        if (!text) return undefined;
        text = [...text].slice(0, -1).join('');
      } else if (key.startsWith('Paste:')) text += key.slice(6).split('\n')[0];
      else if ([...key].length === 1 && key >= ' ') text += key;
    }
  }

  private search(backward: boolean, count = 1): void {
    if (!this.pattern) {
      this.message = 'No previous search pattern';
      return;
    }
    let at = this.top;
    for (let k = 0; k < count; k++) {
      let n = at + (backward ? -1 : 1);
      while (n >= 0 && n < this.lines.length && !this.pattern.test(this.lines[n]!.replace(/\x1b\[[0-9;]*[mK]/g, ''))) n += backward ? -1 : 1;
      if (n < 0 || n >= this.lines.length) {
        this.message = 'Pattern not found  (press RETURN)';
        return;
      }
      at = n;
    }
    this.top = at;
    this.skip = 0;
  }

  private *newSearch(backward: boolean): Running<void> {
    const text = yield* this.ask(backward ? '?' : '/');
    if (text === undefined) return;
    if (text) {
      try {
        this.pattern = regex(text, { extended: true, ignoreCase: this.ignore && text === text.toLowerCase() });
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
        this.message = `${error.message}  (press RETURN)`;
        return;
      }
    }
    this.backward = backward;
    // The first line shown counts too when the search is new.
    if (!backward && text && this.pattern!.test(this.lines[this.top] ?? '') && this.first) return;
    this.search(backward);
  }

  private *follow(): Running<void> {
    const name = this.names[this.file]!;
    this.toEnd();
    for (;;) {
      this.show('\x1b[7mWaiting for data... (interrupt to abort)\x1b[27m');
      const key = yield* this.screen.key(this.source ? Infinity : this.p.now + 1000, this.source);
      if (key === '\x03' || key === 'Hangup' || key === 'q') return;
      this.pump();
      if (name !== '-' && this.p.files.exists(name)) {
        this.lines = this.p.files.read(name).split('\n');
        if (this.lines.at(-1) === '') this.lines.pop();
      }
      this.toEnd();
    }
  }

  private *help(): Running<void> {
    const text = ['                   SUMMARY OF LESS COMMANDS', '', '  h        this help', '  q        quit', '  j k      one line forward, back (also the arrows, Enter)', '  space b  one page forward, back (also PageDown, PageUp)', '  d u      half a page forward, back', '  g G      first, last line; with a number before: that line', '  /text    search forward      ?text  search back', '  n N      the next match, in the other direction', '  -N -S -i line numbers, long lines cut, ignore case: on or off', '  F        follow what is appended, ^C stops', '  :n :p    next, previous file', '  =        where one is', ''];
    this.screen.draw([...text, ...Array.from({ length: Math.max(0, this.height - text.length) }, () => ''), '\x1b[7mHELP -- Press RETURN when done\x1b[27m'], [this.height, 0]);
    yield* this.screen.key();
    this.screen.redraw();
  }

  /** Fills the first page; true when less may leave because all fits. */
  *open(): Running<boolean> {
    this.pump();
    while (this.source && this.lines.length <= this.height) {
      const key = yield* this.screen.key(Infinity, this.source);
      if (key === 'q' || key === '\x03' || key === 'Hangup') return false;
      this.pump();
    }
    return this.whole && !this.source && this.page(this.height + 1).length <= this.height;
  }

  fits(): string[] {
    return this.page(this.height).map((r) => r.text);
  }

  *run(start: readonly string[]): Running<ExitCode> {
    for (const word of start) {
      if (word === 'G') this.toEnd();
      else if (word === 'F') yield* this.follow();
      else if (word[0] === '/') {
        this.screen.feed(['/', ...[...word.slice(1)], '\r']);
      } else if (/^\d+$/.test(word)) this.top = Math.min(this.lines.length - 1, Math.max(0, Number(word) - 1));
    }
    let count = '';
    for (;;) {
      this.show(count ? `:${count}` : undefined);
      const key: Key = yield* this.screen.key(Infinity, this.source);
      this.pump();
      if (key === 'Timeout' || key === 'Resize') continue;
      if (this.message !== undefined) {
        this.message = undefined;
        if (key === '\r') continue;
      }
      if (/^\d$/.test(key)) {
        count += key;
        continue;
      }
      const n = count ? Number(count) : undefined;
      count = '';
      const half = Math.max(1, Math.floor(this.height / 2));
      const ended = this.atEnd;
      this.first = false;
      switch (key) {
        case 'q': case 'Q': case 'Hangup': case '\x03': if (key !== '\x03' || this.more) return 0; break;
        case 'Z': if ((yield* this.screen.key()) === 'Z') return 0; break;
        case ' ': case 'f': case '\x06': case '\x16': case 'PageDown':
          if (this.more && ended) return 0;
          this.forward(n ?? this.height);
          break;
        case 'b': case '\x02': case 'PageUp': this.back(n ?? this.height); break;
        case 'd': case '\x04': this.forward(n ?? half); break;
        case 'u': case '\x15': this.back(n ?? half); break;
        case '\r': case 'j': case 'e': case '\x0e': case '\x05': case 'Down':
          if (this.more && ended) return 0;
          this.forward(n ?? 1);
          break;
        case 'k': case 'y': case '\x10': case '\x19': case 'Up': this.back(n ?? 1); break;
        case 'g': case '<': case 'Home':
          this.top = Math.max(0, Math.min(this.lines.length - 1, (n ?? 1) - 1));
          this.skip = 0;
          break;
        case 'G': case '>': case 'End':
          while (this.source) {
            this.pump();
            if (!this.source) break;
            const stop = yield* this.screen.key(Infinity, this.source);
            if (stop === '\x03' || stop === 'q') break;
          }
          if (n === undefined) this.toEnd();
          else {
            this.top = Math.max(0, Math.min(this.lines.length - 1, n - 1));
            this.skip = 0;
          }
          break;
        case '%': case 'p':
          this.top = Math.floor((this.lines.length * Math.min(100, n ?? 0)) / 100);
          this.skip = 0;
          break;
        case 'Right': if (this.chop) this.left += half; break;
        case 'Left': this.left = Math.max(0, this.left - half); break;
        case '/': yield* this.newSearch(false); break;
        case '?': yield* this.newSearch(true); break;
        case 'n': this.search(this.backward, n ?? 1); break;
        case 'N': this.search(!this.backward, n ?? 1); break;
        case 'F': yield* this.follow(); break;
        case 'h': case 'H': yield* this.help(); break;
        case '\x0c': case 'r': this.screen.redraw(); break;
        case '\x1a': yield* this.screen.suspend(); break;
        case '=': case '\x07': {
          const last = Math.min(this.lines.length, this.top + this.height);
          const name = this.names[this.file];
          this.message = `${name === '-' ? '' : `${name} `}lines ${this.top + 1}-${last}/${this.lines.length} ${this.atEnd ? '(END)' : `${Math.floor((last / Math.max(1, this.lines.length)) * 100)}%`}  (press RETURN)`.replace(/ +/g, ' ').replace('(END) ', '(END)');
          break;
        }
        case '-': {
          this.show('-');
          const flag = yield* this.screen.key();
          if (flag === 'N') this.numbers = !this.numbers;
          else if (flag === 'S') this.chop = !this.chop;
          else if (flag === 'i' || flag === 'I') this.ignore = !this.ignore;
          else this.message = `There is no ${flag} option ("less --help" for help)  (press RETURN)`;
          break;
        }
        case ':': {
          this.show(':');
          const word = yield* this.screen.key();
          const to = this.file + (word === 'n' ? 1 : word === 'p' ? -1 : 0);
          if (word === 'q') return 0;
          if (word !== 'n' && word !== 'p') break;
          if (to < 0 || to >= this.names.length) this.message = `No ${word === 'n' ? 'next' : 'previous'} file  (press RETURN)`;
          else {
            this.file = to;
            this.load();
          }
          break;
        }
        default: break;
      }
      if (ended && this.more && this.atEnd && key === ' ') return 0;
    }
  }
}

function* less(p: Process, flavour: Flavour): Running<ExitCode> {
  const start = p.args.slice(1).filter((a) => a[0] === '+').map((a) => a.replace(/^\++/, ''));
  const o = options(p, flavour, SPEC, p.args.filter((a, i) => i === 0 || a[0] !== '+'));
  if (typeof o === 'number') return o;
  const name = named(p);
  const tty = p.stdout.tty;
  if (!o.words.length && p.stdin.tty) return misuse(p, flavour, { after: name === 'more' ? 'more: bad usage\nTry \'more --help\' for more information.\n' : 'Missing filename ("less --help" for help)\n' }, '');
  if (!tty) {
    let status = 0;
    for (const word of operands(o.words)) {
      const input = open(p, word, (path, w) => (flavour === 'busybox' ? `can't open '${path}': ${w}` : `${path}: ${w}`));
      if (!input) {
        status = 1;
        continue;
      }
      for (let piece = yield* input.piece(); piece !== undefined; piece = yield* input.piece()) {
        p.write(piece);
        yield* p.flush();
      }
    }
    return status;
  }
  const names = operands(o.words).filter((word) => {
    if (word === '-' || p.files.stat(word)?.type === 'file' || p.files.stat(word)?.type === 'device') return true;
    p.warn(flavour === 'busybox' ? `${name}: can't open '${word}': ${p.files.exists(word) ? 'Is a directory' : 'No such file or directory'}\n` : p.files.exists(word) ? `${word} is a directory\n` : name === 'more' ? `more: cannot open ${word}: No such file or directory\n` : `${word}: No such file or directory\n`);
    return false;
  });
  if (!names.length) return 1;
  const screen = new Screen(p, tty, { alternate: name !== 'more' });
  const pager = new Pager(p, screen, names, (key) => o.has(key), name === 'more');
  if (!pager.load()) return 1;
  if (o.has('p')) start.push(`/${o.value('p')}`);
  // With -F what fits is only printed: the screen is not taken before that is known.
  if (!o.has('F')) screen.begin();
  try {
    if (yield* pager.open()) {
      p.write(pager.fits().map((line) => `${line}\n`).join(''));
      return 0;
    }
    screen.begin();
    return yield* pager.run(start);
  } finally {
    screen.end();
  }
}

/** The commands of this chunk. */
export const suite: Suite = { less, more: less, view: less };
