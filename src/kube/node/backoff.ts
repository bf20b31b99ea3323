/**
 * Growing pauses between tries: 10 s, doubled each time up to 5 min, forgotten after twice the longest.
 * Stands for client-go's flowcontrol.Backoff as the kubelet uses it for restarts and for pulls.
 */
import type { Millis } from '../../sim/clock.ts';

const FIRST = 10_000;
const LONGEST = 300_000;

/** The pauses of one container's restarts, or of one image's pulls. */
export class Backoff {
  /** The present pause in milliseconds; 0 before the first. */
  pause: Millis = 0;
  private updated: Millis = 0;

  /** Is somebody who ended at `since` still to wait at `now`? */
  waiting(since: Millis, now: Millis): boolean {
    return this.pause > 0 && since - this.updated <= 2 * LONGEST && now - since < this.pause;
  }

  /** Is it still too early since the last failure? */
  waitingSinceUpdate(now: Millis): boolean {
    return this.pause > 0 && now - this.updated < this.pause;
  }

  /** Another try: the next pause is longer, unless the last one is long ago. */
  next(at: Millis, now: Millis): void {
    this.pause = this.pause === 0 || at - this.updated > 2 * LONGEST ? FIRST : Math.min(2 * this.pause, LONGEST);
    this.updated = now;
  }
}
