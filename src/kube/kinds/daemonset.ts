/**
 * DaemonSets (pkg/registry/apps/daemonset and pkg/apis/apps).
 */
import type { Draft } from '../api/kind.ts';
import { alike } from '../control/alike.ts';
import { AGE, col, containers, define, int, NAME, wide } from './define.ts';
import { fill, fillZero, need } from './draft.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { resetStatus } from './reset.ts';
import { formatLabels, formatSelector } from './selectors.ts';
import type { DaemonSet } from './types.ts';

const GENERATION = 'deprecated.daemonset.template.generation';

function defaultDaemonSet(draft: Draft): void {
  const spec = need(draft, 'spec');
  const strategy = need(spec, 'updateStrategy');
  fillZero(strategy, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') fill(need(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
  fill(spec, { revisionHistoryLimit: 10 });
  defaultTemplate(spec);
}

/** The generation of the template is kept in an annotation, as the field for it is no longer in apps/v1. */
function prepareDaemonSet(draft: Draft, old: DaemonSet | undefined): void {
  resetStatus(draft, old);
  const metadata = need(draft, 'metadata');
  const before = Number(old?.metadata.annotations?.[GENERATION] ?? 1);
  const raised = old && !alike(need(draft, 'spec').template, old.spec?.template);
  const annotations = { ...(metadata.annotations as Draft | undefined) };
  const given = Number(annotations[GENERATION]);
  annotations[GENERATION] = String(old ? before + (raised ? 1 : 0) : given >= 1 ? given : 1);
  metadata.annotations = annotations;
}

export const daemonSet = define<DaemonSet>({
  resource: 'daemonsets.apps',
  columns: [
    NAME,
    int('Desired', (d) => d.status?.desiredNumberScheduled),
    int('Current', (d) => d.status?.currentNumberScheduled),
    int('Ready', (d) => d.status?.numberReady),
    int('Up-to-date', (d) => d.status?.updatedNumberScheduled),
    int('Available', (d) => d.status?.numberAvailable),
    col('Node Selector', (d) => formatLabels(d.spec?.template?.spec?.nodeSelector)),
    AGE,
    ...containers<DaemonSet>((d) => d.spec?.template?.spec?.containers),
    wide('Selector', (d) => formatSelector(d.spec?.selector)),
  ],
  default: defaultDaemonSet,
  prepare: prepareDaemonSet,
});
