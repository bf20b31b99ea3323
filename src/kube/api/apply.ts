/**
 * Server-side apply.
 */
import type { Exchange } from './exchange.ts';
import { unsupported } from './status.ts';
import type { KubeObject } from './wire.ts';
import type { Part } from './update-object.ts';

export function applyObject(_x: Exchange, _part: Part, _pick: unknown): { readonly object: KubeObject; readonly created: boolean } {
  throw unsupported('server-side apply');
}
