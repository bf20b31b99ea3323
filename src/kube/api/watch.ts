/**
 * Watches: what was, then what comes, filtered, as objects, tables or bare metadata; bookmarks, time-outs, and the end when history is gone.
 * Stands for the watch handler and the watch cache of k8s.io/apiserver.
 * Unlike Kubernetes: bookmarks come only at the end of initial events and of the watch, not every minute, since nothing is lost in between.
 */
import type { Change } from '../../sim/store.ts';
import { Compacted } from '../../sim/store.ts';
import { freeze } from './frozen.ts';
import type { Exchange } from './exchange.ts';
import { scopeOf, testOf, type Test } from './collection.ts';
import { fromStored } from './convert.ts';
import { PART } from './core.ts';
import { revisionOf, wholeParameter } from './list.ts';
import { flag, parameter } from './path.ts';
import { failure, invalid } from './status.ts';
import { includedIn, partial, tableOf } from './table.ts';
import type { Feed, KubeObject, WatchEvent } from './wire.ts';

/** How the objects of events are written. */
export type Form = 'object' | 'table' | 'metadata';

interface Queued {
  readonly type: WatchEvent['type'];
  readonly object: KubeObject;
}

/** A watch's feed: takes note of changes, makes events when they are taken. */
export class WatchFeed implements Feed {
  ended = false;
  private readonly queue: Queued[] = [];
  private readonly listeners = new Set<{ poke(): void }>();
  private readonly x: Exchange;
  private readonly form: Form;
  private readonly test: Test | undefined;
  private headers = true;
  /** Called once when the watch ends, by either side. */
  stop: () => void = () => {};

  constructor(x: Exchange, form: Form, test: Test | undefined) {
    this.x = x;
    this.form = form;
    this.test = test;
  }

  push(type: WatchEvent['type'], object: KubeObject): void {
    this.queue.push({ type, object });
    for (const listener of this.listeners) listener.poke();
  }

  hear(change: Change<KubeObject>): void {
    const now = change.now && (!this.test || this.test(change.now.value)) ? change.now.value : undefined;
    const before = change.before && (!this.test || this.test(change.before.value)) ? change.before.value : undefined;
    if (now) this.push(before ? 'MODIFIED' : 'ADDED', now);
    else if (before) this.push('DELETED', gone(change));
  }

  take(): WatchEvent | undefined {
    const next = this.queue.shift();
    if (!next) return undefined;
    const { type, object } = next;
    if (type === 'ERROR') return { type, object };
    const seen = this.x.kind?.seen && type !== 'BOOKMARK' ? this.x.kind.seen(object, this.x.core.unix) : object;
    const converted = type === 'BOOKMARK' ? seen : fromStored(this.x, seen);
    if (this.form === 'metadata') return { type, object: partial(converted) };
    if (this.form === 'object') return { type, object: converted };
    const table = tableOf(this.x, type === 'BOOKMARK' ? [] : [converted], { resourceVersion: object.metadata.resourceVersion }, includedIn(this.x), this.headers);
    this.headers = false;
    return { type, object: table };
  }

  listen(who: { poke(): void }): () => void {
    this.listeners.add(who);
    return () => this.listeners.delete(who);
  }

  /** The server ends it. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.stop();
    for (const listener of this.listeners) listener.poke();
  }

  close(): void {
    this.end();
  }
}

const deleted = new WeakMap<Change<KubeObject>, KubeObject>();

/** The last state of a deleted object, at the revision of its deletion. */
function gone(change: Change<KubeObject>): KubeObject {
  if (change.now) return { ...change.before!.value, metadata: { ...change.before!.value.metadata, resourceVersion: change.now.value.metadata.resourceVersion } };
  let object = deleted.get(change);
  if (!object) {
    const last = change.before!.value;
    deleted.set(change, (object = freeze({ ...last, metadata: { ...last.metadata, resourceVersion: String(change.revision) } })));
  }
  return object;
}

const bookmark = (x: Exchange, initialEnd: boolean): KubeObject => ({
  kind: x.resource.kind, apiVersion: x.resource.apiVersion,
  metadata: { resourceVersion: String(x.core.store.revision), ...(initialEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } }) } as unknown as KubeObject['metadata'],
});

/** Least and most milliseconds until the server ends a watch that asks for no time of its own. */
const SHORTEST = 1_800_000;

/** Opens a watch. */
export function watch(x: Exchange, form: Form): WatchFeed {
  const test = testOf(x);
  const from = revisionOf(x);
  const seconds = wholeParameter(x, 'timeoutSeconds');
  const initial = initialEvents(x, from);
  const feed = new WatchFeed(x, form, test);
  const scope = scopeOf(x);
  const { core } = x;
  if (initial || from === undefined || from === 0) {
    for (const object of core.read.list(x.stored.groupResource, x.namespace)) if (!test || test(object)) feed.push('ADDED', object);
    if (initial) feed.push('BOOKMARK', bookmark(x, true));
  } else {
    try {
      for (const change of core.store.history(scope, from)) feed.hear(change);
    } catch (error) {
      if (!(error instanceof Compacted)) throw error;
      feed.push('ERROR', failure(410, 'Expired', `too old resource version: ${from} (${core.store.compacted})`) as unknown as KubeObject);
      feed.ended = true;
      return feed;
    }
  }
  const stop = core.store.watch(scope, (change) => feed.hear(change));
  const key = core.watches.add(feed);
  feed.stop = () => {
    stop();
    core.watches.remove(key);
    core.clock.cancel(PART, key);
  };
  core.clock.wake(PART, key, seconds > 0 ? seconds * 1000 : SHORTEST + core.random.below(SHORTEST));
  return feed;
}

/** Whether the watch begins with all that is there and says when that was all. */
function initialEvents(x: Exchange, from: number | undefined): boolean {
  const asked = parameter(x.request, 'sendInitialEvents');
  const match = parameter(x.request, 'resourceVersionMatch');
  const no = (path: string, detail: string): Error => invalid({ group: 'meta.k8s.io', name: 'ListOptions' }, '', [{ type: 'Forbidden', path, detail }]);
  if (asked === undefined) {
    if (match) throw no('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
    return false;
  }
  if (match !== 'NotOlderThan') throw no('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  if (!flag(x.request, 'allowWatchBookmarks')) throw no('sendInitialEvents', 'sendInitialEvents requires the allowWatchBookmarks option to be set');
  return asked !== 'false' && from !== undefined ? true : asked !== 'false';
}
