/**
 * Cluster addresses, families and policy of a Service against one another (ValidateServiceClusterIPsRelatedFields).
 */
import type { Faults } from '../faults.ts';
import type { ServiceSpec } from '../types.ts';
import { checkIp, familyOf } from './ip.ts';

const FAMILIES = ['IPv4', 'IPv6'];

export function checkClusterIps(e: Faults, spec: ServiceSpec, old: ServiceSpec | undefined): void {
  if (spec.type === 'ExternalName') return;
  const { clusterIP = '', clusterIPs: ips = [], ipFamilies: families = [], ipFamilyPolicy: policy } = spec;
  const path = 'spec.clusterIPs';
  if (clusterIP) {
    if (ips.length === 0) e.required(path);
    else if (ips[0] !== clusterIP) e.invalid(path, ips, 'first value must match `clusterIP`');
  } else if (ips.length > 0) e.invalid(path, ips, 'must be empty when `clusterIP` is not specified');
  for (const [i, family] of families.entries()) {
    e.optional(`spec.ipFamilies[${i}]`, family, FAMILIES);
    if (families.indexOf(family) < i) e.duplicate(`spec.ipFamilies[${i}]`, family);
  }
  e.optional('spec.ipFamilyPolicy', policy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']);
  let bad = false;
  for (const [i, ip] of ips.entries()) {
    if (i === 0 && ip === 'None') {
      if (ips.length === 1) continue;
      bad = true;
      e.invalid(path, ips, "'None' must be the first and only value");
    } else if (!checkIp(e, `${path}[${i}]`, ip, old?.clusterIPs)) bad = true;
  }
  if (ips.length > 2) e.invalid(path, ips, 'may only hold up to 2 values');
  if (bad) return;
  if (ips.length > 1 && new Set(ips.map(familyOf)).size < 2) e.invalid(path, ips, 'may specify no more than one IP for each IP family');
  if (ips[0] === 'None') return;
  for (const [i, ip] of ips.slice(0, families.length).entries()) {
    const wanted = families[i]!;
    if (FAMILIES.includes(wanted) && familyOf(ip) !== wanted) e.invalid(`${path}[${i}]`, ip, `expected an ${wanted} value as indicated by \`ipFamilies[${i}]\``);
  }
}
