/**
 * The line editor: emacs keys, history, incremental search, killing and yanking, completion, bracketed paste, wide characters.
 * Stands for readline. Unlike readline: no macros, no vi keys, no inputrc; dash gets it too.
 */
import type { Running } from '../process.ts';
import type { Candidate } from './completion.ts';
import { complete } from './completion.ts';
import { keyOf } from './keys.ts';
import type { Spot } from './layout.ts';
import { moved, prompted, shown } from './layout.ts';
import type { Shell } from './shell.ts';
import { cells } from '../width.ts';

const START: Spot = { row: 0, column: 0 };
const isWord = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}_]/u.test(char);

export class Editor {
  private readonly sh: Shell;
  private chars: string[] = [];
  private at = 0;
  private prompt = '';
  /** Where the cursor stands on the screen. */
  private spot: Spot = START;
  /** Where the prompt began: output may have left the cursor within a line. */
  private origin: Spot = START;
  private queue = '';
  private kills: string[] = [];
  private undos: { chars: string[]; at: number }[] = [];
  private lastAction = '';
  private yanked = { from: 0, index: 0 };
  /** Lines of the history as they were changed while moving through it. */
  private visited = new Map<number, string>();
  private line = 0;

  constructor(sh: Shell) {
    this.sh = sh;
  }

  /** Reads a line. Undefined at ^D on an empty line or the end of the input; 'interrupted' at ^C. */
  *read(prompt: string): Running<{ text: string } | undefined | 'interrupted'> {
    const { sh } = this;
    const { tty } = sh.p;
    if (!tty) return yield* this.plain(prompt);
    const paste = sh.dialect.name === 'bash';
    this.chars = [];
    this.at = 0;
    this.prompt = prompt;
    this.undos = [];
    this.visited.clear();
    this.line = sh.history.lines.length;
    this.lastAction = '';
    tty.mode = 'raw';
    if (paste) sh.err('\x1b[?2004h');
    let { columns } = tty;
    this.begin(tty.column ?? 0);
    sh.p.trap('SIGWINCH', () => {
      if (tty.columns === columns) return;
      this.spot = this.spotOf(this.at);
      ({ columns } = tty);
      this.draw();
    });
    try {
      for (;;) {
        const key = yield* this.key();
        if (key === undefined) return undefined;
        const done = yield* this.press(key);
        if (done === undefined) continue;
        this.go(this.chars.length);
        if (done === 'interrupted') sh.err('^C');
        sh.err(done === 'ended' ? `${paste ? '\x1b[?2004l' : ''}\r\n` : `\r\n${paste ? '\x1b[?2004l\r' : ''}`);
        return done === 'ended' ? undefined : done === 'interrupted' ? done : { text: this.chars.join('') };
      }
    } finally {
      sh.p.trap('SIGWINCH', 'default');
      tty.mode = 'cooked';
    }
  }

  /** Without a terminal: the prompt and a line. */
  private *plain(prompt: string): Running<{ text: string } | undefined> {
    this.sh.err(prompt.replace(/[\x01\x02]/g, ''));
    const source = this.sh.fds[0]?.source;
    let text = '';
    for (;;) {
      const piece = yield* this.sh.receive(source);
      if (piece === undefined) return text === '' ? undefined : { text };
      const end = piece.indexOf('\n');
      text += end < 0 ? piece : piece.slice(0, end);
      if (end < 0) continue;
      if (end + 1 < piece.length) source!.unread(piece.slice(end + 1));
      return { text };
    }
  }

  /** The next key; what is typed ahead of the line's end stays for the next reader. */
  private *key(): Running<string | undefined> {
    const source = this.sh.fds[0]?.source;
    for (;;) {
      const key = keyOf(this.queue);
      if (key !== '') {
        this.queue = this.queue.slice(key.length);
        if ((key === '\r' || key === '\n') && this.queue !== '') {
          source!.unread(this.queue);
          this.queue = '';
        }
        return key;
      }
      // A line pasted ahead without an end is taken piece by piece, so that what follows an Enter reaches the command.
      const more = yield* this.sh.p.read(source);
      if (more === undefined) return undefined;
      const enter = more.startsWith('\x1b[200~') ? -1 : more.search(/[\r\n]/);
      if (enter >= 0 && enter + 1 < more.length) source!.unread(more.slice(enter + 1));
      this.queue += enter >= 0 ? more.slice(0, enter + 1) : more;
    }
  }

  private *press(key: string): Running<'done' | 'interrupted' | 'ended' | undefined> {
    const { chars } = this;
    const before = this.lastAction;
    this.lastAction = '';
    switch (key) {
      case '\r':
      case '\n':
        return 'done';
      case '\x03':
        return 'interrupted';
      case '\x04':
        if (chars.length === 0) return 'ended';
        return this.remove(this.at, this.at + 1);
      case '\x1b[3~':
        return this.remove(this.at, this.at + 1);
      case '\x7f':
      case '\b':
        return this.remove(this.at - 1, this.at);
      case '\x01': case '\x1b[H': case '\x1bOH': case '\x1b[1~': case '\x1b[7~':
        return this.go(0);
      case '\x05': case '\x1b[F': case '\x1bOF': case '\x1b[4~': case '\x1b[8~':
        return this.go(chars.length);
      case '\x02': case '\x1b[D': case '\x1bOD':
        return this.go(this.at - 1);
      case '\x06': case '\x1b[C': case '\x1bOC':
        return this.go(this.at + 1);
      case '\x1bb': case '\x1b[1;5D': case '\x1b[1;3D': case '\x1b\x1b[D':
        return this.go(this.wordStart());
      case '\x1bf': case '\x1b[1;5C': case '\x1b[1;3C': case '\x1b\x1b[C':
        return this.go(this.wordEnd());
      case '\x0b':
        return this.kill(this.at, chars.length, before, true);
      case '\x15':
        return this.kill(0, this.at, before, false);
      case '\x17':
        return this.kill(this.blankStart(), this.at, before, false);
      case '\x1bd':
        return this.kill(this.at, this.wordEnd(), before, true);
      case '\x1b\x7f': case '\x1b\b':
        return this.kill(this.wordStart(), this.at, before, false);
      case '\x19':
        this.yanked = { from: this.at, index: this.kills.length - 1 };
        this.insert(this.kills.at(-1) ?? '');
        this.lastAction = 'yank';
        return undefined;
      case '\x1by':
        return this.yankBefore(before);
      case '\x14':
        return this.transpose();
      case '\x1bu': case '\x1bl': case '\x1bc':
        return this.recase(key[1]!);
      case '\x0c':
        this.sh.err('\x1b[H\x1b[2J');
        this.begin(0);
        return undefined;
      case '\x10': case '\x1b[A': case '\x1bOA':
        return this.recall(this.line - 1);
      case '\x0e': case '\x1b[B': case '\x1bOB':
        return this.recall(this.line + 1);
      case '\x1b<':
        return this.recall(0);
      case '\x1b>':
        return this.recall(this.sh.history.lines.length);
      case '\x1b.': case '\x1b_':
        return this.lastArgument(before);
      case '\x1f': case '\x18\x15':
        return this.undo();
      case '\x1b#':
        this.go(0);
        this.insert('#');
        return 'done';
      case '\x12':
        return yield* this.search();
      case '\t':
        this.lastAction = (yield* this.complete(before === 'complete')) ? 'completed' : 'complete';
        return undefined;
      case '\x1b?':
        yield* this.complete(true);
        return undefined;
      case '\x11': case '\x16': {
        const next = yield* this.key();
        if (next !== undefined) this.insert(next);
        return undefined;
      }
    }
    if (key.startsWith('\x1b[200~')) this.insert(key.slice(6, -6).replace(/\r\n?/g, '\n'));
    else if (key >= ' ' && key[0] !== '\x7f') this.insert(key);
    return undefined;
  }

  private save(): void {
    this.undos.push({ chars: [...this.chars], at: this.at });
    if (this.undos.length > 200) this.undos.shift();
  }

  private insert(text: string): undefined {
    if (text === '') return;
    const added = [...text];
    if (this.lastAction !== 'insert') this.save();
    this.lastAction = 'insert';
    const ended = this.at === this.chars.length;
    this.chars.splice(this.at, 0, ...added);
    this.at += added.length;
    const columns = this.sh.p.tty?.columns ?? 80;
    const width = cells(text);
    // The usual case, a key at the end of the line, costs only itself.
    if (ended && !/[\x00-\x1f\x7f]/.test(text) && width > 0 && this.spot.column + width < columns) {
      this.sh.err(text);
      this.spot = { row: this.spot.row, column: this.spot.column + width };
    } else this.draw();
  }

  private remove(from: number, to: number): undefined {
    if (from < 0 || to > this.chars.length || from >= to) return;
    this.save();
    const gone = this.chars.splice(from, to - from).join('');
    const ended = from === this.chars.length;
    this.at = from;
    const width = cells(gone);
    if (ended && !/[\x00-\x1f\x7f]/.test(gone) && this.spot.column > width) {
      this.sh.err(`${'\b'.repeat(width)}\x1b[K`);
      this.spot = { row: this.spot.row, column: this.spot.column - width };
    } else this.draw();
  }

  private kill(from: number, to: number, before: string, forward: boolean): undefined {
    this.lastAction = 'kill';
    if (from >= to) return;
    const text = this.chars.slice(from, to).join('');
    // Kills in a row are one.
    if (before === 'kill') this.kills.push(forward ? (this.kills.pop() ?? '') + text : text + (this.kills.pop() ?? ''));
    else this.kills.push(text);
    this.remove(from, to);
    this.lastAction = 'kill';
  }

  private yankBefore(before: string): undefined {
    if (before !== 'yank') return;
    const old = [...this.kills[this.yanked.index]!].length;
    const index = (this.yanked.index - 1 + this.kills.length) % this.kills.length;
    this.chars.splice(this.yanked.from, old, ...this.kills[index]!);
    this.at = this.yanked.from + [...this.kills[index]!].length;
    this.yanked = { from: this.yanked.from, index };
    this.lastAction = 'yank';
    this.draw();
  }

  private transpose(): undefined {
    if (this.at === 0 || this.chars.length < 2) return;
    this.save();
    const right = Math.min(this.at, this.chars.length - 1);
    [this.chars[right - 1], this.chars[right]] = [this.chars[right]!, this.chars[right - 1]!];
    this.at = right + 1;
    this.draw();
  }

  private recase(how: string): undefined {
    this.save();
    const end = this.wordEnd();
    let first = true;
    for (; this.at < end; this.at++) {
      const char = this.chars[this.at]!;
      this.chars[this.at] = how === 'u' || (how === 'c' && first && isWord(char)) ? char.toUpperCase() : char.toLowerCase();
      if (isWord(char)) first = false;
    }
    this.draw();
  }

  private lastArgument(before: string): undefined {
    const back = before.startsWith('argument') ? Number(before.slice(8)) + 1 : 1;
    const line = this.sh.history.lines.at(-back);
    if (line === undefined) return;
    if (before.startsWith('argument')) this.undo();
    this.save();
    this.lastAction = 'insert';
    this.insert(line.match(/(?:\\.|'[^']*'|"(?:[^"\\]|\\.)*"|[^\s])+/g)?.at(-1) ?? '');
    this.lastAction = `argument${back}`;
  }

  private undo(): undefined {
    const last = this.undos.pop();
    if (!last) return;
    ({ chars: this.chars, at: this.at } = last);
    this.draw();
  }

  private wordStart(): number {
    let at = this.at;
    while (at > 0 && !isWord(this.chars[at - 1])) at--;
    while (at > 0 && isWord(this.chars[at - 1])) at--;
    return at;
  }

  private wordEnd(): number {
    let at = this.at;
    while (at < this.chars.length && !isWord(this.chars[at])) at++;
    while (at < this.chars.length && isWord(this.chars[at])) at++;
    return at;
  }

  private blankStart(): number {
    let at = this.at;
    while (at > 0 && /\s/.test(this.chars[at - 1]!)) at--;
    while (at > 0 && !/\s/.test(this.chars[at - 1]!)) at--;
    return at;
  }

  /** Moves through the history; what was changed on the way is kept until Enter. */
  private recall(line: number): undefined {
    const { lines } = this.sh.history;
    if (line < 0 || line > lines.length) return;
    this.visited.set(this.line, this.chars.join(''));
    this.line = line;
    this.replace(this.visited.get(line) ?? lines[line] ?? '');
  }

  private replace(text: string): void {
    this.chars = [...text];
    this.at = this.chars.length;
    this.draw();
  }

  /** Ctrl-R: looks for what is typed in ever older lines. */
  private *search(): Running<'done' | 'interrupted' | undefined> {
    const { lines } = this.sh.history;
    const { prompt } = this;
    const original = this.chars.join('');
    let term = '';
    let found = this.line;
    let failed = false;
    const look = (from: number): void => {
      for (let i = Math.min(from, lines.length - 1); i >= 0; i--) {
        if (!lines[i]!.includes(term)) continue;
        found = i;
        failed = false;
        this.chars = [...lines[i]!];
        this.at = [...lines[i]!.slice(0, lines[i]!.lastIndexOf(term))].length;
        return;
      }
      failed = true;
    };
    const show = (): void => {
      this.prompt = `(${failed ? 'failed ' : ''}reverse-i-search)\`${term}': `;
      this.draw();
    };
    const end = (): void => {
      this.prompt = prompt;
      this.line = found;
      this.draw();
    };
    show();
    for (;;) {
      const key = yield* this.key();
      if (key === undefined) return undefined;
      if (key === '\x03') {
        this.prompt = prompt;
        this.at = this.chars.length;
        return 'interrupted';
      }
      if (key === '\x12') {
        if (term !== '') look(found - 1);
      } else if (key === '\x7f' || key === '\b') {
        term = [...term].slice(0, -1).join('');
        if (term !== '') look(lines.length - 1);
      } else if (key === '\x07') {
        found = this.line;
        this.chars = [...original];
        this.at = this.chars.length;
        end();
        return undefined;
      } else if (key >= ' ' && key !== '\x7f' && key[0] !== '\x1b') {
        term += key;
        look(failed ? found : Math.max(found, this.line === found ? lines.length - 1 : found));
      } else {
        end();
        return (yield* this.press(key)) as 'done' | 'interrupted' | undefined;
      }
      show();
    }
  }

  /** Completes the word before the cursor; true when the line changed. With `again` it lists what could be meant instead. */
  private *complete(again: boolean): Running<boolean> {
    const text = this.chars.slice(0, this.at).join('');
    const found = yield* complete(this.sh, text);
    if (!found || found.candidates.length === 0) return false;
    const { candidates, word, quote } = found;
    const [only] = candidates;
    if (candidates.length === 1) return this.put(word, quote(only!.text, true) + (only!.open ? '' : `${found.closing} `));
    let common = only!.text;
    for (const { text: other } of candidates) while (!other.startsWith(common)) common = common.slice(0, -1);
    const inserted = quote(common, false);
    if (common.length > found.plain.length) return this.put(word, inserted);
    if (again) yield* this.list(candidates);
    else this.sh.err('\x07');
    return false;
  }

  /** Puts text in the place of the word that is being typed. */
  private put(word: string, text: string): true {
    this.save();
    const length = [...word].length;
    if (text.startsWith(word)) {
      this.lastAction = 'insert';
      this.insert(text.slice(word.length));
      return true;
    }
    this.chars.splice(this.at - length, length, ...text);
    this.at += [...text].length - length;
    this.draw();
    return true;
  }

  /** Shows what could be meant, in columns, or one a line with its note. */
  private *list(candidates: readonly Candidate[]): Running<void> {
    const { tty } = this.sh.p;
    const columns = tty?.columns ?? 80;
    this.go(this.chars.length);
    this.sh.err('\r\n');
    if (candidates.length > 100) {
      this.sh.err(`Display all ${candidates.length} possibilities? (y or n)`);
      let answer = yield* this.key();
      while (answer !== undefined && !/^[yn \x7f\x03]$/i.test(answer)) answer = yield* this.key();
      this.sh.err('\r\n');
      if (!/^[y ]$/i.test(answer ?? 'n')) return this.begin(0);
    }
    const widest = Math.max(...candidates.map(({ label }) => cells(label)));
    if (candidates.some(({ note }) => note)) {
      for (const { label, note } of candidates) {
        const line = `${label}${' '.repeat(widest - cells(label))}${note ? `  (${note})` : ''}`;
        let out = '';
        for (const char of line) if (cells(out + char) < columns) out += char;
        this.sh.err(`${out.trimEnd()}\r\n`);
      }
    } else {
      const across = Math.max(1, Math.floor(columns / (widest + 2)));
      const down = Math.ceil(candidates.length / across);
      for (let row = 0; row < down; row++) {
        let out = '';
        for (let i = row; i < candidates.length; i += down) out += candidates[i]!.label + ' '.repeat(widest + 2 - cells(candidates[i]!.label));
        this.sh.err(`${out}\r\n`);
      }
    }
    this.begin(0);
  }

  /** Where a character of the line stands. */
  private spotOf(at: number): Spot {
    const columns = this.sh.p.tty?.columns ?? 80;
    const { end } = prompted(this.prompt, columns, this.origin.column);
    return shown(this.chars.slice(0, at).join(''), end, columns).end;
  }

  private go(at: number): undefined {
    if (at < 0 || at > this.chars.length || at === this.at) return;
    this.at = at;
    const spot = this.spotOf(at);
    this.sh.err(moved(this.spot, spot));
    this.spot = spot;
  }

  /** Draws prompt and line for the first time, from this column. */
  private begin(column: number): void {
    const columns = this.sh.p.tty?.columns ?? 80;
    this.origin = { row: 0, column };
    const head = prompted(this.prompt, columns, column);
    const body = shown(this.chars.join(''), head.end, columns);
    const spot = this.spotOf(this.at);
    this.sh.err(head.text + body.text + moved(body.end, spot));
    this.spot = spot;
  }

  /** Draws prompt and line anew. */
  private draw(): void {
    const columns = this.sh.p.tty?.columns ?? 80;
    const head = prompted(this.prompt, columns, this.origin.column);
    const body = shown(this.chars.join(''), head.end, columns);
    const spot = this.spotOf(this.at);
    this.sh.err(`${moved(this.spot, this.origin)}${head.text}${body.text}\x1b[J${moved(body.end, spot)}`);
    this.spot = spot;
  }
}
