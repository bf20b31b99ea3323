/**
 * A piece of code or data that is loaded when first needed, so that the first prompt comes soon.
 * The engine is synchronous: whoever needs a missing chunk waits while virtual time stands, the driver loads it and resumes.
 * In Node everything is loaded at once (src/world/everything.ts); the worker imports chunks by name.
 */
export interface Chunk<T> {
  readonly name: string;
  value: T | undefined;
}

/** Declares a chunk; `name` is unique in the program. */
export const chunk = <T>(name: string): Chunk<T> => ({ name, value: undefined });
