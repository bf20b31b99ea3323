/**
 * ReplicaSets: numbers, selector, template.
 */
import type { ReplicaSet } from '../../types.ts';
import { checkImmutable } from '../immutable.ts';
import { workloadWarnings } from '../pod-warnings.ts';
import { rules } from '../rules.ts';
import { checkCounts } from '../status-counts.ts';
import { checkSelectorAndTemplate } from '../workload.ts';

export const replicaSet = rules<ReplicaSet>({
  check(e, { spec = {} }, old) {
    e.nonNegative('spec.replicas', spec.replicas);
    e.nonNegative('spec.minReadySeconds', spec.minReadySeconds);
    checkSelectorAndTemplate(e, 'spec', spec.selector, spec.template);
    if (old) checkImmutable(e, 'spec.selector', spec.selector, old.spec?.selector);
  },
  status: (e, { status }, old) => checkCounts(e, status, old.status, {
    counts: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration', 'terminatingReplicas'],
    within: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
    ready: 'readyReplicas',
  }),
  warn: (now, old) => workloadWarnings(now, old, true),
});
