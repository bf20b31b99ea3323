/** Services as they are reached from Pods, nodes and outside: who answers, who is refused, which address the server sees. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Bench, podOf } from './kubelet-cluster.ts';

const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const CURL = 'curlimages/curl:8.10.1';
const onNode = (n: number) => ({ nodeName: `k8s-node${n}`, terminationGracePeriodSeconds: 0 });
const server = (name: string, n: number, more = {}, spec = {}) => podOf(name, AGNHOST, { args: ['netexec'], ports: [{ name: 'http', containerPort: 8080 }], ...more }, { ...onNode(n), ...spec }, { app: 'web' });
const client = (name: string, n: number) => podOf(name, CURL, { command: ['sleep', '36000'] }, onNode(n));
const service = (name: string, spec: Readonly<Record<string, unknown>>) => JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }], ...spec } });

/** A server on each node, and a client on the first. */
function shop(nodes = 2): Bench {
  return new Bench(nodes).create(server('one', 1)).create(server('two', 2)).create(client('client', 1)).ready('one', 'two', 'client');
}
const ip = (bench: Bench, name: string): string => bench.cluster.api.read.get<{ apiVersion: string; kind: string; metadata: { name: string }; spec: { clusterIP: string } }>('services', 'default', name)!.spec.clusterIP;
const ask = (bench: Bench, url: string, from = 'client', more = ''): string => bench.out(from, `curl -sS -m 3 ${more} ${url} 2>&1`);
const times = (bench: Bench, n: number, url: string): readonly string[] => bench.out('client', `for i in $(seq ${n}); do curl -sS -m 3 ${url}; echo; done 2>&1`).split('\n');

test('a ClusterIP spreads connections over ready Pods, by name and by address', () => {
  const bench = shop().create(service('web', {})).after(2000);
  const counts = times(bench, 40, 'web/hostname');
  const ones = counts.filter((name) => name === 'one').length;
  assert.equal(counts.filter((name) => name === 'two').length, 40 - ones);
  assert.ok(ones > 8 && ones < 32, `${ones} of 40`);
  assert.match(ask(bench, `${ip(bench, 'web')}/hostname`), /^(one|two)$/);
  assert.match(ask(bench, 'http://web.default.svc.cluster.local/hostname'), /^(one|two)$/);
});

test('a Service without endpoints is refused, one without its port too', () => {
  const bench = shop().create(service('none', { selector: { app: 'nobody' } })).create(service('web', {})).after(2000);
  assert.match(ask(bench, 'none'), /^curl: \(7\) Failed to connect to none port 80 after \d+ ms: (Connection refused|Could not connect to server|Couldn't connect to server)$/);
  assert.match(ask(bench, 'web:81'), /curl: \(28\) Connection timed out after 300\d milliseconds/);
});

test('only Pods that are ready answer, as soon as they are', () => {
  const bench = new Bench(2).create(server('one', 1, { readinessProbe: { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 1 } })).create(client('client', 1)).create(service('web', {})).ready('client').after(3000);
  assert.match(ask(bench, 'web'), /Failed to connect/);
  bench.exec('one', 'touch /tmp/ready');
  bench.ready('one').after(1000);
  assert.equal(ask(bench, 'web/hostname'), 'one');
});

test('a NodePort answers at every node, for Pods, nodes and the learner’s network', () => {
  const bench = shop().create(service('web', { type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }] })).after(2000);
  for (const node of ['192.168.56.100', '192.168.56.101', '192.168.56.102']) assert.match(ask(bench, `${node}:30080/hostname`), /^(one|two)$/, node);
  assert.match(bench.node('k8s-master', 'curl -s 127.0.0.1:30080/hostname'), /^(one|two)$/);
  assert.match(ask(bench, '192.168.56.101:30081/hostname'), /Failed to connect to 192\.168\.56\.101 port 30081/);
});

test('the client’s address is kept inside the cluster and hidden behind the node at a NodePort, unless traffic stays local', () => {
  const bench = shop().create(service('web', { type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }] })).create(service('local', { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, targetPort: 8080, nodePort: 30_090 }] })).after(2000);
  const own = bench.pod('client')!.status!.podIP!;
  assert.equal(ask(bench, 'web/clientip').split(':')[0], own);
  const seen = bench.node('k8s-master', 'for i in 1 2 3 4 5 6 7 8; do curl -s 192.168.56.101:30080/clientip; echo; done').split('\n').map((line) => line.split(':')[0]);
  assert.ok(seen.every((address) => address === '192.168.56.101' || /^10\.244\.1\.1$/.test(address!)), `${seen}`);
  const kept = bench.node('k8s-master', 'for i in 1 2 3 4; do curl -s 192.168.56.101:30090/clientip; echo; curl -s 192.168.56.101:30090/hostname; echo; done').split('\n');
  assert.deepEqual([...new Set(kept.map((line) => line.split(':')[0]))].sort(), ['192.168.56.100', 'one']);
  bench.ask('DELETE', '/api/v1/namespaces/default/pods/one');
  bench.until(() => !bench.pod('one')).after(2000);
  assert.match(bench.node('k8s-master', 'curl -sS -m 2 192.168.56.101:30090/hostname 2>&1'), /curl: \(28\)/, 'dropped where no endpoint is local');
  assert.equal(bench.node('k8s-master', 'curl -s 192.168.56.102:30090/hostname'), 'two');
});

test('internalTrafficPolicy Local reaches only Pods of the own node', () => {
  const bench = shop().create(service('near', { internalTrafficPolicy: 'Local' })).create(client('far', 2)).ready('far').after(2000);
  assert.deepEqual([...new Set(times(bench, 8, 'near/hostname'))], ['one']);
  assert.equal(ask(bench, 'near/hostname', 'far'), 'two');
});

test('session affinity keeps a client with its Pod', () => {
  const bench = shop().create(service('sticky', { sessionAffinity: 'ClientIP' })).after(2000);
  assert.equal(new Set(times(bench, 12, 'sticky/hostname')).size, 1);
});

test('external addresses answer where packets for them arrive', () => {
  const bench = shop().create(service('web', { externalIPs: ['192.168.56.102'], ports: [{ port: 8000, targetPort: 'http' }] })).after(2000);
  assert.match(ask(bench, '192.168.56.102:8000/hostname'), /^(one|two)$/);
});

test('a Service may lead to addresses that somebody wrote down', () => {
  const bench = shop().create('{ apiVersion: v1, kind: Service, metadata: { name: written }, spec: { ports: [{ port: 80 }] } }');
  const address = bench.pod('two')!.status!.podIP!;
  bench.create(JSON.stringify({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'written-1', labels: { 'kubernetes.io/service-name': 'written' } }, addressType: 'IPv4', ports: [{ name: '', port: 8080, protocol: 'TCP' }], endpoints: [{ addresses: [address] }] })).after(2000);
  assert.equal(ask(bench, 'written/hostname'), 'two');
});

test('a Pod reaches itself through its own Service', () => {
  const bench = new Bench(1).create(server('one', 1)).create(service('web', {})).ready('one').after(2000);
  assert.equal(bench.out('one', 'curl -s web/hostname'), 'one');
});

test('without kube-proxy the rules stay as they were', () => {
  const bench = shop().create(service('web', {})).after(2000);
  assert.match(ask(bench, 'web/hostname'), /^(one|two)$/);
  bench.patch('/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy', { spec: { template: { spec: { nodeSelector: { nobody: 'here' } } } } });
  bench.until(() => bench.cluster.api.read.list('pods', 'kube-system').every(({ metadata }) => !metadata.name.startsWith('kube-proxy')));
  bench.create(service('late', {})).after(5000);
  assert.match(ask(bench, `${ip(bench, 'web')}/hostname`), /^(one|two)$/);
  assert.match(ask(bench, `${ip(bench, 'late')}/hostname`), /curl: \(28\)/);
});

test('a Pod that ends answers no longer through its Service while it still runs', () => {
  const slow = { lifecycle: { preStop: { exec: { command: ['sleep', '20'] } } } };
  const bench = new Bench(2).create(server('one', 1, slow, { terminationGracePeriodSeconds: 60 })).create(server('two', 2)).create(client('client', 1)).create(service('web', {})).ready('one', 'two', 'client').after(2000);
  bench.ask('DELETE', '/api/v1/namespaces/default/pods/one');
  bench.after(3000);
  assert.deepEqual([...new Set(times(bench, 8, 'web/hostname'))], ['two']);
  assert.equal(ask(bench, `${bench.pod('one')!.status!.podIP}:8080/hostname`), 'one');
});

test('a neighbour that is not there is unreachable, a Pod’s address that nobody has and one outside give no answer', () => {
  const bench = shop().after(0);
  assert.match(ask(bench, '192.168.56.77:8080', 'client', '-m 10'), /curl: \(7\) Failed to connect to 192\.168\.56\.77 port 8080 after 3\d\d\d ms: (No route to host|Could not connect to server|Couldn't connect to server)/);
  for (const address of ['10.244.1.250', '203.0.113.9']) assert.match(ask(bench, address), /curl: \(28\)/);
});
