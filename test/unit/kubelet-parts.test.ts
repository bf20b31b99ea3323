/** The pure parts of the kubelet: names of images, expansion, durations, back-offs, quality of service, phases, logs. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { Pod } from '../../src/kube/kinds/types.ts';
import { Backoff } from '../../src/kube/node/backoff.ts';
import { expand } from '../../src/kube/node/expand.ts';
import { goDuration } from '../../src/kube/node/go-duration.ts';
import { ContainerLog } from '../../src/kube/node/logs.ts';
import { phaseOf } from '../../src/kube/node/phase.ts';
import { podAmounts, qosClass } from '../../src/kube/node/qos.ts';
import { fullName, parseReference } from '../../src/kube/node/reference.ts';
import { rulesOf } from '../../src/kube/net/rules.ts';

const podOf = (...resources: readonly { requests?: Record<string, string>; limits?: Record<string, string> }[]): Pod =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: resources.map((one, i) => ({ name: `c${i}`, resources: one })) } }) as unknown as Pod;

test('names of images are completed as the reference library does', () => {
  const full = (name: string): string => {
    const found = parseReference(name);
    return typeof found === 'string' ? found : fullName(found);
  };
  const digest = `sha256:${'0'.repeat(64)}`;
  for (const [name, expected] of [
    ['nginx', 'docker.io/library/nginx:latest'], ['nginx:1.25', 'docker.io/library/nginx:1.25'], ['user/app', 'docker.io/user/app:latest'], ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app:v1', 'localhost:5000/app:v1'], ['registry.k8s.io/pause', 'registry.k8s.io/pause:latest'], [`nginx@${digest}`, `docker.io/library/nginx@${digest}`],
    [`nginx:1.25@${digest}`, `docker.io/library/nginx:1.25@${digest}`], ['index.docker.io/library/nginx', 'docker.io/library/nginx:latest'],
    ['nginx:', 'invalid reference format'], ['ngi nx', 'invalid reference format'], ['Nginx', 'invalid reference format: repository name (library/Nginx) must be lowercase'], ['-nginx', 'invalid reference format'],
  ] as const) assert.equal(full(name), expected, name);
});

test('$(NAME) is replaced where NAME is known, $$ stands for $', () => {
  const value = (name: string): string | undefined => ({ A: 'x', B: '$(A)', EMPTY: '' })[name];
  for (const [text, expected] of [
    ['$(A)', 'x'], ['a$(A)b$(B)', 'axb$(A)'], ['$(EMPTY)', ''], ['$(NOPE)', '$(NOPE)'], ['$$(A)', '$(A)'], ['$$$(A)', '$x'], ['$A', '$A'], ['$(A', '$(A'], ['$', '$'], ['$$', '$'], ['$(A)$', 'x$'], ['$()', '$()'],
  ] as const) assert.equal(expand(text, value), expected, text);
});

test('durations are written as Go does', () => {
  for (const [ms, expected] of [[0, '0s'], [7, '7ms'], [999, '999ms'], [1000, '1s'], [1234, '1.234s'], [10_000, '10s'], [80_000, '1m20s'], [300_000, '5m0s'], [3_661_500, '1h1m1.5s']] as const) assert.equal(goDuration(ms), expected);
});

test('pauses double from ten seconds to five minutes, and are forgotten after ten quiet minutes', () => {
  const backoff = new Backoff();
  const pauses: number[] = [];
  let now = 0;
  for (let i = 0; i < 8; i++) {
    backoff.next(now, now);
    pauses.push(backoff.pause / 1000);
    now += backoff.pause;
  }
  assert.deepEqual(pauses, [10, 20, 40, 80, 160, 300, 300, 300]);
  now += 700_000;
  backoff.next(now, now);
  assert.equal(backoff.pause, 10_000);
});

test('requests and limits decide over the class of quality', () => {
  const full = { cpu: '1', memory: '1Gi' };
  assert.equal(qosClass(podOf({})), 'BestEffort');
  assert.equal(qosClass(podOf({ requests: full, limits: full })), 'Guaranteed');
  assert.equal(qosClass(podOf({ limits: full, requests: { cpu: '1000m', memory: '1024Mi' } })), 'Guaranteed');
  assert.equal(qosClass(podOf({ requests: full, limits: full }, {})), 'Burstable');
  assert.equal(qosClass(podOf({ requests: { cpu: '100m' } })), 'Burstable');
  assert.equal(qosClass(podOf({ requests: full, limits: { cpu: '2', memory: '1Gi' } })), 'Burstable');
  assert.deepEqual(podAmounts(podOf({ requests: { cpu: '100m', memory: '64Mi' } }, { requests: { cpu: '0.4' } }), 'requests'), { cpu: '500m', memory: '64Mi' });
});

test('the phase follows from the containers and the restart policy', () => {
  const phase = (restartPolicy: string, ...states: readonly ('running' | 'waiting' | 'ended' | number)[]): string => {
    const pod = podOf(...states.map(() => ({})));
    const statuses = states.map((state, i) => ({
      name: `c${i}`, state: typeof state === 'number' ? { terminated: { exitCode: state } } : state === 'running' ? { running: {} } : { waiting: { reason: 'x' } },
      ...(state === 'ended' && { lastState: { terminated: { exitCode: 1 } } }),
    }));
    return phaseOf({ ...pod, spec: { ...pod.spec, restartPolicy } } as Pod, statuses as never, false, true, false);
  };
  assert.equal(phase('Always', 'running', 'waiting'), 'Pending');
  assert.equal(phase('Always', 'running', 'running'), 'Running');
  assert.equal(phase('Always', 'running', 'ended'), 'Running');
  assert.equal(phase('Never', 0, 0), 'Succeeded');
  assert.equal(phase('Never', 0, 1), 'Failed');
  assert.equal(phase('OnFailure', 0, 1), 'Running');
  assert.equal(phase('Never', 'running', 1), 'Running');
});

test('a log keeps lines apart by stream, cuts by bytes and follows from where it was read', () => {
  let now = 0;
  const log = new ContainerLog(() => now);
  log.write('stdout', 'half ');
  log.write('stderr', 'error\n');
  now = 1000;
  log.write('stdout', 'line\nnext\nno end');
  assert.equal(log.read({}, 0).text, 'error\nhalf line\nnext\n');
  const { next } = log.read({}, 0);
  log.end();
  assert.equal(log.read({}, 0, next).text, 'no end');
  assert.equal(log.read({ tailLines: 1 }, 0).text, 'no end');
  assert.equal(log.read({ since: 500 }, 0).text, 'half line\nnext\nno end');
  assert.match(log.file(0), /^1970-01-01T00:00:00\.\d{9}Z stderr F error\n1970-01-01T00:00:01\.\d{9}Z stdout F half line\n[^]*stdout P no end\n$/);
});

test('a Service’s rules use ready endpoints, else those that end but still serve', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' }, spec: { clusterIP: '10.96.1.1', ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }] } };
  const slice = (...endpoints: readonly { address: string; ready: boolean; serving?: boolean; terminating?: boolean }[]) => ({
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'web-1', namespace: 'default' }, addressType: 'IPv4', ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: endpoints.map(({ address, ...conditions }) => ({ addresses: [address], conditions, nodeName: 'a' })),
  });
  const backends = (...slices: readonly ReturnType<typeof slice>[]): readonly string[] => rulesOf(service as never, slices as never)[0]!.rule.cluster.map((one) => one.address);
  assert.deepEqual(backends(slice({ address: '1', ready: true }, { address: '2', ready: false })), ['1']);
  assert.deepEqual(backends(slice({ address: '1', ready: true }), slice({ address: '3', ready: true })), ['1', '3']);
  assert.deepEqual(backends(slice({ address: '1', ready: false, serving: true, terminating: true }, { address: '2', ready: false, serving: false, terminating: true })), ['1']);
  assert.deepEqual(backends(slice({ address: '1', ready: false, serving: false })), []);
});
