/**
 * PATCH: applies one of the four kinds of patch to the object as it is, then goes the way of an update.
 * Stands for the patch handler of k8s.io/apiserver.
 */
import { DecodeError, decode } from '../schema/decode.ts';
import { applyObject } from './apply.ts';
import { decodeObject, jsonOf, mediaType } from './body.ts';
import { fromStored, toStored } from './convert.ts';
import type { Exchange } from './exchange.ts';
import { fieldValidation } from './exchange.ts';
import { same } from './frozen.ts';
import type { Draft } from './kind.ts';
import { shown } from './managed-fields.ts';
import { PatchError, jsonPatch, mergePatch } from './merge-patch.ts';
import { goMap, strategicMerge } from './strategic-merge.ts';
import { parameter } from './path.ts';
import { badRequest, failure, invalid, Refusal, unsupportedMediaType } from './status.ts';
import { existing, updateDraft, type Part } from './update-object.ts';
import type { KubeObject } from './wire.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

/** Patches the object that the request names. */
export function patch(x: Exchange, part: Part = 'object', pick: (draft: Draft, old: KubeObject, x: Exchange) => Draft = (draft) => draft): { readonly object: KubeObject; readonly created: boolean } {
  const media = mediaType(x);
  const kinds = x.resource.type ? [JSON_PATCH, MERGE, STRATEGIC, APPLY] : [JSON_PATCH, MERGE, APPLY];
  if (!kinds.includes(media)) throw unsupportedMediaType(kinds.join(', '));
  if (media !== APPLY && parameter(x.request, 'force') !== undefined) {
    throw invalid({ group: 'meta.k8s.io', name: 'PatchOptions' }, '', [{ type: 'Forbidden', path: 'force', detail: 'may not be specified for non-apply patch' }]);
  }
  if (media === APPLY) {
    const { object, created } = applyObject(x, part, pick);
    return { object: shown(x, object), created };
  }
  const old = existing(x);
  const body = jsonOf(x.request.body, 'application/json');
  const current = speaksOfManagers(body) ? shown(x, old) : fromStored(x, old);
  const patched = applied(x, current, body, media);
  const name = (patched['metadata'] as { name?: unknown } | undefined)?.name;
  if (typeof name === 'string' && name !== x.info.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${x.info.name})`);
  return { object: shown(x, updateDraft(x, old, pick(toStored(x, typed(x, patched, body, media)), old, x), part)), created: false };
}

/** Whether a patch is about managedFields, which stored objects do not carry. */
const speaksOfManagers = (body: unknown): boolean =>
  Array.isArray(body) ? body.some((step: { path?: unknown } | null) => typeof step?.path === 'string' && step.path.startsWith('/metadata/managedFields')) : isPlain(body) && isPlain(body['metadata']) && body['metadata']['managedFields'] !== undefined;

/** The object with the patch applied, as JSON. */
export function applied(x: Exchange, current: KubeObject, body: unknown, media: string): Draft {
  try {
    if (media === JSON_PATCH) return jsonPatch(current, body, same) as Draft;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badRequest('error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}');
    if (media === MERGE) return mergePatch(current, body) as Draft;
    return strategicMerge(current as unknown as Draft, body as Draft, x.resource.type);
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    if (media === JSON_PATCH) {
      if (!Array.isArray(body)) throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp');
      throw new Refusal(failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {}));
    }
    throw error.formal ? badRequest(error.message) : new Refusal(failure(500, '', error.message));
  }
}

/** The patched object in the API's form; a patch that brings unknown fields or wrong types is refused as invalid. */
function typed(x: Exchange, patched: Draft, body: unknown, media: string): Draft {
  const type = x.resource.type;
  if (x.loopback) return patched;
  if (!type) return decodeObject(x, patched, type, x.resource.version, x.resource.kind);
  const told = (): string => (media === STRATEGIC ? goMap(body) : patchedText(x, patched, body));
  try {
    const { object, unknown } = decode(patched, type, media === STRATEGIC);
    if (unknown.length) {
      const texts = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
      const how = fieldValidation(x);
      if (how === 'Strict') throw invalid({ group: '', name: '' }, '', [{ type: 'Invalid value', path: 'patch', value: told(), detail: `strict decoding error: ${texts.join(', ')}` }]);
      if (how === 'Warn') for (const text of texts) x.at.warn(text);
    }
    return object;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw invalid({ group: '', name: '' }, '', [{ type: 'Invalid value', path: 'patch', value: told(), detail: error.message }]);
  }
}

const isPlain = (value: unknown): value is Draft => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The patched object as the patch library writes it: keys in order wherever the patch went. */
function patchedText(x: Exchange, patched: Draft, body: unknown): string {
  const sorted = (value: unknown, touched: unknown): unknown => {
    if (!isPlain(value) || !isPlain(touched)) return value;
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key], touched[key])]));
  };
  const fields = (shown(x, existing(x)).metadata as { managedFields?: unknown }).managedFields;
  const whole: Draft = { ...patched, ...(isPlain(patched['metadata']) && { metadata: { ...patched['metadata'], ...(fields === undefined ? {} : { managedFields: fields }) } }) };
  return JSON.stringify(sorted(whole, Array.isArray(body) ? {} : body));
}
