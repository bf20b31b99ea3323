/**
 * Jobs (pkg/registry/batch/job and pkg/apis/batch).
 */
import { parseRfc3339 } from '../../sim/date.ts';
import type { Draft, Moment } from '../api/kind.ts';
import { humanDuration } from './age.ts';
import { AGE, col, containers, define, NAME, wide } from './define.ts';
import { at, each, empty, fill, fillZero, need } from './draft.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { resetStatus } from './reset.ts';
import { formatSelector } from './selectors.ts';
import type { Job } from './types.ts';

const WORDS = [['Complete', 'Complete'], ['Failed', 'Failed'], ['', 'Terminating'], ['Suspended', 'Suspended'], ['FailureTarget', 'FailureTarget'], ['SuccessCriteriaMet', 'SuccessCriteriaMet']] as const;

function status({ metadata, status: { conditions = [] } = {} }: Job): string {
  const is = (type: string): boolean => (type ? conditions.find((c) => c.type === type)?.status === 'True' : Boolean(metadata.deletionTimestamp));
  return WORDS.find(([type]) => is(type))?.[1] ?? 'Running';
}

function completions({ spec = {}, status: { succeeded = 0 } = {} }: Job): string {
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  return (spec.parallelism ?? 0) > 1 ? `${succeeded}/1 of ${spec.parallelism}` : `${succeeded}/1`;
}

function duration({ status: { startTime, completionTime } = {} }: Job, at: Moment): string {
  if (!startTime) return '';
  return completionTime ? humanDuration(parseRfc3339(completionTime)! - parseRfc3339(startTime)!) : at.age(startTime);
}

/** Defaults of a Job's spec, in a Job or in a CronJob's template. */
export function defaultJobSpec(spec: Draft): void {
  for (const rule of each(at(spec, 'podFailurePolicy'), 'rules')) for (const pattern of each(rule, 'onPodConditions')) fillZero(pattern, { status: 'True' });
  defaultTemplate(spec);
}

function defaultJob(draft: Draft): void {
  const spec = need(draft, 'spec');
  if ((spec.completions ?? spec.parallelism ?? null) === null) spec.completions = 1;
  fill(spec, {
    parallelism: 1,
    backoffLimit: (spec.backoffLimitPerIndex ?? null) === null ? 6 : 2_147_483_647,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
    manualSelector: false,
  });
  const labels = at(at(at(spec, 'template'), 'metadata'), 'labels');
  const metadata = need(draft, 'metadata');
  if (labels && empty(metadata, 'labels')) metadata.labels = { ...labels };
  defaultJobSpec(spec);
}

/** Old and new names of the labels that tie Pods to their Job. */
const PREFIXES = ['', 'batch.kubernetes.io/'];

function prepareJob(draft: Draft, old: Job | undefined): void {
  const spec = need(draft, 'spec');
  const metadata = need(draft, 'metadata');
  const { name, uid } = metadata;
  if (!old && !spec.manualSelector) {
    const labels = need(need(need(spec, 'template'), 'metadata'), 'labels');
    for (const prefix of PREFIXES) fill(labels, { [`${prefix}job-name`]: name, [`${prefix}controller-uid`]: uid });
    fill(need(need(spec, 'selector'), 'matchLabels'), { 'batch.kubernetes.io/controller-uid': uid });
    // reading what was stored fills in defaults once more; a name too long for a label is refused before that
    if (empty(metadata, 'labels') && String(name).length <= 63) metadata.labels = { ...labels };
  }
  resetStatus(draft, old);
}

export const job = define<Job>({
  resource: 'jobs.batch',
  columns: [
    NAME,
    col('Status', status),
    col('Completions', completions),
    col('Duration', duration),
    AGE,
    ...containers<Job>((j) => j.spec?.template?.spec?.containers),
    wide('Selector', (j) => formatSelector(j.spec?.selector)),
  ],
  selectable: { 'status.successful': (j) => String(j.status?.succeeded ?? 0) },
  default: defaultJob,
  prepare: prepareJob,
});
