/**
 * The agenda of a world: who is to be woken when. It is the only source of motion and of time.
 * Stands for the machines' clocks and timers; all machines of a world share one clock, without skew.
 */

/** Virtual milliseconds since the world began. Nothing else measures time. */
export type Millis = number;

/** Ends what was started; calling it again does nothing. */
export type Stop = () => void;

/** What a part of the world may do with time: read it, and ask to be woken. */
export interface Clock {
  readonly now: Millis;
  /**
   * Wake `part` about `key` no later than `delay` milliseconds from now (0: later in this very moment).
   * Asking twice keeps the earlier time, so a part that wakes early asks again for whatever it still waits for.
   */
  wake(part: string, key: string, delay?: Millis): void;
  /** Forget a wake that was asked for. */
  cancel(part: string, key: string): void;
}

/** Anything the agenda can wake: a controller, a kubelet, the kernel. Told whom to look at, never why. */
export interface Part {
  wake(key: string): void;
}

interface Wake {
  at: Millis;
  readonly order: number;
  readonly part: string;
  readonly key: string;
}

/** More wakes than this within one virtual millisecond is a loop that never ends. */
const MOST_WAKES_AT_ONCE = 2_000_000;

/** The clock of one world: a queue ordered by (time, order of asking). */
export class Agenda implements Clock {
  now: Millis = 0;
  /** How many wakes were delivered so far. */
  woken = 0;
  /** While true, nothing is delivered and time stands: a part waits for code that is still being loaded. */
  held = false;
  private stopping = false;
  private readonly parts = new Map<string, Part>();
  private readonly heap: Wake[] = [];
  private readonly pending = new Map<string, Map<string, Wake>>();
  private orders = 0;

  /** Give a name to a part, so that it can be woken. */
  add(name: string, part: Part): void {
    this.parts.set(name, part);
  }

  /** Take a part out; its pending wakes are forgotten. */
  remove(name: string): void {
    this.parts.delete(name);
    this.pending.delete(name);
  }

  wake(part: string, key: string, delay: Millis = 0): void {
    const at = this.now + (delay > 0 ? delay : 0);
    let keys = this.pending.get(part);
    if (!keys) this.pending.set(part, (keys = new Map()));
    const old = keys.get(key);
    if (old && old.at <= at) return;
    const wake: Wake = { at, order: this.orders++, part, key };
    keys.set(key, wake);
    this.push(wake);
  }

  cancel(part: string, key: string): void {
    this.pending.get(part)?.delete(key);
  }

  /** The time of the next wake, or undefined when nothing is pending. */
  next(): Millis | undefined {
    for (let top = this.heap[0]; top; top = this.heap[0]) {
      if (this.live(top)) return top.at;
      this.pop();
    }
    return undefined;
  }

  /** Deliver every wake up to and including `until`, then stand at `until`; returns early, at the moment reached, when `held` or told to `stop`. */
  run(until: Millis): void {
    this.stopping = false;
    let moment = this.now;
    let here = 0;
    while (!this.held && !this.stopping) {
      const top = this.heap[0];
      if (!top || top.at > until) break;
      this.pop();
      if (!this.live(top)) continue;
      this.pending.get(top.part)!.delete(top.key);
      if (top.at > moment) {
        moment = top.at;
        here = 0;
      }
      if (++here > MOST_WAKES_AT_ONCE) throw new Error(`livelock at ${top.at} ms: ${top.part} ${top.key}`);
      this.now = top.at;
      this.woken++;
      this.parts.get(top.part)?.wake(top.key);
    }
    if (!this.held && !this.stopping && until > this.now) this.now = until;
  }

  /** Lets `run` return after the wake that is being delivered, so that the world can be looked at in this very moment. */
  stop(): void {
    this.stopping = true;
  }

  private live(wake: Wake): boolean {
    return this.pending.get(wake.part)?.get(wake.key) === wake;
  }

  private push(wake: Wake): void {
    const heap = this.heap;
    let i = heap.length;
    heap.push(wake);
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (!before(wake, heap[up]!)) break;
      heap[i] = heap[up]!;
      i = up;
    }
    heap[i] = wake;
  }

  private pop(): void {
    const heap = this.heap;
    const last = heap.pop()!;
    const size = heap.length;
    if (size === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}

const before = (a: Wake, b: Wake): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
