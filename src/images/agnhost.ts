/**
 * registry.k8s.io/e2e-test-images/agnhost: one program with many small servers and testers.
 * Unlike agnhost: the subcommands below only; /upload of netexec, and /dial by UDP and SCTP, are not supported here yet.
 */
import { NetError } from '../machine/network.ts';
import { nothing, sinkTo } from '../machine/pipe.ts';
import type { Answer, Incoming } from '../machine/http.ts';
import type { Process, Program, Running } from '../machine/process.ts';
import { civil, digits } from '../sim/date.ts';
import { acceptAll, cleanPath, serveForever, typeOf, wakeOn } from './http-server.ts';
import { goProgram } from './root.ts';

/** `--name=value`, `--name value` or the default. */
function option(args: readonly string[], name: string, fallback: string): string {
  for (let i = 0; i < args.length; i++) {
    if (args[i]!.startsWith(`--${name}=`)) return args[i]!.slice(name.length + 3);
    if (args[i] === `--${name}`) return args[i + 1] ?? fallback;
  }
  return fallback;
}

/** Go's log line. */
function log(p: Process, text: string): void {
  const c = civil(p.date);
  p.warn(`${c.year}/${digits(c.month)}/${digits(c.day)} ${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)} ${text}\n`);
}

const text = (body: string, status = 200): Answer => ({ status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body });

/** Parameters of a query. */
function parameters(path: string): ReadonlyMap<string, string> {
  const query = path.includes('?') ? path.slice(path.indexOf('?') + 1) : '';
  const clear = (part: string): string => {
    try {
      return decodeURIComponent(part.replace(/\+/g, ' '));
    } catch {
      return part;
    }
  };
  return new Map(query.split('&').filter(Boolean).map((pair) => [clear(pair.split('=')[0]!), clear(pair.split('=').slice(1).join('='))]));
}

/** Asks another server by HTTP, as often as wanted, and tells what it said. */
function* dial(p: Process, query: ReadonlyMap<string, string>): Running<Answer> {
  const protocol = query.get('protocol') || 'http';
  const request = query.get('request') ?? '';
  if (!['http', 'udp', 'sctp'].includes(protocol)) return text(`unsupported protocol. ${protocol}\n`, 400);
  if (!request) return text('request parameter not specified. <nil>\n', 400);
  if (protocol !== 'http') return text(`/dial by ${protocol} is not supported here yet\n`, 501);
  const url = `http://${query.get('host') ?? ''}:${query.get('port') ?? ''}/${request}`;
  const responses: unknown[] = [];
  const errors: string[] = [];
  for (let i = Number(query.get('tries') ?? 1); i > 0; i--) {
    try {
      responses.push((yield* p.fetch({ method: 'GET', url, timeout: 5000 })).body);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      errors.push(`Get "${url}": ${error.message}`);
    }
  }
  return text(JSON.stringify({ ...(errors.length && { errors }), ...(responses.length && { responses }) }));
}

/** Runs a command line of the container's shell. */
function* shell(p: Process, command: string): Running<Answer> {
  let output = '';
  const sink = sinkTo((said) => void (output += said));
  const program = p.find('/bin/sh');
  if (typeof program !== 'function') return text(JSON.stringify({ error: 'fork/exec /bin/sh: no such file or directory' }));
  const code = yield* p.wait(p.spawn(program, ['/bin/sh', '-c', command], { stdin: nothing, stdout: sink, stderr: sink }));
  return text(JSON.stringify({ ...(code && { error: `exit status ${code}` }), ...(output && { output }) }));
}

const netexec: Program = function* (p) {
  const args = p.args.slice(2);
  const port = Number(option(args, 'http-port', '8080'));
  const udp = Number(option(args, 'udp-port', '8081'));
  const { hostname } = p.machine;
  let exit: number | undefined;
  const commands = (command: string): string => (/^hostname$/i.test(command) ? hostname : command.startsWith('echo ') ? command.slice(5) : '');
  if (udp > 0) {
    p.receive(udp, ({ from, body }) => {
      const text = typeof body === 'string' ? body.trim() : undefined;
      return { from, body: text === undefined ? undefined : /^clientip$/i.test(text) ? `${from.address}:${from.port}` : commands(text) };
    });
  }
  log(p, `Started HTTP server on port ${port}`);
  if (udp > 0) log(p, `Started UDP server on port  ${udp}`);
  const handler = function* (request: Incoming, child: Process): Running<Answer> {
    const path = cleanPath(request.path)?.toLowerCase() ?? '/';
    const query = parameters(request.path);
    log(p, `${request.method} ${request.path.replace(/\?.*/, '')}${query.size ? `?${request.path.split('?')[1]}` : ''}`);
    switch (path) {
      case '/hostname': return text(hostname);
      case '/clientip': return text(`${request.peer}:${30_000 + child.pid}`);
      case '/echo': return text(query.get('msg') ?? '', Number(query.get('code') ?? 200));
      case '/header': return text(request.headers[(query.get('key') ?? '').toLowerCase()] ?? '');
      case '/healthz': return text('');
      case '/exit':
      case '/shutdown':
        exit = Number(query.get('code') ?? 0);
        yield* child.sleep(Number(/\d+/.exec(query.get('wait') ?? '0')?.[0] ?? 0));
        p.poke();
        return text('');
      case '/redirect': return { status: Number(query.get('code') ?? 302), headers: { Location: query.get('location') ?? '/' } };
      case '/dial': return yield* dial(child, query);
      case '/shell': return yield* shell(child, query.get('shellCommand') ?? query.get('cmd') ?? '');
      case '/upload': return text(`${path} is not supported here yet`, 501);
      default: {
        const c = civil(p.date);
        return text(`NOW: ${c.year}-${digits(c.month)}-${digits(c.day)} ${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)}.${digits(c.millisecond, 3)} +0000 UTC`);
      }
    }
  };
  yield* serveForever(p, port, handler, () => exit !== undefined);
  return exit ?? 0;
};

/** Answers well for ten seconds, then with errors. */
const liveness: Program = function* (p) {
  yield* serveForever(p, 8080, (request) => {
    const age = (p.now - p.started) / 1000;
    const path = cleanPath(request.path);
    if (path === '/started') return text(String(age));
    if (path !== '/healthz') return text('404 page not found\n', 404);
    return age > 10 ? text(`error: ${age}`, 500) : text('ok');
  });
  return 0;
};

const serveHostname: Program = function* (p) {
  const args = p.args.slice(2);
  const port = Number(option(args, 'port', '9376'));
  log(p, `Serving on port ${port}.`);
  if (args.includes('--tcp') || args.includes('--tcp=true')) {
    const listener = p.listen(port);
    wakeOn(listener, p);
    for (;;) {
      for (let c = listener.poll(); c; c = listener.poll()) {
        c.output.write(p.machine.hostname);
        c.close();
      }
      yield;
    }
  }
  yield* serveForever(p, port, () => text(p.machine.hostname));
  return 0;
};

const connect: Program = function* (p) {
  const target = p.args.slice(2).find((a) => !a.startsWith('--')) ?? '';
  const m = /^(.*):(\d+)$/.exec(target);
  const protocol = option(p.args.slice(2), 'protocol', 'tcp');
  if (!m || protocol !== 'tcp') {
    p.warn(m ? `connect by ${protocol} is not supported here yet\n` : 'OTHER: missing port in address\n');
    return 1;
  }
  try {
    (yield* p.dial(m[1]!, Number(m[2]))).close();
    return 0;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    p.warn(error.code === 'ECONNREFUSED' ? 'REFUSED\n' : error.code === 'ENOTFOUND' ? `DNS: lookup ${m[1]}: no such host\n` : 'TIMEOUT\n');
    return 1;
  }
};

const testWebserver: Program = function* (p) {
  const port = Number(option(p.args.slice(2), 'port', '80'));
  yield* serveForever(p, port, (request) => {
    const path = cleanPath(request.path) ?? '/';
    if (p.files.stat(path)?.type !== 'file') return text('404 page not found\n', 404);
    return { status: 200, headers: { 'Content-Type': typeOf(path, 'text/plain; charset=utf-8') }, body: p.files.read(path) };
  });
  return 0;
};

const grpcHealth: Program = function* (p) {
  let status = 'SERVING';
  const port = Number(option(p.args.slice(2), 'port', '5000'));
  const http = p.listen(Number(option(p.args.slice(2), 'http-port', '8080')));
  wakeOn(http, p);
  log(p, `Http server starting to listen on :${http.port}`);
  log(p, `gRPC server starting to listen on :${port}`);
  const listener = p.listen(port);
  wakeOn(listener, p);
  for (;;) {
    acceptAll(p, listener, (request) => (request.path === '/grpc.health.v1.Health/Check' ? text(status) : text('', 404)), p.args);
    acceptAll(p, http, (request) => {
      if (request.path === '/make-not-serving') status = 'NOT_SERVING';
      if (request.path === '/make-serving') status = 'SERVING';
      return text('');
    }, p.args);
    yield;
  }
};

const pause: Program = function* (p) {
  p.write('Paused\n');
  for (;;) yield;
};

const lines = (p: Process, path: string, word: string): readonly string[] => {
  const all = p.files.exists(path) ? p.files.read(path).split('\n') : [];
  return all.filter((line) => line.startsWith(`${word} `)).flatMap((line) => line.split(/\s+/).slice(1));
};

const simple = (say: (p: Process) => string): Program =>
  function* (p) {
    p.write(say(p));
    return 0;
  };

const COMMANDS: Readonly<Record<string, Program>> = {
  netexec, liveness, 'serve-hostname': serveHostname, connect, 'test-webserver': testWebserver, 'grpc-health-checking': grpcHealth, pause,
  'entrypoint-tester': simple((p) => `[${p.args.join(' ')}]\n`),
  'dns-suffix': simple((p) => `${lines(p, '/etc/resolv.conf', 'search').join(',')}\n`),
  'dns-server-list': simple((p) => `${lines(p, '/etc/resolv.conf', 'nameserver').join(',')}\n`),
  'etc-hosts': simple((p) => p.files.read('/etc/hosts')),
  help: simple(() => `Usage:\n  app [command]\n\nAvailable Commands:\n${Object.keys(COMMANDS).sort().map((name) => `  ${name}\n`).join('')}`),
};

/** /agnhost with its subcommands. */
export const agnhost: Program = goProgram(function* (p) {
  const name = p.args[1] ?? 'help';
  const program = COMMANDS[name];
  if (!program) {
    p.warn(`Error: unknown command "${name}" for "app"\nRun 'app --help' for usage.\n`);
    return 1;
  }
  return yield* program(p);
});
