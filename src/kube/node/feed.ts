/**
 * What keeps coming after an answer of the kubelet: a queue with an end.
 */
import { Waiters } from '../../machine/pipe.ts';
import type { Feed } from '../api/wire.ts';

/** A feed that its maker fills. */
export class Queue implements Feed {
  ended = false;
  private readonly items: unknown[] = [];
  private readonly waiters = new Waiters();
  private readonly closed: (() => void) | undefined;
  readonly send?: (item: unknown) => void;

  /** `send` takes what the other side says; `closed` is told when it goes away. */
  constructor(options: { send?: (item: unknown) => void; closed?: () => void } = {}) {
    if (options.send) this.send = options.send;
    this.closed = options.closed;
  }

  push(item: unknown): void {
    if (this.ended) return;
    this.items.push(item);
    this.waiters.poke();
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.waiters.poke();
  }

  take(): unknown {
    return this.items.shift();
  }

  listen(who: { poke(): void }): () => void {
    return this.waiters.listen(who);
  }

  close(): void {
    if (!this.ended) this.closed?.();
    this.end();
  }
}
