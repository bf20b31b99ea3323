/**
 * Work that is put off for a moment, so that what happens meanwhile is done along with it.
 * Stands for the batch periods that some controllers give their queues.
 */
import type { Millis } from '../../sim/clock.ts';

const LATER = 'later:';

export class Batch {
  private readonly period: Millis;
  private readonly due = new Map<string, Millis>();

  constructor(period: Millis) {
    this.period = period;
  }

  /** The key under which a key waits for its batch. */
  later(key: string): string {
    return `${LATER}${key}`;
  }

  /** The key itself. */
  plain(key: string): string {
    return key.startsWith(LATER) ? key.slice(LATER.length) : key;
  }

  /** Milliseconds until the work is due; 0 when it is, and for keys that do not wait. */
  wait(key: string, now: Millis): Millis {
    if (!key.startsWith(LATER)) return 0;
    const due = this.due.get(key);
    if (due === undefined) this.due.set(key, now + this.period);
    else if (due <= now) {
      this.due.delete(key);
      return 0;
    }
    return this.due.get(key)! - now;
  }
}
