/**
 * One look at a Job: its Pods sorted by what became of them, and the status that is being worked out.
 */
import type { ContainerStatus, Job, JobCondition, JobStatus, Pod } from '../../kinds/types.ts';
import { parseRfc3339 } from '../../../sim/date.ts';
import { conditionOf } from '../condition.ts';
import type { Client } from '../controller.ts';
import { isSidecar } from '../pods.ts';

export const FINALIZER = 'batch.kubernetes.io/job-tracking';

/** Failures since the last success, and when the last one was, in Unix milliseconds. */
export interface Failures {
  readonly count: number;
  readonly last: number;
}

export interface Work {
  readonly job: Job;
  readonly client: Client;
  readonly pods: readonly Pod[];
  /** As far as it has been worked out. */
  status: { -readonly [K in keyof JobStatus]: JobStatus[K] };
  /** Active, ready and terminating Pods, as far as this look changes them. */
  active: number;
  ready: number;
  terminating: number;
  /** Pods that ended well or badly, the counted ones included. */
  succeeded: number;
  failed: number;
  readonly doneIndexes: ReadonlySet<number>;
  readonly failedIndexes: ReadonlySet<number> | undefined;
  failures: Failures;
  /** The condition that ends the Job. */
  finished: JobCondition | undefined;
  /** When to look again, in milliseconds. */
  again: number | undefined;
}

export const condition = (client: Client, type: string, reason: string, message: string): JobCondition => ({
  type, status: 'True', reason, message, lastProbeTime: client.stamp, lastTransitionTime: client.stamp,
});

export const isFinished = ({ status }: Job): boolean => !!status?.conditions?.some((c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True');

export const hasFinalizer = (pod: Pod): boolean => !!pod.metadata.finalizers?.includes(FINALIZER);

/** Whether a terminating Pod is not yet a failed one. */
export const waitsForEnd = ({ spec }: Job): boolean => spec?.podReplacementPolicy === 'Failed' || (spec?.podFailurePolicy !== undefined && spec.podReplacementPolicy === undefined);

export const hasFailed = (pod: Pod, job: Job): boolean =>
  pod.status?.phase === 'Failed' || (!waitsForEnd(job) && pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== 'Succeeded');

/** When a Pod ended, in Unix milliseconds. */
export function endOf(pod: Pod): number {
  const sidecars = new Set(pod.spec?.initContainers?.filter(isSidecar).map((c) => c.name));
  const states: readonly ContainerStatus[] = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? []).filter((s) => sidecars.has(s.name))];
  const times = states.map((s) => parseRfc3339(s.state?.terminated?.finishedAt ?? ''));
  if (times.length && times.every((t) => t !== undefined)) return Math.max(...(times as number[]));
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  const off = ready?.status === 'False' ? parseRfc3339(ready.lastTransitionTime ?? '') : undefined;
  const deleted = parseRfc3339(pod.metadata.deletionTimestamp ?? '');
  return off ?? (deleted === undefined ? undefined : deleted - (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000) ?? parseRfc3339(pod.metadata.creationTimestamp!)!;
}

/** Failures after what newly ended. */
export function failuresAfter(old: Failures | undefined, succeeded: readonly Pod[], failed: readonly Pod[]): Failures {
  const lastSuccess = Math.max(-Infinity, ...succeeded.map(endOf));
  const later = failed.map(endOf).filter((at) => at > lastSuccess);
  const before = succeeded.length ? 0 : (old?.count ?? 0);
  return { count: before + later.length, last: later.length ? Math.max(...later) : succeeded.length ? 0 : (old?.last ?? 0) };
}

/** The wait after so many failures in a row, in milliseconds. */
export function waitAfter({ count, last }: Failures, unix: number): number {
  if (count === 0) return 0;
  return Math.max(0, Math.min(10_000 * 2 ** (count - 1), 600_000) - (unix - last));
}
