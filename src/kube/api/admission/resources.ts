/**
 * What a Pod as a whole asks for and is limited to.
 * Stands for k8s.io/component-helpers/resource.
 */
import { addQuantities, compareQuantities } from '../../schema/quantity.ts';
import type { ContainerDraft, PodSpecDraft } from './pod-shape.ts';

/** Quantities by resource name. */
export type Resources = Readonly<Record<string, string>>;

const POD_LEVEL = ['cpu', 'memory'];

function sum(into: Record<string, string>, more: Resources | undefined): void {
  for (const name in more) into[name] = into[name] === undefined ? more[name]! : addQuantities(into[name], more[name]);
}

function raise(into: Record<string, string>, more: Resources): void {
  for (const name in more) if (into[name] === undefined || compareQuantities(more[name], into[name]) > 0) into[name] = more[name]!;
}

/** Containers together, or the greatest init container with the sidecars before it, whichever is more. */
function total(spec: PodSpecDraft, kind: 'requests' | 'limits'): Resources {
  const of = (c: ContainerDraft): Resources | undefined => c.resources?.[kind];
  const all: Record<string, string> = {};
  for (const c of spec.containers ?? []) sum(all, of(c));
  const sidecars: Record<string, string> = {};
  const init: Record<string, string> = {};
  for (const c of spec.initContainers ?? []) {
    const here: Record<string, string> = {};
    if (c.restartPolicy === 'Always') {
      sum(all, of(c));
      sum(sidecars, of(c));
    } else sum(here, of(c));
    sum(here, sidecars);
    raise(init, here);
  }
  raise(all, init);
  for (const name of POD_LEVEL) {
    const own = spec.resources?.[kind]?.[name];
    if (own !== undefined) all[name] = own;
  }
  return all;
}

export const podRequests = (spec: PodSpecDraft): Resources => total(spec, 'requests');
export const podLimits = (spec: PodSpecDraft): Resources => total(spec, 'limits');
