/**
 * Structural schemas of custom resources: what is pruned, defaulted, and wrong with a value.
 * Stands for apiextensions-apiserver's structural schemas and kube-openapi's validation.
 * Unlike Kubernetes: rules in CEL (x-kubernetes-validations) are not evaluated.
 */
import { same, thaw } from '../frozen.ts';
import type { FieldError } from '../kind.ts';

/** JSONSchemaProps, as far as it is looked at. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly unknown[];
}

type Plain = Record<string, unknown>;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value without fields that the schema does not have, keys in order; their paths go to `unknown`. */
export function prune(value: unknown, schema: Schema | undefined, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, i) => prune(item, schema?.items, `${path}[${i}]`, unknown));
  if (!isPlain(value)) return value;
  const out: Plain = {};
  const keeps = !schema || schema['x-kubernetes-preserve-unknown-fields'];
  for (const key of Object.keys(value).sort()) {
    const at = path ? `${path}.${key}` : key;
    const known = schema?.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    const extra = schema?.additionalProperties;
    if (known) put(out, key, prune(value[key], known, at, unknown));
    else if (extra !== undefined && extra !== false) put(out, key, prune(value[key], extra === true ? undefined : extra, at, unknown));
    else if (keeps || (schema['x-kubernetes-embedded-resource'] && /^(apiVersion|kind|metadata)$/.test(key))) put(out, key, prune(value[key], undefined, at, unknown));
    else unknown.push(at);
  }
  return out;
}

function put(object: Plain, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** Fills in what is missing and has a default; a null that may not be one counts as missing. */
export function fillDefaults(value: unknown, schema: Schema | undefined): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    for (const item of value) fillDefaults(item, schema.items);
    return;
  }
  if (!isPlain(value)) return;
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    if (value[key] === null && !field.nullable && field.default !== undefined) delete value[key];
    if (!Object.hasOwn(value, key) && field.default !== undefined) value[key] = thaw(field.default);
    if (Object.hasOwn(value, key)) fillDefaults(value[key], field);
  }
  if (isPlain(schema.additionalProperties)) for (const [key, part] of Object.entries(value)) if (!schema.properties || !Object.hasOwn(schema.properties, key)) fillDefaults(part, schema.additionalProperties as Schema);
}

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value);

function isType(value: unknown, schema: Schema): boolean {
  const actual = typeOf(value);
  if (schema['x-kubernetes-int-or-string']) return actual === 'integer' || actual === 'string';
  return !schema.type || actual === schema.type || (schema.type === 'number' && actual === 'integer');
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  uuid: /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
  ipv4: /^(\d{1,3}\.){3}\d{1,3}$/,
  email: /^[^@\s]+@[^@\s]+$/,
  byte: /^[A-Za-z0-9+/]*={0,2}$/,
};

/** Everything wrong with a value, in the words of the real validator. */
export function check(value: unknown, schema: Schema, path: string, out: FieldError[]): void {
  const body = `${path} in body`;
  const invalid = (given: unknown, detail: string): void => void out.push({ type: 'Invalid value', path, value: given, detail });
  if (value === null && schema.nullable) return;
  if (!isType(value, schema)) {
    out.push({ type: 'Type invalid', path, value: typeOf(value), detail: `${body} must be of type ${schema.type ?? 'integer,string'}: ${JSON.stringify(typeOf(value))}` });
    return;
  }
  if (schema.enum && !schema.enum.some((one) => same(one, value))) {
    out.push({ type: 'Unsupported value', path, value, detail: `supported values: ${schema.enum.map((one) => (typeof one === 'string' ? JSON.stringify(one) : JSON.stringify(JSON.stringify(one)))).join(', ')}` });
  }
  if (typeof value === 'string') checkText(value, schema, path, body, out);
  else if (typeof value === 'number') {
    const { minimum, maximum, multipleOf } = schema;
    if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) invalid(value, `${body} should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
    if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) invalid(value, `${body} should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
    if (multipleOf !== undefined && value % multipleOf !== 0) invalid(value, `${body} should be a multiple of ${multipleOf}`);
  } else if (Array.isArray(value)) checkList(value, schema, path, body, out);
  else if (isPlain(value)) checkObject(value, schema, path, body, out);
  combine(value, schema, path, body, out);
}

function checkText(value: string, schema: Schema, path: string, body: string, out: FieldError[]): void {
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) return void out.push({ type: 'Too long', path, detail: `may not be more than ${schema.maxLength} bytes` });
  if (schema.minLength !== undefined && length < schema.minLength) return void out.push({ type: 'Invalid value', path, value, detail: `${body} should be at least ${schema.minLength} chars long` });
  if (schema.pattern !== undefined && !matches(schema.pattern, value)) return void out.push({ type: 'Invalid value', path, value, detail: `${body} should match '${schema.pattern}'` });
  const form = schema.format !== undefined && Object.hasOwn(FORMATS, schema.format) ? FORMATS[schema.format] : undefined;
  if (form && !form.test(value)) out.push({ type: 'Invalid value', path, value, detail: `${body} must be of type ${schema.format}: ${JSON.stringify(value)}` });
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return new RegExp(pattern).test(value);
  }
}

function checkList(value: readonly unknown[], schema: Schema, path: string, body: string, out: FieldError[]): void {
  if (schema.items) for (const [i, item] of value.entries()) check(item, schema.items, `${path}[${i}]`, out);
  if (schema.maxItems !== undefined && value.length > schema.maxItems) out.push({ type: 'Too many', path, value: value.length, detail: `must have at most ${schema.maxItems} item${schema.maxItems === 1 ? '' : 's'}` });
  if (schema.minItems !== undefined && value.length < schema.minItems) out.push({ type: 'Invalid value', path, value: value.length, detail: `${body} should have at least ${schema.minItems} items` });
}

function checkObject(value: Plain, schema: Schema, path: string, body: string, out: FieldError[]): void {
  const at = (key: string): string => (path ? `${path}.${key}` : key);
  for (const [key, part] of Object.entries(value)) {
    const known = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : isPlain(schema.additionalProperties) ? (schema.additionalProperties as Schema) : undefined;
    if (known) check(part, known, at(key), out);
  }
  for (const key of schema.required ?? []) if (!Object.hasOwn(value, key)) out.push({ type: 'Required value', path: at(key) });
  const count = Object.keys(value).length;
  if (schema.maxProperties !== undefined && count > schema.maxProperties) out.push({ type: 'Too many', path, value: count, detail: `must have at most ${schema.maxProperties} items` });
  if (schema.minProperties !== undefined && count < schema.minProperties) out.push({ type: 'Invalid value', path, value: count, detail: `${body} should have at least ${schema.minProperties} properties` });
}

const passes = (value: unknown, schema: Schema, path: string): boolean => {
  const errors: FieldError[] = [];
  check(value, schema, path, errors);
  return errors.length === 0;
};

function combine(value: unknown, schema: Schema, path: string, body: string, out: FieldError[]): void {
  const invalid = (detail: string): void => void out.push({ type: 'Invalid value', path, value: '', detail });
  for (const each of schema.allOf ?? []) check(value, each, path, out);
  if (schema.anyOf?.length && !schema.anyOf.some((each) => passes(value, each, path))) invalid(`${JSON.stringify(path)} must validate at least one schema (anyOf)`);
  if (schema.oneOf?.length) {
    const fit = schema.oneOf.filter((each) => passes(value, each, path)).length;
    if (fit !== 1) invalid(`${JSON.stringify(path)} must validate one and only one schema (oneOf). ${fit === 0 ? 'Found none valid' : `Found ${fit} valid alternatives`}`);
  }
  if (schema.not && passes(value, schema.not, path)) invalid(`${JSON.stringify(path)} must not validate the schema (not)`);
  if (body === '') return;
}

/** Duplicates in lists that are sets or maps. */
export function checkLists(value: unknown, schema: Schema | undefined, path: string, out: FieldError[]): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    const kind = schema['x-kubernetes-list-type'];
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    const seen = new Set<string>();
    for (const [i, item] of value.entries()) {
      if (kind === 'set' || kind === 'map') {
        const mark: unknown = kind === 'set' ? item : Object.fromEntries(keys.map((k) => [k, isPlain(item) ? item[k] : undefined]));
        const text = JSON.stringify(mark);
        if (seen.has(text)) out.push({ type: 'Duplicate value', path: `${path}[${i}]`, value: mark });
        seen.add(text);
      }
      checkLists(item, schema.items, `${path}[${i}]`, out);
    }
  } else if (isPlain(value)) {
    for (const [key, part] of Object.entries(value)) {
      const known = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : isPlain(schema.additionalProperties) ? (schema.additionalProperties as Schema) : undefined;
      checkLists(part, known, path ? `${path}.${key}` : key, out);
    }
  }
}

/** Whether rules in CEL stand anywhere in it. */
export function hasRules(schema: Schema | undefined): boolean {
  if (!schema) return false;
  if (schema['x-kubernetes-validations']?.length) return true;
  return Object.values(schema.properties ?? {}).some(hasRules) || hasRules(schema.items) || (isPlain(schema.additionalProperties) && hasRules(schema.additionalProperties as Schema));
}
