/**
 * Deletes what has lost all its owners, makes owners wait for their dependents, and sets orphans free.
 * Stands for pkg/controller/garbagecollector.
 * Unlike Kubernetes: no Event OwnerRefInvalidNamespace for a reference across namespaces; such a dependent is deleted like any other.
 */
import type { Reader } from '../api/server.ts';
import type { KubeObject, OwnerReference } from '../api/wire.ts';
import type { Client, Controller, Listed } from './controller.ts';
import { listedOf } from './listed.ts';
import { quietly } from './owner.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

interface Place {
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

const keyAt = ({ resource, namespace = '', name }: Place): string => `${resource}/${namespace}/${name}`;

function placeAt(key: string): Place {
  const [resource = '', namespace, name = ''] = key.split('/');
  return { resource, namespace: namespace || undefined, name };
}

const isForeground = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined && !!metadata.finalizers?.includes(FOREGROUND);

/** Where an owner should be; undefined for a kind that is not served. */
function ownerPlace(ref: OwnerReference, namespace: string | undefined, read: Reader): Place | undefined {
  const found = listedOf(ref.apiVersion, ref.kind, read);
  return found && { resource: found.groupResource, namespace: found.namespaced ? namespace : undefined, name: ref.name };
}

const ownerOf = (ref: OwnerReference, namespace: string | undefined, read: Reader): KubeObject | undefined => {
  const place = ownerPlace(ref, namespace, read);
  const owner = place && read.get(place.resource, place.namespace, place.name);
  return owner?.metadata.uid === ref.uid ? owner : undefined;
};

/** Who depends on whom: kept from what the watches see. */
class Graph {
  private readonly dependents = new Map<string, Set<string>>();

  note(key: string, before: readonly OwnerReference[] | undefined, now: readonly OwnerReference[] | undefined): void {
    if (before === now) return;
    for (const { uid } of before ?? []) {
      const keys = this.dependents.get(uid);
      keys?.delete(key);
      if (keys?.size === 0) this.dependents.delete(uid);
    }
    for (const { uid } of now ?? []) {
      let keys = this.dependents.get(uid);
      if (!keys) this.dependents.set(uid, (keys = new Set()));
      keys.add(key);
    }
  }

  keys(uid: string): readonly string[] {
    return [...(this.dependents.get(uid) ?? [])].sort();
  }

  objects(uid: string, read: Reader): readonly { key: string; object: KubeObject; ref: OwnerReference }[] {
    return this.keys(uid).flatMap((key) => {
      const { resource, namespace, name } = placeAt(key);
      const object = read.get(resource, namespace, name);
      const ref = object?.metadata.ownerReferences?.find((r) => r.uid === uid);
      return object && ref ? [{ key, object, ref }] : [];
    });
  }
}

/** Takes references to these owners off an object. */
function disown(client: Client, place: Place, object: KubeObject, uids: readonly string[]): void {
  const refs = object.metadata.ownerReferences!.filter((r) => !uids.includes(r.uid));
  quietly(() => client.patch(place.resource, place.namespace, place.name, { metadata: { uid: object.metadata.uid, ownerReferences: refs.length ? refs : null } }));
}

function dropFinalizer(client: Client, place: Place, object: KubeObject, finalizer: string): void {
  const rest = object.metadata.finalizers!.filter((f) => f !== finalizer);
  quietly(() => client.patch(place.resource, place.namespace, place.name, { metadata: { uid: object.metadata.uid, finalizers: rest.length ? rest : null } }));
}

/** The keys to look at when an object changes. */
function awakened(graph: Graph, key: string, before: KubeObject | undefined, now: KubeObject | undefined, read: Reader): readonly string[] {
  if (!now) {
    const waiting = (before!.metadata.ownerReferences ?? []).flatMap((ref) => {
      const owner = ownerOf(ref, before!.metadata.namespace, read);
      return owner && isForeground(owner) ? [keyAt(ownerPlace(ref, before!.metadata.namespace, read)!)] : [];
    });
    return [...graph.keys(before!.metadata.uid!), ...waiting];
  }
  const { deletionTimestamp, finalizers, ownerReferences, namespace } = now.metadata;
  if (deletionTimestamp) {
    const held = finalizers?.some((f) => f === FOREGROUND || f === ORPHAN);
    return held && (!before || before.metadata.deletionTimestamp === undefined || before.metadata.finalizers !== finalizers) ? [key] : [];
  }
  if (!ownerReferences?.length || before?.metadata.ownerReferences === ownerReferences) return [];
  const settled = ownerReferences.every((ref) => {
    const owner = ownerOf(ref, namespace, read);
    return owner && !isForeground(owner);
  });
  return settled ? [] : [key];
}

function collect(graph: Graph, key: string, client: Client): number | undefined {
  const place = placeAt(key);
  const object = client.get(place.resource, place.namespace, place.name);
  if (!object) return undefined;
  const { uid, finalizers = [], ownerReferences = [], deletionTimestamp, namespace } = object.metadata;
  if (deletionTimestamp && finalizers.includes(ORPHAN)) {
    for (const dependent of graph.objects(uid!, client)) disown(client, placeAt(dependent.key), dependent.object, [uid!]);
    dropFinalizer(client, place, object, ORPHAN);
    return undefined;
  }
  if (isForeground(object)) {
    const blocking = graph.objects(uid!, client).filter(({ ref }) => ref.blockOwnerDeletion);
    if (blocking.length === 0) dropFinalizer(client, place, object, FOREGROUND);
    for (const dependent of blocking) if (!isForeground(dependent.object)) collect(graph, dependent.key, client);
    return undefined;
  }
  if (deletionTimestamp || ownerReferences.length === 0) return undefined;
  const gone: string[] = [];
  const going: string[] = [];
  let solid = false;
  for (const ref of ownerReferences) {
    if (!ownerPlace(ref, namespace, client)) return 30_000;
    const owner = ownerOf(ref, namespace, client);
    if (!owner) gone.push(ref.uid);
    else if (isForeground(owner)) going.push(ref.uid);
    else solid = true;
  }
  if (solid) {
    if (gone.length + going.length > 0) disown(client, place, object, [...gone, ...going]);
    return undefined;
  }
  const inTheWay = going.length > 0 && graph.keys(uid!).length > 0;
  const propagationPolicy = inTheWay || finalizers.includes(FOREGROUND) ? 'Foreground' : finalizers.includes(ORPHAN) ? 'Orphan' : 'Background';
  quietly(() => client.delete(place.resource, place.namespace, place.name, { propagationPolicy, uid: uid! }));
  return undefined;
}

export function createGarbageCollector(): Controller {
  const graph = new Graph();
  return {
    name: 'garbage-collector-controller',
    user: 'system:serviceaccount:kube-system:generic-garbage-collector',
    watches: {},
    every: ({ groupResource }: Listed) => (object, read, change) => {
      if (groupResource === 'events') return [];
      const { before, now } = change ?? { now: object };
      const key = keyAt({ resource: groupResource, namespace: object.metadata.namespace, name: object.metadata.name });
      graph.note(key, before?.metadata.ownerReferences, now?.metadata.ownerReferences);
      return awakened(graph, key, before, now, read);
    },
    reconcile: (key, client) => collect(graph, key, client),
  };
}
