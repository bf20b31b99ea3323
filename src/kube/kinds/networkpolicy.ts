/**
 * NetworkPolicies (pkg/registry/networking/networkpolicy and pkg/apis/networking).
 */
import { AGE, col, define, NAME } from './define.ts';
import { each, empty, fill, need } from './draft.ts';
import { formatSelector } from './selectors.ts';
import type { NetworkPolicy } from './types.ts';

export const networkPolicy = define<NetworkPolicy>({
  resource: 'networkpolicies.networking.k8s.io',
  columns: [NAME, col('Pod-Selector', (p) => formatSelector(p.spec?.podSelector)), AGE],
  default(draft) {
    const spec = need(draft, 'spec');
    for (const rule of [...each(spec, 'ingress'), ...each(spec, 'egress')]) for (const port of each(rule, 'ports')) fill(port, { protocol: 'TCP' });
    if (empty(spec, 'policyTypes')) spec.policyTypes = empty(spec, 'egress') ? ['Ingress'] : ['Ingress', 'Egress'];
  },
});
