/**
 * What filters of jq do with values: indexing, slices, paths, arithmetic. Messages are those of jq 1.6.
 */
import { byteLength } from './bytes.ts';
import { compare, dump, JqError, type Json, type Table, typeOf } from './jq-json.ts';

export type Path = Json[];

export const truthy = (v: Json): boolean => v !== null && v !== false;
/** A value as jq's messages show it. */
export function brief(v: Json): string {
  const text = dump(v);
  return byteLength(text) > 14 ? `${text.slice(0, 11)}...` : text;
}
export const described = (v: Json): string => `${typeOf(v)} (${brief(v)})`;

/** The value at a key; null where nothing is. */
export function get(v: Json, key: Json): Json {
  if (typeof key === 'string') {
    if (v === null) return null;
    if (v instanceof Map) return v.get(key) ?? null;
    throw new JqError(`Cannot index ${typeOf(v)} with ${v === null || typeof v === 'string' ? `string "${key}"` : `"${key}"`}`);
  }
  if (typeof key === 'number') {
    if (v === null) return null;
    if (Array.isArray(v)) return v[Math.floor(key) < 0 ? v.length + Math.floor(key) : Math.floor(key)] ?? null;
    throw new JqError(`Cannot index ${typeOf(v)} with number`);
  }
  if (key instanceof Map) return slice(v, key.get('start') ?? null, key.get('end') ?? null);
  if (Array.isArray(key) && Array.isArray(v)) return indices(v, key);
  throw new JqError(`Cannot index ${typeOf(v)} with ${typeOf(key)}`);
}

/** Where `part` begins inside `v`. */
export function indices(v: Json, part: Json): Json {
  if (v === null) return null;
  const out: Json[] = [];
  if (typeof v === 'string' && typeof part === 'string') {
    for (let at = part ? v.indexOf(part) : -1; at >= 0; at = v.indexOf(part, at + 1)) out.push([...v.slice(0, at)].length);
  } else if (Array.isArray(v)) {
    const items = Array.isArray(part) ? part : [part];
    for (let i = 0; items.length && i + items.length <= v.length; i++) if (items.every((x, k) => compare(v[i + k]!, x) === 0)) out.push(i);
  }
  return out;
}

function bounds(length: number, from: Json, to: Json): [number, number] {
  const clamp = (n: number): number => Math.max(0, Math.min(length, n < 0 ? n + length : n));
  for (const x of [from, to]) if (x !== null && typeof x !== 'number') throw new JqError('Start and end indices of an array slice must be numbers');
  const a = clamp(from === null ? 0 : Math.floor(from as number));
  return [a, Math.max(a, clamp(to === null ? length : Math.ceil(to as number)))];
}

export function slice(v: Json, from: Json, to: Json): Json {
  if (v === null) return null;
  if (typeof v === 'string') {
    const chars = [...v];
    return chars.slice(...bounds(chars.length, from, to)).join('');
  }
  if (Array.isArray(v)) return v.slice(...bounds(v.length, from, to));
  throw new JqError(`Cannot index ${typeOf(v)} with object`);
}

/** A copy of `v` in which `change` was done to what stands at a path. `undefined` deletes it. */
export function setPath(v: Json, path: readonly Json[], change: (old: Json) => Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return change(v) ?? null;
  if (typeof key === 'string') {
    if (v !== null && !(v instanceof Map)) throw new JqError(`Cannot index ${typeOf(v)} with "${key}"`);
    const out: Table = new Map(v ?? []);
    const next = rest.length ? setPath(out.get(key) ?? null, rest, change) : change(out.get(key) ?? null);
    if (next === undefined) out.delete(key);
    else out.set(key, next);
    return out;
  }
  if (typeof key === 'number') {
    if (v !== null && !Array.isArray(v)) throw new JqError(`Cannot index ${typeOf(v)} with number`);
    const out = [...(v ?? [])];
    const at = key < 0 ? out.length + key : key;
    if (at < 0) throw new JqError('Out of bounds negative array index');
    const next = rest.length ? setPath(out[at] ?? null, rest, change) : change(out[at] ?? null);
    if (next === undefined) {
      if (at < out.length) out.splice(at, 1);
      return out;
    }
    while (out.length < at) out.push(null);
    out[at] = next;
    return out;
  }
  if (key instanceof Map) {
    if (v !== null && !Array.isArray(v)) throw new JqError(`Cannot update field at object index of ${typeOf(v)}`);
    const list = v ?? [];
    const [from, to] = bounds(list.length, key.get('start') ?? null, key.get('end') ?? null);
    const next = rest.length ? setPath(list.slice(from, to), rest, change) : change(list.slice(from, to));
    if (next !== undefined && !Array.isArray(next)) throw new JqError('A slice of an array can only be assigned another array');
    return [...list.slice(0, from), ...(next ?? []), ...list.slice(to)];
  }
  throw new JqError(`Invalid path component`);
}

/** Deletes several paths, the last first, so that earlier ones stay right. */
export function deletePaths(v: Json, paths: readonly Path[]): Json {
  return [...paths].sort((a, b) => compare(b, a)).reduce((out, path) => (path.length ? (existing(out, path) ? setPath(out, path, () => undefined) : out) : null), v);
}

const existing = (v: Json, path: Path): boolean => {
  let at: Json = v;
  for (const key of path) {
    if (at === null) return false;
    at = get(at, key);
  }
  return true;
};

export function math(op: string, a: Json, b: Json): Json {
  switch (op) {
    case '+':
      if (a === null) return b;
      if (b === null) return a;
      if (typeof a === 'number' && typeof b === 'number') return a + b;
      if (typeof a === 'string' && typeof b === 'string') return a + b;
      if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
      if (a instanceof Map && b instanceof Map) return new Map([...a, ...b]);
      throw new JqError(`${described(a)} and ${described(b)} cannot be added`);
    case '-':
      if (typeof a === 'number' && typeof b === 'number') return a - b;
      if (Array.isArray(a) && Array.isArray(b)) return a.filter((x) => !b.some((y) => compare(x, y) === 0));
      throw new JqError(`${described(a)} and ${described(b)} cannot be subtracted`);
    case '*': {
      if (typeof a === 'number' && typeof b === 'number') return a * b;
      const [s, n] = typeof a === 'string' ? [a, b] : [b, a];
      if (typeof s === 'string' && typeof n === 'number') return n > 0 ? s.repeat(Math.max(1, Math.floor(n))) : null;
      if (a instanceof Map && b instanceof Map) return merge(a, b);
      throw new JqError(`${described(a)} and ${described(b)} cannot be multiplied`);
    }
    case '/':
      if (typeof a === 'number' && typeof b === 'number') {
        if (b === 0) throw new JqError(`${described(a)} and ${described(b)} cannot be divided because the divisor is zero`);
        return a / b;
      }
      if (typeof a === 'string' && typeof b === 'string') return a === '' ? [] : a.split(b);
      throw new JqError(`${described(a)} and ${described(b)} cannot be divided`);
    case '%':
      if (typeof a === 'number' && typeof b === 'number') {
        if (Math.trunc(b) === 0) throw new JqError(`${described(a)} and ${described(b)} cannot be divided because the divisor is zero`);
        return Math.trunc(a) % Math.abs(Math.trunc(b));
      }
      throw new JqError(`${described(a)} and ${described(b)} cannot be divided`);
    case '==': return compare(a, b) === 0;
    case '!=': return compare(a, b) !== 0;
    case '<': return compare(a, b) < 0;
    case '<=': return compare(a, b) <= 0;
    case '>': return compare(a, b) > 0;
    default: return compare(a, b) >= 0;
  }
}

function merge(a: Table, b: Table): Table {
  const out: Table = new Map(a);
  for (const [key, v] of b) {
    const old = out.get(key);
    out.set(key, old instanceof Map && v instanceof Map ? merge(old, v) : v);
  }
  return out;
}
