/**
 * A component's client: the API as its own user in the same process, objects in and frozen objects out, and its event recorder.
 * Stands for client-go's clientset over the loopback or the network.
 * Unlike Kubernetes: no rate limit and no latency of its own; whoever calls decides what a request costs.
 */
import type { Clock } from '../../sim/clock.ts';
import { rfc3339 } from '../../sim/date.ts';
import type { Random } from '../../sim/random.ts';
import type { Trace } from '../../sim/trace.ts';
import type { ApiServer, GroupResource } from '../api/server.ts';
import type { KubeObject, Request, Response, Status, UserInfo } from '../api/wire.ts';
import { resourceNamed, resourceOf, type Resource } from '../schema/schema.ts';
import { ApiError, type Client } from './controller.ts';
import { EventRecorder } from './event-recorder.ts';

/** Who a client is and what it stands on. */
export interface ClientOptions {
  readonly user: UserInfo;
  /** The component's name: user agent and source of its events. */
  readonly agent: string;
  /** The machine that it runs on, in its events; kubelets have one. */
  readonly host?: string;
  readonly clock: Clock;
  /** Unix milliseconds at virtual 0. */
  readonly epoch: number;
  readonly random: Random;
  readonly trace?: Trace;
}

/** The service account of kube-system that a controller asks as, or any other user by name. */
export function userNamed(name: string): UserInfo {
  const account = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name);
  if (account) return { name, groups: ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`, 'system:authenticated'] };
  if (name.startsWith('system:node:')) return { name, groups: ['system:nodes', 'system:authenticated'] };
  return { name, groups: ['system:authenticated'] };
}

/** `/api/v1/namespaces/default/pods/web/status` */
export function pathOf(resource: Pick<Resource, 'group' | 'apiVersion' | 'name' | 'namespaced'>, namespace: string | undefined, name?: string, subresource?: string): string {
  let path = resource.group ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`;
  if (namespace && resource.namespaced) path += `/namespaces/${namespace}`;
  path += `/${resource.name}`;
  if (name !== undefined) path += `/${name}`;
  return subresource ? `${path}/${subresource}` : path;
}

const MERGE = { 'content-type': 'application/merge-patch+json' };

/** Makes a client. */
export function createClient(api: ApiServer, options: ClientOptions): Client {
  const { user, agent, clock, epoch, random } = options;
  const { read } = api;
  const headers = { 'user-agent': agent };
  const patchHeaders = { ...headers, ...MERGE };

  const send = (method: Request['method'], path: string, body?: unknown, sent: Readonly<Record<string, string>> = headers, query?: Request['query']): Response => api.handle({ method, path, ...(query && { query }), body, headers: sent, user });

  const ask = (method: Request['method'], path: string, body?: unknown, sent: Readonly<Record<string, string>> = headers): KubeObject => {
    const answer = send(method, path, body, sent);
    if (answer.code >= 300) {
      const status = answer.body as Status;
      throw new ApiError(answer.code, status.reason ?? '', status.message ?? '');
    }
    return answer.body as KubeObject;
  };

  const custom = (group: string, test: (spec: Definition['spec']) => boolean): Resource => {
    const found = read.list<Definition>('customresourcedefinitions.apiextensions.k8s.io').find((d) => test(d.spec));
    if (!found) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource');
    const { spec } = found;
    const version = spec.versions.find((v) => v.storage) ?? spec.versions[0]!;
    return { group, version: version.name, apiVersion: `${group}/${version.name}`, name: spec.names.plural, namespaced: spec.scope === 'Namespaced' } as Resource;
  };
  const named = (name: GroupResource): Resource => resourceNamed(name) ?? custom(name.slice(name.indexOf('.') + 1), (s) => `${s.names.plural}.${s.group}` === name);
  const of = (object: KubeObject): Resource => {
    const built = resourceOf(object.apiVersion, object.kind);
    if (built) return built;
    const group = object.apiVersion.slice(0, object.apiVersion.indexOf('/'));
    return custom(group, (s) => s.group === group && s.names.kind === object.kind);
  };

  const update = (object: KubeObject, subresource?: string): KubeObject => ask('PUT', pathOf(of(object), object.metadata.namespace, object.metadata.name, subresource), object);

  const client: Client = {
    get now() {
      return clock.now;
    },
    get stamp() {
      return rfc3339(epoch + clock.now);
    },
    random,
    get: (resource, namespace, name) => read.get(resource, namespace, name),
    list: (resource, namespace) => read.list(resource, namespace),
    podsOn: (node) => read.podsOn(node),
    ownedBy: (resource, uid) => read.ownedBy(resource, uid),
    ...(read.dependents && { dependents: (resource, uid) => read.dependents!(resource, uid) }),
    labelled: (resource, namespace, labels) => read.labelled(resource, namespace, labels),
    create: <T extends KubeObject>(object: T) => ask('POST', pathOf(of(object), object.metadata.namespace), object) as T,
    update: <T extends KubeObject>(object: T) => update(object) as T,
    updateStatus: <T extends KubeObject>(object: T) => update(object, 'status') as T,
    patch: (resource, namespace, name, patch, subresource) => ask('PATCH', pathOf(named(resource), namespace, name, subresource), patch, patchHeaders),
    delete: (resource, namespace, name, { uid, ...rest } = {}) => {
      ask('DELETE', pathOf(named(resource), namespace, name), uid ? { ...rest, preconditions: { uid } } : rest);
    },
    request: (method, path, body, query) => send(method, path, body, method === 'PATCH' ? patchHeaders : headers, query),
    event: (about, type, reason, message, fieldPath) => recorder.record(about, type, reason, message, fieldPath),
  };
  const recorder = new EventRecorder(client, { component: agent, ...(options.host && { host: options.host }), clock, epoch, random });
  return client;
}

interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly plural: string; readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly storage?: boolean }[];
  };
}
