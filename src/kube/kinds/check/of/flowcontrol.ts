/**
 * FlowSchemas and PriorityLevelConfigurations (pkg/apis/flowcontrol/validation).
 * Unlike Kubernetes: the mandatory ones may be changed.
 */
import { dnsLabel, dnsSubdomain } from '../../../schema/names.ts';
import type { Faults } from '../../faults.ts';
import type { FlowSchema, NonResourcePolicyRule, PriorityLevelConfiguration, QueuingConfiguration, ResourcePolicyRule, Subject } from '../../types.ts';
import { checkText } from '../labels.ts';
import { rules } from '../rules.ts';

const LAST = 10_000;
const MOST_QUEUES = 10_000_000;
const HASH_BITS = 60;
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const KINDS = { Group: 'group', ServiceAccount: 'serviceAccount', User: 'user' } as const;

type List = readonly string[] | null | undefined;

function checkVerbs(e: Faults, path: string, verbs: List): void {
  const list = verbs ?? [];
  if (list.length === 0) e.required(path, 'verbs must contain at least one value');
  else if (list.includes('*')) {
    if (list.length > 1) e.invalid(path, list, "if '*' is present, must not specify other verbs");
  } else if (!list.every((verb) => VERBS.includes(verb))) e.add('Unsupported value', path, `supported values: ${VERBS.map((verb) => `"${verb}"`).join(', ')}`, { value: list });
}

function checkSome(e: Faults, path: string, values: List, what: string, one: string): void {
  const list = values ?? [];
  if (list.length === 0) e.required(path, `resource rules must supply at least one ${one}`);
  else if (list.length > 1 && list.includes('*')) e.invalid(path, list, `if '*' is present, must not specify other ${what}`);
}

function checkResourceRule(e: Faults, path: string, { verbs, apiGroups, resources, namespaces: list, clusterScope }: ResourcePolicyRule): void {
  const namespaces = list ?? [];
  checkVerbs(e, `${path}.verbs`, verbs);
  checkSome(e, `${path}.apiGroups`, apiGroups, 'api groups', 'api group');
  checkSome(e, `${path}.resources`, resources, 'resources', 'resource');
  const at = `${path}.namespaces`;
  if (namespaces.length === 0 && !clusterScope) e.required(at, 'resource rules that are not cluster scoped must supply at least one namespace');
  else if (namespaces.includes('*')) {
    if (namespaces.length > 1) e.invalid(at, namespaces, "if '*' is present, must not specify other namespaces");
  } else for (const [i, name] of namespaces.entries()) for (const text of dnsLabel(name)) e.invalid(`${at}[${i}]`, name, `each member of this list must be '*' or a DNS-1123 label; ${text}`);
}

function urlError(url: string): string {
  if (url === '') return 'must not be empty';
  if (url === '/') return '';
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const stars = url.split('*').length - 1;
  return stars > 1 || (stars === 1 && !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : '';
}

function checkUrlRule(e: Faults, path: string, { verbs, nonResourceURLs }: NonResourcePolicyRule): void {
  checkVerbs(e, `${path}.verbs`, verbs);
  const urls = nonResourceURLs ?? [];
  const at = `${path}.nonResourceURLs`;
  if (urls.length === 0) e.required(at, 'nonResourceURLs must contain at least one value');
  else if (urls.includes('*')) {
    if (urls.length > 1) e.invalid(at, urls, "if '*' is present, must not specify other non-resource URLs");
  } else for (const [i, url] of urls.entries()) if (urlError(url)) e.invalid(`${at}[${i}]`, url, urlError(url));
}

function checkSubject(e: Faults, path: string, subject: Subject): void {
  const kind = subject.kind as keyof typeof KINDS;
  if (!Object.hasOwn(KINDS, kind ?? '')) return e.unsupported(`${path}.kind`, kind ?? '', Object.keys(KINDS));
  const field = KINDS[kind];
  const at = `${path}.${field}`;
  const who = subject[field];
  if (!who) e.required(at, `${field} is required when subject kind is '${kind}'`);
  else if (!who.name) e.required(`${at}.name`);
  else if (field === 'serviceAccount' && who.name !== '*') checkText(e, `${at}.name`, who.name, dnsSubdomain);
  const namespace = subject.serviceAccount?.namespace;
  if (field === 'serviceAccount' && who) {
    if (namespace) checkText(e, `${at}.namespace`, namespace, dnsLabel);
    else e.required(`${at}.namespace`, 'must specify namespace for service account');
  }
  for (const [other, name] of [['ServiceAccount', 'serviceAccount'], ['User', 'user'], ['Group', 'group']] as const) {
    if (name !== field && subject[name]) e.forbidden(`${path}.${name}`, `${name} is forbidden when subject kind is not '${other}'`);
  }
}

export const flowSchema = rules<FlowSchema>({
  check(e, { metadata, spec = {} }) {
    const { matchingPrecedence: precedence = 0, distinguisherMethod, priorityLevelConfiguration: level } = spec;
    const at = 'spec.matchingPrecedence';
    if (precedence <= 0) e.invalid(at, precedence, 'must be a positive value');
    if (precedence > LAST) e.invalid(at, precedence, `must not be greater than ${LAST}`);
    if (precedence === 1 && metadata.name !== 'exempt') e.invalid(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
    const type = distinguisherMethod?.type ?? '';
    if (distinguisherMethod && type !== 'ByNamespace' && type !== 'ByUser') {
      e.add('Unsupported value', 'spec.distinguisherMethod.type', 'supported values: "ByNamespace", "ByUser"', { value: { Type: type } });
    }
    if (!level?.name) e.required('spec.priorityLevelConfiguration.name', 'must reference a priority level');
    else checkText(e, 'spec.priorityLevelConfiguration.name', level.name, dnsSubdomain);
    for (const [i, { subjects, resourceRules = [], nonResourceRules = [] }] of (spec.rules ?? []).entries()) {
      const rule = `spec.rules[${i}]`;
      if (!subjects?.length) e.required(`${rule}.subjects`, 'subjects must contain at least one value');
      for (const [j, subject] of (subjects ?? []).entries()) checkSubject(e, `${rule}.subjects[${j}]`, subject);
      if (resourceRules.length + nonResourceRules.length === 0) e.required(rule, 'at least one of resourceRules and nonResourceRules has to be non-empty');
      for (const [j, inner] of resourceRules.entries()) checkResourceRule(e, `${rule}.resourceRules[${j}]`, inner);
      for (const [j, inner] of nonResourceRules.entries()) checkUrlRule(e, `${rule}.nonResourceRules[${j}]`, inner);
    }
  },
});

function checkQueues(e: Faults, path: string, { queueLengthLimit: length = 0, queues = 0, handSize: hand = 0 }: QueuingConfiguration): void {
  if (length <= 0) e.invalid(`${path}.queueLengthLimit`, length, 'must be positive');
  if (queues <= 0) e.invalid(`${path}.queues`, queues, 'must be positive');
  else if (queues > MOST_QUEUES) e.invalid(`${path}.queues`, queues, `must not be greater than ${MOST_QUEUES}`);
  let bits = 0;
  for (let i = 0; i < hand && i < queues; i++) bits += Math.log2(queues - i);
  if (hand <= 0) e.invalid(`${path}.handSize`, hand, 'must be positive');
  else if (hand > queues) e.invalid(`${path}.handSize`, hand, `should not be greater than queues (${queues})`);
  else if (Math.ceil(bits) > HASH_BITS) e.invalid(`${path}.handSize`, hand, `required entropy bits of deckSize ${queues} and handSize ${hand} should not be greater than ${HASH_BITS}`);
}

function checkShares(e: Faults, path: string, shares: number | undefined, lendable: number | undefined): void {
  if ((shares ?? 0) < 0) e.invalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer');
  if (lendable !== undefined && (lendable < 0 || lendable > 100)) e.invalid(`${path}.lendablePercent`, lendable, 'must be between 0 and 100, inclusive');
}

export const priorityLevelConfiguration = rules<PriorityLevelConfiguration>({
  check(e, { metadata, spec = {} }) {
    const { type = '', limited, exempt } = spec;
    if ((metadata.name === 'exempt') !== (type === 'Exempt')) e.invalid('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'");
    if (type === 'Exempt') {
      if (limited) e.forbidden('spec.limited', 'must be nil if the type is not Limited');
      if (exempt) checkShares(e, 'spec.exempt', exempt.nominalConcurrencyShares, exempt.lendablePercent);
      return;
    }
    if (type !== 'Limited') return e.oneOf('spec.type', type, ['Exempt', 'Limited']);
    if (exempt) e.forbidden('spec.exempt', 'must be nil if the type is Limited');
    if (!limited) return e.required('spec.limited', 'must not be empty when type is Limited');
    const { limitResponse: { type: response, queuing } = {}, borrowingLimitPercent: borrowing } = limited;
    checkShares(e, 'spec.limited', limited.nominalConcurrencyShares, undefined);
    const at = 'spec.limited.limitResponse';
    if (response === 'Reject') {
      if (queuing) e.forbidden(`${at}.queuing`, 'must be nil if limited.limitResponse.type is not Limited');
    } else if (response !== 'Queue') e.oneOf(`${at}.type`, response, ['Queue', 'Reject']);
    else if (queuing) checkQueues(e, `${at}.queuing`, queuing);
    else e.required(`${at}.queuing`, 'must not be empty if limited.limitResponse.type is Limited');
    checkShares(e, 'spec.limited', undefined, limited.lendablePercent);
    if (borrowing !== undefined && borrowing < 0) e.invalid('spec.limited.borrowingLimitPercent', borrowing, 'if specified, must be a non-negative integer');
  },
});
