/** Sockets, HTTP and names between machines on a wire. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsQuestion, DnsReply } from '../../src/machine/dns.ts';
import { candidates } from '../../src/machine/dns.ts';
import { serveHttp } from '../../src/machine/http.ts';
import { Kernel } from '../../src/machine/kernel.ts';
import { Namespace } from '../../src/machine/namespace.ts';
import type { HttpRequest } from '../../src/machine/network.ts';
import { NetError } from '../../src/machine/network.ts';
import type { Process, Running } from '../../src/machine/process.ts';
import { Agenda } from '../../src/sim/clock.ts';
import { Wire } from '../../src/machine/wire.ts';

function world() {
  const agenda = new Agenda();
  const kernel = new Kernel({ agenda, epoch: 0, seed: 'test' });
  const wire = new Wire();
  kernel.network = wire;
  const machine = (hostname: string, address: string) => {
    const net = new Namespace(hostname, { addresses: [address] });
    wire.plug(net);
    return kernel.boot({ hostname, net });
  };
  const [client, server] = [machine('client', '10.0.0.1'), machine('server', '10.0.0.2')];
  /** Runs `run` on the client to its end and gives its result. */
  const on = <T>(run: (p: Process) => Running<T>, most = 600_000): { value: T; at: number } => {
    let result: { value: T; at: number } | undefined;
    client.start(function* (p) {
      result = { value: yield* run(p), at: p.now };
      return 0;
    }, ['client'], {});
    agenda.run(agenda.now + most);
    assert.ok(result, 'did not end');
    return result;
  };
  const failure = (request: HttpRequest): string => on(function* (p) {
    const from = p.now;
    try {
      yield* p.fetch(request);
    } catch (error) {
      assert.ok(error instanceof NetError);
      return `${error.code} ${error.host}:${error.port} ${error.message} ${Math.floor((p.now - from) / 1000)}s`;
    }
    return 'no failure';
  }).value;
  return { agenda, kernel, client, server, on, failure };
}

test('a service without a process answers a fetch as objects after two round trips', () => {
  const { server, on } = world();
  server.net.serve(80, { answer: (request) => ({ status: 200, reason: 'OK', headers: {}, body: { path: request.path, peer: request.peer } }) });
  const { value, at } = on((p) => p.fetch({ method: 'GET', url: 'http://10.0.0.2/x?y=1' }));
  assert.deepEqual(value.body, { path: '/x?y=1', peer: '10.0.0.1' });
  assert.deepEqual(value.remote, { address: '10.0.0.2', port: 80 });
  assert.equal(at, 1);
});

test('a program serves HTTP text with keep-alive, chunks and HEAD', () => {
  const { server, on } = world();
  server.start(function* (p) {
    const listener = p.listen(8080);
    for (;;) {
      const connection = yield* listener.accept();
      p.spawn((child) => (function* () {
        yield* serveHttp(child, connection, (request) => (request.path === '/chunks'
          ? { status: 200, chunks: ['안녕', ' ', 'you'] }
          : { status: 200, headers: { 'Content-Type': 'text/plain' }, body: `${request.method} ${request.body} ${request.headers['x-a']}` }));
        return 0;
      })(), ['worker']);
    }
  }, ['httpd'], {});
  const url = 'http://10.0.0.2:8080';
  assert.equal(on((p) => p.fetch({ method: 'POST', url, headers: { 'X-A': 'b' }, body: '가나' })).value.body, 'POST 가나 b');
  assert.equal(on((p) => p.fetch({ method: 'GET', url: `${url}/chunks` })).value.body, '안녕 you');
  const head = on((p) => p.fetch({ method: 'HEAD', url })).value;
  assert.deepEqual([head.body, head.headers['content-length']], ['', String('HEAD  undefined'.length)]);
  const raw = on(function* (p) {
    const connection = yield* p.dial('10.0.0.2', 8080);
    connection.output.write('GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nConnection: close\r\n\r\n');
    let all = '';
    const stop = connection.input.listen(p);
    for (;;) {
      const piece = connection.input.take();
      if (piece === undefined) break;
      all += piece;
      if (piece === '') yield;
    }
    stop();
    return all.split('HTTP/1.1 200 OK').length - 1;
  });
  assert.equal(raw.value, 2);
});

test('failures to connect are those of Linux, and take as long', () => {
  const { failure, client, kernel } = world();
  assert.equal(failure({ method: 'GET', url: 'http://10.0.0.2:81/' }), 'ECONNREFUSED 10.0.0.2:81 Connection refused 0s');
  assert.equal(failure({ method: 'GET', url: 'http://10.0.0.9/' }), 'EHOSTUNREACH 10.0.0.9:80 No route to host 3s');
  assert.equal(failure({ method: 'GET', url: 'http://10.0.0.9/', timeout: 1000 }), 'ETIMEDOUT 10.0.0.9:80 Connection timed out 1s');
  assert.equal(failure({ method: 'GET', url: 'http://127.0.0.1/' }), 'ECONNREFUSED 127.0.0.1:80 Connection refused 0s');
  assert.equal(failure({ method: 'GET', url: 'http://nosuch/' }), 'EAI_AGAIN nosuch:80 Temporary failure in name resolution 0s');
  client.net.addresses = [];
  assert.equal(failure({ method: 'GET', url: 'http://10.0.0.2/' }), 'ENETUNREACH 10.0.0.2:80 Network is unreachable 0s');
  client.net.addresses = ['10.0.0.1'];
  kernel.network = { reach: () => ({ ok: false, error: 'ETIMEDOUT', why: 'dropped', hops: [] }) };
  assert.equal(failure({ method: 'GET', url: 'http://10.0.0.2/' }), 'ETIMEDOUT 10.0.0.2:80 Connection timed out 130s');
});

test('TLS is refused unless the authority is trusted and the name fits', () => {
  const { server, failure, on } = world();
  server.net.serve(443, { tls: { authority: 'CA-PEM', names: ['10.0.0.2'] }, answer: () => ({ status: 200, reason: 'OK', headers: {}, body: 'safe' }) });
  const url = 'https://10.0.0.2/';
  assert.match(failure({ method: 'GET', url }), /^ECERT .*x509: certificate signed by unknown authority/);
  assert.equal(on((p) => p.fetch({ method: 'GET', url, authority: 'CA-PEM\n' })).value.body, 'safe');
  assert.equal(on((p) => p.fetch({ method: 'GET', url, insecure: true })).value.body, 'safe');
  assert.equal(on((p) => p.fetch({ method: 'GET', url: 'http://10.0.0.2:443/' })).value.status, 400);
});

test('names are looked up in /etc/hosts, then along the search list', () => {
  const { client, server, on, failure } = world();
  const asked: string[] = [];
  server.net.answer(53, ({ from, body }) => {
    const { name } = body as DnsQuestion;
    asked.push(name);
    const reply: DnsReply = name === 'web.default.svc.cluster.local'
      ? { code: 'NOERROR', answers: [{ name, type: 'A', ttl: 30, value: '10.96.0.7' }] }
      : { code: 'NXDOMAIN', answers: [] };
    return { from, body: reply };
  });
  client.files.mkdir('/etc', { parents: true });
  client.files.write('/etc/hosts', '127.0.0.1 localhost\n192.168.56.100 k8s-master master # the control plane\n');
  client.files.write('/etc/resolv.conf', 'nameserver 10.0.0.2\nsearch default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n');
  assert.deepEqual(on((p) => p.resolve('master')).value, ['192.168.56.100']);
  assert.deepEqual(on((p) => p.resolve('web')).value, ['10.96.0.7']);
  assert.deepEqual(asked, ['web.default.svc.cluster.local']);
  assert.match(failure({ method: 'GET', url: 'http://nosuch/' }), /^ENOTFOUND nosuch:80 Name or service not known/);
  assert.deepEqual(asked.slice(1), ['nosuch.default.svc.cluster.local', 'nosuch.svc.cluster.local', 'nosuch.cluster.local', 'nosuch']);
  assert.deepEqual(candidates('a.b.', { search: ['x'], ndots: 1 }), ['a.b']);
  assert.deepEqual(candidates('a.b', { search: ['x'], ndots: 1 }), ['a.b', 'a.b.x']);
});

test('a port is taken once, and free again when its process ends', () => {
  const { server, agenda } = world();
  server.start(function* () {
    for (;;) yield;
  }, ['init'], {});
  const first = server.start(function* (p) {
    p.listen(80);
    for (;;) yield;
  }, ['one'], {});
  const open = (): number => {
    const task = server.start(function* (p) {
      p.listen(80);
      return 0;
    }, ['two'], {});
    agenda.run(agenda.now + 1);
    return task.exit!;
  };
  agenda.run(1);
  assert.equal(open(), 1);
  assert.deepEqual(server.net.listeners.map((listener) => `${listener.protocol} ${listener.address}:${listener.port}`), ['TCP 0.0.0.0:80']);
  first.kill('SIGKILL');
  assert.equal(open(), 0);
});
