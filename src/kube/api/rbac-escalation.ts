/**
 * Nobody grants what they do not have: writes of roles and bindings are held against the writer's own rules.
 * Stands for the policybased storages of pkg/registry/rbac.
 */
import { authorise, ruleAllows, rulesFor, type Rule } from './authorise.ts';
import type { Exchange } from './exchange.ts';
import { goQuote } from './field-error.ts';
import { same } from './frozen.ts';
import type { Draft } from './kind.ts';
import { failure, forbidden, notFound, Refusal } from './status.ts';
import type { KubeObject } from './wire.ts';

const GROUP = 'rbac.authorization.k8s.io';
const ALL: readonly Rule[] = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'], nonResourceURLs: ['*'] }];

/** Refuses a role or binding that would give more than its writer has. */
export function confirmNoEscalation(x: Exchange, draft: Draft, old: KubeObject | undefined): void {
  if (x.resource.group !== GROUP || x.info.subresource !== undefined || x.user.groups.includes('system:masters')) return;
  const name = (draft['metadata'] as { name?: string } | undefined)?.name ?? x.info.name ?? '';
  if (x.resource.name === 'roles' || x.resource.name === 'clusterroles') role(x, draft, old, name);
  else binding(x, draft, old, name);
}

function role(x: Exchange, draft: Draft, old: KubeObject | undefined, name: string): void {
  if (old && same(old['rules'], draft['rules']) && same(old['aggregationRule'], draft['aggregationRule'])) return;
  if (authorise(x.core, x.user, { verb: 'escalate', group: GROUP, resource: x.resource.name, name, ...(x.namespace && { namespace: x.namespace }) }).allowed) return;
  const why = missing(x, (draft['rules'] as readonly Rule[] | undefined | null) ?? []);
  if (why) throw forbidden(x.resource, name, why);
  if ((draft['aggregationRule'] || old?.['aggregationRule']) && missing(x, ALL)) throw forbidden(x.resource, name, 'must have cluster-admin privileges to use the aggregationRule');
}

interface RoleRef {
  readonly kind?: string;
  readonly name?: string;
}

function binding(x: Exchange, draft: Draft, old: KubeObject | undefined, name: string): void {
  if (old && same(old['subjects'], draft['subjects']) && same(old['roleRef'], draft['roleRef'])) return;
  const { kind = '', name: called = '' } = (draft['roleRef'] ?? {}) as RoleRef;
  const resource = kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  const known = kind === 'ClusterRole' || kind === 'Role';
  if (known && authorise(x.core, x.user, { verb: 'bind', group: GROUP, resource, name: called, ...(x.namespace && { namespace: x.namespace }) }).allowed) return;
  if (!known) throw new Refusal(failure(500, '', `unsupported role reference kind: ${goQuote(kind)}`));
  const found = x.core.read.get<KubeObject & { rules?: readonly Rule[] | null }>(`${resource}.${GROUP}`, kind === 'Role' ? x.namespace : undefined, called);
  if (!found) throw notFound({ group: GROUP, name: resource }, called);
  const why = missing(x, found.rules ?? []);
  if (why) throw forbidden(x.resource, name, why);
}

/** A rule in rules of one verb, group, resource and name each. */
function* single(rule: Rule): Generator<Rule> {
  for (const verb of rule.verbs) {
    for (const url of rule.nonResourceURLs ?? []) yield { verbs: [verb], nonResourceURLs: [url] };
    for (const group of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        if (!rule.resourceNames?.length) yield { verbs: [verb], apiGroups: [group], resources: [resource] };
        for (const name of rule.resourceNames ?? []) yield { verbs: [verb], apiGroups: [group], resources: [resource], resourceNames: [name] };
      }
    }
  }
}

function covers(own: readonly Rule[], wanted: Rule): boolean {
  const [resource, subresource] = (wanted.resources?.[0] ?? '').split('/') as [string, string | undefined];
  const url = wanted.nonResourceURLs?.[0];
  const what = url !== undefined ? { verb: wanted.verbs[0]!, path: url } : { verb: wanted.verbs[0]!, group: wanted.apiGroups![0]!, resource, ...(subresource !== undefined && { subresource }), ...(wanted.resourceNames && { name: wanted.resourceNames[0] }) };
  return own.some((rule) => ruleAllows(rule, what));
}

const list = (values: readonly string[]): string => `[${values.map(goQuote).join(' ')}]`;

function written(rule: Rule): string {
  const parts: string[] = [];
  if (rule.apiGroups?.length) parts.push(`APIGroups:${list(rule.apiGroups)}`);
  if (rule.resources?.length) parts.push(`Resources:${list(rule.resources)}`);
  if (rule.nonResourceURLs?.length) parts.push(`NonResourceURLs:${list(rule.nonResourceURLs)}`);
  if (rule.resourceNames?.length) parts.push(`ResourceNames:${list(rule.resourceNames)}`);
  if (rule.verbs.length) parts.push(`Verbs:${list(rule.verbs)}`);
  return `{${parts.join(', ')}}`;
}

/** What the user lacks of these rules, as a sentence; undefined when they have it all. */
function missing(x: Exchange, rules: readonly Rule[]): string | undefined {
  const own = [...rulesFor(x.core, x.user, x.namespace)].flatMap((granted) => granted.rules);
  const compact = new Map<string, Rule>();
  for (const rule of rules) {
    for (const one of single(rule)) {
      if (covers(own, one)) continue;
      const key = one.nonResourceURLs ? `url ${one.nonResourceURLs[0]} ${one.verbs[0]}` : `${one.apiGroups![0]}/${one.resources![0]}/${one.resourceNames?.[0] ?? ''}`;
      const known = compact.get(key);
      compact.set(key, known ? { ...known, verbs: [...known.verbs, ...one.verbs] } : one);
    }
  }
  if (!compact.size) return undefined;
  const lines = [...new Set([...compact.values()].map(written))].sort();
  return `user ${goQuote(x.user.name)} (groups=${list(x.user.groups)}) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
}
