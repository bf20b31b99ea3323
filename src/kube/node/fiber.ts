/**
 * Work that takes time, as generators stepped by the agenda: a Pod worker, the end of a container, a probe.
 * Stands for goroutines. A step yields until woken, or until a virtual time or woken; it looks again in a loop.
 */
import type { Agenda, Millis, Part } from '../../sim/clock.ts';

/** A piece of such work. `yield` waits until poked, `yield t` until poked or until virtual time `t`. */
export type Steps<T = void> = Generator<Millis | void, T, void>;

export class Fibers implements Part {
  private readonly agenda: Agenda;
  private readonly part: string;
  private readonly running = new Map<string, Steps>();
  private readonly idle: (key: string) => void;
  private stepping: string | undefined;

  /** `idle` is told of wakes for keys that have no fiber. */
  constructor(agenda: Agenda, part: string, idle: (key: string) => void) {
    this.agenda = agenda;
    this.part = part;
    this.idle = idle;
    agenda.add(part, this);
  }

  get now(): Millis {
    return this.agenda.now;
  }

  has(key: string): boolean {
    return this.running.has(key);
  }

  /** Begins a fiber in this moment; one of the same key must have ended. */
  start(key: string, steps: Steps): void {
    this.running.set(key, steps);
    this.step(key, steps);
  }

  /** Wakes a fiber, or `idle`, after `delay` milliseconds. */
  poke(key: string, delay: Millis = 0): void {
    this.agenda.wake(this.part, key, delay);
  }

  /** Ends a fiber where it stands. */
  stop(key: string): void {
    const steps = this.running.get(key);
    this.agenda.cancel(this.part, key);
    if (!steps || this.stepping === key) return;
    this.running.delete(key);
    steps.return();
  }

  /** Ends all fibers where they stand. */
  stopAll(): void {
    for (const key of [...this.running.keys()]) this.stop(key);
  }

  wake(key: string): void {
    const steps = this.running.get(key);
    if (steps) this.step(key, steps);
    else this.idle(key);
  }

  private step(key: string, steps: Steps): void {
    const outer = this.stepping;
    this.stepping = key;
    const result = steps.next();
    this.stepping = outer;
    if (result.done) {
      if (this.running.get(key) === steps) this.running.delete(key);
    } else if (typeof result.value === 'number') this.agenda.wake(this.part, key, result.value - this.agenda.now);
  }
}

/** Waits so many milliseconds. */
export function* pause(now: () => Millis, ms: Millis): Steps {
  const until = now() + ms;
  while (now() < until) yield until;
}
