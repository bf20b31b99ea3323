/**
 * StatefulSets (pkg/registry/apps/statefulset and pkg/apis/apps).
 */
import type { Draft } from '../api/kind.ts';
import { AGE, col, containers, define, NAME } from './define.ts';
import { at, drop, each, fill, fillZero, need } from './draft.ts';
import { defaultClaim } from './persistentvolumeclaim.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { resetStatus } from './reset.ts';
import type { StatefulSet } from './types.ts';

function defaultStatefulSet(draft: Draft): void {
  const spec = need(draft, 'spec');
  const strategy = need(spec, 'updateStrategy');
  if (!strategy.type) {
    strategy.type = 'RollingUpdate';
    fill(strategy, { rollingUpdate: {} });
  }
  if (strategy.type === 'RollingUpdate') fill(at(strategy, 'rollingUpdate'), { partition: 0 });
  fillZero(spec, { podManagementPolicy: 'OrderedReady' });
  fillZero(need(spec, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' });
  fill(spec, { replicas: 1, revisionHistoryLimit: 10 });
  for (const claim of each(spec, 'volumeClaimTemplates')) {
    fillZero(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
    defaultClaim(claim);
  }
  defaultTemplate(spec);
}

export const statefulSet = define<StatefulSet>({
  resource: 'statefulsets.apps',
  columns: [
    NAME,
    col('Ready', (s) => `${s.status?.readyReplicas ?? 0}/${s.spec?.replicas ?? 0}`),
    AGE,
    ...containers<StatefulSet>((s) => s.spec?.template?.spec?.containers),
  ],
  default: defaultStatefulSet,
  prepare(draft, old) {
    resetStatus(draft, old);
    // the gate MaxUnavailableStatefulSet is off
    drop(at(at(at(draft, 'spec'), 'updateStrategy'), 'rollingUpdate'), 'maxUnavailable');
  },
});
