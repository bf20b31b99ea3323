/**
 * JSON merge patches (RFC 7386): made from two or three objects, and applied.
 * Stands for evanphx/json-patch's merge half and apimachinery's util/jsonmergepatch.
 */
import { isMap, type Rec } from '../go.ts';
import { equal } from './strategic-diff.ts';

type Out = Record<string, unknown>;

/** The object with the patch applied. */
export function applyMerge(object: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const out: Out = isMap(object) ? { ...object } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = isMap(value) && isMap(out[key]) ? applyMerge(out[key], value) : isMap(value) ? withoutNulls(value) : value;
  }
  return out;
}

/** A map without its nulls, at every depth. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null).map(([key, part]) => [key, withoutNulls(part)]));
}

/** What makes `to` of `from`. */
export function createMerge(from: Rec, to: Rec): Out {
  const patch: Out = {};
  for (const [key, value] of Object.entries(to)) {
    const before = from[key];
    if (isMap(before) && isMap(value)) {
      const inner = createMerge(before, value);
      if (Object.keys(inner).length) patch[key] = inner;
    } else if (!(key in from) || !equal(before, value)) patch[key] = value;
  }
  for (const key of Object.keys(from)) if (!(key in to)) patch[key] = null;
  return patch;
}

/** Only the deletions of a patch, or only the rest of it. */
function part(patch: Rec, deletions: boolean): Out {
  const out: Out = {};
  for (const [key, value] of Object.entries(patch)) {
    if (isMap(value)) {
      const inner = part(value, deletions);
      if (Object.keys(inner).length || (!deletions && Object.keys(value).length === 0)) out[key] = inner;
    } else if ((value === null) === deletions) out[key] = value;
  }
  return out;
}

/** What to send so that `current` becomes what `modified` says, without what only `original` said. */
export function threeWayMerge(original: Rec, modified: Rec, current: Rec): Rec {
  const changes = part(createMerge(current, modified), false);
  const deletions = part(createMerge(original, modified), true);
  const join = (a: Rec, b: Rec): Out => {
    const out: Out = { ...a };
    for (const [key, value] of Object.entries(b)) out[key] = isMap(out[key]) && isMap(value) ? join(out[key], value) : value;
    return out;
  };
  return join(deletions, changes);
}
