/**
 * The binding of a Pod to a node: what the scheduler decides.
 * Stands for BindingREST in pkg/registry/core/pod/storage.
 */
import { typeOf } from '../schema/schema.ts';
import { normalise } from '../schema/decode.ts';
import { readObject } from './body.ts';
import { write } from './create-object.ts';
import type { Exchange } from './exchange.ts';
import { keyOf } from './keys.ts';
import { badRequest, conflict, notFound, success } from './status.ts';
import type { KubeObject, Response } from './wire.ts';

interface PodLike extends KubeObject {
  readonly spec: { readonly nodeName?: string; readonly schedulingGates?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string | null;
}

interface Binding {
  readonly metadata?: { readonly name?: string; readonly uid?: string; readonly resourceVersion?: string; readonly annotations?: Readonly<Record<string, string>>; readonly labels?: Readonly<Record<string, string>> };
  readonly target?: { readonly kind?: string; readonly name?: string };
}

/** POST …/pods/NAME/binding, and of bindings. */
export function bind(x: Exchange): Response {
  const binding = readObject(x, typeOf('v1', 'Binding'), 'v1', 'Binding') as Binding;
  const { core } = x;
  const name = x.info.name ?? binding.metadata?.name ?? '';
  if (binding.metadata?.name && binding.metadata.name !== name) throw badRequest('name in URL does not match name in Binding object');
  const target = binding.target?.name;
  if (!target) throw badRequest('target.name: Required value');
  const pods = core.resourceNamed('pods')!;
  const key = keyOf('/registry/pods/', x.namespace, name);
  const entry = core.store.get(key);
  if (!entry) throw notFound(pods, name);
  const pod = entry.value as PodLike;
  const no = (why: string): Error => conflict({ group: '', name: 'pods/binding' }, name, why);
  const given = binding.metadata;
  if (given?.uid && given.uid !== pod.metadata.uid) {
    throw conflict(pods, name, `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${pod.metadata.uid}`);
  }
  if (pod.metadata.deletionTimestamp) throw no(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName) throw no(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if (pod.spec.schedulingGates?.length) throw no(`pod ${name} has non-empty .spec.schedulingGates`);
  const bound = {
    ...pod,
    metadata: { ...pod.metadata, ...(given?.annotations && { annotations: { ...pod.metadata.annotations, ...given.annotations } }), ...(given?.labels && { labels: { ...pod.metadata.labels, ...given.labels } }) },
    spec: { ...pod.spec, nodeName: target },
    status: { ...pod.status, conditions: scheduled(pod.status?.conditions ?? [], core.stamp) },
  };
  write({ ...x, resource: pods, stored: pods, kind: core.kind('pods'), prefix: '/registry/pods/' }, key, normalise(bound, pods.type!) as unknown as KubeObject, pod, 'nobody');
  return { code: 201, body: success(undefined, 201) };
}

/** The conditions with PodScheduled true. */
function scheduled(conditions: readonly Condition[], stamp: string): readonly Condition[] {
  const i = conditions.findIndex((c) => c.type === 'PodScheduled');
  const now = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: conditions[i]?.status === 'True' ? conditions[i].lastTransitionTime : stamp };
  return i < 0 ? [...conditions, now] : conditions.map((c, at) => (at === i ? now : c));
}
