/**
 * From a workload or a Service to one of its Pods, or to all.
 * Stands for k8s.io/kubectl/pkg/polymorphichelpers and util/podutils.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import { parseRfc3339 } from '../../sim/date.ts';
import type { Kubectl } from '../command.ts';
import { parseGroupVersion } from '../discovery.ts';
import { CliError } from '../errors.ts';
import { isMap, sortedKeys, type Rec } from '../go.ts';
import { eachEvent } from '../watch.ts';
import type { Pod } from './containers.ts';

/** Go's name of an object's type: `*v1.ConfigMap`. */
export const typeName = (object: KubeObject): string => `*${parseGroupVersion(object.apiVersion).version}.${object.kind}`;

/** A label selector as it travels in a query. */
export function selectorText(selector: unknown): string {
  if (!isMap(selector)) return '';
  const labels = (selector['matchLabels'] ?? {}) as Rec;
  const parts = sortedKeys(labels).map((key) => ({ key, text: `${key}=${String(labels[key])}` }));
  for (const { key, operator, values = [] } of (selector['matchExpressions'] ?? []) as readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]) {
    const list = [...values].sort().join(',');
    parts.push({ key, text: operator === 'In' ? `${key} in (${list})` : operator === 'NotIn' ? `${key} notin (${list})` : operator === 'Exists' ? key : `!${key}` });
  }
  return parts.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map((part) => part.text).join(',');
}

const SELECTING = ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Deployment', 'Job'];

/** The selector of an object's Pods. Throws CliError when it has none. */
export function selectorOf(object: KubeObject): string {
  const spec = (object['spec'] ?? {}) as Rec;
  if (SELECTING.includes(object.kind)) return selectorText(spec['selector']);
  if (object.kind === 'ReplicationController') return selectorText({ matchLabels: spec['selector'] });
  if (object.kind === 'Service') {
    const labels = spec['selector'];
    if (!isMap(labels) || Object.keys(labels).length === 0) throw new CliError(`invalid service '${object.metadata.name}': Service is defined without a selector`);
    return selectorText({ matchLabels: labels });
  }
  throw new CliError(`selector for ${typeName(object)} not implemented`);
}

const readySince = (pod: Pod): number | undefined => {
  const ready = pod.status?.conditions?.find((c) => c.type === 'Ready');
  return ready?.status === 'True' ? parseRfc3339(ready.lastTransitionTime ?? '') : undefined;
};
const isReady = (pod: Pod): boolean => pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;
const restarts = (pod: Pod): number => Math.max(0, ...(pod.status?.containerStatuses ?? []).map((s) => s.restartCount ?? 0));

/** How one Pod comes before another: the first thing that differs decides. */
type Order = (a: Pod, b: Pod) => number;

const PHASES = ['Running', 'Unknown', 'Pending'];
const phase = (pod: Pod): number => Math.max(0, PHASES.indexOf(pod.status?.phase ?? ''));
const first = (...orders: readonly Order[]): Order => (a, b) => {
  for (const order of orders) {
    const n = order(a, b);
    if (n !== 0) return n;
  }
  return 0;
};
const assigned: Order = (a, b) => Number(!a.spec.nodeName) - Number(!b.spec.nodeName);
const running: Order = (a, b) => phase(a) - phase(b);
const ready: Order = (a, b) => Number(isReady(b)) - Number(isReady(a));
const since: Order = (a, b) => (isReady(a) && isReady(b) ? (readySince(a) ?? Infinity) - (readySince(b) ?? Infinity) || 0 : 0);
const created: Order = (a, b) => (parseRfc3339(a.metadata.creationTimestamp ?? '') ?? Infinity) - (parseRfc3339(b.metadata.creationTimestamp ?? '') ?? Infinity) || 0;
const deleting: Order = (a, b) => Number(Boolean(a.metadata.deletionTimestamp)) - Number(Boolean(b.metadata.deletionTimestamp));
const name: Order = (a, b) => (a.metadata.name < b.metadata.name ? -1 : 1);

/** Whose logs say most. */
export const BY_LOGGING = first(assigned, running, ready, since, (a, b) => restarts(b) - restarts(a), created, name);
/** Which is most alive: first the one that has run longest. */
export const BY_ACTIVITY = first(assigned, running, ready, deleting, since, (a, b) => restarts(a) - restarts(b), created, name);

type PodList = KubeObject & { readonly items: readonly Pod[] };

/** The Pods that a selector means, in order; waits for the first when there is none. Throws CliError after `timeout` milliseconds. */
export function* podsOf(k: Kubectl, namespace: string, selector: string, timeout: number, order: Order): Running<readonly Pod[]> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const list = yield* k.client.object<PodList>({ path, query: { labelSelector: selector } });
  const whole = (pod: Pod): Pod => ({ ...pod, apiVersion: 'v1', kind: 'Pod' });
  if (list.items.length) return list.items.map(whole).sort(order);
  let found: Pod | undefined;
  yield* eachEvent(k, { path, query: { labelSelector: selector, watch: 'true', resourceVersion: list.metadata.resourceVersion } }, (event) => {
    if (event.type === 'ADDED' || event.type === 'MODIFIED') found = event.object as Pod;
    return found === undefined;
  }, timeout > 0 ? k.p.now + timeout : Infinity);
  if (!found) throw new CliError('timed out waiting for the condition');
  return [found];
}

/** The Pod to attach to: the object itself, or the most alive one of its Pods. Throws CliError. */
export function* attachable(k: Kubectl, object: KubeObject, timeout: number): Running<Pod> {
  if (object.kind === 'Pod') return object as Pod;
  let selector: string;
  try {
    selector = selectorOf(object);
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`cannot attach to ${typeName(object)}: ${error.message}`);
    throw error;
  }
  return (yield* podsOf(k, object.metadata.namespace ?? '', selector, timeout, BY_ACTIVITY))[0]!;
}
