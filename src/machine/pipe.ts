/**
 * Pipes and the other simple streams: a text as a source, nothing, a listener's sink.
 * A pipe is bounded by its writer's good will: `write` takes all, `full` asks to wait (64 KiB, as Linux').
 */
import type { Sink, Source, Wakeable } from './process.ts';

const CAPACITY = 65_536;

/** Whoever waits at one end of a stream. */
export class Waiters {
  private readonly set = new Set<Wakeable>();

  listen(p: Wakeable): () => void {
    this.set.add(p);
    return () => this.set.delete(p);
  }

  poke(): void {
    for (const p of this.set) p.poke();
  }
}

/** A pipe: what is written at its sink comes out of its source. Both ends begin with one user. */
export class Pipe {
  readonly source: Source;
  readonly sink: Sink;
  private text = '';
  private readers = 1;
  private writers = 1;
  private readonly readable = new Waiters();
  private readonly writable = new Waiters();

  constructor() {
    const pipe = this;
    this.source = {
      take: (most) => pipe.take(most),
      unread: (text) => void (pipe.text = text + pipe.text),
      listen: (p) => pipe.readable.listen(p),
      hold: () => void pipe.readers++,
      close: () => {
        if (--pipe.readers === 0) {
          pipe.text = '';
          pipe.writable.poke();
        }
      },
    };
    this.sink = {
      write: (text) => pipe.write(text),
      get full(): boolean {
        return pipe.text.length >= CAPACITY && pipe.readers > 0;
      },
      listen: (p) => pipe.writable.listen(p),
      hold: () => void pipe.writers++,
      close: () => {
        if (--pipe.writers === 0) pipe.readable.poke();
      },
    };
  }

  private take(most = Infinity): string | undefined {
    const text = this.text;
    if (text === '') return this.writers > 0 ? '' : undefined;
    if (most >= text.length) this.text = '';
    else this.text = text.slice(most);
    if (text.length >= CAPACITY && this.text.length < CAPACITY) this.writable.poke();
    return this.text === '' ? text : text.slice(0, most);
  }

  private write(text: string): boolean {
    if (this.readers <= 0) return false;
    if (text === '') return true;
    const waiting = this.text === '';
    this.text += text;
    if (waiting) this.readable.poke();
    return true;
  }
}

/** A source that gives this text and then ends: a file opened for reading, a here document. */
export function textSource(text: string): Source {
  return {
    take(most = Infinity) {
      if (text === '') return undefined;
      const piece = most < text.length ? text.slice(0, most) : text;
      text = text.slice(piece.length);
      return piece;
    },
    unread(back) {
      text = back + text;
    },
    listen: () => () => {},
  };
}

/** A source that never ends: /dev/zero, /dev/urandom. `make` gives `n` characters. */
export function endlessSource(make: (n: number) => string): Source {
  let back = '';
  return {
    take(most = 4096) {
      const text = back + make(Math.min(most, 65_536));
      back = '';
      return text;
    },
    unread(text) {
      back = text + back;
    },
    listen: () => () => {},
  };
}

/** /dev/null to read from. */
export const nothing: Source = { take: () => undefined, unread: () => {}, listen: () => () => {} };

/** A sink that hands every piece to `hear`, which answers false when nobody wants any more; never full. */
export const sinkTo = (hear: (text: string) => boolean | void): Sink => ({
  write: (text) => text === '' || hear(text) !== false,
  full: false,
  listen: () => () => {},
  close: () => {},
});

/** /dev/null to write to. */
export const nowhere: Sink = sinkTo(() => {});
