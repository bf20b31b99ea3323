/**
 * May this Pod run on this node at all? The kubelet's own look at resources, ports, selectors and taints.
 * Stands for pkg/kubelet/lifecycle/predicate.go.
 */
import type { Node, Pod } from '../kinds/types.ts';
import { termMatches } from '../control/selector.ts';
import { untolerated } from '../control/taint.ts';
import { amounts, podRequests } from '../control/scheduler/requests.ts';

/** Why a Pod is rejected: the reason in its status, and the message of its Event. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

const hostPorts = (pod: Pod): readonly string[] =>
  [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
    .flatMap(({ ports = [] }) => ports.filter((p) => p.hostPort).map((p) => `${p.protocol ?? 'TCP'} ${p.hostPort}`));

function fitsNode(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of Object.entries(pod.spec?.nodeSelector ?? {})) if (labels[key] !== value) return false;
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || (required.nodeSelectorTerms ?? []).some((term) => termMatches(term, labels, node.metadata.name));
}

const weights = new WeakMap<object, readonly (readonly [string, number])[]>();

/** What a Pod's spec requests; the same objects are asked again and again. */
function weightOf(pod: Pod): readonly (readonly [string, number])[] {
  const key = pod.spec ?? pod;
  let weight = weights.get(key);
  if (!weight) weights.set(key, (weight = Object.entries(podRequests(pod)).filter(([, amount]) => amount !== 0)));
  return weight;
}

/** Undefined when it may run beside the others. */
export function admit(pod: Pod, others: readonly Pod[], node: Node | undefined): Rejection | undefined {
  if (!node) return undefined;
  const allocatable = amounts(node.status?.allocatable as Record<string, string> | undefined);
  const used: Record<string, number> = { pods: others.length };
  for (const other of others) for (const [name, amount] of weightOf(other)) used[name] = (used[name] ?? 0) + amount;
  for (const [name, wanted] of [['pods', 1] as const, ...weightOf(pod)]) {
    const taken = used[name] ?? 0;
    const capacity = allocatable[name] ?? 0;
    if (taken + wanted <= capacity) continue;
    return { reason: `OutOf${name}`, message: `Node didn't have enough resource: ${name}, requested: ${wanted}, used: ${taken}, capacity: ${capacity}` };
  }
  if (!fitsNode(pod, node)) return { reason: 'NodeAffinity', message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector" };
  const ports = hostPorts(pod);
  const taken = new Set(ports.length ? others.flatMap(hostPorts) : []);
  if (ports.some((port) => taken.has(port))) return { reason: 'NodePorts', message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports" };
  if (untolerated(node.spec?.taints, pod.spec?.tolerations, ['NoExecute'])) {
    return { reason: 'TaintToleration', message: 'Predicate TaintToleration failed: node(s) had untolerated taint(s)' };
  }
  return undefined;
}
