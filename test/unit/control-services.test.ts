/** Endpoints of Services: slices, the old Endpoints objects, mirrored ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment, Lab, type Loose } from './control-lab.ts';

const SLICES = 'endpointslices.discovery.k8s.io';
const service = (name: string, spec: string): string => `{apiVersion: v1, kind: Service, metadata: {name: ${name}, labels: {tier: front}}, spec: {${spec}}}`;
const slicesOf = (lab: Lab, name: string): readonly Loose[] => lab.list(SLICES).filter((s) => s.metadata.labels!['kubernetes.io/service-name'] === name);
const endpointsOf = (lab: Lab, name: string): readonly Loose[] => slicesOf(lab, name).flatMap((s) => s['endpoints'] ?? []);
const readyOf = (lab: Lab, name: string): readonly string[] => endpointsOf(lab, name).filter((e) => e['conditions'].ready).map((e) => e['targetRef'].name).sort();

test('the ready Pods that a Service selects are in its EndpointSlice, with the labels that say whose it is', () => {
  const lab = new Lab().create(service('web', 'selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]')).after(100);
  const [slice] = slicesOf(lab, 'web');
  assert.deepEqual([slice!['endpoints'] ?? [], slice!['ports'] ?? [], slice!['addressType']], [[], [], 'IPv4']);
  lab.create(deployment('web', 'nginx:1.25', 2)).until((l) => readyOf(l, 'web').length === 2);
  const now = slicesOf(lab, 'web')[0]!;
  assert.deepEqual(now.metadata.labels, { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io', 'kubernetes.io/service-name': 'web', tier: 'front' });
  assert.deepEqual(now['ports'], [{ name: 'http', port: 8080, protocol: 'TCP' }]);
  const one = now['endpoints'][0];
  const pod = lab.get('pods', one.targetRef.name)!;
  assert.deepEqual([one.addresses, one.nodeName, one.conditions], [[pod['status'].podIP], pod['spec'].nodeName, { ready: true, serving: true, terminating: false }]);
  assert.equal(now.metadata.ownerReferences![0]!.kind, 'Service');
});

test('a Pod that is going is in the slice as terminating, one that is gone is not', () => {
  const lab = new Lab().create(service('web', 'selector: {app: web}, ports: [{port: 80}]'));
  lab.create(deployment('web', 'nginx:1.25', 1)).until((l) => readyOf(l, 'web').length === 1);
  const [name] = readyOf(lab, 'web');
  lab.patch('deployments.apps', 'web', { spec: { replicas: 0 } }).until((l) => endpointsOf(l, 'web').some((e) => e['conditions'].terminating), 5000, 5);
  assert.deepEqual(endpointsOf(lab, 'web').map((e) => [e['targetRef'].name, e['conditions'].ready]), [[name, false]]);
  lab.until((l) => endpointsOf(l, 'web').length === 0);
});

test('a port by name finds the number of each Pod; Pods with other numbers stand in a slice of their own', () => {
  const pod = (name: string, port: number): string => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, labels: {app: mixed}}, spec: {containers: [{name: c, image: "nginx:1.25", ports: [{name: web, containerPort: ${port}}]}]}}`;
  const lab = new Lab().create(service('mixed', 'selector: {app: mixed}, ports: [{port: 80, targetPort: web}]')).create(pod('a', 80)).create(pod('b', 8080)).until((l) => readyOf(l, 'mixed').length === 2);
  assert.deepEqual(slicesOf(lab, 'mixed').filter((s) => s['endpoints'].length).map((s) => [s['ports'][0].port, s['endpoints'][0].targetRef.name]).sort(), [[80, 'a'], [8080, 'b']]);
});

test('a slice holds a hundred endpoints, the rest goes into another', () => {
  const lab = new Lab(3).create(service('web', 'selector: {app: web}, ports: [{port: 80}]')).create(deployment('web', 'registry.k8s.io/pause:3.10', 130)).until((l) => readyOf(l, 'web').length === 130);
  assert.deepEqual(slicesOf(lab, 'web').map((s) => s['endpoints'].length).sort((a, b) => a - b), [30, 100]);
  lab.patch('deployments.apps', 'web', { spec: { replicas: 20 } }).until((l) => endpointsOf(l, 'web').length === 20);
});

test('the old Endpoints object says the same, sorted by address', () => {
  const lab = new Lab().create(service('web', 'selector: {app: web}, ports: [{port: 80}]')).create(deployment('web', 'nginx:1.25', 3)).until((l) => readyOf(l, 'web').length === 3).after(100);
  const { subsets } = lab.get('endpoints', 'web')!;
  const number = (ip: string): number => ip.split('.').reduce((n, part) => n * 256 + Number(part), 0);
  const ips = subsets[0].addresses.map((a: { ip: string }) => number(a.ip));
  assert.equal(ips.length, 3);
  assert.deepEqual(ips, [...ips].sort((a: number, b: number) => a - b));
});

test('Endpoints written by hand for a Service without a selector are mirrored into a slice, and go with it', () => {
  const lab = new Lab().create(service('outside', 'ports: [{port: 80}]'));
  lab.create('{apiVersion: v1, kind: Endpoints, metadata: {name: outside}, subsets: [{addresses: [{ip: 10.1.2.3}], ports: [{port: 9000}]}]}').after(1000);
  const [slice] = slicesOf(lab, 'outside');
  assert.equal(slice!.metadata.labels!['endpointslice.kubernetes.io/managed-by'], 'endpointslicemirroring-controller.k8s.io');
  assert.deepEqual([slice!['endpoints'][0].addresses, slice!['ports'][0].port], [['10.1.2.3'], 9000]);
  lab.delete('endpoints', 'outside').after(2000);
  assert.deepEqual(slicesOf(lab, 'outside'), []);
});

test('a deleted Service takes its slices and Endpoints along', () => {
  const lab = new Lab().create(service('web', 'selector: {app: web}, ports: [{port: 80}]')).after(1000).delete('services', 'web').after(3000);
  assert.deepEqual(slicesOf(lab, 'web'), []);
  assert.equal(lab.get('endpoints', 'web'), undefined);
});
