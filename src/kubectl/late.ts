/**
 * The pieces of kubectl that are loaded when they are first needed.
 */
import type { Running } from '../machine/process.ts';
import type { Chunk } from '../sim/chunk.ts';
import { chunk } from '../sim/chunk.ts';
import type { Kubectl, LateVerb, Verb } from './command.ts';
import type { Pod } from './pods/containers.ts';
import type { Found } from './resources.ts';

/** Commands that change objects, without those of the first minutes. */
export const CHANGE = chunk<readonly Verb[]>('kubectl/change');
/** Generators of `kubectl create`, without the first. */
export const CREATE = chunk<readonly Verb[]>('kubectl/create');
/** Commands that take nodes out of service and put them back. */
export const NODES = chunk<readonly Verb[]>('kubectl/nodes');
/** Commands that keep a connection open. */
export const STREAMS = chunk<readonly Verb[]>('kubectl/streams');
/** Commands about the client, the server and its users. */
export const ABOUT = chunk<readonly Verb[]>('kubectl/about');
/** Commands that explain. */
export const DESCRIBE = chunk<readonly Verb[]>('kubectl/describe');
export const EXPLAIN = chunk<readonly Verb[]>('kubectl/explain');
export const KUSTOMIZE = chunk<readonly Verb[]>('kubectl/kustomize');
export const COMPLETION = chunk<readonly Verb[]>('kubectl/completion');

/** A command that is loaded when it is first called. */
export const late = (chunkOf: Chunk<readonly Verb[]>, name: string, more: Partial<LateVerb> = {}): LateVerb => ({ name, chunk: chunkOf, ...more });

/** `kubectl create --edit`. */
export const CREATE_EDITED = chunk<(k: Kubectl, found: Found, validation: string) => Running<void>>('kubectl/edited');
/** The attached half of `kubectl run`. */
export const RUN_ATTACHED = chunk<(k: Kubectl, made: Pod, restart: string) => Running<void>>('kubectl/run-attached');
