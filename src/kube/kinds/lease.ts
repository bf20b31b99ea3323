/**
 * Leases (pkg/registry/coordination/lease).
 */
import { AGE, col, define, NAME } from './define.ts';
import { at, drop } from './draft.ts';
import type { Lease } from './types.ts';

export const lease = define<Lease>({
  resource: 'leases.coordination.k8s.io',
  generation: false,
  columns: [NAME, col('Holder', (l) => l.spec?.holderIdentity ?? ''), AGE],
  prepare: (draft, old) => {
    if (!old?.spec?.strategy) drop(at(draft, 'spec'), 'strategy');
    if (!old?.spec?.preferredHolder) drop(at(draft, 'spec'), 'preferredHolder');
  },
});
