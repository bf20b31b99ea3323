/**
 * ResourceQuotas (pkg/registry/core/resourcequota and pkg/apis/core).
 */
import { AGE, col, define, NAME } from './define.ts';
import { at } from './draft.ts';
import { quantityText } from './persistentvolumeclaim.ts';
import { roundResources } from './pod-defaults.ts';
import { statusOnly } from './reset.ts';
import type { ResourceQuota } from './types.ts';

/** `cpu: 100m/2, pods: 1/4`: used of hard, either those that start with `limits.` or the others. */
const usage = ({ status: { hard = {}, used = {} } = {} }: ResourceQuota, limits: boolean): string =>
  Object.keys(hard).sort().filter((name) => name.startsWith('limits.') === limits).map((name) => `${name}: ${quantityText(used[name])}/${quantityText(hard[name])}`).join(', ');

export const resourceQuota = define<ResourceQuota>({
  resource: 'resourcequotas',
  generation: false,
  columns: [NAME, col('Request', (q) => usage(q, false)), col('Limit', (q) => usage(q, true)), AGE],
  default: (draft) => roundResources({ limits: at(draft, 'spec')?.hard }),
  prepare: statusOnly,
});
