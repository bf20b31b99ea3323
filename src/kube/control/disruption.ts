/**
 * Works out how many Pods of a PodDisruptionBudget may be evicted now.
 * Stands for pkg/controller/disruption.
 * Unlike Kubernetes: a disruption that a Pod was told of and that never came stays in the Pod's conditions.
 */
import { parseRfc3339 } from '../../sim/date.ts';
import type { OwnerReference, Status } from '../api/wire.ts';
import type { Deployment, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus, ReplicaSet } from '../kinds/types.ts';
import { alike } from './alike.ts';
import { conditionOf, setCondition } from './condition.ts';
import { ApiError, type Client, type Controller } from './controller.ts';
import { listedOf, scalePath } from './listed.ts';
import { controllerOf, keyOf, split } from './owner.ts';
import { isReady } from './pods.ts';
import { matches, selectorInGo } from './selector.ts';
import { share } from './share.ts';
import { unixNow } from './times.ts';

const BUDGETS = 'poddisruptionbudgets.policy';
const ALLOWED = 'DisruptionAllowed';
/** How long an evicted Pod may take until its deletion is seen. */
const DELETION = 120_000;

class Unknowable extends Error {}

/** How many Pods somebody wants, and who. */
interface Scale {
  readonly uid: string;
  readonly replicas: number;
}

/** The scale behind a Pod's owner; undefined when the owner is gone. */
function scaleBehind({ kind, name, uid, apiVersion }: OwnerReference, namespace: string, client: Client): Scale | undefined {
  const resource = listedOf(apiVersion, kind, client);
  if (!resource) throw new Unknowable(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`);
  if (resource.groupResource === 'replicasets.apps') {
    const set = client.get<ReplicaSet>(resource.groupResource, namespace, name);
    if (set?.metadata.uid !== uid) return undefined;
    const above = controllerOf(set!);
    if (above?.kind !== 'Deployment') return { uid, replicas: set!.spec!.replicas! };
    const deployment = client.get<Deployment>('deployments.apps', namespace, above.name);
    return deployment?.metadata.uid === above.uid ? { uid: above.uid, replicas: deployment!.spec!.replicas! } : undefined;
  }
  const { code, body } = client.request('GET', scalePath(resource, namespace, name));
  if (code < 300) {
    const scale = body as { metadata: { uid?: string }; spec?: { replicas?: number } };
    return scale.metadata.uid === uid ? { uid, replicas: scale.spec?.replicas ?? 0 } : undefined;
  }
  if (code !== 404) throw new Unknowable((body as Status).message);
  if (client.get(resource.groupResource, namespace, name)) throw new Unknowable(`${resource.groupResource} does not implement the scale subresource`);
  return undefined;
}

interface Expected {
  readonly expected: number;
  readonly unmanaged: number;
}

/** The sum of what the owners of these Pods want. */
function wanted(pods: readonly Pod[], client: Client): Expected {
  const scales = new Map<string, number>();
  let unmanaged = 0;
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (!owner) unmanaged++;
    if (!owner || scales.has(owner.uid)) continue;
    const scale = scaleBehind(owner, pod.metadata.namespace!, client);
    if (!scale) throw new Unknowable(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`);
    scales.set(scale.uid, scale.replicas);
  }
  return { expected: [...scales.values()].reduce((sum, n) => sum + n, 0), unmanaged };
}

function expectation({ spec }: PodDisruptionBudget, pods: readonly Pod[], client: Client): Expected & { readonly healthy: number } {
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (maxUnavailable !== undefined) {
    const { expected, unmanaged } = wanted(pods, client);
    return { expected, unmanaged, healthy: Math.max(0, expected - share(maxUnavailable, expected, true)) };
  }
  if (typeof minAvailable === 'number') return { expected: pods.length, unmanaged: 0, healthy: minAvailable };
  if (minAvailable === undefined) return { expected: 0, unmanaged: 0, healthy: 0 };
  const { expected, unmanaged } = wanted(pods, client);
  return { expected, unmanaged, healthy: share(minAvailable, expected, true) };
}

/** Evicted Pods whose deletion has not been seen yet, and until when they are waited for. */
function disrupted(budget: PodDisruptionBudget, pods: readonly Pod[], now: number, client: Client): { readonly map: Readonly<Record<string, string>>; readonly until: number | undefined } {
  const map: Record<string, string> = {};
  let until: number | undefined;
  const told = budget.status?.disruptedPods ?? {};
  for (const pod of pods) {
    const time = told[pod.metadata.name];
    if (pod.metadata.deletionTimestamp || time === undefined) continue;
    const end = parseRfc3339(time)! + DELETION;
    if (end < now) {
      const { namespace } = budget.metadata;
      client.event(pod, 'Warning', 'NotDeleted', `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`);
      continue;
    }
    until = Math.min(until ?? Infinity, end);
    map[pod.metadata.name] = time;
  }
  return { map, until };
}

function write(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus, reason: string, message: string, client: Client): void {
  const is = (status.disruptionsAllowed ?? 0) > 0 ? 'True' : 'False';
  const condition = { type: ALLOWED, status: is, reason, message, lastTransitionTime: client.stamp, observedGeneration: status.observedGeneration };
  client.updateStatus({ ...budget, status: { ...status, conditions: setCondition(budget.status?.conditions, condition) } });
}

function sync(budget: PodDisruptionBudget, client: Client): number | undefined {
  const { namespace, generation } = budget.metadata;
  const pods = client.list<Pod>('pods', namespace).filter((pod) => matches(budget.spec?.selector, pod.metadata.labels));
  if (!pods.length) client.event(budget, 'Normal', 'NoPods', 'No matching pods found');
  let goal: ReturnType<typeof expectation>;
  try {
    goal = expectation(budget, pods, client);
  } catch (error) {
    if (!(error instanceof Unknowable)) throw error;
    client.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${error.message}`);
    throw error;
  }
  if (goal.unmanaged) {
    client.event(budget, 'Warning', 'UnmanagedPods', `Pods selected by this PodDisruptionBudget (selector: ${selectorInGo(budget.spec?.selector)}) were found to be unmanaged. As a result, the status of the PDB `
      + 'cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.');
  }
  const now = unixNow(client);
  const { map, until } = disrupted(budget, pods, now, client);
  const currentHealthy = pods.filter((pod) => !pod.metadata.deletionTimestamp && map[pod.metadata.name] === undefined && isReady(pod)).length;
  const status: PodDisruptionBudgetStatus = {
    currentHealthy, desiredHealthy: goal.healthy, expectedPods: goal.expected, observedGeneration: generation!, disruptedPods: map,
    disruptionsAllowed: goal.expected > 0 ? Math.max(0, currentHealthy - goal.healthy) : 0,
  };
  const reason = status.disruptionsAllowed ? 'SufficientPods' : 'InsufficientPods';
  const { conditions, ...old } = budget.status ?? {};
  if (!alike(old, status) || conditionOf(conditions, ALLOWED)?.reason !== reason) write(budget, status, reason, '', client);
  return until === undefined ? undefined : until - now;
}

/** The controller. */
export const createDisruptionController = (): Controller => ({
  name: 'controllermanager',
  user: 'system:serviceaccount:kube-system:disruption-controller',
  watches: {
    [BUDGETS]: 'self',
    pods: (pod, read, change) => {
      const { namespace, labels } = pod.metadata;
      const fitting = read.list<PodDisruptionBudget>(BUDGETS, namespace).filter((budget) => matches(budget.spec?.selector, labels));
      if (!fitting.length || (change?.before && change.now && !matters(change.before as Pod, change.now as Pod))) return [];
      return [keyOf(fitting[0]!)];
    },
  },
  reconcile(key, client) {
    const [namespace, name] = split(key);
    const budget = client.get<PodDisruptionBudget>(BUDGETS, namespace, name);
    if (!budget) return undefined;
    try {
      return sync(budget, client);
    } catch (error) {
      if (error instanceof ApiError && error.code === 409) throw error;
      if (!(error instanceof Unknowable || error instanceof ApiError)) throw error;
      write(budget, { ...budget.status, disruptionsAllowed: 0 }, 'SyncFailed', error.message, client);
      return undefined;
    }
  },
});

/** Whether a change of a Pod can change a count. */
const matters = (before: Pod, now: Pod): boolean => isReady(before) !== isReady(now) || before.metadata.deletionTimestamp !== now.metadata.deletionTimestamp
  || !alike(before.metadata.labels, now.metadata.labels) || !alike(before.metadata.ownerReferences, now.metadata.ownerReferences);
