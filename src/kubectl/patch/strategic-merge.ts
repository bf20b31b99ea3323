/**
 * A strategic merge patch applied to an object, and two such patches made one.
 * Stands for apimachinery's util/strategicpatch, the half that applies patches; originals are never changed.
 */
import { CliError } from '../errors.ts';
import { isMap, plain, type Rec } from '../go.ts';
import { ruleFor, type Rule } from './rules.ts';

type Out = Record<string, unknown>;
type List = readonly unknown[];

interface Mode {
  readonly kind: string;
  /** Directives are followed; otherwise they are kept, for the server. */
  readonly apply: boolean;
}

const DELETE = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';

/** Two patches as one: the second goes over the first. */
export const mergePatches = (first: Rec, second: Rec, kind: string): Rec => mergeMap(first, second, '', { kind, apply: false });

/** The object with the patch applied. Throws CliError. */
export const applyStrategic = (object: Rec, patch: Rec, kind: string): Rec => mergeMap(object, patch, '', { kind, apply: true });

const under = (path: string, key: string): string => (path ? `${path}.${key}` : key);
const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);

/** A value of a patch where the object has none: without what `$patch` marks, and without nulls when they are to go. */
function clean(value: unknown, nulls: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => clean(item, nulls)).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if ('$patch' in value) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, part === null && !nulls ? undefined : clean(part, nulls)]).filter(([, part]) => part !== undefined));
}

function mergeMap(original: Rec, given: Rec, path: string, mode: Mode): Rec {
  if ('$patch' in given) {
    const { $patch: directive, ...rest } = given;
    if (directive === 'replace') return rest;
    if (directive === 'delete') return {};
    throw new CliError(`unknown patch type: ${plain(directive)} in map: ${plain(given)}`);
  }
  let out: Out = { ...original };
  const patch: Out = { ...given };
  const retain = patch['$retainKeys'];
  if (retain !== undefined) {
    delete patch['$retainKeys'];
    if (!mode.apply) out['$retainKeys'] = retain;
    else out = Object.fromEntries(Object.entries(out).filter(([key]) => (retain as List).includes(key)));
  }
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(ORDER)) continue;
    delete patch[directive];
    if (!mode.apply) out[directive] = order;
    const key = directive.slice(ORDER.length);
    const rule = ruleFor(mode.kind, under(path, key));
    const before = out[key] as List | undefined;
    const change = patch[key] as List | undefined;
    if (!before && !change) continue;
    const merged = !change ? before! : !before ? (clean(change, true) as List) : mergeList(before, change, under(path, key), rule, mode);
    out[key] = arrange(merged, order as List, before ?? [], rule.key);
    delete patch[key];
  }
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith(DELETE)) {
      if (!mode.apply) out[name] = value;
      else {
        const key = name.slice(DELETE.length);
        if (Array.isArray(out[key])) out[key] = (out[key] as List).filter((one) => !(value as List).includes(one));
      }
      continue;
    }
    if (value === null) {
      if (mode.apply) delete out[name];
      else out[name] = null;
      continue;
    }
    const before = out[name];
    const rule = ruleFor(mode.kind, under(path, name));
    if (before === undefined || kindOf(before) !== kindOf(value)) {
      const kept = clean(value, !mode.apply);
      if (kept === undefined) delete out[name];
      else out[name] = kept;
    } else if (isMap(before) && isMap(value)) out[name] = rule.replace ? value : mergeMap(before, value, under(path, name), mode);
    else if (Array.isArray(before) && Array.isArray(value)) out[name] = rule.merge ? mergeList(before, value, under(path, name), rule, mode) : value;
    else out[name] = value;
  }
  return out;
}

const sameKey = (key: string, value: unknown) => (item: unknown): boolean => isMap(item) && item[key] === value;

function mergeList(original: List, patch: List, path: string, rule: Rule, mode: Mode): List {
  if (original.length === 0 && patch.length === 0) return original;
  const key = rule.key;
  if (key === undefined || !isMap(original[0] ?? patch[0])) return arrange([...new Set([...original, ...patch])], patch, original, undefined);
  let merged = [...original];
  const plainItems: Rec[] = [];
  for (const item of patch as readonly Rec[]) {
    if (!('$patch' in item)) plainItems.push(item);
    else if (item['$patch'] === 'replace') merged = [];
    else if (item['$patch'] !== 'delete') throw new CliError(`unknown patch type: ${plain(item['$patch'])} in map: ${plain(item)}`);
    else if (!mode.apply) plainItems.push(item);
    else merged = merged.filter((one) => !sameKey(key, item[key])(one));
  }
  for (const item of plainItems) {
    if (!(key in item)) throw new CliError(`map: ${plain(item)} does not contain declared merge key: ${key}`);
    const at = merged.findIndex(sameKey(key, item[key]));
    if (at < 0) merged.push(item);
    else merged[at] = '$patch' in item ? item : mergeMap(merged[at] as Rec, item, path, mode);
  }
  return arrange(merged, patch.filter((item) => !isMap(item) || item['$patch'] !== 'replace'), original, key);
}

/** Items of the patch in its order, the server's own between them where they stood. */
function arrange(merged: List, order: List, server: List, key: string | undefined): List {
  const id = (item: unknown): unknown => (key !== undefined && isMap(item) ? item[key] : item);
  const rank = new Map(order.map((item, i) => [id(item), i]));
  const was = new Map(server.map((item, i) => [id(item), i]));
  const deleted = (item: unknown): boolean => isMap(item) && item['$patch'] === 'delete';
  const mine = merged.filter((item) => rank.has(id(item)) && !deleted(item)).sort((a, b) => rank.get(id(a))! - rank.get(id(b))!);
  const right = [...mine, ...merged.filter((item) => rank.has(id(item)) && deleted(item))];
  const left = merged.filter((item) => !rank.has(id(item)));
  const out: unknown[] = [];
  let i = 0;
  for (const item of right) {
    const at = was.get(id(item));
    while (i < left.length && at !== undefined && (was.get(id(left[i])) ?? Infinity) < at) out.push(left[i++]);
    out.push(item);
  }
  return [...out, ...left.slice(i)];
}
