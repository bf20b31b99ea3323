/** Names: what CoreDNS answers for Services, Pods and others, from inside and outside of Pods. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { DnsQuestion } from '../../src/machine/dns.ts';
import { answer } from '../../src/kube/net/dns.ts';
import { Bench, podOf } from './kubelet-cluster.ts';

const BUSY = 'busybox:1.36';
const sleeps = { command: ['sleep', '36000'] };
const ask = (bench: Bench, name: string, type: DnsQuestion['type'] = 'A'): string => {
  const { code, answers } = answer({ domain: 'cluster.local', read: bench.cluster.api.read }, { name, type });
  return code === 'NOERROR' ? answers.map((record) => `${record.type} ${record.value}`).sort().join(', ') : code;
};

const MANIFEST = `
{ apiVersion: v1, kind: Service, metadata: { name: web }, spec: { clusterIP: 10.96.7.7, selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: db }, spec: { clusterIP: None, selector: { app: db }, ports: [{ name: sql, port: 5432 }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: out }, spec: { type: ExternalName, externalName: example.com } }
---
{ apiVersion: v1, kind: Service, metadata: { name: all }, spec: { clusterIP: None, publishNotReadyAddresses: true, selector: { app: slow }, ports: [{ port: 80 }] } }`;

test('Services, headless ones, ports, addresses and aliases have their records', () => {
  const bench = new Bench().create(MANIFEST).create(podOf('db-0', BUSY, sleeps, { hostname: 'db-0', subdomain: 'db' }, { app: 'db' })).create(podOf('db-x', BUSY, sleeps, {}, { app: 'db' }));
  bench.create(podOf('slow', BUSY, { ...sleeps, readinessProbe: { exec: { command: ['false'] } } }, {}, { app: 'slow' })).ready('db-0', 'db-x').until(() => bench.condition('slow', 'PodReadyToStartContainers') === 'True').after(3000);
  const [first, other, slow] = ['db-0', 'db-x', 'slow'].map((name) => bench.pod(name)!.status!.podIP!);
  assert.equal(ask(bench, 'web.default.svc.cluster.local'), 'A 10.96.7.7');
  assert.equal(ask(bench, 'WEB.default.SVC.cluster.local.'), 'A 10.96.7.7');
  assert.equal(ask(bench, 'web.default.svc.cluster.local', 'AAAA'), '', 'the name exists, without IPv6');
  assert.equal(ask(bench, 'web.other.svc.cluster.local'), 'NXDOMAIN');
  assert.equal(ask(bench, 'db.default.svc.cluster.local'), [first, other].map((a) => `A ${a}`).sort().join(', '));
  assert.equal(ask(bench, 'db-0.db.default.svc.cluster.local'), `A ${first}`);
  assert.equal(ask(bench, `${other!.replaceAll('.', '-')}.db.default.svc.cluster.local`), `A ${other}`);
  assert.equal(ask(bench, '_http._tcp.web.default.svc.cluster.local', 'SRV'), 'SRV 0 100 80 web.default.svc.cluster.local');
  assert.match(ask(bench, '_sql._tcp.db.default.svc.cluster.local', 'SRV'), /SRV 0 50 5432 [\w-]+\.db\.default\.svc\.cluster\.local, SRV 0 50 5432 [\w-]+\.db\.default\.svc\.cluster\.local/);
  assert.equal(ask(bench, '7.7.96.10.in-addr.arpa', 'PTR'), 'PTR web.default.svc.cluster.local');
  assert.equal(ask(bench, `${first!.split('.').reverse().join('.')}.in-addr.arpa`, 'PTR'), 'PTR db-0.db.default.svc.cluster.local');
  assert.match(ask(bench, 'out.default.svc.cluster.local'), /CNAME example\.com/);
  assert.equal(ask(bench, `${first!.replaceAll('.', '-')}.default.pod.cluster.local`), `A ${first}`);
  assert.equal(ask(bench, 'all.default.svc.cluster.local'), `A ${slow}`, 'published before it is ready');
  assert.equal(ask(bench, 'nosuch.default.svc.cluster.local'), 'NXDOMAIN');
  assert.match(ask(bench, 'example.com'), /^A \d+\.\d+\.\d+\.\d+/);
  assert.equal(ask(bench, 'nosuch.invalid'), 'NXDOMAIN');
});

test('a Pod finds names by its search domains', () => {
  const bench = new Bench().create('{ apiVersion: v1, kind: Namespace, metadata: { name: other } }').create(MANIFEST).create('{ apiVersion: v1, kind: Service, metadata: { name: far, namespace: other }, spec: { clusterIP: 10.96.8.8, ports: [{ port: 80 }] } }');
  bench.create(podOf('client', BUSY, sleeps)).ready('client').after(2000);
  assert.match(bench.out('client', 'nslookup web.default.svc.cluster.local'), /Server:\t\t10\.96\.0\.10\nAddress:\t10\.96\.0\.10:53\n\n\nName:\tweb\.default\.svc\.cluster\.local\nAddress: 10\.96\.7\.7/);
  assert.match(bench.exec('client', 'ping -c 1 -W 1 far.other').stdout, /^PING far\.other \(10\.96\.8\.8\)/);
  assert.match(bench.exec('client', 'wget -qO- -T 2 nosuch').stderr, /wget: bad address 'nosuch'/);
});

test('without CoreDNS names are not answered', () => {
  const bench = new Bench().create(podOf('client', BUSY, sleeps)).ready('client');
  bench.patch('/apis/apps/v1/namespaces/kube-system/deployments/coredns', { spec: { replicas: 0 } });
  bench.until(() => bench.cluster.api.read.list('pods', 'kube-system').every(({ metadata }) => !metadata.name.startsWith('coredns'))).after(2000);
  const { stdout, stderr, code } = bench.exec('client', 'nslookup kubernetes.default');
  assert.notEqual(code, 0);
  assert.match(stdout + stderr, /connection timed out; no servers could be reached|Connection refused/);
});

test('a node asks its own name server, which does not know the cluster', () => {
  const bench = new Bench();
  assert.match(bench.node('k8s-node1', 'getent hosts example.com'), /example\.com/);
  assert.equal(bench.node('k8s-node1', 'getent hosts kubernetes.default.svc.cluster.local; echo $?'), '2');
});
