/**
 * Programs of images that a first look at Kubernetes does not need: loaded when the first of them starts.
 */
import type { Program } from '../machine/process.ts';
import { chunk } from '../sim/chunk.ts';
import type { Programs } from './late-programs.ts';

/** Filled by late-programs.ts. */
export const LATE = chunk<Programs>('images/programs');

/** A program of the chunk, by what gives it. */
export const late = (get: (programs: Programs) => Program): Program =>
  function* (p) {
    const programs = yield* p.need(LATE);
    return yield* get(programs)(p);
  };
