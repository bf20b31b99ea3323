/**
 * Change: of the whole object or a subresource. Preconditions, defaults, admission, validation, generation, store;
 * an object on its way out goes when its last finalizer does.
 * Stands for the update handler of k8s.io/apiserver and the registry's Store.Update.
 */
import { normalise, normalisePart } from '../schema/decode.ts';
import { admit, validateAdmission } from './admission/chain.ts';
import { placeIn, write } from './create-object.ts';
import { removeNow } from './delete-object.ts';
import type { Exchange } from './exchange.ts';
import { keyOfRequest } from './exchange.ts';
import { share, thaw } from './frozen.ts';
import type { Draft } from './kind.ts';
import { restated, setManagers, type Managed } from './managed-fields.ts';
import { changedBeside, hasGeneration, metadataUpdateErrors } from './metadata.ts';
import { confirmNoEscalation } from './rbac-escalation.ts';
import { MODIFIED, conflict, invalid, notFound } from './status.ts';
import { conditional, statusIsApart } from './strategy.ts';
import { note } from './trace.ts';
import { validateObject } from './validate.ts';
import type { KubeObject, ObjectMeta } from './wire.ts';

type Meta = { -readonly [K in keyof ObjectMeta]: ObjectMeta[K] };

/** What an update is about: everything, or what a subresource may touch. */
export type Part = 'object' | 'status' | 'metadata' | 'finalize';

/** The object that a request names, as stored. Throws NotFound. */
export function existing(x: Exchange): KubeObject {
  const object = x.core.store.get(keyOfRequest(x))?.value;
  if (!object) throw notFound(x.stored, x.info.name ?? '');
  return object;
}

/** Brings an object into the state that `draft` (in the stored version, mutable where it differs from `old`) asks for. */
export function updateDraft(x: Exchange, old: KubeObject, draft: Draft, part: Part = 'object', managers?: readonly Managed[]): KubeObject {
  const { core, stored: resource, kind, at } = x;
  draft['kind'] = resource.kind;
  draft['apiVersion'] = resource.apiVersion;
  const meta = (draft['metadata'] = { ...(draft['metadata'] as Meta | undefined) }) as Meta;
  const before = old.metadata;
  const named = x.info.name ?? before.name;
  if (!meta.name) meta.name = named;
  const said = managers ? undefined : restated(x, old, meta.managedFields);
  delete meta.managedFields;
  if (part !== 'object' || x.resource.namespaced) placeIn(x, meta);
  if (meta.uid && meta.uid !== before.uid) {
    const why = `StorageError: invalid object, Code: 4, Key: ${keyOfRequest(x)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${meta.uid}, UID in object meta: ${before.uid}`;
    throw conflict(resource, named, why);
  }
  if (meta.resourceVersion && meta.resourceVersion !== '0') {
    if (meta.resourceVersion !== before.resourceVersion) throw conflict(resource, named, MODIFIED);
  } else if (conditional(resource, core.custom.has(`${resource.group}/${resource.version}/${resource.name}`))) {
    throw invalid({ group: resource.group, name: resource.name }, named, [{ type: 'Invalid value', path: 'metadata.resourceVersion', value: 0, detail: 'must be specified for an update' }]);
  }
  keepSystemFields(meta, before);

  let now: KubeObject;
  if (part === 'status') now = statusOf(x, old, draft, meta);
  else {
    if (statusIsApart(resource)) {
      if (old['status'] === undefined) delete draft['status'];
      else draft['status'] = old['status'];
    }
    const touched = changedBeside(draft as unknown as KubeObject, old);
    if (touched) {
      thawChanged(draft, old);
      kind?.default?.(draft, at);
    }
    admit(x, 'UPDATE', draft, old);
    confirmNoEscalation(x, draft, old);
    const unready = touched && part !== 'finalize' ? kind?.prepare?.(draft, old, at) : undefined;
    if (unready?.length) throw invalid({ group: resource.group, name: resource.kind }, named, unready);
    const type = resource.type;
    now = share(old, (type ? normalise(draft, type) : draft) as unknown as KubeObject);
    if (now !== old && hasGeneration(resource, kind?.generation) && (kind?.generation ? kind.generation(now, old) : changedBeside(now, old))) {
      now = { ...now, metadata: { ...now.metadata, generation: (before.generation ?? 0) + 1 } };
    }
  }
  if (now === old && !said) {
    if (managers) setManagers(x, old, managers);
    return old;
  }

  const errors = [...metadataUpdateErrors(now.metadata, before), ...(part === 'status' ? (x.loopback ? [] : (kind?.validateStatus?.(now, old, at) ?? [])) : validateObject(x, now, old))];
  note(x, 'validation', now, { errors: errors.length });
  if (errors.length) throw invalid({ group: resource.group, name: resource.kind }, named, errors);
  if (part === 'object' && !x.loopback) for (const warning of kind?.warnings?.(now, old) ?? []) at.warn(warning);
  validateAdmission(x, 'UPDATE', now, old);

  const key = keyOfRequest(x);
  if (leaves(now, before)) return removeNow(x, key, now);
  return write(x, key, now, old, managers ?? said ?? 'owner');
}

/** What no update changes is as it was. */
function keepSystemFields(meta: Meta, before: ObjectMeta): void {
  const draft = meta as unknown as Draft;
  const old = before as unknown as Draft;
  for (const field of ['uid', 'creationTimestamp', 'generation', 'resourceVersion', 'deletionTimestamp', 'generateName'] as const) {
    if (old[field] === undefined) {
      if (field !== 'generateName') delete draft[field];
    } else if (field !== 'generateName' || !draft[field]) draft[field] = old[field];
  }
  if (before.deletionGracePeriodSeconds !== undefined) meta.deletionGracePeriodSeconds ??= before.deletionGracePeriodSeconds;
  else delete meta.deletionGracePeriodSeconds;
}

/** A status update, of a draft that has been decoded: the rest stays, but for annotations (and labels of nodes and Pods), which the real one lets through too. */
function statusOf(x: Exchange, old: KubeObject, draft: Draft, meta: Meta): KubeObject {
  const { stored: resource, kind, at } = x;
  const field = resource.type?.fields.get('status');
  let status = draft['status'];
  if (status !== old['status']) {
    if (kind?.prepareStatus && field) {
      const given = (status ?? {}) as Draft;
      const working = { ...given };
      kind.prepareStatus(working, old, at);
      for (const name in working) {
        if (working[name] === given[name]) continue;
        status = normalisePart(working, field);
        break;
      }
    }
    status = share(old['status'], status);
  }
  const metadata: Draft = { ...old.metadata };
  let same = true;
  for (const name of ['annotations', 'labels', 'finalizers'] as const) {
    const value = share(old.metadata[name], name === 'annotations' || resource.name === 'nodes' || resource.name === 'pods' ? meta[name] : old.metadata[name]);
    if (value === old.metadata[name]) continue;
    same = false;
    metadata[name] = value;
  }
  if (same && status === old['status']) return old;
  return { ...old, metadata: same ? old.metadata : (metadata as unknown as ObjectMeta), ...(status === undefined ? {} : { status }) };
}

const BESIDE = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** Parts that differ from the old object and may still be shared with something frozen are copied, so that hooks can write into them. */
function thawChanged(draft: Draft, old: KubeObject): void {
  for (const key in draft) if (!BESIDE.has(key) && (draft[key] === old[key] || Object.isFrozen(draft[key]) || typeof draft[key] === 'object')) draft[key] = thaw(draft[key]);
}

/** Whether the update takes the last finalizer off an object that is being deleted. */
const leaves = (now: KubeObject, before: ObjectMeta): boolean => before.deletionTimestamp !== undefined && !before.deletionGracePeriodSeconds && !now.metadata.finalizers?.length && namespaceIsEmpty(now);

/** A namespace has finalizers of its own in its spec. */
const namespaceIsEmpty = (object: KubeObject): boolean => object.kind !== 'Namespace' || object.apiVersion !== 'v1' || !(object['spec'] as { finalizers?: readonly string[] } | undefined)?.finalizers?.length;
