/** The lives of Pods on a node: what starts when, what is written into their status, which events tell of it. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Bench, podOf } from './kubelet-cluster.ts';

const BUSY = 'busybox:1.36';
const sleeps = { command: ['sleep', '3600'] };

test('a Pod that runs has the phase, conditions, addresses and events of a real one', () => {
  const bench = new Bench().create(podOf('web', 'nginx:1.25')).ready('web');
  const { status, spec } = bench.pod('web')!;
  assert.equal(status!.phase, 'Running');
  assert.deepEqual(status!.conditions!.map(({ type, status: is }) => `${type}=${is}`), ['PodReadyToStartContainers=True', 'Initialized=True', 'Ready=True', 'ContainersReady=True', 'PodScheduled=True']);
  assert.equal(status!.qosClass, 'BestEffort');
  assert.match(status!.podIP!, /^10\.244\.1\.\d+$/);
  assert.equal(status!.hostIP, '192.168.56.101');
  assert.equal(spec!.nodeName, 'k8s-node1');
  const [container] = status!.containerStatuses!;
  assert.equal(container!.image, 'docker.io/library/nginx:1.25');
  assert.match(container!.imageID!, /^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/);
  assert.match(container!.containerID!, /^containerd:\/\/[0-9a-f]{64}$/);
  assert.equal(container!.started, true);
  const events = bench.events('web');
  assert.equal(events[0], 'Pulling: Pulling image "nginx:1.25"');
  assert.match(events[1]!, /^Pulled: Successfully pulled image "nginx:1\.25" in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d+ bytes\.$/);
  assert.deepEqual(events.slice(2), ['Created: Container created', 'Started: Container started']);
  assert.equal(bench.after(60_000).pod('web')!.metadata.resourceVersion, bench.after(3_600_000).pod('web')!.metadata.resourceVersion, 'a quiet Pod is not written again');
});

test('an image that is on the node is not pulled again, unless the policy says so', () => {
  const bench = new Bench().create(podOf('first', BUSY, sleeps)).ready('first');
  bench.create(podOf('second', BUSY, sleeps)).create(podOf('third', BUSY, { ...sleeps, imagePullPolicy: 'Always' })).ready('second', 'third');
  assert.equal(bench.events('second')[0], `Pulled: Container image "${BUSY}" already present on machine and can be accessed by the pod`);
  assert.equal(bench.events('third')[0], `Pulling: Pulling image "${BUSY}"`);
});

test('an image that nobody has makes the Pod wait, longer and longer', () => {
  const bench = new Bench().create(podOf('typo', 'nginx:1.2555'));
  bench.until(() => bench.pod('typo')!.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImagePull');
  const { message } = bench.pod('typo')!.status!.containerStatuses![0]!.state!.waiting!;
  assert.equal(message, 'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.2555": failed to resolve image: docker.io/library/nginx:1.2555: not found');
  bench.until(() => bench.pod('typo')!.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ImagePullBackOff');
  assert.match(bench.pod('typo')!.status!.containerStatuses![0]!.state!.waiting!.message!, /^Back-off pulling image "nginx:1\.2555": ErrImagePull: rpc error: code = NotFound desc = failed to pull/);
  const pulls: number[] = [];
  let seen = 0;
  bench.until(() => {
    const count = Number(/Pulling image "nginx:1\.2555"(?: \(x(\d+)\))?/.exec(bench.events('typo').join('\n'))?.[1] ?? 1);
    if (count > seen) pulls.push(bench.agenda.now);
    seen = count;
    return count === 4;
  }, 1000);
  const gaps = pulls.slice(1).map((at, i) => at - pulls[i]!);
  assert.ok(gaps.every((gap, i) => i === 0 || gap > gaps[i - 1]! * 1.3), `gaps grow: ${gaps}`);
  assert.equal(bench.pod('typo')!.status!.phase, 'Pending');
});

test('imagePullPolicy Never with a missing image says ErrImageNeverPull', () => {
  const bench = new Bench().create(podOf('never', BUSY, { imagePullPolicy: 'Never' }));
  bench.until(() => bench.pod('never')!.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImageNeverPull');
  assert.equal(bench.pod('never')!.status!.containerStatuses![0]!.state!.waiting!.message, `Container image "${BUSY}" is not present with pull policy of Never`);
});

test('an image name that is none says InvalidImageName', () => {
  const bench = new Bench().create(podOf('bad', 'Nginx:1.25'));
  bench.until(() => bench.pod('bad')!.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'InvalidImageName');
  assert.match(bench.pod('bad')!.status!.containerStatuses![0]!.state!.waiting!.message!, /couldn't parse image name "Nginx:1\.25": invalid reference format: repository name \(library\/Nginx\) must be lowercase/);
});

test('a container that fails is started again after 10, 20, 40 seconds, and says CrashLoopBackOff between', () => {
  const bench = new Bench().create(podOf('crash', BUSY, { command: ['sh', '-c', 'echo once; exit 3'] }));
  const starts: number[] = [];
  bench.until(() => {
    const restartCount = bench.pod('crash')!.status?.containerStatuses?.[0]?.restartCount ?? 0;
    if (restartCount > starts.length) starts.push(bench.agenda.now);
    return restartCount === 5;
  });
  const gaps = starts.slice(1).map((at, i) => Math.round((at - starts[i]!) / 1000));
  assert.ok(gaps[0]! >= 10 && gaps[0]! <= 20 && gaps[1]! >= 20 && gaps[1]! <= 35 && gaps[2]! >= 40 && gaps[2]! <= 60, `${gaps}`);
  bench.until(() => bench.pod('crash')!.status!.containerStatuses![0]!.state!.waiting?.reason === 'CrashLoopBackOff');
  const [container] = bench.pod('crash')!.status!.containerStatuses!;
  assert.equal(container!.state!.waiting!.reason, 'CrashLoopBackOff');
  assert.match(container!.state!.waiting!.message!, /^back-off (1m20s|2m40s) restarting failed container=main pod=crash_default\([0-9a-f-]{36}\)$/);
  assert.equal(container!.lastState!.terminated!.exitCode, 3);
  assert.equal(container!.lastState!.terminated!.reason, 'Error');
  assert.equal(bench.pod('crash')!.status!.phase, 'Running');
  assert.match(bench.events('crash').join('\n'), /BackOff: Back-off restarting failed container main in pod crash_default\([0-9a-f-]{36}\) \(x\d+\)/);
});

test('the restart policy decides between Succeeded, Failed and another start', () => {
  const bench = new Bench();
  const exits = (code: number) => ({ command: ['sh', '-c', `exit ${code}`] });
  bench.create(podOf('done', BUSY, exits(0), { restartPolicy: 'OnFailure' })).create(podOf('fails', BUSY, exits(7), { restartPolicy: 'Never' })).create(podOf('again', BUSY, exits(1), { restartPolicy: 'OnFailure' }));
  bench.until(() => bench.pod('done')!.status?.phase === 'Succeeded' && bench.pod('fails')!.status?.phase === 'Failed' && (bench.pod('again')!.status?.containerStatuses?.[0]?.restartCount ?? 0) > 1);
  assert.equal(bench.pod('done')!.status!.containerStatuses![0]!.state!.terminated!.reason, 'Completed');
  assert.equal(bench.pod('done')!.status!.conditions!.find((one) => one.type === 'Ready')!.reason, 'PodCompleted');
  assert.equal(bench.pod('fails')!.status!.containerStatuses![0]!.state!.terminated!.exitCode, 7);
  assert.equal(bench.pod('fails')!.status!.containerStatuses![0]!.restartCount, 0);
  assert.equal(bench.pod('again')!.status!.phase, 'Running');
});

test('what a container leaves in /dev/termination-log is its message', () => {
  const bench = new Bench().create(podOf('last', BUSY, { command: ['sh', '-c', 'echo farewell > /dev/termination-log; exit 1'] }, { restartPolicy: 'Never' }));
  bench.create(podOf('log', BUSY, { command: ['sh', '-c', 'echo first; echo reason; exit 1'], terminationMessagePolicy: 'FallbackToLogsOnError' }, { restartPolicy: 'Never' }));
  bench.until(() => ['last', 'log'].every((name) => bench.pod(name)!.status?.phase === 'Failed'));
  assert.equal(bench.pod('last')!.status!.containerStatuses![0]!.state!.terminated!.message, 'farewell\n');
  assert.equal(bench.pod('log')!.status!.containerStatuses![0]!.state!.terminated!.message, 'first\nreason\n');
});

test('init containers run one after the other, sidecars stay, and then the others start', () => {
  const bench = new Bench().create(`
apiVersion: v1
kind: Pod
metadata: { name: order }
spec:
  initContainers:
  - { name: one, image: ${BUSY}, command: [sh, -c, 'echo 1 >> /work/order; sleep 5'], volumeMounts: [{ name: work, mountPath: /work }] }
  - { name: beside, image: ${BUSY}, restartPolicy: Always, command: [sh, -c, 'echo side >> /work/order; exec sleep 3600'], volumeMounts: [{ name: work, mountPath: /work }] }
  - { name: two, image: ${BUSY}, command: [sh, -c, 'echo 2 >> /work/order'], volumeMounts: [{ name: work, mountPath: /work }] }
  containers:
  - { name: main, image: ${BUSY}, command: [sh, -c, 'echo main >> /work/order; exec sleep 3600'], volumeMounts: [{ name: work, mountPath: /work }] }
  volumes:
  - { name: work, emptyDir: {} }
`);
  bench.until(() => bench.pod('order')!.status?.initContainerStatuses?.[0]?.state?.running);
  const initialised = bench.pod('order')!.status!.conditions!.find((one) => one.type === 'Initialized')!;
  assert.deepEqual([initialised.status, initialised.reason, initialised.message], ['False', 'ContainersNotInitialized', 'containers with incomplete status: [one beside two]']);
  assert.equal(bench.pod('order')!.status!.containerStatuses![0]!.state!.waiting!.reason, 'PodInitializing');
  bench.ready('order');
  assert.equal(bench.out('order', 'cat /work/order'), '1\nside\n2\nmain');
  const { initContainerStatuses } = bench.pod('order')!.status!;
  assert.deepEqual(initContainerStatuses!.map((one) => [one.name, one.state!.terminated?.reason ?? 'running', one.ready]), [['one', 'Completed', true], ['beside', 'running', true], ['two', 'Completed', true]]);
});

test('an init container that fails keeps the Pod pending, or fails it', () => {
  const init = (name: string, restartPolicy: string) => podOf(name, BUSY, sleeps, { restartPolicy, initContainers: [{ name: 'init', image: BUSY, command: ['false'] }] });
  const bench = new Bench().create(init('retries', 'Always')).create(init('fails', 'Never'));
  bench.until(() => bench.pod('fails')!.status?.phase === 'Failed' && bench.pod('retries')!.status?.initContainerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
  assert.equal(bench.pod('retries')!.status!.phase, 'Pending');
  assert.equal(bench.pod('fails')!.status!.containerStatuses![0]!.state!.waiting!.reason, 'PodInitializing');
});

test('a command that is not there leaves StartError or RunContainerError with runc’s words', () => {
  const bench = new Bench().create(podOf('nosuch', BUSY, { command: ['nosuch'] }, { restartPolicy: 'Never' })).create(podOf('always', BUSY, { command: ['/bin/nosuch'] }));
  bench.until(() => bench.pod('nosuch')!.status?.phase === 'Failed');
  const { terminated } = bench.pod('nosuch')!.status!.containerStatuses![0]!.state!;
  assert.equal(terminated!.reason, 'StartError');
  assert.equal(terminated!.exitCode, 128);
  assert.equal(terminated!.startedAt, '1970-01-01T00:00:00Z');
  assert.match(terminated!.message!, /exec: "nosuch": executable file not found in \$PATH/);
  bench.until(() => bench.pod('always')!.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'RunContainerError');
  assert.match(bench.pod('always')!.status!.containerStatuses![0]!.state!.waiting!.message!, /exec: "\/bin\/nosuch": stat \/bin\/nosuch: no such file or directory/);
});

test('a missing ConfigMap or key is a CreateContainerConfigError until it comes', () => {
  const from = { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }] };
  const bench = new Bench().create(podOf('waits', BUSY, { ...sleeps, ...from }));
  bench.until(() => bench.pod('waits')!.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError');
  const waiting = () => bench.pod('waits')!.status!.containerStatuses![0]!.state!.waiting!.message;
  assert.equal(waiting(), 'configmap "settings" not found');
  bench.create('{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { b: "2" } }');
  bench.until(() => waiting() !== 'configmap "settings" not found');
  assert.equal(waiting(), "couldn't find key a in ConfigMap default/settings");
  bench.patch('/api/v1/namespaces/default/configmaps/settings', { data: { a: '1' } }).ready('waits');
  assert.equal(bench.out('waits', 'echo $A'), '1');
});

test('a deleted Pod gets SIGTERM, then time, then SIGKILL', () => {
  const bench = new Bench().create(podOf('polite', BUSY, { command: ['sh', '-c', 'trap "sleep 3; exit 0" TERM; while true; do sleep 1; done'] }, { terminationGracePeriodSeconds: 20 }));
  bench.create(podOf('deaf', BUSY, { command: ['sleep', '3600'] }, { terminationGracePeriodSeconds: 8 })).ready('polite', 'deaf');
  const began = bench.agenda.now;
  for (const name of ['polite', 'deaf']) bench.ask('DELETE', `/api/v1/namespaces/default/pods/${name}`);
  assert.ok(bench.pod('polite')!.metadata.deletionTimestamp);
  bench.until(() => !bench.pod('polite'));
  const polite = bench.agenda.now - began;
  bench.until(() => !bench.pod('deaf'));
  const deaf = bench.agenda.now - began;
  assert.ok(polite >= 3000 && polite < 7000, `the one that listens went after ${polite} ms`);
  assert.ok(deaf >= 8000 && deaf < 12_000, `the one that does not went after ${deaf} ms`);
  assert.match(bench.events('deaf').join('\n'), /Killing: Stopping container main/);
});

test('preStop runs before the signal, and its time counts', () => {
  const lifecycle = { preStop: { exec: { command: ['sh', '-c', 'echo leaving > /proc/1/fd/1; sleep 4'] } } };
  const bench = new Bench().create(podOf('hook', 'nginx:1.25', { lifecycle })).ready('hook');
  const began = bench.agenda.now;
  bench.ask('DELETE', '/api/v1/namespaces/default/pods/hook');
  bench.after(2000);
  assert.match(bench.logs('hook'), /\nleaving\n$/);
  bench.until(() => !bench.pod('hook'));
  assert.ok(bench.agenda.now - began >= 4000 && bench.agenda.now - began < 8000, `${bench.agenda.now - began}`);
});

test('a postStart hook that fails ends the container', () => {
  const bench = new Bench().create(podOf('hook', BUSY, { ...sleeps, lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo no; exit 4'] } } } }));
  bench.until(() => bench.events('hook').some((event) => event.startsWith('FailedPostStartHook')));
  assert.ok(bench.events('hook').includes('FailedPostStartHook: PostStartHook failed'), bench.events('hook').join('\n'));
  bench.until(() => (bench.pod('hook')!.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
});

test('force deletion takes the object away at once', () => {
  const bench = new Bench().create(podOf('forced', BUSY, sleeps)).ready('forced');
  bench.ask('DELETE', '/api/v1/namespaces/default/pods/forced', { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 });
  assert.equal(bench.pod('forced'), undefined);
});

test('a Pod that the node cannot take fails with the kubelet’s reason', () => {
  const bench = new Bench().create(podOf('big', BUSY, { ...sleeps, resources: { requests: { cpu: '9' } } }, { nodeName: 'k8s-node1' })).create(podOf('choosy', BUSY, sleeps, { nodeName: 'k8s-node1', nodeSelector: { disk: 'ssd' } }));
  bench.until(() => bench.pod('big')!.status?.phase === 'Failed' && bench.pod('choosy')!.status?.phase === 'Failed');
  assert.equal(bench.pod('big')!.status!.reason, 'OutOfcpu');
  assert.match(bench.pod('big')!.status!.message!, /^Pod was rejected: Node didn't have enough resource: cpu, requested: 9000, used: \d+, capacity: 2000$/);
  assert.equal(bench.pod('choosy')!.status!.reason, 'NodeAffinity');
  assert.equal(bench.pod('choosy')!.status!.message, 'Pod was rejected: Predicate NodeAffinity failed: node(s) didn\'t match Pod\'s node affinity/selector');
});

test('a file in /etc/kubernetes/manifests is a Pod, as long as it is there', () => {
  const bench = new Bench();
  bench.node('k8s-node1', `mkdir -p /etc/kubernetes/manifests; cat > /etc/kubernetes/manifests/web.yaml <<'EOF'
apiVersion: v1
kind: Pod
metadata: { name: static }
spec: { containers: [{ name: nginx, image: 'nginx:1.25' }] }
EOF`);
  bench.until(() => bench.condition('static-k8s-node1', 'Ready') === 'True');
  const { metadata } = bench.pod('static-k8s-node1')!;
  assert.equal(metadata.annotations!['kubernetes.io/config.source'], 'file');
  assert.equal(metadata.annotations!['kubernetes.io/config.mirror'], metadata.annotations!['kubernetes.io/config.hash']);
  assert.deepEqual(metadata.ownerReferences!.map(({ kind, name }) => [kind, name]), [['Node', 'k8s-node1']]);
  bench.ask('DELETE', '/api/v1/namespaces/default/pods/static-k8s-node1');
  bench.after(5000).until(() => bench.condition('static-k8s-node1', 'Ready') === 'True');
  bench.node('k8s-node1', 'rm /etc/kubernetes/manifests/web.yaml');
  bench.until(() => !bench.pod('static-k8s-node1'));
});

test('containers of a Pod share its network and, if asked, its processes', () => {
  const two = (name: string, shareProcessNamespace: boolean) => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { shareProcessNamespace, containers: [{ name: 'a', image: BUSY, command: ['httpd', '-f', '-p', '8080', '-h', '/etc'] }, { name: 'b', image: BUSY, ...sleeps }] } });
  const bench = new Bench().create(two('apart', false)).create(two('shared', true)).ready('apart', 'shared');
  assert.equal(bench.out('apart', 'wget -qO- localhost:8080/hostname', { container: 'b' }), 'apart');
  assert.equal(bench.out('apart', 'ps -o comm | sed 1d', { container: 'b' }).includes('httpd'), false);
  assert.equal(bench.out('shared', 'ps -o comm | sed 1d', { container: 'b' }).includes('httpd'), true);
  assert.equal(bench.out('shared', 'cat /proc/1/comm', { container: 'b' }), 'pause');
});

test('hostNetwork is the node’s own network, and two such Pods cannot have the same port', () => {
  const host = (name: string) => podOf(name, 'nginx:1.25', { ports: [{ containerPort: 80, hostPort: 80 }] }, { hostNetwork: true, nodeName: 'k8s-node1' });
  const bench = new Bench().create(host('one')).ready('one').create(host('two'));
  assert.equal(bench.pod('one')!.status!.podIP, '192.168.56.101');
  assert.equal(bench.out('one', 'hostname'), 'k8s-node1');
  bench.until(() => bench.pod('two')!.status?.phase === 'Failed');
  assert.equal(bench.pod('two')!.status!.reason, 'NodePorts');
});

test('a read-only root can be written to only where something is mounted', () => {
  const securityContext = { readOnlyRootFilesystem: true };
  const bench = new Bench().create(podOf('sealed', BUSY, { ...sleeps, securityContext, volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] }, { volumes: [{ name: 'tmp', emptyDir: {} }] })).create(podOf('web', 'nginx:1.25', { securityContext })).create(podOf('user', 'nginx:1.25', { securityContext: { runAsUser: 1000 } })).ready('sealed');
  assert.equal(bench.exec('sealed', 'echo x > /file').stderr, "sh: can't create /file: Read-only file system\n");
  assert.equal(bench.out('sealed', 'echo x > /tmp/file; cat /tmp/file'), 'x');
  bench.until(() => ['web', 'user'].every((name) => (bench.pod(name)!.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0));
  assert.match(bench.logs('web'), /can not modify \/etc\/nginx\/conf\.d\/default\.conf \(read-only file system\?\)\n[^]*\[emerg\] 1#1: mkdir\(\) "\/var\/cache\/nginx\/client_temp" failed \(30: Read-only file system\)\nnginx: \[emerg\] mkdir\(\)/);
  assert.match(bench.logs('user'), /nginx: \[warn\] the "user" directive makes sense only if the master process runs with super-user privileges, ignored in \/etc\/nginx\/nginx\.conf:2\n[^]*failed \(13: Permission denied\)/);
});

test('a container may be run as another user only if that is not root where it must not be', () => {
  const bench = new Bench().create(podOf('root', BUSY, sleeps, { securityContext: { runAsNonRoot: true } })).create(podOf('user', BUSY, sleeps, { securityContext: { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000 } })).ready('user');
  assert.equal(bench.out('user', 'id -u; id -g; id -G'), '1000\n3000\n3000 2000');
  bench.until(() => bench.pod('root')!.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError');
  assert.match(bench.pod('root')!.status!.containerStatuses![0]!.state!.waiting!.message!, /^container has runAsNonRoot and image will run as root \(pod: "root_default\([0-9a-f-]{36}\)", container: main\)$/);
});
