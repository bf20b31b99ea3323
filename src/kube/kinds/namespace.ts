/**
 * Namespaces (pkg/registry/core/namespace and pkg/apis/core).
 */
import { AGE, col, define, NAME } from './define.ts';
import { fillZero, need } from './draft.ts';
import { resetStatus } from './reset.ts';
import type { Namespace } from './types.ts';

export const namespace = define<Namespace>({
  resource: 'namespaces',
  generation: false,
  columns: [NAME, col('Status', (n) => n.status?.phase ?? ''), AGE],
  selectable: { 'status.phase': (n) => n.status?.phase ?? '' },
  default(draft) {
    const metadata = need(draft, 'metadata');
    if (metadata.name) need(metadata, 'labels')['kubernetes.io/metadata.name'] = metadata.name;
    fillZero(need(draft, 'status'), { phase: 'Active' });
  },
  prepare(draft, old) {
    const spec = need(draft, 'spec');
    if (old) {
      if (old.spec?.finalizers) spec.finalizers = old.spec.finalizers;
      else delete spec.finalizers;
    } else {
      const given = (spec.finalizers as string[] | undefined) ?? [];
      spec.finalizers = given.includes('kubernetes') ? given : [...given, 'kubernetes'];
    }
    const metadata = need(draft, 'metadata');
    need(metadata, 'labels')['kubernetes.io/metadata.name'] = metadata.name;
    resetStatus(draft, old, { phase: 'Active' });
  },
});
