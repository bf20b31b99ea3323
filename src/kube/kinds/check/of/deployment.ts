/**
 * Deployments: selector, template, strategy, deadlines.
 */
import type { Faults } from '../../faults.ts';
import type { Deployment, DeploymentStrategy } from '../../types.ts';
import { checkImmutable } from '../immutable.ts';
import { workloadWarnings } from '../pod-warnings.ts';
import { rules } from '../rules.ts';
import { checkCounts } from '../status-counts.ts';
import { amountOf, checkAmount, checkPercent, checkSelectorAndTemplate } from '../workload.ts';

function checkStrategy(e: Faults, path: string, { type = '', rollingUpdate }: DeploymentStrategy): void {
  if (type === 'Recreate') {
    if (rollingUpdate) e.forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'");
  } else if (type === 'RollingUpdate') {
    const { maxUnavailable, maxSurge } = rollingUpdate ?? {};
    checkAmount(e, `${path}.rollingUpdate.maxUnavailable`, maxUnavailable);
    checkAmount(e, `${path}.rollingUpdate.maxSurge`, maxSurge);
    if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) e.invalid(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0');
    checkPercent(e, `${path}.rollingUpdate.maxUnavailable`, maxUnavailable);
  } else e.unsupported(path, { Type: type, RollingUpdate: rollingUpdate ? { MaxUnavailable: rollingUpdate.maxUnavailable, MaxSurge: rollingUpdate.maxSurge } : null }, ['Recreate', 'RollingUpdate']);
}

function checkDeployment(e: Faults, { spec = {} }: Deployment, old: Deployment | undefined): void {
  e.nonNegative('spec.replicas', spec.replicas);
  checkSelectorAndTemplate(e, 'spec', spec.selector, spec.template);
  checkStrategy(e, 'spec.strategy', spec.strategy ?? {});
  e.nonNegative('spec.minReadySeconds', spec.minReadySeconds);
  e.nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit);
  const deadline = spec.progressDeadlineSeconds;
  e.nonNegative('spec.progressDeadlineSeconds', deadline);
  if (deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0)) e.invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
  if (old) checkImmutable(e, 'spec.selector', spec.selector, old.spec?.selector);
}

const COUNTS = ['observedGeneration', 'replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas', 'terminatingReplicas', 'collisionCount'];
const checkStatus = (e: Faults, { status }: Deployment, old: Deployment): void =>
  checkCounts(e, status, old.status, { counts: COUNTS, within: ['updatedReplicas', 'readyReplicas', 'availableReplicas'], ready: 'readyReplicas' });

export const deployment = rules<Deployment>({ check: checkDeployment, status: checkStatus, warn: (now, old) => workloadWarnings(now, old, true) });
