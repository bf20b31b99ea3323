/**
 * PodDisruptionBudgets (pkg/registry/policy/poddisruptionbudget and pkg/apis/policy).
 */
import { AGE, col, define, int, NAME } from './define.ts';
import { statusOnly } from './reset.ts';
import type { PodDisruptionBudget } from './types.ts';

export const podDisruptionBudget = define<PodDisruptionBudget>({
  resource: 'poddisruptionbudgets.policy',
  columns: [
    NAME,
    col('Min Available', (b) => String(b.spec?.minAvailable ?? 'N/A')),
    col('Max Unavailable', (b) => String(b.spec?.maxUnavailable ?? 'N/A')),
    int('Allowed Disruptions', (b) => b.status?.disruptionsAllowed),
    AGE,
  ],
  prepare: statusOnly,
});
