/**
 * ReplicaSets (pkg/registry/apps/replicaset and pkg/apis/apps).
 */
import { AGE, containers, define, int, NAME, wide } from './define.ts';
import { fill, need } from './draft.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { statusOnly } from './reset.ts';
import { formatSelector } from './selectors.ts';
import type { ReplicaSet } from './types.ts';

export const replicaSet = define<ReplicaSet>({
  resource: 'replicasets.apps',
  columns: [
    NAME,
    int('Desired', (r) => r.spec?.replicas),
    int('Current', (r) => r.status?.replicas),
    int('Ready', (r) => r.status?.readyReplicas),
    AGE,
    ...containers<ReplicaSet>((r) => r.spec?.template?.spec?.containers),
    wide('Selector', (r) => formatSelector(r.spec?.selector)),
  ],
  default(draft) {
    const spec = need(draft, 'spec');
    fill(spec, { replicas: 1 });
    defaultTemplate(spec);
  },
  prepare: statusOnly,
});
