/**
 * Runs a Job's Pods until enough of them have succeeded or too many have failed, and counts every one of them exactly once.
 * Stands for pkg/controller/job.
 * Unlike Kubernetes: no Pod groups.
 */
import type { KubeObject } from '../../api/wire.ts';
import type { Job, JobCondition, Pod } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import { Batch } from '../batch.ts';
import { conditionOf } from '../condition.ts';
import { ApiError, type Client, type Controller } from '../controller.ts';
import { claim, controllerOf, keyOf, Orphans, owned, quietly, split } from '../owner.ts';
import { isActive, isReady, isTerminating } from '../pods.ts';
import { podMatters } from '../replicaset.ts';
import { matches } from '../selector.ts';
import { since, sooner } from '../times.ts';
import { INDEX_FAILURES, indexOf, isIndexed, readIndexes, writeIndexes } from './indexes.ts';
import { manage, remove } from './pods.ts';
import { failureVerdict, successMessage } from './policy.ts';
import { condition, failuresAfter, FINALIZER, hasFailed, hasFinalizer, isFinished, type Failures, type Work } from './work.ts';

const JOBS = 'jobs.batch';
/** What Pods do is looked at together with what else happens within a second. */
const BATCH = 1000;
/** The mark of Pods that lost their Job. */
const LOST = 'lost:';

const restarts = (pod: Pod): number => [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].reduce((n, s) => n + (s.restartCount ?? 0), 0);

/** Restarted containers of Pods that restart by themselves count as failures. */
function restartedTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec!.template!.spec!.restartPolicy !== 'OnFailure') return false;
  const count = pods.filter((pod) => pod.status?.phase === 'Running' || pod.status?.phase === 'Pending').reduce((n, pod) => n + restarts(pod), 0);
  return spec!.backoffLimit === 0 ? count > 0 : count >= (spec!.backoffLimit ?? 6);
}

/** Indexes that have failed for good. */
function failedIndexesOf(job: Job, pods: readonly Pod[]): Set<number> | undefined {
  const limit = job.spec!.backoffLimitPerIndex;
  if (limit === undefined) return undefined;
  const out = readIndexes(job.status?.failedIndexes, job.spec!.completions!);
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index < 0 || !hasFinalizer(pod) || !hasFailed(pod, job)) continue;
    const { counts, action } = failureVerdict(job, pod);
    if (action === 'FailIndex' || (counts && Number(pod.metadata.annotations?.[INDEX_FAILURES] ?? 0) >= limit)) out.add(index);
  }
  return out;
}

function begin(job: Job, client: Client, pods: readonly Pod[], old: Failures | undefined): Work {
  const status = { ...job.status };
  const uncounted = job.status?.uncountedTerminatedPods ?? {};
  const known = new Set([...(uncounted.succeeded ?? []), ...(uncounted.failed ?? [])]);
  const fresh = pods.filter((pod) => hasFinalizer(pod) && !known.has(pod.metadata.uid!));
  const succeeded = fresh.filter((pod) => pod.status?.phase === 'Succeeded');
  const failed = fresh.filter((pod) => hasFailed(pod, job));
  const completions = job.spec!.completions ?? 0;
  const doneIndexes = readIndexes(job.status?.completedIndexes, completions);
  if (isIndexed(job)) for (const pod of succeeded) if (indexOf(pod) >= 0 && indexOf(pod) < completions) doneIndexes.add(indexOf(pod));
  if (!status.startTime && !job.spec!.suspend) status.startTime = client.stamp;
  const active = pods.filter(isActive);
  return {
    job, client, pods, status,
    active: active.length, ready: active.filter(isReady).length, terminating: pods.filter(isTerminating).length,
    succeeded: isIndexed(job) ? doneIndexes.size : (job.status?.succeeded ?? 0) + succeeded.length + (uncounted.succeeded?.length ?? 0),
    failed: (job.status?.failed ?? 0) + failed.filter((pod) => failureVerdict(job, pod).counts).length + (uncounted.failed?.length ?? 0),
    doneIndexes, failedIndexes: failedIndexesOf(job, pods),
    failures: failuresAfter(old, succeeded, failed.filter((pod) => failureVerdict(job, pod).counts)), finished: undefined, again: undefined,
  };
}

/** What ends the Job now, if anything does. */
function ending(work: Work): JobCondition | undefined {
  const { job, client, status } = work;
  const met = conditionOf(status.conditions, 'SuccessCriteriaMet');
  if (met?.status === 'True') return met;
  const target = conditionOf(status.conditions, 'FailureTarget');
  if (target?.status === 'True') return condition(client, 'Failed', target.reason!, target.message!);
  const fail = (reason: string, message: string): JobCondition => condition(client, 'FailureTarget', reason, message);
  const message = work.pods.filter((pod) => hasFailed(pod, job)).map((pod) => failureVerdict(job, pod).message).find((m) => m !== undefined);
  if (message !== undefined) return fail('PodFailurePolicy', message);
  const { backoffLimit = 6, activeDeadlineSeconds: deadline, maxFailedIndexes, completions = 0, suspend } = job.spec!;
  if (work.failed > backoffLimit || restartedTooOften(job, work.pods)) return fail('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  if (deadline !== undefined && !suspend && status.startTime) {
    const left = deadline * 1000 - since(status.startTime, client);
    if (left <= 0) return fail('DeadlineExceeded', 'Job was active longer than specified deadline');
    work.again = sooner(work.again, left);
  }
  if (!isIndexed(job)) return undefined;
  const failed = work.failedIndexes?.size ?? 0;
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes) return fail('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  if (failed > 0 && failed + work.doneIndexes.size >= completions) return fail('FailedIndexes', 'Job has failed indexes');
  const success = successMessage(job, work.doneIndexes);
  return success === undefined ? undefined : condition(client, 'SuccessCriteriaMet', 'SuccessPolicy', success);
}

/** Says that the Job is suspended, or goes on. */
function tellSuspension(work: Work): void {
  const { job, client, status } = work;
  const suspend = job.spec!.suspend === true;
  const old = conditionOf(status.conditions, 'Suspended');
  if ((old?.status === 'True') === suspend || (!old && !suspend)) return;
  const next = suspend ? condition(client, 'Suspended', 'JobSuspended', 'Job suspended') : { ...condition(client, 'Suspended', 'JobResumed', 'Job resumed'), status: 'False' };
  status.conditions = [...(status.conditions ?? []).filter((c) => c !== old), next];
  client.event(job, 'Normal', suspend ? 'Suspended' : 'Resumed', suspend ? 'Job suspended' : 'Job resumed');
  if (suspend) delete status.startTime;
  else status.startTime = client.stamp;
}

const isComplete = ({ job, succeeded, active }: Work): boolean => active === 0 && (job.spec!.completions === undefined ? succeeded > 0 : succeeded >= job.spec!.completions);

/** Moves what has been counted for good from the list of the uncounted to the numbers. */
function settle(work: Work, held: ReadonlySet<string>): void {
  const { status } = work;
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const left = { succeeded: succeeded.filter((uid) => held.has(uid)), failed: failed.filter((uid) => held.has(uid)) };
  if (!isIndexed(work.job)) status.succeeded = (status.succeeded ?? 0) + succeeded.length - left.succeeded.length;
  status.failed = (status.failed ?? 0) + failed.length - left.failed.length;
  status.uncountedTerminatedPods = { ...(left.succeeded.length && { succeeded: left.succeeded }), ...(left.failed.length && { failed: left.failed }) };
}

/** Counts ended Pods: notes them in the status, then takes their finalizers off, then adds them to the numbers. */
function track(work: Work, write: () => void): void {
  const { job, client, status } = work;
  const held = new Set(work.pods.filter(hasFinalizer).map((pod) => pod.metadata.uid!));
  settle(work, held);
  const lists = { succeeded: [...(status.uncountedTerminatedPods!.succeeded ?? [])], failed: [...(status.uncountedTerminatedPods!.failed ?? [])] };
  const release: Pod[] = [];
  const over = work.finished !== undefined;
  for (const pod of work.pods) {
    if (!hasFinalizer(pod)) continue;
    const failed = hasFailed(pod, job);
    const succeeded = pod.status?.phase === 'Succeeded';
    if (!job.metadata.deletionTimestamp && !over && !succeeded && !failed) continue;
    if (failed && !over && !job.metadata.deletionTimestamp && waitsForSuccessor(work, pod)) continue;
    release.push(pod);
    const uid = pod.metadata.uid!;
    if (succeeded && !lists.failed.includes(uid)) {
      if (!isIndexed(job) && !lists.succeeded.includes(uid)) lists.succeeded.push(uid);
    } else if ((failed || (over && work.finished!.type !== 'SuccessCriteriaMet')) && !lists.failed.includes(uid)) {
      if ((!isIndexed(job) || indexOf(pod) >= 0) && (!job.spec!.podFailurePolicy || failureVerdict(job, pod).counts)) lists.failed.push(uid);
    }
  }
  if (isIndexed(job)) {
    status.succeeded = work.doneIndexes.size;
    status.completedIndexes = writeIndexes(work.doneIndexes);
    if (work.failedIndexes) status.failedIndexes = writeIndexes(work.failedIndexes);
  }
  status.uncountedTerminatedPods = { ...(lists.succeeded.length && { succeeded: lists.succeeded }), ...(lists.failed.length && { failed: lists.failed }) };
  const { finished } = work;
  if (finished?.type === 'FailureTarget' || (finished?.type === 'SuccessCriteriaMet' && !conditionOf(status.conditions, finished.type))) status.conditions = [...(status.conditions ?? []), finished];
  if (finished?.type === 'FailureTarget') work.finished = condition(client, 'Failed', finished.reason!, finished.message!);
  if (finished?.type === 'SuccessCriteriaMet') work.finished = condition(client, 'Complete', finished.reason!, finished.message!);
  write();
  for (const pod of release) {
    if (quietly(() => unbind(client, pod)) !== undefined) held.delete(pod.metadata.uid!);
    else held.delete(pod.metadata.uid!);
  }
  settle(work, held);
}

/** A failed Pod of an index with a limit of its own keeps its finalizer until the next one of that index is there. */
const waitsForSuccessor = ({ job, pods, failedIndexes }: Work, pod: Pod): boolean =>
  job.spec!.backoffLimitPerIndex !== undefined && !failedIndexes?.has(indexOf(pod)) && !pods.some((other) => other !== pod && indexOf(other) === indexOf(pod) && isActive(other));

const unbind = (client: Client, pod: Pod): KubeObject => {
  const finalizers = pod.metadata.finalizers!.filter((f) => f !== FINALIZER);
  return client.patch('pods', pod.metadata.namespace, pod.metadata.name, { metadata: { finalizers: finalizers.length ? finalizers : null } });
};

/** Writes the last condition when nothing is left to count and nothing still ends; true when it did. */
function finish(work: Work): boolean {
  const { status, finished } = work;
  if (!finished || work.terminating > 0) return false;
  const { succeeded, failed } = status.uncountedTerminatedPods ?? {};
  if (succeeded?.length || failed?.length) return false;
  status.conditions = [...(status.conditions ?? []).filter((c) => c.type !== finished.type), finished];
  if (finished.type === 'Complete') status.completionTime = finished.lastTransitionTime;
  return true;
}

function sync(job: Job, client: Client, orphans: Orphans<Pod>, failures: Map<string, Failures>, key: string): number | undefined {
  const candidates = [...client.ownedBy<Pod>('pods', job.metadata.uid!), ...orphans.of(job.metadata.namespace!, client)];
  const pods = claim(client, { owner: job, resource: 'pods', candidates, matches: (pod) => matches(job.spec!.selector, pod.metadata.labels), finalizer: FINALIZER });
  const work = begin(job, client, pods, failures.get(key));
  work.finished = ending(work);
  let failed: unknown;
  try {
    if (work.finished) remove(work, pods.filter(isActive));
    else if (!job.metadata.deletionTimestamp) manage(work);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    failed = error;
    if (work.finished) work.finished = undefined;
  }
  if (!work.finished && !failed) {
    if (isComplete(work)) work.finished = condition(client, 'SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods');
    else if (!job.metadata.deletionTimestamp) tellSuspension(work);
  }
  let current = job;
  const write = (): void => {
    Object.assign(work.status, { active: work.active, ready: work.ready, terminating: work.terminating });
    if (!alike(work.status, current.status) || work.status.uncountedTerminatedPods !== undefined && current.status?.uncountedTerminatedPods === undefined) {
      current = client.updateStatus({ ...current, status: { ...work.status } });
    }
  };
  track(work, write);
  failures.set(key, work.failures);
  const over = finish(work);
  write();
  if (over) {
    failures.delete(key);
    const { type, reason, message } = work.finished!;
    if (type === 'Complete') client.event(job, 'Normal', 'Completed', 'Job completed');
    else client.event(job, 'Warning', reason!, message!);
    return undefined;
  }
  if (failed) throw failed;
  return work.again;
}

export function createJobController(): Controller {
  const orphans = new Orphans<Pod>('pods');
  const failures = new Map<string, Failures>();
  const batch = new Batch(BATCH);
  const pods = owned('Job', JOBS, orphans as Orphans, (a, b) => podMatters(a, b) || restarts(a as Pod) !== restarts(b as Pod));
  return {
    name: 'job-controller',
    user: 'system:serviceaccount:kube-system:job-controller',
    watches: {
      [JOBS]: (object, _read, change) => {
        const same = change?.before && change.now && change.before.metadata.generation === change.now.metadata.generation;
        return [same ? batch.later(keyOf(object)) : keyOf(object)];
      },
      pods: (object, read, change) => {
        const now = change ? change.now : object;
        const ref = controllerOf(object);
        const job = ref?.kind === 'Job' ? read.get<Job>(JOBS, object.metadata.namespace, ref.name) : undefined;
        const lost = now && hasFinalizer(now as Pod) && (!ref || (ref.kind === 'Job' && (job?.metadata.uid !== ref.uid || isFinished(job))));
        if (lost) return [`${LOST}${keyOf(object)}`];
        return typeof pods === 'function' ? pods(object, read, change).map((key) => batch.later(key)) : [];
      },
    },
    reconcile(asked, client) {
      if (asked.startsWith(LOST)) {
        const [namespace, name] = split(asked.slice(LOST.length));
        const pod = client.get<Pod>('pods', namespace, name);
        if (pod && hasFinalizer(pod)) quietly(() => unbind(client, pod));
        return undefined;
      }
      const wait = batch.wait(asked, client.now);
      if (wait > 0) return wait;
      const key = batch.plain(asked);
      const [namespace, name] = split(key);
      const job = client.get<Job>(JOBS, namespace, name);
      if (!job || isFinished(job)) {
        failures.delete(key);
        for (const pod of job ? [] : lostPods(client, namespace, name)) quietly(() => unbind(client, pod));
        return undefined;
      }
      if (job.spec?.managedBy !== undefined && job.spec.managedBy !== 'kubernetes.io/job-controller') return undefined;
      return sync(job, client, orphans, failures, key);
    },
  };
}

/** Pods that still wait to be counted by a Job that is gone. */
const lostPods = (client: Client, namespace: string, job: string): readonly Pod[] =>
  client.list<Pod>('pods', namespace).filter((pod) => hasFinalizer(pod) && pod.metadata.ownerReferences?.some((r) => r.kind === 'Job' && r.name === job));
