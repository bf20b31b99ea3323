/** What the API server asks of kubelets: logs, exec, attach, port-forward, proxy; and ephemeral containers. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { Feed, Response, Status } from '../../src/kube/api/wire.ts';
import { Bench, podOf } from './kubelet-cluster.ts';

const BUSY = 'busybox:1.36';
const sleeps = { command: ['sleep', '3600'] };
const path = (name: string, sub: string): string => `/api/v1/namespaces/default/pods/${name}/${sub}`;

/** Everything that a feed has given by now, as one text; pieces of one stream joined. */
function taken({ feed }: Response): string {
  let all = '';
  for (let item = feed!.take(); item !== undefined; item = feed!.take()) all += typeof item === 'string' ? item : JSON.stringify(item);
  return all.replaceAll('"}{"stdout":"', '');
}

test('logs are the lines of a container, as many and as new as asked', () => {
  const bench = new Bench().create(podOf('talk', BUSY, { command: ['sh', '-c', 'for i in 1 2 3; do echo line $i; done; sleep 10; echo later; sleep 3600'] })).ready('talk').after(12_000);
  assert.equal(bench.logs('talk'), 'line 1\nline 2\nline 3\nlater\n');
  assert.equal(bench.logs('talk', { tailLines: '2' }), 'line 3\nlater\n');
  assert.equal(bench.logs('talk', { tailLines: '0' }), '');
  assert.equal(bench.logs('talk', { sinceSeconds: '5' }), 'later\n');
  assert.equal(bench.logs('talk', { limitBytes: '10' }), 'line 1\nlin');
  assert.match(bench.logs('talk', { timestamps: 'true', tailLines: '1' }), /^2026-11-24T10:00:\d\d\.\d{9}Z later\n$/);
  assert.equal(bench.logs('talk', { previous: 'true' }), 'previous terminated container "main" in pod "talk" not found');
});

test('logs that are followed go on until the container ends', () => {
  const bench = new Bench().create(podOf('talk', BUSY, { command: ['sh', '-c', 'echo one; sleep 5; echo two; sleep 5'] }, { restartPolicy: 'Never' })).ready('talk');
  const answer = bench.ask('GET', path('talk', 'log'), undefined, { follow: 'true' });
  assert.equal(taken(answer), 'one\n');
  assert.equal(taken((bench.after(6000), answer)), 'two\n');
  assert.equal(answer.feed!.ended, false);
  bench.after(6000);
  assert.equal(answer.feed!.ended, true);
});

test('what a container wrote at once is told stream by stream', () => {
  const bench = new Bench().create(podOf('talk', BUSY, { command: ['sh', '-c', 'echo one; echo two >&2; echo three; sleep 1; echo four >&2; sleep 1; echo five; exec sleep 3600'] })).ready('talk').after(3000);
  assert.equal(bench.logs('talk'), 'one\nthree\ntwo\nfour\nfive\n');
});

test('the log of the container before is there once another has been started, and gone when that has ended too', () => {
  const bench = new Bench().create(podOf('crash', BUSY, { command: ['sh', '-c', 'echo start; sleep 3; exit 1'] }));
  const status = () => bench.pod('crash')!.status?.containerStatuses?.[0];
  bench.until(() => status()?.restartCount === 1 && status()?.state?.running);
  assert.equal(bench.logs('crash', { previous: 'true' }), 'start\n');
  const { containerID } = status()!.lastState!.terminated!;
  bench.until(() => status()?.state?.terminated);
  assert.equal(bench.logs('crash'), 'start\n');
  assert.equal(bench.logs('crash', { previous: 'true' }), `unable to retrieve container logs for ${containerID}`);
});

test('containers that have nothing to show say why', () => {
  const bench = new Bench().create(podOf('typo', 'nginx:1.2555'));
  const reason = (name: string) => bench.until(() => bench.pod('typo')!.status?.containerStatuses?.[0]?.state?.waiting?.reason === name);
  reason('ErrImagePull');
  assert.equal(bench.logs('typo'), 'container "main" in pod "typo" is waiting to start: image can\'t be pulled');
  reason('ImagePullBackOff');
  assert.equal(bench.logs('typo'), 'container "main" in pod "typo" is waiting to start: trying and failing to pull image');
});

test('a command in a container has its streams apart and its exit code', () => {
  const bench = new Bench().create(podOf('web', BUSY, sleeps)).ready('web');
  assert.deepEqual(bench.exec('web', 'echo out; echo err >&2; exit 7'), { stdout: 'out\n', stderr: 'err\n', code: 7 });
  const missing = bench.exec('web', ['nosuch']);
  assert.match(missing.stderr, /^Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in \$PATH$/);
  assert.match(bench.exec('web', ['/etc']).stderr, /exec: "\/etc": is a directory/);
});

test('standard input reaches a command, and its end', () => {
  const bench = new Bench().create(podOf('web', BUSY, sleeps)).ready('web');
  const answer = bench.ask('GET', path('web', 'exec'), undefined, { command: ['sort'], stdin: 'true', stdout: 'true' });
  for (const text of ['b\n', 'a\n']) answer.feed!.send!({ stdin: text });
  bench.after(500);
  assert.equal(taken(answer), '');
  answer.feed!.send!({ close: true });
  bench.after(500);
  assert.match(taken(answer), /^\{"stdout":"a\\nb\\n"\}\{"status":\{.*"status":"Success"\}\}$/);
});

test('with a terminal a shell shows its prompt, edits lines, hears ^C and knows its size', () => {
  const bench = new Bench().create(podOf('web', BUSY, sleeps)).ready('web');
  const answer = bench.ask('GET', path('web', 'exec'), undefined, { command: ['sh'], stdin: 'true', stdout: 'true', tty: 'true' });
  const type = (keys: string): string => {
    answer.feed!.send!({ stdin: keys });
    bench.after(300);
    return taken(answer);
  };
  answer.feed!.send!({ resize: { width: 100, height: 30 } });
  bench.after(300);
  assert.match(taken(answer), /\/ # /);
  assert.match(type('stty size; tty\r'), /30 100\\r\\n/);
  assert.match(type('sleep 100\r'), /sleep 100/);
  assert.match(type('\x03'), /\/ # /);
  assert.match(type('exit 3\r'), /"ExitCode","message":"3"/);
});

test('attach shows what the main process writes from now on', () => {
  const bench = new Bench().create(podOf('talk', BUSY, { command: ['sh', '-c', 'while read line; do echo got $line; done; echo end'], stdin: true, stdinOnce: true }, { restartPolicy: 'Never' })).ready('talk');
  const answer = bench.ask('GET', path('talk', 'attach'), undefined, { stdin: 'true', stdout: 'true', stderr: 'true' });
  answer.feed!.send!({ stdin: 'hello\n' });
  bench.after(300);
  assert.equal(taken(answer), '{"stdout":"got hello\\n"}');
  answer.feed!.send!({ close: true });
  bench.after(300);
  assert.match(taken(answer), /^\{"stdout":"end\\n"\}\{"status"/);
  bench.until(() => bench.pod('talk')!.status!.phase === 'Succeeded');
});

test('a forwarded port is a connection into the Pod', () => {
  const bench = new Bench().create(podOf('web', 'nginx:1.25')).ready('web');
  const { feed } = bench.ask('GET', path('web', 'portforward'), undefined, { ports: '80' }) as { feed: Feed } & Response;
  feed.send!({ data: 'GET / HTTP/1.0\r\n\r\n' });
  bench.after(200);
  const said = taken({ code: 101, feed });
  assert.match(said, /HTTP\/1\.1 200 OK/);
  assert.match(said, /Welcome to nginx!/);
  const closed = bench.ask('GET', path('web', 'portforward'), undefined, { ports: '81' });
  bench.after(200);
  assert.match(taken(closed), /connect: connection refused/);
});

test('the API server hands requests on to Pods, Services and nodes', () => {
  const bench = new Bench().create(podOf('web', 'nginx:1.25', { ports: [{ name: 'http', containerPort: 80 }] }, {}, { app: 'web' })).create('{ apiVersion: v1, kind: Service, metadata: { name: shop }, spec: { selector: { app: web }, ports: [{ name: front, port: 8080, targetPort: http }] } }').ready('web').after(2000);
  const get = (url: string): string => {
    const { body } = bench.ask('GET', url);
    return typeof body === 'string' ? body : (body as Status).message ?? JSON.stringify(body);
  };
  assert.match(get(path('web', 'proxy/')), /Welcome to nginx!/);
  assert.match(get('/api/v1/namespaces/default/services/shop:front/proxy/'), /Welcome to nginx!/);
  assert.match(get('/api/v1/namespaces/default/pods/web:81/proxy/'), /error trying to reach service: dial tcp 10\.244\.1\.\d+:81: connect: connection refused/);
  assert.match(bench.logs('web'), /"GET \/ HTTP\/1\.1" 200 \d+ "-" "kube-apiserver" "127\.0\.0\.1, 192\.168\.56\.100"/);
  assert.equal(get('/api/v1/nodes/k8s-node1/proxy/healthz'), 'ok');
});

test('an ephemeral container looks into the processes of its target', () => {
  const bench = new Bench().create(podOf('web', 'registry.k8s.io/pause:3.10')).ready('web');
  const debug = { name: 'tools', image: BUSY, command: ['sh', '-c', 'cat /proc/1/comm; hostname'], targetContainerName: 'main' };
  assert.equal(bench.ask('PATCH', path('web', 'ephemeralcontainers'), { spec: { ephemeralContainers: [debug] } }).code, 200);
  bench.until(() => bench.pod('web')!.status?.ephemeralContainerStatuses?.[0]?.state?.terminated);
  assert.equal(bench.logs('web', { container: 'tools' }), 'pause\nweb\n');
  assert.equal(bench.pod('web')!.status!.ephemeralContainerStatuses![0]!.state!.terminated!.reason, 'Completed');
  assert.equal(bench.pod('web')!.status!.containerStatuses![0]!.restartCount, 0);
  assert.equal(bench.condition('web', 'Ready'), 'True');
});

test('whoever asks a Pod without a node is told so before the connection is upgraded', () => {
  const bench = new Bench().create(podOf('lost', BUSY, sleeps, { nodeSelector: { disk: 'floppy' } })).after(1000);
  assert.deepEqual(bench.exec('lost', ['true']), { stdout: '', stderr: 'pod lost does not have a host assigned', code: 400 });
  assert.equal(bench.logs('lost'), '');
});
