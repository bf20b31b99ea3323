/**
 * Namespaces (pkg/registry/core/namespace and pkg/apis/core).
 */
import { AGE, col, define, NAME } from './define.ts';
import { fillZero, need } from './draft.ts';
import type { Namespace } from './types.ts';

export const namespace = define<Namespace>({
  resource: 'namespaces',
  columns: [NAME, col('Status', (n) => n.status?.phase ?? ''), AGE],
  default(draft) {
    const metadata = need(draft, 'metadata');
    if (metadata.name) need(metadata, 'labels')['kubernetes.io/metadata.name'] = metadata.name;
    fillZero(need(draft, 'status'), { phase: 'Active' });
  },
  selectable: { 'status.phase': (n) => n.status?.phase ?? '' },
});
