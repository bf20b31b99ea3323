/**
 * Strategic merge patch: lists merged by key, with the directives $patch, $retainKeys, $setElementOrder and $deleteFromPrimitiveList.
 * Stands for k8s.io/apimachinery/pkg/util/strategicpatch.
 */
import type { Field, Shape, Type } from '../schema/schema.ts';
import { same } from './frozen.ts';
import { PatchError } from './merge-patch.ts';

type Plain = Record<string, unknown>;
type List = readonly unknown[];

const DIRECTIVE = '$patch';
const RETAIN = '$retainKeys';
const ORDER = '$setElementOrder/';
const DELETE = '$deleteFromPrimitiveList/';

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The original with the patch applied; what the patch does not touch is shared. Throws PatchError. */
export const strategicMerge = (original: Plain, patch: Plain, type: Type | undefined): Plain => mergeObject(original, patch, type);

/** A value of a patch that meets nothing to merge with: directives and nulls are dropped. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return (value as List).filter((item) => !(isPlain(item) && item[DIRECTIVE] !== undefined)).map(plain);
  if (!isPlain(value)) return value;
  const out: Plain = {};
  for (const [key, part] of Object.entries(value)) {
    if (part !== null && key !== DIRECTIVE && key !== RETAIN && !key.startsWith(ORDER) && !key.startsWith(DELETE)) out[key] = plain(part);
  }
  return out;
}

function mergeObject(original: Plain, patch: Plain, type: Type | undefined): Plain {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') return plain(patch) as Plain;
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') throw new PatchError(`Unknown patch type: ${String(directive)}`);
  let out: Plain = { ...original };
  const retain = patch[RETAIN];
  if (retain !== undefined) {
    if (!Array.isArray(retain)) throw new PatchError('invalid patch format of retainKeys', true);
    for (const key of Object.keys(patch)) {
      if (!key.startsWith('$') && !retain.includes(key) && patch[key] !== null) throw new PatchError(`value ${JSON.stringify(retain)} in retainKeys list does not contain all keys in the patch`);
    }
    out = Object.fromEntries(Object.entries(out).filter(([key]) => retain.includes(key)));
  }
  const done = new Set<string>();
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(ORDER)) continue;
    const name = key.slice(ORDER.length);
    done.add(name);
    const merged = orderList(out[name], patch[name], patch[key], patch[DELETE + name], fieldOf(type, name));
    if (merged !== undefined) out[name] = merged;
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key === DIRECTIVE || key === RETAIN || key.startsWith(ORDER) || done.has(key)) continue;
    if (key.startsWith(DELETE)) {
      const name = key.slice(DELETE.length);
      if (!done.has(name) && Array.isArray(out[name])) out[name] = without(out[name] as List, value);
      continue;
    }
    if (value === null) {
      delete out[key];
      continue;
    }
    out[key] = mergeValue(out[key], value, fieldOf(type, key));
  }
  return out;
}

const fieldOf = (type: Type | undefined, name: string): Field | undefined => type?.fields.get(name);
const typeIn = (shape: Shape | undefined): Type | undefined => (shape?.base === 'object' ? shape.type : shape?.base === 'list' || shape?.base === 'map' ? typeIn(shape.of) : undefined);

function mergeValue(original: unknown, value: unknown, field: Field | undefined): unknown {
  if (original === undefined || original === null) return plain(value);
  if (isPlain(value) && isPlain(original)) {
    if (field?.replace) return plain(value);
    return field?.base === 'map' ? mergeMap(original, value, field) : mergeObject(original, value, field?.type);
  }
  if (Array.isArray(value) && Array.isArray(original) && field?.merge) return mergeList(original, value, field);
  return plain(value);
}

/** A map keeps its values' types. */
function mergeMap(original: Plain, patch: Plain, field: Field): Plain {
  const type = typeIn(field.of);
  const out: Plain = { ...original };
  if (patch[DIRECTIVE] === 'replace') return plain(patch) as Plain;
  if (patch[DIRECTIVE] === 'delete') return {};
  for (const [key, value] of Object.entries(patch)) {
    if (key === DIRECTIVE) continue;
    if (value === null) delete out[key];
    else if (isPlain(value) && isPlain(out[key])) out[key] = mergeObject(out[key], value, type);
    else out[key] = plain(value);
  }
  return out;
}

function keyIn(item: unknown, mergeKey: string): unknown {
  if (!isPlain(item) || item[mergeKey] === undefined) throw new PatchError(`map: ${goMap(item)} does not contain declared merge key: ${mergeKey}`);
  return item[mergeKey];
}

/** A map as Go's %v writes it. */
export function goMap(value: unknown): string {
  if (Array.isArray(value)) return `[${(value as List).map(goMap).join(' ')}]`;
  if (isPlain(value)) return `map[${Object.keys(value).sort().map((key) => `${key}:${goMap(value[key])}`).join(' ')}]`;
  return value === null ? '<nil>' : String(value);
}

function mergeList(original: List, patch: List, field: Field): List {
  const merged: Merged = field.mergeKey === undefined ? [...original, ...patch.filter((item, i) => !original.includes(item) && patch.indexOf(item) === i)] : mergeByKey(original, patch, field, field.mergeKey);
  const rest = field.mergeKey === undefined ? patch : patch.filter((item) => !(isPlain(item) && item[DIRECTIVE] !== undefined));
  if (merged.replaced) return merged;
  return arrange(merged, rest, original, field.mergeKey);
}

type Merged = List & { readonly replaced?: true };

function mergeByKey(original: List, patch: List, field: Field, mergeKey: string): Merged {
  const type = typeIn(field);
  let out: unknown[] = [...original];
  const rest: Plain[] = [];
  let replace = false;
  for (const item of patch) {
    if (!isPlain(item)) throw new PatchError('The order in patch list does not match');
    const directive = item[DIRECTIVE];
    if (directive === 'replace') replace = true;
    else if (directive === 'delete') {
      const key = keyIn(item, mergeKey);
      out = out.filter((o) => !same((o as Plain)[mergeKey], key));
    } else if (directive === 'merge') throw new PatchError('Merging lists cannot yet be specified in the patch');
    else if (directive !== undefined) throw new PatchError(`Unknown patch type: ${String(directive)}`);
    else rest.push(item);
  }
  if (replace) return Object.assign(rest.map(plain), { replaced: true as const });
  for (const item of rest) {
    const key = keyIn(item, mergeKey);
    const i = out.findIndex((o) => isPlain(o) && same(o[mergeKey], key));
    if (i >= 0) out[i] = mergeObject(out[i] as Plain, item, type);
    else out.push(plain(item));
  }
  return out;
}

const without = (list: List, gone: unknown): List => (Array.isArray(gone) ? list.filter((item) => !gone.includes(item)) : list);

/** Merges a list and puts it into the order that the patch demands. */
function orderList(original: unknown, patch: unknown, order: unknown, gone: unknown, field: Field | undefined): List | undefined {
  if (!Array.isArray(order)) throw new PatchError('invalid patch format of setElementOrder list', true);
  const mergeKey = field?.mergeKey;
  let list: List | undefined;
  if (Array.isArray(original)) {
    list = without(original, gone);
    if (Array.isArray(patch)) list = mergeKey === undefined ? [...list, ...(patch as List).filter((item) => !list!.includes(item))] : mergeByKey(list, patch, field!, mergeKey);
  } else if (Array.isArray(patch)) list = plain(patch) as List;
  return list && arrange(list, order, Array.isArray(original) ? original : [], mergeKey);
}

/** Items of the patch in the patch's order, the others in the server's, interleaved as the server had them. */
function arrange(list: List, patchOrder: List, serverOrder: List, mergeKey: string | undefined): List {
  const key = (item: unknown): unknown => (mergeKey === undefined ? item : (item as Plain)[mergeKey]);
  const index = (order: List, item: unknown): number => order.findIndex((o) => same(key(o), key(item)));
  const by = (order: List) => (a: unknown, b: unknown): number => index(order, a) - index(order, b);
  const fromPatch = list.filter((item) => index(patchOrder, item) >= 0).sort(by(patchOrder));
  const others = list.filter((item) => index(patchOrder, item) < 0).sort(by(serverOrder));
  const out: unknown[] = [];
  let i = 0;
  let j = 0;
  while (i < others.length || j < fromPatch.length) {
    if (i >= others.length) out.push(fromPatch[j++]);
    else if (j >= fromPatch.length) out.push(others[i++]);
    else {
      const left = index(serverOrder, others[i]);
      const right = index(serverOrder, fromPatch[j]);
      out.push(left >= 0 && right >= 0 && left < right ? others[i++] : fromPatch[j++]);
    }
  }
  return out;
}
