/**
 * Namespaces: names of finalizers, and a phase that fits.
 */
import { labelKey } from '../../../schema/names.ts';
import type { Namespace } from '../../types.ts';
import { rules } from '../rules.ts';

const FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

export const namespace = rules<Namespace>({
  check(e, { spec = {} }, old) {
    for (const name of old ? [] : (spec.finalizers ?? [])) {
      e.each('spec.finalizers', name, labelKey(name));
      if (!name.includes('/') && !FINALIZERS.includes(name)) e.invalid('spec.finalizers', name, 'name is neither a standard finalizer name nor is it fully qualified');
    }
  },
  status(e, { metadata, status }) {
    const wanted = metadata.deletionTimestamp ? 'Terminating' : 'Active';
    if (status?.phase !== wanted) e.invalid('status.Phase', status?.phase ?? '', `may only be '${wanted}' if \`deletionTimestamp\` is ${metadata.deletionTimestamp ? 'not ' : ''}empty`);
  },
});
