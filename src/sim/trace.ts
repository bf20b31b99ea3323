/**
 * What the parts of a world say about their own work, for pictures and lessons: the way of a request, a scheduler's verdict.
 * Nothing in the world reads it back, so it never changes what happens; it is bounded, the oldest notes fall out.
 */
import type { Millis } from './clock.ts';

/** One note. `part` is the component's own name (`kube-scheduler`), `step` what it did, `about` the object as `pods/default/web`. */
export interface Note {
  readonly order: number;
  readonly at: Millis;
  readonly part: string;
  readonly step: Step;
  readonly about: string;
  /** Small, plain, JSON-able facts of this step; each step's own. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * request: the API server got one (method, path, user, agent, code, revision)
 * authentication, authorisation, admission, validation: stages of that request, with what they found or changed
 * store: etcd wrote (revision, verb) · watch: a watcher was told (watcher, type) · queue: a controller put a key into its queue
 * reconcile: a controller worked on a key · filter, score, bind: the scheduler, per node
 * sync, pull, create, start, stop, probe, status: kubelet and runtime · route: kube-proxy, dns or a network hop
 */
export type Step =
  | 'request' | 'authentication' | 'authorisation' | 'admission' | 'validation' | 'store' | 'watch' | 'queue' | 'reconcile'
  | 'filter' | 'score' | 'bind' | 'sync' | 'pull' | 'create' | 'start' | 'stop' | 'probe' | 'status' | 'route';

const KEPT = 4000;

/** The notes of one world. */
export class Trace {
  private readonly time: () => Millis;
  private notes: Note[] = [];
  private orders = 0;

  constructor(time: () => Millis) {
    this.time = time;
  }

  note(part: string, step: Step, about: string, facts: Readonly<Record<string, unknown>> = {}): void {
    this.notes.push({ order: this.orders++, at: this.time(), part, step, about, facts });
    if (this.notes.length > 2 * KEPT) this.notes = this.notes.slice(-KEPT);
  }

  /** Notes with `order` of at least `from`, oldest first. */
  since(from: number): readonly Note[] {
    let i = this.notes.length;
    while (i > 0 && this.notes[i - 1]!.order >= from) i--;
    return this.notes.slice(i);
  }

  /** The order that the next note will have. */
  get next(): number {
    return this.orders;
  }
}
