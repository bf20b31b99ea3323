/**
 * Owners and what they own: references, finding the owner's key, taking in what fits and letting go of what does not.
 * Stands for pkg/controller/controller_ref_manager.go.
 */
import type { Reader } from '../api/server.ts';
import type { KubeObject, OwnerReference } from '../api/wire.ts';
import { ApiError, type Client, type Watch } from './controller.ts';
import { matches } from './selector.ts';

/** The owner that controls an object. */
export function controllerOf({ metadata: { ownerReferences } }: KubeObject): OwnerReference | undefined {
  if (ownerReferences) for (const reference of ownerReferences) if (reference.controller) return reference;
  return undefined;
}

/** `NAMESPACE/NAME`, or `NAME`. */
export const keyOf = (object: KubeObject): string => (object.metadata.namespace ? `${object.metadata.namespace}/${object.metadata.name}` : object.metadata.name);

/** Namespace and name of a key. */
export function split(key: string): readonly [namespace: string, name: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, Math.max(slash, 0)), key.slice(slash + 1)];
}

/** A reference that makes `owner` the controlling owner. */
export const controllerRef = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid!, controller: true, blockOwnerDeletion: true,
});

/** The key of the controlling owner of this kind, in the same namespace. */
export function ownerKey(object: KubeObject | undefined, kind: string): string | undefined {
  const ref = object && controllerOf(object);
  return ref?.kind === kind ? `${object!.metadata.namespace}/${ref.name}` : undefined;
}

/** The objects of one resource that nobody controls: what could be taken in. Fed by the watches, so that nobody lists everything. */
export class Orphans<T extends KubeObject = KubeObject> {
  private readonly resource: string;
  private readonly names = new Map<string, Set<string>>();

  constructor(resource: string) {
    this.resource = resource;
  }

  /** Takes note of what a watch saw. */
  note(before: KubeObject | undefined, now: KubeObject | undefined): void {
    const { namespace = '', name } = (now ?? before)!.metadata;
    if (now && !controllerOf(now)) {
      let names = this.names.get(namespace);
      if (!names) this.names.set(namespace, (names = new Set()));
      names.add(name);
    } else if (!before || !controllerOf(before)) this.names.get(namespace)?.delete(name);
  }

  /** Whether a namespace has any. */
  any(namespace: string): boolean {
    return !!this.names.get(namespace)?.size;
  }

  /** Those of a namespace. */
  of(namespace: string, read: Reader): readonly T[] {
    const out: T[] = [];
    for (const name of this.names.get(namespace) ?? []) {
      const object = read.get<T>(this.resource, namespace, name);
      if (object && !controllerOf(object)) out.push(object);
    }
    return out;
  }
}

/**
 * Watches what a controller of `kind` owns: the owner now and before, and for an object without any owner those of `resource` that could take it in.
 * `matters` tells whether a change is of any interest, to spare the others.
 */
export function owned(kind: string, resource: string, orphans: Orphans, matters?: (before: KubeObject, now: KubeObject) => boolean): Watch {
  return (object, read, change) => {
    const { before, now } = change ?? { now: object };
    orphans.note(before, now);
    if (before && now && matters && !matters(before, now)) return [];
    const keys: string[] = [];
    const is = ownerKey(now ?? before, kind);
    if (is) keys.push(is);
    const was = ownerKey(before, kind);
    if (was && was !== is) keys.push(was);
    if (now && !controllerOf(now) && !now.metadata.deletionTimestamp && now.metadata.labels) keys.push(...takers(now, resource, read));
    return keys;
  };
}

/** Keys of those in its namespace whose selector matches the object. */
function takers(object: KubeObject, resource: string, read: Reader): readonly string[] {
  return read.list<KubeObject & { spec?: { selector?: unknown } }>(resource, object.metadata.namespace)
    .filter((taker) => matches(taker.spec?.selector, object.metadata.labels))
    .map(keyOf);
}

/** What `owner` claims of `candidates`, and how the API calls them. */
export interface Claim<T> {
  readonly owner: KubeObject;
  readonly resource: string;
  readonly candidates: readonly T[];
  readonly matches: (candidate: T) => boolean;
  /** Finalizers that go with the claim. */
  readonly finalizer?: string;
}

/** Takes in orphans that match, lets go of what no longer does, and returns what is its own now. */
export function claim<T extends KubeObject>(client: Client, { owner, resource, candidates, matches: fits, finalizer }: Claim<T>): readonly T[] {
  const mine: T[] = [];
  const { uid, deletionTimestamp } = owner.metadata;
  for (const object of candidates) {
    const ref = controllerOf(object);
    if (ref) {
      if (ref.uid !== uid) continue;
      if (fits(object)) mine.push(object);
      else if (!deletionTimestamp) release(client, resource, object, uid!, finalizer);
    } else if (!deletionTimestamp && !object.metadata.deletionTimestamp && fits(object)) {
      const adopted = quietly(() => client.patch(resource, object.metadata.namespace, object.metadata.name, {
        metadata: {
          uid: object.metadata.uid,
          ownerReferences: [...(object.metadata.ownerReferences ?? []), controllerRef(owner)],
          ...(finalizer && { finalizers: [...(object.metadata.finalizers ?? []).filter((f) => f !== finalizer), finalizer] }),
        },
      }));
      if (adopted) mine.push(adopted as T);
    }
  }
  return mine;
}

/** Takes an owner's reference, and its finalizer, off an object. */
function release(client: Client, resource: string, object: KubeObject, uid: string, finalizer?: string): void {
  const refs = object.metadata.ownerReferences!.filter((r) => r.uid !== uid);
  const finalizers = object.metadata.finalizers?.filter((f) => f !== finalizer);
  quietly(() => client.patch(resource, object.metadata.namespace, object.metadata.name, {
    metadata: { uid: object.metadata.uid, ownerReferences: refs.length ? refs : null, ...(finalizer && { finalizers: finalizers?.length ? finalizers : null }) },
  }));
}

/** Does it; undefined when the object is gone meanwhile. */
export function quietly<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}
