/**
 * Jobs and CronJobs: numbers, completion modes, failure and success policies, schedules, and what may change.
 */
import type { KubeObject } from '../../../api/wire.ts';
import { alike } from '../../../control/alike.ts';
import { matches } from '../../../control/selector.ts';
import { bytes, dnsLabel, labelKey } from '../../../schema/names.ts';
import type { Faults } from '../../faults.ts';
import { parseSchedule } from '../../cron.ts';
import type { CronJob, Job, JobSpec, PodFailurePolicyRule, PodTemplateSpec, SuccessPolicyRule } from '../../types.ts';
import { checkImmutable } from '../immutable.ts';
import { internal } from '../internal.ts';
import { checkJobStatus } from '../job-status.ts';
import { checkSelector, checkText, selectorIsValid } from '../labels.ts';
import { checkDomainPath } from '../paths.ts';
import { nameWarnings, templateWarnings } from '../pod-warnings.ts';
import { rules } from '../rules.ts';
import { checkTemplate } from '../template.ts';
import { isZone } from '../zone-names.ts';

const MANY = 100_000;
const MOST_PARALLEL = 100_000;
const MOST_FAILED = 100_000;
const MOST_WHEN_MANY = 10_000;
const quoted = (values: readonly string[]): string => `valid values: [${values.map((v) => `"${v}"`).join(' ')}]`;

/** Who manages a Job. */
function checkManager(e: Faults, path: string, name: string): void {
  checkDomainPath(e, path, name);
  if (bytes(name) > 63) e.tooLong(path, 63);
}

function checkExitCodes(e: Faults, path: string, { operator, containerName, values }: NonNullable<PodFailurePolicyRule['onExitCodes']>, containers: readonly string[]): void {
  if (!operator) e.required(`${path}.operator`, quoted(['In', 'NotIn']));
  else e.optional(`${path}.operator`, operator, ['In', 'NotIn']);
  if (containerName !== undefined && !containers.includes(containerName)) e.invalid(`${path}.containerName`, containerName, 'must be one of the container or initContainer names in the pod template');
  const codes = values ?? [];
  if (codes.length === 0) e.invalid(`${path}.values`, values, 'at least one value is required');
  else if (codes.length > 255) e.tooMany(`${path}.values`, codes.length, 255);
  for (const [i, code] of codes.entries()) {
    if (operator === 'In' && code === 0) e.invalid(`${path}.values[${i}]`, 0, 'must not be 0 for the In operator');
    if (codes.indexOf(code) < i) e.duplicate(`${path}.values[${i}]`, code);
  }
  if (codes.some((code, i) => i > 0 && codes[i - 1]! > code)) e.invalid(`${path}.values`, codes, 'must be ordered');
}

function checkFailureRule(e: Faults, path: string, rule: PodFailurePolicyRule, spec: JobSpec, containers: readonly string[]): void {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
  if (!action) e.required(`${path}.action`, quoted(actions));
  else if (action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined) e.invalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set');
  } else e.optional(`${path}.action`, action, actions);
  if (onExitCodes) checkExitCodes(e, `${path}.onExitCodes`, onExitCodes, containers);
  if (onPodConditions.length > 20) e.tooMany(`${path}.onPodConditions`, onPodConditions.length, 20);
  for (const [i, { type = '', status }] of onPodConditions.entries()) {
    const at = `${path}.onPodConditions[${i}]`;
    checkText(e, `${at}.type`, type, labelKey);
    if (!status) e.required(`${at}.status`, quoted(['False', 'True', 'Unknown']));
    else e.optional(`${at}.status`, status, ['False', 'True', 'Unknown']);
  }
  if (onExitCodes && onPodConditions.length > 0) e.wrong(path, 'specifying both OnExitCodes and OnPodConditions is not supported');
  if (!onExitCodes && onPodConditions.length === 0) e.wrong(path, 'specifying one of OnExitCodes and OnPodConditions is required');
}

/** How many indexes `1,3-5` means; or what is wrong with it. */
function countIndexes(text: string, completions: number): number | string {
  let total = 0;
  let last = -1;
  for (const part of text ? text.split(',') : []) {
    const ends = part.split('-');
    if (ends.length > 2) return `the fragment "${part}" violates the requirement that an index interval can have at most two parts separated by '-'`;
    for (const end of ends) {
      if (!/^[+-]?\d+$/.test(end)) return `cannot convert string to integer for index: "${end}"`;
      if (Number(end) >= completions) return `too large index: "${end}"`;
    }
    const [from, to] = [Number(ends[0]), Number(ends.at(-1))];
    if (ends.length === 2 && from >= to) return `non-increasing order, previous: ${from}, current: ${to}`;
    if (last >= from) return `non-increasing order, previous: ${last}, current: ${from}`;
    total += to - from + 1;
    last = to;
  }
  return total;
}

function checkSuccessRule(e: Faults, path: string, { succeededCount: count, succeededIndexes: indexes }: SuccessPolicyRule, completions: number): void {
  if (count === undefined && indexes === undefined) e.required(path, 'at least one of succeededCount or succeededIndexes must be specified');
  let total = 0;
  if (indexes !== undefined) {
    if (bytes(indexes) > 65_536) e.tooLong(`${path}.succeededIndexes`, 65_536);
    const counted = countIndexes(indexes, completions);
    if (typeof counted === 'string') e.invalid(`${path}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${counted}`);
    else total = counted;
  }
  if (count === undefined) return;
  e.nonNegative(`${path}.succeededCount`, count);
  if (count > completions) e.invalid(`${path}.succeededCount`, count, `must be less than or equal to ${completions} (the number of specified completions)`);
  if (indexes !== undefined && count > total) e.invalid(`${path}.succeededCount`, count, `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`);
}

function checkIndexed(e: Faults, path: string, { completions, parallelism, maxFailedIndexes: failed, backoffLimitPerIndex: limit }: JobSpec): void {
  if (completions === undefined) e.required(`${path}.completions`, 'when completion mode is Indexed');
  if (parallelism !== undefined && parallelism > MOST_PARALLEL) e.invalid(`${path}.parallelism`, parallelism, `must be less than or equal to ${MOST_PARALLEL} when completion mode is Indexed`);
  if (completions !== undefined && failed !== undefined && failed > completions) e.invalid(`${path}.maxFailedIndexes`, failed, 'must be less than or equal to completions');
  if (failed !== undefined && failed > MOST_FAILED) e.invalid(`${path}.maxFailedIndexes`, failed, `must be less than or equal to ${MOST_FAILED}`);
  if (completions === undefined || completions <= MANY || limit === undefined) return;
  const most = `must be less than or equal to ${MOST_WHEN_MANY} when completions are above ${MANY} and used with backoff limit per index`;
  if (failed === undefined) e.required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${MANY}`);
  if (parallelism !== undefined && parallelism > MOST_WHEN_MANY) e.invalid(`${path}.parallelism`, parallelism, most);
  if (failed !== undefined && failed > MOST_WHEN_MANY) e.invalid(`${path}.maxFailedIndexes`, failed, most);
}

function checkPolicies(e: Faults, path: string, spec: JobSpec): void {
  const { podFailurePolicy, successPolicy, podReplacementPolicy: replacement, template } = spec;
  if (podFailurePolicy) {
    const rulesOf = podFailurePolicy.rules ?? [];
    if (rulesOf.length > 20) e.tooMany(`${path}.podFailurePolicy.rules`, rulesOf.length, 20);
    const names = [...(template?.spec?.containers ?? []), ...(template?.spec?.initContainers ?? [])].map((c) => c.name ?? '');
    for (const [i, rule] of rulesOf.entries()) checkFailureRule(e, `${path}.podFailurePolicy.rules[${i}]`, rule, spec, names);
  }
  if (successPolicy) {
    const list = successPolicy.rules ?? [];
    if (spec.completionMode !== 'Indexed') {
      const shown = { Rules: successPolicy.rules?.map((r) => ({ SucceededIndexes: r.succeededIndexes ?? null, SucceededCount: r.succeededCount ?? null })) ?? null };
      e.invalid(`${path}.successPolicy`, shown, 'requires indexed completion mode');
    } else {
      if (list.length === 0) e.required(`${path}.successPolicy.rules`, 'at least one rules must be specified when the successPolicy is specified');
      if (list.length > 20) e.tooMany(`${path}.successPolicy.rules`, list.length, 20);
      for (const [i, rule] of list.entries()) checkSuccessRule(e, `${path}.successPolicy.rules[${i}]`, rule, spec.completions ?? 0);
    }
  }
  e.optional(`${path}.podReplacementPolicy`, replacement, podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']);
}

const NUMBERS = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'] as const;

function checkSpec(e: Faults, path: string, spec: JobSpec): void {
  for (const field of NUMBERS) e.nonNegative(`${path}.${field}`, spec[field]);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) e.required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified');
  if (spec.managedBy !== undefined) checkManager(e, `${path}.managedBy`, spec.managedBy);
  e.optional(`${path}.completionMode`, spec.completionMode, ['NonIndexed', 'Indexed']);
  if (spec.completionMode === 'Indexed') checkIndexed(e, path, spec);
  if (spec.completionMode === undefined || spec.completionMode === 'NonIndexed') {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) if (spec[field] !== undefined) e.invalid(`${path}.${field}`, spec[field], 'requires indexed completion mode');
  }
  checkPolicies(e, path, spec);
  checkTemplate(e, `${path}.template`, spec.template ?? {});
  const policy = spec.template?.spec?.restartPolicy;
  const at = `${path}.template.spec.restartPolicy`;
  if (!policy || policy === 'Always') e.required(at, 'valid values: "OnFailure", "Never"');
  else if (policy !== 'OnFailure' && policy !== 'Never') e.unsupported(at, policy, ['OnFailure', 'Never']);
  else if (spec.podFailurePolicy && policy !== 'Never') e.invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified');
}

const PREFIX = 'batch.kubernetes.io/';

/** Labels and selector of a Job that did not bring its own are those that the server made; long ago they had no prefix. */
function checkGenerated(e: Faults, { metadata, spec = {} }: Job, prefixed: boolean): void {
  if (spec.manualSelector || !spec.selector) return;
  const labels = spec.template?.metadata?.labels ?? {};
  const wanted: Record<string, string> = {};
  for (const prefix of prefixed ? ['', PREFIX] : ['']) Object.assign(wanted, { [`${prefix}controller-uid`]: metadata.uid, [`${prefix}job-name`]: metadata.name });
  for (const [key, value] of Object.entries(wanted)) {
    const path = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === undefined) e.required(path, `must be '${value}'`);
    else if (labels[key] !== value) e.invalid(path, labels, `must be '${value}'`);
  }
  if (selectorIsValid(spec.selector) && !matches(spec.selector, wanted)) e.invalid('spec.selector', spec.selector, '`selector` not auto-generated');
}

/** What of a template may change while its Job is suspended and none of its Pods has run. */
function withNew(old: PodTemplateSpec, now: PodTemplateSpec): PodTemplateSpec {
  const { nodeSelector, tolerations, schedulingGates, affinity } = now.spec ?? {};
  return {
    ...old,
    metadata: { ...old.metadata!, labels: now.metadata?.labels, annotations: now.metadata?.annotations },
    spec: { ...old.spec, nodeSelector, tolerations, schedulingGates, affinity: { ...old.spec?.affinity, nodeAffinity: affinity?.nodeAffinity } },
  };
}

function checkTemplateChange(e: Faults, { spec = {} }: Job, old: Job): void {
  const now = spec.template ?? {};
  let before = old.spec?.template ?? {};
  const suspended = old.spec?.suspend === true;
  if (suspended && old.status?.startTime === undefined) before = withNew(before, now);
  if (!suspended) checkImmutable(e, 'spec.template', now, before, internal(now, 'PodTemplateSpec'));
  else {
    const resized = (list: 'containers' | 'initContainers') => {
      const [a, b] = [now.spec?.[list] ?? [], before.spec?.[list] ?? []];
      return a.length === b.length ? b.map((c, i) => (c.name === a[i]!.name ? { ...c, resources: a[i]!.resources } : c)) : b;
    };
    checkImmutable(e, 'spec.template.spec', now.spec, { ...before.spec, containers: resized('containers'), initContainers: resized('initContainers') }, internal(now.spec, 'PodSpec'));
  }
}

function checkChanges(e: Faults, job: Job, old: Job): void {
  const now = job.spec ?? {};
  const before = old.spec ?? {};
  if (now.completionMode !== 'Indexed') checkImmutable(e, 'spec.completions', now.completions, before.completions);
  else if (now.completions !== undefined && now.completions !== before.completions && now.completions !== now.parallelism) {
    e.invalid('spec.completions', now.completions, 'can only be modified in tandem with spec.parallelism');
  }
  checkImmutable(e, 'spec.selector', now.selector, before.selector);
  checkTemplateChange(e, job, old);
  for (const field of ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const) {
    if (!alike(now[field], before[field])) checkImmutable(e, `spec.${field}`, now[field], before[field]);
  }
}

function jobWarnings(path: string, { completionMode, completions = 0, parallelism = 0, template = {} }: JobSpec): readonly string[] {
  const many = completionMode === 'Indexed' && completions > MANY && parallelism > MOST_WHEN_MANY;
  const why = 'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, '
    + 'Kubernetes might not be able to track completedIndexes when a big number of indexes fail';
  return [...(many ? [`${path}: ${why}`] : []), ...templateWarnings(`${path}.template`, template)];
}

const changed = (now: KubeObject, old: KubeObject | undefined): boolean => !old || now.metadata.generation !== old.metadata.generation;

export const job = rules<Job>({
  status: checkJobStatus,
  check(e, now, old) {
    const { metadata, spec = {} } = now;
    checkGenerated(e, now, !old || `${PREFIX}job-name` in (old.spec?.template?.metadata?.labels ?? {}));
    checkSpec(e, 'spec', spec);
    if (!spec.selector) e.required('spec.selector');
    else checkSelector(e, 'spec.selector', spec.selector);
    if ((!spec.selector || selectorIsValid(spec.selector)) && !matches(spec.selector, spec.template?.metadata?.labels)) {
      e.invalid('spec.template.metadata.labels', spec.template?.metadata?.labels, '`selector` does not match template `labels`');
    }
    const last = spec.completionMode === 'Indexed' && spec.completions ? `${metadata.name}-${spec.completions - 1}` : '';
    if (last && dnsLabel(last).length > 0) e.invalid('metadata.name', metadata.name, `will not able to create pod with invalid DNS label: ${last}`);
    if (old) checkChanges(e, now, old);
  },
  warn: (now, old) => [...(old ? [] : nameWarnings(now.metadata.name)), ...(changed(now, old) ? jobWarnings('spec', now.spec ?? {}) : [])],
});

function checkZone(e: Faults, path: string, zone: string): void {
  const unknown = `unknown time zone ${zone}`;
  if (zone === '') e.invalid(path, zone, 'timeZone must be nil or non-empty string');
  else if (zone.split('/').some((part) => part === '.' || part === '..' || part.startsWith('-') || !/^[A-Za-z.\-_0-9+]{1,14}$/.test(part))) e.invalid(path, zone, unknown);
  else if (zone.toLowerCase() === 'local') e.invalid(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
  else if (!isZone(zone)) e.invalid(path, zone, unknown);
}

export const cronJob = rules<CronJob>({
  check(e, { metadata, spec = {} }, old) {
    const { schedule = '', timeZone, jobTemplate } = spec;
    if (!schedule) e.required('spec.schedule');
    else {
      const parsed = parseSchedule(schedule);
      if (typeof parsed === 'string') e.invalid('spec.schedule', schedule, parsed);
      const allowed = old?.spec?.schedule?.includes('TZ');
      if (schedule.includes('TZ') && (!allowed || timeZone !== undefined)) {
        e.invalid('spec.schedule', schedule, allowed ? 'cannot use both timeZone field and TZ or CRON_TZ in schedule' : 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
      }
    }
    e.nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds);
    if (timeZone !== undefined && old?.spec?.timeZone !== timeZone) checkZone(e, 'spec.timeZone', timeZone);
    e.oneOf('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']);
    const inner = jobTemplate?.spec ?? {};
    checkSpec(e, 'spec.jobTemplate.spec', inner);
    if (inner.selector) e.invalid('spec.jobTemplate.spec.selector', inner.selector, '`selector` will be auto-generated');
    if (inner.manualSelector) e.unsupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']);
    e.nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit);
    e.nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit);
    if (!old && bytes(metadata.name) > 52) e.invalid('metadata.name', metadata.name, 'must be no more than 52 characters');
  },
  warn: (now, old) => [
    ...(old ? [] : nameWarnings(now.metadata.name)),
    ...(changed(now, old) ? jobWarnings('spec.jobTemplate.spec', now.spec?.jobTemplate?.spec ?? {}) : []),
    ...(old && now.spec?.schedule?.includes('TZ')
      ? ['cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details'] : []),
  ],
});
