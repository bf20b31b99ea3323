/**
 * Parts of the server that are loaded when first asked for: OpenAPI documents, and the checks of what is written.
 */
import { chunk, type Chunk } from '../../sim/chunk.ts';
import { checksChunk } from '../kinds/late.ts';
import type { Core } from './core.ts';
import type { Request, Response } from './wire.ts';

/** What builds /openapi/v2 and /openapi/v3. */
export interface OpenApi {
  answer(core: Core, request: Request): Response | undefined;
}

/** `src/kube/api/openapi.ts`, by name `openapi`. */
export const openApiChunk: Chunk<OpenApi> = chunk<OpenApi>('kube/openapi');

/** The part that has to be loaded before a request of this method for this path can be answered. */
export function neededChunk(path: string, method: string): Chunk<unknown> | undefined {
  const chunk = path.startsWith('/openapi/') ? openApiChunk : method === 'POST' || method === 'PUT' || method === 'PATCH' ? checksChunk : undefined;
  return chunk?.value === undefined ? chunk : undefined;
}
