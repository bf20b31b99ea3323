/**
 * Makes and takes away a Job's Pods: as many at once as it allows, as many in all as it needs, with back-off after failures.
 * Stands for manageJob of pkg/controller/job.
 */
import type { Container, Job, Pod } from '../../kinds/types.ts';
import { ApiError } from '../controller.ts';
import { deletionOrder, isActive, isReady, isTerminating } from '../pods.ts';
import { sooner, unixNow } from '../times.ts';
import { createPod, deletePod, isTerminatingNamespace, podFrom, slowStart } from '../workload.ts';
import { failureVerdict } from './policy.ts';
import { INDEX, INDEX_FAILURES, indexOf, isIndexed, pendingIndexes } from './indexes.ts';
import { endOf, FINALIZER, hasFinalizer, waitAfter, waitsForEnd, type Work } from './work.ts';

/** At most so many Pods are made or deleted at once. */
const BURST = 500;

/** Deletes active Pods and counts them off. */
export function remove(work: Work, pods: readonly Pod[]): void {
  let failed: ApiError | undefined;
  for (const pod of pods) {
    try {
      deletePod(work.client, pod, work.job);
    } catch (error) {
      failed ??= error as ApiError;
      continue;
    }
    work.active--;
    work.terminating++;
    if (isReady(pod)) work.ready--;
  }
  if (failed) throw failed;
}

/** The Pods to give up when there are too many: doubles of an index first. */
function excess(work: Work, count: number): readonly Pod[] {
  const active = work.pods.filter(isActive);
  if (count <= 0) return [];
  const order = deletionOrder(active, () => 0, unixNow(work.client));
  if (!isIndexed(work.job)) return order.slice(0, count);
  const seen = new Set<number>();
  const doubles: Pod[] = [];
  const singles: Pod[] = [];
  for (const pod of [...order].reverse()) {
    const index = indexOf(pod);
    if (seen.has(index) || index >= work.job.spec!.completions!) doubles.unshift(pod);
    else singles.unshift(pod);
    seen.add(index);
  }
  return [...doubles, ...singles].slice(0, Math.max(count, doubles.length));
}

const indexEnv = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } } };
const withIndex = (container: Container): Container => (container.env?.some((e) => e.name === indexEnv.name) ? container : { ...container, env: [...(container.env ?? []), indexEnv] });

/** Failures of an index so far, told by its last failed Pod that still waits for a successor. */
function failuresOf(work: Work, index: number): { count: number; pod: Pod } | undefined {
  const failed = work.pods.filter((pod) => indexOf(pod) === index && pod.status?.phase === 'Failed' && hasFinalizer(pod));
  const counts = failed.map((pod) => ({ pod, count: Number(pod.metadata.annotations?.[INDEX_FAILURES] ?? 0) + (failureVerdict(work.job, pod).counts ? 1 : 0) }));
  return counts.sort((a, b) => b.count - a.count || (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1))[0];
}

/** A Pod of the Job; `index` for an indexed one. */
export function jobPod(work: Work, index: number | undefined): Pod {
  const { job } = work;
  const template = job.spec!.template!;
  if (index === undefined) return podFrom(template, job, { finalizers: [FINALIZER] });
  const text = String(index);
  const spec = template.spec!;
  const perIndex = job.spec!.backoffLimitPerIndex !== undefined;
  return podFrom(template, job, {
    generateName: `${job.metadata.name}-${index}-`, finalizers: [FINALIZER], labels: { [INDEX]: text },
    annotations: { [INDEX]: text, ...(perIndex && { [INDEX_FAILURES]: String(failuresOf(work, index)?.count ?? 0) }) },
    spec: {
      ...spec, hostname: `${job.metadata.name}-${index}`, containers: spec.containers!.map(withIndex), ...(spec.initContainers && { initContainers: spec.initContainers.map(withIndex) }),
    },
  });
}

/** How many Pods should be active now. */
function wanted({ spec }: Job, work: Work): number {
  const parallelism = spec!.parallelism ?? 1;
  if (spec!.completions === undefined) return work.succeeded > 0 ? work.active : parallelism;
  return Math.max(0, Math.min(parallelism, spec!.completions - work.succeeded));
}

/** Brings the number of active Pods to what it should be. */
export function manage(work: Work): void {
  const { job, client } = work;
  if (job.spec!.suspend) {
    remove(work, work.pods.filter(isActive));
    return;
  }
  const want = wanted(job, work);
  if (work.active > want) {
    remove(work, excess(work, work.active - want).slice(0, BURST));
    return;
  }
  const missing = Math.min(BURST, want - work.active - (waitsForEnd(job) ? work.terminating : 0));
  if (missing <= 0) return;
  const perIndex = job.spec!.backoffLimitPerIndex !== undefined;
  const wait = perIndex ? 0 : waitAfter(work.failures, unixNow(client));
  if (wait > 0) {
    work.again = sooner(work.again, Math.max(1000, wait));
    return;
  }
  let indexes: readonly (number | undefined)[] = Array.from({ length: missing }, () => undefined);
  if (isIndexed(job)) {
    const busy = work.pods.filter((pod) => isActive(pod) || (waitsForEnd(job) && isTerminating(pod))).map(indexOf);
    indexes = pendingIndexes(missing, job.spec!.completions!, new Set([...work.doneIndexes, ...busy, ...(work.failedIndexes ?? [])]));
    if (perIndex) indexes = indexes.filter((index) => backedOff(work, index!));
  }
  let i = 0;
  let made = 0;
  const failed = slowStart(indexes.length, () => {
    try {
      createPod(client, jobPod(work, indexes[i++]), job);
      made++;
    } catch (error) {
      if (!isTerminatingNamespace(error)) throw error;
    }
  });
  work.active += made;
  if (failed) throw failed;
}

/** Whether an index has waited long enough after its last failure; else asks to look again. */
function backedOff(work: Work, index: number): boolean {
  const last = failuresOf(work, index);
  if (!last) return true;
  const wait = waitAfter({ count: last.count, last: endOf(last.pod) }, unixNow(work.client));
  if (wait > 0) work.again = sooner(work.again, Math.max(1000, wait));
  return wait === 0;
}
