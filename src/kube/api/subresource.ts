/**
 * What stands below an object's name: status, scale, and the doors to kubelets; one handler each.
 * Stands for the REST storages of subresources in pkg/registry.
 */
import { readObject } from './body.ts';
import { bind } from './binding.ts';
import { evict } from './eviction.ts';
import { toStored } from './convert.ts';
import { shown } from './managed-fields.ts';
import type { Exchange } from './exchange.ts';
import { one } from './answer.ts';
import { connect } from './connect.ts';
import type { Draft } from './kind.ts';
import { patch } from './patch.ts';
import { scale } from './scale.ts';
import { badRequest, methodNotAllowed, noSuchPath, unsupported } from './status.ts';
import { requestToken } from './token-request.ts';
import { existing, updateDraft, type Part } from './update-object.ts';
import type { KubeObject, Response } from './wire.ts';

type Handler = (x: Exchange) => Response;

/** A part of the object that has a path of its own: read as the whole object, written by `pick`. */
const part = (pick: (draft: Draft, old: KubeObject, x: Exchange) => Draft, as: Part = 'metadata'): Handler => (x) => {
  const verb = x.info.verb;
  if (verb === 'get') return one(x, shown(x, existing(x)));
  if (verb === 'patch') return one(x, patch(x, as, pick).object);
  if (verb !== 'update') throw methodNotAllowed();
  const draft = toStored(x, readObject(x, x.resource.type, x.resource.apiVersion, x.resource.kind));
  const name = (draft['metadata'] as { name?: string } | undefined)?.name;
  if (name !== undefined && name !== x.info.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${x.info.name})`);
  const old = existing(x);
  return one(x, shown(x, updateDraft(x, old, pick(draft, old, x), as)));
};

const status = part((draft) => draft, 'status');

const within = (draft: Draft | KubeObject, ...path: readonly string[]): unknown => path.reduce<unknown>((value, key) => (value as Draft | undefined)?.[key], draft);

/** Only the ephemeral containers of a Pod. */
const ephemeralContainers = part((draft, old) => ({ ...old, metadata: keptMeta(draft, old), spec: { ...(old['spec'] as Draft), ephemeralContainers: within(draft, 'spec', 'ephemeralContainers') } }));

const keptMeta = (draft: Draft, old: KubeObject): Draft => {
  const version = within(draft, 'metadata', 'resourceVersion');
  return { ...old.metadata, ...(version === undefined ? {} : { resourceVersion: version }) };
};

interface Containers {
  readonly containers?: readonly { readonly name: string; readonly resources?: unknown; readonly resizePolicy?: unknown }[];
}

/** Only the resources of a Pod's containers. */
const resize = part((draft, old) => {
  const wanted = (within(draft, 'spec') ?? {}) as Containers & Record<string, unknown>;
  const spec = old['spec'] as Containers & Record<string, unknown>;
  const pick = (list: string): unknown => (spec[list] as Containers['containers'])?.map((c, i) => {
    const other = (wanted[list] as Containers['containers'])?.[i];
    return other?.name === c.name ? { ...c, resources: other.resources, resizePolicy: other.resizePolicy } : c;
  });
  return { ...old, metadata: keptMeta(draft, old), spec: { ...spec, containers: pick('containers'), ...(spec['initContainers'] ? { initContainers: pick('initContainers') } : {}), ...(wanted['resources'] ? { resources: wanted['resources'] } : {}) } };
});

/** Only the conditions of a certificate signing request that approve or deny it. */
const approval = part((draft, old) => ({ ...old, metadata: keptMeta(draft, old), status: { ...(old['status'] as Draft), conditions: within(draft, 'status', 'conditions') } }), 'status');

/** Only the finalizers in the spec of a namespace. */
const finalize = part((draft, old) => ({ ...old, metadata: { ...old.metadata, ...(draft['metadata'] as Draft) }, spec: { ...(old['spec'] as Draft), finalizers: within(draft, 'spec', 'finalizers') } }), 'finalize');

const HANDLERS: Readonly<Record<string, Handler>> = {
  status, scale, resize, approval, finalize,
  ephemeralcontainers: ephemeralContainers,
  binding: bind,
  eviction: evict,
  token: requestToken,
  log: connect, exec: connect, attach: connect, portforward: connect, proxy: connect,
};

/** Answers a request for a subresource. */
export function subresource(x: Exchange): Response {
  const name = x.info.subresource!;
  const known = x.resource.subresources.find((s) => s.name === name);
  if (!known) throw noSuchPath();
  if (!known.verbs.includes(x.info.verb)) throw methodNotAllowed();
  if (!Object.hasOwn(HANDLERS, name)) throw unsupported(`the subresource ${x.resource.name}/${name}`);
  return HANDLERS[name]!(x);
}
