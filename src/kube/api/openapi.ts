/**
 * /openapi/v2 and /openapi/v3, built from the schema.
 */
import type { Core } from './core.ts';
import type { Request, Response } from './wire.ts';

export function openApi(_core: Core, _request: Request): Response | undefined {
  return undefined;
}
