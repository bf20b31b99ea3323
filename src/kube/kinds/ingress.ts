/**
 * Ingresses (pkg/registry/networking/ingress and pkg/apis/networking).
 */
import { AGE, col, define, NAME } from './define.ts';
import { statusOnly } from './reset.ts';
import { balancerText } from './service.ts';
import type { Ingress } from './types.ts';

/** The first three hosts; what follows is counted in rules, as the real one does. */
function hosts({ spec: { rules = [] } = {} }: Ingress): string {
  const list: string[] = [];
  let more = false;
  for (const { host } of rules) {
    if (list.length === 3) more = true;
    if (!more && host) list.push(host);
  }
  return list.length === 0 ? '*' : list.join(',') + (more ? ` + ${rules.length - 3} more...` : '');
}

export const ingress = define<Ingress>({
  resource: 'ingresses.networking.k8s.io',
  columns: [
    NAME,
    col('Class', (i) => i.spec?.ingressClassName ?? '<none>'),
    col('Hosts', hosts),
    col('Address', (i) => balancerText(i.status?.loadBalancer)),
    col('Ports', (i) => (i.spec?.tls?.length ? '80, 443' : '80')),
    AGE,
  ],
  prepare: statusOnly,
});
