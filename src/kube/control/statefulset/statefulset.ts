/**
 * Keeps the Pods of a StatefulSet: numbered, one after the other, each with its own claims, updated from the last to the first.
 * Stands for pkg/controller/statefulset.
 * Unlike Kubernetes: identity and storage of a Pod that somebody changed by hand are not put right.
 */
import type { ControllerRevision, Pod, StatefulSet, StatefulSetStatus } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import { ApiError, type Client, type Controller } from '../controller.ts';
import { templateHash } from '../hash.ts';
import { isOf, nextRevision, REVISIONS, revisionsOf, snapshotOf, writeRevision } from '../history.ts';
import { claim, Orphans, owned, split } from '../owner.ts';
import { isAvailable, isReady, isTerminal, nextAvailable } from '../pods.ts';
import { podMatters } from '../replicaset.ts';
import { matches, selectsAll } from '../selector.ts';
import { unixNow } from '../times.ts';
import { createReplica, deleteReplica, ensureClaims, keepClaims, ordinalOf, range, replicaFrom, revisionOf } from './replica.ts';

const SETS = 'statefulsets.apps';
const REVISION_HASH = 'controller.kubernetes.io/hash';

interface Revisions {
  readonly all: readonly ControllerRevision[];
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

function revisions(set: StatefulSet, client: Client, orphans: Orphans): Revisions {
  const all = revisionsOf(set, client, orphans);
  const equal = all.filter((r) => isOf(set, r)).at(-1);
  const update = equal ? (equal === all.at(-1) ? equal : client.update({ ...equal, revision: nextRevision(all) }))
    : writeRevision(set, templateHash(snapshotOf(set), set.status?.collisionCount ?? 0), nextRevision(all), REVISION_HASH, client);
  return { all, update, current: all.find((r) => r.metadata.name === set.status?.currentRevision) ?? update };
}

/** Deletes what no Pod and no status needs, beyond the limit. */
function forget(set: StatefulSet, pods: readonly Pod[], { all, current, update }: Revisions, client: Client): void {
  const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)]);
  const old = all.filter((r) => !live.has(r.metadata.name));
  for (const revision of old.slice(0, Math.max(0, old.length - (set.spec!.revisionHistoryLimit ?? 10)))) client.delete(REVISIONS, set.metadata.namespace, revision.metadata.name);
}

const isRunning = (pod: Pod): boolean => pod.status?.phase === 'Running';
const isCreated = (pod: Pod): boolean => !!pod.status?.phase;

function statusOf(set: StatefulSet, pods: readonly Pod[], { current, update }: Revisions, unix: number): StatefulSetStatus {
  const minReady = set.spec!.minReadySeconds;
  const count = (test: (pod: Pod) => boolean): number => pods.reduce((n, pod) => n + (test(pod) ? 1 : 0), 0);
  const standing = (pod: Pod): boolean => isCreated(pod) && !pod.metadata.deletionTimestamp;
  return {
    observedGeneration: set.metadata.generation,
    replicas: count(isCreated),
    readyReplicas: count((pod) => isRunning(pod) && isReady(pod)),
    availableReplicas: count((pod) => isRunning(pod) && isAvailable(pod, minReady, unix)),
    currentReplicas: count((pod) => standing(pod) && revisionOf(pod) === current.metadata.name),
    updatedReplicas: count((pod) => standing(pod) && revisionOf(pod) === update.metadata.name),
    currentRevision: current.metadata.name, updateRevision: update.metadata.name,
    collisionCount: set.status?.collisionCount ?? 0,
  };
}

/** One step; the Pods as far as they are known after it. Returns how many Pods of the current revision it took away. */
function step(set: StatefulSet, pods: readonly Pod[], revs: Revisions, client: Client): { readonly pods: readonly Pod[]; readonly removed: number } {
  const { start, count } = range(set);
  const unix = unixNow(client);
  const monotonic = set.spec!.podManagementPolicy !== 'Parallel';
  const ordinal = (pod: Pod): number => ordinalOf(set, pod.metadata.name);
  const inRange = new Map(pods.filter((pod) => ordinal(pod) >= start && ordinal(pod) < start + count).map((pod) => [ordinal(pod), pod]));
  const condemned = pods.filter((pod) => !inRange.has(ordinal(pod)) && ordinal(pod) >= 0).sort((a, b) => ordinal(b) - ordinal(a));
  const unwell = (pod: Pod): boolean => !isAvailable(pod, set.spec!.minReadySeconds, unix) || pod.metadata.deletionTimestamp !== undefined;
  const steady = (pod: Pod): boolean => isRunning(pod) && isAvailable(pod, set.spec!.minReadySeconds, unix) && !pod.metadata.deletionTimestamp;
  const replicas: (Pod | undefined)[] = Array.from({ length: count }, (_, i) => inRange.get(start + i));
  const now = (): readonly Pod[] => [...replicas.filter((pod) => pod !== undefined), ...condemned];
  const firstUnwell = [...replicas, ...[...condemned].reverse()].find((pod) => !pod || unwell(pod));
  for (let i = 0; i < count; i++) {
    const pod = replicas[i];
    if (!pod) {
      createReplica(set, replicaFrom(set, revs.current, revs.update, start + i), start + i, client);
      if (monotonic) return { pods: now(), removed: 0 };
      continue;
    }
    if (isTerminal(pod)) {
      if (!pod.metadata.deletionTimestamp) deleteReplica(set, pod, client);
      if (monotonic) return { pods: now(), removed: 0 };
      continue;
    }
    if (pod.status?.phase === 'Pending') ensureClaims(set, pod, start + i, client);
    if (!steady(pod) && monotonic) return { pods: now(), removed: 0 };
    keepClaims(set, start + i, pod, client);
  }
  for (const pod of condemned) keepClaims(set, ordinal(pod), pod, client);
  for (const pod of condemned) {
    if (!monotonic) {
      if (!pod.metadata.deletionTimestamp) deleteReplica(set, pod, client);
      continue;
    }
    if (!pod.metadata.deletionTimestamp && (steady(pod) || pod === firstUnwell)) deleteReplica(set, pod, client);
    return { pods: now(), removed: 0 };
  }
  if (set.spec!.updateStrategy?.type === 'OnDelete') return { pods: now(), removed: 0 };
  for (let i = count - 1; i >= (set.spec!.updateStrategy?.rollingUpdate?.partition ?? 0); i--) {
    const pod = replicas[i];
    if (!pod) return { pods: now(), removed: 0 };
    if (revisionOf(pod) !== revs.update.metadata.name && !pod.metadata.deletionTimestamp) {
      deleteReplica(set, pod, client);
      return { pods: now(), removed: 1 };
    }
    if (unwell(pod)) return { pods: now(), removed: 0 };
  }
  return { pods: now(), removed: 0 };
}

function sync(set: StatefulSet, client: Client, orphans: { pods: Orphans<Pod>; revisions: Orphans }): number | undefined {
  const candidates = [...client.ownedBy<Pod>('pods', set.metadata.uid!), ...orphans.pods.of(set.metadata.namespace!, client)];
  const pods = claim(client, { owner: set, resource: 'pods', candidates, matches: (pod) => matches(set.spec!.selector, pod.metadata.labels) && ordinalOf(set, pod.metadata.name) >= 0 });
  const revs = revisions(set, client, orphans.revisions);
  let failed: unknown;
  let removed = 0;
  if (!set.metadata.deletionTimestamp) {
    try {
      ({ removed } = step(set, pods, revs, client));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failed = error;
    }
  }
  let status = statusOf(set, pods, revs, unixNow(client));
  if (removed) status = { ...status, currentReplicas: Math.max(0, status.currentReplicas! - removed) };
  const { replicas } = set.spec!;
  if (set.spec!.updateStrategy?.type === 'RollingUpdate' && status.updatedReplicas === replicas && status.readyReplicas === replicas && status.replicas === replicas) {
    status = { ...status, currentReplicas: status.updatedReplicas, currentRevision: status.updateRevision };
  }
  if (!alike(status, set.status)) client.updateStatus({ ...set, status });
  forget(set, pods, revs, client);
  if (failed) throw failed;
  return nextAvailable(pods, set.spec!.minReadySeconds, unixNow(client));
}

export function createStatefulSetController(): Controller {
  const orphans = { pods: new Orphans<Pod>('pods'), revisions: new Orphans(REVISIONS) };
  return {
    name: 'statefulset-controller',
    user: 'system:serviceaccount:kube-system:statefulset-controller',
    watches: {
      [SETS]: 'self',
      [REVISIONS]: owned('StatefulSet', SETS, orphans.revisions),
      pods: owned('StatefulSet', SETS, orphans.pods as Orphans, podMatters),
    },
    reconcile(key, client) {
      const [namespace, name] = split(key);
      const set = client.get<StatefulSet>(SETS, namespace, name);
      return set && !selectsAll(set.spec!.selector) ? sync(set, client, orphans) : undefined;
    },
  };
}
