/**
 * ReplicationControllers (pkg/registry/core/replicationcontroller and pkg/apis/core).
 */
import { AGE, containers, define, int, NAME, wide } from './define.ts';
import { at, empty, fill, need } from './draft.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { statusOnly } from './reset.ts';
import { formatLabels } from './selectors.ts';
import type { ReplicationController } from './types.ts';

export const replicationController = define<ReplicationController>({
  resource: 'replicationcontrollers',
  columns: [
    NAME,
    int('Desired', (r) => r.spec?.replicas),
    int('Current', (r) => r.status?.replicas),
    int('Ready', (r) => r.status?.readyReplicas),
    AGE,
    ...containers<ReplicationController>((r) => r.spec?.template?.spec?.containers),
    wide('Selector', (r) => formatLabels(r.spec?.selector)),
  ],
  selectable: { 'status.replicas': (r) => String(r.status?.replicas ?? 0) },
  default(draft) {
    const spec = need(draft, 'spec');
    const metadata = need(draft, 'metadata');
    const labels = at(at(at(spec, 'template'), 'metadata'), 'labels');
    if (labels && empty(spec, 'selector')) spec.selector = { ...labels };
    if (labels && empty(metadata, 'labels')) metadata.labels = { ...labels };
    fill(spec, { replicas: 1 });
    defaultTemplate(spec);
  },
  prepare: statusOnly,
});
