/**
 * Amounts of resources: names, quantities, requests against limits (pkg/apis/core/validation and pkg/apis/core/helper).
 */
import { dnsLabel, labelKey } from '../../schema/names.ts';
import { compareQuantities, milliOf, parseQuantity, wholeOf } from '../../schema/quantity.ts';
import { NEGATIVE } from '../faults.ts';
import type { Faults } from '../faults.ts';
import type { ResourceRequirements } from '../types.ts';
import { checkText } from './labels.ts';

/** Amounts by the name of the resource. */
export type Amounts = Readonly<Record<string, string>>;
type NameCheck = (e: Faults, path: string, name: string) => void;

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const COMPUTE = 'cpu memory ephemeral-storage';
const IN_QUOTAS = `${COMPUTE} requests.cpu requests.memory requests.ephemeral-storage requests.storage limits.cpu limits.memory limits.ephemeral-storage`;
const COUNTED = 'pods resourcequotas services replicationcontrollers secrets persistentvolumeclaims configmaps services.nodeports services.loadbalancers';
const ofContainers = words(COMPUTE);
const ofQuotas = words(`${IN_QUOTAS} ${COUNTED}`);
const standard = words(`${IN_QUOTAS} ${COUNTED} storage`);
const counted = words(COUNTED);

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isQuotaHugePages = (name: string): boolean => isHugePages(name) || name.startsWith('requests.hugepages-');
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
const isExtended = (name: string): boolean => !isNative(name) && !name.startsWith('requests.') && labelKey(`requests.${name}`).length === 0;
/** Whether more of it can be promised than there is. */
export const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);
/** Whether the quota on this resource is one that every server knows. */
export const isQuotaName = (name: string): boolean => ofQuotas.has(name) || isQuotaHugePages(name);

/** The name of a resource wherever it stands. */
export function checkResourceName(e: Faults, path: string, name: string): boolean {
  const count = e.all.length;
  checkText(e, path, name, labelKey);
  if (e.all.length === count && !name.includes('/') && !standard.has(name) && !isQuotaHugePages(name)) {
    e.invalid(path, name, 'must be a standard resource type or fully qualified');
  }
  return e.all.length === count;
}

/** The name of a resource that a container can ask for. */
export function checkContainerResourceName(e: Faults, path: string, name: string): void {
  checkResourceName(e, path, name);
  if (!name.includes('/')) {
    if (!ofContainers.has(name) && !isHugePages(name)) e.invalid(path, name, 'must be a standard resource for containers');
  } else if (!isNative(name) && !isExtended(name)) e.invalid(path, name, "doesn't follow extended resource name standard");
}

/** The name of a resource that a Pod as a whole can ask for. */
export function checkPodResourceName(e: Faults, path: string, name: string): void {
  if (checkResourceName(e, path, name) && name !== 'cpu' && name !== 'memory' && !isHugePages(name)) e.unsupported(path, name, ['cpu', 'hugepages-', 'memory']);
}

/** The name of a resource in a quota. */
export function checkQuotaName(e: Faults, path: string, name: string): void {
  checkResourceName(e, path, name);
  if (!name.includes('/') && !isQuotaName(name)) e.invalid(path, name, 'must be a standard resource for quota');
}

/** Not negative, and whole where there are no parts of one. */
export function checkAmount(e: Faults, path: string, name: string, amount: string): void {
  if (compareQuantities(amount, '0') < 0) e.invalid(path, amount, NEGATIVE);
  if ((counted.has(name) || isExtended(name)) && milliOf(amount) % 1000 !== 0) e.invalid(path, amount, 'must be an integer');
}

function checkHugePages(e: Faults, path: string, name: string, amount: string): void {
  const page = parseQuantity(name.slice('hugepages-'.length));
  const size = typeof page === 'string' || page.nano <= 0n ? 0 : wholeOf(name.slice('hugepages-'.length));
  if (size === 0 || wholeOf(amount) % size !== 0) e.invalid(path, amount, `${amount} is not positive integer multiple of ${name}`);
}

/** Requests and limits, of a container or of a whole Pod. */
export function checkRequirements(e: Faults, path: string, { limits = {}, requests = {}, claims = [] }: ResourceRequirements, checkName: NameCheck, podClaims: readonly string[] = []): void {
  let huge = false;
  let compute = false;
  const check = (at: string, name: string, amount: string): void => {
    checkName(e, at, name);
    checkAmount(e, at, name, amount);
    if (name === 'cpu' || name === 'memory') compute = true;
  };
  const checkHuge = (at: string, name: string, amount: string): void => {
    if (!isHugePages(name)) return;
    huge = true;
    checkHugePages(e, at, name, amount);
  };
  for (const [name, amount] of Object.entries(limits as Amounts)) {
    check(`${path}.limits[${name}]`, name, amount);
    checkHuge(`${path}.limits[${name}]`, name, amount);
  }
  for (const [name, amount] of Object.entries(requests as Amounts)) {
    check(`${path}.requests[${name}]`, name, amount);
    const limit = (limits as Amounts)[name];
    if (limit === undefined) {
      if (!mayOvercommit(name)) e.required(`${path}.limits`, 'Limit must be set for non overcommitable resources');
    } else if (!mayOvercommit(name) && compareQuantities(amount, limit) !== 0) e.invalid(`${path}.requests`, amount, `must be equal to ${name} limit of ${limit}`);
    else if (compareQuantities(amount, limit) > 0) e.invalid(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`);
    checkHuge(`${path}.requests[${name}]`, name, amount);
  }
  if (huge && !compute) e.forbidden(path, 'HugePages require cpu or memory');
  checkClaimNames(e, `${path}.claims`, claims, podClaims);
}

function checkClaimNames(e: Faults, path: string, claims: NonNullable<ResourceRequirements['claims']>, podClaims: readonly string[]): void {
  const seen = new Set<string>();
  for (const [i, { name = '', request = '' }] of claims.entries()) {
    const at = `${path}[${i}]`;
    if (!name) {
      e.required(at);
      continue;
    }
    if (seen.has(name)) e.duplicate(at, name);
    else {
      if (request) checkText(e, `${at}.request`, request, dnsLabel);
      const key = request ? `${name}/${request}` : name;
      if (seen.has(key)) e.duplicate(at, key);
      else if (!request) for (const other of seen) if (other.startsWith(`${name}/`)) e.duplicate(at, name);
      seen.add(key);
    }
    if (!podClaims.includes(name)) {
      const those = podClaims.length === 0 ? ' which is empty' : `: ${[...podClaims].sort().join(', ')}`;
      e.notFound(at, name, `must be one of the names in pod.spec.resourceClaims${those}`);
    }
  }
}
