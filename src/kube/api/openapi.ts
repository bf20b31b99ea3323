/**
 * /openapi/v2 and /openapi/v3, built from the schema.
 */
import type { OpenApi } from './lazy.ts';

export const openApi: OpenApi = { answer: () => undefined };
