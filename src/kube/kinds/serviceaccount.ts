/**
 * ServiceAccounts (pkg/registry/core/serviceaccount).
 */
import { AGE, define, NAME } from './define.ts';
import { each } from './draft.ts';
import type { ServiceAccount } from './types.ts';

export const serviceAccount = define<ServiceAccount>({
  resource: 'serviceaccounts',
  generation: false,
  columns: [NAME, AGE],
  prepare(draft) {
    const secrets = each(draft, 'secrets');
    if (secrets.length > 0) draft.secrets = secrets.map(({ name }) => ({ name }));
  },
});
