/**
 * What components read: the store's objects by resource, with indexes that are kept as objects change.
 * Stands for the informers' caches and their indexers, without their lag.
 */
import type { Change, Store } from '../../sim/store.ts';
import type { Kind } from './kind.ts';
import type { GroupResource, Reader } from './server.ts';
import type { KubeObject } from './wire.ts';
import { keyOf } from './keys.ts';

type Keys = Map<string, readonly string[] | Set<string>>;

/** One index of a resource: value to the keys of the objects that have it. */
class Index {
  private readonly byValue = new Map<string, Set<string>>();
  private readonly valuesOf: (object: KubeObject) => readonly string[];
  private sorted: Keys = new Map();

  constructor(valuesOf: (object: KubeObject) => readonly string[]) {
    this.valuesOf = valuesOf;
  }

  note(key: string, before: KubeObject | undefined, now: KubeObject | undefined): void {
    const old = before ? this.valuesOf(before) : NONE;
    const values = now ? this.valuesOf(now) : NONE;
    if (old.length === values.length && old.every((v, i) => v === values[i])) return;
    for (const value of old) {
      const keys = this.byValue.get(value);
      keys?.delete(key);
      if (keys?.size === 0) this.byValue.delete(value);
      this.sorted.delete(value);
    }
    for (const value of values) {
      let keys = this.byValue.get(value);
      if (!keys) this.byValue.set(value, (keys = new Set()));
      keys.add(key);
      this.sorted.delete(value);
    }
  }

  /** In the order of keys. */
  keys(value: string): readonly string[] {
    const known = this.sorted.get(value);
    if (known) return known as readonly string[];
    const made = [...(this.byValue.get(value) ?? NONE)].sort();
    this.sorted.set(value, made);
    return made;
  }

  count(value: string): number {
    return this.byValue.get(value)?.size ?? 0;
  }
}

const NONE: readonly string[] = [];

const nodeName = (pod: KubeObject): readonly string[] => {
  const name = (pod['spec'] as { nodeName?: string } | undefined)?.nodeName;
  return name ? [name] : NONE;
};

const controllerUid = (object: KubeObject): readonly string[] => {
  const owner = object.metadata.ownerReferences?.find((o) => o.controller);
  return owner ? [owner.uid] : NONE;
};

const ownerUids = (object: KubeObject): readonly string[] => object.metadata.ownerReferences?.map((o) => o.uid) ?? NONE;

const labelTerms = (object: KubeObject): readonly string[] => {
  const labels = object.metadata.labels;
  if (!labels) return NONE;
  const namespace = object.metadata.namespace ?? '';
  return Object.entries(labels).map(([key, value]) => `${namespace}/${key}=${value}`);
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

  private index(shelf: Shelf, name: string, valuesOf: (object: KubeObject) => readonly string[]): Index {
    let index = shelf.indexes.get(name);
    if (!index) {
      shelf.indexes.set(name, (index = new Index(valuesOf)));
      for (const entry of this.store.list(shelf.prefix)) index.note(entry.key, undefined, entry.value);
    }
    return index;
  }

  private objects<T extends KubeObject>(shelf: Shelf, keys: readonly string[]): readonly T[] {
    return this.seen<T>(shelf, keys.map((key) => this.store.get(key)!.value));
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
    return this.objects<T>(shelf, this.index(shelf, 'node', nodeName).keys(node));
  }

  ownedBy<T extends KubeObject = KubeObject>(resource: GroupResource, uid: string): readonly T[] {
    const shelf = this.shelf(resource);
    return this.objects<T>(shelf, this.index(shelf, 'controller', controllerUid).keys(uid));
  }

  /** Objects of any owner reference to this uid: what the garbage collector asks. */
  dependents<T extends KubeObject = KubeObject>(resource: GroupResource, uid: string): readonly T[] {
    const shelf = this.shelf(resource);
    return this.objects<T>(shelf, this.index(shelf, 'owner', ownerUids).keys(uid));
  }

  labelled<T extends KubeObject = KubeObject>(resource: GroupResource, namespace: string, labels: Readonly<Record<string, string>>): readonly T[] {
    const shelf = this.shelf(resource);
    const terms = Object.entries(labels).map(([key, value]) => `${namespace}/${key}=${value}`);
    if (terms.length === 0) return this.list<T>(resource, namespace);
    const index = this.index(shelf, 'label', labelTerms);
    let rarest = terms[0]!;
    for (const term of terms) if (index.count(term) < index.count(rarest)) rarest = term;
    const found = this.objects<T>(shelf, index.keys(rarest));
    if (terms.length === 1) return found;
    return found.filter((object) => {
      const own = object.metadata.labels!;
      for (const key in labels) if (own[key] !== labels[key]) return false;
      return true;
    });
  }
}
