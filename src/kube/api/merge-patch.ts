/**
 * JSON merge patch (RFC 7386) and JSON patch (RFC 6902). Neither changes what it is given: whatever the patch does not touch is shared.
 * Stands for gopkg.in/evanphx/json-patch.
 */

type Plain = Record<string, unknown>;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

function put(object: Plain, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** The target with a merge patch applied. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return patch;
  const out: Plain = isPlain(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null || value === undefined) delete out[key];
    else put(out, key, isPlain(value) ? mergePatch(Object.hasOwn(out, key) ? out[key] : undefined, value) : value);
  }
  return out;
}

/** A JSON patch that cannot be applied. */
export class PatchError extends Error {
  /** The patch has a wrong form, rather than not fitting the object. */
  readonly formal: boolean;
  constructor(message: string, formal = false) {
    super(message);
    this.formal = formal;
  }
}

interface Step {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

const pointer = (path: string): readonly string[] => {
  if (path === '') return [];
  if (!path.startsWith('/')) throw new PatchError(`invalid path ${path}`);
  return path.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
};

function get(document: unknown, path: readonly string[], op: string, text: string): unknown {
  let at = document;
  for (const part of path) {
    if (Array.isArray(at)) at = at[place(part, at.length, false, op, text)];
    else if (isPlain(at) && Object.hasOwn(at, part)) at = at[part];
    else throw new PatchError(`${op} operation does not apply: doc is missing ${op === 'test' ? 'path' : 'key'}: ${text}: missing value`);
  }
  return at;
}

function place(part: string, length: number, adding: boolean, op: string, text: string): number {
  if (adding && part === '-') return length;
  const i = /^-?\d+$/.test(part) ? Number(part) : NaN;
  const at = i < 0 ? i + length + (adding ? 1 : 0) : i;
  if (!(at >= 0 && at < length + (adding ? 1 : 0))) throw new PatchError(`${op} operation does not apply: doc is missing path: ${text}: missing value`);
  return at;
}

/** The document with the value at `path` replaced by what `change` does to its container. */
function edit(document: unknown, path: readonly string[], op: string, text: string, change: (container: Plain | unknown[], last: string) => void): unknown {
  const [head, ...rest] = path;
  if (head === undefined) throw new PatchError(`${op} operation does not apply: doc is missing path: ${text}`);
  const copy: Plain | unknown[] = Array.isArray(document) ? [...(document as unknown[])] : isPlain(document) ? { ...document } : missing(op, text);
  if (rest.length === 0) change(copy, head);
  else if (Array.isArray(copy)) {
    const i = place(head, copy.length, false, op, text);
    copy[i] = edit(copy[i], rest, op, text, change);
  } else {
    if (!Object.hasOwn(copy, head)) missing(op, text);
    put(copy, head, edit(copy[head], rest, op, text, change));
  }
  return copy;
}

function missing(op: string, text: string): never {
  throw new PatchError(`${op} operation does not apply: doc is missing path: ${text}: missing value`);
}

function add(document: unknown, text: string, value: unknown, op: string): unknown {
  const path = pointer(text);
  if (path.length === 0) return value;
  return edit(document, path, op, text, (container, last) => {
    if (Array.isArray(container)) container.splice(place(last, container.length, true, op, text), 0, value);
    else put(container, last, value);
  });
}

function remove(document: unknown, text: string, op: string): unknown {
  return edit(document, pointer(text), op, text, (container, last) => {
    if (Array.isArray(container)) container.splice(place(last, container.length, false, op, text), 1);
    else if (Object.hasOwn(container, last)) delete container[last];
    else missing(op, text);
  });
}

/** The document with a JSON patch applied. Throws PatchError. */
export function jsonPatch(document: unknown, patch: unknown, equal: (a: unknown, b: unknown) => boolean): unknown {
  if (!Array.isArray(patch)) throw new PatchError('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  let out = document;
  for (const step of patch as readonly Step[]) {
    const { op, path = '', from = '' } = step ?? {};
    switch (op) {
      case 'add':
        out = add(out, path, step.value, op);
        break;
      case 'remove':
        out = remove(out, path, op);
        break;
      case 'replace':
        if (path === '') out = step.value;
        else {
          get(out, pointer(path), op, path);
          out = edit(out, pointer(path), op, path, (container, last) => {
            if (Array.isArray(container)) container[place(last, container.length, false, op, path)] = step.value;
            else put(container, last, step.value);
          });
        }
        break;
      case 'move': {
        const value = get(out, pointer(from), op, from);
        out = add(remove(out, from, op), path, value, op);
        break;
      }
      case 'copy':
        out = add(out, path, get(out, pointer(from), op, from), op);
        break;
      case 'test': {
        let value: unknown;
        try {
          value = get(out, pointer(path), op, path);
        } catch {
          value = undefined;
        }
        if (!equal(value ?? null, step.value ?? null)) throw new PatchError(`testing value ${path} failed: test failed`);
        break;
      }
      default:
        throw new PatchError(`Unexpected kind: ${String(op)}`);
    }
  }
  return out;
}
