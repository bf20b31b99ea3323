/** StatefulSets and DaemonSets: order, identity, storage, partitions, one Pod on every node. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { condition, Lab, type Loose } from './control-lab.ts';

const SETS = 'statefulsets.apps';
const DAEMONS = 'daemonsets.apps';
const stateful = (more = '', template = ''): string => `
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 3
  selector: {matchLabels: {app: db}}
${more}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: main, image: "nginx:1.25"${template}}]
`;
const daemon = (more = '', spec = ''): string => `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
${more}
  template:
    metadata: {labels: {app: agent}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: main, image: "nginx:1.25"}]
${spec}`;
const image = (to: string): unknown => ({ spec: { template: { spec: { containers: [{ name: 'main', image: to }] } } } });
const imageOf = (pod: Loose): string => pod['spec'].containers[0].image;
const nodesOf = (lab: Lab): readonly string[] => lab.list('pods').filter((pod) => condition(pod, 'Ready') === 'True').map((pod) => pod['spec'].nodeName).sort();

/** What became of Pods, in order: `+name`, `-name`. */
function comings(lab: Lab): string[] {
  const out: string[] = [];
  let before: readonly string[] = lab.names('pods');
  const look = (): void => {
    const now = lab.list('pods').filter((pod) => !pod.metadata.deletionTimestamp).map((pod) => pod.metadata.name);
    for (const name of before) if (!now.includes(name)) out.push(`-${name}`);
    for (const name of now) if (!before.includes(name)) out.push(`+${name}`);
    before = now;
  };
  const after = lab.after.bind(lab);
  lab.after = (ms) => {
    for (let left = ms; left > 0; left -= 20) {
      after(Math.min(20, left));
      look();
    }
    return lab;
  };
  return out;
}

test('the Pods of a StatefulSet come one after the other, each when the one before is ready, and go the other way round', () => {
  const lab = new Lab();
  const seen = comings(lab);
  let early = false;
  lab.create(stateful()).until((l) => {
    early ||= l.names('pods').includes('db-1') && condition(l.get('pods', 'db-0'), 'Ready') !== 'True';
    return l.ready('db-').length === 3;
  }, 120_000, 20);
  assert.equal(early, false);
  lab.patch(SETS, 'db', { spec: { replicas: 1 } }).until((l) => l.list('pods').length === 1);
  assert.deepEqual(seen, ['+db-0', '+db-1', '+db-2', '-db-2', '-db-1']);
  assert.deepEqual(lab.events('db').slice(-2), ['SuccessfulDelete Delete Pod db-2 in StatefulSet db successful', 'SuccessfulDelete Delete Pod db-1 in StatefulSet db successful']);
});

test('a Pod of a StatefulSet that is deleted comes back under its name, with its place in DNS', () => {
  const lab = new Lab().create(stateful()).until((l) => l.ready('db-').length === 3);
  const { uid } = lab.get('pods', 'db-1')!.metadata;
  lab.delete('pods', 'db-1').until((l) => l.get('pods', 'db-1') && l.get('pods', 'db-1')!.metadata.uid !== uid && l.ready('db-').length === 3);
  const { spec, metadata } = lab.get('pods', 'db-1')!;
  assert.deepEqual([spec.hostname, spec.subdomain, metadata.labels!['statefulset.kubernetes.io/pod-name'], metadata.labels!['apps.kubernetes.io/pod-index']], ['db-1', 'db', 'db-1', '1']);
});

test('an update goes from the last to the first, and stops at the partition', () => {
  const lab = new Lab().create(stateful('  updateStrategy: {rollingUpdate: {partition: 1}}')).until((l) => l.ready('db-').length === 3);
  const seen = comings(lab);
  lab.patch(SETS, 'db', image('nginx:1.26')).after(30_000);
  assert.deepEqual(seen, ['-db-2', '+db-2', '-db-1', '+db-1']);
  assert.deepEqual(lab.list('pods').map(imageOf), ['nginx:1.25', 'nginx:1.26', 'nginx:1.26']);
  const { status } = lab.get(SETS, 'db')!;
  assert.notEqual(status.currentRevision, status.updateRevision);
  assert.deepEqual([status.updatedReplicas, status.currentReplicas], [2, 1]);
  lab.patch(SETS, 'db', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } }).after(30_000);
  assert.equal(lab.get(SETS, 'db')!['status'].currentRevision, status.updateRevision);
});

test('OnDelete leaves Pods as they are until somebody deletes them', () => {
  const lab = new Lab().create(stateful('  updateStrategy: {type: OnDelete}')).until((l) => l.ready('db-').length === 3);
  lab.patch(SETS, 'db', image('nginx:1.26')).after(10_000);
  assert.deepEqual(lab.list('pods').map(imageOf), ['nginx:1.25', 'nginx:1.25', 'nginx:1.25']);
  lab.delete('pods', 'db-0').after(15_000);
  assert.deepEqual(lab.list('pods').map(imageOf), ['nginx:1.26', 'nginx:1.25', 'nginx:1.25']);
});

test('Parallel makes all at once', () => {
  const lab = new Lab().create(stateful('  podManagementPolicy: Parallel')).after(100);
  assert.deepEqual(lab.names('pods'), ['db-0', 'db-1', 'db-2']);
});

test('every Pod has a claim of its own, which stays when the Pod goes', () => {
  const volumes = Array.from({ length: 3 }, (_, i) => `---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk-${i}}
spec: {storageClassName: manual, capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /srv, type: DirectoryOrCreate}}
`).join('');
  const claims = '  volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: manual, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]';
  const lab = new Lab().create(volumes).create(stateful(claims, ', volumeMounts: [{name: data, mountPath: /data}]')).until((l) => l.ready('db-').length === 3);
  assert.deepEqual(lab.names('persistentvolumeclaims'), ['data-db-0', 'data-db-1', 'data-db-2']);
  lab.patch(SETS, 'db', { spec: { replicas: 1 } }).until((l) => l.list('pods').length === 1).after(2000);
  assert.deepEqual(lab.list('persistentvolumeclaims').map((c) => c['status'].phase), ['Bound', 'Bound', 'Bound']);
});

test('a DaemonSet has one Pod on every node that its Pods tolerate, also on one that comes later or gets the label', () => {
  const lab = new Lab().create(daemon()).until((l) => l.ready('agent').length === 2);
  assert.deepEqual(nodesOf(lab), ['k8s-node1', 'k8s-node2']);
  const { status } = lab.get(DAEMONS, 'agent')!;
  assert.deepEqual([status.desiredNumberScheduled, status.currentNumberScheduled, status.numberReady, status.numberAvailable, status.updatedNumberScheduled, status.numberMisscheduled], [2, 2, 2, 2, 2, 0]);
  lab.patch(DAEMONS, 'agent', { spec: { template: { spec: { tolerations: [{ operator: 'Exists' }] } } } }).until((l) => l.get(DAEMONS, 'agent')!['status'].updatedNumberScheduled === 3 && l.ready('agent').length === 3);
  assert.deepEqual(nodesOf(lab), ['k8s-master', 'k8s-node1', 'k8s-node2']);
});

test('a node selector keeps a DaemonSet off the other nodes; taking the label away takes the Pod away', () => {
  const lab = new Lab().create(daemon('', '      nodeSelector: {disk: ssd}')).after(3000);
  assert.deepEqual(lab.names('pods'), []);
  lab.patch('nodes', 'k8s-node2', { metadata: { labels: { disk: 'ssd' } } }).until((l) => l.ready('agent').length === 1);
  assert.deepEqual(nodesOf(lab), ['k8s-node2']);
  lab.patch('nodes', 'k8s-node2', { metadata: { labels: { disk: null } } }).until((l) => l.list('pods').length === 0);
});

test('an update of a DaemonSet replaces one Pod at a time', () => {
  const lab = new Lab(3).create(daemon()).until((l) => l.ready('agent').length === 3);
  let fewest = 3;
  lab.patch(DAEMONS, 'agent', image('nginx:1.26')).until((l) => {
    fewest = Math.min(fewest, l.ready('agent').length);
    return l.list('pods').length === 3 && l.list('pods').every((pod) => imageOf(pod) === 'nginx:1.26') && l.ready('agent').length === 3;
  }, 120_000, 20);
  assert.equal(fewest, 2);
  assert.equal(lab.list('controllerrevisions.apps').length, 2);
});
