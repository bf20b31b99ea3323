/**
 * Resources that are questions: access reviews, token review, who am I. Nothing is stored.
 * Stands for pkg/registry/authorization and authentication.
 */
import { authorise, rulesFor, type Attributes } from './authorise.ts';
import { readObject } from './body.ts';
import { bind } from './binding.ts';
import type { Exchange } from './exchange.ts';
import { normalise } from '../schema/decode.ts';
import type { Draft } from './kind.ts';
import { badRequest, invalid } from './status.ts';
import { ISSUER, userOfToken } from './token.ts';
import type { Response, UserInfo } from './wire.ts';

interface AccessSpec {
  readonly resourceAttributes?: { readonly namespace?: string; readonly verb?: string; readonly group?: string; readonly resource?: string; readonly subresource?: string; readonly name?: string };
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

function attributes(spec: AccessSpec): Attributes {
  const r = spec.resourceAttributes;
  if (r) return { verb: r.verb ?? '', group: r.group ?? '', resource: r.resource ?? '', ...(r.subresource && { subresource: r.subresource }), ...(r.namespace && { namespace: r.namespace }), ...(r.name && { name: r.name }) };
  return { verb: spec.nonResourceAttributes?.verb ?? '', path: spec.nonResourceAttributes?.path ?? '' };
}

function access(x: Exchange, spec: AccessSpec, user: UserInfo): Draft {
  if ((spec.resourceAttributes === undefined) === (spec.nonResourceAttributes === undefined)) {
    const why = spec.resourceAttributes ? 'cannot be specified in combination with resourceAttributes' : 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    throw invalid({ group: 'authorization.k8s.io', name: x.resource.kind }, '', [{ type: 'Invalid value', path: spec.resourceAttributes ? 'spec.nonResourceAttributes' : 'spec.resourceAttributes', value: spec.nonResourceAttributes ?? null, detail: why }]);
  }
  const decision = authorise(x.core, user, wildcards(attributes(spec)));
  return { allowed: decision.allowed, ...(decision.reason && { reason: decision.reason }) };
}

/** `*` asks for everything: only a rule that says `*` allows it, which matching it as a word does. */
const wildcards = (what: Attributes): Attributes => what;

function rules(x: Exchange, namespace: string): Draft {
  if (!namespace) throw badRequest('no namespace on request');
  const resourceRules: Draft[] = [];
  const nonResourceRules: Draft[] = [];
  const user = x.user;
  if (user.groups.includes('system:masters')) {
    resourceRules.push({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] });
    nonResourceRules.push({ verbs: ['*'], nonResourceURLs: ['*'] });
  }
  for (const { rules: granted } of rulesFor(x.core, user, namespace)) {
    for (const rule of granted) {
      if (rule.resources?.length) resourceRules.push({ verbs: rule.verbs, apiGroups: rule.apiGroups, resources: rule.resources, ...(rule.resourceNames && { resourceNames: rule.resourceNames }) });
      if (rule.nonResourceURLs?.length) nonResourceRules.push({ verbs: rule.verbs, nonResourceURLs: rule.nonResourceURLs });
    }
  }
  return { resourceRules, nonResourceRules, incomplete: false };
}

const userDraft = (user: UserInfo): Draft => ({ username: user.name, ...(user.uid && { uid: user.uid }), groups: user.groups, ...(user.extra && { extra: user.extra }) });

function tokenReview(x: Exchange, spec: { readonly token?: string; readonly audiences?: readonly string[] }): Draft {
  if (!spec.token) throw badRequest('token is required for TokenReview in authentication');
  const found = userOfToken(x.core, spec.token);
  if (!found) return { user: {}, error: '[invalid bearer token, token lookup failed]' };
  const audiences = spec.audiences?.length ? spec.audiences.filter((a) => a === ISSUER) : [ISSUER];
  return audiences.length ? { authenticated: true, user: userDraft(found.user), audiences } : { user: {}, error: 'token audiences [' + ISSUER + '] is invalid for the target audiences [' + (spec.audiences ?? []).join(' ') + ']' };
}

/** Answers a request for a resource that is a question; undefined for others. */
export function review(x: Exchange): Response | undefined {
  const { resource } = x;
  if (resource.verbs.length !== 1 || resource.verbs[0] !== 'create' || x.info.verb !== 'create') return undefined;
  if (resource.groupResource === 'bindings') return bind(x);
  const draft = readObject(x, resource.type, resource.apiVersion, resource.kind);
  const spec = (draft['spec'] ?? {}) as AccessSpec;
  let status: Draft;
  switch (resource.name) {
    case 'selfsubjectaccessreviews':
      status = access(x, spec, x.user);
      break;
    case 'subjectaccessreviews':
    case 'localsubjectaccessreviews': {
      if (!spec.user && !spec.groups?.length) throw invalid({ group: 'authorization.k8s.io', name: resource.kind }, '', [{ type: 'Invalid value', path: 'spec.user', value: '', detail: 'at least one of user or group must be specified' }]);
      status = access(x, spec, { name: spec.user ?? '', groups: spec.groups ?? [], ...(spec.uid && { uid: spec.uid }), ...(spec.extra && { extra: spec.extra }) });
      break;
    }
    case 'selfsubjectrulesreviews':
      status = rules(x, (draft['spec'] as { namespace?: string } | undefined)?.namespace ?? '');
      break;
    case 'selfsubjectreviews':
      status = { userInfo: userDraft(x.user) };
      draft['metadata'] = { ...(draft['metadata'] as Draft), creationTimestamp: x.at.stamp };
      break;
    case 'tokenreviews':
      status = tokenReview(x, draft['spec'] as { token?: string });
      break;
    default:
      return undefined;
  }
  const made: Draft = { ...draft, kind: resource.kind, apiVersion: resource.apiVersion, status };
  return { code: 201, body: resource.type ? normalise(made, resource.type) : made };
}
