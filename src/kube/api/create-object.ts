/**
 * Creation: decode, defaults, admission, what the server fills in, validation, store.
 * Stands for the create handler of k8s.io/apiserver and the registry's Store.Create.
 */
import { normalise } from '../schema/decode.ts';
import { admit, validateAdmission } from './admission/chain.ts';
import { readObject } from './body.ts';
import { toStored } from './convert.ts';
import type { Exchange } from './exchange.ts';
import { freeze, thaw } from './frozen.ts';
import type { Draft } from './kind.ts';
import { keyOf } from './keys.ts';
import { noteCreate, noteUpdate, setManagers, shown, type Ledger, type Managed } from './managed-fields.ts';
import { hasGeneration, metadataErrors } from './metadata.ts';
import { confirmNoEscalation } from './rbac-escalation.ts';
import { alreadyExists, badRequest, generateNameConflict, invalid } from './status.ts';
import { statusIsApart } from './strategy.ts';
import { note } from './trace.ts';
import { validateObject } from './validate.ts';
import type { KubeObject, ObjectMeta } from './wire.ts';

type Meta = { -readonly [K in keyof ObjectMeta]: ObjectMeta[K] };

/** Whether a component records an event: no hook or plugin touches it, so it stays as it was decoded. */
const isRecord = (x: Exchange, draft: Draft): boolean => x.loopback && x.stored.groupResource === 'events' && x.resource === x.stored && !!draft['kind'] && !!draft['apiVersion'];

/** Reads the body of a POST and creates its object. */
export function create(x: Exchange): KubeObject {
  const read = readObject(x, x.resource.type, x.resource.apiVersion, x.resource.kind);
  // Components hand over parts of frozen objects, such as the template of a Pod; defaults and admission write into them.
  const draft = !x.loopback ? read : isRecord(x, read) ? { ...read, metadata: { ...(read['metadata'] as object) } } : thaw(read);
  const made = createDraft(x, toStored(x, draft), undefined, x.loopback ? read : undefined);
  return shown(x, made);
}

/** The namespace of a new object is that of the request, or else the request is wrong. */
export function placeIn(x: Exchange, meta: Meta): void {
  if (x.resource.namespaced) {
    if (!meta.namespace) meta.namespace = x.namespace;
    else if (meta.namespace !== x.namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  } else delete meta.namespace;
}

/** Creates the object of a draft in the stored version. `managers` are given by an apply; `said` is what the writer wrote, if it is not to be copied. */
export function createDraft(x: Exchange, draft: Draft, managers?: readonly Managed[], said?: Draft): KubeObject {
  const { core, stored: resource, kind, at } = x;
  const finished = !managers && isRecord(x, draft);
  draft['kind'] = resource.kind;
  draft['apiVersion'] = resource.apiVersion;
  const meta = (draft['metadata'] ??= {}) as Meta;
  placeIn(x, meta);
  kind?.default?.(draft, at);
  // What admission adds has no owner.
  const own = said ?? (managers || x.loopback ? undefined : thaw(draft));
  admit(x, 'CREATE', draft, undefined);
  confirmNoEscalation(x, draft, undefined);

  meta.creationTimestamp = at.stamp;
  meta.uid = core.random.uuid();
  delete meta.deletionTimestamp;
  delete meta.deletionGracePeriodSeconds;
  delete meta.resourceVersion;
  delete meta.managedFields;
  const generated = !meta.name && !!meta.generateName;
  if (generated) meta.name = meta.generateName!.slice(0, 58) + core.random.letters(5);
  if (hasGeneration(resource, kind?.generation)) meta.generation = 1;
  else delete meta.generation;
  if (statusIsApart(resource)) delete draft['status'];
  const unready = kind?.prepare?.(draft, undefined, at);
  if (unready?.length) throw invalid({ group: resource.group, name: resource.kind }, meta.name ?? '', unready);

  const type = resource.type;
  const object = (type && !finished ? normalise(draft, type) : draft) as unknown as KubeObject;
  // As in Go, a missing name is an empty one to whoever looks at it.
  const judged = object.metadata.name ? object : { ...object, metadata: { ...object.metadata, name: '' } };
  const errors = [...metadataErrors(resource, object.metadata), ...validateObject(x, judged, undefined)];
  note(x, 'validation', object, { errors: errors.length });
  if (errors.length) throw invalid({ group: resource.group, name: resource.kind }, meta.name ?? '', errors);
  if (!x.loopback) for (const warning of kind?.warnings?.(object, undefined) ?? []) at.warn(warning);
  validateAdmission(x, 'CREATE', object, undefined);

  const key = keyOf(x.prefix, object.metadata.namespace, object.metadata.name);
  if (core.store.get(key)) {
    kind?.released?.(object);
    throw generated ? generateNameConflict(resource, object.metadata.name) : alreadyExists(resource, object.metadata.name);
  }
  return write(x, key, object, undefined, managers ?? 'owner', own);
}

/**
 * Puts an object into the store under its next resourceVersion; a dry run only freezes it. `old` is what it replaces.
 * `by`: the writer becomes the owner of what it set (of a new object, what it `said`), nobody does, these are the owners, or
 * these were before the writer changed anything.
 */
export function write(x: Exchange, key: string, object: KubeObject, old: KubeObject | undefined, by: 'owner' | 'nobody' | readonly Managed[] | Ledger, said?: Draft): KubeObject {
  const { core } = x;
  const versioned = x.dryRun ? object : inOrder(x, { ...object, metadata: { ...object.metadata, resourceVersion: String(core.store.revision + 1) } });
  freeze(versioned);
  if (Array.isArray(by)) setManagers(x, versioned, by as readonly Managed[]);
  else if (typeof by === 'object') noteUpdate(x, old!, versioned, by as Ledger);
  else if (by === 'owner' && old) noteUpdate(x, old, versioned);
  else if (by === 'owner') noteCreate(x, versioned, said);
  if (x.dryRun) return versioned;
  core.store.put(key, versioned, old ? core.store.get(key)!.revision : 0);
  core.wrote();
  note(x, 'store', versioned, { revision: core.store.revision, verb: old ? 'update' : 'create' });
  return versioned;
}

/** metadata.resourceVersion stands where the type has it, however the object was put together. */
function inOrder(x: Exchange, object: KubeObject): KubeObject {
  const fields = x.stored.type?.fields.get('metadata')?.type?.fields;
  if (!fields) return object;
  const meta = object.metadata as unknown as Draft;
  const ordered: Draft = {};
  for (const name of fields.keys()) if (meta[name] !== undefined) ordered[name] = meta[name];
  return { ...object, metadata: ordered as unknown as ObjectMeta };
}
