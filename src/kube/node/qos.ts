/**
 * What a Pod asks for as a whole: sums of its containers' requests and limits, and the quality-of-service class that follows.
 * Stands for component-helpers/resource and pkg/apis/core/v1/helper/qos.
 */
import type { Container, Pod } from '../kinds/types.ts';
import { addQuantities, compareQuantities, milliOf } from '../schema/quantity.ts';

/** Amounts by resource name, as in requests and limits. */
export type Amounts = Readonly<Record<string, string>>;

function add(sum: Record<string, string>, more: Amounts | undefined): void {
  for (const name in more) sum[name] = sum[name] === undefined ? more[name]! : addQuantities(sum[name], more[name]);
}

function raise(most: Record<string, string>, other: Amounts): void {
  for (const name in other) if (compareQuantities(other[name], most[name] ?? '-1') > 0) most[name] = other[name]!;
}

/** A sidecar: an init container that goes on running. */
export const restartable = (container: Container): boolean => container.restartPolicy === 'Always';

/** The sum over the containers, or the most that one init container needs; amounts of the Pod itself win. */
export function podAmounts(pod: Pod, of: 'requests' | 'limits'): Amounts {
  const spec = pod.spec ?? {};
  const amounts = (container: Container): Amounts | undefined => container.resources?.[of] as Amounts | undefined;
  const sum: Record<string, string> = {};
  for (const container of spec.containers ?? []) add(sum, amounts(container));
  const sidecars: Record<string, string> = {};
  const most: Record<string, string> = {};
  for (const container of spec.initContainers ?? []) {
    if (restartable(container)) {
      add(sum, amounts(container));
      add(sidecars, amounts(container));
      raise(most, sidecars);
    } else {
      const alone = { ...amounts(container) };
      add(alone, sidecars);
      raise(most, alone);
    }
  }
  raise(sum, most);
  Object.assign(sum, spec.resources?.[of]);
  for (const name in spec.overhead) if (of === 'requests' || (sum[name] && milliOf(sum[name]) > 0)) add(sum, { [name]: spec.overhead[name]! });
  return sum;
}

/** `Guaranteed`, `Burstable` or `BestEffort`. */
export function qosClass(pod: Pod): string {
  const spec = pod.spec ?? {};
  const all = spec.resources && Object.keys({ ...spec.resources.requests, ...spec.resources.limits }).length > 0
    ? [spec.resources]
    : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.resources);
  let guaranteed = true;
  let asked = false;
  const sums = { requests: { cpu: 0, memory: 0 }, limits: { cpu: 0, memory: 0 } };
  for (const resources of all) {
    for (const name of ['cpu', 'memory'] as const) {
      const request = milliOf((resources?.requests as Amounts | undefined)?.[name] ?? 0);
      const limit = milliOf((resources?.limits as Amounts | undefined)?.[name] ?? 0);
      if (request > 0 || limit > 0) asked = true;
      if (limit <= 0) guaranteed = false;
      sums.requests[name] += request;
      sums.limits[name] += limit;
    }
  }
  if (!asked) return 'BestEffort';
  if (guaranteed && sums.requests.cpu === sums.limits.cpu && sums.requests.memory === sums.limits.memory) return 'Guaranteed';
  return 'Burstable';
}
