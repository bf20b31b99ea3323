/** The images: what their containers say, serve and do at the end; what the registries refuse. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createRegistry } from '../../src/images/index.ts';
import { Bench, podOf } from './kubelet-cluster.ts';

const registry = createRegistry({ start: () => () => {}, resolve: () => ({ code: 'REFUSED', answers: [] }) });
const pulled = (reference: string): string => {
  const found = registry.pull(reference);
  return 'error' in found ? found.error : found.reference;
};
const sleeps = { command: ['sleep', '36000'] };
const quick = { terminationGracePeriodSeconds: 30 };
/** `curl -i` on the own machine, dates out. */
const curl = (bench: Bench, name: string, words: string): string => bench.out(name, `curl -s ${words}`).replaceAll('\r', '').replace(/^(Date|Last-Modified): .*\n/gm, '$1\n');

test('references are completed, and unknown ones refused in containerd’s words', () => {
  assert.equal(pulled('nginx'), 'docker.io/library/nginx:latest');
  assert.equal(pulled('curlimages/curl:8.10.1'), 'docker.io/curlimages/curl:8.10.1');
  assert.equal(pulled('registry.k8s.io/pause:3.10'), 'registry.k8s.io/pause:3.10');
  assert.equal(pulled('nginx:nosuchtag'), 'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:nosuchtag": failed to resolve image: docker.io/library/nginx:nosuchtag: not found');
  assert.equal(pulled('ngnix'), 'failed to pull and unpack image "docker.io/library/ngnix:latest": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed');
  assert.match(pulled('registry.k8s.io/nosuch:1'), /^rpc error: code = NotFound desc = failed to pull and unpack image "registry\.k8s\.io\/nosuch:1": failed to resolve image: registry\.k8s\.io\/nosuch:1: not found$/);
  assert.match(pulled('registry.example.com/shop/api:1'), /failed to do request: Head "https:\/\/registry\.example\.com\/v2\/shop\/api\/manifests\/1": dial tcp: lookup registry\.example\.com .*no such host$/);
  assert.match(pulled('Nginx'), /must be lowercase/);
});

test('images of lessons and tutorials exist', () => {
  const all = 'nginx nginx:1.14.2 nginx:1.25.3-alpine nginx:stable-alpine busybox busybox:1.28 alpine alpine:3.19 ubuntu:22.04 debian:bookworm-slim httpd:2.4 httpd:2.4-alpine redis:7 redis:6.2-alpine mysql:8.0 mysql:5.6 mariadb:10.6 postgres:16 postgres:15-alpine mongo:7 memcached:1.6.17 rabbitmq:3-management wordpress:6.2.1-apache python:3.12 python:3.9-slim node:20 node:20-alpine perl:5.34.0 perl golang:1.22 curlimages/curl nicolaka/netshoot traefik/whoami hashicorp/http-echo:1.0 nginxdemos/hello:plain-text dbgurum/k8s-lab:initial gcr.io/google-samples/hello-app:1.0 registry.k8s.io/nginx-slim:0.24 registry.k8s.io/echoserver:1.10 registry.k8s.io/hpa-example registry.k8s.io/busybox:1.27.2 registry.k8s.io/e2e-test-images/agnhost:2.53 registry.k8s.io/e2e-test-images/jessie-dnsutils:1.7 registry.k8s.io/pause:3.9';
  assert.deepEqual(all.split(' ').filter((name) => 'error' in registry.pull(name)), []);
  const digests = (names: string): Set<string> => new Set(names.split(' ').map((name) => (registry.pull(name) as { digest: string }).digest));
  assert.equal(digests('nginx:1.25 docker.io/library/nginx:1.25.5 nginx:1.25-bookworm').size, 2, 'the same content under two tags has one digest');
});

test('every image starts, and its main process ends when it is asked to', () => {
  const needs: Readonly<Record<string, readonly { name: string; value: string }[]>> = { mysql: [{ name: 'MYSQL_ROOT_PASSWORD', value: 'x' }], postgres: [{ name: 'POSTGRES_PASSWORD', value: 'x' }], mariadb: [{ name: 'MARIADB_ROOT_PASSWORD', value: 'x' }] };
  const images = ['nginx:1.25', 'nginx:alpine', 'httpd', 'redis', 'mysql:8.0', 'mariadb', 'postgres:16', 'mongo:7', 'memcached', 'rabbitmq', 'wordpress', 'tomcat', 'traefik/whoami', 'hashicorp/http-echo', 'nginxdemos/hello', 'dbgurum/k8s-lab:initial', 'gcr.io/google-samples/hello-app:1.0', 'registry.k8s.io/echoserver:1.10', 'registry.k8s.io/hpa-example', 'registry.k8s.io/nginx-slim:0.24', 'registry.k8s.io/pause:3.10', 'registry.k8s.io/e2e-test-images/agnhost:2.53'];
  const bench = new Bench(2);
  const name = (image: string): string => image.replace(/[^a-z0-9]+/g, '-');
  for (const image of images) bench.create(podOf(name(image), image, { env: needs[image.replace(/:.*/, '')] ?? [] }, quick));
  bench.ready(...images.map(name)).after(5000);
  for (const image of images) assert.equal(bench.pod(name(image))!.status!.containerStatuses![0]!.restartCount, 0, image);
  for (const image of images) bench.ask('DELETE', `/api/v1/namespaces/default/pods/${name(image)}`);
  bench.after(10_000);
  assert.deepEqual(images.filter((image) => bench.pod(name(image))), [], 'these wait for SIGKILL');
});

test('nginx serves files, lists its visitors and says what is missing', () => {
  const bench = new Bench().create(podOf('web', 'nginx:1.25.3')).ready('web');
  assert.match(curl(bench, 'web', '-i localhost'), /^HTTP\/1\.1 200 OK\nServer: nginx\/1\.25\.3\nDate\nContent-Type: text\/html\nContent-Length: \d+\nLast-Modified\nConnection: keep-alive\nETag: .*\nAccept-Ranges: bytes\n\n<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!<\/title>/);
  assert.equal(curl(bench, 'web', 'localhost/nosuch'), '<html>\n<head><title>404 Not Found</title></head>\n<body>\n<center><h1>404 Not Found</h1></center>\n<hr><center>nginx/1.25.3</center>\n</body>\n</html>');
  assert.match(curl(bench, 'web', '-I localhost/nosuch'), /^HTTP\/1\.1 404 Not Found\nServer: nginx\/1\.25\.3\nDate\nContent-Type: text\/html\nContent-Length: 153\n/);
  bench.exec('web', 'mkdir /usr/share/nginx/html/empty; echo secret > /usr/share/nginx/html/hidden; chmod 600 /usr/share/nginx/html/hidden; echo "<p>new</p>" > /usr/share/nginx/html/new.html');
  assert.equal(curl(bench, 'web', 'localhost/new.html'), '<p>new</p>');
  assert.match(curl(bench, 'web', 'localhost/empty/'), /403 Forbidden/);
  assert.match(curl(bench, 'web', '-X POST localhost/'), /405 Not Allowed/);
  const log = bench.logs('web');
  assert.match(log, /^\/docker-entrypoint\.sh: \/docker-entrypoint\.d\/ is not empty, will attempt to perform configuration\n/);
  assert.match(log, /\n127\.0\.0\.1 - - \[24\/Nov\/2026:10:00:\d\d \+0000\] "GET \/nosuch HTTP\/1\.1" 404 153 "-" "curl\/[\d.]+" "-"\n/);
  assert.match(log, /\[error\] \d+#\d+: \*\d+ open\(\) "\/usr\/share\/nginx\/html\/nosuch" failed \(2: No such file or directory\), client: 127\.0\.0\.1, server: localhost, request: "GET \/nosuch HTTP\/1\.1", host: "localhost"\n/);
  assert.match(bench.out('web', 'ps -ef 2>/dev/null || cat /proc/1/cmdline | tr "\\0" " "'), /nginx: master process nginx -g daemon off;/);
});

test('nginx reads its configuration: ports, locations, returns, proxies, reloads, mistakes', () => {
  const conf = `server {
  listen 8080;
  location / { return 200 "hello from $hostname\\n"; }
  location = /health { access_log off; return 204; }
  location /old { return 301 /new; }
  location /files/ { alias /usr/share/nginx/html/; }
  location /up/ { proxy_pass http://127.0.0.1:9000/; proxy_set_header X-From $host:$server_port; }
  location /v1/ { rewrite ^/v1/(.*)$ /$1 break; proxy_pass http://127.0.0.1:9000; }
}
server { listen 9000; root /srv; location /api { default_type application/json; return 200 '{"ok":true}'; } location /from { return 200 $http_x_from; } }
`;
  const bench = new Bench().create(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf' }, data: { 'default.conf': conf } }));
  const volumes = { volumes: [{ name: 'conf', configMap: { name: 'conf' } }] };
  bench.create(podOf('web', 'nginx:1.25.3', { volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }] }, volumes)).ready('web');
  assert.equal(curl(bench, 'web', 'localhost:8080/'), 'hello from web');
  assert.match(curl(bench, 'web', '-i localhost:8080/health'), /^HTTP\/1\.1 204 No Content\n/);
  assert.match(curl(bench, 'web', '-i localhost:8080/old'), /^HTTP\/1\.1 301 Moved Permanently\n[^]*\nLocation: \/?.*\/new\n/);
  assert.match(curl(bench, 'web', 'localhost:8080/files/index.html'), /Welcome to nginx/);
  assert.match(curl(bench, 'web', 'localhost:8080/up/api'), /\{"ok":true\}/);
  assert.equal(curl(bench, 'web', 'localhost:8080/up/from'), 'localhost:8080');
  assert.match(curl(bench, 'web', 'localhost:8080/v1/api'), /\{"ok":true\}/);
  assert.match(bench.exec('web', 'curl -sS localhost:80').stderr, /Failed to connect to localhost port 80/);
  assert.match(bench.exec('web', 'nginx -t').stderr, /syntax is ok\n.*test is successful\n$/);
  bench.patch('/api/v1/namespaces/default/configmaps/conf', { data: { 'default.conf': 'server { listen 8080; lisen 81; }\n' } });
  bench.until(() => bench.out('web', 'cat /etc/nginx/conf.d/default.conf').includes('lisen'), 5000);
  assert.match(bench.exec('web', 'nginx -t').stderr, /^2026\/11\/24 10:\d\d:\d\d \[emerg\] \d+#\d+: unknown directive "lisen" in \/etc\/nginx\/conf\.d\/default\.conf:1\nnginx: \[emerg\] unknown directive "lisen" in \/etc\/nginx\/conf\.d\/default\.conf:1\nnginx: configuration file \/etc\/nginx\/nginx\.conf test failed\n$/);
  bench.create(podOf('broken', 'nginx:1.25.3', { volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }] }, { ...volumes, restartPolicy: 'Never' }));
  bench.until(() => bench.pod('broken')!.status?.phase === 'Failed');
  assert.match(bench.logs('broken'), /nginx: \[emerg\] unknown directive "lisen"/);
});

test('nginx looks its upstreams up when it starts, and goes on after a reload', () => {
  const conf = 'upstream back { server api:8080; }\nserver { listen 80; location / { proxy_pass http://back; } }\n';
  const bench = new Bench().create(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf' }, data: { 'default.conf': conf } }));
  bench.create(podOf('front', 'nginx:1.25.3', { volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }] }, { volumes: [{ name: 'conf', configMap: { name: 'conf' } }] }));
  bench.until(() => bench.pod('front')!.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
  assert.match(bench.logs('front'), /\[emerg\] 1#1: host not found in upstream "api:8080" in \/etc\/nginx\/conf\.d\/default\.conf:1\nnginx: \[emerg\] host not found in upstream "api:8080"/);
  bench.create('{ apiVersion: v1, kind: Service, metadata: { name: api }, spec: { selector: { app: api }, ports: [{ port: 8080 }] } }').ready('front');
  assert.match(curl(bench, 'front', 'localhost'), /502 Bad Gateway/);
  assert.match(bench.logs('front'), /connect\(\) failed \(111: Connection refused\) while connecting to upstream, client: 127\.0\.0\.1, server: , request: "GET \/ HTTP\/1\.1", upstream: "http:\/\/10\.[\d.]+:8080\/", host: "localhost"/);
  bench.create(podOf('api', 'registry.k8s.io/e2e-test-images/agnhost:2.53', { args: ['netexec'] }, {}, { app: 'api' })).ready('api').after(2000);
  assert.equal(curl(bench, 'front', 'localhost/hostname'), 'api');
  bench.exec('front', 'nginx -s reload');
  assert.match(bench.logs('front'), /signal 1 \(SIGHUP\) received, reconfiguring\n[^]*start worker process \d+\n[^]*gracefully shutting down\n/);
  assert.equal(curl(bench, 'front', 'localhost/hostname'), 'api');
});

test('busybox httpd serves a folder, wget takes from it', () => {
  const bench = new Bench().create(podOf('web', 'busybox:1.36', { command: ['sh', '-c', 'mkdir /www; echo page > /www/index.html; exec httpd -f -p 8080 -h /www'] })).ready('web');
  assert.equal(bench.out('web', 'wget -qO- localhost:8080; wget -qO- localhost:8080/index.html'), 'page\npage');
  assert.match(bench.exec('web', 'wget -qO- localhost:8080/no').stderr, /wget: server returned error: HTTP\/1\.1 404 Not Found/);
});

test('agnhost tells its name and its visitor, echoes, asks others and ends as asked', () => {
  const bench = new Bench().create(podOf('net', 'registry.k8s.io/e2e-test-images/agnhost:2.53', { args: ['netexec'] })).ready('net');
  assert.equal(curl(bench, 'net', 'localhost:8080/hostname'), 'net');
  assert.match(curl(bench, 'net', 'localhost:8080/clientip'), /^127\.0\.0\.1:\d+$/);
  assert.equal(curl(bench, 'net', '-w "%{http_code}" "localhost:8080/echo?msg=hi%20there&code=201"'), 'hi there201');
  assert.equal(curl(bench, 'net', '"localhost:8080/shell?cmd=echo%20hi"'), '{"output":"hi\\n"}');
  assert.equal(curl(bench, 'net', '"localhost:8080/dial?host=127.0.0.1&port=8080&request=hostname&tries=2"'), '{"responses":["net","net"]}');
  bench.exec('net', 'curl -s "localhost:8080/exit?code=3"');
  bench.until(() => bench.pod('net')!.status!.containerStatuses![0]!.restartCount === 1);
  assert.equal(bench.pod('net')!.status!.containerStatuses![0]!.lastState!.terminated!.exitCode, 3);
});

test('redis keeps what it is told', () => {
  const bench = new Bench().create(podOf('redis', 'redis:7')).ready('redis');
  assert.equal(bench.out('redis', 'redis-cli ping; redis-cli set colour blue; redis-cli get colour; redis-cli incr visits; redis-cli get nosuch'), 'PONG\nOK\nblue\n1\n');
  assert.match(bench.logs('redis'), /Ready to accept connections/);
});

test('databases refuse to start without a password', () => {
  const bench = new Bench().create(podOf('mysql', 'mysql:8.0', {}, { restartPolicy: 'Never' })).create(podOf('postgres', 'postgres:16', {}, { restartPolicy: 'Never' }));
  bench.until(() => ['mysql', 'postgres'].every((name) => bench.pod(name)!.status?.phase === 'Failed'));
  assert.match(bench.logs('mysql'), /Database is uninitialized and password option is not specified\n {4}You need to specify one of the following/);
  assert.match(bench.logs('postgres'), /Error: Database is uninitialized and superuser password is not specified\./);
});

test('perl knows pi, python serves its folder, other programs say that they cannot', () => {
  const once = { restartPolicy: 'Never' };
  const bench = new Bench().create(podOf('pi', 'perl:5.34.0', { command: ['perl', '-Mbignum=bpi', '-wle', 'print bpi(50)'] }, once)).create(podOf('node', 'node:20', { command: ['node', '-e', '1'] }, once)).create(podOf('python', 'python:3.12', { command: ['python3', '-u', '-m', 'http.server', '8000'], workingDir: '/etc' })).ready('python');
  bench.until(() => bench.pod('pi')!.status?.phase === 'Succeeded' && bench.pod('node')!.status?.phase === 'Failed');
  assert.equal(bench.logs('pi'), '3.1415926535897932384626433832795028841971693993751\n');
  assert.equal(bench.logs('node'), 'node: running programs is not supported here yet\n');
  assert.equal(bench.out('python', 'curl -s localhost:8000/hostname'), 'python');
  assert.match(bench.logs('python'), /^Serving HTTP on 0\.0\.0\.0 port 8000 .*\n127\.0\.0\.1 - - \[24\/Nov\/2026 10:\d\d:\d\d\] "GET \/hostname HTTP\/1\.1" 200 -\n$/);
});

test('small sample servers say who they are', () => {
  const bench = new Bench().create(podOf('hello', 'gcr.io/google-samples/hello-app:2.0')).create(podOf('echo', 'hashicorp/http-echo', { args: ['-text=hi', '-listen=:8080'] })).create(podOf('who', 'traefik/whoami')).create(podOf('lab', 'dbgurum/k8s-lab:initial')).create(podOf('client', 'curlimages/curl', sleeps)).ready('hello', 'echo', 'who', 'lab', 'client');
  const get = (name: string, port: number): string => curl(bench, 'client', `${bench.pod(name)!.status!.podIP}:${port}`);
  assert.equal(get('hello', 8080), 'Hello, world!\nVersion: 2.0.0\nHostname: hello');
  assert.equal(get('echo', 8080), 'hi');
  assert.match(get('who', 80), new RegExp(`^Hostname: who\\nIP: 127\\.0\\.0\\.1\\nIP: ${bench.pod('who')!.status!.podIP}\\nRemoteAddr: ${bench.pod('client')!.status!.podIP}:\\d+\\nGET / HTTP/1\\.1\\nHost: `));
  assert.equal(get('lab', 8080), 'Hostname: lab');
});

test('in an image there are only the commands and users it has', () => {
  const bench = new Bench().create(podOf('web', 'nginx:1.25')).create(podOf('alpine', 'alpine:3.20', sleeps)).create(podOf('debian', 'debian:12', sleeps)).ready('web', 'alpine', 'debian');
  assert.match(bench.exec('web', ['ping', 'x']).stderr, /exec: "ping": executable file not found in \$PATH/);
  assert.equal(bench.out('alpine', 'id'), 'uid=0(root) gid=0(root) groups=0(root),1(bin),2(daemon),3(sys),4(adm),6(disk),10(wheel),11(floppy),20(dialout),26(tape),27(video)');
  assert.equal(bench.out('debian', 'bash -c "echo \\$BASH_VERSION | cut -c1"; . /etc/os-release; echo $ID'), '5\ndebian');
});
