/**
 * What controllers ask of a Pod: is it active, ready, available; which goes first when there are too many.
 * Stands for pkg/api/v1/pod and the sorting in pkg/controller/controller_utils.go.
 */
import { parseRfc3339 } from '../../sim/date.ts';
import type { Container, Pod } from '../kinds/types.ts';
import { conditionOf } from './condition.ts';

export const isReady = (pod: Pod): boolean => conditionOf(pod.status?.conditions, 'Ready')?.status === 'True';

/** Ended for good: Succeeded or Failed. */
export const isTerminal = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Neither ended nor being deleted. */
export const isActive = (pod: Pod): boolean => !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined;

/** Being deleted, but not yet ended. */
export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined && !isTerminal(pod);

/** Unix milliseconds since when it is ready; undefined when it is not. */
export function readySince(pod: Pod): number | undefined {
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  return ready?.status === 'True' ? parseRfc3339(ready.lastTransitionTime ?? '') : undefined;
}

/** Ready for at least `minReadySeconds` at `unix`. */
export function isAvailable(pod: Pod, minReadySeconds: number | undefined, unix: number): boolean {
  if (!minReadySeconds) return isReady(pod);
  const from = readySince(pod);
  return from !== undefined && from + minReadySeconds * 1000 <= unix;
}

/** Milliseconds until the next of these ready Pods becomes available; undefined when none will by waiting alone. */
export function nextAvailable(pods: readonly Pod[], minReadySeconds: number | undefined, unix: number): number | undefined {
  if (!minReadySeconds) return undefined;
  let next: number | undefined;
  for (const pod of pods) {
    const from = readySince(pod);
    if (from === undefined) continue;
    const wait = from + minReadySeconds * 1000 - unix;
    if (wait > 0 && (next === undefined || wait < next)) next = wait;
  }
  return next;
}

/** An init container that runs on beside the others. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

/** The greatest restart counts: of ordinary containers, and of sidecars. */
function restarts(pod: Pod): readonly [number, number] {
  const most = (counts: readonly number[]): number => Math.max(0, ...counts);
  const sidecars = new Set(pod.spec?.initContainers?.filter(isSidecar).map((c) => c.name));
  return [
    most((pod.status?.containerStatuses ?? []).map((s) => s.restartCount ?? 0)),
    most((pod.status?.initContainerStatuses ?? []).filter((s) => sidecars.has(s.name)).map((s) => s.restartCount ?? 0)),
  ];
}

const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const deletionCost = (pod: Pod): number => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0;
/** Ages count by their order of magnitude, so that not always the youngest goes. */
const magnitude = (from: number, unix: number): number => (unix - from > 0 ? Math.floor(Math.log2((unix - from) * 1e6)) : -1);

/** The Pods in the order in which they are given up. `rank` says how many of the same kind share a Pod's node. */
export function deletionOrder(pods: readonly Pod[], rank: (pod: Pod) => number, unix: number): readonly Pod[] {
  const compare = (a: Pod, b: Pod): number => {
    const nodeA = a.spec?.nodeName ?? '';
    const nodeB = b.spec?.nodeName ?? '';
    if (nodeA !== nodeB && (nodeA === '' || nodeB === '')) return nodeA === '' ? -1 : 1;
    const phase = (PHASES[a.status?.phase ?? ''] ?? 0) - (PHASES[b.status?.phase ?? ''] ?? 0);
    if (phase) return phase;
    const readyA = readySince(a);
    const readyB = readySince(b);
    if ((readyA === undefined) !== (readyB === undefined)) return readyA === undefined ? -1 : 1;
    const cost = deletionCost(a) - deletionCost(b);
    if (cost) return cost;
    const ranks = rank(b) - rank(a);
    if (ranks) return ranks;
    const uids = a.metadata.uid! < b.metadata.uid! ? -1 : 1;
    if (readyA !== undefined && readyA !== readyB) return magnitude(readyA, unix) - magnitude(readyB!, unix) || uids;
    const [restartsA, sidecarsA] = restarts(a);
    const [restartsB, sidecarsB] = restarts(b);
    if (restartsA !== restartsB) return restartsB - restartsA;
    if (sidecarsA !== sidecarsB) return sidecarsB - sidecarsA;
    const bornA = parseRfc3339(a.metadata.creationTimestamp!)!;
    const bornB = parseRfc3339(b.metadata.creationTimestamp!)!;
    if (bornA !== bornB) return magnitude(bornA, unix) - magnitude(bornB, unix) || uids;
    return uids;
  };
  return [...pods].sort(compare);
}
