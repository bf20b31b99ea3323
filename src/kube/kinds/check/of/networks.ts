/**
 * Ranges and addresses of Services (pkg/apis/networking/validation).
 */
import { dnsSubdomain, pathSegment } from '../../../schema/names.ts';
import { IMMUTABLE } from '../../faults.ts';
import type { Faults } from '../../faults.ts';
import type { IPAddress, ServiceCIDR } from '../../types.ts';
import { checkImmutable } from '../immutable.ts';
import { checkCanonicalCidr, checkCanonicalIp, parseCidr } from '../ip.ts';
import { checkText, needText } from '../labels.ts';
import { rules } from '../rules.ts';

const PATH = 'spec.cidrs';

function checkRanges(e: Faults, ranges: readonly string[]): void {
  if (ranges.length === 0) return e.required(PATH, 'at least one CIDR required');
  if (ranges.length > 2) return e.invalid(PATH, { CIDRs: ranges }, 'may only hold up to 2 values');
  for (const [i, range] of ranges.entries()) checkCanonicalCidr(e, `${PATH}[${i}]`, range);
  const [a, b] = ranges.map(parseCidr);
  if (a && b && a.ip.v6 === b.ip.v6) e.invalid(PATH, ranges, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64');
}

export const serviceCidr = rules<ServiceCIDR>({
  check(e, { spec }, old) {
    const ranges = spec?.cidrs ?? [];
    if (!old) return checkRanges(e, ranges);
    const before = old.spec?.cidrs ?? [];
    if (before.length !== ranges.length && !(before.length === 1 && ranges.length === 2)) return e.invalid(PATH, ranges, IMMUTABLE);
    for (const [i, range] of before.entries()) if (ranges[i] !== range) e.invalid(`${PATH}[${i}]`, ranges[i], IMMUTABLE);
    if (before.length !== ranges.length) checkRanges(e, ranges);
  },
});

export const ipAddress = rules<IPAddress>({
  check(e, { metadata, spec }, old) {
    const parent = spec?.parentRef;
    checkCanonicalIp(e, 'metadata.name', metadata.name);
    if (!parent) e.required('spec.parentRef');
    else {
      if (parent.group) checkText(e, 'spec.parentRef.group', parent.group, dnsSubdomain);
      needText(e, 'spec.parentRef.resource', parent.resource, pathSegment);
      needText(e, 'spec.parentRef.name', parent.name, pathSegment);
      if (parent.namespace) checkText(e, 'spec.parentRef.namespace', parent.namespace, pathSegment);
    }
    const { group = '', resource = '', namespace = '', name = '' } = parent ?? {};
    if (old) checkImmutable(e, 'spec.parentRef', parent, old.spec?.parentRef, parent && { Group: group, Resource: resource, Namespace: namespace, Name: name });
  },
});
