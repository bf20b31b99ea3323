/** kubectl create role, clusterrole, rolebinding, clusterrolebinding, serviceaccount, token. */
import type { Running } from '../../../machine/process.ts';
import type { Kubectl, Verb } from '../../command.ts';
import { CliError, Exit, NoMatchError, StatusError } from '../../errors.ts';
import { PRINT, flags } from '../../flags.ts';
import { quote } from '../../go.ts';
import { printerFor } from '../../print/printer.ts';
import type { KubeObject } from '../../../kube/api/wire.ts';
import { generator, nameArgument, type Made } from './object.ts';

const RBAC = 'rbac.authorization.k8s.io';
const RESOURCE_VERBS = ['*', 'get', 'delete', 'list', 'create', 'update', 'patch', 'watch', 'proxy', 'deletecollection', 'use', 'bind', 'escalate', 'impersonate'];
const NON_RESOURCE_VERBS = ['*', 'get', 'post', 'put', 'delete', 'patch', 'head', 'options'];
const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: [`roles.${RBAC}`, `clusterroles.${RBAC}`],
  escalate: [`roles.${RBAC}`, `clusterroles.${RBAC}`],
  impersonate: ['users.', 'serviceaccounts.', 'groups.', 'userextras.authentication.k8s.io'],
};

interface Asked {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
}

const distinct = (list: readonly string[]): string[] => [...new Set(list)];
const verbsOf = (k: Kubectl): string[] => (k.flags.list('verb').includes('*') ? ['*'] : distinct(k.flags.list('verb')));

function resourcesOf(k: Kubectl): Asked[] {
  const out: Asked[] = [];
  for (const text of k.flags.list('resource')) {
    const slash = text.indexOf('/');
    const name = slash < 0 ? text : text.slice(0, slash);
    const dot = name.indexOf('.');
    const asked = { resource: dot < 0 ? name : name.slice(0, dot), group: dot < 0 ? '' : name.slice(dot + 1), subresource: slash < 0 ? '' : text.slice(slash + 1) };
    if (asked.resource === '*' && dot < 0 && slash < 0) return [asked];
    out.push(asked);
  }
  return out;
}

/** The resource that a name stands for; undefined when the server has none. */
function* resourceFor(k: Kubectl, asked: Asked): Running<{ readonly group: string; readonly resource: string } | undefined> {
  try {
    const found = yield* k.discovery.kindFor({ group: asked.group, version: '', resource: asked.resource });
    return { group: found.group, resource: found.name };
  } catch (error) {
    if (error instanceof NoMatchError) return undefined;
    throw error;
  }
}

function* checkResources(k: Kubectl, verbs: readonly string[], resources: readonly Asked[]): Running<void> {
  for (const asked of resources) {
    if (asked.resource === '') throw new CliError('resource must be specified if apiGroup/subresource specified');
    if (asked.resource === '*') return;
    const found = yield* resourceFor(k, asked);
    const named = found ?? asked;
    let fine = found !== undefined;
    for (const verb of verbs) {
      const special = SPECIAL[verb];
      if (!special) continue;
      if (!special.includes(`${named.resource}.${named.group}`)) throw new CliError(`can not perform '${verb}' on '${named.resource}' in group '${named.group}'`);
      fine = true;
    }
    if (!fine) throw new Exit(1, `the server doesn't have a resource type ${quote(asked.resource)}${asked.group ? ` in group ${quote(asked.group)}` : ''}`);
  }
}

function warnVerbs(k: Kubectl, verbs: readonly string[]): void {
  for (const verb of verbs) if (!RESOURCE_VERBS.includes(verb)) k.err(`Warning: '${verb}' is not a standard resource verb\n`);
}

function* rules(k: Kubectl, verbs: readonly string[], resources: readonly Asked[], urls: readonly string[]): Running<unknown[]> {
  const groups = new Map<string, string[]>();
  for (const asked of resources) {
    const found = (yield* resourceFor(k, asked)) ?? asked;
    const name = found.resource + (asked.subresource && `/${asked.subresource}`);
    const list = groups.get(found.group) ?? [];
    if (!list.includes(name)) list.push(name);
    groups.set(found.group, list);
  }
  const names = distinct(k.flags.list('resource-name'));
  const out: unknown[] = [...groups.keys()].sort().map((group) => ({ verbs, apiGroups: [group], resources: groups.get(group), ...(names.length && { resourceNames: names }) }));
  if (urls.length) out.push({ verbs, nonResourceURLs: urls });
  return out;
}

export const role = generator({
  name: 'role', use: 'NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]', resource: 'roles',
  flags: ['resource=[]', 'resource-name=[]:array', 'verb=[]'],
  *make(k, _name, meta) {
    const [verbs, resources] = [verbsOf(k), resourcesOf(k)];
    if (verbs.length === 0) throw new CliError('at least one verb must be specified');
    warnVerbs(k, verbs);
    if (resources.length === 0) throw new CliError('at least one resource must be specified');
    yield* checkResources(k, verbs, resources);
    return { kind: 'Role', apiVersion: `${RBAC}/v1`, metadata: meta(), rules: yield* rules(k, verbs, resources, []) };
  },
});

export const clusterrole = generator({
  name: 'clusterrole', use: 'NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]', resource: 'clusterroles', cluster: true,
  flags: ['aggregation-rule=:pairs', 'non-resource-url=[]', 'resource=[]', 'resource-name=[]:array', 'verb=[]'],
  *make(k, _name, meta) {
    const [verbs, resources, urls, aggregation] = [verbsOf(k), resourcesOf(k), distinct(k.flags.list('non-resource-url')), k.flags.list('aggregation-rule')];
    if (aggregation.length) {
      if (urls.length || verbs.length || resources.length || k.flags.list('resource-name').length) throw new CliError('aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames');
      const matchLabels = Object.fromEntries(aggregation.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
      return { kind: 'ClusterRole', apiVersion: `${RBAC}/v1`, metadata: meta(), rules: null, aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } };
    }
    if (verbs.length === 0) throw new CliError('at least one verb must be specified');
    if (resources.length === 0 && urls.length === 0) throw new CliError('one of resource or nonResourceURL must be specified');
    if (resources.length) {
      warnVerbs(k, verbs);
      yield* checkResources(k, verbs, resources);
    }
    if (urls.length) {
      for (const verb of verbs) if (!NON_RESOURCE_VERBS.includes(verb)) throw new CliError(`invalid verb: '${verb}' for nonResourceURL`);
      for (const url of urls) {
        if (url === '*') continue;
        if (!url.startsWith('/')) throw new CliError('nonResourceURL should start with /');
        if (url.slice(0, -1).includes('*')) throw new CliError("nonResourceURL only supports wildcard matches when '*' is at the end");
      }
    }
    return { kind: 'ClusterRole', apiVersion: `${RBAC}/v1`, metadata: meta(), rules: yield* rules(k, verbs, resources, urls) };
  },
});

/** Subjects from --user, --group, --serviceaccount. Throws CliError. */
export function subjects(k: Kubectl): Readonly<Record<string, string>>[] {
  return [
    ...k.flags.list('user').map((name) => ({ kind: 'User', apiGroup: RBAC, name })),
    ...k.flags.list('group').map((name) => ({ kind: 'Group', apiGroup: RBAC, name })),
    ...k.flags.list('serviceaccount').map((text) => {
      const [namespace, name, ...more] = text.split(':') as [string, string?, ...string[]];
      if (!namespace || !name || more.length) throw new CliError('serviceaccount must be <namespace>:<name>');
      return { kind: 'ServiceAccount', name, namespace };
    }),
  ];
}

const SUBJECTS = ['group=[]:array', 'serviceaccount=[]:array', 'user=[]:array'];

function binding(k: Kubectl, kind: string, metadata: { readonly name: string }, refKind: string, refName: string): Made {
  const list = subjects(k);
  return { kind, apiVersion: `${RBAC}/v1`, metadata, ...(list.length && { subjects: list }), roleRef: { apiGroup: RBAC, kind: refKind, name: refName } } as Made;
}

export const rolebinding = generator({
  name: 'rolebinding', use: 'NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  resource: 'rolebindings', failed: 'rolebinding:', flags: ["clusterrole=''", ...SUBJECTS, "role=''"],
  *make(k, _name, meta) {
    const [cluster, own] = [k.flags.text('clusterrole'), k.flags.text('role')];
    if (Boolean(cluster) === Boolean(own)) throw new CliError('exactly one of clusterrole or role must be specified');
    return binding(k, 'RoleBinding', meta(), own ? 'Role' : 'ClusterRole', own || cluster);
  },
});

export const clusterrolebinding = generator({
  name: 'clusterrolebinding', use: 'NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  resource: 'clusterrolebindings', cluster: true, failed: 'clusterrolebinding:', flags: ["clusterrole=''!", ...SUBJECTS],
  *make(k, _name, meta) {
    return binding(k, 'ClusterRoleBinding', meta(), 'ClusterRole', k.flags.text('clusterrole'));
  },
});

export const serviceaccount = generator({
  name: 'serviceaccount', use: 'NAME [--dry-run=server|client|none]', aliases: ['sa'], resource: 'serviceaccounts', failed: 'serviceaccount:',
  *make(_k, _name, meta) {
    return { kind: 'ServiceAccount', apiVersion: 'v1', metadata: meta() };
  },
});

const BOUND = ['Node', 'Pod', 'Secret'];

export const token: Verb = {
  name: 'token', use: 'SERVICE_ACCOUNT_NAME',
  flags: [...PRINT, ...flags('audience=[]:array', "bound-object-kind=''", "bound-object-name=''", "bound-object-uid=''", 'duration=0s')],
  *run(k) {
    const { flags: f } = k;
    const name = nameArgument(k);
    const { name: namespace } = k.namespace;
    const printer = yield* printerFor(k, { operation: 'created', ordered: true });
    const [kind, bound, uid, duration] = [f.text('bound-object-kind'), f.text('bound-object-name'), f.text('bound-object-uid'), f.number('duration')];
    if (duration < 0) throw new CliError('--duration must be greater than or equal to 0');
    if (duration % 1000 !== 0) throw new CliError('--duration cannot be expressed in units less than seconds');
    if (f.list('audience').includes('')) throw new CliError('--audience must not be an empty string');
    if (!kind) {
      if (bound) throw new CliError('--bound-object-name can only be set if --bound-object-kind is provided');
      if (uid) throw new CliError('--bound-object-uid can only be set if --bound-object-kind is provided');
    } else {
      if (!BOUND.includes(kind)) throw new CliError(`supported --bound-object-kind values are ${BOUND.join(', ')}`);
      if (!bound) throw new CliError('--bound-object-name is required if --bound-object-kind is provided');
    }
    const body = {
      kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata: {},
      spec: { audiences: f.list('audience').length ? f.list('audience') : null, expirationSeconds: duration ? duration / 1000 : null, boundObjectRef: kind ? { kind, apiVersion: 'v1', name: bound, ...(uid && { uid }) } : null },
      status: { token: '', expirationTimestamp: null },
    };
    let answer: KubeObject & { readonly status?: { readonly token?: string } };
    try {
      answer = yield* k.client.object({ method: 'POST', path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, body });
    } catch (error) {
      if (error instanceof StatusError) throw new CliError(`failed to create token: ${error.message}`);
      throw error;
    }
    if (!answer.status?.token) throw new CliError('failed to create token: no token in server response');
    if (f.changed('output')) return k.out(printer.print(answer));
    k.out(answer.status.token + (k.p.stdout.tty ? '\n' : ''));
  },
};
