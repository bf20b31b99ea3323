/** Addresses and ports that Services are given. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service, ServiceSpec } from '../../src/kube/kinds/types.ts';
import { MERGE, ours, type Heard, type Send } from './kinds-server.ts';

const LIST = '/api/v1/namespaces/default/services';
const PORTS = [{ port: 80 }];

async function server(): Promise<{ make(name: string, spec: ServiceSpec): Promise<Heard>; patch(name: string, spec: unknown): Promise<ServiceSpec>; send: Send }> {
  const send = ours();
  return {
    send,
    make: async (name, spec) => send('POST', LIST, { metadata: { name }, spec }),
    patch: async (name, spec) => ((await send('PATCH', `${LIST}/${name}`, { spec }, MERGE)).body as unknown as Service).spec!,
  };
}

const specOf = (heard: Heard): ServiceSpec => {
  assert.ok(heard.code < 300, String(heard.body.message));
  return (heard.body as unknown as Service).spec!;
};
const number = (ip: string): number => ip.split('.').reduce<number>((sum, part) => sum * 256 + Number(part), 0);

test('a Service gets an address of its own from the upper part of the range, the same one in every run', async () => {
  const [one, two] = [await server(), await server()];
  const seen = new Set<string>();
  for (let i = 0; i < 50; i++) {
    const { clusterIP, clusterIPs } = specOf(await one.make(`s${i}`, { ports: PORTS }));
    assert.deepEqual(clusterIPs, [clusterIP]);
    assert.equal(specOf(await two.make(`s${i}`, { ports: PORTS })).clusterIP, clusterIP);
    assert.ok(number(clusterIP!) >= number('10.96.1.0') && number(clusterIP!) < number('10.111.255.255'), String(clusterIP));
    seen.add(clusterIP!);
  }
  assert.equal(seen.size, 50);
});

test('an address that is taken is refused until its Service is gone', async () => {
  const { make, send } = await server();
  specOf(await make('a', { clusterIP: '10.96.0.77', ports: PORTS }));
  assert.match(String((await make('b', { clusterIP: '10.96.0.77', ports: PORTS })).body.message), /failed to allocate IP 10\.96\.0\.77: provided IP is already allocated/);
  assert.match(String((await make('b', { clusterIP: '10.1.0.1', ports: PORTS })).body.message), /failed to allocate IP 10\.1\.0\.1: the provided network does not match the current range/);
  await send('DELETE', `${LIST}/a`);
  assert.equal(specOf(await make('b', { clusterIP: '10.96.0.77', ports: PORTS })).clusterIP, '10.96.0.77');
});

test('a node port lies between 30000 and 32767, stays when nothing changes it, and goes with the type', async () => {
  const { make, patch } = await server();
  const port = specOf(await make('a', { type: 'NodePort', ports: PORTS })).ports![0]!.nodePort!;
  assert.ok(port >= 30_000 && port <= 32_767);
  assert.equal((await patch('a', { selector: { app: 'a' } })).ports![0]!.nodePort, port);
  assert.match(String((await make('b', { type: 'NodePort', ports: [{ port: 80, nodePort: port }] })).body.message), /provided port is already allocated/);
  assert.equal((await patch('a', { type: 'ClusterIP', ports: PORTS })).ports![0]!.nodePort, undefined);
  assert.equal(specOf(await make('b', { type: 'NodePort', ports: [{ port: 80, nodePort: port }] })).ports![0]!.nodePort, port);
});

test('the same port in TCP and UDP gets one node port', async () => {
  const { make } = await server();
  const { ports } = specOf(await make('dns', { type: 'NodePort', ports: [{ name: 'a', port: 53 }, { name: 'b', port: 53, protocol: 'UDP' }] }));
  assert.equal(ports![0]!.nodePort, ports![1]!.nodePort);
});

test('headless and external Services have no address', async () => {
  const { make } = await server();
  assert.deepEqual(specOf(await make('h', { clusterIP: 'None', ports: PORTS })).clusterIPs, ['None']);
  assert.equal(specOf(await make('e', { type: 'ExternalName', externalName: 'example.com' })).clusterIP, undefined);
});

test('a load balancer that keeps to local endpoints has a port for its health checks', async () => {
  const { make, patch } = await server();
  const spec = specOf(await make('lb', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: PORTS }));
  assert.ok(spec.healthCheckNodePort! >= 30_000 && spec.allocateLoadBalancerNodePorts === true);
  assert.equal((await patch('lb', { externalTrafficPolicy: 'Cluster' })).healthCheckNodePort, undefined);
});

test('an update that leaves the address out keeps it, and one that changes it is refused', async () => {
  const { make, patch, send } = await server();
  const { clusterIP } = specOf(await make('a', { ports: PORTS }));
  assert.equal((await patch('a', { clusterIP: null, clusterIPs: null })).clusterIP, clusterIP);
  const refused = await send('PATCH', `${LIST}/a`, { spec: { clusterIP: '10.96.9.9', clusterIPs: ['10.96.9.9'] } }, MERGE);
  assert.match(String(refused.body.message), /may not change once set/);
});
