/** A cluster as kubeadm leaves it, what each component of the control plane does when it is away, and nodes that die and come back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRfc3339 } from '../../src/sim/date.ts';
import { condition, conditions, deployment, EPOCH, Lab } from './control-lab.ts';

const MANIFESTS = '/etc/kubernetes/manifests';
const away = (lab: Lab, component: string): void => lab.machine('k8s-master').files.rename(`${MANIFESTS}/${component}.yaml`, `/root/${component}.yaml`);
const back = (lab: Lab, component: string): void => lab.machine('k8s-master').files.rename(`/root/${component}.yaml`, `${MANIFESTS}/${component}.yaml`);
const answers = (lab: Lab): boolean => {
  try {
    lab.ask('GET', '/api/v1/namespaces/default');
    return true;
  } catch {
    return false;
  }
};
/** Names without their random ends. */
const general = (names: readonly string[]): readonly string[] => names.map((name) => name.replace(/^(coredns)-[a-z0-9]+-[a-z0-9]{5}$/, '$1-*').replace(/^(kube-proxy|csr)-[a-z0-9]{5}$/, '$1-*'));

test('a fresh cluster has what kubeadm leaves behind', () => {
  const lab = new Lab();
  assert.deepEqual(lab.names('nodes'), ['k8s-master', 'k8s-node1', 'k8s-node2']);
  for (const node of lab.list('nodes')) assert.equal(condition(node, 'Ready'), 'True');
  assert.deepEqual(lab.list('nodes').map((n) => [n['spec'].podCIDR, n['status'].addresses[0].address]), [['10.244.0.0/24', '192.168.56.100'], ['10.244.1.0/24', '192.168.56.101'], ['10.244.2.0/24', '192.168.56.102']]);
  assert.deepEqual(lab.get('nodes', 'k8s-master')!['spec'].taints, [{ effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane' }]);
  assert.deepEqual(lab.names('namespaces'), ['default', 'kube-node-lease', 'kube-public', 'kube-system']);
  assert.deepEqual(general(lab.names('pods', 'kube-system')), [
    'coredns-*', 'coredns-*', 'etcd-k8s-master', 'kube-apiserver-k8s-master', 'kube-controller-manager-k8s-master', 'kube-proxy-*', 'kube-proxy-*', 'kube-proxy-*', 'kube-scheduler-k8s-master',
  ]);
  for (const pod of lab.list('pods', 'kube-system')) assert.equal(condition(pod, 'Ready'), 'True', pod.metadata.name);
  assert.deepEqual(lab.names('configmaps', 'kube-system'), ['coredns', 'extension-apiserver-authentication', 'kube-apiserver-legacy-service-account-token-tracking', 'kube-proxy', 'kube-root-ca.crt', 'kubeadm-config', 'kubelet-config']);
  assert.deepEqual(lab.names('configmaps', 'kube-public'), ['cluster-info', 'kube-root-ca.crt']);
  assert.equal(lab.get('services', 'kubernetes')!['spec'].clusterIP, '10.96.0.1');
  assert.equal(lab.get('services', 'kube-dns', 'kube-system')!['spec'].clusterIP, '10.96.0.10');
  assert.deepEqual(lab.get('endpointslices.discovery.k8s.io', 'kubernetes')!['endpoints'][0].addresses, ['192.168.56.100']);
  assert.deepEqual(lab.names('leases.coordination.k8s.io', 'kube-node-lease'), ['k8s-master', 'k8s-node1', 'k8s-node2']);
  assert.deepEqual(general(lab.names('certificatesigningrequests.certificates.k8s.io')), ['csr-*', 'csr-*', 'csr-*']);
  assert.match(lab.get('configmaps', 'cluster-info', 'kube-public')!['data']['jws-kubeconfig-abcdef'], /^[\w-]+\.\.[\w-]+$/);
});

test('leases are renewed every few seconds without anybody waking up for it', () => {
  const lab = new Lab();
  const age = (name: string, namespace: string): number => (EPOCH + lab.agenda.now - parseRfc3339(lab.get('leases.coordination.k8s.io', name, namespace)!['spec'].renewTime)!) / 1000;
  const woken = lab.agenda.woken;
  for (let i = 0; i < 20; i++) {
    lab.after(7300);
    assert.ok(age('k8s-node1', 'kube-node-lease') <= 10.5);
    assert.ok(age('kube-scheduler', 'kube-system') <= 2.5);
  }
  assert.ok(lab.agenda.woken - woken < 60, String(lab.agenda.woken - woken));
});

test('without a scheduler Pods stay Pending without a word; when it is back they get their nodes', () => {
  const lab = new Lab();
  away(lab, 'kube-scheduler');
  lab.until((l) => !l.get('pods', 'kube-scheduler-k8s-master', 'kube-system'), 60_000);
  lab.create(deployment('web', 'nginx:1.25', 2)).after(10_000);
  assert.deepEqual(lab.list('pods').map((pod) => [pod['status'].phase, pod['spec'].nodeName]), [['Pending', undefined], ['Pending', undefined]]);
  assert.deepEqual(lab.events(lab.names('pods')[0]!), []);
  back(lab, 'kube-scheduler');
  lab.until((l) => l.ready().length === 2, 60_000);
});

test('without a controller manager nobody makes Pods or replaces them; the running ones run on', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 2)).until((l) => l.ready().length === 2);
  away(lab, 'kube-controller-manager');
  lab.until((l) => !l.get('pods', 'kube-controller-manager-k8s-master', 'kube-system'), 60_000);
  lab.create(deployment('more', 'nginx:1.25', 1)).delete('pods', lab.names('pods')[0]!).after(20_000);
  assert.equal(lab.list('pods').length, 1);
  assert.equal(lab.list('replicasets.apps').length, 1);
  back(lab, 'kube-controller-manager');
  lab.until((l) => l.ready().length === 3, 60_000);
});

test('without an API server every request is refused, and nothing that runs stops', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 2)).until((l) => l.ready().length === 2);
  away(lab, 'kube-apiserver');
  lab.until((l) => !answers(l), 60_000).after(120_000);
  assert.throws(() => lab.ask('GET', '/api/v1/nodes'), /connection refused/);
  back(lab, 'kube-apiserver');
  lab.until(answers, 60_000).after(60_000);
  assert.deepEqual(lab.ready().length, 2);
  for (const node of lab.list('nodes')) assert.equal(condition(node, 'Ready'), 'True', node.metadata.name);
  lab.patch('deployments.apps', 'web', { spec: { replicas: 3 } }).until((l) => l.ready().length === 3, 60_000);
});

test('without etcd the API server can answer nothing that it has to look up', () => {
  const lab = new Lab();
  away(lab, 'etcd');
  lab.until((l) => !answers(l), 60_000).after(30_000);
  back(lab, 'etcd');
  lab.until(answers, 180_000).create(deployment('web', 'nginx:1.25', 1)).until((l) => l.ready().length === 1, 180_000);
});

test('a node whose kubelet falls silent is NotReady after fifty seconds; its Pods are replaced five minutes later', () => {
  const lab = new Lab().create(deployment('web', 'nginx:1.25', 4)).until((l) => l.ready().length === 4);
  const dead = 'k8s-node2';
  const there = lab.list('pods').filter((pod) => pod['spec'].nodeName === dead).map((pod) => pod.metadata.name);
  const from = lab.agenda.now;
  lab.cluster.kubelet(dead)!.stop();
  lab.until((l) => condition(l.get('nodes', dead), 'Ready') !== 'True', 120_000);
  const silent = lab.agenda.now - from;
  assert.ok(silent >= 40_000 && silent <= 60_000, String(silent));
  assert.deepEqual(conditions(lab.get('nodes', dead)).filter((c) => c.startsWith('Ready')), ['Ready=Unknown NodeStatusUnknown']);
  assert.deepEqual(lab.get('nodes', dead)!['spec'].taints.map((t: { key: string; effect: string }) => `${t.key}:${t.effect}`).sort(), ['node.kubernetes.io/unreachable:NoExecute', 'node.kubernetes.io/unreachable:NoSchedule']);
  for (const name of there) assert.equal(condition(lab.get('pods', name), 'Ready'), 'False');
  assert.equal(lab.events(dead).some((e) => e === `NodeNotReady Node ${dead} status is now: NodeNotReady`), true);
  lab.after(290_000);
  assert.equal(lab.list('pods').length, 4);
  lab.after(30_000);
  for (const name of there) assert.notEqual(lab.get('pods', name)!.metadata.deletionTimestamp, undefined);
  assert.equal(lab.list('pods').filter((pod) => pod['spec'].nodeName === 'k8s-node1' && condition(pod, 'Ready') === 'True').length, 4);
  lab.cluster.kubelet(dead)!.start();
  lab.until((l) => condition(l.get('nodes', dead), 'Ready') === 'True' && l.list('pods').length === 4, 120_000).after(6000);
  assert.equal(lab.get('nodes', dead)!['spec'].taints, undefined);
});

test('a NoExecute taint sends Pods away, those that tolerate it for a while after that while', () => {
  const pod = (name: string, more: string): string => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {nodeName: k8s-node1, terminationGracePeriodSeconds: 1, containers: [{name: c, image: "registry.k8s.io/pause:3.10"}]${more}}}`;
  const lab = new Lab().create(pod('now', '')).create(pod('later', ', tolerations: [{key: drain, operator: Exists, tolerationSeconds: 20}]')).create(pod('stays', ', tolerations: [{key: drain, operator: Exists}]')).after(5000);
  lab.patch('nodes', 'k8s-node1', { spec: { taints: [{ key: 'drain', effect: 'NoExecute' }] } }).after(10_000);
  assert.deepEqual(lab.names('pods'), ['later', 'stays']);
  assert.equal(lab.events('now').at(-1), 'TaintManagerEviction Marking for deletion Pod default/now');
  lab.after(15_000);
  assert.deepEqual(lab.names('pods'), ['stays']);
});

test('Pods of a node that is deleted go with it', () => {
  const lab = new Lab().create('{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: k8s-node2, containers: [{name: c, image: "nginx:1.25"}]}}').after(5000);
  lab.cluster.kubelet('k8s-node2')!.stop();
  lab.delete('nodes', 'k8s-node2').until((l) => !l.get('pods', 'p'), 120_000);
});
