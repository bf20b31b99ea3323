/**
 * Waits that double with each failure of the same thing, and are forgotten after a while.
 * Stands for client-go's flowcontrol.Backoff.
 */
import type { Millis } from '../../sim/clock.ts';

export class Backoff {
  private readonly least: Millis;
  private readonly most: Millis;
  private readonly entries = new Map<string, { delay: Millis; at: Millis }>();

  /** First and longest wait. */
  constructor(least: Millis, most: Millis) {
    this.least = least;
    this.most = most;
  }

  /** One more failure now: the next wait is twice as long. */
  next(id: string, now: Millis): void {
    const old = this.entries.get(id);
    const fresh = !old || now - old.at > 2 * this.most;
    this.entries.set(id, { delay: fresh ? this.least : Math.min(this.most, old.delay * 2), at: now });
  }

  /** Milliseconds that are left to wait; 0 when there is nothing to wait for. */
  left(id: string, now: Millis): Millis {
    const entry = this.entries.get(id);
    return entry ? Math.max(0, entry.at + entry.delay - now) : 0;
  }

  forget(id: string): void {
    this.entries.delete(id);
  }
}
