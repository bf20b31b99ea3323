/**
 * Resources that are served in several versions and stored in one: events of events.k8s.io, HorizontalPodAutoscalers of autoscaling/v1.
 * Stands for the conversion functions of pkg/apis.
 */
import { normalise } from '../schema/decode.ts';
import type { Exchange } from './exchange.ts';
import type { Draft } from './kind.ts';
import type { KubeObject } from './wire.ts';

/** A draft as the client wrote it, in the version in which it is stored. */
export function toStored(x: Exchange, draft: Draft): Draft {
  if (x.resource === x.stored) return draft;
  if (!x.resource.type) return { ...draft, apiVersion: x.stored.apiVersion };
  const to = CONVERSIONS[x.resource.groupResource]?.to;
  return to ? to(draft) : draft;
}

/** An object of the store, in the version that was asked for. */
export function fromStored(x: Pick<Exchange, 'resource' | 'stored'>, object: KubeObject): KubeObject {
  if (x.resource === x.stored) return object;
  if (!x.resource.type) return { ...object, apiVersion: x.resource.apiVersion };
  const from = CONVERSIONS[x.resource.groupResource]?.from;
  if (!from) return object;
  const made: Draft = { ...from(object as unknown as Draft), apiVersion: x.resource.apiVersion, kind: x.resource.kind };
  return normalise(made, x.resource.type!) as unknown as KubeObject;
}

/** Renames fields; what is not named stays as it is. */
function renamed(draft: Draft, names: Readonly<Record<string, string>>): Draft {
  const out: Draft = {};
  for (const key in draft) out[names[key] ?? key] = draft[key];
  return out;
}

const EVENT_TO_CORE = {
  regarding: 'involvedObject', note: 'message', reportingController: 'reportingComponent', deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp', deprecatedLastTimestamp: 'lastTimestamp', deprecatedCount: 'count',
};
const EVENT_FROM_CORE = Object.fromEntries(Object.entries(EVENT_TO_CORE).map(([a, b]) => [b, a]));

const ANNOTATIONS = { conditions: 'autoscaling.alpha.kubernetes.io/conditions', metrics: 'autoscaling.alpha.kubernetes.io/metrics', current: 'autoscaling.alpha.kubernetes.io/current-metrics', behavior: 'autoscaling.alpha.kubernetes.io/behavior' };

interface Metric {
  readonly type: string;
  readonly resource?: { readonly name: string; readonly target?: { readonly type: string; readonly averageUtilization?: number }; readonly current?: { readonly averageUtilization?: number } };
}

const isCpu = (m: Metric): boolean => m.type === 'Resource' && m.resource?.name === 'cpu';

function hpaToV2(draft: Draft): Draft {
  const { targetCPUUtilizationPercentage: cpu, ...spec } = { ...(draft['spec'] as Draft) };
  const meta = { ...(draft['metadata'] as Draft) };
  const annotations = { ...(meta['annotations'] as Record<string, string> | undefined) };
  const kept = annotations[ANNOTATIONS.metrics];
  const others = kept ? (JSON.parse(kept) as Metric[]) : [];
  const behavior = annotations[ANNOTATIONS.behavior];
  for (const name of Object.values(ANNOTATIONS)) delete annotations[name];
  meta['annotations'] = annotations;
  const metrics = [...others, ...(cpu !== undefined ? [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } } }] : [])];
  const { currentCPUUtilizationPercentage: current, ...status } = { ...(draft['status'] as Draft) };
  return {
    ...draft, metadata: meta,
    spec: { ...spec, ...(metrics.length && { metrics }), ...(behavior && { behavior: JSON.parse(behavior) as unknown }) },
    status: { ...status, ...(current !== undefined && { currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }] }) },
  };
}

function hpaFromV2(draft: Draft): Draft {
  const { metrics, behavior, ...spec } = { ...(draft['spec'] as Draft & { metrics?: readonly Metric[]; behavior?: unknown }) };
  const { currentMetrics, conditions, ...status } = { ...(draft['status'] as Draft & { currentMetrics?: readonly Metric[] }) };
  const meta = { ...(draft['metadata'] as Draft) };
  const annotations = { ...(meta['annotations'] as Record<string, string> | undefined) };
  const cpu = metrics?.find((m) => isCpu(m) && m.resource?.target?.averageUtilization !== undefined);
  const others = metrics?.filter((m) => m !== cpu) ?? [];
  if (others.length) annotations[ANNOTATIONS.metrics] = JSON.stringify(others);
  if (behavior) annotations[ANNOTATIONS.behavior] = JSON.stringify(behavior);
  if (Array.isArray(conditions) && conditions.length) annotations[ANNOTATIONS.conditions] = JSON.stringify(conditions);
  const current = currentMetrics?.find((m) => isCpu(m) && m.resource?.current?.averageUtilization !== undefined);
  const otherCurrent = currentMetrics?.filter((m) => m !== current) ?? [];
  if (otherCurrent.length) annotations[ANNOTATIONS.current] = JSON.stringify(otherCurrent);
  if (Object.keys(annotations).length) meta['annotations'] = annotations;
  return {
    ...draft, metadata: meta,
    spec: { ...spec, ...(cpu && { targetCPUUtilizationPercentage: cpu.resource!.target!.averageUtilization }) },
    status: { ...status, ...(current && { currentCPUUtilizationPercentage: current.resource!.current!.averageUtilization }) },
  };
}

const CONVERSIONS: Readonly<Record<string, { to(draft: Draft): Draft; from(draft: Draft): Draft }>> = {
  'events.events.k8s.io': { to: (draft) => renamed(draft, EVENT_TO_CORE), from: (draft) => renamed(draft, EVENT_FROM_CORE) },
  'horizontalpodautoscalers.autoscaling': { to: hpaToV2, from: hpaFromV2 },
};
