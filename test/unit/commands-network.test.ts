/** Clients of the network: curl, wget, nc, ping, nslookup, dig, ip, against servers on a plain wire. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busybox, commands, install } from '../../src/machine/commands/index.ts';
import '../../src/machine/commands/everything.ts';
import type { DnsQuestion, DnsReply } from '../../src/machine/dns.ts';
import { Kernel } from '../../src/machine/kernel.ts';
import { Namespace } from '../../src/machine/namespace.ts';
import type { Attempt, HttpReply, Outcome } from '../../src/machine/network.ts';
import { sinkTo, textSource } from '../../src/machine/pipe.ts';
import { newTree } from '../../src/machine/tree.ts';
import { Wire } from '../../src/machine/wire.ts';
import { Agenda } from '../../src/sim/clock.ts';
import { words } from './commands/words.mjs';

const NAMES: Readonly<Record<string, string>> = { 'web.default.svc.cluster.local': '10.96.0.7', 'kubernetes.default.svc.cluster.local': '10.96.0.1' };

/** A wire on which 10.0.0.66 answers nobody. */
class Firewall extends Wire {
  override reach(attempt: Attempt): Outcome {
    return attempt.address === '10.0.0.66' ? { ok: false, error: 'ETIMEDOUT', why: 'dropped', hops: [] } : super.reach(attempt);
  }
}

function answer({ name, type }: DnsQuestion): DnsReply {
  const address = NAMES[name];
  if (type === 'PTR') return name === '1.0.96.10.in-addr.arpa' ? { code: 'NOERROR', answers: [{ name, type, ttl: 30, value: 'kubernetes.default.svc.cluster.local' }], authoritative: true } : { code: 'NXDOMAIN', answers: [] };
  if (address === undefined) return { code: 'NXDOMAIN', answers: [] };
  return { code: 'NOERROR', answers: type === 'A' ? [{ name, type, ttl: 30, value: address }] : [], authoritative: true };
}

function world(flavour: 'gnu' | 'busybox') {
  const agenda = new Agenda();
  const kernel = new Kernel({ agenda, epoch: Date.UTC(2026, 10, 24, 10, 30), seed: 'net' });
  const wire = new Firewall();
  kernel.network = wire;
  const client = new Namespace('client', { addresses: ['10.0.0.1'], devices: [{ name: 'eth0', mac: '02:00:00:00:00:01', mtu: 1450, up: true, addresses: ['10.0.0.1/24'], index: 2, peer: 9 }], routes: [{ to: 'default', via: '10.0.0.254', device: 'eth0' }, { to: '10.0.0.0/24', device: 'eth0', source: '10.0.0.1' }] });
  const server = new Namespace('server', { addresses: ['10.0.0.2', '10.96.0.7', '10.96.0.10'] });
  for (const n of [client, server]) wire.plug(n);
  server.answer(53, ({ body }) => ({ from: { address: '10.96.0.10', port: 53 }, body: answer(body as DnsQuestion) }));
  server.serve(80, {
    answer: ({ method, path, headers, body }): Omit<HttpReply, 'remote'> => {
      if (path === '/old') return { status: 301, reason: 'Moved Permanently', headers: { location: '/new' }, body: '' };
      if (path === '/missing') return { status: 404, reason: 'Not Found', headers: { 'content-type': 'text/plain', 'content-length': '5' }, body: 'gone\n' };
      const text = path === '/echo' ? `${method} ${headers['host']} ${headers['content-type'] ?? '-'} ${String(body ?? '')}\n` : `hello from ${path}\n`;
      return { status: 200, reason: 'OK', headers: { server: 'test', 'content-type': 'text/plain', 'content-length': String(text.length) }, body: text };
    },
  });
  const files = newTree();
  install(files.files, flavour === 'gnu' ? commands : busybox);
  files.files.mkdir('/etc');
  files.files.mkdir('/work');
  files.files.write('/etc/hosts', '127.0.0.1 localhost\n10.0.0.2 server\n');
  files.files.write('/etc/resolv.conf', 'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n');
  const machine = kernel.boot({ hostname: 'client', files, net: client });
  return {
    machine,
    run(line: string, input = '', most = 300_000) {
      const args = words(line);
      const program = machine.files.stat(`/usr/bin/${args[0]}`)?.program ?? machine.files.stat(`/usr/sbin/${args[0]}`)?.program ?? machine.files.stat(`/bin/${args[0]}`)?.program;
      let all = '';
      const sink = sinkTo((text) => void (all += text));
      const begun = agenda.now;
      let ended = 0;
      const task = machine.start(program!, args, { stdin: textSource(input), stdout: sink, stderr: sink, cwd: '/work', env: new Map([['PATH', '/usr/bin:/bin']]) });
      task.whenDone(() => void (ended = agenda.now));
      agenda.run(agenda.now + most);
      return { all, code: task.exit, took: ended - begun };
    },
  };
}

const CASES: readonly (readonly [flavour: 'gnu' | 'busybox', line: string, all: string, code: number])[] = [
  ['gnu', 'curl server', 'hello from /\n', 0],
  ['gnu', 'curl -s http://web.default/x?a=1', 'hello from /x?a=1\n', 0],
  ['gnu', 'curl -i server', 'HTTP/1.1 200 OK\r\nServer: test\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nhello from /\n', 0],
  ['gnu', 'curl -I server', 'HTTP/1.1 200 OK\r\nServer: test\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\n', 0],
  ['gnu', 'curl -s -o /dev/null -w "%{http_code}\\n" server/missing', '404\n', 0],
  ['gnu', 'curl -f server/missing', 'curl: (22) The requested URL returned error: 404\n', 22],
  ['gnu', 'curl server/missing', 'gone\n', 0],
  ['gnu', 'curl -L server/old', 'hello from /new\n', 0],
  ['gnu', 'curl -sLo /dev/null -w "%{http_code} %{num_redirects} %{url_effective}\\n" server/old', '200 1 http://server/new\n', 0],
  ['gnu', 'curl -d a=1 -d b=2 server/echo', 'POST server application/x-www-form-urlencoded a=1&b=2\n', 0],
  ['gnu', "curl -X PUT -H 'Content-Type: application/json' --data-raw '{}' server/echo", 'PUT server application/json {}\n', 0],
  ['gnu', "curl -H 'Host: www.example.com' server/echo", 'GET www.example.com - \n', 0],
  ['gnu', 'curl --resolve www.test:80:10.0.0.2 http://www.test/echo', 'GET www.test - \n', 0],
  ['gnu', 'curl server:81', "curl: (7) Failed to connect to server port 81 after 0 ms: Couldn't connect to server\n", 7],
  ['gnu', 'curl nope.example', 'curl: (6) Could not resolve host: nope.example\n', 6],
  ['gnu', 'curl -m 2 10.0.0.66', 'curl: (28) Connection timed out after 2000 milliseconds\n', 28],
  ['gnu', 'curl --connect-timeout 3 10.0.0.66', 'curl: (28) Failed to connect to 10.0.0.66 port 80 after 3000 ms: Timeout was reached\n', 28],
  ['gnu', 'curl -s server:81', '', 7],
  ['gnu', 'curl -sS server:81', "curl: (7) Failed to connect to server port 81 after 0 ms: Couldn't connect to server\n", 7],
  ['gnu', 'curl --foo server', "curl: option --foo: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n", 2],
  ['gnu', 'curl ftp://server/', 'curl: (1) Protocol "ftp" not supported or disabled in libcurl\n', 1],
  ['gnu', 'curl -v server', '*   Trying 10.0.0.2:80...\n* Connected to server (10.0.0.2) port 80 (#0)\n> GET / HTTP/1.1\n> Host: server\n> User-Agent: curl/7.88.1\n> Accept: */*\n> \n< HTTP/1.1 200 OK\n< Server: test\n< Content-Type: text/plain\n< Content-Length: 13\n< \nhello from /\n* Connection #0 to host server left intact\n', 0],
  ['gnu', 'wget -qO- server', 'hello from /\n', 0],
  ['gnu', 'wget -O- http://nope.example/', '--2026-11-24 10:30:00--  http://nope.example/\nResolving nope.example (nope.example)... failed: Name or service not known.\nwget: unable to resolve host address ‘nope.example’\n', 4],
  ['gnu', 'wget -q server/missing', '', 8],
  ['busybox', 'wget -qO- server', 'hello from /\n', 0],
  ['busybox', 'wget -O- http://web.default:81', "Connecting to web.default:81 (10.96.0.7:81)\nwget: can't connect to remote host (10.96.0.7): Connection refused\n", 1],
  ['busybox', 'wget nope.x', "wget: bad address 'nope.x'\n", 1],
  ['busybox', 'wget server/missing', 'Connecting to server (10.0.0.2:80)\nwget: server returned error: HTTP/1.1 404 Not Found\n', 1],
  ['busybox', 'wget -T 2 -qO- 10.0.0.66', 'wget: download timed out\n', 1],
  ['busybox', 'wget server/x', "Connecting to server (10.0.0.2:80)\nsaving to 'x'\nx                    100% |********************************|    14  0:00:00 ETA\n'x' saved\n", 0],
  ['busybox', 'nslookup kubernetes', "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n\n** server can't find kubernetes.svc.cluster.local: NXDOMAIN\n\n** server can't find kubernetes.cluster.local: NXDOMAIN\n\nName:\tkubernetes.default.svc.cluster.local\nAddress: 10.96.0.1\n\n** server can't find kubernetes.svc.cluster.local: NXDOMAIN\n\n** server can't find kubernetes.cluster.local: NXDOMAIN\n\n", 1],
  ['busybox', 'nslookup kubernetes.default', "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n** server can't find kubernetes.default: NXDOMAIN\n\n** server can't find kubernetes.default: NXDOMAIN\n\n", 1],
  ['busybox', 'nslookup kubernetes.default.svc.cluster.local', 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n\nName:\tkubernetes.default.svc.cluster.local\nAddress: 10.96.0.1\n\n', 0],
  ['busybox', 'nslookup 10.96.0.1', 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n1.0.96.10.in-addr.arpa\tname = kubernetes.default.svc.cluster.local\n\n', 0],
  ['gnu', 'nslookup kubernetes.default', 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\tkubernetes.default.svc.cluster.local\nAddress: 10.96.0.1\n\n', 0],
  ['gnu', 'nslookup nope', "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n** server can't find nope: NXDOMAIN\n\n", 1],
  ['gnu', 'dig +short web.default.svc.cluster.local', '10.96.0.7\n', 0],
  ['gnu', 'dig +short +search web', '10.96.0.7\n', 0],
  ['gnu', 'dig +noall +answer web.default.svc.cluster.local', 'web.default.svc.cluster.local. 30\tIN\tA\t10.96.0.7\n', 0],
  ['gnu', 'host web', 'web.default.svc.cluster.local has address 10.96.0.7\n', 0],
  ['gnu', 'host nope', 'Host nope not found: 3(NXDOMAIN)\n', 1],
  ['gnu', 'getent hosts web', '10.96.0.7       web\n', 0],
  ['gnu', 'getent hosts nope', '', 2],
  ['gnu', 'nc -zv 10.0.0.2 80', 'Connection to 10.0.0.2 80 port [tcp/http] succeeded!\n', 0],
  ['gnu', 'nc -zv 10.0.0.2 81', 'nc: connect to 10.0.0.2 port 81 (tcp) failed: Connection refused\n', 1],
  ['gnu', 'nc -zvw2 10.0.0.66 80', 'nc: connect to 10.0.0.66 port 80 (tcp) timed out: Operation now in progress\n', 1],
  ['busybox', 'nc 10.0.0.2 81', "nc: can't connect to remote host (10.0.0.2): Connection refused\n", 1],
  ['busybox', 'ping -c1 nope.x', "ping: bad address 'nope.x'\n", 1],
  ['gnu', 'ping -c1 nope.x', 'ping: nope.x: Name or service not known\n', 2],
  ['gnu', 'ip -br a', 'lo               UNKNOWN        127.0.0.1/8 \neth0@if9         UP             10.0.0.1/24 \n', 0],
  ['gnu', 'ip route', 'default via 10.0.0.254 dev eth0 \n10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1 \n', 0],
  ['gnu', 'ip -4 a show eth0', '2: eth0@if9: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP group default qlen 1000\n    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\n       valid_lft forever preferred_lft forever\n', 0],
  ['gnu', 'ip foo', 'Object "foo" is unknown, try "ip help".\n', 1],
  ['gnu', 'ip a show nope', 'Device "nope" does not exist.\n', 1],
  ['gnu', 'hostname -I', '10.0.0.1 \n', 0],
];

for (const [flavour, line, all, code] of CASES) {
  test(`${flavour} ${line}`, () => {
    const ran = world(flavour).run(line);
    assert.deepEqual({ all: ran.all.replace(/after \d+ ms: Couldn't/g, "after 0 ms: Couldn't"), code: ran.code }, { all, code });
  });
}

test('ping counts answers and losses', () => {
  const { run } = world('gnu');
  const ran = run('ping -c 2 server');
  assert.match(ran.all, /^PING server \(10\.0\.0\.2\) 56\(84\) bytes of data\.\n64 bytes from server \(10\.0\.0\.2\): icmp_seq=1 ttl=64 time=0\.\d{3} ms\n64 bytes from .*icmp_seq=2 .*\n\n--- server ping statistics ---\n2 packets transmitted, 2 received, 0% packet loss, time 100\d+ms\nrtt min\/avg\/max\/mdev = [\d./]+ ms\n$/);
  const lost = run('ping -c 2 -W 1 10.0.0.66');
  assert.match(lost.all, /2 packets transmitted, 0 received, 100% packet loss, time 2000ms\n\n$/);
  assert.equal(lost.code, 1);
});

test('curl waits as long as the failure takes', () => {
  const { run } = world('gnu');
  assert.equal(Math.round(run('curl -m 2 10.0.0.66').took), 2000);
  assert.match(run('curl 10.0.0.66').all, /^curl: \(28\) Failed to connect to 10\.0\.0\.66 port 80 after 130\d{3} ms: Couldn't connect to server\n$/);
});

test('what nc listens for, ss shows', () => {
  const { run, machine } = world('gnu');
  machine.start(function* (p) {
    const listener = p.listen(8080);
    yield* listener.accept();
    return 0;
  }, ['web', '--port=8080'], {});
  const ran = run('ss -lntp');
  assert.equal(ran.all.split('\n')[1]!.replace(/ +/g, ' ').trim(), 'LISTEN 0 511 0.0.0.0:8080 0.0.0.0:* users:(("web",pid=1,fd=6))');
});
