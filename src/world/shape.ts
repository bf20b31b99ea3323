/**
 * The canonical end state of a learner's work: what was asked for, without what chance, time or allocation decided.
 * Two learners who did the same have the same shape, whatever their Pods are called.
 */
import type { KubeObject } from '../kube/api/wire.ts';

const LEFT_OUT = new Set(['Event', 'Lease', 'EndpointSlice', 'Endpoints', 'Node', 'CSINode', 'ControllerRevision', 'ReplicaSet']);
const CHANCE = new Set(['nodeName', 'clusterIP', 'clusterIPs', 'nodePort', 'healthCheckNodePort', 'volumeName']);

/** An object without fields that chance decides; kube-api-access volumes and their mounts fall out too. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !/^kube-api-access-/.test(String((item as { name?: unknown } | null)?.name ?? ''))).map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !CHANCE.has(key)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, plain(item)]));
}

/** The shape of a cluster's objects, as plain JSON in a fixed order. */
export function shapeOf(objects: readonly KubeObject[]): unknown {
  return objects
    .filter(({ kind, metadata }) => !LEFT_OUT.has(kind) && !metadata.namespace?.startsWith('kube-') && !metadata.ownerReferences?.some((owner) => owner.controller) && !metadata.name.startsWith('kube') && !metadata.name.startsWith('system:'))
    .map(({ kind, metadata, spec, data }) => JSON.stringify([kind, metadata.namespace ?? '', metadata.name, plain(metadata.labels ?? {}), plain(spec ?? null), plain(data ?? null)]))
    .sort();
}
