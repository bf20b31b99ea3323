/**
 * Moments as controllers compare them: the objects' RFC 3339 texts against now.
 */
import { parseRfc3339 } from '../../sim/date.ts';
import type { Client } from './controller.ts';

/** Unix milliseconds of now; a world's epoch is a whole second. */
export const unixNow = (client: Client): number => parseRfc3339(client.stamp)! + (client.now % 1000);

/** Milliseconds since a time of an object; Infinity when it has none. */
export function since(time: string | undefined, client: Client): number {
  const at = time === undefined ? undefined : parseRfc3339(time);
  return at === undefined ? Infinity : unixNow(client) - at;
}

/** The earlier of two waits; undefined is no wait. */
export const sooner = (a: number | undefined | void, b: number | undefined | void): number | undefined =>
  a === undefined ? (b ?? undefined) : b === undefined ? a : Math.min(a, b);
