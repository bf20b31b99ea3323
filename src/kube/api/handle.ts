/**
 * A request's way through the server: who, may they, which resource and verb, and the answer.
 * Stands for the handler chain of k8s.io/apiserver.
 */
import { formOf, one } from './answer.ts';
import { DecodeError } from '../schema/decode.ts';
import { authenticate } from './authenticate.ts';
import { authorise, forbiddenText, type Attributes } from './authorise.ts';
import { toStored } from './convert.ts';
import { shown } from './managed-fields.ts';
import type { Core } from './core.ts';
import { PART } from './core.ts';
import { create } from './create-object.ts';
import { componentStatuses, RESOURCE } from './component-status.ts';
import { deleteOptions, deleteStored, type Deleted } from './delete-object.ts';
import { discovery, discoveryType, servedGroups } from './discovery.ts';
import { exchange, type Exchange, type Identity } from './exchange.ts';
import { readObject } from './body.ts';
import { health } from './health.ts';
import { list } from './list.ts';
import { customChunk, openApiChunk } from './lazy.ts';
import { patch } from './patch.ts';
import { requestInfo, type RequestInfo } from './path.ts';
import { review } from './reviews.ts';
import { badRequest, forbidden, internal, methodNotAllowed, methodNotSupported, noSuchPath, notFound, Refusal, success } from './status.ts';
import { createdByUpdate, returnsDeleted } from './strategy.ts';
import { subresource } from './subresource.ts';
import { includedIn, partial, tableOf } from './table.ts';
import { testOf } from './collection.ts';
import { about } from './trace.ts';
import { existing, updateDraft } from './update-object.ts';
import { watch } from './watch.ts';
import type { KubeObject, Request, Response } from './wire.ts';

/** Answers a request. Never throws on bad input. */
export function handle(core: Core, request: Request): Response {
  const info = requestInfo(request);
  customChunk.value?.attach(core);
  let identity: Identity | undefined;
  let noted = false;
  try {
    identity = authenticate(core, request);
    noted = identity.by !== 'loopback' && request.method !== 'GET' && request.method !== 'HEAD';
    if (noted) core.trace.note(PART, 'authentication', aboutInfo(info), { user: identity.user.name, groups: identity.user.groups, by: identity.by });
    permit(core, identity, info, noted);
    const response = info.isResource ? forResource(core, request, info, identity) : forPath(core, request);
    if (noted) noteRequest(core, request, info, identity, response);
    return response;
  } catch (error) {
    const refusal = error instanceof DecodeError ? internal(error.message) : error;
    if (!(refusal instanceof Refusal)) throw error;
    const { status, retryAfter } = refusal;
    if (status.code === 404 && status.details && !status.details.kind && !isServed(core, request.path)) return NO_PAGE;
    const response: Response = { code: status.code ?? 500, ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }), body: status };
    if (noted) noteRequest(core, request, info, identity, response);
    return response;
  }
}

/** What is served under no group at all answers as a plain page, not as a Status. */
const NO_PAGE: Response = { code: 404, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }, body: '404 page not found\n' };

/** Whether a path lies in a group that is served. */
function isServed(core: Core, path: string): boolean {
  const [first, group] = path.split('/').filter((part) => part !== '');
  if (first === 'api') return true;
  return first === 'apis' && group !== undefined && servedGroups(core).some((gv) => gv.group === group);
}

const aboutInfo = (info: RequestInfo): string => (info.isResource ? about(info.resource, info.namespace, info.name) : info.path);

function noteRequest(core: Core, request: Request, info: RequestInfo, identity: Identity | undefined, response: Response): void {
  const body = response.body as KubeObject | undefined;
  core.trace.note(PART, 'request', aboutInfo(info), {
    method: request.method, path: request.path, verb: info.verb, user: identity?.user.name ?? '', agent: request.headers?.['user-agent'] ?? '', code: response.code,
    ...(body?.metadata?.name && { name: body.metadata.name }), ...(body?.metadata?.resourceVersion && { revision: Number(body.metadata.resourceVersion) }),
  });
}

/** Everybody may ask these, as the default roles say too, but also before there are roles. */
function permit(core: Core, identity: Identity, info: RequestInfo, noted: boolean): void {
  const what: Attributes = info.isResource
    ? { verb: info.verb, group: info.group, resource: info.resource, subresource: info.subresource, namespace: info.namespace, name: info.name }
    : { verb: info.verb, path: info.path };
  const decision = authorise(core, identity.user, what);
  if (noted) core.trace.note(PART, 'authorisation', aboutInfo(info), { verb: info.verb, allowed: decision.allowed, reason: decision.reason || (decision.allowed ? 'group system:masters' : '') });
  if (decision.allowed) return;
  const text = forbiddenText(identity.user, what, decision.reason);
  throw info.isResource ? forbidden({ group: info.group, name: info.resource }, info.name ?? '', text) : forbidden(undefined, '', text);
}

/** Paths that are no resources. */
function forPath(core: Core, request: Request): Response {
  const body = health(core, request) ?? openApiChunk.value?.answer(core, request);
  if (body) return body;
  if (request.method !== 'GET' && request.method !== 'HEAD') throw request.path === '/' || discovery(core, request) ? methodNotAllowed() : noSuchPath();
  const found = discovery(core, request);
  if (found === undefined) throw noSuchPath();
  return { code: 200, headers: { 'content-type': discoveryType(request) }, body: found };
}

function forResource(core: Core, request: Request, info: RequestInfo, identity: Identity): Response {
  const resource = core.resourceAt(info.group, info.version, info.resource);
  if (!resource || (info.namespace !== undefined && !resource.namespaced && info.resource !== 'namespaces')) throw noSuchPath();
  if (resource.namespaced && info.namespace === undefined && info.verb !== 'list' && info.verb !== 'watch') {
    throw info.name !== undefined || info.verb === 'create' || info.verb === 'deletecollection' ? (info.name === undefined ? methodNotAllowed() : noSuchPath()) : noSuchPath();
  }
  const x = exchange(core, request, info, identity.user, resource);
  const response = info.subresource !== undefined ? subresource(x) : plain(x);
  return x.warnings.length ? { ...response, headers: { ...response.headers, warning: x.warnings.map((w) => `299 - ${JSON.stringify(w)}`).join(', ') } } : response;
}

function plain(x: Exchange): Response {
  const { info, resource, request } = x;
  if (resource.groupResource === RESOURCE && (info.verb === 'get' || info.verb === 'list')) {
    const all = componentStatuses(x.core);
    if (info.verb === 'list') return { code: 200, body: written(x, all, { resourceVersion: '' }) };
    const found = all.find((c) => c.metadata.name === info.name);
    if (!found) throw notFound(resource, info.name ?? '');
    return one(x, found);
  }
  const reviewed = review(x);
  if (reviewed) return reviewed;
  if (!resource.verbs.includes(info.verb)) throw resource.verbs.length <= 2 && info.name === undefined ? methodNotAllowed() : methodNotSupported(resource, info.verb);
  switch (info.verb) {
    case 'get':
      return one(x, shown(x, existing(x)));
    case 'list':
      return { code: 200, body: many(x) };
    case 'watch':
      return { code: 200, feed: watch(x, formOf(x)) };
    case 'create':
      if (info.name !== undefined) throw methodNotAllowed();
      return one(x, create(x), 201);
    case 'update':
      return put(x);
    case 'patch': {
      const { object, created } = patch(x);
      return one(x, object, created ? 201 : 200);
    }
    case 'delete':
      return deletedAnswer(x, deleteStored(x, existing(x), deleteOptions(x)));
    case 'deletecollection':
      return { code: 200, body: deleteAll(x) };
    default:
      throw methodNotSupported(resource, request.method.toLowerCase());
  }
}

function put(x: Exchange): Response {
  const draft = toStored(x, readObject(x, x.resource.type, x.resource.apiVersion, x.resource.kind));
  const name = (draft['metadata'] as { name?: string } | undefined)?.name;
  if (name !== undefined && name !== x.info.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${x.info.name})`);
  if (name === undefined) throw badRequest('name must be provided');
  let old: KubeObject;
  try {
    old = existing(x);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status.reason !== 'NotFound' || !createdByUpdate(x.stored)) throw error;
    return one(x, create(x), 201);
  }
  return one(x, shown(x, updateDraft(x, old, draft)));
}

function many(x: Exchange): unknown {
  const { objects, metadata } = list(x, formOf(x) === 'object');
  return written(x, objects, metadata);
}

/** A list in the form that the request wants. */
function written(x: Exchange, objects: readonly KubeObject[], metadata: { readonly resourceVersion: string }): unknown {
  const form = formOf(x);
  if (form === 'table') return tableOf(x, objects, metadata, includedIn(x));
  if (form === 'metadata') return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: objects.map(partial) };
  return { kind: `${x.resource.kind}List`, apiVersion: x.resource.apiVersion, metadata, items: objects };
}

/** The answer to a deletion: the object, or a Status that says it is gone. */
function deletedAnswer(x: Exchange, result: Deleted): Response {
  const meta = result.object.metadata;
  if (!result.gone || returnsDeleted(x.stored)) return one(x, shown(x, result.object));
  return { code: 200, body: success({ name: meta.name, ...(x.resource.group && { group: x.resource.group }), kind: x.resource.name, ...(meta.uid && { uid: meta.uid }) }) };
}

function deleteAll(x: Exchange): unknown {
  const test = testOf(x);
  const options = deleteOptions(x);
  const meant = x.core.read.list(x.stored.groupResource, x.namespace).filter((object) => !test || test(object));
  const items = meant.map((object) => {
    const now = x.core.read.get(x.stored.groupResource, object.metadata.namespace, object.metadata.name);
    if (!now) throw notFound(x.stored, object.metadata.name);
    const named: Exchange = { ...x, namespace: object.metadata.namespace, info: { ...x.info, name: object.metadata.name } };
    return shown(x, deleteStored(named, now, options).object);
  });
  return { kind: `${x.resource.kind}List`, apiVersion: x.resource.apiVersion, metadata: { resourceVersion: String(x.core.store.revision) }, items };
}
