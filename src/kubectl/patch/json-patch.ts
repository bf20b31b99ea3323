/**
 * JSON patches (RFC 6902) applied here, for --dry-run=client, --local and --overrides.
 * Stands for evanphx/json-patch with its error texts.
 */
import { CliError } from '../errors.ts';
import { ParseError, isMap, parseInteger } from '../go.ts';
import { equal } from './strategic-diff.ts';

/** One operation as it was given. */
export interface Operation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly from?: unknown;
  readonly value?: unknown;
}

type Bag = Record<string, unknown> | unknown[];

const copyOf = (value: unknown): unknown => (Array.isArray(value) ? value.map(copyOf) : isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyOf(part)])) : value);

const invalid = (index: number): CliError => new CliError(`Unable to access invalid index: ${index}: invalid index referenced`);

function indexOf(key: string, most: number): number {
  let index: number;
  try {
    index = parseInteger(key, 64, 10, 'Atoi');
  } catch (error) {
    if (error instanceof ParseError) throw new CliError(error.message);
    throw error;
  }
  if (index > most || index < -most - 1) throw invalid(index);
  return index < 0 ? index + most + 1 : index;
}

function get(bag: Bag, key: string): unknown {
  return Array.isArray(bag) ? bag[indexOf(key, bag.length - 1)] : Object.hasOwn(bag, key) ? bag[key] : undefined;
}

function add(bag: Bag, key: string, value: unknown): void {
  if (!Array.isArray(bag)) bag[key] = value;
  else if (key === '-') bag.push(value);
  else if (!/^[-+]?\d+$/.test(key)) throw new CliError(`value was not a proper array index: '${key}': strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`);
  else bag.splice(indexOf(key, bag.length), 0, value);
}

function remove(bag: Bag, key: string): void {
  if (Array.isArray(bag)) bag.splice(indexOf(key, bag.length - 1), 1);
  else if (!Object.hasOwn(bag, key)) throw new CliError(`Unable to remove nonexistent key: ${key}: missing value`);
  else delete bag[key];
}

/** What a pointer leads into, and its last part; undefined when there is nothing on the way. */
function locate(document: Bag, pointer: string): { readonly bag: Bag; readonly key: string } | undefined {
  const parts = pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const key = parts.pop();
  if (key === undefined) return undefined;
  let bag: Bag = document;
  for (const part of parts) {
    let next: unknown;
    try {
      next = get(bag, part);
    } catch (error) {
      if (error instanceof CliError) return undefined;
      throw error;
    }
    if (typeof next !== 'object' || next === null) return undefined;
    bag = next as Bag;
  }
  return { bag, key };
}

/** Runs `act`; what goes wrong in it is told with where. */
function within<T>(where: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`${where}${error.message}`);
    throw error;
  }
}

/** The document after all operations. Throws CliError. */
export function applyJsonPatch(original: unknown, operations: readonly Operation[]): unknown {
  let document = copyOf(original) as Bag;
  for (const { op, path, from, value } of operations) {
    const kind = typeof op === 'string' ? op : 'unknown';
    const lacks = (what: string, field: string): CliError => new CliError(`${kind} operation failed to decode ${what}: ${kind === 'add' || kind === 'remove' ? '' : `operation${field === 'from' ? ',' : ''} missing ${field} field: `}missing value`);
    if (!['add', 'remove', 'replace', 'move', 'copy', 'test'].includes(kind)) throw new CliError(`Unexpected kind: ${kind}`);
    let moved: unknown;
    if (kind === 'move' || kind === 'copy') {
      if (typeof from !== 'string') throw lacks('from', 'from');
      const source = locate(document, from);
      if (!source) throw new CliError(`${kind} operation does not apply: doc is missing from path: ${from}: missing value`);
      moved = within(kind === 'move' ? `error in move for path: '${source.key}': ` : `error in copy for from: '${from}': `, () => {
        const found = get(source.bag, source.key);
        if (kind === 'move') remove(source.bag, source.key);
        return copyOf(found);
      });
    }
    if (typeof path !== 'string') throw lacks('path', 'path');
    if (path === '' && (kind === 'replace' || kind === 'test')) {
      if (kind === 'replace') document = copyOf(value) as Bag;
      else if (!equal(document, value)) throw new CliError('testing value  failed: test failed');
      continue;
    }
    const target = locate(document, path);
    const quoted = kind === 'add' || kind === 'remove';
    if (!target) throw new CliError(`${kind} operation does not apply: ${kind === 'test' ? 'is missing path' : kind === 'move' || kind === 'copy' ? 'doc is missing destination path' : 'doc is missing path'}: ${quoted ? JSON.stringify(path) : path}: missing value`);
    const { bag, key } = target;
    if (kind === 'add') within(`error in add for path: '${path}': `, () => add(bag, key, copyOf(value ?? null)));
    else if (kind === 'remove') within(`error in remove for path: '${path}': `, () => remove(bag, key));
    else if (kind === 'move') within(`error in move for path: '${path}': `, () => add(bag, key, moved));
    else if (kind === 'copy') within('error while adding value during copy: ', () => add(bag, key, moved));
    else if (kind === 'test') {
      const there = within(`error in test for path: '${path}': `, () => get(bag, key));
      if (!equal(there ?? null, value ?? null)) throw new CliError(`testing value ${path} failed: test failed`);
    } else {
      try {
        get(bag, key);
      } catch (error) {
        if (error instanceof CliError) throw new CliError(`replace operation does not apply: doc is missing key: ${path}: missing value`);
        throw error;
      }
      if (Array.isArray(bag)) bag[indexOf(key, bag.length - 1)] = copyOf(value ?? null);
      else bag[key] = copyOf(value ?? null);
    }
  }
  return document;
}
