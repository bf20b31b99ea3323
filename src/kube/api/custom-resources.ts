/**
 * What CustomResourceDefinitions bring: resources, their schemas.
 */
import type { Core } from './core.ts';
import type { Resource } from '../schema/schema.ts';

/** The structural schema of a custom resource's version, as its definition has it. */
export function customSchema(_core: Core, _resource: Resource): unknown {
  return undefined;
}
