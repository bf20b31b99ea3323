/**
 * Deployments (pkg/registry/apps/deployment and pkg/apis/apps).
 */
import type { Draft } from '../api/kind.ts';
import { alike } from '../control/alike.ts';
import { checkImmutable } from './check/immutable.ts';
import { amountOf, checkAmount, checkPercent, checkSelectorAndTemplate } from './check/workload.ts';
import { AGE, checked, col, containers, define, NAME, wide } from './define.ts';
import { fill, fillZero, need } from './draft.ts';
import type { Faults } from './faults.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { statusOnly } from './reset.ts';
import { selectorText } from './selectors.ts';
import type { Deployment, DeploymentStrategy } from './types.ts';

function defaultDeployment(draft: Draft): void {
  const spec = need(draft, 'spec');
  const strategy = need(spec, 'strategy');
  fillZero(strategy, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') fill(need(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  defaultTemplate(spec);
}

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

export const deployment = define<Deployment>({
  resource: 'deployments.apps',
  columns: [
    NAME,
    col('Ready', (d) => `${d.status?.readyReplicas ?? 0}/${d.spec?.replicas ?? 0}`),
    col('Up-to-date', (d) => d.status?.updatedReplicas ?? 0),
    col('Available', (d) => d.status?.availableReplicas ?? 0),
    AGE,
    ...containers<Deployment>((d) => d.spec?.template?.spec?.containers),
    wide('Selector', (d) => selectorText(d.spec?.selector)),
  ],
  default: defaultDeployment,
  prepare: statusOnly,
  validate: checked(checkDeployment),
  generation: (now, old) => !alike(now.spec, old.spec) || !alike(now.metadata.annotations, old.metadata.annotations),
});
