/**
 * Namespaces (pkg/registry/core/namespace and pkg/apis/core).
 */
import type { Draft } from '../api/kind.ts';
import { AGE, col, define, NAME } from './define.ts';
import { at, fillZero, need } from './draft.ts';
import { resetStatus } from './reset.ts';
import type { Namespace } from './types.ts';

/** Every namespace can be selected by its name. */
function label(draft: Draft): void {
  const metadata = need(draft, 'metadata');
  if (metadata.name) metadata.labels = { ...at(metadata, 'labels'), 'kubernetes.io/metadata.name': metadata.name };
}

export const namespace = define<Namespace>({
  resource: 'namespaces',
  generation: false,
  columns: [NAME, col('Status', (n) => n.status?.phase ?? ''), AGE],
  selectable: { 'status.phase': (n) => n.status?.phase ?? '' },
  default(draft) {
    label(draft);
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
    label(draft);
    resetStatus(draft, old, { phase: 'Active' });
  },
});
