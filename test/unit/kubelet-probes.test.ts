/** Probes: what they look at, what their answers do to a container and its Pod. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Bench, podOf } from './kubelet-cluster.ts';

const BUSY = 'busybox:1.36';
const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const touched = (file: string) => ({ exec: { command: ['cat', file] } });
const restarts = (bench: Bench, name: string): number => bench.pod(name)?.status?.containerStatuses?.[0]?.restartCount ?? 0;

test('a readiness probe decides over Ready, and back again', () => {
  const bench = new Bench().create(podOf('web', 'nginx:1.25', { readinessProbe: { httpGet: { path: '/ready', port: 80 }, periodSeconds: 2, failureThreshold: 2 } }));
  bench.until(() => bench.events('web').some((event) => event.startsWith('Unhealthy')));
  assert.ok(bench.events('web').includes('Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404'), bench.events('web').join('\n'));
  assert.equal(bench.condition('web', 'Ready'), 'False');
  assert.equal(bench.pod('web')!.status!.conditions!.find((one) => one.type === 'Ready')!.message, 'containers with unready status: [main]');
  bench.exec('web', 'echo yes > /usr/share/nginx/html/ready');
  bench.ready('web');
  bench.exec('web', 'rm /usr/share/nginx/html/ready');
  const began = bench.agenda.now;
  bench.until(() => bench.condition('web', 'Ready') === 'False');
  assert.ok(bench.agenda.now - began >= 2000 && bench.agenda.now - began < 6000, `after ${bench.agenda.now - began} ms`);
  assert.equal(restarts(bench, 'web'), 0);
});

test('a liveness probe that fails three times restarts the container', () => {
  const bench = new Bench().create(podOf('alive', BUSY, { command: ['sh', '-c', 'touch /tmp/ok; sleep 30; rm /tmp/ok; sleep 600'], livenessProbe: { ...touched('/tmp/ok'), initialDelaySeconds: 5, periodSeconds: 5 } }, { terminationGracePeriodSeconds: 1 }));
  bench.ready('alive');
  const began = bench.agenda.now;
  bench.until(() => restarts(bench, 'alive') === 1);
  const took = bench.agenda.now - began;
  assert.ok(took > 40_000 && took < 55_000, `${took}`);
  const events = bench.events('alive').join('\n');
  assert.match(events, /Unhealthy: Liveness probe failed: cat: can't open '\/tmp\/ok': No such file or directory\n? ?\(x3\)/);
  assert.match(events, /Killing: Container main failed liveness probe, will be restarted/);
  assert.equal(bench.pod('alive')!.status!.containerStatuses![0]!.lastState!.terminated!.exitCode, 137);
});

test('a startup probe keeps the other probes waiting', () => {
  const probe = { periodSeconds: 2, failureThreshold: 30 };
  const bench = new Bench().create(podOf('slow', BUSY, { command: ['sh', '-c', 'sleep 20; touch /tmp/up; sleep 600'], startupProbe: { ...touched('/tmp/up'), ...probe }, livenessProbe: { ...touched('/tmp/up'), periodSeconds: 1, failureThreshold: 1 } }));
  bench.until(() => bench.pod('slow')!.status?.containerStatuses?.[0]?.state?.running);
  assert.equal(bench.pod('slow')!.status!.containerStatuses![0]!.started, false);
  bench.ready('slow').after(30_000);
  assert.equal(restarts(bench, 'slow'), 0);
  assert.equal(bench.pod('slow')!.status!.containerStatuses![0]!.started, true);
});

test('tcpSocket and grpc probes connect', () => {
  const bench = new Bench().create(podOf('tcp', 'redis:7', { readinessProbe: { tcpSocket: { port: 6379 }, periodSeconds: 1 } })).create(podOf('closed', BUSY, { command: ['sleep', '600'], readinessProbe: { tcpSocket: { port: 6379 }, periodSeconds: 1 } }));
  bench.create(podOf('grpc', BUSY, { command: ['sleep', '600'], readinessProbe: { grpc: { port: 5000 }, periodSeconds: 1 } })).ready('tcp');
  bench.until(() => [...bench.events('closed'), ...bench.events('grpc')].filter((event) => event.startsWith('Unhealthy')).length === 2);
  const ip = bench.pod('closed')!.status!.podIP;
  assert.ok(bench.events('closed').some((event) => event.startsWith(`Unhealthy: Readiness probe failed: dial tcp ${ip}:6379: connect: connection refused`)), bench.events('closed').join('\n'));
  assert.ok(bench.events('grpc').some((event) => event.startsWith(`Unhealthy: Readiness probe failed: timeout: failed to connect service "${bench.pod('grpc')!.status!.podIP}:5000" within 1s`)), bench.events('grpc').join('\n'));
});

test('a probe that takes too long has failed', () => {
  const bench = new Bench().create(podOf('late', BUSY, { command: ['sleep', '600'], readinessProbe: { exec: { command: ['sleep', '5'] }, timeoutSeconds: 1, periodSeconds: 3 } }));
  bench.until(() => bench.events('late').some((event) => event.startsWith('Unhealthy')));
  assert.ok(bench.events('late').includes('Unhealthy: Readiness probe failed: command timed out: "sleep 5" timed out after 1s'), bench.events('late').join('\n'));
});

test('a healthy server that is probed each second costs nothing in a quiet hour', () => {
  const probe = { httpGet: { path: '/', port: 80 }, periodSeconds: 1 };
  const bench = new Bench().create(podOf('web', 'nginx:1.25', { readinessProbe: probe, livenessProbe: probe })).ready('web').after(60_000);
  const before = bench.agenda.woken;
  bench.after(3_600_000);
  const quiet = new Bench().create(podOf('web', 'nginx:1.25')).ready('web').after(60_000);
  const alone = quiet.agenda.woken;
  quiet.after(3_600_000);
  assert.ok(bench.agenda.woken - before < quiet.agenda.woken - alone + 8000, `${bench.agenda.woken - before} wakes, ${quiet.agenda.woken - alone} without probes`);
});

test('a readiness gate waits for its condition', () => {
  const bench = new Bench().create(podOf('gated', BUSY, { command: ['sleep', '600'] }, { readinessGates: [{ conditionType: 'example.com/go' }] }));
  bench.until(() => bench.condition('gated', 'ContainersReady') === 'True');
  assert.equal(bench.condition('gated', 'Ready'), 'False');
  const conditions = bench.pod('gated')!.status!.conditions!;
  assert.equal(conditions.find((one) => one.type === 'Ready')!.reason, 'ReadinessGatesNotReady');
  bench.patch('/api/v1/namespaces/default/pods/gated/status', { status: { conditions: [...conditions, { type: 'example.com/go', status: 'True' }] } });
  bench.ready('gated');
});

test('agnhost becomes unhealthy as told', () => {
  const bench = new Bench().create(podOf('liveness', AGNHOST, { args: ['liveness'], livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, initialDelaySeconds: 3, periodSeconds: 3 } }));
  bench.until(() => restarts(bench, 'liveness') >= 1);
  assert.ok(bench.events('liveness').some((event) => event.startsWith('Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500')));
});
