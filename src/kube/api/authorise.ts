/**
 * May this user do that? RBAC by the roles and bindings in the store, the system:masters short cut, and the node authoriser.
 * Stands for plugin/pkg/auth/authorizer. Decisions are remembered until a role or binding changes.
 */
import type { Core } from './core.ts';
import { nodeMay } from './authorise-node.ts';
import type { KubeObject, UserInfo } from './wire.ts';

/** What is asked for: a resource, or another path. */
export interface Attributes {
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Of a request that is not about a resource. */
  readonly path?: string;
}

/** The answer; `reason` names the binding and role that allow it, as audit logs do. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Role extends KubeObject {
  readonly rules?: readonly Rule[] | null;
}

export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Binding extends KubeObject {
  readonly subjects?: readonly Subject[];
  readonly roleRef: { readonly kind: string; readonly name: string };
}

const ROLES = 'roles.rbac.authorization.k8s.io';
const CLUSTER_ROLES = 'clusterroles.rbac.authorization.k8s.io';
const BINDINGS = 'rolebindings.rbac.authorization.k8s.io';
const CLUSTER_BINDINGS = 'clusterrolebindings.rbac.authorization.k8s.io';
const NO: Decision = { allowed: false, reason: '' };

/** Decisions made since the rules last changed. */
const remembered = new WeakMap<Core, { rules: number; decisions: Map<string, Decision> }>();

/** The decision about a request. */
export function authorise(core: Core, user: UserInfo, what: Attributes): Decision {
  if (user.groups.includes('system:masters')) return { allowed: true, reason: '' };
  let memory = remembered.get(core);
  if (!memory || memory.rules !== core.rules) remembered.set(core, (memory = { rules: core.rules, decisions: new Map() }));
  const node = user.groups.includes('system:nodes') ? nodeMay(core, user, what) : undefined;
  if (node?.allowed) return node;
  // Most rules hold for all names: what one of them allows is remembered once for all.
  const key = `${user.name}\0${user.groups.join(',')}\0${what.verb}\0${what.path ?? ''}\0${what.group ?? ''}/${what.resource ?? ''}/${what.subresource ?? ''}\0${what.namespace ?? ''}`;
  let decision = recall(memory.decisions, key, () => rbac(core, user, what.name === undefined ? what : { ...what, name: undefined }));
  if (!decision.allowed && what.name !== undefined) decision = recall(memory.decisions, `${key}\0${what.name}`, () => rbac(core, user, what));
  return !decision.allowed && node ? { allowed: false, reason: node.reason } : decision;
}

function recall(decisions: Map<string, Decision>, key: string, decide: () => Decision): Decision {
  let decision = decisions.get(key);
  if (!decision) {
    if (decisions.size > 20_000) decisions.clear();
    decisions.set(key, (decision = decide()));
  }
  return decision;
}

function rbac(core: Core, user: UserInfo, what: Attributes): Decision {
  for (const { rules, why } of rulesFor(core, user, what.namespace)) {
    for (const rule of rules) if (ruleAllows(rule, what)) return { allowed: true, reason: `RBAC: allowed by ${why()}` };
  }
  return NO;
}

interface Granted {
  readonly rules: readonly Rule[];
  readonly why: () => string;
}

/** All rules that hold for a user, cluster-wide and in a namespace. */
export function* rulesFor(core: Core, user: UserInfo, namespace: string | undefined): Generator<Granted> {
  for (const binding of core.read.list<Binding>(CLUSTER_BINDINGS)) {
    const subject = binding.subjects?.find((s) => isSubject(s, user, ''));
    if (!subject) continue;
    const role = core.read.get<Role>(CLUSTER_ROLES, undefined, binding.roleRef.name);
    if (role?.rules) yield { rules: role.rules, why: () => `ClusterRoleBinding "${binding.metadata.name}" of ${roleText(binding)} to ${subjectText(subject)}` };
  }
  if (!namespace) return;
  for (const binding of core.read.list<Binding>(BINDINGS, namespace)) {
    const subject = binding.subjects?.find((s) => isSubject(s, user, namespace));
    if (!subject) continue;
    const role = binding.roleRef.kind === 'ClusterRole' ? core.read.get<Role>(CLUSTER_ROLES, undefined, binding.roleRef.name) : core.read.get<Role>(ROLES, namespace, binding.roleRef.name);
    if (role?.rules) yield { rules: role.rules, why: () => `RoleBinding "${binding.metadata.name}/${namespace}" of ${roleText(binding)} to ${subjectText(subject)}` };
  }
}

const roleText = (b: Binding): string => `${b.roleRef.kind} "${b.roleRef.name}"`;
const subjectText = (s: Subject): string => (s.kind === 'ServiceAccount' ? `ServiceAccount "${s.name}/${s.namespace ?? ''}"` : `${s.kind} "${s.name}"`);

function isSubject(s: Subject, user: UserInfo, namespace: string): boolean {
  if (s.kind === 'User') return s.name === user.name;
  if (s.kind === 'Group') return user.groups.includes(s.name);
  return s.kind === 'ServiceAccount' && user.name === `system:serviceaccount:${s.namespace || namespace}:${s.name}`;
}

const has = (list: readonly string[] | undefined, value: string): boolean => !!list && (list.includes(value) || list.includes('*'));

/** Whether one rule allows it. */
export function ruleAllows(rule: Rule, what: Attributes): boolean {
  if (!has(rule.verbs, what.verb)) return false;
  if (what.path !== undefined) return !!rule.nonResourceURLs?.some((url) => url === '*' || url === what.path || (url.endsWith('*') && what.path!.startsWith(url.slice(0, -1))));
  if (!has(rule.apiGroups, what.group ?? '')) return false;
  const resource = what.subresource ? `${what.resource}/${what.subresource}` : what.resource!;
  if (!rule.resources?.some((r) => r === '*' || r === resource || (what.subresource !== undefined && r === `*/${what.subresource}`))) return false;
  return !rule.resourceNames?.length || (what.name !== undefined && rule.resourceNames.includes(what.name));
}

const quote = (text: string): string => JSON.stringify(text);

/** Why it is forbidden, in the real server's words. */
export function forbiddenText(user: UserInfo, what: Attributes, reason: string): string {
  const who = `User ${quote(user.name)} cannot ${what.verb}`;
  const because = reason ? `: ${reason}` : '';
  if (what.path !== undefined) return `${who} path ${quote(what.path)}${because}`;
  const resource = what.subresource ? `${what.resource}/${what.subresource}` : what.resource!;
  const where = what.namespace ? ` in the namespace ${quote(what.namespace)}` : ' at the cluster scope';
  return `${who} resource ${quote(resource)} in API group ${quote(what.group ?? '')}${where}${because}`;
}
