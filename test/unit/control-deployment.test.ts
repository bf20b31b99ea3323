/** Deployments and ReplicaSets: roll-outs, roll-backs, scaling, adoption, what is said about them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { condition, conditions, deployment, Lab, type Loose } from './control-lab.ts';

const DEPLOYMENTS = 'deployments.apps';
const SETS = 'replicasets.apps';
const image = (to: string): unknown => ({ spec: { template: { spec: { containers: [{ name: 'main', image: to }] } } } });
const isDone = (lab: Lab, name: string, replicas: number): boolean => {
  const { status, metadata } = lab.get(DEPLOYMENTS, name)!;
  return status.observedGeneration === metadata.generation && status.replicas === replicas && status.updatedReplicas === replicas && status.availableReplicas === replicas;
};
const revision = (object: Loose): string => object.metadata.annotations!['deployment.kubernetes.io/revision']!;
/** `REVISION: WANTED` of all sets. */
const sets = (lab: Lab): readonly string[] => lab.list(SETS).map((rs) => `${revision(rs)}: ${rs['spec'].replicas}`).sort();
/** The most and the fewest Pods that were there while something happened: all, and available ones. */
function watched(lab: Lab, happen: () => void): { readonly most: number; readonly fewest: number } {
  let most = 0;
  let fewest = Infinity;
  const end = lab.agenda.now + 60_000;
  happen();
  while (!isDone(lab, 'web', 10) && lab.agenda.now < end) {
    lab.after(20);
    const pods = lab.list('pods').filter((pod) => !pod.metadata.deletionTimestamp);
    most = Math.max(most, pods.length);
    fewest = Math.min(fewest, pods.filter((pod) => condition(pod, 'Ready') === 'True').length);
  }
  return { most, fewest };
}

test('a new Deployment makes a ReplicaSet, that makes Pods, and both tell of it in the real words', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.26', 3));
  lab.until(() => isDone(lab, 'web', 3));
  const [set] = lab.list(SETS);
  const hash = set!.metadata.labels!['pod-template-hash']!;
  assert.equal(set!.metadata.name, `web-${hash}`);
  assert.match(hash, /^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  assert.deepEqual(lab.events('web'), [`ScalingReplicaSet Scaled up replica set web-${hash} from 0 to 3`]);
  assert.deepEqual(lab.events(`web-${hash}`).map((e) => e.replace(/-[a-z0-9]{5}$/, '-*')), Array.from({ length: 3 }, () => `SuccessfulCreate Created pod: web-${hash}-*`));
  assert.deepEqual(conditions(lab.get(DEPLOYMENTS, 'web')), ['Available=True MinimumReplicasAvailable', 'Progressing=True NewReplicaSetAvailable']);
  assert.equal(lab.get(DEPLOYMENTS, 'web')!['status'].conditions[1].message, `ReplicaSet "web-${hash}" has successfully progressed.`);
});

test('a rolling update never has more Pods than maxSurge allows, nor fewer ready than maxUnavailable', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 10, '  strategy: {rollingUpdate: {maxSurge: 30%, maxUnavailable: 1}}'));
  lab.until(() => isDone(lab, 'web', 10));
  const { most, fewest } = watched(lab, () => void lab.patch(DEPLOYMENTS, 'web', image('nginx:1.26')));
  assert.equal(most, 13);
  assert.equal(fewest, 9);
  assert.deepEqual(sets(lab), ['1: 0', '2: 10']);
});

test('the same template again takes the old ReplicaSet up again and gives it the newest revision', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 2));
  lab.until(() => isDone(lab, 'web', 2));
  lab.patch(DEPLOYMENTS, 'web', image('nginx:1.26')).until(() => isDone(lab, 'web', 2));
  lab.patch(DEPLOYMENTS, 'web', image('nginx:1.25')).until(() => isDone(lab, 'web', 2));
  assert.deepEqual(sets(lab), ['2: 0', '3: 2']);
  const back = lab.list(SETS).find((rs) => revision(rs) === '3')!;
  assert.equal(back.metadata.annotations!['deployment.kubernetes.io/revision-history'], '1');
  assert.equal(revision(lab.get(DEPLOYMENTS, 'web')!), '3');
});

test('Recreate deletes all old Pods before it makes new ones', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 3, '  strategy: {type: Recreate}'));
  lab.until(() => isDone(lab, 'web', 3));
  const old = lab.list(SETS)[0]!.metadata.name;
  let mixed = false;
  lab.patch(DEPLOYMENTS, 'web', image('nginx:1.26')).until(() => {
    const owners = new Set(lab.list('pods').map((pod) => pod.metadata.ownerReferences![0]!.name));
    mixed ||= owners.size > 1;
    return isDone(lab, 'web', 3);
  }, 120_000, 5);
  assert.equal(mixed, false);
  const fresh = lab.list(SETS).find((rs) => rs.metadata.name !== old)!.metadata.name;
  assert.deepEqual(lab.events('web').slice(1), [`ScalingReplicaSet Scaled down replica set ${old} from 3 to 0`, `ScalingReplicaSet Scaled up replica set ${fresh} from 0 to 3`]);
});

test('an image that does not exist stops the roll-out, and after the deadline the Deployment says so', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 4, '  progressDeadlineSeconds: 20'));
  lab.until(() => isDone(lab, 'web', 4));
  lab.patch(DEPLOYMENTS, 'web', image('nginx:no-such-tag')).after(15_000);
  assert.equal(condition(lab.get(DEPLOYMENTS, 'web'), 'Progressing'), 'True');
  lab.after(10_000);
  const { status } = lab.get(DEPLOYMENTS, 'web')!;
  const stuck = lab.list(SETS).find((rs) => revision(rs) === '2')!.metadata.name;
  assert.deepEqual(conditions(lab.get(DEPLOYMENTS, 'web')), ['Available=True MinimumReplicasAvailable', 'Progressing=False ProgressDeadlineExceeded']);
  assert.equal(status.conditions[1].message, `ReplicaSet "${stuck}" has timed out progressing.`);
  assert.deepEqual([status.replicas, status.updatedReplicas, status.readyReplicas, status.unavailableReplicas], [5, 2, 3, 2]);
});

test('while a Deployment is paused a new template changes nothing, but scaling does', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 2));
  lab.until(() => isDone(lab, 'web', 2));
  lab.patch(DEPLOYMENTS, 'web', { spec: { paused: true } }).patch(DEPLOYMENTS, 'web', image('nginx:1.26')).patch(DEPLOYMENTS, 'web', { spec: { replicas: 4 } }).after(10_000);
  assert.deepEqual(sets(lab), ['1: 4']);
  assert.deepEqual(conditions(lab.get(DEPLOYMENTS, 'web')), ['Progressing=Unknown DeploymentPaused', 'Available=True MinimumReplicasAvailable']);
  lab.patch(DEPLOYMENTS, 'web', { spec: { paused: false } }).until(() => isDone(lab, 'web', 4));
  assert.deepEqual(sets(lab), ['1: 0', '2: 4']);
});

test('scaling in the middle of a stuck roll-out shares the new Pods among the sets in proportion', () => {
  const lab = new Lab(3).create(deployment('web', 'nginx:1.25', 10, '  strategy: {rollingUpdate: {maxSurge: 3, maxUnavailable: 2}}'));
  lab.until(() => isDone(lab, 'web', 10));
  lab.patch(DEPLOYMENTS, 'web', image('nginx:no-such-tag')).after(10_000);
  assert.deepEqual(sets(lab), ['1: 8', '2: 5']);
  lab.patch(DEPLOYMENTS, 'web', { spec: { replicas: 15 } }).after(10_000);
  assert.deepEqual(sets(lab), ['1: 11', '2: 7']);
});

test('old ReplicaSets beyond the history limit go', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 1, '  revisionHistoryLimit: 1'));
  for (const tag of ['1.26', '1.27', 'latest']) {
    lab.until(() => isDone(lab, 'web', 1));
    lab.patch(DEPLOYMENTS, 'web', image(`nginx:${tag}`));
  }
  lab.until(() => isDone(lab, 'web', 1)).after(2000);
  assert.deepEqual(sets(lab), ['3: 0', '4: 1']);
});

test('a Pod that loses the label is replaced and let go; one that gets it is taken in and one too many goes', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 2));
  lab.until(() => isDone(lab, 'web', 2));
  const [first] = lab.names('pods');
  lab.patch('pods', first!, { metadata: { labels: { app: 'alone' } } }).until(() => lab.ready().length === 3);
  assert.equal(lab.get('pods', first!)!.metadata.ownerReferences, undefined);
  lab.patch('pods', first!, { metadata: { labels: { app: 'web' } } }).until(() => lab.list('pods').length === 2);
  assert.equal(lab.list('pods').every((pod) => pod.metadata.ownerReferences?.[0]?.kind === 'ReplicaSet'), true);
});

test('a killed Pod comes again under another name', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 2));
  lab.until(() => isDone(lab, 'web', 2));
  const before = lab.names('pods');
  lab.delete('pods', before[0]!).until(() => lab.ready().length === 2 && !lab.names('pods').includes(before[0]!));
  assert.equal(lab.names('pods').filter((name) => !before.includes(name)).length, 1);
});

test('a quota that forbids Pods is a ReplicaFailure, said by Deployment and ReplicaSet, until there is room', () => {
  const lab = new Lab().create('{apiVersion: v1, kind: ResourceQuota, metadata: {name: few}, spec: {hard: {pods: "1"}}}').after(1000);
  lab.create(deployment('web', 'nginx:1.25', 2)).after(5000);
  const [set] = lab.list(SETS);
  assert.deepEqual(conditions(set), ['ReplicaFailure=True FailedCreate']);
  assert.deepEqual(conditions(lab.get(DEPLOYMENTS, 'web')), ['Available=False MinimumReplicasUnavailable', 'ReplicaFailure=True FailedCreate', 'Progressing=True ReplicaSetUpdated']);
  assert.match(set!['status'].conditions[0].message, /^pods "web-[a-z0-9]+-[a-z0-9]{5}" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1$/);
  lab.patch('resourcequotas', 'few', { spec: { hard: { pods: '5' } } }).until(() => isDone(lab, 'web', 2), 1_200_000);
  assert.deepEqual(conditions(lab.list(SETS)[0]), []);
});

test('a Pod counts as available only after minReadySeconds', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 1, '  minReadySeconds: 10'));
  lab.until(() => lab.ready().length === 1).after(8000);
  assert.equal(lab.get(DEPLOYMENTS, 'web')!['status'].availableReplicas, undefined);
  lab.after(3000);
  assert.equal(lab.get(DEPLOYMENTS, 'web')!['status'].availableReplicas, 1);
});

test('a ReplicationController keeps its Pods as well', () => {
  const lab = new Lab().create('{apiVersion: v1, kind: ReplicationController, metadata: {name: old}, spec: {replicas: 2, selector: {app: old}, template: {metadata: {labels: {app: old}}, spec: {containers: [{name: c, image: "nginx:1.25"}]}}}}');
  lab.until(() => lab.ready('old-').length === 2);
  assert.equal(lab.get('replicationcontrollers', 'old')!['status'].readyReplicas, 2);
});
