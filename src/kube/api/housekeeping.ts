/**
 * What the server does in time by itself: ends watches, forgets events after an hour, compacts the history every five minutes.
 * Stands for watch time-outs, etcd's leases and kube-apiserver's compactor.
 */
import { PART, type Core } from './core.ts';

const COMPACT_EVERY = 300_000;
const EVENT_LIFE = 3_600_000;
const EVENTS = '/registry/events/';
const RULES = ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'];

export class Housekeeping {
  private readonly core: Core;
  /** Events in the order in which they were last written, with the time. */
  private readonly events = new Map<string, number>();
  private compactTo = 0;
  private armed = false;

  constructor(core: Core) {
    this.core = core;
    const { store } = core;
    store.watch(EVENTS, (change) => {
      this.events.delete(change.key);
      if (!change.now) return;
      if (this.events.size === 0) core.clock.wake(PART, 'events', EVENT_LIFE);
      this.events.set(change.key, change.at);
    });
    core.wrote = () => this.arm();
    for (const name of RULES) store.watch(`/registry/${name}/`, () => {
      core.rules++;
    });
  }

  /** A write happened: the next compaction has something to do. */
  private arm(): void {
    if (this.armed) return;
    this.armed = true;
    this.core.clock.wake(PART, 'compact', COMPACT_EVERY);
  }

  wake(key: string): void {
    if (key === 'events') this.expire();
    else if (key === 'compact') this.compact();
    else {
      const colon = key.indexOf(':');
      const other = this.core.waking.get(key.slice(0, colon));
      if (other) other(key.slice(colon + 1));
      else this.core.watches.timeUp(key);
    }
  }

  private expire(): void {
    const { store, clock } = this.core;
    for (const [key, at] of this.events) {
      if (at + EVENT_LIFE > clock.now) {
        clock.wake(PART, 'events', at + EVENT_LIFE - clock.now);
        return;
      }
      store.delete(key);
      this.core.ledgers.delete(key);
    }
  }

  /** As the real one: forgets what was there five minutes ago. */
  private compact(): void {
    const { store } = this.core;
    this.armed = false;
    store.compact(this.compactTo);
    if (this.compactTo === store.revision) return;
    this.compactTo = store.revision;
    this.arm();
  }
}
