/**
 * Reading and filling the mutable draft of an object while the server works on it.
 */
import type { Draft } from '../api/kind.ts';

/** Whether a field counts as not given: missing, null, empty text, zero or false, as the zero value of a Go field. */
export const unset = (value: unknown): boolean => value === undefined || value === null || value === '' || value === 0 || value === false;

const isObject = (value: unknown): value is Draft => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object under `key`, if there is one. */
export const at = (draft: Draft | undefined, key: string): Draft | undefined => {
  const value = draft?.[key];
  return isObject(value) ? value : undefined;
};

/** The object under `key`, made when missing. */
export function need(draft: Draft, key: string): Draft {
  const found = at(draft, key);
  if (found) return found;
  const made: Draft = {};
  draft[key] = made;
  return made;
}

/** The objects of the list under `key`. */
export const each = (draft: Draft | undefined, key: string): readonly Draft[] => {
  const value = draft?.[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
};

/** Whether the list or map under `key` is missing or has nothing in it. */
export const empty = (draft: Draft | undefined, key: string): boolean => {
  const value = draft?.[key];
  return Array.isArray(value) ? value.length === 0 : !isObject(value) || Object.keys(value).length === 0;
};

/** Sets each field that is missing, for fields that tell missing from zero (pointers in Go). Objects among the values must be fresh. */
export function fill(draft: Draft | undefined, values: Draft): void {
  if (!draft) return;
  for (const key in values) if (values[key] !== undefined && (draft[key] === undefined || draft[key] === null)) draft[key] = values[key];
}

/** Sets each field that is missing or zero. Objects among the values must be fresh. */
export function fillZero(draft: Draft | undefined, values: Draft): void {
  if (!draft) return;
  for (const key in values) if (values[key] !== undefined && unset(draft[key])) draft[key] = values[key];
}

/** Copies entries of the map `from` that `to` lacks. */
export function fillMap(to: Draft, from: Draft | undefined): void {
  for (const key in from) if (!(key in to)) to[key] = from[key];
}

/** Takes fields away. */
export function drop(draft: Draft | undefined, ...keys: readonly string[]): void {
  if (draft) for (const key of keys) delete draft[key];
}
