/**
 * The ranges and addresses of Services as objects (pkg/registry/networking/servicecidr and ipaddress).
 */
import { AGE, col, define, NAME } from '../define.ts';
import { statusOnly } from '../reset.ts';
import type { IPAddress, ServiceCIDR } from '../types.ts';

export const serviceCidr = define<ServiceCIDR>({
  resource: 'servicecidrs.networking.k8s.io',
  generation: false,
  columns: [NAME, col('CIDRs', (c) => (c.spec?.cidrs ?? []).join(',')), AGE],
  prepare: statusOnly,
});

function parent({ spec }: IPAddress): string {
  const ref = spec?.parentRef;
  if (!ref) return '<none>';
  return `${ref.resource}${ref.group ? `.${ref.group}` : ''}`.toLowerCase() + (ref.namespace ? `/${ref.namespace}` : '') + `/${ref.name}`;
}

/** Tables of the real server carry the age as one cell more than there are columns. */
export const ipAddress = define<IPAddress>({ resource: 'ipaddresses.networking.k8s.io', generation: false, columns: [NAME, col('ParentRef', parent)] });
