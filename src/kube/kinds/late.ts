/**
 * What is wrong with objects is known by code that is loaded with the first request that writes (checks.ts): most pages never need it.
 * What components in the same process write is never checked, whether it is loaded or not, so that no world depends on that.
 */
import { chunk } from '../../sim/chunk.ts';
import type { Chunk } from '../../sim/chunk.ts';
import type { Kind } from '../api/kind.ts';
import type { GroupResource } from '../api/server.ts';

/** Validation and warnings of one kind. */
export type Checks = Pick<Kind, 'validate' | 'validateStatus' | 'warnings'>;

/** `src/kube/kinds/checks.ts`. */
export const checksChunk: Chunk<Readonly<Record<GroupResource, Checks>>> = chunk('kube/checks');
