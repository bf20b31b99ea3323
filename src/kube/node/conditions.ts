/**
 * The conditions of a Pod that the kubelet owns.
 * Stands for pkg/kubelet/status/generate.go.
 */
import type { Container, ContainerStatus, Pod, PodCondition } from '../kinds/types.ts';
import { restartable } from './qos.ts';

const OWN = new Set(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled']);

/** Whether the kubelet decides this condition. */
export const ownCondition = (type: string | undefined): boolean => OWN.has(type ?? '');

type Found = Pick<PodCondition, 'status' | 'reason' | 'message'>;
const YES: Found = { status: 'True' };
const no = (reason: string, message?: string): Found => (message ? { status: 'False', reason, message } : { status: 'False', reason });

/** `containers with unready status: [a b]` */
function complaint(unknown: readonly string[], others: readonly string[], word: string): string {
  const parts: string[] = [];
  if (unknown.length) parts.push(`containers with unknown status: [${unknown.join(' ')}]`);
  if (others.length) parts.push(`containers with ${word} status: [${others.join(' ')}]`);
  return parts.join(', ');
}

function containersReady(pod: Pod, status: (c: Container) => ContainerStatus | undefined, phase: string): Found {
  if (phase === 'Failed') return no('PodFailed');
  const watched = [...(pod.spec?.initContainers ?? []).filter(restartable), ...(pod.spec?.containers ?? [])];
  const unknown = watched.filter((c) => !status(c)).map((c) => c.name!);
  if (phase === 'Succeeded' && unknown.length === 0) return no('PodCompleted');
  const unready = watched.filter((c) => status(c) && !status(c)!.ready).map((c) => c.name!);
  const message = complaint(unknown, unready, 'unready');
  return message ? no('ContainersNotReady', message) : YES;
}

function ready(pod: Pod, containers: Found, conditions: readonly PodCondition[]): Found {
  if (containers.status !== 'True') return containers;
  const messages: string[] = [];
  for (const { conditionType } of pod.spec?.readinessGates ?? []) {
    const found = conditions.find((c) => c.type === conditionType);
    if (!found) messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (found.status !== 'True') messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`);
  }
  return messages.length ? no('ReadinessGatesNotReady', messages.join(', ')) : YES;
}

function initialized(pod: Pod, status: (c: Container) => ContainerStatus | undefined, phase: string): Found {
  const all = pod.spec?.initContainers ?? [];
  const unknown = all.filter((c) => !status(c)).map((c) => c.name!);
  if (phase === 'Succeeded' && unknown.length === 0) return { status: 'True', reason: 'PodCompleted' };
  const begun = (pod.spec?.containers ?? []).some((c) => status(c)?.state?.running || status(c)?.state?.terminated);
  if (begun) return YES;
  const open = all.filter((c) => status(c) && !(restartable(c) ? status(c)!.started : status(c)!.ready)).map((c) => c.name!);
  const message = complaint(unknown, open, 'incomplete');
  return message ? no('ContainersNotInitialized', message) : YES;
}

/** All conditions of the new status; times of unchanged ones are kept, `stamp` (RFC 3339) is given to the others. */
export function conditionsOf(
  pod: Pod, statuses: readonly ContainerStatus[], phase: string, sandboxReady: boolean, old: readonly PodCondition[], stamp: string,
): readonly PodCondition[] {
  const byName = new Map(statuses.map((s) => [s.name, s]));
  const status = (c: Container): ContainerStatus | undefined => byName.get(c.name);
  const out = (pod.status?.conditions ?? []).filter((c) => !ownCondition(c.type));
  const containers = containersReady(pod, status, phase);
  const found: [string, Found][] = [
    ['PodReadyToStartContainers', sandboxReady ? YES : { status: 'False' }],
    ['Initialized', initialized(pod, status, phase)],
    ['Ready', ready(pod, containers, out)],
    ['ContainersReady', containers],
    ['PodScheduled', YES],
  ];
  const generation = pod.metadata.generation;
  for (const [type, what] of found) {
    const before = old.find((c) => c.type === type);
    const lastTransitionTime = before && before.status === what.status && before.lastTransitionTime ? before.lastTransitionTime : stamp;
    out.push({ type, ...what, ...(generation ? { observedGeneration: generation } : {}), lastProbeTime: null as unknown as string, lastTransitionTime });
  }
  return out;
}
