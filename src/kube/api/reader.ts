/**
 * What components read: the store's objects by resource, with indexes that are kept as objects change.
 * Stands for the informers' caches and their indexers, without their lag.
 */
import type { Change, Store } from '../../sim/store.ts';
import type { Kind } from './kind.ts';
import type { GroupResource, Reader } from './server.ts';
import type { KubeObject } from './wire.ts';
import { keyOf } from './keys.ts';

/** Where an index finds an object: the same place through all its versions. */
interface Slot {
  readonly key: string;
  object: KubeObject;
}

/** One index of a resource: value to the objects that have it, in the order of keys. */
class Index {
  private readonly slots = new Map<string, Slot>();
  private readonly byValue = new Map<string, Slot[]>();
  private readonly by: By;

  constructor(by: By) {
    this.by = by;
  }

  note(key: string, before: KubeObject | undefined, now: KubeObject | undefined): void {
    const known = this.slots.get(key);
    if (known && now) known.object = now;
    if (before && now && this.by.part(before) === this.by.part(now)) return;
    const old = before ? this.by.values(before) : NONE;
    const values = now ? this.by.values(now) : NONE;
    for (const value of old) {
      const list = this.byValue.get(value);
      const at = list ? seek(list, key) : 0;
      if (list?.[at]?.key !== key) continue;
      list.splice(at, 1);
      if (list.length === 0) this.byValue.delete(value);
    }
    if (values.length === 0 || !now) {
      this.slots.delete(key);
      return;
    }
    const slot = known ?? { key, object: now };
    this.slots.set(key, slot);
    for (const value of values) {
      const list = this.byValue.get(value);
      const at = list ? seek(list, key) : 0;
      if (!list) this.byValue.set(value, [slot]);
      else if (list[at]?.key !== key) list.splice(at, 0, slot);
    }
  }

  objects(value: string): readonly KubeObject[] {
    return this.byValue.get(value)?.map((slot) => slot.object) ?? [];
  }

  count(value: string): number {
    return this.byValue.get(value)?.length ?? 0;
  }
}

/** The least index whose key is not below `key`. */
function seek(list: readonly Slot[], key: string): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

const NONE: readonly string[] = [];

/** What an index goes by. */
interface By {
  readonly name: string;
  /** What the values are taken from: while it stays the same one, so do they. */
  part(object: KubeObject): unknown;
  values(object: KubeObject): readonly string[];
}

const nodeNameOf = (pod: KubeObject): string | undefined => (pod['spec'] as { nodeName?: string } | undefined)?.nodeName;

const BY_NODE: By = {
  name: 'node',
  part: nodeNameOf,
  values(pod) {
    const name = nodeNameOf(pod);
    return name ? [name] : NONE;
  },
};

const references = (object: KubeObject): KubeObject['metadata']['ownerReferences'] => object.metadata.ownerReferences;

const BY_CONTROLLER: By = {
  name: 'controller',
  part: references,
  values(object) {
    const owner = references(object)?.find((o) => o.controller);
    return owner ? [owner.uid] : NONE;
  },
};

const BY_OWNER: By = { name: 'owner', part: references, values: (object) => references(object)?.map((o) => o.uid) ?? NONE };

const BY_LABEL: By = {
  name: 'label',
  part: (object) => object.metadata.labels,
  values({ metadata: { labels, namespace = '' } }) {
    return labels ? Object.entries(labels).map(([key, value]) => `${namespace}/${key}=${value}`) : NONE;
  },
};

/** Everything kept about one resource. */
interface Shelf {
  readonly prefix: string;
  readonly kind: Kind | undefined;
  readonly lists: Map<string, readonly KubeObject[]>;
  readonly indexes: Map<string, Index>;
}

export class StoreReader implements Reader {
  private readonly store: Store<KubeObject>;
  private readonly kindOf: (resource: GroupResource) => Kind | undefined;
  private readonly locate: (resource: GroupResource) => string;
  private readonly unixNow: () => number;
  private readonly shelves = new Map<GroupResource, Shelf>();

  /** `locate` tells the prefix under which a resource stands; `unixNow` the Unix milliseconds for fields that are a function of time. */
  constructor(store: Store<KubeObject>, kindOf: (resource: GroupResource) => Kind | undefined, locate: (resource: GroupResource) => string, unixNow: () => number) {
    this.store = store;
    this.kindOf = kindOf;
    this.locate = locate;
    this.unixNow = unixNow;
  }

  private shelf(resource: GroupResource): Shelf {
    let shelf = this.shelves.get(resource);
    if (!shelf) {
      const prefix = this.locate(resource);
      const made: Shelf = { prefix, kind: this.kindOf(resource), lists: new Map(), indexes: new Map() };
      this.shelves.set(resource, (shelf = made));
      this.store.watch(prefix, (change) => this.note(made, change));
    }
    return shelf;
  }

  /** Begins to keep lists and indexes of a resource, before anybody hears of its changes. */
  keep(resource: GroupResource): void {
    this.shelf(resource);
  }

  private note(shelf: Shelf, change: Change<KubeObject>): void {
    if (shelf.lists.size) {
      shelf.lists.delete('');
      const namespace = (change.now ?? change.before)!.value.metadata.namespace;
      if (namespace) shelf.lists.delete(namespace);
    }
    for (const index of shelf.indexes.values()) index.note(change.key, change.before?.value, change.now?.value);
  }

  private index(shelf: Shelf, by: By): Index {
    let index = shelf.indexes.get(by.name);
    if (!index) {
      shelf.indexes.set(by.name, (index = new Index(by)));
      for (const entry of this.store.list(shelf.prefix)) index.note(entry.key, undefined, entry.value);
    }
    return index;
  }

  private seen<T extends KubeObject>(shelf: Shelf, list: readonly KubeObject[]): readonly T[] {
    const see = shelf.kind?.seen;
    if (!see) return list as readonly T[];
    const unix = this.unixNow();
    return list.map((object) => see(object, unix)) as readonly KubeObject[] as readonly T[];
  }

  get<T extends KubeObject = KubeObject>(resource: GroupResource, namespace: string | undefined, name: string): T | undefined {
    const shelf = this.shelf(resource);
    const object = this.store.get(keyOf(shelf.prefix, namespace, name))?.value;
    return object && (shelf.kind?.seen ? shelf.kind.seen(object, this.unixNow()) : object) as T | undefined;
  }

  list<T extends KubeObject = KubeObject>(resource: GroupResource, namespace?: string): readonly T[] {
    const shelf = this.shelf(resource);
    const place = namespace ?? '';
    let list = shelf.lists.get(place);
    if (!list) shelf.lists.set(place, (list = this.store.list(namespace ? `${shelf.prefix}${namespace}/` : shelf.prefix).map((entry) => entry.value)));
    return this.seen<T>(shelf, list);
  }

  podsOn<T extends KubeObject = KubeObject>(node: string): readonly T[] {
    const shelf = this.shelf('pods');
    return this.seen<T>(shelf, this.index(shelf, BY_NODE).objects(node));
  }

  ownedBy<T extends KubeObject = KubeObject>(resource: GroupResource, uid: string): readonly T[] {
    const shelf = this.shelf(resource);
    return this.seen<T>(shelf, this.index(shelf, BY_CONTROLLER).objects(uid));
  }

  /** Objects of any owner reference to this uid: what the garbage collector asks. */
  dependents<T extends KubeObject = KubeObject>(resource: GroupResource, uid: string): readonly T[] {
    const shelf = this.shelf(resource);
    return this.seen<T>(shelf, this.index(shelf, BY_OWNER).objects(uid));
  }

  labelled<T extends KubeObject = KubeObject>(resource: GroupResource, namespace: string, labels: Readonly<Record<string, string>>): readonly T[] {
    const shelf = this.shelf(resource);
    const terms = Object.entries(labels).map(([key, value]) => `${namespace}/${key}=${value}`);
    if (terms.length === 0) return this.list<T>(resource, namespace);
    const index = this.index(shelf, BY_LABEL);
    let rarest = terms[0]!;
    for (const term of terms) if (index.count(term) < index.count(rarest)) rarest = term;
    const found = this.seen<T>(shelf, index.objects(rarest));
    if (terms.length === 1) return found;
    return found.filter((object) => {
      const own = object.metadata.labels!;
      for (const key in labels) if (own[key] !== labels[key]) return false;
      return true;
    });
  }
}
