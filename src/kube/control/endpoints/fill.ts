/**
 * Spreads the wanted endpoints over EndpointSlices of at most 100, touching as few slices as it can.
 * Stands for Reconciler.reconcileByPortMapping of k8s.io/endpointslice.
 */
import type { DiscoveryEndpointPort, Endpoint, EndpointSlice } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import { canonical } from '../hash.ts';

/** Most endpoints in one slice. */
const MOST = 100;

/** Endpoints that share their ports; `key` stands for these. */
export interface Group {
  readonly key: string;
  readonly ports: readonly DiscoveryEndpointPort[];
  readonly endpoints: Endpoint[];
}

/** What became of the slices: endpoints and ports for new ones, changed endpoints of old ones, and slices that nobody needs. */
export interface Filling {
  readonly create: readonly Group[];
  readonly update: readonly { readonly slice: EndpointSlice; readonly endpoints: readonly Endpoint[] }[];
  readonly remove: readonly EndpointSlice[];
}

/** One text for ports that are the same. */
export const portsKey = (ports: readonly DiscoveryEndpointPort[] | undefined): string => [...(ports ?? [])].map(canonical).sort().join();
/** By what an endpoint is known again: the object behind it. */
export const identity = (e: Endpoint): string => e.targetRef?.uid ?? e.addresses?.join() ?? '';

/** Puts endpoints with the same ports together. */
export function grouped(all: Iterable<{ readonly endpoint: Endpoint; readonly ports: readonly DiscoveryEndpointPort[]; readonly key: string }>): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { endpoint, ports, key } of all) {
    const group = groups.get(key);
    if (group) group.endpoints.push(endpoint);
    else groups.set(key, { key, ports, endpoints: [endpoint] });
  }
  return [...groups.values()];
}

/** Works out the least change from the slices that are to the groups that should be. */
export function fill(slices: readonly EndpointSlice[], groups: readonly Group[]): Filling {
  const create: Group[] = [];
  const update: { slice: EndpointSlice; endpoints: readonly Endpoint[] }[] = [];
  const left = new Set(slices);
  const keys = new Map(slices.map((slice) => [slice, portsKey(slice.ports)]));
  for (const { key, ports, endpoints } of groups) {
    const wanted = new Map(endpoints.map((e) => [identity(e), e]));
    const kept: { slice: EndpointSlice; endpoints: Endpoint[]; changed: boolean }[] = [];
    for (const slice of slices) {
      if (!left.has(slice) || keys.get(slice) !== key) continue;
      left.delete(slice);
      const stay: Endpoint[] = [];
      let changed = false;
      for (const old of slice.endpoints ?? []) {
        const next = wanted.get(identity(old));
        if (!next) {
          changed = true;
          continue;
        }
        wanted.delete(identity(old));
        changed ||= !alike(old, next);
        stay.push(next);
      }
      kept.push({ slice, endpoints: stay, changed });
    }
    const fresh = [...wanted.values()];
    for (const one of [...kept].sort((a, b) => Number(b.changed) - Number(a.changed) || b.endpoints.length - a.endpoints.length)) {
      const room = fresh.splice(0, MOST - one.endpoints.length);
      one.endpoints.push(...room);
      one.changed ||= room.length > 0;
    }
    while (fresh.length) create.push({ key, ports, endpoints: fresh.splice(0, MOST) });
    for (const { slice, endpoints: stay, changed } of kept) {
      if (stay.length === 0) left.add(slice);
      else if (changed) update.push({ slice, endpoints: stay });
    }
  }
  return { create, update, remove: [...left] };
}
