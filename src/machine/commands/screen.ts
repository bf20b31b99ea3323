/**
 * Full-screen programs: the other screen of the terminal, keys with their names, and drawing only what changed. Stands for a little curses.
 */
import type { Millis } from '../../sim/clock.ts';
import type { Process, Running, Sink, Source, Tty } from '../process.ts';

/** A key: one character, or the name of a key of several (`Up`, `Esc`, `Resize`, `Timeout`, `Hangup`); pasted text follows `Paste:`. */
export type Key = string;

const SEQUENCES: Readonly<Record<string, Key>> = {
  A: 'Up', B: 'Down', C: 'Right', D: 'Left', H: 'Home', F: 'End', '1~': 'Home', '2~': 'Insert', '3~': 'Delete', '4~': 'End', '5~': 'PageUp', '6~': 'PageDown', '7~': 'Home', '8~': 'End', Z: 'BackTab',
  '1;5C': 'WordRight', '1;5D': 'WordLeft', '1;5A': 'Up', '1;5B': 'Down', P: 'F1', Q: 'F2', R: 'F3', S: 'F4', '11~': 'F1', '12~': 'F2', '13~': 'F3', '15~': 'F5', '17~': 'F6', '18~': 'F7', '19~': 'F8', '1;5H': 'Home', '1;5F': 'End',
};

/** Takes what a terminal sent apart into keys. */
export function keysOf(text: string): Key[] {
  const out: Key[] = [];
  for (let i = 0; i < text.length; ) {
    if (text.startsWith('\x1b[200~', i)) {
      const end = text.indexOf('\x1b[201~', i);
      out.push(`Paste:${text.slice(i + 6, end < 0 ? undefined : end)}`);
      i = end < 0 ? text.length : end + 6;
      continue;
    }
    const m = text[i] === '\x1b' ? /^\x1b[[O]([0-9;]*[A-Za-z~])/.exec(text.slice(i, i + 12)) : null;
    if (m) {
      const name = SEQUENCES[m[1]!];
      if (name) out.push(name);
      i += m[0].length;
    } else if (text[i] === '\x1b') {
      out.push('Esc');
      i++;
    } else {
      const c = String.fromCodePoint(text.codePointAt(i)!);
      out.push(c === '\n' ? '\r' : c);
      i += c.length;
    }
  }
  return out;
}

/** One program's use of the terminal. `begin` before, `end` after; rows are strings of at most `columns` cells, escapes not counted. */
export class Screen {
  readonly p: Process;
  readonly tty: Tty;
  private readonly input: Source;
  private readonly output: Sink;
  private readonly queue: Key[] = [];
  private shown: string[] = [];
  private resized = false;
  private readonly alternate: boolean;
  private on = false;

  constructor(p: Process, tty: Tty, options: { readonly alternate?: boolean } = {}) {
    this.p = p;
    this.tty = tty;
    this.input = tty.input ?? p.stdin;
    this.output = p.stdout.tty ? p.stdout : (tty.output ?? p.stdout);
    this.alternate = options.alternate ?? true;
  }

  get columns(): number {
    return Math.max(10, this.tty.columns);
  }

  get rows(): number {
    return Math.max(3, this.tty.rows);
  }

  begin(): void {
    if (this.on) return;
    this.on = true;
    this.tty.mode = 'raw';
    this.p.trap('SIGWINCH', () => void (this.resized = true));
    this.put(`${this.alternate ? '\x1b[?1049h' : ''}\x1b[?2004h\x1b[H\x1b[2J`);
    this.shown = [];
  }

  /** Gives the terminal back. May be called twice, and from a `finally`. */
  end(): void {
    if (!this.on) return;
    this.on = false;
    this.tty.mode = 'cooked';
    this.put(`\x1b[?2004l\x1b[?25h${this.alternate ? '\x1b[?1049l' : `\x1b[${this.rows};1H\x1b[K`}`);
  }

  /** ^Z: stops this process and comes back when it is continued. */
  *suspend(): Running<void> {
    this.end();
    this.p.kill('SIGTSTP');
    yield this.p.now;
    this.begin();
  }

  put(text: string): void {
    this.output.write(text);
  }

  /** Shows these rows from the top; the cursor goes to `at` (row and column from 0), or is hidden. */
  draw(rows: readonly string[], at?: readonly [row: number, column: number]): void {
    let out = '\x1b[?25l';
    for (let i = 0; i < this.rows; i++) {
      const row = rows[i] ?? '';
      if (this.shown[i] === row) continue;
      out += `\x1b[${i + 1};1H${row}\x1b[m\x1b[K`;
      this.shown[i] = row;
    }
    if (at) out += `\x1b[${at[0] + 1};${at[1] + 1}H\x1b[?25h`;
    this.put(out);
  }

  /** Forgets what is shown, so that the next `draw` draws all. */
  redraw(): void {
    this.shown = [];
    this.put('\x1b[2J');
  }

  /** Puts keys in front of those to come. */
  feed(keys: readonly Key[]): void {
    this.queue.unshift(...keys);
  }

  get waiting(): boolean {
    return this.queue.length > 0;
  }

  /** The next key; `Timeout` at `deadline`, `Resize` when the terminal changed its size, `Hangup` at its end. `also` wakes up as well and then gives `Timeout`. */
  *key(deadline: Millis = Infinity, also?: Source): Running<Key> {
    const stops = [this.input.listen(this.p), also?.listen(this.p)];
    try {
      for (let first = true; ; first = false) {
        const next = this.queue.shift();
        if (next !== undefined) return next;
        if (this.resized) {
          this.resized = false;
          this.redraw();
          return 'Resize';
        }
        const text = this.input.take();
        if (text === undefined) return 'Hangup';
        if (text !== '') {
          this.queue.push(...keysOf(text));
          continue;
        }
        if (this.p.now >= deadline || (also && !first)) return 'Timeout';
        if (deadline === Infinity) yield;
        else yield deadline;
      }
    } finally {
      for (const stop of stops) stop?.();
    }
  }
}
