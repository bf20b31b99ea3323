/**
 * Parts of the server that are loaded when first asked for: OpenAPI documents, custom resources, and the checks of what is written.
 */
import { chunk, type Chunk } from '../../sim/chunk.ts';
import { checksChunk } from '../kinds/late.ts';
import { groupVersions, type Resource } from '../schema/schema.ts';
import type { Core } from './core.ts';
import type { Exchange } from './exchange.ts';
import type { Draft } from './kind.ts';
import type { Request, Response } from './wire.ts';

/** What builds /openapi/v2 and /openapi/v3. */
export interface OpenApi {
  answer(core: Core, request: Request): Response | undefined;
}

/** Custom resources: definitions that are looked after, objects that are decoded by their structural schema. */
export interface Custom {
  attach(core: Core): void;
  decode(x: Exchange, value: Draft): Draft;
  schema(core: Core, resource: Resource): unknown;
}

/** `src/kube/api/custom/index.ts`, by name `custom`. */
export const customChunk: Chunk<Custom> = chunk<Custom>('kube/custom');

/** `src/kube/api/openapi.ts`, by name `openapi`. */
export const openApiChunk: Chunk<OpenApi> = chunk<OpenApi>('kube/openapi');

const builtIn = new Set(groupVersions.map((gv) => gv.group));

/** Whether a path is about definitions or resources that they brought. */
const isCustom = (path: string, method: string): boolean => {
  const group = /^\/apis\/([^/]+)\/[^/]+\//.exec(path)?.[1];
  return group !== undefined && (group === 'apiextensions.k8s.io' ? method !== 'GET' : !builtIn.has(group));
};

/** The part that has to be loaded before a request of this method for this path can be answered. */
export function neededChunk(path: string, method: string): Chunk<unknown> | undefined {
  if (isCustom(path, method) && customChunk.value === undefined) return customChunk;
  const chunk = path.startsWith('/openapi/') ? openApiChunk : method === 'POST' || method === 'PUT' || method === 'PATCH' ? checksChunk : undefined;
  return chunk?.value === undefined ? chunk : undefined;
}
