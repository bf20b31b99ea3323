/**
 * Parts of the server that are loaded when first asked for: OpenAPI documents.
 */
import { chunk, type Chunk } from '../../sim/chunk.ts';
import type { Core } from './core.ts';
import type { Request, Response } from './wire.ts';

/** What builds /openapi/v2 and /openapi/v3. */
export interface OpenApi {
  answer(core: Core, request: Request): Response | undefined;
}

/** `src/kube/api/openapi.ts`, by name `openapi`. */
export const openApiChunk: Chunk<OpenApi> = chunk<OpenApi>('kube/openapi');

/** The part that has to be loaded before a request for this path can be answered. */
export const neededChunk = (path: string): Chunk<unknown> | undefined => (path.startsWith('/openapi/') && openApiChunk.value === undefined ? openApiChunk : undefined);
