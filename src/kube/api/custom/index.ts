/**
 * Custom resources; imported by whoever loads the chunk `kube/custom`.
 */
import { customChunk, type Custom } from '../lazy.ts';
import type { Exchange } from '../exchange.ts';
import { attach, servedFor } from './establish.ts';
import { decodeCustom, type Served } from './resource.ts';
import type { Core } from '../core.ts';
import type { Resource } from '../../schema/schema.ts';

const servedAs = (core: Core, resource: Resource): Served | undefined => servedFor(core, resource.groupResource).find((s) => s.resource.version === resource.version);

export const custom: Custom = {
  attach,
  decode: (x: Exchange, value) => decodeCustom(x, value, servedAs(x.core, x.resource)?.schema),
  schema: (core, resource) => servedAs(core, resource)?.schema,
};
customChunk.value = custom;
