/**
 * HorizontalPodAutoscalers: bounds, target, metrics, behavior (pkg/apis/autoscaling/validation).
 */
import { dnsLabel, pathSegment } from '../../../schema/names.ts';
import { compareQuantities } from '../../../schema/quantity.ts';
import { NEGATIVE } from '../../faults.ts';
import type { Faults } from '../../faults.ts';
import type { CrossVersionObjectReference, HPAScalingRules, HorizontalPodAutoscaler, MetricIdentifier, MetricSpec, MetricTarget } from '../../types.ts';
import { checkText } from '../labels.ts';
import { checkContainerResourceName } from '../resources.ts';
import { rules } from '../rules.ts';

const METRICS = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const MOST_SECONDS = 1800;
const LONGEST_WINDOW = 3600;

/** What is wrong with the version in a reference. */
function versionError(version: string, mayLackGroup: boolean): string | undefined {
  const parts = version.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${version}`;
  return !mayLackGroup && (parts.length < 2 || !parts[0]) ? 'apiVersion must specify API group' : undefined;
}

function checkReference(e: Faults, path: string, { kind, name, apiVersion = '' }: CrossVersionObjectReference, mayLackGroup: boolean, anyVersion: boolean): void {
  for (const [field, value] of [['kind', kind], ['name', name]] as const) {
    if (!value) e.required(`${path}.${field}`);
    else checkText(e, `${path}.${field}`, value, pathSegment);
  }
  const wrong = anyVersion ? undefined : versionError(apiVersion, mayLackGroup);
  if (wrong) e.invalid(`${path}.apiVersion`, apiVersion, wrong);
}

function checkIdentifier(e: Faults, path: string, { name }: MetricIdentifier = {}): void {
  if (!name) e.required(`${path}.name`, 'must specify a metric name');
  else checkText(e, `${path}.name`, name, pathSegment);
}

function checkTarget(e: Faults, path: string, { type = '', value, averageValue, averageUtilization }: MetricTarget): void {
  if (!type) e.required(`${path}.type`, 'must specify a metric target type');
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) e.invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue');
  for (const [field, amount] of [['value', value], ['averageValue', averageValue]] as const) {
    if (amount !== undefined && compareQuantities(amount, '0') <= 0) e.invalid(`${path}.${field}`, amount, 'must be positive');
  }
  if (averageUtilization !== undefined && averageUtilization < 1) e.invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0');
}

/** A share of requests, or an amount. */
function checkResourceTarget(e: Faults, path: string, target: MetricTarget): void {
  checkTarget(e, path, target);
  const { averageUtilization: share, averageValue: amount } = target;
  if (share === undefined && amount === undefined) e.required(`${path}.averageUtilization`, 'must set either a target raw value or a target utilization');
  if (share !== undefined && amount !== undefined) e.forbidden(`${path}.averageValue`, 'may not set both a target raw value and a target utilization');
}

type Sources = Pick<MetricSpec, 'object' | 'external' | 'pods' | 'resource' | 'containerResource'>;
type Check<K extends keyof Sources> = (e: Faults, path: string, source: NonNullable<Sources[K]>, anyVersion: boolean) => void;

/** In the order in which the server looks at them. */
const SOURCES: { readonly [K in keyof Sources]-?: Check<K> } = {
  object(e, path, { describedObject = {}, metric, target = {} }, anyVersion) {
    checkReference(e, `${path}.describedObject`, describedObject, true, anyVersion);
    checkIdentifier(e, `${path}.metric`, metric);
    checkTarget(e, `${path}.target`, target);
    if (target.value === undefined && target.averageValue === undefined) e.required(`${path}.target.averageValue`, 'must set either a target value or averageValue');
  },
  external(e, path, { metric, target = {} }) {
    checkIdentifier(e, `${path}.metric`, metric);
    checkTarget(e, `${path}.target`, target);
    const { value, averageValue } = target;
    if (value === undefined && averageValue === undefined) e.required(`${path}.target.averageValue`, 'must set either a target value for metric or a per-pod target');
    if (value !== undefined && averageValue !== undefined) e.forbidden(`${path}.target.value`, 'may not set both a target value for metric and a per-pod target');
  },
  pods(e, path, { metric, target = {} }) {
    checkIdentifier(e, `${path}.metric`, metric);
    checkTarget(e, `${path}.target`, target);
    if (target.averageValue === undefined) e.required(`${path}.target.averageValue`, 'must specify a positive target averageValue');
  },
  resource(e, path, { name, target = {} }) {
    if (!name) e.required(`${path}.name`, 'must specify a resource name');
    checkResourceTarget(e, `${path}.target`, target);
  },
  containerResource(e, path, { name, container, target = {} }) {
    if (!name) e.required(`${path}.name`, 'must specify a resource name');
    else checkContainerResourceName(e, `${path}.name`, name);
    if (!container) e.required(`${path}.container`, 'must specify a container');
    else checkText(e, `${path}.container`, container, dnsLabel);
    checkResourceTarget(e, `${path}.target`, target);
  },
};

function checkMetric(e: Faults, path: string, spec: MetricSpec, anyVersion: boolean): void {
  const { type = '' } = spec;
  if (!type) e.required(`${path}.type`, 'must specify a metric source type');
  if (!METRICS.includes(type)) e.unsupported(`${path}.type`, type, METRICS);
  const given = (Object.keys(SOURCES) as (keyof Sources)[]).filter((name) => spec[name]);
  const first = given[0];
  if (first) (SOURCES[first] as Check<keyof Sources>)(e, `${path}.${first}`, spec[first]!, anyVersion);
  const wanted = METRICS.includes(type) ? type[0]!.toLowerCase() + type.slice(1) : '';
  if (wanted && !(given as string[]).includes(wanted)) e.required(`${path}.${wanted}`, 'must populate information for the given metric source');
  if (given.length > 1) for (const name of given) if (name !== wanted) e.forbidden(`${path}.${name}`, 'must populate the given metric source only');
}

function checkScaling(e: Faults, path: string, { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance }: HPAScalingRules): void {
  if (window !== undefined && window < 0) e.invalid(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero');
  if (window !== undefined && window > LONGEST_WINDOW) e.invalid(`${path}.stabilizationWindowSeconds`, window, `must be less than or equal to ${LONGEST_WINDOW}`);
  e.optional(`${path}.selectPolicy`, selectPolicy, ['Disabled', 'Max', 'Min']);
  if (policies.length === 0) e.required(`${path}.policies`, 'must specify at least one Policy');
  for (const [i, { type = '', value, periodSeconds }] of policies.entries()) {
    const at = `${path}.policies[${i}]`;
    e.optional(`${at}.type`, type, ['Percent', 'Pods']);
    e.positive(`${at}.value`, value);
    e.positive(`${at}.periodSeconds`, periodSeconds);
    if (periodSeconds !== undefined && periodSeconds > MOST_SECONDS) e.invalid(`${at}.periodSeconds`, periodSeconds, `must be less than or equal to ${MOST_SECONDS}`);
  }
  if (tolerance !== undefined && compareQuantities(tolerance, '0') < 0) e.invalid(`${path}.tolerance`, tolerance, NEGATIVE);
}

export const horizontalPodAutoscaler = rules<HorizontalPodAutoscaler>({
  check(e, { spec = {} }, old) {
    const { minReplicas: min, maxReplicas: max = 0, scaleTargetRef: target = {}, metrics = [], behavior } = spec;
    const before = old?.spec;
    const least = before?.minReplicas === 0 ? 0 : 1;
    if (min !== undefined && min < least) e.invalid('spec.minReplicas', min, `must be greater than or equal to ${least}`);
    if (max === 0) e.required('spec.maxReplicas', 'must be set and greater than 0');
    else if (max < 0) e.invalid('spec.maxReplicas', max, 'must be greater than or equal to 1');
    if (min !== undefined && max < min) e.invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`');
    const sameTarget = before !== undefined && before.scaleTargetRef?.apiVersion === target.apiVersion && before.scaleTargetRef?.kind === target.kind;
    checkReference(e, 'spec.scaleTargetRef', target, target.kind === 'ReplicationController', sameTarget);
    const anyVersion = (before?.metrics ?? []).some(({ type, object }) => type === 'Object' && object && versionError(object.describedObject?.apiVersion ?? '', true));
    for (const [i, metric] of metrics.entries()) checkMetric(e, `spec.metrics[${i}]`, metric, anyVersion);
    if (min === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
      e.forbidden('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas');
    }
    for (const way of ['scaleUp', 'scaleDown'] as const) if (behavior?.[way]) checkScaling(e, `spec.behavior.${way}`, behavior[way]);
  },
  status(e, { status }) {
    for (const field of ['currentReplicas', 'desiredReplicas'] as const) e.nonNegative(`status.${field}`, status?.[field]);
  },
});
