/**
 * Deployments (pkg/registry/apps/deployment and pkg/apis/apps).
 */
import type { Draft } from '../api/kind.ts';
import { alike } from '../control/alike.ts';
import { AGE, col, containers, define, NAME, wide } from './define.ts';
import { fill, fillZero, need } from './draft.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { statusOnly } from './reset.ts';
import { selectorText } from './selectors.ts';
import type { Deployment } from './types.ts';

function defaultDeployment(draft: Draft): void {
  const spec = need(draft, 'spec');
  const strategy = need(spec, 'strategy');
  fillZero(strategy, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') fill(need(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  defaultTemplate(spec);
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
  generation: (now, old) => !alike(now.spec, old.spec) || !alike(now.metadata.annotations, old.metadata.annotations),
});
