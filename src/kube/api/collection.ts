/**
 * Which objects of a collection a request is about: namespace, label selector, field selector; also as they were at a revision.
 * Stands for the selection predicates of k8s.io/apiserver's storage.
 */
import { Compacted } from '../../sim/store.ts';
import type { Exchange } from './exchange.ts';
import { parameter } from './path.ts';
import { EVERYTHING, fieldSelector, labelSelector } from './selector.ts';
import { badRequest } from './status.ts';
import type { KubeObject } from './wire.ts';

/** Whether an object is meant. */
export type Test = (object: KubeObject) => boolean;

type Get = (object: KubeObject) => string;

const FIELDS: Readonly<Record<string, Get>> = {
  'metadata.name': (o) => o.metadata.name,
  'metadata.namespace': (o) => o.metadata.namespace ?? '',
};

/** The test of labelSelector and fieldSelector; undefined when all are meant. Throws a BadRequest. */
export function testOf(x: Exchange): Test | undefined {
  const labels = labelSelector(parameter(x.request, 'labelSelector'));
  const fields = fieldSelector(parameter(x.request, 'fieldSelector')).map((term) => {
    const get: Get | undefined = (Object.hasOwn(FIELDS, term.field) ? FIELDS[term.field] : undefined) ?? selectable(x, term.field);
    if (!get) throw badRequest(unknownField(x, term.field));
    return { ...term, get };
  });
  if (labels === EVERYTHING && fields.length === 0) return undefined;
  return (object) => labels.matches(object.metadata.labels) && fields.every((f) => (f.get(object) === f.value) === f.equal);
}

/** Kinds with selectable fields of their own say it in other words than those without. */
function unknownField(x: Exchange, field: string): string {
  if (x.resource.groupResource === 'jobs.batch') return `field label ${JSON.stringify(field)} not supported for Job`;
  return x.kind?.selectable || !x.resource.type ? `field label not supported: ${field}` : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function selectable(x: Exchange, field: string): Get | undefined {
  const own = x.kind?.selectable;
  return own && Object.hasOwn(own, field) ? own[field] : undefined;
}

/** The prefix of the keys that a collection request is about. */
export const scopeOf = (x: Exchange): string => (x.namespace ? `${x.prefix}${x.namespace}/` : x.prefix);

/** The objects under a prefix as they were at a revision. Throws Compacted when that is forgotten. */
export function listAt(x: Exchange, prefix: string, revision: number): readonly { readonly key: string; readonly value: KubeObject }[] {
  const { store } = x.core;
  const changes = store.history(prefix, revision);
  if (changes.length === 0) return store.list(prefix);
  const objects = new Map<string, KubeObject>(store.list(prefix).map((entry) => [entry.key, entry.value]));
  for (let i = changes.length - 1; i >= 0; i--) {
    const change = changes[i]!;
    if (change.before) objects.set(change.key, change.before.value);
    else objects.delete(change.key);
  }
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => ({ key, value }));
}

export { Compacted };
