/** What goes with what: owners, foreground and orphans, namespaces, quotas and budgets that follow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { condition, conditions, deployment, Lab } from './control-lab.ts';

const map = (name: string, more = ''): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}${more}}}`;

test('deleting a Deployment in the background takes its sets and Pods along afterwards', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 2)).until((l) => l.ready().length === 2);
  lab.delete('deployments.apps', 'web', { propagationPolicy: 'Background' });
  assert.equal(lab.get('deployments.apps', 'web'), undefined);
  lab.until((l) => l.list('pods').length === 0 && l.list('replicasets.apps').length === 0, 30_000);
});

test('in the foreground the Deployment stays until all that it owns is gone', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 2)).until((l) => l.ready().length === 2);
  lab.delete('deployments.apps', 'web', { propagationPolicy: 'Foreground' }).after(50);
  assert.deepEqual(lab.get('deployments.apps', 'web')!.metadata.finalizers, ['foregroundDeletion']);
  let left = false;
  lab.until((l) => {
    left ||= !l.get('deployments.apps', 'web') && l.list('pods').length > 0;
    return !l.get('deployments.apps', 'web');
  }, 60_000, 20);
  assert.equal(left, false);
});

test('orphans stay behind without an owner, and a new Deployment takes them in', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 2)).until((l) => l.ready().length === 2);
  const pods = lab.names('pods');
  lab.delete('deployments.apps', 'web', { propagationPolicy: 'Orphan' }).after(5000);
  assert.equal(lab.get('deployments.apps', 'web'), undefined);
  assert.equal(lab.list('replicasets.apps')[0]!.metadata.ownerReferences, undefined);
  lab.create(deployment('web', 'nginx:1.25', 2)).after(5000);
  assert.deepEqual(lab.names('pods'), pods);
  assert.equal(lab.list('replicasets.apps')[0]!.metadata.ownerReferences![0]!.name, 'web');
});

test('an object whose owner is gone, or never was, goes too; one with another owner that lives stays', () => {
  const lab = new Lab().create(map('alive')).create(map('dying'));
  const owner = (name: string, uid: string): string => `{apiVersion: v1, kind: ConfigMap, name: ${name}, uid: ${uid}}`;
  const [alive, dying] = ['alive', 'dying'].map((name) => owner(name, lab.get('configmaps', name)!.metadata.uid!));
  lab.create(map('one', `, ownerReferences: [${dying}]`)).create(map('both', `, ownerReferences: [${dying}, ${alive}]`)).create(map('lost', `, ownerReferences: [${owner('nobody', '11111111-2222-3333-4444-555555555555')}]`));
  lab.delete('configmaps', 'dying').after(3000);
  assert.deepEqual(lab.names('configmaps').filter((name) => !name.startsWith('kube-')), ['alive', 'both']);
  assert.deepEqual(lab.get('configmaps', 'both')!.metadata.ownerReferences!.map((r) => r.name), ['alive']);
});

test('a namespace empties itself before it goes, and has a service account and the CA again when it is made anew', () => {
  const lab = new Lab().create('{apiVersion: v1, kind: Namespace, metadata: {name: team}}').after(1000);
  assert.deepEqual([lab.names('serviceaccounts', 'team'), lab.names('configmaps', 'team')], [['default'], ['kube-root-ca.crt']]);
  lab.create(deployment('web', 'nginx:1.25', 2).replace('name: web,', 'name: web, namespace: team,')).until((l) => l.list('pods', 'team').length === 2).after(3000);
  lab.delete('namespaces', 'team');
  assert.equal(lab.get('namespaces', 'team')!['status'].phase, 'Terminating');
  assert.throws(() => lab.create(map('late', ', namespace: team')), /because it is being terminated/);
  lab.until((l) => !l.get('namespaces', 'team'), 60_000);
  assert.equal(lab.list('pods', 'team').length, 0);
  lab.create('{apiVersion: v1, kind: Namespace, metadata: {name: team}}').after(1000);
  assert.deepEqual(lab.names('serviceaccounts', 'team'), ['default']);
});

test('a finalizer holds a namespace, which says what it waits for', () => {
  const lab = new Lab().create('{apiVersion: v1, kind: Namespace, metadata: {name: held}}').create(map('stuck', ', namespace: held, finalizers: [example.com/hold]')).after(1000);
  lab.delete('namespaces', 'held').after(10_000);
  const { conditions: all } = lab.get('namespaces', 'held')!['status'];
  const messages = new Map(all.map((c: { type: string; message: string }) => [c.type, c.message]));
  assert.equal(messages.get('NamespaceContentRemaining'), 'Some resources are remaining: configmaps. has 1 resource instances');
  assert.equal(messages.get('NamespaceFinalizersRemaining'), 'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances');
  lab.patch('configmaps', 'stuck', { metadata: { $patch: 'merge', finalizers: null } }, 'held').until((l) => !l.get('namespaces', 'held'), 60_000);
});

test('what goes frees its share of a quota', () => {
  const lab = new Lab().create('{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: "3", requests.cpu: "1", configmaps: "5"}}}').after(500);
  assert.deepEqual(lab.get('resourcequotas', 'q')!['status'].used, { configmaps: '1', pods: '0', 'requests.cpu': '0' });
  lab.create('{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: "nginx:1.25", resources: {requests: {cpu: 300m}}}]}}').create(map('m')).after(3000);
  assert.deepEqual(lab.get('resourcequotas', 'q')!['status'].used, { configmaps: '2', pods: '1', 'requests.cpu': '300m' });
  lab.delete('pods', 'p').delete('configmaps', 'm').after(5000);
  assert.deepEqual(lab.get('resourcequotas', 'q')!['status'].used, { configmaps: '1', pods: '0', 'requests.cpu': '0' });
});

const budget = (spec: string): string => `{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: pdb}, spec: {selector: {matchLabels: {app: web}}, ${spec}}}`;

test('a disruption budget counts healthy Pods and says how many may go', () => {
  const lab = new Lab().create(budget('maxUnavailable: 30%')).create(deployment('web', 'nginx:1.25', 4)).until((l) => l.ready().length === 4).after(100);
  const { status } = lab.get('poddisruptionbudgets.policy', 'pdb')!;
  assert.deepEqual([status.currentHealthy, status.desiredHealthy, status.expectedPods, status.disruptionsAllowed], [4, 2, 4, 2]);
  assert.deepEqual(conditions(lab.get('poddisruptionbudgets.policy', 'pdb')), ['DisruptionAllowed=True SufficientPods']);
  const evict = (name: string): void => void lab.ask('POST', `/api/v1/namespaces/default/pods/${name}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } });
  const [a, b, c] = lab.names('pods');
  evict(a!);
  evict(b!);
  assert.throws(() => evict(c!), /Cannot evict pod as it would violate the pod's disruption budget/);
  lab.until((l) => l.get('poddisruptionbudgets.policy', 'pdb')!['status'].disruptionsAllowed === 2);
  evict(c!);
});

test('a budget over Pods that nobody scales cannot be worked out in shares, and says so', () => {
  const lab = new Lab().create(budget('maxUnavailable: 1')).create('{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: "nginx:1.25"}]}}}}').after(5000);
  const pdb = lab.get('poddisruptionbudgets.policy', 'pdb')!;
  assert.deepEqual(conditions(pdb), ['DisruptionAllowed=False SyncFailed']);
  assert.equal(pdb['status'].conditions[0].message, 'daemonsets.apps does not implement the scale subresource');
  assert.equal(lab.events('pdb').at(-1)!.replace(/ \(x\d+\)$/, ''), 'CalculateExpectedPodCountFailed Failed to calculate the number of expected pods: daemonsets.apps does not implement the scale subresource');
});

test('a claim that a Pod uses and a volume that a claim uses stay until they are free', () => {
  const lab = new Lab().create('{apiVersion: v1, kind: PersistentVolume, metadata: {name: disk}, spec: {storageClassName: manual, capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /srv}}}');
  lab.create('{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: claim}, spec: {storageClassName: manual, accessModes: [ReadWriteOnce], resources: {requests: {storage: 500Mi}}}}');
  lab.create('{apiVersion: v1, kind: Pod, metadata: {name: user}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: "nginx:1.25", volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, persistentVolumeClaim: {claimName: claim}}]}}');
  lab.until((l) => condition(l.get('pods', 'user'), 'Ready') === 'True');
  lab.delete('persistentvolumeclaims', 'claim').delete('persistentvolumes', 'disk').after(5000);
  assert.equal(lab.get('persistentvolumeclaims', 'claim')!['status'].phase, 'Bound');
  lab.delete('pods', 'user').after(5000);
  assert.deepEqual([lab.get('persistentvolumeclaims', 'claim'), lab.get('persistentvolumes', 'disk')], [undefined, undefined]);
});
