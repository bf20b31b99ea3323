/**
 * ResourceQuota: nothing is created beyond what a namespace may use; what is admitted is counted at once.
 * Stands for k8s.io/apiserver/pkg/admission/plugin/resourcequota.
 */
import { addQuantities, canonicalQuantity, compareQuantities, subtractQuantities } from '../../schema/quantity.ts';
import { normalise } from '../../schema/decode.ts';
import { write } from '../create-object.ts';
import type { Exchange } from '../exchange.ts';
import { keyOf } from '../keys.ts';
import type { KubeObject } from '../wire.ts';
import { refused, type Plugin } from './chain.ts';
import type { PodObject } from './pod-shape.ts';
import { inScopes, resourceCounted, usageOf, type Quota } from './quota-usage.ts';
import type { Resources } from './resources.ts';

/** Limits that every container of a Pod must speak about. */
const SPOKEN: Readonly<Record<string, readonly ['requests' | 'limits', string]>> = {
  cpu: ['requests', 'cpu'], memory: ['requests', 'memory'], 'requests.cpu': ['requests', 'cpu'], 'requests.memory': ['requests', 'memory'], 'limits.cpu': ['limits', 'cpu'], 'limits.memory': ['limits', 'memory'],
};

const pairs = (resources: Resources, names: readonly string[]): string => [...names].sort().map((name) => `${name}=${canonicalQuantity(resources[name] ?? '0') ?? ''}`).join(',');

/** The containers that say nothing about a limited resource. */
function silent(pod: PodObject, limits: readonly string[]): string {
  if (pod.spec.resources) return '';
  const out: string[] = [];
  for (const limit of limits.filter((name) => Object.hasOwn(SPOKEN, name)).sort()) {
    const [kind, name] = SPOKEN[limit]!;
    const missing = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])].filter((c) => c.resources?.[kind]?.[name] === undefined).map((c) => c.name ?? '');
    if (missing.length) out.push(`${limit} for: ${[...new Set(missing)].sort().join(',')}`);
  }
  return out.join('; ');
}

export const resourceQuota: Plugin = {
  name: 'ResourceQuota',
  validate(x, operation, object, old) {
    if (operation === 'DELETE' || !object || !x.namespace || !x.resource.namespaced || x.stored.groupResource === 'resourcequotas') return;
    const sub = x.info.subresource;
    const resource = x.stored.groupResource;
    if (sub !== undefined && !(sub === 'resize' && resource === 'pods')) return;
    if (operation === 'UPDATE' && resource !== 'services' && resource !== 'persistentvolumeclaims' && sub !== 'resize') return;
    const quotas = x.core.read.list<Quota>('resourcequotas', x.namespace);
    if (!quotas.length) return;
    const uses = usageOf(resource, object, x.at.stamp);
    const before = old ? usageOf(resource, old, x.at.stamp) : {};
    const updates: { quota: Quota; used: Record<string, string> }[] = [];
    for (const quota of quotas) {
      const next = charge(x, quota, resource, object, uses, before);
      if (next) updates.push({ quota, used: next });
    }
    if (!x.dryRun) for (const { quota, used } of updates) save(x, quota, used);
  },
};

/** The quota's new usage, or undefined when the object is none of its business. */
function charge(x: Exchange, quota: Quota, resource: string, object: KubeObject, uses: Resources, before: Resources): Record<string, string> | undefined {
  const hard = quota.status?.hard ?? {};
  const limits = Object.keys(hard).filter((limit) => resourceCounted(limit) === resource);
  if (!limits.length || !inScopes(quota, resource, object)) return undefined;
  const name = quota.metadata.name;
  if (resource === 'pods') {
    const missing = silent(object as PodObject, limits);
    if (missing) throw refused(x, object, `failed quota: ${name}: must specify ${missing}`);
  }
  const used = quota.status?.used ?? {};
  if (limits.some((limit) => used[limit] === undefined)) throw refused(x, object, `status unknown for quota: ${name}, resources: ${[...limits].sort().join(',')}`);
  const wanted: Record<string, string> = {};
  for (const limit of limits) {
    const more = subtractQuantities(uses[limit], before[limit]);
    if (compareQuantities(more, '0') > 0) wanted[limit] = more;
  }
  if (!Object.keys(wanted).length) return undefined;
  const next: Record<string, string> = { ...used };
  for (const limit in wanted) next[limit] = addQuantities(used[limit], wanted[limit]);
  const exceeded = Object.keys(wanted).filter((limit) => compareQuantities(next[limit], hard[limit]) > 0);
  if (exceeded.length) throw refused(x, object, `exceeded quota: ${name}, requested: ${pairs(wanted, exceeded)}, used: ${pairs(used, exceeded)}, limited: ${pairs(hard, exceeded)}`);
  return next;
}

function save(x: Exchange, quota: Quota, used: Resources): void {
  const resource = x.core.resourceNamed('resourcequotas')!;
  const prefix = '/registry/resourcequotas/';
  const key = keyOf(prefix, x.namespace, quota.metadata.name);
  const next = normalise({ ...quota, status: { ...quota.status, used } }, resource.type!) as unknown as KubeObject;
  write({ ...x, resource, stored: resource, prefix }, key, next, quota, 'nobody');
}
