/** The scheduler: where Pods go, where they cannot go and in which words, who has to leave, when it tries again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { condition, deployment, Lab } from './control-lab.ts';

const pod = (name: string, spec = '', metadata = '', container = ''): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}${metadata}}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: "registry.k8s.io/pause:3.10"${container}}]${spec}}}`;
const asks = (cpu: string): string => `, resources: {requests: {cpu: ${cpu}}}`;
const nodeOf = (lab: Lab, name: string): string | undefined => lab.get('pods', name)!['spec'].nodeName;
const refusal = (lab: Lab, name: string): string => lab.get('pods', name)!['status'].conditions.find((c: { type: string }) => c.type === 'PodScheduled').message;
const NOT_HELPFUL = 'no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';

test('a Pod that fits is bound, and the event says where', () => {
  const lab = new Lab().create(pod('web')).after(1000);
  assert.match(nodeOf(lab, 'web')!, /^k8s-node[12]$/);
  assert.deepEqual(lab.events('web'), [`Scheduled Successfully assigned default/web to ${nodeOf(lab, 'web')}`]);
});

test('Pods of a Deployment spread over the nodes', () => {
  const lab = new Lab(3).create(deployment('web', 'registry.k8s.io/pause:3.10', 9)).until((l) => l.ready().length === 9);
  const counts = new Map<string, number>();
  for (const name of lab.names('pods')) counts.set(nodeOf(lab, name)!, (counts.get(nodeOf(lab, name)!) ?? 0) + 1);
  assert.deepEqual([...counts.values()], [3, 3, 3]);
});

const REFUSALS: readonly (readonly [what: string, manifest: string, text: string])[] = [
  ['too much CPU', pod('p', '', '', asks('3')), `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. ${NOT_HELPFUL}`],
  ['too much memory and CPU', pod('p', '', '', ', resources: {requests: {cpu: "3", memory: 100Gi}}'), `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu, 2 Insufficient memory. ${NOT_HELPFUL}`],
  ['a node selector that no node has', pod('p', ', nodeSelector: {disk: ssd}'), `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. ${NOT_HELPFUL}`],
  ['an extended resource that no node has', pod('p', '', '', ', resources: {limits: {example.com/gpu: 1}}'), `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient example.com/gpu. ${NOT_HELPFUL}`],
];
for (const [what, manifest, text] of REFUSALS) {
  test(`a Pod stays Pending and says why: ${what}`, () => {
    const lab = new Lab().create(manifest).after(2000);
    assert.equal(nodeOf(lab, 'p'), undefined);
    assert.equal(condition(lab.get('pods', 'p'), 'PodScheduled'), 'False');
    assert.equal(refusal(lab, 'p'), text);
    assert.deepEqual(lab.events('p'), [`FailedScheduling ${refusal(lab, 'p')}`]);
  });
}

test('a Pod whose claim is not there waits for it', () => {
  const lab = new Lab().create(pod('p', ', volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]')).after(2000);
  assert.match(refusal(lab, 'p'), /^0\/3 nodes are available: persistentvolumeclaim "data" not found\. /);
});

test('a node that is full now could have room later: preemption looks for victims and finds none', () => {
  const lab = new Lab().create(pod('a', '', '', asks('1500m'))).create(pod('b', '', '', asks('1500m'))).create(pod('c', '', '', asks('1'))).after(3000);
  assert.equal(refusal(lab, 'c'), '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.');
  lab.delete('pods', 'a').until((l) => nodeOf(l, 'c') !== undefined, 15_000);
});

test('a host port is taken once per node', () => {
  const manifest = (name: string): string => pod(name, '', '', ', ports: [{containerPort: 80, hostPort: 8080}]');
  const lab = new Lab().create(manifest('a')).create(manifest('b')).create(manifest('c')).after(3000);
  assert.equal(new Set([nodeOf(lab, 'a'), nodeOf(lab, 'b')]).size, 2);
  assert.equal(refusal(lab, 'c'), "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't have free ports for the requested pod ports. no new claims to deallocate, preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.");
  lab.delete('pods', 'a').until((l) => nodeOf(l, 'c') !== undefined, 20_000);
});

test('a waiting Pod is tried again when a node changes so that it may fit, not otherwise', () => {
  const lab = new Lab().create(pod('p', ', nodeSelector: {disk: ssd}')).after(2000);
  const tries = (): number => lab.events('p').filter((e) => e.startsWith('FailedScheduling')).length;
  lab.patch('nodes', 'k8s-node1', { metadata: { labels: { colour: 'red' } } }).after(10_000);
  assert.equal(nodeOf(lab, 'p'), undefined);
  assert.equal(tries(), 1);
  lab.patch('nodes', 'k8s-node1', { metadata: { labels: { disk: 'ssd' } } }).until((l) => nodeOf(l, 'p') === 'k8s-node1', 15_000);
});

test('a cordoned node gets nothing; a toleration gets a Pod onto the control plane', () => {
  const lab = new Lab(1).patch('nodes', 'k8s-node1', { spec: { unschedulable: true } }).create(pod('p')).create(pod('q', ', tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists}]')).after(2000);
  assert.equal(refusal(lab, 'p'), '0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.');
  assert.equal(nodeOf(lab, 'q'), 'k8s-master');
  lab.patch('nodes', 'k8s-node1', { spec: { unschedulable: null } }).until((l) => nodeOf(l, 'p') === 'k8s-node1', 15_000);
});

test('required node affinity binds, preferred affinity draws', () => {
  const lab = new Lab(3).patch('nodes', 'k8s-node3', { metadata: { labels: { disk: 'ssd' } } });
  const terms = '[{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]';
  lab.create(pod('must', `, affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: ${terms}}}}`));
  lab.create(pod('not', ', affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: DoesNotExist}]}]}}}'));
  lab.create(pod('likes', ', affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, preference: {matchExpressions: [{key: disk, operator: Exists}]}}]}}')).after(2000);
  assert.equal(nodeOf(lab, 'must'), 'k8s-node3');
  assert.notEqual(nodeOf(lab, 'not'), 'k8s-node3');
  assert.equal(nodeOf(lab, 'likes'), 'k8s-node3');
});

test('Pods that must be together are, Pods that must be apart are, and one too many waits', () => {
  const near = ', affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: db}}}]}}';
  const apart = ', affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}';
  const lab = new Lab().create(pod('db', '', ', labels: {app: db}')).after(500).create(pod('cache', near)).after(500);
  assert.equal(nodeOf(lab, 'cache'), nodeOf(lab, 'db'));
  for (const name of ['a', 'b', 'c']) lab.create(pod(name, apart, ', labels: {app: web}')).after(500);
  assert.notEqual(nodeOf(lab, 'a'), nodeOf(lab, 'b'));
  assert.equal(refusal(lab, 'c'), "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.");
});

test('a spread constraint that must hold keeps the difference small', () => {
  const spread = ', topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: s}}, nodeTaintsPolicy: Honor}]';
  const lab = new Lab().patch('nodes', 'k8s-node2', { spec: { unschedulable: true } });
  lab.create(pod('a', spread, ', labels: {app: s}')).after(500).create(pod('b', spread, ', labels: {app: s}')).after(1000);
  assert.equal(nodeOf(lab, 'a'), 'k8s-node1');
  assert.equal(nodeOf(lab, 'b'), 'k8s-node1', 'a node that takes nobody does not count');
  lab.patch('nodes', 'k8s-node2', { spec: { unschedulable: null } }).after(500).create(pod('c', spread, ', labels: {app: s}')).after(1000);
  assert.equal(nodeOf(lab, 'c'), 'k8s-node2');
});

test('a Pod of higher priority takes the place of one of lower, which is told why it goes', () => {
  const lab = new Lab(1).create('{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000}');
  lab.create(pod('low', '', '', asks('1500m'))).until((l) => condition(l.get('pods', 'low'), 'Ready') === 'True');
  const { uid } = lab.create(pod('vip', ', priorityClassName: high', '', asks('1500m'))).get('pods', 'vip')!.metadata;
  lab.after(20);
  const low = lab.get('pods', 'low')!;
  assert.notEqual(low.metadata.deletionTimestamp, undefined);
  assert.equal(low['status'].conditions.find((c: { type: string }) => c.type === 'DisruptionTarget').message, 'default-scheduler: preempting to accommodate a higher priority pod');
  assert.equal(lab.events('low').at(-1), `Preempted Preempted by pod ${uid} on node k8s-node1`);
  assert.equal(lab.get('pods', 'vip')!['status'].nominatedNodeName, 'k8s-node1');
  lab.until((l) => nodeOf(l, 'vip') === 'k8s-node1', 15_000);
});

test('a Pod that may not preempt waits for room', () => {
  const lab = new Lab(1).create('{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: polite}, value: 1000, preemptionPolicy: Never}');
  lab.create(pod('low', '', '', asks('1500m'))).after(2000).create(pod('vip', ', priorityClassName: polite', '', asks('1500m'))).after(2000);
  assert.equal(refusal(lab, 'vip'), '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.');
  assert.equal(lab.get('pods', 'low')!.metadata.deletionTimestamp, undefined);
});

test('a gated Pod is not looked at until its gates are gone; another scheduler name is nobody here', () => {
  const lab = new Lab().create(pod('gated', ', schedulingGates: [{name: example.com/wait}]')).create(pod('foreign', ', schedulerName: mine')).after(2000);
  assert.deepEqual(lab.get('pods', 'gated')!['status'].conditions.map((c: { reason: string }) => c.reason), ['SchedulingGated']);
  assert.deepEqual(lab.events('gated'), []);
  assert.equal(nodeOf(lab, 'foreign'), undefined);
  lab.ask('PATCH', '/api/v1/namespaces/default/pods/gated', { spec: { schedulingGates: [] } }, 'application/merge-patch+json');
  lab.until((l) => nodeOf(l, 'gated') !== undefined, 5000);
});

test('the verdict of every node is in the trace: who refused and why, who scored how much', () => {
  const lab = new Lab().create(pod('p'));
  const from = lab.trace.next;
  lab.after(1000);
  const notes = lab.trace.since(from).filter((n) => n.part === 'default-scheduler' || n.part === 'kube-scheduler');
  const filter = notes.find((n) => n.step === 'filter')!;
  assert.deepEqual((filter.facts['nodes'] as Record<string, unknown>)['k8s-master'], { plugin: 'TaintToleration', reasons: ['node(s) had untolerated taint(s)'] });
  const score = notes.find((n) => n.step === 'score')!.facts as { nodes: Record<string, { total: number; plugins: Record<string, number> }>; chosen: string };
  assert.deepEqual(Object.keys(score.nodes).sort(), ['k8s-node1', 'k8s-node2']);
  for (const { total, plugins } of Object.values(score.nodes)) assert.equal(Object.values(plugins).reduce((a, b) => a + b, 0), total);
  assert.equal(score.chosen, nodeOf(lab, 'p'));
  assert.doesNotThrow(() => JSON.stringify(notes));
});

test('a claim of a class that waits is bound where its Pod goes', () => {
  const volume = (name: string, node: string): string => `{apiVersion: v1, kind: PersistentVolume, metadata: {name: ${name}}, spec: {storageClassName: local, capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], local: {path: /tmp}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [${node}]}]}]}}}}`;
  const lab = new Lab().create('{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: local}, provisioner: kubernetes.io/no-provisioner, volumeBindingMode: WaitForFirstConsumer}');
  lab.create('{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {storageClassName: local, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}').after(1000);
  assert.equal(lab.get('persistentvolumeclaims', 'data')!['status'].phase, 'Pending');
  lab.create(pod('p', ', volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]')).after(2000);
  assert.match(refusal(lab, 'p'), /2 node\(s\) didn't find available persistent volumes to bind/);
  lab.create(volume('there', 'k8s-node2')).until((l) => nodeOf(l, 'p') === 'k8s-node2', 20_000);
  assert.equal(lab.get('persistentvolumeclaims', 'data')!['spec'].volumeName, 'there');
});
