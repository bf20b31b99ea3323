/**
 * Takes JSON for an object of a type: type errors, unknown fields, and the form in which the API writes it
 * (fields in order, zeroes left out or filled in as the Go type says, quantities canonical, maps sorted).
 * Stands for Go's JSON decoder and encoder with the tags of the API types, and sigs.k8s.io/json for strictness.
 */
import { parseRfc3339, rfc3339, rfc3339Micro } from '../../sim/date.ts';
import { formatQuantity, parseQuantity } from './quantity.ts';
import type { Field, Shape, Type } from './schema.ts';

/** The text of Go's decoder: `json: cannot unmarshal string into Go struct field …`. */
export class DecodeError extends Error {}

/** What came out: a fresh, mutable object, and the paths of fields that the type does not have. */
export interface Decoded {
  readonly object: Record<string, unknown>;
  readonly unknown: readonly string[];
}

type Plain = Record<string, unknown>;

interface State {
  /** Undefined: unknown fields are dropped without a word. */
  readonly unknown: string[] | undefined;
  /** Frozen parts come from the store and are right as they are. */
  readonly trusting: boolean;
  /** Nothing is filled in or left out: what stands there is what was said. */
  readonly sparse: boolean;
  /** Errors in the words of apimachinery's unstructured converter instead of those of Go's JSON decoder. */
  readonly converting?: boolean;
  /** The first wrong type; decoding goes on, since the decoder of Go does. */
  error: DecodeError | undefined;
}

/** Decodes a request's body, or with `converting` a patched object. Throws DecodeError. */
export function decode(value: unknown, type: Type, converting = false): Decoded {
  const unknown: string[] = [];
  const state: State = { unknown, trusting: false, sparse: false, converting, error: undefined };
  const object = decodeObject(value, type, state, '', '', undefined) as Plain;
  if (state.error) throw state.error;
  return { object, unknown };
}

/** The same without filling anything in: the configuration of a server-side apply. Throws DecodeError. */
export function decodeSparse(value: unknown, type: Type): Decoded {
  const unknown: string[] = [];
  const state: State = { unknown, trusting: false, sparse: true, error: undefined };
  const object = decodeObject(value, type, state, '', '', undefined) as Plain;
  if (state.error) throw state.error;
  return { object, unknown };
}

/** What stands for a value of which nothing was said. */
export const absentValue = (shape: Shape): unknown => (shape.base === 'object' ? filled(shape.type!) : EMPTY[shape.base]);

/** Puts an object of one of our own components into the API's form; frozen parts are kept as they are. Throws DecodeError. */
export function normalise(value: unknown, type: Type): Plain {
  const state: State = { unknown: undefined, trusting: true, sparse: false, error: undefined };
  const object = decodeObject(value, type, state, '', '', undefined) as Plain;
  if (state.error) throw state.error;
  return object;
}

/** The same for a part of an object, such as its status. */
export function normalisePart(value: unknown, field: Field): unknown {
  const state: State = { unknown: undefined, trusting: true, sparse: false, error: undefined };
  const part = present(value) ? decodeShape(value, field, state, '', field.name, undefined) : absent(field);
  if (state.error) throw state.error;
  return part;
}

const present = (value: unknown): boolean => value !== null && value !== undefined;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

const GO_WORDS: Readonly<Record<string, string>> = { string: 'string', number: 'number', boolean: 'bool', object: 'object' };
const goKind = (value: unknown): string => (Array.isArray(value) ? 'array' : (GO_WORDS[typeof value] ?? 'null'));

const GO_TYPES: Readonly<Record<string, string>> = {
  string: 'string', boolean: 'bool', int32: 'int32', int64: 'int64', double: 'float64', bytes: '[]uint8', intOrString: 'intstr.IntOrString', quantity: 'resource.Quantity', time: 'v1.Time', microtime: 'v1.MicroTime', any: 'interface {}',
};

/** `[]v1.Container`, `map[string]string`: a shape as Go names it. */
export function goType(shape: Shape): string {
  if (shape.goType) return shape.goType;
  if (shape.base === 'list') return `[]${goType(shape.of!)}`;
  if (shape.base === 'map') return `map[string]${goType(shape.of!)}`;
  if (shape.base !== 'object') return GO_TYPES[shape.base]!;
  const parts = shape.type!.name.split('.');
  return `${parts.at(-2)}.${parts.at(-1)}`;
}

/** `at` is the path with indexes (for unknown fields), `trail` that of names alone (for type errors), `owner` the struct around. */
function wrong(value: unknown, shape: Shape, state: State, trail: string, owner: Type | undefined): undefined {
  if (state.converting) {
    state.error ??= new DecodeError(converterError(value, shape));
    return undefined;
  }
  const what = typeof value === 'number' && (shape.base === 'int32' || shape.base === 'int64') ? `number ${String(value)}` : goKind(value);
  const where = owner ? `Go struct field ${owner.kind}.${trail}` : 'Go value';
  state.error ??= new DecodeError(`json: cannot unmarshal ${what} into ${where} of type ${goType(shape)}`);
  return undefined;
}

function converterError(value: unknown, shape: Shape): string {
  const kind = Array.isArray(value) ? 'slice' : typeof value === 'object' ? 'map' : typeof value === 'number' ? (Number.isInteger(value) ? 'int64' : 'float64') : typeof value === 'boolean' ? 'bool' : 'string';
  if (shape.base === 'list') return `cannot restore slice from ${kind}`;
  if (shape.base === 'map') return `cannot restore map from ${kind}`;
  if (shape.base === 'object') return `cannot restore struct from: ${kind}`;
  const from = kind === 'slice' ? '[]interface {}' : kind === 'map' ? 'map[string]interface {}' : kind;
  return `cannot convert ${from} to ${goType(shape)}`;
}

function decodeObject(value: unknown, type: Type, state: State, at: string, trail: string, owner: Type | undefined): unknown {
  if (!isPlain(value)) return wrong(value, { base: 'object', type }, state, trail, owner);
  if (state.trusting && Object.isFrozen(value)) return value;
  const fields = type.fields;
  const unknown = state.unknown;
  const got: Plain = {};
  if (unknown) {
    for (const name of Object.keys(value)) {
      const field = fields.get(name);
      const path = at ? `${at}.${name}` : name;
      if (!field) unknown.push(path);
      else if (present(value[name])) got[name] = decodeShape(value[name], field, state, path, trail ? `${trail}.${name}` : name, type);
    }
  }
  const out: Plain = {};
  for (const field of fields.values()) {
    const name = field.name;
    let part: unknown;
    if (unknown) part = Object.hasOwn(got, name) ? got[name] : undefined;
    else {
      const given = value[name];
      if (given !== undefined && given !== null && Object.hasOwn(value, name)) part = decodeShape(given, field, state, '', trail ? `${trail}.${name}` : name, type);
    }
    if (!state.sparse && (part === undefined || (!field.pointer && isZero(part, field)))) part = absent(field, part);
    if (part !== undefined) out[name] = part;
  }
  return out;
}

function isZero(value: unknown, field: Field): boolean {
  if (field.base === 'list') return (value as readonly unknown[]).length === 0;
  if (field.base === 'map') return !hasKeys(value as Plain);
  return value === '' || value === 0 || value === false;
}

function hasKeys(value: Plain): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

const EMPTY: Readonly<Record<string, unknown>> = { string: '', boolean: false, int32: 0, int64: 0, double: 0, quantity: '0', intOrString: 0, time: null, microtime: null, any: null };

/** What is written for a field that has no value (or the zero `zero`). */
function absent(field: Field, zero?: unknown): unknown {
  if (field.pointer) return field.always ? null : undefined;
  const base = field.base;
  if (base === 'object') return field.omitZero ? undefined : filled(field.type!);
  if (base === 'time' || base === 'microtime' || base === 'quantity' || base === 'intOrString' || base === 'any') return field.omitZero || (base === 'any' && !field.always) ? undefined : EMPTY[base];
  if (!field.always) return undefined;
  // Protobuf, in which the real server stores, does not tell an empty list from none.
  return base === 'list' || base === 'map' || base === 'bytes' ? null : (zero ?? EMPTY[base]);
}

/** An object of a type of which nothing was said. */
function filled(type: Type): Plain {
  const out: Plain = {};
  for (const field of type.fields.values()) {
    const value = absent(field);
    if (value !== undefined) out[field.name] = value;
  }
  return out;
}

function decodeShape(value: unknown, shape: Shape, state: State, at: string, trail: string, owner: Type | undefined): unknown {
  switch (shape.base) {
    case 'string':
      return typeof value === 'string' ? value : wrong(value, shape, state, trail, owner);
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong(value, shape, state, trail, owner);
    case 'int32':
      return Number.isInteger(value) && (value as number) >= -2147483648 && (value as number) <= 2147483647 ? value : wrong(value, shape, state, trail, owner);
    case 'int64':
      return Number.isInteger(value) ? value : wrong(value, shape, state, trail, owner);
    case 'double':
      return typeof value === 'number' ? value : wrong(value, shape, state, trail, owner);
    case 'object':
      return decodeObject(value, shape.type!, state, at, trail, owner);
    case 'list':
      return decodeList(value, shape, state, at, trail, owner);
    case 'map':
      return decodeMap(value, shape, state, at, trail, owner);
    case 'quantity':
      return decodeQuantity(value);
    case 'intOrString':
      if (typeof value === 'string' || Number.isInteger(value)) return value;
      return wrong(value, { base: 'int32' }, state, trail, owner);
    case 'time':
    case 'microtime':
      return decodeTime(value, shape, state, trail, owner);
    case 'bytes':
      return decodeBytes(value, shape, state, trail, owner);
    case 'any':
      return value;
  }
}

function decodeList(value: unknown, shape: Shape, state: State, at: string, trail: string, owner: Type | undefined): unknown {
  if (!Array.isArray(value)) return wrong(value, shape, state, trail, owner);
  if (state.trusting && Object.isFrozen(value)) return value;
  const of = shape.of!;
  const out: unknown[] = [];
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i];
    const part = present(item) ? decodeShape(item, of, state, state.unknown ? `${at}[${i}]` : '', trail, owner) : of.base === 'object' ? filled(of.type!) : EMPTY[of.base];
    out.push(part);
  }
  return out;
}

function decodeMap(value: unknown, shape: Shape, state: State, at: string, trail: string, owner: Type | undefined): unknown {
  if (!isPlain(value)) return wrong(value, shape, state, trail, owner);
  if (state.trusting && Object.isFrozen(value)) return value;
  const of = shape.of!;
  const out: Plain = {};
  const keys = Object.keys(value);
  for (let i = 1; i < keys.length; i++) {
    if (keys[i - 1]! > keys[i]!) {
      keys.sort();
      break;
    }
  }
  for (const key of keys) {
    const item = value[key];
    const part = present(item) ? decodeShape(item, of, state, `${at}.${key}`, trail, owner) : of.base === 'list' ? null : of.base === 'bytes' ? '' : of.base === 'object' ? filled(of.type!) : EMPTY[of.base];
    if (key === '__proto__') Object.defineProperty(out, key, { value: part, enumerable: true, configurable: true, writable: true });
    else out[key] = part;
  }
  return out;
}

function decodeQuantity(value: unknown): string {
  const q = parseQuantity(typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '-');
  if (typeof q === 'string') throw new DecodeError(q);
  return formatQuantity(q);
}

function decodeTime(value: unknown, shape: Shape, state: State, trail: string, owner: Type | undefined): unknown {
  if (typeof value !== 'string') return wrong(value, { base: 'string' }, state, trail, owner);
  if (shape.base === 'time' ? SECONDS.test(value) : MICROS.test(value)) return value;
  const at = parseRfc3339(value);
  const layout = shape.base === 'time' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00';
  if (at === undefined) throw new DecodeError(`parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(value)} as "2006"`);
  return shape.base === 'microtime' ? rfc3339Micro(at) : rfc3339(at);
}

/** Times as the API writes them. */
const SECONDS = /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ$/;
const MICROS = /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{6}Z$/;

function decodeBytes(value: unknown, shape: Shape, state: State, trail: string, owner: Type | undefined): unknown {
  if (typeof value !== 'string') return wrong(value, shape, state, trail, owner);
  const clean = value.replace(/[\r\n]/g, '');
  const bad = /[^A-Za-z0-9+/]/.exec(clean.replace(/={0,2}$/, ''));
  if (bad) throw new DecodeError(`illegal base64 data at input byte ${bad.index}`);
  if (clean.length % 4 !== 0) throw new DecodeError(`illegal base64 data at input byte ${clean.length - (clean.length % 4)}`);
  return clean;
}
