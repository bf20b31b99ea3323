/**
 * TCP connections: two bounded pipes whose text arrives one latency after it was written.
 * Unlike TCP: no windows, no loss; a close in one direction ends both after what is under way has arrived.
 */
import type { Millis } from '../sim/clock.ts';
import type { Connection } from './network.ts';
import { NetError } from './network.ts';
import { Waiters } from './pipe.ts';
import type { Sink, Source } from './process.ts';

/** Calls `run` after `delay` milliseconds of virtual time. */
export type Later = (delay: Millis, run: () => void) => void;

const WINDOW = 65_536;

interface End {
  readonly address: string;
  readonly port: number;
}

/** One direction of a connection. */
class Lane {
  private text = '';
  private flying = 0;
  private finished = false;
  private broken = false;
  /** The reader went away. */
  private deaf = false;
  private readonly readable = new Waiters();
  private readonly writable = new Waiters();
  private readonly later: Later;
  private readonly latency: Millis;
  private readonly peer: End;
  private sent = false;

  constructor(later: Later, latency: Millis, peer: End) {
    this.later = later;
    this.latency = latency;
    this.peer = peer;
  }

  readonly source: Source = {
    take: (most = Infinity) => {
      if (this.broken) throw new NetError('ECONNRESET', this.peer.address, this.peer.port, 'Connection reset by peer');
      if (this.text === '') return this.finished ? undefined : '';
      const piece = this.text.slice(0, most);
      this.text = this.text.slice(piece.length);
      this.writable.poke();
      return piece;
    },
    unread: (text) => void (this.text = text + this.text),
    listen: (p) => this.readable.listen(p),
  };

  readonly sink: Sink = ((): Sink => {
    const lane = this;
    return {
      write(text) {
        if (lane.deaf || lane.sent || lane.broken) return false;
        if (text === '') return true;
        lane.flying += text.length;
        lane.travel(() => {
          lane.flying -= text.length;
          lane.text += text;
          lane.readable.poke();
        });
        return true;
      },
      get full() {
        return !lane.deaf && lane.text.length + lane.flying >= WINDOW;
      },
      listen: (p) => lane.writable.listen(p),
      close: () => lane.end(),
    };
  })();

  end(): void {
    if (this.sent) return;
    this.sent = true;
    this.travel(() => {
      this.finished = true;
      this.readable.poke();
    });
  }

  reset(): void {
    this.sent = true;
    this.travel(() => {
      this.broken = !this.finished;
      this.readable.poke();
      this.writable.poke();
    });
  }

  /** The reader closed: later writes fail. */
  ignore(): void {
    this.travel(() => {
      this.deaf = true;
      this.writable.poke();
    });
  }

  private travel(arrive: () => void): void {
    if (this.latency > 0) this.later(this.latency, arrive);
    else arrive();
  }
}

/** Both ends of a connection. `seen` is the client's address and port as the server sees it, `reached` the server's own. */
export function connect(
  later: Later,
  latency: Millis,
  ends: { client: End; dialled: End; seen: End; reached: End },
): { client: Connection; server: Connection } {
  const up = new Lane(later, latency, ends.seen);
  const down = new Lane(later, latency, ends.dialled);
  const end = (input: Lane, output: Lane, local: End, remote: End): Connection => ({
    input: input.source,
    output: output.sink,
    local,
    remote,
    close() {
      output.end();
      input.ignore();
    },
    reset() {
      output.reset();
      input.ignore();
    },
  });
  return { client: end(down, up, ends.client, ends.dialled), server: end(up, down, ends.reached, ends.seen) };
}
