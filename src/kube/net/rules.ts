/**
 * What kube-proxy tells a node's kernel: which address and port stands for which Service port, and its usable endpoints.
 * Stands for the tables of pkg/proxy (serviceport.go, topology.go) before they become chains.
 * Unlike Kubernetes: IPv4 only, no topology hints, no health check node ports, no source ranges.
 */
import type { Endpoint, EndpointSlice, Service } from '../kinds/types.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP' | 'ICMP';

/** One address behind a Service port. */
export interface Backend {
  readonly address: string;
  readonly port: number;
  readonly node: string | undefined;
}

/** One port of a Service with what stands behind it. */
export interface ServicePortRule {
  /** `default/web:http`, `default/web` */
  readonly name: string;
  readonly protocol: Protocol;
  /** Usable from anywhere in the cluster. */
  readonly cluster: readonly Backend[];
  /** Usable ones by node, for the policy Local. */
  readonly local: ReadonlyMap<string, readonly Backend[]>;
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** Seconds for which a client stays with its backend; undefined without affinity. */
  readonly affinity: number | undefined;
}

/** How a packet came to a Service port. */
export type Entrance = 'cluster' | 'external' | 'node';

/** `PROTOCOL ADDRESS PORT` (`PROTOCOL PORT` for node ports) to the Service port. */
export interface Rules {
  readonly cluster: ReadonlyMap<string, ServicePortRule>;
  readonly external: ReadonlyMap<string, ServicePortRule>;
  readonly node: ReadonlyMap<string, ServicePortRule>;
}

/** The key of an address and port in the tables. */
export const keyOf = (protocol: Protocol, address: string, port: number): string => `${protocol} ${address} ${port}`;
/** The key of a node port. */
export const nodeKeyOf = (protocol: Protocol, port: number): string => `${protocol} ${port}`;

const usable = (endpoints: readonly (readonly [Backend, Endpoint])[]): readonly Backend[] => {
  const ready = endpoints.filter(([, e]) => e.conditions?.ready !== false);
  if (ready.length > 0) return ready.map(([backend]) => backend);
  return endpoints.filter(([, e]) => e.conditions?.serving !== false && e.conditions?.terminating === true).map(([backend]) => backend);
};

/** The rules of one Service: each entrance's keys. An ExternalName or headless Service has none. */
export function rulesOf(service: Service, slices: readonly EndpointSlice[]): { readonly entrance: Entrance; readonly key: string; readonly rule: ServicePortRule }[] {
  const { spec } = service;
  const clusterIP = spec?.clusterIP;
  if (!spec || !clusterIP || clusterIP === 'None' || spec.type === 'ExternalName') return [];
  const { namespace, name } = service.metadata;
  const out: { entrance: Entrance; key: string; rule: ServicePortRule }[] = [];
  for (const port of spec.ports ?? []) {
    const protocol = (port.protocol ?? 'TCP') as Protocol;
    const seen = new Set<string>();
    const all: (readonly [Backend, Endpoint])[] = [];
    for (const slice of slices) {
      if (slice.addressType !== 'IPv4') continue;
      for (const target of slice.ports ?? []) {
        if ((target.name ?? '') !== (port.name ?? '') || (target.protocol ?? 'TCP') !== protocol || !target.port) continue;
        for (const endpoint of slice.endpoints ?? []) {
          const address = endpoint.addresses?.[0];
          const id = `${address}:${target.port}`;
          if (!address || seen.has(id)) continue;
          seen.add(id);
          all.push([{ address, port: target.port, node: endpoint.nodeName }, endpoint]);
        }
      }
    }
    all.sort(([a], [b]) => (a.address < b.address ? -1 : a.address > b.address ? 1 : a.port - b.port));
    const byNode = new Map<string, (readonly [Backend, Endpoint])[]>();
    for (const one of all) if (one[0].node) byNode.set(one[0].node, [...(byNode.get(one[0].node) ?? []), one]);
    const sticky = spec.sessionAffinity === 'ClientIP';
    const rule: ServicePortRule = {
      name: `${namespace}/${name}${port.name ? `:${port.name}` : ''}`,
      protocol,
      cluster: usable(all),
      local: new Map([...byNode].map(([node, some]) => [node, usable(some)])),
      internalLocal: spec.internalTrafficPolicy === 'Local',
      externalLocal: spec.externalTrafficPolicy === 'Local',
      affinity: sticky ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : undefined,
    };
    out.push({ entrance: 'cluster', key: keyOf(protocol, clusterIP, port.port!), rule });
    const balancers = (service.status?.loadBalancer?.ingress ?? []).filter((i) => i.ip && i.ipMode !== 'Proxy').map((i) => i.ip!);
    for (const address of [...(spec.externalIPs ?? []), ...balancers]) out.push({ entrance: 'external', key: keyOf(protocol, address, port.port!), rule });
    if (port.nodePort) out.push({ entrance: 'node', key: nodeKeyOf(protocol, port.nodePort), rule });
  }
  return out;
}

/** The tables of one cluster, kept up Service by Service; nodes that keep up share them. */
export class RuleBook implements Rules {
  readonly cluster = new Map<string, ServicePortRule>();
  readonly external = new Map<string, ServicePortRule>();
  readonly node = new Map<string, ServicePortRule>();
  private readonly owned = new Map<string, readonly { readonly entrance: Entrance; readonly key: string; readonly rule: ServicePortRule }[]>();

  /** Replaces the rules of a Service (`NAMESPACE/NAME`). */
  set(service: string, rules: readonly { readonly entrance: Entrance; readonly key: string; readonly rule: ServicePortRule }[]): void {
    for (const { entrance, key, rule } of this.owned.get(service) ?? []) if (this[entrance].get(key) === rule) this[entrance].delete(key);
    if (rules.length > 0) this.owned.set(service, rules);
    else this.owned.delete(service);
    for (const { entrance, key, rule } of rules) this[entrance].set(key, rule);
  }
}
