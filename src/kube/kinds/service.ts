/**
 * Services (pkg/registry/core/service and pkg/apis/core).
 */
import type { Draft } from '../api/kind.ts';
import { AGE, col, define, NAME, wide } from './define.ts';
import { at, each, empty, fill, fillZero, need } from './draft.ts';
import { resetStatus } from './reset.ts';
import { formatLabels } from './selectors.ts';
import { allocateService } from './service-addresses.ts';
import type { LoadBalancerStatus, Service } from './types.ts';

/** The addresses of a load balancer, in order, without repetition. */
export const balancerText = (status: LoadBalancerStatus | undefined): string =>
  [...new Set((status?.ingress ?? []).map((i) => i.ip || i.hostname || ''))].filter(Boolean).sort().join(',');

function externalIp({ spec = {}, status }: Service): string {
  const own = spec.externalIPs ?? [];
  if (spec.type === 'ExternalName') return spec.externalName ?? '';
  if (spec.type !== 'LoadBalancer') return own.join(',') || '<none>';
  return [balancerText(status?.loadBalancer), ...own].filter(Boolean).join(',') || '<pending>';
}

const ports = ({ spec }: Service): string =>
  (spec?.ports ?? []).map((p) => `${p.port}${p.nodePort ? `:${p.nodePort}` : ''}/${p.protocol}`).join(',') || '<none>';

/** Whether traffic from outside the cluster may come in. */
export const externallyAccessible = (spec: Draft): boolean =>
  spec.type === 'LoadBalancer' || spec.type === 'NodePort' || (spec.type === 'ClusterIP' && !empty(spec, 'externalIPs'));

function defaultService(draft: Draft): void {
  const spec = need(draft, 'spec');
  fillZero(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && (at(at(spec, 'sessionAffinityConfig'), 'clientIP')?.timeoutSeconds ?? null) === null) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10_800 } };
  }
  for (const port of each(spec, 'ports')) fillZero(port, { protocol: 'TCP', targetPort: port.port });
  if (externallyAccessible(spec)) fillZero(spec, { externalTrafficPolicy: 'Cluster' });
  if (spec.type !== 'ExternalName') fill(spec, { internalTrafficPolicy: 'Cluster' });
  if (spec.type === 'LoadBalancer') {
    fill(spec, { allocateLoadBalancerNodePorts: true });
    for (const ingress of each(at(at(draft, 'status'), 'loadBalancer'), 'ingress')) if (ingress.ip) fill(ingress, { ipMode: 'VIP' });
  }
}

export const service = define<Service>({
  resource: 'services',
  columns: [
    NAME,
    col('Type', (s) => s.spec?.type ?? ''),
    col('Cluster-IP', (s) => s.spec?.clusterIPs?.[0] ?? '<none>'),
    col('External-IP', externalIp),
    col('Port(s)', ports),
    AGE,
    wide('Selector', (s) => formatLabels(s.spec?.selector)),
  ],
  selectable: { 'spec.clusterIP': (s) => s.spec?.clusterIP ?? '', 'spec.type': (s) => s.spec?.type ?? '' },
  generation: false,
  default: defaultService,
  prepare(draft, old, at) {
    const errors = allocateService(draft, old, at);
    resetStatus(draft, old);
    const spec = need(draft, 'spec');
    if (spec.type === 'ExternalName') delete spec.internalTrafficPolicy;
    return errors;
  },
  prepareStatus(status) {
    const balancer = at(status, 'loadBalancer');
    const ingress = each(balancer, 'ingress');
    if (ingress.some((entry) => entry.ip && !entry.ipMode)) status.loadBalancer = { ...balancer, ingress: ingress.map((entry) => (entry.ip && !entry.ipMode ? { ...entry, ipMode: 'VIP' } : entry)) };
  },
});
