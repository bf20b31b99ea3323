/**
 * What filters read: files named as operands, or standard input, piece by piece and line by line; and the messages about files.
 */
import { FileError } from '../files.ts';
import { endlessSource, nothing } from '../pipe.ts';
import type { Process, Running, Source } from '../process.ts';
import { randomBytes } from '../view.ts';
import { named } from './options.ts';

/** A text that is read from the front. `line` keeps partial lines back until they are whole or the end is reached. */
export class Input {
  /** Whether the line that was returned last ended with the separator. */
  whole = true;
  readonly name: string;
  private readonly source: Source;
  private readonly p: Process;
  private text: string;
  private at = 0;
  private ended: boolean;

  /** From a text that is all there, or from a source. */
  constructor(p: Process, name: string, from: string | Source = p.stdin) {
    this.p = p;
    this.name = name;
    const whole = typeof from === 'string';
    this.source = whole ? nothing : from;
    this.text = whole ? from : '';
    this.ended = whole;
  }

  /** Whatever is there next; undefined at the end. */
  *piece(): Running<string | undefined> {
    if (this.at < this.text.length) {
      const out = this.text.slice(this.at);
      this.text = '';
      this.at = 0;
      return out;
    }
    if (this.ended) return undefined;
    const more = yield* this.take();
    if (more === undefined) this.ended = true;
    return more;
  }

  /** The next line without its separator; undefined at the end. */
  *line(separator = '\n'): Running<string | undefined> {
    for (let from = this.at; ; ) {
      const end = this.text.indexOf(separator, from);
      if (end >= 0) {
        const out = this.text.slice(this.at, end);
        this.at = end + separator.length;
        this.whole = true;
        return out;
      }
      if (this.ended) break;
      const more = yield* this.take();
      if (more === undefined) {
        this.ended = true;
        continue;
      }
      this.text = this.text.slice(this.at) + more;
      this.at = 0;
      from = Math.max(0, this.text.length - more.length - separator.length + 1);
    }
    if (this.at >= this.text.length) return undefined;
    const out = this.text.slice(this.at);
    this.text = '';
    this.at = 0;
    this.whole = false;
    return out;
  }

  private *take(): Running<string | undefined> {
    if (this.source === this.p.stdin) return yield* this.p.read();
    for (;;) {
      const piece = this.source.take();
      if (piece !== '') return piece;
      const stop = this.source.listen(this.p);
      try {
        yield;
      } finally {
        stop();
      }
    }
  }

  /** Everything that is left. */
  *rest(): Running<string> {
    const parts: string[] = [];
    for (let piece = yield* this.piece(); piece !== undefined; piece = yield* this.piece()) parts.push(piece);
    return parts.join('');
  }

  /** Puts text back to the front. */
  giveBack(text: string): void {
    this.text = text + this.text.slice(this.at);
    this.at = 0;
  }

  /** Gives back what was read but not used, so that the next reader of standard input gets it. */
  release(): void {
    if (this.at < this.text.length) this.source.unread(this.text.slice(this.at));
    this.text = '';
    this.at = 0;
  }

  /** True when the end is known to be reached: a file's last line was returned. */
  get over(): boolean {
    return this.ended && this.at >= this.text.length;
  }
}

/** What strerror says about an error that file operations threw; other errors are thrown on. */
export function why(error: unknown): string {
  if (error instanceof FileError) return error.message;
  throw error;
}

/** What a device gives: endless bytes, a terminal's keys. */
function device(p: Process, path: string): Source | undefined {
  let real: string;
  try {
    real = p.files.realpath(path);
  } catch {
    return undefined;
  }
  if (real === '/dev/stdin' || real === '/proc/self/fd/0') return p.stdin;
  if (real === '/dev/zero') return endlessSource((n) => '\0'.repeat(n));
  if (real === '/dev/urandom' || real === '/dev/random') return endlessSource((n) => randomBytes(p.random, n));
  if (real === '/dev/tty') return p.tty?.input;
  return undefined;
}

/** Opens a path (`-` is standard input). Throws FileError. */
export function openQuietly(p: Process, path: string): Input {
  if (path === '-') return new Input(p, path);
  const source = path.startsWith('/dev/') || path.startsWith('/proc/') ? device(p, path) : undefined;
  return source ? new Input(p, path, source) : new Input(p, path, p.files.read(path));
}

/** Opens an operand (`-` is standard input); on failure warns `NAME: PATH: …` and returns undefined. */
export function open(p: Process, path: string, complain: (path: string, why: string) => string = (x, w) => `${x}: ${w}`): Input | undefined {
  try {
    return openQuietly(p, path);
  } catch (error) {
    p.warn(`${named(p)}: ${complain(path, why(error))}\n`);
    return undefined;
  }
}

/** The operands, or standard input when there are none. */
export const operands = (words: readonly string[]): readonly string[] => (words.length ? words : ['-']);

/** A file name as GNU's messages quote it. */
export function quoted(name: string): string {
  if (!name.includes("'")) return `'${name}'`;
  return /["$`\\!]/.test(name) ? `'${name.replaceAll("'", "'\\''")}'` : `"${name}"`;
}

/** Tries a file operation; on failure warns `NAME: BEFORE: …` and returns false. */
export function tried(p: Process, before: string, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    p.warn(`${named(p)}: ${before}: ${why(error)}\n`);
    return false;
  }
}
