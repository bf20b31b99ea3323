/**
 * What Pods use, against what they ask for: how many replicas a measured value calls for.
 * Stands for replica_calculator.go and the metrics clients of pkg/controller/podautoscaler.
 */
import { parseRfc3339 } from '../../../sim/date.ts';
import type { Status } from '../../api/wire.ts';
import type { Pod } from '../../kinds/types.ts';
import { milliOf } from '../../schema/quantity.ts';
import { conditionOf } from '../condition.ts';
import type { Client } from '../controller.ts';
import { isSidecar } from '../pods.ts';
import { unixNow } from '../times.ts';

/** For so long after its start a Pod's CPU counts only while it is ready. */
const CPU_WARM_UP = 300_000;
/** For so long after its start a Pod that is not ready was perhaps never. */
const READINESS_DELAY = 30_000;

/** What keeps a metric from being had, as the autoscaler says it. */
export class Unmeasured extends Error {}

/** One Pod's value, in thousandths; when it was taken and over how long, in Unix milliseconds and milliseconds. */
interface Sample {
  readonly value: number;
  readonly at: number;
  readonly window: number;
}

type Samples = Map<string, Sample>;

interface PodMetrics {
  readonly metadata: { readonly name: string };
  readonly timestamp: string;
  readonly window: string;
  readonly containers?: readonly { readonly name: string; readonly usage: Readonly<Record<string, string>> }[];
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** `1m0.5s` in milliseconds. */
const duration = (text: string): number => [...text.matchAll(/([\d.]+)(ms|h|m|s)/g)].reduce((sum, [, n, unit]) => sum + Number(n) * UNITS[unit!]!, 0);

/** What a client says of an answer that is no metrics. */
function refusal(code: number, body: unknown): string {
  const { kind, message, reason } = (body ?? {}) as Partial<Status>;
  if (kind === 'Status' && message && reason !== 'ServiceUnavailable') return message;
  return `${code === 503 ? 'the server is currently unable to handle the request' : 'the server could not find the requested resource'} (get pods.metrics.k8s.io)`;
}

function samples(client: Client, namespace: string, selector: string, resource: string, container: string): Samples {
  const { code, body } = client.request('GET', `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`, undefined, { labelSelector: selector });
  const failed = (why: string): never => {
    throw new Unmeasured(`unable to get metrics for resource ${resource}: ${why}`);
  };
  if (code >= 300) failed(`unable to fetch metrics from resource metrics API: ${refusal(code, body)}`);
  const items = (body as { items?: readonly PodMetrics[] }).items ?? [];
  if (!items.length) failed('no metrics returned from resource metrics API');
  const out: Samples = new Map();
  for (const { metadata, timestamp, window, containers = [] } of items) {
    const of = container ? containers.filter((c) => c.name === container) : containers;
    if (!of.length || of.some((c) => c.usage[resource] === undefined)) continue;
    out.set(metadata.name, { value: of.reduce((sum, c) => sum + milliOf(c.usage[resource]), 0), at: parseRfc3339(timestamp) ?? 0, window: duration(window) });
  }
  return out;
}

/** Whether a Pod's CPU does not count yet. */
function isWarmingUp(pod: Pod, { at, window }: Sample, now: number): boolean {
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  const started = parseRfc3339(pod.status?.startTime ?? '');
  if (!ready || started === undefined) return true;
  const turned = parseRfc3339(ready.lastTransitionTime ?? '') ?? 0;
  if (started + CPU_WARM_UP > now) return ready.status === 'False' || at < turned + window;
  return ready.status === 'False' && started + READINESS_DELAY > turned;
}

interface Groups {
  readonly ready: number;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
}

/** Sorts Pods by whether their values count, and takes out of `values` what does not. */
function group(pods: readonly Pod[], values: Samples, resource: string, now: number): Groups {
  const unready: string[] = [];
  const missing: string[] = [];
  let ready = 0;
  for (const pod of pods) {
    const { name } = pod.metadata;
    const sample = values.get(name);
    if (pod.metadata.deletionTimestamp || pod.status?.phase === 'Failed') values.delete(name);
    else if (pod.status?.phase === 'Pending') unready.push(name);
    else if (!sample) missing.push(name);
    else if (resource === 'cpu' && isWarmingUp(pod, sample, now)) unready.push(name);
    else ready++;
  }
  for (const name of unready) values.delete(name);
  if (!values.size) throw new Unmeasured('did not receive metrics for targeted pods (pods might be unready)');
  return { ready, unready, missing };
}

/** What each Pod asks for, in thousandths. */
function requests(pods: readonly Pod[], resource: string, container: string): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  for (const { metadata: { name }, spec } of pods) {
    const whole = spec?.resources?.requests;
    if (whole && !container) {
      if (whole[resource] === undefined) throw new Unmeasured(`missing pod-level request for ${resource} in Pod ${name}`);
      out.set(name, milliOf(whole[resource]));
      continue;
    }
    const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []).filter(isSidecar)].filter((c) => !container || c.name === container);
    if (container && !all.length) throw new Unmeasured(`container ${container} not found in Pod ${name}`);
    const missing = all.find((c) => c.resources?.requests?.[resource] === undefined);
    if (missing) throw new Unmeasured(`missing request for ${resource} in container ${missing.name} of Pod ${name}`);
    out.set(name, all.reduce((sum, c) => sum + milliOf(c.resources!.requests![resource]), 0));
  }
  return out;
}

/** How far from 1 a ratio may be without any scaling. */
export interface Tolerance {
  readonly down: number;
  readonly up: number;
}

/** What is wanted: a share of the requests in percent, or a value per Pod in thousandths. */
export interface Goal {
  readonly resource: string;
  readonly container: string;
  readonly utilization?: number;
  readonly value?: number;
}

/** What came out: replicas, percent of the requests, and the average in thousandths. */
export interface Finding {
  readonly replicas: number;
  readonly utilization?: number;
  readonly average: number;
}

interface Ratio {
  readonly ratio: number;
  readonly utilization?: number;
  readonly average: number;
}

function ratioOf(values: Samples, goal: Goal, asked: ReadonlyMap<string, number> | undefined): Ratio {
  let total = 0;
  let requested = 0;
  let count = 0;
  for (const [name, { value }] of values) {
    const request = asked?.get(name);
    if (asked && request === undefined) continue;
    total += value;
    requested += request ?? 0;
    count++;
  }
  if (!asked) {
    const average = Math.trunc(total / count);
    return { ratio: average / goal.value!, average };
  }
  if (requested === 0) throw new Unmeasured('no metrics returned matched known pods');
  const utilization = Math.trunc((total * 100) / requested);
  return { ratio: utilization / goal.utilization!, utilization, average: Math.trunc(total / count) };
}

/** How many replicas it takes to meet a goal. Throws Unmeasured when it cannot be known. */
export function replicasFor(client: Client, goal: Goal, { current, namespace, selector, pods, tolerance }: { readonly current: number; readonly namespace: string; readonly selector: string; readonly pods: readonly Pod[]; readonly tolerance: Tolerance }): Finding {
  const values = samples(client, namespace, selector, goal.resource, goal.container);
  if (!pods.length) throw new Unmeasured('no pods returned by selector while calculating replica count');
  const { ready, unready, missing } = group(pods, values, goal.resource, unixNow(client));
  const asked = goal.utilization === undefined ? undefined : requests(pods, goal.resource, goal.container);
  const first = ratioOf(values, goal, asked);
  const found = (replicas: number): Finding => ({ replicas, average: first.average, ...(first.utilization !== undefined && { utilization: first.utilization }) });
  const within = (ratio: number): boolean => 1 - tolerance.down <= ratio && ratio <= 1 + tolerance.up;
  const countUnready = unready.length > 0 && first.ratio > 1;
  if (!countUnready && !missing.length) return found(within(first.ratio) ? current : Math.ceil(first.ratio * ready));
  const set = (name: string, value: number): unknown => values.set(name, { value, at: 0, window: 0 });
  for (const name of missing) {
    if (first.ratio < 1) set(name, asked ? Math.trunc((asked.get(name)! * Math.max(100, goal.utilization!)) / 100) : goal.value!);
    else if (first.ratio > 1) set(name, 0);
  }
  if (countUnready) for (const name of unready) set(name, 0);
  const { ratio } = ratioOf(values, goal, asked);
  if (within(ratio) || (first.ratio < 1 && ratio > 1) || (first.ratio > 1 && ratio < 1)) return found(current);
  const replicas = Math.ceil(ratio * values.size);
  return found((ratio < 1 && replicas > current) || (ratio > 1 && replicas < current) ? current : replicas);
}
