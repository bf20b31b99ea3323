/**
 * Equality of pieces of objects as controllers mean it: what is missing is as good as what is empty.
 * Stands for apimachinery's Semantic.DeepEqual on the Go types, where an absent field and its zero are the same.
 */

/** Nothing, zero, '', false, [] and {} all the way down. */
export function empty(value: unknown): boolean {
  if (value === undefined || value === null || value === 0 || value === '' || value === false) return true;
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const key in value) if (!empty((value as Record<string, unknown>)[key])) return false;
  return true;
}

/** Are they the same, as far as the API tells them apart? */
export function alike(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return empty(a) && empty(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return empty(a) && empty(b);
    for (let i = 0; i < a.length; i++) if (!alike(a[i], b[i])) return false;
    return true;
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key in left) if (!alike(left[key], right[key])) return false;
  for (const key in right) if (!(key in left) && !empty(right[key])) return false;
  return true;
}

/** The same object without the fields that are undefined. */
export function present<T extends object>(object: T): T {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) if (value !== undefined) out[key] = value;
  return out as T;
}
