/**
 * What an object uses of a quota, which quotas are about it, and what a namespace uses in all.
 * Stands for pkg/quota/v1/evaluator; the resource quota controller counts with the same functions.
 */
import { addQuantities } from '../../schema/quantity.ts';
import type { Reader } from '../server.ts';
import type { KubeObject } from '../wire.ts';
import type { PodObject, PodSpecDraft } from './pod-shape.ts';
import { podLimits, podRequests, type Resources } from './resources.ts';

interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A ResourceQuota as far as counting needs it. */
export interface Quota extends KubeObject {
  readonly spec?: { readonly hard?: Resources; readonly scopes?: readonly string[]; readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] } };
  readonly status?: { readonly hard?: Resources; readonly used?: Resources };
}

/** Resources that have a name of their own beside `count/…`. */
const PLAIN: Readonly<Record<string, string>> = {
  pods: 'pods', services: 'services', persistentvolumeclaims: 'persistentvolumeclaims', secrets: 'secrets', configmaps: 'configmaps', replicationcontrollers: 'replicationcontrollers', resourcequotas: 'resourcequotas',
};
const COUNTED_PODS = ['cpu', 'memory', 'ephemeral-storage'];

function podUsage(pod: PodObject, unix: string): Record<string, string> {
  const out: Record<string, string> = { 'count/pods': '1' };
  const phase = pod.status?.phase;
  const { deletionTimestamp: at } = pod.metadata;
  if (phase === 'Failed' || phase === 'Succeeded' || (at !== undefined && at < unix)) return out;
  out['pods'] = '1';
  const requests = podRequests(pod.spec);
  const limits = podLimits(pod.spec);
  for (const name of COUNTED_PODS) {
    if (requests[name] !== undefined) out[name] = out[`requests.${name}`] = requests[name];
    if (limits[name] !== undefined) out[`limits.${name}`] = limits[name];
  }
  for (const [name, value] of Object.entries(requests)) {
    if (name.startsWith('hugepages-')) out[name] = value;
    if (name.includes('/') || name.startsWith('hugepages-')) out[`requests.${name}`] = value;
  }
  return out;
}

interface ServiceLike extends KubeObject {
  readonly spec?: { readonly type?: string; readonly ports?: readonly { readonly nodePort?: number }[]; readonly allocateLoadBalancerNodePorts?: boolean };
}

function serviceUsage({ spec }: ServiceLike): Record<string, string> {
  const ports = spec?.ports ?? [];
  const balanced = spec?.type === 'LoadBalancer';
  const nodePorts = balanced && spec.allocateLoadBalancerNodePorts === false ? ports.filter((p) => p.nodePort).length : balanced || spec?.type === 'NodePort' ? ports.length : 0;
  return { 'count/services': '1', services: '1', 'services.loadbalancers': balanced ? '1' : '0', 'services.nodeports': String(nodePorts) };
}

interface ClaimLike extends KubeObject {
  readonly spec?: { readonly storageClassName?: string; readonly resources?: { readonly requests?: Resources } };
}

function claimUsage({ spec }: ClaimLike): Record<string, string> {
  const out: Record<string, string> = { 'count/persistentvolumeclaims': '1', persistentvolumeclaims: '1' };
  const size = spec?.resources?.requests?.['storage'];
  const of = spec?.storageClassName;
  if (size !== undefined) out['requests.storage'] = size;
  if (of) {
    out[`${of}.storageclass.storage.k8s.io/persistentvolumeclaims`] = '1';
    if (size !== undefined) out[`${of}.storageclass.storage.k8s.io/requests.storage`] = size;
  }
  return out;
}

/** What an object uses, by the names that quotas have for it. `stamp` is RFC 3339 of now. */
export function usageOf(resource: string, object: KubeObject, stamp: string): Resources {
  if (resource === 'pods') return podUsage(object as PodObject, stamp);
  if (resource === 'services') return serviceUsage(object);
  if (resource === 'persistentvolumeclaims') return claimUsage(object);
  const plain = PLAIN[resource];
  return { [`count/${resource}`]: '1', ...(plain && { [plain]: '1' }) };
}

/** The resource whose objects a limit counts: `pods` for `requests.cpu`, `deployments.apps` for `count/deployments.apps`. */
export function resourceCounted(limit: string): string {
  if (limit.startsWith('count/')) return limit.slice(6);
  if (limit.startsWith('services')) return 'services';
  if (limit === 'requests.storage' || limit.includes('.storageclass.storage.k8s.io/')) return 'persistentvolumeclaims';
  return PLAIN[limit] ?? 'pods';
}

/** Whether a Pod has the quality that a scope means. */
function inScope(spec: PodSpecDraft, { scopeName, operator, values = [] }: ScopeRequirement): boolean {
  const best = !spec.containers?.concat(spec.initContainers ?? []).some((c) => Object.keys(c.resources?.requests ?? {}).length || Object.keys(c.resources?.limits ?? {}).length);
  switch (scopeName) {
    case 'Terminating':
      return spec.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return spec.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return best;
    case 'NotBestEffort':
      return !best;
    case 'PriorityClass': {
      const name = spec.priorityClassName ?? '';
      if (operator === 'Exists') return name !== '';
      if (operator === 'DoesNotExist') return name === '';
      return operator === 'In' ? values.includes(name) : operator === 'NotIn' && !values.includes(name);
    }
    case 'CrossNamespacePodAffinity':
      return JSON.stringify(spec.affinity ?? {}).includes('"namespace');
    default:
      return false;
  }
}

const scopesOf = (quota: Quota): readonly ScopeRequirement[] => [...(quota.spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })), ...(quota.spec?.scopeSelector?.matchExpressions ?? [])];

/** Whether a quota's scopes take an object in; objects that are no Pods are in a quota without scopes only. */
export function inScopes(quota: Quota, resource: string, object: KubeObject): boolean {
  const scopes = scopesOf(quota);
  return scopes.length === 0 || (resource === 'pods' && scopes.every((scope) => inScope((object as PodObject).spec, scope)));
}

/** What a namespace uses of each limit of a quota. */
export function used(read: Reader, quota: Quota, stamp: string): Resources {
  const hard = Object.keys(quota.spec?.hard ?? {}).sort();
  const out: Record<string, string> = {};
  for (const limit of hard) out[limit] = '0';
  for (const resource of new Set(hard.map(resourceCounted))) {
    for (const object of read.list(resource, quota.metadata.namespace)) {
      if (!inScopes(quota, resource, object)) continue;
      const uses = usageOf(resource, object, stamp);
      for (const limit of hard) if (resourceCounted(limit) === resource && uses[limit] !== undefined) out[limit] = addQuantities(out[limit], uses[limit]);
    }
  }
  return out;
}
