/**
 * Keeps as many Pods as a ReplicaSet or a ReplicationController asks for.
 * Stands for pkg/controller/replicaset and pkg/controller/replication.
 */
import type { KubeObject } from '../api/wire.ts';
import type { Pod, ReplicaSet, ReplicaSetStatus, ReplicationController } from '../kinds/types.ts';
import { alike } from './alike.ts';
import { conditionOf, putCondition, withoutCondition } from './condition.ts';
import type { ApiError, Client, Controller, Watch } from './controller.ts';
import { claim, controllerOf, owned, Orphans, split } from './owner.ts';
import { deletionOrder, isActive, isAvailable, isReady, isTerminating, nextAvailable } from './pods.ts';
import { holds, matches, type LabelSelector } from './selector.ts';
import { Tally, type Counts } from './tally.ts';
import { unixNow } from './times.ts';
import { createPod, deletePod, isTerminatingNamespace, podFrom, slowStart } from './workload.ts';

/** At most so many Pods are made or deleted at once. */
const BURST = 500;

type Either = ReplicaSet | ReplicationController;

const selectorOf = (set: Either): LabelSelector =>
  set.kind === 'ReplicaSet' ? ((set as ReplicaSet).spec!.selector as LabelSelector) : { matchLabels: (set as ReplicationController).spec!.selector ?? {} };

/** Whether a change of a Pod can change the status of its set, or what there is to do. */
export function podMatters(a: KubeObject, b: KubeObject): boolean {
  const [before, now] = [a as Pod, b as Pod];
  return before.metadata.labels !== now.metadata.labels && !alike(before.metadata.labels, now.metadata.labels)
    || before.metadata.deletionTimestamp !== now.metadata.deletionTimestamp
    || before.status?.phase !== now.status?.phase
    || isReady(before) !== isReady(now)
    || controllerOf(before)?.uid !== controllerOf(now)?.uid;
}

/** Pods of sets with the same owner, counted by node: the more there are on a node, the sooner one of them goes. */
function neighbours(set: Either, client: Client): ReadonlyMap<string, number> {
  const owner = controllerOf(set);
  const related = owner ? client.ownedBy<ReplicaSet>('replicasets.apps', owner.uid) : [set];
  const counts = new Map<string, number>();
  for (const one of related) {
    for (const pod of client.ownedBy<Pod>('pods', one.metadata.uid!)) {
      if (isActive(pod)) counts.set(pod.spec!.nodeName ?? '', (counts.get(pod.spec!.nodeName ?? '') ?? 0) + 1);
    }
  }
  return counts;
}

function manage(set: Either, active: readonly Pod[], client: Client): ApiError | undefined {
  const excess = active.length - (set.spec!.replicas ?? 1);
  if (excess < 0) {
    return slowStart(Math.min(-excess, BURST), () => {
      try {
        createPod(client, podFrom(set.spec!.template!, set), set);
      } catch (error) {
        if (!isTerminatingNamespace(error)) throw error;
      }
    });
  }
  if (excess === 0) return undefined;
  const counts = excess < active.length ? neighbours(set, client) : undefined;
  const order = counts ? deletionOrder(active, (pod) => counts.get(pod.spec!.nodeName ?? '') ?? 0, unixNow(client)) : active;
  let failed: ApiError | undefined;
  for (const pod of order.slice(0, Math.min(excess, BURST))) {
    try {
      deletePod(client, pod, set);
    } catch (error) {
      failed ??= error as ApiError;
    }
  }
  return failed;
}

function statusOf(set: Either, active: readonly Pod[], terminating: number, failed: ApiError | undefined, client: Client): ReplicaSetStatus {
  const unix = unixNow(client);
  const labels = set.spec!.template!.metadata?.labels ?? {};
  let full = 0;
  let ready = 0;
  let available = 0;
  for (const pod of active) {
    if (holds(labels, pod.metadata.labels)) full++;
    if (!isReady(pod)) continue;
    ready++;
    if (isAvailable(pod, set.spec!.minReadySeconds, unix)) available++;
  }
  const old = set.status?.conditions;
  const failure = conditionOf(old, 'ReplicaFailure');
  const excess = active.length - (set.spec!.replicas ?? 1);
  const conditions = failed && !failure
    ? putCondition(old, { type: 'ReplicaFailure', status: 'True', reason: excess < 0 ? 'FailedCreate' : 'FailedDelete', message: failed.message, lastTransitionTime: client.stamp })
    : !failed && failure ? withoutCondition(old, 'ReplicaFailure') : old;
  return {
    ...(conditions?.length && { conditions }),
    replicas: active.length, fullyLabeledReplicas: full, readyReplicas: ready, availableReplicas: available,
    ...(set.kind === 'ReplicaSet' && { terminatingReplicas: terminating }),
    observedGeneration: set.metadata.generation,
  };
}

/** The status when nothing is to be done but counting; undefined when there is more to it. */
function countedStatus(set: Either, counts: Counts | undefined): ReplicaSetStatus | undefined {
  const { replicas = 1, minReadySeconds } = set.spec!;
  const { conditions } = set.status ?? {};
  if (!counts || counts.stray || counts.active !== replicas || minReadySeconds || conditionOf(conditions, 'ReplicaFailure')) return undefined;
  return {
    ...(conditions?.length && { conditions }),
    replicas, fullyLabeledReplicas: counts.full, readyReplicas: counts.ready, availableReplicas: counts.ready,
    ...(set.kind === 'ReplicaSet' && { terminatingReplicas: counts.terminating }),
    observedGeneration: set.metadata.generation,
  };
}

function create(name: string, kind: 'ReplicaSet' | 'ReplicationController', resource: string): Controller {
  const orphans = new Orphans<Pod>('pods');
  const tally = new Tally();
  const pods = owned(kind, resource, orphans as Orphans, podMatters) as Exclude<Watch, string>;
  return {
    name: `${name}-controller`,
    user: `system:serviceaccount:kube-system:${name}-controller`,
    watches: {
      [resource]: 'self',
      pods: (object, read, change) => {
        if (change && !(change.before && change.now && !podMatters(change.before, change.now))) tally.note(change.before, change.now);
        return pods(object, read, change);
      },
    },
    reconcile(key, client) {
      const [namespace, set] = split(key);
      const found = client.get<Either>(resource, namespace, set);
      if (!found) {
        tally.end(key);
        return undefined;
      }
      const { uid = '', generation = 0 } = found.metadata;
      const write = (status: ReplicaSetStatus): void => {
        if (!alike(status, found.status)) client.updateStatus({ ...found, status } as Either);
      };
      const quick = orphans.any(namespace) ? undefined : countedStatus(found, tally.of(key, { uid, generation }));
      if (quick) {
        write(quick);
        return undefined;
      }
      const selector = selectorOf(found);
      const all = client.ownedBy<Pod>('pods', uid);
      if (!tally.of(key, { uid, generation })) tally.begin(key, { uid, generation, selector, labels: found.spec!.template!.metadata?.labels ?? {} }, all);
      const candidates = [...all, ...orphans.of(namespace, client)].filter(isActive);
      const active = claim(client, { owner: found, resource: 'pods', candidates, matches: (pod) => matches(selector, pod.metadata.labels) });
      const failed = found.metadata.deletionTimestamp ? undefined : manage(found, active, client);
      const terminating = all.reduce((n, pod) => n + (isTerminating(pod) && matches(selector, pod.metadata.labels) ? 1 : 0), 0);
      const status = statusOf(found, active, terminating, failed, client);
      write(status);
      if (failed) throw failed;
      if (!found.spec!.minReadySeconds || status.readyReplicas === status.availableReplicas) return undefined;
      return nextAvailable(active, found.spec!.minReadySeconds, unixNow(client));
    },
  };
}

export const createReplicaSetController = (): Controller => create('replicaset', 'ReplicaSet', 'replicasets.apps');
export const createReplicationController = (): Controller => create('replication', 'ReplicationController', 'replicationcontrollers');
