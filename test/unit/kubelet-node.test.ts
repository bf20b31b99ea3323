/** The node itself: what its kubelet tells about it, and what happens when the kubelet or a component's process ends. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { Node } from '../../src/kube/kinds/types.ts';
import { Bench, podOf } from './kubelet-cluster.ts';

const node = (bench: Bench, name: string): Node => bench.cluster.api.read.get<Node>('nodes', undefined, name)!;
const ready = (bench: Bench, name: string): string | undefined => node(bench, name).status?.conditions?.find((one) => one.type === 'Ready')?.status;
const kubeletOf = (bench: Bench, name: string): number => Number(bench.node(name, "ps -eo pid,args | grep '/usr/bin/[k]ubelet' | awk '{print $1}'"));

test('a node tells its addresses, what it has, how it is and which images it keeps', () => {
  const bench = new Bench().create(podOf('web', 'nginx:1.25')).ready('web').after(600_000);
  const { status, spec, metadata } = node(bench, 'k8s-node1');
  assert.deepEqual(status!.addresses, [{ type: 'InternalIP', address: '192.168.56.101' }, { type: 'Hostname', address: 'k8s-node1' }]);
  assert.equal(status!.capacity!['cpu'], '2');
  assert.equal(status!.capacity!['pods'], '110');
  assert.match(String(status!.allocatable!['memory']), /^\d+Ki$/);
  assert.deepEqual(status!.conditions!.map(({ type, status: is, reason, message }) => [type, is, reason, message]), [
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
  ]);
  assert.equal(status!.nodeInfo!.kubeletVersion, 'v1.36.4');
  assert.ok(status!.images!.some(({ names }) => names!.includes('docker.io/library/nginx:1.25')));
  assert.equal(metadata.labels!['kubernetes.io/hostname'], 'k8s-node1');
  assert.equal(spec!.podCIDR, '10.244.1.0/24');
});

test('a kubelet that is killed is started again, and its Pods go on meanwhile', () => {
  const bench = new Bench().create(podOf('web', 'nginx:1.25', {}, { tolerations: [{ operator: 'Exists' }] })).ready('web').after(30_000);
  const pid = kubeletOf(bench, 'k8s-node1');
  assert.ok(pid > 0);
  bench.node('k8s-node1', `kill -9 ${pid}`);
  bench.after(15_000);
  assert.notEqual(kubeletOf(bench, 'k8s-node1'), pid, 'systemd has started it again');
  assert.equal(ready(bench, 'k8s-node1'), 'True');
  assert.equal(bench.pod('web')!.status!.containerStatuses![0]!.restartCount, 0);
});

test('a kubelet of whom nothing is heard makes its node unknown and its Pods not ready', () => {
  const bench = new Bench(2).create(podOf('web', 'nginx:1.25', {}, { nodeName: 'k8s-node1', tolerations: [{ operator: 'Exists' }] })).ready('web').after(30_000);
  const kubelet = (bench.cluster as unknown as { kubelets: ReadonlyMap<string, { stop(): void; start(): void }> }).kubelets.get('k8s-node1')!;
  kubelet.stop();
  bench.until(() => ready(bench, 'k8s-node1') === 'Unknown');
  assert.equal(node(bench, 'k8s-node1').status!.conditions!.find((one) => one.type === 'Ready')!.message, 'Kubelet stopped posting node status.');
  bench.until(() => bench.condition('web', 'Ready') === 'False');
  kubelet.start();
  bench.until(() => ready(bench, 'k8s-node1') === 'True');
  bench.ready('web');
  assert.equal(bench.pod('web')!.status!.containerStatuses![0]!.restartCount, 0);
});

test('a static Pod of the control plane that is taken away stops its component, and comes back with its file', () => {
  const bench = new Bench();
  const scheduler = '/etc/kubernetes/manifests/kube-scheduler.yaml';
  bench.node('k8s-master', `mv ${scheduler} /root/`);
  bench.until(() => !bench.pod('kube-scheduler-k8s-master', 'kube-system'));
  bench.create(podOf('waits', 'nginx:1.25')).after(30_000);
  assert.equal(bench.pod('waits')!.spec!.nodeName, undefined, 'nobody schedules');
  bench.node('k8s-master', `mv /root/kube-scheduler.yaml ${scheduler}`);
  bench.ready('waits');
});

test('without etcd the API server ends and is started again until etcd is back', () => {
  const bench = new Bench();
  bench.node('k8s-master', 'mv /etc/kubernetes/manifests/etcd.yaml /root/');
  bench.after(30_000);
  assert.ok(bench.ask('GET', '/api/v1/namespaces/default/pods').code >= 500);
  bench.after(240_000);
  assert.ok(bench.ask('GET', '/api/v1/namespaces/default/pods').code >= 500);
  bench.node('k8s-master', 'mv /root/etcd.yaml /etc/kubernetes/manifests/');
  bench.until(() => bench.ask('GET', '/api/v1/namespaces/default/pods').code === 200, 1000, 900_000);
  bench.until(() => bench.pod('kube-apiserver-k8s-master', 'kube-system')?.status?.containerStatuses?.[0]?.ready, 1000);
  assert.ok(bench.pod('kube-apiserver-k8s-master', 'kube-system')!.status!.containerStatuses![0]!.restartCount! > 0);
});

test('an idle node asks for next to nothing', () => {
  const bench = new Bench().create(podOf('web', 'nginx:1.25')).ready('web').after(60_000);
  const before = bench.agenda.woken;
  bench.after(3_600_000);
  assert.ok(bench.agenda.woken - before < 400, `${bench.agenda.woken - before} wakes in an hour`);
});
