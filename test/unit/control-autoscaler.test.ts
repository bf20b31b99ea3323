/** HorizontalPodAutoscalers: bounds, what they say without metrics, and how fast they may go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limit, remember, stabilise, type History, type Move } from '../../src/kube/control/autoscaler/pace.ts';
import { conditions, deployment, Lab } from './control-lab.ts';

const HPAS = 'horizontalpodautoscalers.autoscaling';
const hpa = (name: string, target: string, metrics: string, more = 'minReplicas: 2, maxReplicas: 3'): string =>
  `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: ${name}}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${target}}, ${more}, metrics: [${metrics}]}}`;
const CPU = '{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}';
const NO_METRICS = 'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';

test('without metrics an autoscaler still keeps the replicas within its bounds, and says what it misses', () => {
  const lab = new Lab().create(deployment('web', 'registry.k8s.io/pause:3.10', 1)).create(hpa('web', 'web', CPU)).after(20_000);
  assert.equal(lab.get('deployments.apps', 'web')!['spec'].replicas, 2);
  assert.deepEqual(conditions(lab.get(HPAS, 'web')), ['AbleToScale=True SucceededRescale']);
  lab.patch('deployments.apps', 'web', { spec: { replicas: 6 } }).after(20_000);
  assert.equal(lab.get('deployments.apps', 'web')!['spec'].replicas, 3);
  lab.after(20_000);
  assert.deepEqual(lab.events('web').filter((e) => e.includes('size')), ['SuccessfulRescale New size: 2; reason: Current number of replicas below Spec.MinReplicas', 'SuccessfulRescale New size: 3; reason: Current number of replicas above Spec.MaxReplicas']);
  assert.deepEqual(conditions(lab.get(HPAS, 'web')), ['AbleToScale=True SucceededGetScale', 'ScalingActive=False FailedGetResourceMetric']);
  assert.equal(lab.get(HPAS, 'web')!['status'].conditions[1].message, `the HPA was unable to compute the replica count: ${NO_METRICS}`);
  lab.patch('deployments.apps', 'web', { spec: { replicas: 0 } }).after(20_000);
  assert.equal(lab.get(HPAS, 'web')!['status'].conditions[1].message, 'scaling is disabled since the replica count of the target is zero');
});

test('an autoscaler whose target is not there, and one that shares Pods with another, say so', () => {
  const lab = new Lab().create(hpa('lost', 'nowhere', CPU)).create(deployment('web', 'registry.k8s.io/pause:3.10', 2)).create(hpa('a', 'web', CPU)).create(hpa('b', 'web', CPU)).after(40_000);
  assert.deepEqual(conditions(lab.get(HPAS, 'lost')), ['AbleToScale=False FailedGetScale']);
  assert.equal(lab.get(HPAS, 'lost')!['status'].conditions[0].message, `the HPA controller was unable to get the target's current scale: deployments.apps "nowhere" not found`);
  assert.deepEqual(conditions(lab.get(HPAS, 'a')), ['AbleToScale=True SucceededGetScale', 'ScalingActive=False AmbiguousSelector']);
  assert.equal(lab.get(HPAS, 'b')!['status'].conditions[1].message, 'pods by selector app=web are controlled by multiple HPAs: [{a default} {b default}]');
});

test('custom and external metrics fail as in a cluster without an adapter', () => {
  const lab = new Lab().create(deployment('web', 'registry.k8s.io/pause:3.10', 2)).create(hpa('web', 'web', '{type: Pods, pods: {metric: {name: hits}, target: {type: AverageValue, averageValue: "10"}}}')).after(20_000);
  assert.equal(lab.events('web').includes('FailedGetPodsMetric unable to get metric hits: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'), true);
});

const fresh = (): History => ({ recommended: [], up: [], down: [] });
const move = (current: number, desired: number, now = 0): Move => ({ current, desired, least: 1, most: 20, now });

test('without a behaviour it at most doubles, and goes down only to the highest recommendation of five minutes', () => {
  const history = fresh();
  assert.deepEqual(limit(history, undefined, move(3, 15)), { replicas: 6, reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' });
  assert.equal(limit(history, undefined, move(1, 15)).replicas, 4);
  assert.equal(limit(history, undefined, move(15, 40)).reason, 'TooManyReplicas');
  assert.equal(stabilise(history, undefined, move(6, 6)).replicas, 6);
  assert.deepEqual(stabilise(history, undefined, move(6, 2, 299_000)), { replicas: 6, reason: 'ScaleDownStabilized', message: 'recent recommendations were higher than current one, applying the highest recent recommendation' });
  assert.equal(stabilise(history, undefined, move(6, 2, 301_000)).replicas, 2);
});

test('a behaviour sets the pace by its policies', () => {
  const behavior = {
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { type: 'Percent', value: 100, periodSeconds: 15 }] },
    scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Min', policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }, { type: 'Percent', value: 50, periodSeconds: 60 }] },
  };
  const history = fresh();
  assert.equal(limit(history, behavior, move(2, 20)).replicas, 6);
  remember(history, behavior, move(2, 6), 6);
  assert.equal(limit(history, behavior, move(6, 20, 10_000)).replicas, 6, 'four of this period are used up');
  assert.equal(limit(history, behavior, move(6, 20, 16_000)).replicas, 12);
  assert.deepEqual(limit(history, behavior, move(10, 1, 100_000)), { replicas: 9, reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' });
  assert.equal(limit(history, { ...behavior, scaleDown: { selectPolicy: 'Disabled' } }, move(10, 1)).replicas, 10);
});
