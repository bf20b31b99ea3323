/** Reading objects whose shape only the server knows: missing things read as Go's zero values. */
import { parseRfc3339, rfc1123 } from '../../sim/date.ts';
import { isMap, type Rec } from '../go.ts';

const EMPTY: Rec = {};

/** A nested object; an empty one when it is missing. */
export function rec(of: Rec | undefined, ...path: readonly string[]): Rec {
  let at: unknown = of;
  for (const name of path) at = isMap(at) ? at[name] : undefined;
  return isMap(at) ? at : EMPTY;
}

/** A nested value; undefined when it is missing. */
export const value = (of: Rec, ...path: readonly string[]): unknown => rec(of, ...path.slice(0, -1))[path.at(-1)!];

/** A nested text; '' when it is missing. */
export function text(of: Rec, ...path: readonly string[]): string {
  const found = value(of, ...path);
  return found === undefined || found === null ? '' : String(found);
}

/** A nested number; 0 when it is missing. */
export const count = (of: Rec, ...path: readonly string[]): number => Number(value(of, ...path) ?? 0);

/** A nested list of objects. */
export function list(of: Rec, ...path: readonly string[]): readonly Rec[] {
  const found = value(of, ...path);
  return Array.isArray(found) ? (found as Rec[]) : [];
}

/** A nested list of texts. */
export const texts = (of: Rec, ...path: readonly string[]): readonly string[] => list(of, ...path).map(String);

/** A nested map of texts. */
export const pairs = (of: Rec, ...path: readonly string[]): Readonly<Record<string, string>> => rec(of, ...path) as Record<string, string>;

/** `Tue, 24 Nov 2026 10:30:18 +0000`; Go's zero time when it is missing. */
export const date = (stamp: string): string => rfc1123(parseRfc3339(stamp) ?? -62_135_596_800_000);

/** `True` and `False`. */
export const bool = (flag: unknown): string => (flag ? 'True' : 'False');
