/**
 * The scale subresource: how many replicas there are and should be, whatever the kind.
 * Stands for the ScaleREST storages.
 */
import { readObject } from './body.ts';
import { applied } from './patch.ts';
import { one } from './answer.ts';
import { jsonOf, mediaType } from './body.ts';
import type { Exchange } from './exchange.ts';
import type { Draft, Kind } from './kind.ts';
import { badRequest, invalid, methodNotAllowed } from './status.ts';
import { typeOf } from '../schema/schema.ts';
import { selectorText } from '../kinds/selectors.ts';
import { existing, updateDraft } from './update-object.ts';
import type { KubeObject, Response } from './wire.ts';

interface Scaled extends KubeObject {
  readonly spec?: { readonly replicas?: number; readonly selector?: unknown };
  readonly status?: { readonly replicas?: number };
}

type Paths = NonNullable<Kind['scale']>;

const steps = (path: string): readonly string[] => path.split('.').filter((part) => part !== '');
const valueAt = (object: unknown, path: string): unknown => steps(path).reduce<unknown>((value, key) => (value as Draft | undefined)?.[key], object);

/** The object with another value at a path. */
function withValue(object: Draft, [key, ...rest]: readonly string[], value: unknown): Draft {
  return { ...object, [key!]: rest.length ? withValue((object[key!] ?? {}) as Draft, rest, value) : value };
}

/** The Scale of an object of which a custom resource's definition says where its numbers stand. */
function customScale(object: KubeObject, paths: Paths): KubeObject {
  const selector = paths.selector === undefined ? undefined : valueAt(object, paths.selector);
  return scaleOf({ ...object, spec: { replicas: valueAt(object, paths.spec) as number | undefined }, status: { replicas: valueAt(object, paths.status) as number | undefined } } as Scaled, typeof selector === 'string' ? selector : '');
}

/** The Scale of an object. */
function scaleOf(object: Scaled, known?: string): KubeObject {
  const meta = object.metadata;
  const selector = object.spec?.selector;
  const labels = selector && typeof selector === 'object' && !('matchLabels' in selector) && !('matchExpressions' in selector) ? { matchLabels: selector as Readonly<Record<string, string>> } : (selector as object | undefined);
  const text = known ?? (labels ? selectorText(labels) : '');
  return {
    kind: 'Scale', apiVersion: 'autoscaling/v1',
    metadata: { name: meta.name, namespace: meta.namespace, uid: meta.uid, resourceVersion: meta.resourceVersion, creationTimestamp: meta.creationTimestamp },
    spec: object.spec?.replicas ? { replicas: object.spec.replicas } : {},
    status: { replicas: object.status?.replicas ?? 0, ...(text && { selector: text }) },
  };
}

/** GET, PUT and PATCH of …/scale. */
export function scale(x: Exchange): Response {
  const old = existing(x) as Scaled;
  const paths = x.kind?.scale;
  const current = paths ? customScale(old, paths) : scaleOf(old);
  if (x.info.verb === 'get') return one(x, current);
  let wanted: Draft;
  if (x.info.verb === 'update') wanted = readObject(x, typeOf('autoscaling/v1', 'Scale'), 'autoscaling/v1', 'Scale');
  else if (x.info.verb === 'patch') wanted = applied(x, current, jsonOf(x.request.body, 'application/json'), mediaType(x));
  else throw methodNotAllowed();
  const meta = wanted['metadata'] as { name?: string; resourceVersion?: string; uid?: string } | undefined;
  if (meta?.name && meta.name !== x.info.name) throw badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${x.info.name})`);
  const replicas = ((wanted['spec'] as { replicas?: number } | undefined)?.replicas ?? 0);
  if (replicas < 0) throw invalid({ group: 'autoscaling', name: 'Scale' }, x.info.name ?? '', [{ type: 'Invalid value', path: 'spec.replicas', value: replicas, detail: 'must be greater than or equal to 0' }]);
  const metadata = { ...old.metadata, ...(meta?.resourceVersion ? { resourceVersion: meta.resourceVersion } : {}), ...(meta?.uid ? { uid: meta.uid } : {}) };
  const draft = withValue({ ...old, metadata }, steps(paths?.spec ?? '.spec.replicas'), replicas);
  const made = updateDraft(x, old, draft, 'metadata') as Scaled;
  return one(x, paths ? customScale(made, paths) : scaleOf(made));
}
