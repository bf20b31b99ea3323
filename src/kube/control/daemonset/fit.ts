/**
 * On which nodes a DaemonSet's Pods belong, and what its Pods carry so that the scheduler agrees.
 * Stands for NodeShouldRunDaemonPod and pkg/controller/daemon/util.
 */
import type { DaemonSet, Node, Pod, PodSpec, Toleration } from '../../kinds/types.ts';
import { termMatches } from '../selector.ts';
import { untolerated } from '../taint.ts';
import { podFrom } from '../workload.ts';
import { HASH } from '../history.ts';

const GENERATION = 'deprecated.daemonset.template.generation';
const HOST_NETWORK: Toleration = { effect: 'NoSchedule', key: 'node.kubernetes.io/network-unavailable', operator: 'Exists' };
const TOLERATED: readonly Toleration[] = [
  { effect: 'NoExecute', key: 'node.kubernetes.io/not-ready', operator: 'Exists' },
  { effect: 'NoExecute', key: 'node.kubernetes.io/unreachable', operator: 'Exists' },
  { effect: 'NoSchedule', key: 'node.kubernetes.io/disk-pressure', operator: 'Exists' },
  { effect: 'NoSchedule', key: 'node.kubernetes.io/memory-pressure', operator: 'Exists' },
  { effect: 'NoSchedule', key: 'node.kubernetes.io/pid-pressure', operator: 'Exists' },
  { effect: 'NoSchedule', key: 'node.kubernetes.io/unschedulable', operator: 'Exists' },
];

/** The template's tolerations, and those that every daemon has. */
function tolerationsOf(spec: PodSpec): readonly Toleration[] {
  const all = [...(spec.tolerations ?? [])];
  for (const own of spec.hostNetwork ? [...TOLERATED, HOST_NETWORK] : TOLERATED) {
    const at = all.findIndex((t) => t.key === own.key && t.effect === own.effect && t.operator === own.operator && !t.value);
    if (at < 0) all.push(own);
    else all[at] = own;
  }
  return all;
}

/** Whether one belongs on a node, and whether one that is there may stay. */
export function belongs(set: DaemonSet, node: Node): { run: boolean; stay: boolean } {
  const spec = set.spec!.template!.spec!;
  const { name, labels = {} } = node.metadata;
  const selected = Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if ((spec.nodeName && spec.nodeName !== name) || !selected || (terms && !terms.some((term) => termMatches(term, labels, name)))) return { run: false, stay: false };
  const tolerations = tolerationsOf(spec);
  if (!untolerated(node.spec?.taints, tolerations, ['NoSchedule', 'NoExecute'])) return { run: true, stay: true };
  return { run: false, stay: !untolerated(node.spec?.taints, tolerations, ['NoExecute']) };
}

/** The node that a daemon Pod is on or meant for. */
export const targetOf = (pod: Pod): string | undefined =>
  pod.spec!.nodeName || pod.spec!.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
    ?.flatMap((term) => term.matchFields ?? []).find((f) => f.key === 'metadata.name' && f.operator === 'In')?.values?.[0];

/** Is the Pod made of the present template? */
export const isUpdated = (set: DaemonSet, pod: Pod, hash: string): boolean =>
  pod.metadata.labels?.[HASH] === hash
  || (set.metadata.annotations?.[GENERATION] !== undefined && pod.metadata.labels?.['pod-template-generation'] === set.metadata.annotations[GENERATION]);

/** A Pod for one node: the scheduler may put it there only. */
export function daemonPod(set: DaemonSet, node: string, hash: string): Pod {
  const template = set.spec!.template!;
  const spec = template.spec!;
  const generation = set.metadata.annotations?.[GENERATION];
  const only = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }];
  return podFrom(template, set, {
    labels: { ...(generation !== undefined && { 'pod-template-generation': generation }), [HASH]: hash },
    spec: {
      ...spec,
      tolerations: tolerationsOf(spec),
      affinity: { ...spec.affinity, nodeAffinity: { ...spec.affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: only } } },
    },
  });
}
