/**
 * A revisioned key-value store with watch and history: what etcd is to Kubernetes.
 * Values are frozen by their writers and shared; nothing is ever cloned on the way out.
 * Unlike Kubernetes: one member, no leases, no transactions over several keys.
 */
import type { Millis, Stop } from './clock.ts';

/** Counts every write of a store; 0 is before the first. */
export type Revision = number;

/** What stands under a key. */
export interface Entry<V> {
  readonly key: string;
  readonly value: V;
  readonly created: Revision;
  readonly revision: Revision;
}

/** One write: `now` is missing for a deletion, `before` for a creation. */
export interface Change<V> {
  readonly revision: Revision;
  readonly at: Millis;
  readonly key: string;
  readonly now?: Entry<V>;
  readonly before?: Entry<V>;
}

/** The key is not at the revision that the writer expected. */
export class Conflict extends Error {
  readonly key: string;
  readonly found: Revision;
  constructor(key: string, found: Revision) {
    super(`${key} is at revision ${found}`);
    this.key = key;
    this.found = found;
  }
}

/** The asked-for revision was compacted away. */
export class Compacted extends Error {}

interface Listener<V> {
  readonly prefix: string;
  readonly hear: (change: Change<V>) => void;
}

/** Keys of one collection, kept in order. */
interface Bucket<V> {
  readonly entries: Map<string, Entry<V>>;
  readonly keys: string[];
  readonly listeners: Set<Listener<V>>;
}

/** The first two segments of a key: `/registry/pods/`. Keys and watched prefixes have at least these. */
function bucketOf(key: string): string {
  const second = key.indexOf('/', 1);
  const third = key.indexOf('/', second + 1);
  return third < 0 ? key : key.slice(0, third + 1);
}

/** The least index whose key is not below `key`. */
function seek(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Store<V> {
  revision: Revision = 0;
  /** Everything up to this revision has been forgotten by `history`. */
  compacted: Revision = 0;
  private readonly time: () => Millis;
  private readonly buckets = new Map<string, Bucket<V>>();
  private log: Change<V>[] = [];

  /** `time` tells the moment of a write. */
  constructor(time: () => Millis) {
    this.time = time;
  }

  get(key: string): Entry<V> | undefined {
    return this.buckets.get(bucketOf(key))?.entries.get(key);
  }

  /** Every entry whose key starts with `prefix` (at least `/registry/COLLECTION/`), in the order of keys. */
  list(prefix: string): readonly Entry<V>[] {
    const bucket = this.buckets.get(bucketOf(prefix));
    if (!bucket) return [];
    const out: Entry<V>[] = [];
    for (let i = seek(bucket.keys, prefix); i < bucket.keys.length; i++) {
      const key = bucket.keys[i]!;
      if (!key.startsWith(prefix)) break;
      out.push(bucket.entries.get(key)!);
    }
    return out;
  }

  /** The names of all collections that hold or held something, in order. */
  collections(): readonly string[] {
    return [...this.buckets.keys()].sort();
  }

  /** Writes if the key is still at `expect` (0: must not exist; undefined: whatever is there), else throws Conflict. */
  put(key: string, value: V, expect?: Revision): Entry<V> {
    const bucket = this.bucket(key);
    const before = bucket.entries.get(key);
    if (expect !== undefined && (before?.revision ?? 0) !== expect) throw new Conflict(key, before?.revision ?? 0);
    const revision = ++this.revision;
    const now: Entry<V> = { key, value, created: before?.created ?? revision, revision };
    if (!before) bucket.keys.splice(seek(bucket.keys, key), 0, key);
    bucket.entries.set(key, now);
    this.tell(bucket, before ? { revision, at: this.time(), key, now, before } : { revision, at: this.time(), key, now });
    return now;
  }

  /** Deletes if the key is still at `expect`; false when there is nothing to delete. */
  delete(key: string, expect?: Revision): boolean {
    const bucket = this.bucket(key);
    const before = bucket.entries.get(key);
    if (expect !== undefined && (before?.revision ?? 0) !== expect) throw new Conflict(key, before?.revision ?? 0);
    if (!before) return false;
    bucket.entries.delete(key);
    bucket.keys.splice(seek(bucket.keys, key), 1);
    this.tell(bucket, { revision: ++this.revision, at: this.time(), key, before });
    return true;
  }

  /** Hear every later change under `prefix`. A listener only takes note (queues, wakes); it must not write. */
  watch(prefix: string, hear: (change: Change<V>) => void): Stop {
    const listener: Listener<V> = { prefix, hear };
    const bucket = this.bucket(prefix);
    bucket.listeners.add(listener);
    return () => bucket.listeners.delete(listener);
  }

  /** What happened under `prefix` after revision `from`, oldest first; throws Compacted when that is forgotten. */
  history(prefix: string, from: Revision = this.compacted): readonly Change<V>[] {
    if (from < this.compacted) throw new Compacted(`revision ${from} was compacted at ${this.compacted}`);
    let i = this.log.length;
    while (i > 0 && this.log[i - 1]!.revision > from) i--;
    return this.log.slice(i).filter((change) => change.key.startsWith(prefix));
  }

  /** Forget the history up to and including `revision`; what stands now is kept. */
  compact(revision: Revision): void {
    this.compacted = Math.max(this.compacted, Math.min(revision, this.revision));
    this.log = this.log.filter((change) => change.revision > this.compacted);
  }

  private bucket(key: string): Bucket<V> {
    const name = bucketOf(key);
    let bucket = this.buckets.get(name);
    if (!bucket) this.buckets.set(name, (bucket = { entries: new Map(), keys: [], listeners: new Set() }));
    return bucket;
  }

  private tell(bucket: Bucket<V>, change: Change<V>): void {
    this.log.push(change);
    for (const listener of bucket.listeners) if (change.key.startsWith(listener.prefix)) listener.hear(change);
  }
}
