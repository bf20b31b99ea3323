/** The contract of a describer: one object in, its description out. It may ask the server for what stands around the object. */
import type { Running } from '../../machine/process.ts';
import { isNotFound } from '../errors.ts';
import { isMap, type Rec } from '../go.ts';
import type { Client, Query } from '../client.ts';

/** What a describer may see besides its object. */
export interface See {
  /** Unix milliseconds of now. */
  readonly unix: number;
  /** Whether events are wanted (--show-events). */
  readonly events: boolean;
  /** All items of a list; none when the server refuses. */
  list(path: string, query?: Query): Running<readonly Rec[]>;
  /** One object; undefined when it is not there. */
  get(path: string): Running<Rec | undefined>;
}

export type Describer = (object: Rec, see: See) => Running<string>;

/** Sees through a client, in pages of `chunk`. */
export function seeing(client: Client, unix: number, events: boolean, chunk: number): See {
  return {
    unix,
    events,
    *list(path, query) {
      const out: Rec[] = [];
      let next = '';
      do {
        const reply = yield* client.reply({ path, query: { ...query, limit: chunk, ...(next && { continue: next }) } });
        const body = reply.body;
        if (reply.status !== 200 || !isMap(body)) return out;
        out.push(...(Array.isArray(body['items']) ? (body['items'] as Rec[]) : []));
        next = isMap(body['metadata']) ? String(body['metadata']['continue'] ?? '') : '';
      } while (next);
      return out;
    },
    *get(path) {
      try {
        return yield* client.object<Rec>({ path });
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
  };
}
