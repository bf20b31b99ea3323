/**
 * PriorityClasses (pkg/registry/scheduling/priorityclass and pkg/apis/scheduling).
 */
import { AGE, col, define, int, NAME } from './define.ts';
import { fill } from './draft.ts';
import type { PriorityClass } from './types.ts';

export const priorityClass = define<PriorityClass>({
  resource: 'priorityclasses.scheduling.k8s.io',
  columns: [
    NAME,
    int('Value', (p) => p.value),
    col('Global-Default', (p) => p.globalDefault ?? false, 'boolean'),
    AGE,
    col('PreemptionPolicy', (p) => p.preemptionPolicy ?? ''),
  ],
  default: (draft) => fill(draft, { preemptionPolicy: 'PreemptLowerPriority' }),
  generation: () => false,
});
