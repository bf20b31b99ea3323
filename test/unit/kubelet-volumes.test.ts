/** Volumes as the files that containers see, and the environment of their processes. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Bench, podOf } from './kubelet-cluster.ts';

const BUSY = 'busybox:1.36';
const command = ['sleep', '36000'];
const pod = (name: string, container: Readonly<Record<string, unknown>>, spec: Readonly<Record<string, unknown>> = {}, more = {}) => podOf(name, BUSY, { command, ...container }, { terminationGracePeriodSeconds: 0, ...spec }, more);
const settings = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { colour: blue, "page.html": "<p>hi</p>\\n" } }';

test('an emptyDir is shared by the containers of a Pod, and lasts as long as the Pod', () => {
  const mounts = (path: string) => [{ name: 'shared', mountPath: path }];
  const bench = new Bench().create(JSON.stringify({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'two' },
    spec: { volumes: [{ name: 'shared', emptyDir: {} }], containers: [
      { name: 'a', image: BUSY, command: ['sh', '-c', 'echo $(cat /out/count 2>/dev/null)x > /out/count; sleep 5; exit 1'], volumeMounts: mounts('/out') },
      { name: 'b', image: BUSY, command, volumeMounts: [{ name: 'shared', mountPath: '/in', readOnly: true }] },
    ] },
  }));
  bench.until(() => (bench.pod('two')!.status?.containerStatuses?.[0]?.restartCount ?? 0) === 2).after(2000);
  assert.equal(bench.out('two', 'cat /in/count', { container: 'b' }), 'xxx');
  const { stderr, code } = bench.exec('two', 'echo no > /in/count', { container: 'b' });
  assert.match(stderr, /can't create \/in\/count: Read-only file system/);
  assert.equal(code, 1);
});

test('a ConfigMap is files behind ..data, and its changes arrive together within the resync', () => {
  const volumes = [{ name: 'all', configMap: { name: 'settings' } }, { name: 'one', configMap: { name: 'settings', items: [{ key: 'page.html', path: 'site/index.html', mode: 256 }] } }];
  const volumeMounts = [{ name: 'all', mountPath: '/all' }, { name: 'one', mountPath: '/one' }, { name: 'all', mountPath: '/etc/colour', subPath: 'colour' }];
  const bench = new Bench().create(settings).create(pod('web', { volumeMounts }, { volumes })).ready('web');
  assert.equal(bench.out('web', 'ls /all; cat /all/colour; echo; cat /one/site/index.html'), 'colour\npage.html\nblue\n<p>hi</p>');
  assert.match(bench.out('web', 'readlink /all/colour; readlink /all/..data; stat -L -c %a /one/site/index.html'), /^\.\.data\/colour\n\.\.\d{4}_\d\d_\d\d_\d\d_\d\d_\d\d\.\d+\n400$/);
  bench.patch('/api/v1/namespaces/default/configmaps/settings', { data: { colour: 'green', extra: 'new' } });
  assert.equal(bench.after(500).out('web', 'cat /all/colour'), 'blue', 'not at once');
  const began = bench.agenda.now;
  bench.until(() => bench.out('web', 'cat /all/colour') === 'green', 1000);
  assert.ok(bench.agenda.now - began < 125_000, `after ${bench.agenda.now - began} ms`);
  assert.equal(bench.out('web', 'cat /all/extra; cat /etc/colour'), 'newblue', 'a subPath mount is not updated');
});

test('a volume whose ConfigMap is missing keeps the Pod waiting, unless it is optional', () => {
  const volumeMounts = [{ name: 'v', mountPath: '/v' }];
  const bench = new Bench().create(pod('waits', { volumeMounts }, { volumes: [{ name: 'v', configMap: { name: 'settings' } }] })).create(pod('may', { volumeMounts }, { volumes: [{ name: 'v', configMap: { name: 'settings', optional: true } }] })).ready('may');
  assert.equal(bench.pod('waits')!.status!.containerStatuses![0]!.state!.waiting!.reason, 'ContainerCreating');
  assert.match(bench.events('waits').join('\n'), /^FailedMount: MountVolume\.SetUp failed for volume "v" : configmap "settings" not found/m);
  bench.create(settings).ready('waits');
  bench.until(() => bench.out('may', 'ls /v').includes('colour'), 5000);
});

test('secrets, the downward API and the service account come as files', () => {
  const volumes = [
    { name: 'secret', secret: { secretName: 'login', defaultMode: 256 } },
    { name: 'about', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }, { path: 'cpu', resourceFieldRef: { containerName: 'main', resource: 'limits.cpu', divisor: '1m' } }] } },
    { name: 'all', projected: { sources: [{ secret: { name: 'login', items: [{ key: 'user', path: 'who' }] } }, { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } }] } },
  ];
  const volumeMounts = [{ name: 'secret', mountPath: '/secret' }, { name: 'about', mountPath: '/about' }, { name: 'all', mountPath: '/all' }];
  const bench = new Bench().create('{ apiVersion: v1, kind: Secret, metadata: { name: login }, stringData: { user: kim, password: pw } }');
  bench.create(pod('reads', { volumeMounts, resources: { limits: { cpu: '250m' } } }, { volumes }, { app: 'web', tier: 'front' })).ready('reads');
  assert.equal(bench.out('reads', 'cat /secret/user; echo; stat -L -c %a /secret/password; mount | grep " /secret " | cut -d" " -f1'), 'kim\n400\ntmpfs');
  assert.equal(bench.out('reads', 'cat /about/labels; echo; cat /about/cpu'), 'app="web"\ntier="front"\n250');
  assert.equal(bench.out('reads', 'cat /all/who /all/name'), 'kimreads');
  assert.equal(bench.out('reads', 'cat /var/run/secrets/kubernetes.io/serviceaccount/namespace'), 'default');
  assert.match(bench.out('reads', 'cat /var/run/secrets/kubernetes.io/serviceaccount/token'), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.match(bench.out('reads', 'head -1 /var/run/secrets/kubernetes.io/serviceaccount/ca.crt'), /BEGIN CERTIFICATE/);
  bench.patch('/api/v1/namespaces/default/pods/reads', { metadata: { labels: { tier: 'back' } } });
  bench.until(() => bench.out('reads', 'cat /about/labels').includes('tier="back"'), 2000);
});

test('the token of a Pod lets it ask the API server', () => {
  const bench = new Bench().create(podOf('asks', 'curlimages/curl:8.10.1', { command })).ready('asks');
  const said = bench.out('asks', 'cd /var/run/secrets/kubernetes.io/serviceaccount; curl -s --cacert ca.crt -H "Authorization: Bearer $(cat token)" https://kubernetes.default.svc/api/v1/namespaces/default/pods');
  assert.match(said, /pods is forbidden: User \\"system:serviceaccount:default:default\\" cannot list resource \\"pods\\" in API group \\"\\" in the namespace \\"default\\"/);
});

test('a hostPath is the node’s own folder, as its type demands', () => {
  const at = (path: string, type?: string) => [{ name: 'host', hostPath: { path, ...(type && { type }) } }];
  const volumeMounts = [{ name: 'host', mountPath: '/host' }];
  const bench = new Bench().create(pod('makes', { volumeMounts }, { volumes: at('/srv/data', 'DirectoryOrCreate') })).create(pod('misses', { volumeMounts }, { volumes: at('/srv/missing', 'Directory') })).create(pod('root', { volumeMounts }, { volumes: at('/') })).ready('makes', 'root');
  bench.exec('makes', 'echo kept > /host/note');
  assert.equal(bench.node('k8s-node1', 'cat /srv/data/note'), 'kept');
  assert.equal(bench.out('root', 'cat /host/etc/hostname'), 'k8s-node1');
  bench.until(() => bench.events('misses').some((event) => event.startsWith('FailedMount')));
  assert.match(bench.events('misses').join('\n'), /FailedMount: MountVolume\.SetUp failed for volume "host" : hostPath type check failed: \/srv\/missing is not a directory/);
});

test('a claim that is bound to a hostPath volume is mounted', () => {
  const bench = new Bench().create(`
{ apiVersion: v1, kind: PersistentVolume, metadata: { name: disk }, spec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], storageClassName: manual, hostPath: { path: /srv/disk } } }
---
{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: claim }, spec: { accessModes: [ReadWriteOnce], storageClassName: manual, resources: { requests: { storage: 1Gi } } } }`);
  const manifest = pod('writer', { volumeMounts: [{ name: 'data', mountPath: '/data', subPath: 'inner' }] }, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'claim' } }] });
  bench.create(manifest).ready('writer');
  bench.exec('writer', 'echo stays > /data/file');
  bench.ask('DELETE', '/api/v1/namespaces/default/pods/writer');
  bench.until(() => !bench.pod('writer')).create(manifest).ready('writer');
  assert.equal(bench.out('writer', 'cat /data/file'), 'stays');
  assert.equal(bench.node('k8s-node1', 'cat /srv/disk/inner/file'), 'stays');
});

test('environment variables come from values, references, whole maps and each other', () => {
  const env = [
    { name: 'PLAIN', value: 'a' }, { name: 'MADE', value: '$(PLAIN)-$(COLOUR)-$(NOPE)-$$(PLAIN)' }, { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
    { name: 'LATER', value: '$(COLOUR)' }, { name: 'USER_NAME', valueFrom: { secretKeyRef: { name: 'login', key: 'user' } } }, { name: 'MISSING', valueFrom: { secretKeyRef: { name: 'login', key: 'nope', optional: true } } },
    { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }, { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }, { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
    { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
  ];
  const envFrom = [{ configMapRef: { name: 'settings' } }, { prefix: 'LOGIN_', secretRef: { name: 'login' } }];
  const bench = new Bench().create(settings).create('{ apiVersion: v1, kind: Secret, metadata: { name: login }, stringData: { user: kim } }');
  bench.create(pod('env', { env, envFrom, resources: { limits: { memory: '64Mi' } } }, {}, { app: 'shop' })).ready('env');
  const all = new Map(bench.out('env', 'env').split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const));
  const ip = bench.pod('env')!.status!.podIP;
  for (const [name, value] of Object.entries({ PLAIN: 'a', MADE: 'a-$(COLOUR)-$(NOPE)-$(PLAIN)', COLOUR: 'blue', LATER: 'blue', USER_NAME: 'kim', NODE: 'k8s-node1', IP: ip, APP: 'shop', MEMORY: '64', colour: 'blue', LOGIN_user: 'kim', HOSTNAME: 'env', HOME: '/root' })) assert.equal(all.get(name), value, name);
  assert.equal(all.has('MISSING'), false);
  assert.equal(all.get('KUBERNETES_SERVICE_HOST'), '10.96.0.1');
  assert.equal(all.get('KUBERNETES_PORT_443_TCP'), 'tcp://10.96.0.1:443');
});

test('services of the namespace are announced in the environment, unless that is turned off', () => {
  const bench = new Bench().create('{ apiVersion: v1, kind: Service, metadata: { name: my-shop }, spec: { ports: [{ name: web, port: 8080 }] } }');
  bench.create(pod('links', {})).create(pod('none', {}, { enableServiceLinks: false })).ready('links', 'none');
  assert.match(bench.out('links', 'env | grep MY_SHOP | sort'), /^MY_SHOP_PORT=tcp:\/\/[\d.]+:8080\nMY_SHOP_PORT_8080_TCP=tcp:\/\/[\d.]+:8080\nMY_SHOP_PORT_8080_TCP_ADDR=[\d.]+\nMY_SHOP_PORT_8080_TCP_PORT=8080\nMY_SHOP_PORT_8080_TCP_PROTO=tcp\nMY_SHOP_SERVICE_HOST=[\d.]+\nMY_SHOP_SERVICE_PORT=8080\nMY_SHOP_SERVICE_PORT_WEB=8080$/);
  assert.equal(bench.out('none', 'env | grep -c MY_SHOP'), '0');
  assert.equal(bench.out('none', 'env | grep -c KUBERNETES_SERVICE_HOST'), '1');
});

test('names and resolvers are what the Pod asks for', () => {
  const bench = new Bench().create(pod('plain', {})).create(pod('named', {}, { hostname: 'first', subdomain: 'cache', hostAliases: [{ ip: '10.1.2.3', hostnames: ['db.local', 'db'] }] }));
  bench.create(pod('own', {}, { dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.53'], searches: ['example.com'], options: [{ name: 'ndots', value: '2' }] } })).ready('plain', 'named', 'own');
  assert.equal(bench.out('plain', 'cat /etc/resolv.conf'), 'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5');
  const ip = bench.pod('named')!.status!.podIP;
  assert.match(bench.out('named', 'cat /etc/hosts'), new RegExp(`^# Kubernetes-managed hosts file\\.\\n127\\.0\\.0\\.1\\tlocalhost\\n[^]*\\n${ip!.replaceAll('.', '\\.')}\\tfirst\\.cache\\.default\\.svc\\.cluster\\.local\\tfirst\\n\\n# Entries added by HostAliases\\.\\n10\\.1\\.2\\.3\\tdb\\.local\\tdb$`));
  assert.equal(bench.out('named', 'hostname; hostname -f'), 'first\nfirst.cache.default.svc.cluster.local');
  assert.equal(bench.out('own', 'cat /etc/resolv.conf'), 'search example.com\nnameserver 192.0.2.53\noptions ndots:2');
});
