/**
 * Pods that wait for a node: those to be tried next, those in back-off, and those for which nothing has changed yet.
 * Stands for pkg/scheduler/backend/queue.
 */
import type { Millis } from '../../../sim/clock.ts';

/** A Pod in the queue. */
export interface Waiting {
  readonly key: string;
  readonly priority: number;
  /** When it was queued first, and its turn among those of the same moment. */
  readonly order: number;
  /** Tries so far that found no node, or failed. */
  tries: number;
  /** When the last try ended. */
  tried: Millis;
  /** Plugins that said no; only what may change their mind brings the Pod back. */
  plugins: ReadonlySet<string>;
}

const FIRST_BACKOFF: Millis = 1000;
const MOST_BACKOFF: Millis = 10_000;

/** Higher priority first, then first come first served. */
const ahead = (a: Waiting, b: Waiting): boolean => a.priority > b.priority || (a.priority === b.priority && a.order < b.order);

export class Queue {
  private active: Waiting[] = [];
  private readonly backoff = new Map<string, { readonly waiting: Waiting; readonly until: Millis }>();
  readonly unschedulable = new Map<string, Waiting>();
  private readonly everywhere = new Map<string, Waiting>();
  private orders = 0;

  /** A Pod that is new, or has changed so that it is worth a try. */
  add(key: string, priority: number): void {
    if (this.everywhere.has(key) && !this.unschedulable.has(key)) return;
    const old = this.everywhere.get(key);
    this.activate({ key, priority, order: old?.order ?? this.orders++, tries: old?.tries ?? 0, tried: old?.tried ?? 0, plugins: new Set() });
  }

  remove(key: string): void {
    if (!this.everywhere.delete(key)) return;
    this.unschedulable.delete(key);
    this.backoff.delete(key);
    this.active = this.active.filter((w) => w.key !== key);
  }

  has(key: string): boolean {
    return this.everywhere.has(key);
  }

  get size(): number {
    return this.everywhere.size;
  }

  /** The next to try; when no other is active, one out of back-off, since nobody else wants the scheduler. `error` ones wait their time. */
  pop(now: Millis): Waiting | undefined {
    let next = this.active.shift();
    if (!next) {
      let best: { waiting: Waiting; until: Millis } | undefined;
      for (const entry of this.backoff.values()) {
        const errored = entry.waiting.plugins.size === 0;
        if ((!errored || entry.until <= now) && (!best || entry.until < best.until || (entry.until === best.until && ahead(entry.waiting, best.waiting)))) best = entry;
      }
      if (!best) return undefined;
      next = best.waiting;
      this.backoff.delete(next.key);
    }
    this.everywhere.delete(next.key);
    return next;
  }

  /** No node would do: it waits for a change that these plugins care about. */
  reject(waiting: Waiting, plugins: ReadonlySet<string>, now: Millis): void {
    const next = { ...waiting, tries: waiting.tries + 1, tried: now, plugins };
    this.everywhere.set(next.key, next);
    this.unschedulable.set(next.key, next);
  }

  /** The try failed for another reason: again after a while. Returns that while. */
  fail(waiting: Waiting, now: Millis): Millis {
    const next = { ...waiting, tries: waiting.tries + 1, tried: now, plugins: new Set<string>() };
    const wait = Math.min(MOST_BACKOFF, FIRST_BACKOFF * 2 ** (next.tries - 1));
    this.everywhere.set(next.key, next);
    this.backoff.set(next.key, { waiting: next, until: now + wait });
    return wait;
  }

  /** Something changed that may help: back to the queue, behind those that are active. */
  revive(waiting: Waiting, now: Millis): void {
    if (!this.unschedulable.delete(waiting.key)) return;
    const until = waiting.tried + Math.min(MOST_BACKOFF, FIRST_BACKOFF * 2 ** (waiting.tries - 1));
    if (until <= now) this.activate(waiting);
    else this.backoff.set(waiting.key, { waiting, until });
  }

  clear(): void {
    this.active = [];
    this.backoff.clear();
    this.unschedulable.clear();
    this.everywhere.clear();
  }

  private activate(waiting: Waiting): void {
    this.unschedulable.delete(waiting.key);
    this.everywhere.set(waiting.key, waiting);
    let low = 0;
    let high = this.active.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ahead(this.active[middle]!, waiting)) low = middle + 1;
      else high = middle;
    }
    this.active.splice(low, 0, waiting);
  }
}
