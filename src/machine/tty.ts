/**
 * Terminals and pseudo-terminals: the line discipline between keys and programs (echo, erasing, ^C ^Z ^\ ^D, CR and LF), and the
 * other side, where a screen (or ssh, kubectl exec) hears the output and types. Stands for Linux' n_tty and pty.
 * Unlike Linux: stty knows two modes only; output is LF to CR LF in both; ^S and ^Q do nothing.
 */
import type { Millis, Stop } from '../sim/clock.ts';
import { sinkTo, Waiters } from './pipe.ts';
import type { Process, Signal, Sink, Source, Tty } from './process.ts';
import { cellsOf } from './width.ts';

/** Characters per virtual millisecond that a screen takes before a flushing writer has to wait. */
const RATE = 1024;

const SIGNAL_KEYS: Readonly<Record<string, Signal>> = { '\x03': 'SIGINT', '\x1c': 'SIGQUIT', '\x1a': 'SIGTSTP' };

/** What a terminal needs of the machine whose processes use it. */
export interface TerminalHost {
  readonly processes: ReadonlyMap<number, Process>;
  readonly now: Millis;
}

/** Both sides of a terminal. Programs use `tty`, `input` and `output`; the screen's side uses the rest. */
export interface Terminal {
  readonly tty: Tty;
  readonly input: Source;
  readonly output: Sink;
  /** Keys as a terminal sends them: `\r` is Enter, `\x7f` Backspace. */
  type(keys: string): void;
  /** Pastes text, bracketed when the program asked for that. */
  paste(text: string): void;
  resize(columns: number, rows: number): void;
  /** Hears every piece of output. */
  hear(fn: (text: string) => void): Stop;
  /** The screen goes away: SIGHUP to every process of this terminal, end of file for whoever reads. */
  hangup(): void;
}

/** Opens a terminal for processes of `host`. */
export function openTerminal(host: TerminalHost, columns = 80, rows = 24): Terminal {
  return new Line(host, columns, rows);
}

class Line implements Terminal {
  readonly tty: Tty;
  readonly input: Source;
  readonly output: Sink;
  private readonly host: TerminalHost;
  private readonly hearers = new Set<(text: string) => void>();
  private readonly readers = new Waiters();
  /** What programs may read: lines (or keys in raw mode); undefined is an end of file. */
  private readonly ready: (string | undefined)[] = [];
  /** The line being typed, in cooked mode. */
  private line = '';
  private raw = false;
  private literal = false;
  private quiet = false;
  private hung = false;
  private bracketed = false;
  private lastOut = '';
  private column = 0;
  private lineStart = 0;
  private size: readonly [number, number];
  private burst = { at: -1, written: 0 };

  constructor(host: TerminalHost, columns: number, rows: number) {
    const line = this;
    this.host = host;
    this.size = [columns, rows];
    this.input = {
      take: (most) => this.take(most),
      unread: (text) => void this.ready.unshift(text),
      listen: (p) => this.readers.listen(p),
      get tty() {
        return line.tty;
      },
    };
    this.output = {
      ...sinkTo((text) => this.show(text)),
      get full(): boolean {
        return line.burst.at === line.host.now && line.burst.written > RATE && !line.hung;
      },
      get tty() {
        return line.tty;
      },
    };
    this.tty = {
      get columns() {
        return line.size[0];
      },
      get rows() {
        return line.size[1];
      },
      get column() {
        return line.column % line.size[0];
      },
      get mode() {
        return line.raw ? 'raw' : 'cooked';
      },
      set mode(mode) {
        line.setRaw(mode === 'raw');
      },
      echo: true,
      foreground: 0,
      input: this.input,
      output: this.output,
    };
  }

  type(keys: string): void {
    if (this.hung) return;
    if (this.raw) {
      this.ready.push(keys);
      return this.readers.poke();
    }
    for (const key of keys) this.key(key);
  }

  paste(text: string): void {
    const keys = text.replace(/\r?\n/g, '\r');
    this.type(this.bracketed ? `\x1b[200~${keys}\x1b[201~` : keys);
  }

  resize(columns: number, rows: number): void {
    this.size = [columns, rows];
    this.signal('SIGWINCH');
  }

  hear(fn: (text: string) => void): Stop {
    this.hearers.add(fn);
    return () => this.hearers.delete(fn);
  }

  hangup(): void {
    if (this.hung) return;
    this.hung = true;
    for (const process of [...this.host.processes.values()]) {
      if (process.tty !== this.tty) continue;
      process.kill('SIGHUP');
      process.kill('SIGCONT');
    }
    this.readers.poke();
  }

  private take(most = Infinity): string | undefined {
    if (this.hung) return undefined;
    if (this.ready.length === 0) return '';
    const first = this.ready.shift();
    if (first === undefined || first.length <= most) return first;
    this.ready.unshift(first.slice(most));
    return first.slice(0, most);
  }

  private show(text: string): boolean {
    if (this.hung) return false;
    if (text === '') return true;
    const { now } = this.host;
    if (this.burst.at !== now) this.burst = { at: now, written: 0 };
    this.burst.written += text.length;
    let out = text;
    if (text.includes('\n')) out = text.replace(/\r?\n/g, '\r\n');
    // A CR at the end of one write and an LF at the start of the next belong together.
    if (this.lastOut === '\r' && text[0] === '\n') out = out.slice(1);
    this.lastOut = out.at(-1)!;
    const asked = Math.max(out.lastIndexOf('\x1b[?2004h'), out.lastIndexOf('\x1b[?2004l'));
    if (asked >= 0) this.bracketed = out[asked + 7] === 'h';
    this.follow(out);
    for (const hear of this.hearers) hear(out);
    return true;
  }

  /** Keeps track of the column, for erasing tabs. */
  private follow(out: string): void {
    const lines = out.split(/[\r\n]|\x1b\[[\d;]*H|\x1bc/);
    if (lines.length > 1) this.column = 0;
    const rest = lines.at(-1)!;
    if (rest.length < 400) this.column = columnAfter(this.column, rest.replace(/\x1b\[[\d;?]*[A-Za-z]/g, ''));
  }

  private setRaw(raw: boolean): void {
    if (raw === this.raw) return;
    this.raw = raw;
    if (raw && this.line !== '') {
      this.ready.push(this.line);
      this.line = '';
    }
    if (raw) return;
    // Keys that came too early for a raw program are lines now; they were not asked for, so they are not echoed.
    const early = this.ready.splice(0).filter((text) => text !== undefined).join('');
    this.quiet = true;
    for (const key of early) this.key(key);
    this.quiet = false;
  }

  private signal(signal: Signal): void {
    const { foreground } = this.tty;
    for (const process of [...this.host.processes.values()]) if (process.group === foreground && process.tty === this.tty) process.kill(signal);
  }

  private echo(text: string): void {
    if (this.tty.echo && !this.quiet) this.show(text);
  }

  /** One key in cooked mode. */
  private key(key: string): void {
    // A program may have changed the mode in answer to the key before.
    if (this.raw) return this.type(key);
    if (this.literal) {
      this.literal = false;
      return this.add(key);
    }
    const signal = SIGNAL_KEYS[key];
    if (signal) {
      this.line = '';
      this.ready.length = 0;
      this.echo(caret(key));
      return this.signal(signal);
    }
    switch (key) {
      case '\r':
      case '\n':
        this.echo('\n');
        return this.give(`${this.line}\n`);
      case '\x04':
        return this.give(this.line === '' ? undefined : this.line);
      case '\x7f':
      case '\b':
        return this.erase(this.line === '' ? 0 : 1);
      case '\x15':
        return this.erase([...this.line].length);
      case '\x17':
        return this.erase([.../\S*\s*$/.exec(this.line)![0]].length);
      case '\x16':
        this.literal = true;
        return;
      case '\x11':
      case '\x13':
        return;
      default:
        return this.add(key);
    }
  }

  private add(key: string): void {
    if (this.line === '') this.lineStart = this.column;
    this.line += key;
    this.echo(key >= ' ' && key !== '\x7f' ? key : key === '\t' ? '\t' : caret(key));
  }

  private give(text: string | undefined): void {
    this.ready.push(text);
    this.line = '';
    this.readers.poke();
  }

  private erase(count: number): void {
    if (count === 0) return;
    const chars = [...this.line];
    const rest = chars.slice(0, chars.length - count).join('');
    const width = columnAfter(this.lineStart, visible(this.line)) - columnAfter(this.lineStart, visible(rest));
    this.line = rest;
    const tabbed = chars.slice(-count).includes('\t');
    this.echo(tabbed ? '\b'.repeat(width) : '\b'.repeat(width) + ' '.repeat(width) + '\b'.repeat(width));
  }
}

const caret = (key: string): string => (key === '\x7f' ? '^?' : `^${String.fromCharCode(key.charCodeAt(0) + 64)}`);

/** A line as it was echoed. */
const visible = (line: string): string => line.replace(/[\0-\x08\x0a-\x1f\x7f]/g, caret);

/** The column after `text` was written from `column`. */
function columnAfter(column: number, text: string): number {
  for (const char of text) {
    if (char === '\t') column += 8 - (column % 8);
    else if (char === '\b') column = Math.max(0, column - 1);
    else column += cellsOf(char.codePointAt(0)!);
  }
  return column;
}
