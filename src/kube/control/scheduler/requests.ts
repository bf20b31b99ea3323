/**
 * What a Pod asks of a node: CPU, memory, ephemeral storage, and whatever else has a name.
 * Stands for component-helpers' resource.PodRequests and the scheduler's Resource.
 */
import type { Container, Pod } from '../../kinds/types.ts';
import { milliOf, wholeOf } from '../../schema/quantity.ts';
import { isSidecar } from '../pods.ts';

/** Amounts by name: `cpu` in thousandths, everything else in whole units. */
export type Amounts = Readonly<Record<string, number>>;

/** What the scheduler reckons for a container that asks for nothing, when it spreads load. */
const USUAL: Amounts = { cpu: 100, memory: 200 * 1024 * 1024 };

/** An amount as a number. */
export const amountOf = (name: string, quantity: string | undefined): number => (name === 'cpu' ? milliOf(quantity) : wholeOf(quantity));

/** Written quantities as numbers. */
export function amounts(list: Readonly<Record<string, string>> | undefined): Record<string, number> {
  const out: Record<string, number> = {};
  for (const name in list) out[name] = amountOf(name, list[name]);
  return out;
}

function add(to: Record<string, number>, more: Amounts): void {
  for (const name in more) to[name] = (to[name] ?? 0) + more[name]!;
}

function most(to: Record<string, number>, other: Amounts): void {
  for (const name in other) if (other[name]! > (to[name] ?? 0)) to[name] = other[name]!;
}

function requestsOf(container: Container, pod: Pod, usual: Amounts | undefined): Record<string, number> {
  const own = amounts(container.resources?.requests);
  const granted = pod.status?.containerStatuses?.find((s) => s.name === container.name)?.allocatedResources;
  if (granted) most(own, amounts(granted));
  for (const name in usual) own[name] ??= usual[name]!;
  return own;
}

/** The sum over containers, or the largest moment of starting up, whichever is more, and the overhead. */
export function podRequests(pod: Pod, usual?: Amounts): Amounts {
  const spec = pod.spec!;
  const total: Record<string, number> = {};
  for (const container of spec.containers ?? []) add(total, requestsOf(container, pod, usual));
  const sidecars: Record<string, number> = {};
  const start: Record<string, number> = {};
  for (const container of spec.initContainers ?? []) {
    const own = requestsOf(container, pod, usual);
    if (isSidecar(container)) {
      add(total, own);
      add(sidecars, own);
      most(start, sidecars);
    } else {
      add(own, sidecars);
      most(start, own);
    }
  }
  most(total, start);
  for (const name in spec.resources?.requests) total[name] = amountOf(name, spec.resources!.requests![name]);
  if (spec.overhead) add(total, amounts(spec.overhead));
  return total;
}

/** Both ways to count a Pod: by what it asks for, and with the usual amounts of CPU and memory for containers that ask for none. */
export interface Demand {
  readonly requests: Amounts;
  readonly spread: Amounts;
}

/** By list of containers, which stays the same when a Pod gets its node. */
const known = new WeakMap<object, Demand>();

/** What a Pod asks for. */
export function demandOf(pod: Pod): Demand {
  const { containers, initContainers, resources, overhead } = pod.spec!;
  const plain = containers && !initContainers && !resources && !overhead && !pod.status?.containerStatuses?.some((s) => s.allocatedResources);
  const old = plain ? known.get(containers) : undefined;
  if (old) return old;
  const demand = { requests: podRequests(pod), spread: podRequests(pod, USUAL) };
  if (plain) known.set(containers, demand);
  return demand;
}
