/**
 * Starts Jobs when their time has come, counts the running ones, and deletes the oldest of the finished ones.
 * Stands for pkg/controller/cronjob.
 */
import { parseRfc3339, rfc1123, rfc3339 } from '../../../sim/date.ts';
import { zoneAt } from '../../../sim/time-zone.ts';
import type { KubeObject } from '../../api/wire.ts';
import { parseSchedule } from '../../kinds/cron.ts';
import type { CronJob, CronJobStatus, Job, ObjectReference } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import { isTrue } from '../condition.ts';
import { ApiError, type Client, type Controller } from '../controller.ts';
import { isFinished } from '../job/work.ts';
import { controllerOf, controllerRef, keyOf, ownerKey, split } from '../owner.ts';
import { unixNow } from '../times.ts';
import { lastDue, next, type Plan } from './schedule.ts';

const CRON_JOBS = 'cronjobs.batch';
const JOBS = 'jobs.batch';
/** A little after the full minute, so that the clocks of others have struck too. */
const SLACK = 100;
const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

type Draft = { active: readonly ObjectReference[]; lastScheduleTime?: string; lastSuccessfulTime?: string };

const at = (time: string | undefined): number | undefined => (time === undefined ? undefined : parseRfc3339(time));
const isActive = (draft: Draft, uid: string): boolean => draft.active.some((ref) => ref.uid === uid);
const drop = (draft: Draft, uid: string): void => {
  draft.active = draft.active.filter((ref) => ref.uid !== uid);
};

/** Its schedule and zone; a string is what is wrong. */
function planOf({ spec }: CronJob): Plan | string {
  const text = spec!.schedule!;
  const schedule = parseSchedule(text);
  if (typeof schedule === 'string') return schedule;
  return { schedule, zone: /^(?:CRON_)?TZ=(\S+) /.exec(text)?.[1] ?? spec!.timeZone ?? 'UTC' };
}

/** Milliseconds until the next start. */
function untilNext(cron: CronJob, draft: Draft, plan: Plan, now: number): number | undefined {
  const from = at(draft.lastScheduleTime) ?? at(cron.metadata.creationTimestamp)!;
  const missed = lastDue(plan, from, now);
  const base = typeof missed === 'string' ? now : (missed.last ?? (missed.some ? now : from));
  const then = next(plan, base);
  return then === undefined ? undefined : Math.max(0, then + SLACK - now);
}

/** `2026-11-24T19:30:00+09:00` on the clocks of a zone. */
function shown(time: number, zone: string | undefined): string {
  const offset = (zone && zoneAt(zone, time)?.offset) || 0;
  if (!offset) return rfc3339(time);
  const minutes = Math.abs(offset) / 60_000;
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  return rfc3339(time + offset).replace('Z', `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`);
}

const nameAt = (cron: CronJob, time: number): string => `${cron.metadata.name}-${Math.floor(time / 60_000)}`;

function jobOf(cron: CronJob, time: number): Job {
  const { metadata, spec } = cron.spec!.jobTemplate!;
  return {
    apiVersion: 'batch/v1', kind: 'Job',
    metadata: {
      name: nameAt(cron, time), namespace: cron.metadata.namespace!, labels: { ...metadata?.labels },
      annotations: { ...metadata?.annotations, [SCHEDULED]: shown(time, cron.spec!.timeZone) }, ownerReferences: [controllerRef(cron)],
    },
    spec: spec!,
  };
}

const refOf = (job: Job): ObjectReference => ({
  apiVersion: job.apiVersion, kind: job.kind, name: job.metadata.name, namespace: job.metadata.namespace!, resourceVersion: job.metadata.resourceVersion!, uid: job.metadata.uid!,
});

function deleteJob(cron: CronJob, draft: Draft, job: Job, client: Client): boolean {
  try {
    client.delete(JOBS, job.metadata.namespace, job.metadata.name, { propagationPolicy: 'Background' });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    client.event(cron, 'Warning', 'FailedDelete', `Deleted job: ${error.message}`);
    return false;
  }
  drop(draft, job.metadata.uid!);
  client.event(cron, 'Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name}`);
  return true;
}

/** Deletes finished Jobs beyond the limits, those that started first. */
function cleanUp(cron: CronJob, draft: Draft, jobs: readonly Job[], client: Client): void {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cron.spec!;
  const order = (a: Job, b: Job): number => {
    const [x = Infinity, y = Infinity] = [at(a.status?.startTime), at(b.status?.startTime)];
    return x !== y ? (x < y ? -1 : 1) : a.metadata.name < b.metadata.name ? -1 : 1;
  };
  for (const [type, limit] of [['Complete', successfulJobsHistoryLimit], ['Failed', failedJobsHistoryLimit]] as const) {
    if (limit === undefined) continue;
    const finished = jobs.filter((job) => isTrue(job.status?.conditions, type)).sort(order);
    for (const job of finished.slice(0, Math.max(0, finished.length - limit))) deleteJob(cron, draft, job, client);
  }
}

/** Takes note of what has become of the Jobs. */
function review(cron: CronJob, draft: Draft, jobs: readonly Job[], client: Client): void {
  for (const job of jobs) {
    const known = isActive(draft, job.metadata.uid!);
    if (!isFinished(job)) {
      if (!known) client.event(cron, 'Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${job.metadata.name}`);
      continue;
    }
    const complete = isTrue(job.status?.conditions, 'Complete');
    if (known) {
      drop(draft, job.metadata.uid!);
      client.event(cron, 'Normal', 'SawCompletedJob', `Saw completed job: ${job.metadata.name}, condition: ${complete ? 'Complete' : 'Failed'}`);
    }
    const ended = job.status?.completionTime;
    if (complete && ended !== undefined && (draft.lastSuccessfulTime === undefined || draft.lastSuccessfulTime < ended)) draft.lastSuccessfulTime = ended;
  }
  const children = new Set(jobs.map((job) => job.metadata.uid));
  for (const { name, namespace, uid } of draft.active) {
    if (children.has(uid!) || client.get(JOBS, namespace, name!)) continue;
    client.event(cron, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
    drop(draft, uid!);
  }
}

/** Starts the Job that is due. Returns when to look again, in milliseconds. */
function start(cron: CronJob, draft: Draft, client: Client): number | undefined {
  const { spec } = cron;
  const { schedule = '', timeZone, startingDeadlineSeconds: deadline, concurrencyPolicy } = spec!;
  const now = unixNow(client);
  if (timeZone !== undefined && !zoneAt(timeZone, now)) {
    client.event(cron, 'Warning', 'UnknownTimeZone', `invalid timeZone: ${JSON.stringify(timeZone)}: unknown time zone ${timeZone}`);
    return undefined;
  }
  if (spec!.suspend) return undefined;
  if (schedule.includes('TZ')) {
    client.event(cron, 'Warning', 'UnsupportedSchedule', `CRON_TZ or TZ used in schedule ${JSON.stringify(schedule)} is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details`);
  }
  const plan = planOf(cron);
  if (typeof plan === 'string') {
    client.event(cron, 'Warning', 'UnparseableSchedule', `unparseable schedule: ${JSON.stringify(schedule)} : ${plan}`);
    return undefined;
  }
  const from = at(draft.lastScheduleTime) ?? at(cron.metadata.creationTimestamp)!;
  const missed = lastDue(plan, deadline === undefined ? from : Math.max(from, now - deadline * 1000), now);
  if (typeof missed === 'string') {
    client.event(cron, 'Warning', 'InvalidSchedule', `invalid schedule: ${schedule} : ${missed}`);
    return undefined;
  }
  const due = missed.last;
  if (due === undefined) return untilNext(cron, draft, plan, now);
  if (missed.many) client.event(cron, 'Warning', 'TooManyMissedTimes', 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew');
  if (deadline !== undefined && due + deadline * 1000 < now) {
    client.event(cron, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${rfc1123(due)}`);
    return untilNext(cron, draft, plan, now);
  }
  if (draft.active.some((ref) => ref.name === nameAt(cron, due)) || at(draft.lastScheduleTime) === due) return untilNext(cron, draft, plan, now);
  if (concurrencyPolicy === 'Forbid' && draft.active.length) {
    client.event(cron, 'Normal', 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid');
    return untilNext(cron, draft, plan, now);
  }
  if (concurrencyPolicy === 'Replace') {
    for (const { name, namespace } of draft.active) {
      const job = client.get<Job>(JOBS, namespace, name!);
      if (!job) {
        client.event(cron, 'Warning', 'FailedGet', `Get job: jobs.batch ${JSON.stringify(name)} not found`);
        throw new ApiError(404, 'NotFound', `jobs.batch ${JSON.stringify(name)} not found`);
      }
      if (!deleteJob(cron, draft, job, client)) throw new ApiError(500, 'InternalError', `could not replace job ${keyOf(job)}`);
    }
  }
  const job = create(cron, draft, due, client);
  if (!job) return undefined;
  draft.active = [...draft.active, refOf(job)];
  draft.lastScheduleTime = rfc3339(due);
  return untilNext(cron, draft, plan, now);
}

/** The new Job, or the one of that name that it had created already; undefined when that is in the list or another's. */
function create(cron: CronJob, draft: Draft, due: number, client: Client): Job | undefined {
  try {
    const job = client.create(jobOf(cron, due));
    client.event(cron, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
    return job;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const old = error.reason === 'AlreadyExists' ? client.get<Job>(JOBS, cron.metadata.namespace, nameAt(cron, due)) : undefined;
    if (old) return controllerOf(old)?.uid === cron.metadata.uid && !isActive(draft, old.metadata.uid!) ? old : undefined;
    if (!error.message.includes('is being terminated')) client.event(cron, 'Warning', 'FailedCreate', `Error creating job: ${error.message}`);
    throw error;
  }
}

const timing = (object: KubeObject | undefined): string => JSON.stringify([(object as CronJob | undefined)?.spec?.schedule, (object as CronJob | undefined)?.spec?.timeZone]);

/** The controller, with state of its own. */
export function createCronJobController(): Controller {
  /** Whose schedule has just been changed: they start at its next moment, not at those gone by. */
  const changed = new Set<string>();
  return {
    name: 'cronjob-controller',
    user: 'system:serviceaccount:kube-system:cronjob-controller',
    watches: {
      [CRON_JOBS]: (object, _read, change) => {
        const key = keyOf(object);
        if (change?.before && change.now && timing(change.before) !== timing(change.now)) changed.add(key);
        return [key];
      },
      [JOBS]: (object, _read, change) => {
        const keys = [ownerKey(change?.now ?? object, 'CronJob'), ownerKey(change?.before, 'CronJob')].filter((key) => key !== undefined);
        return [...new Set(keys)];
      },
    },
    reconcile(key, client) {
      const [namespace, name] = split(key);
      const cron = client.get<CronJob>(CRON_JOBS, namespace, name);
      if (changed.delete(key) && cron) {
        const plan = planOf(cron);
        if (typeof plan === 'string') client.event(cron, 'Warning', 'UnParseableCronJobSchedule', `unparseable schedule for cronjob: ${cron.spec!.schedule}`);
        else return untilNext(cron, { active: [], ...cron.status }, plan, unixNow(client));
      }
      if (!cron) return undefined;
      const jobs = client.list<Job>(JOBS, namespace).filter((job) => controllerOf(job)?.name === name && controllerOf(job)?.kind === 'CronJob');
      const draft: Draft = { active: [], ...cron.status };
      let again: number | undefined;
      try {
        cleanUp(cron, draft, jobs, client);
        review(cron, draft, jobs, client);
        if (!cron.metadata.deletionTimestamp) again = start(cron, draft, client);
      } finally {
        const { active, ...rest } = draft;
        const status: CronJobStatus = active.length ? draft : rest;
        if (!alike(status, cron.status)) client.updateStatus({ ...cron, status });
      }
      return again;
    },
  };
}
