/**
 * HorizontalPodAutoscalers, in the form of autoscaling/v2 (pkg/registry/autoscaling and pkg/apis/autoscaling).
 */
import type { Draft } from '../api/kind.ts';
import { AGE, col, define, NAME, several } from './define.ts';
import { at, empty, fill, need } from './draft.ts';
import { quantityText } from './persistentvolumeclaim.ts';
import { statusOnly } from './reset.ts';
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus } from './types.ts';

const UNKNOWN = '<unknown>';
const amount = (text: string | undefined): string => (text === undefined ? UNKNOWN : quantityText(text));
const percent = (n: number | undefined, none: string): string => (n === undefined ? none : `${n}%`);

function metric(spec: MetricSpec, now: MetricStatus | undefined): string {
  const { type, resource, containerResource, pods } = spec;
  if (type === 'Resource' || type === 'ContainerResource') {
    const { name, target = {} } = (type === 'Resource' ? resource : containerResource) ?? {};
    const current = (type === 'Resource' ? now?.resource : now?.containerResource)?.current;
    if (target.averageValue !== undefined) return `${name}: ${amount(current ? (current.averageValue ?? '0') : undefined)}/${amount(target.averageValue)}`;
    return `${name}: ${percent(current?.averageUtilization, UNKNOWN)}/${percent(target.averageUtilization, '<auto>')}`;
  }
  if (type === 'Pods') return `${amount(now?.pods ? (now.pods.current?.averageValue ?? '0') : undefined)}/${quantityText(pods?.target?.averageValue)}`;
  if (type !== 'Object' && type !== 'External') return '<unknown type>';
  const target = (type === 'Object' ? spec.object : spec.external)?.target ?? {};
  const current = (type === 'Object' ? now?.object : now?.external)?.current;
  if (target.averageValue !== undefined) return `${amount(current?.averageValue)}/${amount(target.averageValue)} (avg)`;
  return `${amount(current ? (current.value ?? '0') : undefined)}/${quantityText(target.value)}`;
}

const policies = (...of: readonly [string, number][]): Draft[] => of.map(([type, value]) => ({ type, value, periodSeconds: 15 }));

function defaultAutoscaler(draft: Draft): void {
  const spec = need(draft, 'spec');
  fill(spec, { minReplicas: 1 });
  if (empty(spec, 'metrics')) spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
  const behavior = at(spec, 'behavior');
  if (!behavior) return;
  fill(need(behavior, 'scaleUp'), { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: policies(['Pods', 4], ['Percent', 100]) });
  fill(need(behavior, 'scaleDown'), { selectPolicy: 'Max', policies: policies(['Percent', 100]) });
}

export const horizontalPodAutoscaler = define<HorizontalPodAutoscaler>({
  resource: 'horizontalpodautoscalers.autoscaling',
  generation: false,
  columns: [
    NAME,
    col('Reference', (h) => `${h.spec?.scaleTargetRef?.kind}/${h.spec?.scaleTargetRef?.name}`),
    col('Targets', (h) => several((h.spec?.metrics ?? []).map((m, i) => metric(m, h.status?.currentMetrics?.[i])), 2, '<none>', ', ')),
    col('MinPods', (h) => String(h.spec?.minReplicas ?? '<unset>')),
    col('MaxPods', (h) => h.spec?.maxReplicas ?? 0),
    col('Replicas', (h) => h.status?.currentReplicas ?? 0),
    AGE,
  ],
  default: defaultAutoscaler,
  prepare: statusOnly,
});
