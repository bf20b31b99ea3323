/**
 * What the status of a Job may say (validateJobStatus of pkg/apis/batch).
 */
import type { Faults } from '../faults.ts';
import type { Job } from '../types.ts';

const COUNTS = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;
const at = 'status.conditions';

/** Numbers, times and conditions that fit one another. */
export function checkJobStatus(e: Faults, { spec = {}, status = {} }: Job): void {
  const { active = 0, ready, terminating = 0, startTime, completionTime, uncountedTerminatedPods: pods, completedIndexes, failedIndexes, conditions = [] } = status;
  const is = (type: string): boolean => conditions.some((c) => c.type === type && c.status === 'True');
  const [complete, failed, target, success] = [is('Complete'), is('Failed'), is('FailureTarget'), is('SuccessCriteriaMet')];
  const finished = complete || failed;
  for (const field of COUNTS) e.nonNegative(`status.${field}`, status[field]);
  if (complete && failed) e.wrong(at, 'cannot set Complete=True and Failed=true conditions');
  if (complete && target) e.wrong(at, 'cannot set Complete=True and FailureTarget=true conditions');
  if (completionTime && !complete) e.invalid('status.completionTime', completionTime, 'cannot set completionTime when there is no Complete=True condition');
  if (!completionTime && complete) e.required('status.completionTime', 'completionTime is required for Complete jobs');
  if (startTime && completionTime && completionTime < startTime) e.invalid('status.completionTime', completionTime, 'must be equal to or after `startTime`');
  if (failed && !target) e.wrong(at, 'cannot set Failed=True condition without the FailureTarget=true condition');
  if (complete && !success) e.wrong(at, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
  if (active > 0 && finished) e.invalid('status.active', active, 'active>0 is invalid for finished job');
  if (!startTime && finished) e.required('status.startTime', 'startTime is required for finished job');
  if (finished && (pods?.failed?.length || pods?.succeeded?.length)) {
    e.invalid('status.uncountedTerminatedPods', { Succeeded: pods.succeeded ?? null, Failed: pods.failed ?? null }, 'must be empty for finished job');
  }
  if (completedIndexes && spec.completionMode !== 'Indexed') e.invalid('status.completedIndexes', completedIndexes, 'cannot set non-empty completedIndexes when non-indexed completion mode');
  if (failedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) e.invalid('status.failedIndexes', failedIndexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  if (terminating > 0 && finished) e.invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job');
  if (ready !== undefined && ready > active) e.invalid('status.ready', ready, 'cannot set more ready pods than active');
  if (success && failed) e.wrong(at, 'cannot set SuccessCriteriaMet=True and Failed=true conditions');
  if (success && target) e.wrong(at, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  if (spec.successPolicy && !success && complete) e.wrong(at, 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True');
}
