/**
 * Frozen and mutable forms of objects. What the store holds is deeply frozen and shared between revisions;
 * what the server works on is thawed first. Every walk stops where sharing makes it needless.
 */

type Plain = Record<string, unknown>;

/** A deep, mutable copy of JSON. */
export function thaw<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(thaw) as T;
  const out: Plain = {};
  for (const key in value) {
    const part = (value as Plain)[key];
    out[key] = typeof part === 'object' && part !== null ? thaw(part) : part;
  }
  return out as T;
}

/** Freezes deeply; stops at what is frozen already. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  if (Array.isArray(value)) for (const item of value) freeze(item);
  else for (const key in value) {
    const part = (value as Plain)[key];
    if (typeof part === 'object' && part !== null) freeze(part);
  }
  return value;
}

/** Whether two pieces of JSON are the same. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!same(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  let size = 0;
  for (const key in a) {
    size++;
    const other = (b as Plain)[key];
    const own = (a as Plain)[key];
    if (own !== other && !(Object.hasOwn(b, key) && same(own, other))) return false;
  }
  for (const key in b) if (Object.hasOwn(b, key)) size--;
  return size === 0;
}

/** The new value with every part that equals the old one replaced by the old: `old` itself when nothing differs. `now` must be mutable where it differs. */
export function share<T>(old: T, now: T): T {
  if (old === now || typeof old !== 'object' || typeof now !== 'object' || old === null || now === null) return now;
  if (Array.isArray(now)) {
    if (!Array.isArray(old)) return now;
    let equal = old.length === now.length;
    const fixed = Object.isFrozen(now);
    for (let i = 0; i < now.length; i++) {
      const part: unknown = i < old.length ? share(old[i], now[i]) : now[i];
      if (!fixed) now[i] = part;
      if (part !== old[i]) equal = false;
    }
    return equal ? old : now;
  }
  if (Array.isArray(old)) return now;
  let equal = true;
  let size = 0;
  const fixed = Object.isFrozen(now);
  for (const key in now) {
    size++;
    const part = share((old as Plain)[key], (now as Plain)[key]);
    if (part !== (now as Plain)[key] && !fixed) (now as Plain)[key] = part;
    if (part !== (old as Plain)[key] || (part === undefined && !Object.hasOwn(old, key))) equal = false;
  }
  if (equal) for (const key in old) if (Object.hasOwn(old, key)) size--;
  return equal && size === 0 ? old : now;
}
