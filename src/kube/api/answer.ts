/**
 * One object as the request wants to see it: whole, as a table, or its metadata.
 */
import type { Exchange } from './exchange.ts';
import { includedIn, partial, tableOf } from './table.ts';
import type { Form } from './watch.ts';
import type { KubeObject, Response } from './wire.ts';

const TABLE = /;as=Table;/;
const PARTIAL = /;as=PartialObjectMetadata(List)?;/;

/** How the request wants objects to be written: the first of its media types that we have. */
export function formOf(x: Exchange): Form {
  const accept = x.request.headers?.['accept'];
  if (!accept?.includes('as=')) return 'object';
  for (const media of accept.split(',')) {
    if (TABLE.test(`${media};`)) return 'table';
    if (PARTIAL.test(`${media};`)) return 'metadata';
    if (/^\s*application\/(json|yaml|\*)\s*(;|$)/.test(media) && !media.includes('as=')) return 'object';
  }
  return 'object';
}

/** An object as the answer. */
export function one(x: Exchange, object: KubeObject, code = 200): Response {
  const form = formOf(x);
  if (form === 'object') return { code, body: object };
  if (form === 'metadata') return { code, body: partial(object) };
  return { code, body: tableOf(x, [object], { resourceVersion: object.metadata.resourceVersion }, includedIn(x)) };
}
