/**
 * The metrics of an autoscaler, one after the other: the replicas that each calls for and its value for the status.
 * Stands for the computeStatusFor… functions in pkg/controller/podautoscaler/horizontal.go.
 * Unlike Kubernetes: nobody serves custom or external metrics here, so those always fail as in a cluster without an adapter.
 */
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget, Pod } from '../../kinds/types.ts';
import { formatQuantity, milliOf } from '../../schema/quantity.ts';
import type { Client } from '../controller.ts';
import { selectorInGo } from '../selector.ts';
import { replicasFor, Unmeasured, type Tolerance } from './usage.ts';

/** A metric's proposal, or the reason and text of its failure. */
export type Proposal =
  | { readonly replicas: number; readonly name: string; readonly status: MetricStatus }
  | { readonly reason: string; readonly message: string; readonly full: string };

/** What metrics are asked about. */
export interface Target {
  readonly hpa: HorizontalPodAutoscaler;
  readonly current: number;
  readonly selector: string;
  readonly pods: readonly Pod[];
}

const USUAL = 0.1;

function toleranceOf({ spec }: HorizontalPodAutoscaler): Tolerance {
  const of = (text: string | undefined): number => (text === undefined ? USUAL : milliOf(text) / 1000);
  return { down: of(spec!.behavior?.scaleDown?.tolerance), up: of(spec!.behavior?.scaleUp?.tolerance) };
}

const quantity = (resource: string, milli: number): string => formatQuantity({ nano: BigInt(milli) * 1_000_000n, format: resource === 'memory' ? 'BinarySI' : 'DecimalSI' });

function resourceProposal(client: Client, { hpa, current, selector, pods }: Target, { type, resource, containerResource }: MetricSpec): Proposal {
  const { name = '', target = {} } = (resource ?? containerResource)! as { name?: string; target?: MetricTarget };
  const container = containerResource?.container ?? '';
  const reason = container ? 'FailedGetContainerResourceMetric' : 'FailedGetResourceMetric';
  const failed = (message: string): Proposal =>
    ({ reason, message, full: container ? `failed to get ${container} container metric value: ${message}` : `failed to get ${name} resource metric value: ${message}` });
  const { averageValue, averageUtilization } = target;
  if (averageValue === undefined && averageUtilization === undefined) return failed('invalid resource metric source: neither an average utilization target nor an average value (usage) target was set');
  const goal = { resource: name, container, ...(averageValue === undefined ? { utilization: averageUtilization! } : { value: milliOf(averageValue) }) };
  try {
    const { replicas, average, utilization } = replicasFor(client, goal, { current, namespace: hpa.metadata.namespace!, selector, pods, tolerance: toleranceOf(hpa) });
    const found = { averageValue: quantity(name, average), ...(utilization !== undefined && { averageUtilization: utilization }) };
    const status: MetricStatus = container ? { type: type!, containerResource: { name, container, current: found } } : { type: type!, resource: { name, current: found } };
    const called = averageValue === undefined ? `${name} ${container ? 'container ' : ''}resource utilization (percentage of request)` : `${name} resource`;
    return { replicas, name: called, status };
  } catch (error) {
    if (!(error instanceof Unmeasured)) throw error;
    return failed(`failed to get ${name} ${averageValue === undefined ? 'utilization' : 'usage'}: ${error.message}`);
  }
}

const NO_CUSTOM = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';

/** What one metric calls for. */
export function propose(client: Client, target: Target, metric: MetricSpec): Proposal {
  const { namespace } = target.hpa.metadata;
  switch (metric.type) {
    case 'Resource':
    case 'ContainerResource':
      return resourceProposal(client, target, metric);
    case 'Pods': {
      const message = `unable to get metric ${metric.pods!.metric!.name}: ${NO_CUSTOM}`;
      return { reason: 'FailedGetPodsMetric', message, full: `failed to get pods metric value: ${message}` };
    }
    case 'Object': {
      const { describedObject: of, metric: asked, target: goal } = metric.object!;
      const why = `unable to get metric ${asked!.name}: ${NO_CUSTOM} on ${of!.kind} ${namespace}/${of!.name}`;
      const message = goal?.type === 'AverageValue' ? `failed to get ${asked!.name} object metric: ${why}` : why;
      return { reason: 'FailedGetObjectMetric', message: why, full: `failed to get object metric value: ${message}` };
    }
    case 'External': {
      const { name, selector } = metric.external!.metric!;
      const why = `unable to get external metric ${namespace}/${name}/${selectorInGo(selector)}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`;
      const middle = metric.external!.target?.averageValue === undefined ? `failed to get external metric ${name}` : `failed to get ${name} external metric`;
      return { reason: 'FailedGetExternalMetric', message: why, full: `failed to get ${name} external metric value: ${middle}: ${why}` };
    }
    default: {
      const message = `unknown metric source type ${JSON.stringify(metric.type ?? '')}`;
      return { reason: 'InvalidMetricSourceType', message, full: message };
    }
  }
}
