/**
 * When a Pod's failure counts, when it ends the whole Job, and when some indexes are success enough.
 * Stands for pkg/controller/job/pod_failure_policy.go and success_policy.go.
 */
import type { ContainerStatus, Job, Pod } from '../../kinds/types.ts';
import { readIndexes } from './indexes.ts';

export interface FailureVerdict {
  readonly counts: boolean;
  readonly action?: string;
  /** Why the whole Job fails. */
  readonly message?: string;
}

/** What the Job's failure policy says of a failed Pod. */
export function failureVerdict(job: Job, pod: Pod): FailureVerdict {
  const rules = job.spec?.podFailurePolicy?.rules ?? [];
  const { namespace, name } = pod.metadata;
  for (const [i, { action = '', onExitCodes, onPodConditions }] of rules.entries()) {
    let what: string | undefined;
    if (onExitCodes) {
      const fits = ({ name: container, state }: ContainerStatus): boolean => {
        const code = state?.terminated?.exitCode ?? 0;
        return code !== 0 && (onExitCodes.containerName ?? container) === container && (onExitCodes.values ?? []).includes(code) === (onExitCodes.operator === 'In');
      };
      const found = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find(fits);
      if (found) what = `Container ${found.name} for pod ${namespace}/${name} failed with exit code ${found.state!.terminated!.exitCode}`;
    } else {
      const found = pod.status?.conditions?.find((c) => onPodConditions?.some((p) => p.type === c.type && (p.status ?? 'True') === c.status));
      if (found) what = `Pod ${namespace}/${name} has condition ${found.type}`;
    }
    if (what === undefined) continue;
    if (action === 'Ignore') return { counts: false, action };
    return { counts: true, action, ...(action === 'FailJob' && { message: `${what} matching FailJob rule at index ${i}` }) };
  }
  return { counts: true };
}

/** The text of the success policy's first rule that is met. */
export function successMessage(job: Job, succeeded: ReadonlySet<number>): string | undefined {
  for (const [i, rule] of (job.spec?.successPolicy?.rules ?? []).entries()) {
    const wanted = rule.succeededIndexes === undefined ? undefined : readIndexes(rule.succeededIndexes, job.spec!.completions!);
    const hits = wanted ? [...wanted].filter((index) => succeeded.has(index)).length : succeeded.size;
    const enough = rule.succeededCount ?? (wanted ? wanted.size : Infinity);
    if (hits >= enough) return `Matched rules at index ${i}`;
  }
  return undefined;
}
