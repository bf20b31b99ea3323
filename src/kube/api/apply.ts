/**
 * Server-side apply: the fields of a configuration become its manager's; what others own is a conflict unless forced.
 * Stands for structured-merge-diff's merge.Updater and the apply patcher of k8s.io/apiserver.
 */
import { DecodeError, decodeSparse } from '../schema/decode.ts';
import { decodeObject, jsonOf } from './body.ts';
import { fromStored, toStored } from './convert.ts';
import { createDraft } from './create-object.ts';
import type { Exchange } from './exchange.ts';
import { fieldValidation, keyOfRequest } from './exchange.ts';
import { compare, difference, emptySet, intersection, isEmpty, merged, pathsOf, sameSet, setOf, stripped, union, without, type FieldSet } from './field-set.ts';
import type { Draft } from './kind.ts';
import { managersOf, rootForm, type Managed } from './managed-fields.ts';
import { flag, parameter } from './path.ts';
import { badRequest, failure, invalid, Refusal } from './status.ts';
import { updateDraft, type Part } from './update-object.ts';
import type { KubeObject } from './wire.ts';

type Pick = (draft: Draft, old: KubeObject, x: Exchange) => Draft;

/** Applies the configuration in the body; creates the object when there is none. */
export function applyObject(x: Exchange, part: Part, pick: Pick): { readonly object: KubeObject; readonly created: boolean } {
  const manager = parameter(x.request, 'fieldManager');
  if (!manager) throw invalid({ group: 'meta.k8s.io', name: 'PatchOptions' }, '', [{ type: 'Required value', path: 'fieldManager', detail: 'is required for apply patch' }]);
  const config = configuration(x);
  const form = rootForm(x.resource.type);
  const set = emptySet();
  setOf(config, form, set);
  const own = stripped(set);
  const how = { manager, operation: 'Apply' as const, subresource: x.info.subresource ?? '', apiVersion: x.resource.apiVersion, time: x.at.stamp };
  const old = x.core.store.get(keyOfRequest(x))?.value;
  if (!old) {
    const object = createDraft(x, toStored(x, { ...config, metadata: { ...(config['metadata'] as Draft), name: x.info.name } }), [{ ...how, set: own }]);
    return { object, created: true };
  }
  const live = fromStored(x, old);
  const managers = managersOf(x, old);
  const last = managers.find((m) => m.operation === 'Apply' && m.manager === manager && m.subresource === how.subresource);
  const others = managers.filter((m) => m !== last);
  let next = merged(live, config, form) as Draft;
  if (last) {
    let owned = own;
    for (const m of others) owned = union(owned, m.set);
    // What this manager set before, does not set any more, and nobody else has.
    next = without(next, difference(last.set, owned), owned, form) as Draft;
  }
  const changed = emptySet();
  const removed = emptySet();
  compare(live, next, form, changed, removed);
  const touched = stripped(changed);
  const conflicts = others.map((m) => ({ m, set: intersection(m.set, touched) })).filter((c) => !isEmpty(c.set));
  const refused = conflicts.length && !flag(x.request, 'force') ? beyondLastApplied(x, old, manager, conflicts) : [];
  if (refused.length) throw conflicting(refused);
  if (manager === 'kubectl' && old.metadata.annotations?.[LAST_APPLIED] !== undefined) next = withLastApplied(next, config);
  const gone = stripped(removed);
  const rest = others.map((m) => ({ ...m, set: difference(difference(m.set, conflicts.find((c) => c.m === m)?.set ?? emptySet()), gone) })).filter((m) => !isEmpty(m.set));
  const time = last && sameSet(last.set, own) && isEmpty(touched) && isEmpty(gone) ? last.time : how.time;
  const kept: readonly Managed[] = [...rest, { ...how, time, set: own }];
  return { object: updateDraft(x, old, pick(toStored(x, next), old, x), part, kept), created: false };
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Conflicts about what client-side apply had set before are none for kubectl: that is how one goes over to the server's. */
function beyondLastApplied(x: Exchange, old: KubeObject, manager: string, conflicts: readonly Contested[]): readonly Contested[] {
  const text = manager === 'kubectl' ? old.metadata.annotations?.[LAST_APPLIED] : undefined;
  if (text === undefined) return conflicts;
  const set = emptySet();
  try {
    setOf(JSON.parse(text), rootForm(x.resource.type), set);
  } catch {
    return conflicts;
  }
  const allowed = stripped(set);
  return conflicts.map((c) => ({ ...c, set: difference(c.set, allowed) })).filter((c) => !isEmpty(c.set));
}

/** The annotation of client-side apply is kept up, so that one can go back. */
function withLastApplied(next: Draft, config: Draft): Draft {
  const meta = next['metadata'] as Draft;
  const text = `${JSON.stringify(ordered(config))}\n`;
  return { ...next, metadata: { ...meta, annotations: { ...(meta['annotations'] as Draft | undefined), [LAST_APPLIED]: text } } };
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, ordered((value as Draft)[key])]));
}

/** The configuration, checked, without what the server would fill in. */
function configuration(x: Exchange): Draft {
  const value = jsonOf(x.request.body, 'application/apply-patch+yaml');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('error decoding YAML: error converting YAML to JSON: the document is no object');
  const given = value as Draft;
  const { apiVersion, kind } = given;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string' || kind === '' || apiVersion === '') throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(value)}'`);
  if (kind !== x.resource.kind || apiVersion !== x.resource.apiVersion) throw badRequest(`invalid object type: ${apiVersion}, Kind=${kind}`);
  const meta = given['metadata'] as { name?: string; managedFields?: unknown } | undefined;
  if (meta?.managedFields !== undefined && meta.managedFields !== null) throw badRequest('metadata.managedFields must be nil');
  if (typeof meta?.name === 'string' && meta.name !== x.info.name) throw badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${x.info.name})`);
  const type = x.resource.type;
  if (!type) return decodeObject(x, given, type, x.resource.version, x.resource.kind);
  try {
    const { object, unknown } = decodeSparse(given, type);
    if (unknown.length) {
      const texts = unknown.map((path) => `.${path}: field not declared in schema`);
      if (fieldValidation(x) !== 'Ignore') throw new Refusal(failure(500, '', `failed to create typed patch object (${x.info.namespace ? `${x.info.namespace}/` : '/'}${x.info.name}; ${x.resource.group}/${x.resource.version}, Kind=${kind}): ${texts.length === 1 ? texts[0] : `errors:\n${texts.map((t) => `  ${t}`).join('\n')}`}`));
    }
    return object;
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(error.message);
    throw error;
  }
}

function managerText(m: Managed): string {
  const name = `${JSON.stringify(m.manager)}${m.subresource ? ` with subresource ${JSON.stringify(m.subresource)}` : ''}`;
  return m.operation === 'Update' ? `${name} using ${m.apiVersion}` : name;
}

interface Contested {
  readonly m: Managed;
  readonly set: FieldSet;
}

function conflicting(conflicts: readonly Contested[]): Refusal {
  const all = conflicts.flatMap((c) => pathsOf(c.set).map((path) => ({ who: managerText(c.m), path })));
  const causes = all.map((c) => ({ reason: 'FieldManagerConflict', message: `conflict with ${c.who}`, field: c.path }));
  if (all.length === 1) return new Refusal(failure(409, 'Conflict', `Apply failed with 1 conflict: conflict with ${all[0]!.who}: ${all[0]!.path}`, { causes }));
  const lines: string[] = [];
  for (const who of [...new Set(all.map((c) => c.who))].sort()) lines.push(`conflicts with ${who}:`, ...all.filter((c) => c.who === who).map((c) => `- ${c.path}`));
  return new Refusal(failure(409, 'Conflict', `Apply failed with ${all.length} conflicts: ${lines.join('\n')}`, { causes }));
}
