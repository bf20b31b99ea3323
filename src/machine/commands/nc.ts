/**
 * nc: connects or listens, and passes bytes both ways. Stands for OpenBSD's netcat and busybox'.
 * Unlike the real ones: UDP sends one datagram a line and waits for no answer.
 */
import { isAddress } from '../dns.ts';
import { type Connection, NetError } from '../network.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { type Flavour, misuse, named, options, type Spec } from './options.ts';
import { attempt } from './ping.ts';
import { SERVICES } from './sockets.ts';

/** Passes bytes both ways until the other side ends, or nothing came for `idle` milliseconds. */
function* relay(p: Process, connection: Connection, idle: number, closes: boolean): Running<void> {
  const stops = [p.stdin.listen(p), connection.input.listen(p)];
  let open = true;
  let last = p.now;
  try {
    for (;;) {
      let moved = false;
      if (open) {
        const text = p.stdin.take();
        if (text === undefined) {
          open = false;
          if (closes) connection.output.close();
        } else if (text) {
          moved = true;
          if (!connection.output.write(text)) return;
        }
      }
      const text = connection.input.take();
      if (text === undefined) return;
      if (text) {
        moved = true;
        p.write(text);
        yield* p.flush();
      }
      if (moved) {
        last = p.now;
        continue;
      }
      if (p.now >= last + idle) return;
      if (idle === Infinity) yield;
      else yield last + idle;
    }
  } finally {
    for (const stop of stops) stop();
    connection.close();
  }
}

export function* nc(p: Process, flavour: Flavour): Running<ExitCode> {
  const busybox = flavour === 'busybox';
  const spec: Spec = {
    short: busybox ? 'lp:w:i:vnuNze:f:' : '46bCDdFhklNnrStUuvZzI:i:M:m:O:P:p:q:s:T:V:W:w:X:x:',
    usage: busybox ? '[-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]\n\nOpen a pipe to IP:PORT or FILE' : '[OPTION]... [HOST] [PORT]\n\n  -l  listen    -z  only look whether somebody listens    -v  say what happens    -w SECS  timeout    -u  UDP    -N  end at the end of input',
    after: 'usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n\t  [destination] [port]\n',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const name = named(p);
  const wait = o.has('w') ? Number(o.value('w')) * 1000 : Infinity;
  if (o.has('l')) {
    const port = Number(o.value('p') ?? o.words.at(-1));
    if (!(port > 0 && port < 65_536)) return misuse(p, flavour, spec, '');
    if (o.has('u')) {
      p.warn(`${name}: listening for UDP is not supported here yet\n`);
      return 1;
    }
    try {
      const listener = p.listen(port);
      if (o.has('v')) p.warn(`Listening on 0.0.0.0 ${port}\n`);
      do {
        const connection = yield* listener.accept();
        if (o.has('v')) p.warn(`Connection received on ${connection.remote.address} ${connection.remote.port}\n`);
        if (!o.has('k')) listener.close();
        yield* relay(p, connection, wait, o.has('N'));
      } while (o.has('k'));
      return 0;
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      p.warn(busybox ? `${name}: bind: Address already in use\n` : `${name}: Address already in use\n`);
      return 1;
    }
  }
  const [host, range] = o.words;
  if (host === undefined || range === undefined) return misuse(p, flavour, spec, '');
  const m = /^(\d+)(?:-(\d+))?$/.exec(range);
  const service = Object.entries(SERVICES).find(([, s]) => s === range)?.[0];
  if (!m && service === undefined) {
    p.warn(busybox ? `${name}: bad port '${range}'\n` : `${name}: port number invalid: ${range}\n`);
    return 1;
  }
  let address: string;
  try {
    address = isAddress(host) ? host : (yield* p.resolve(host))[0]!;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    p.warn(busybox ? `${name}: bad address '${host}'\n` : `${name}: getaddrinfo for host "${host}" port ${range}: ${error.message}\n`);
    return 1;
  }
  const shown = host === address ? host : `${host} (${address})`;
  const [from, to] = m ? [Number(m[1]), Number(m[2] ?? m[1])] : [Number(service), Number(service)];
  let status = 1;
  for (let port = from; port <= to; port++) {
    const kind = o.has('u') ? 'udp' : 'tcp';
    const label = `[${kind}/${o.has('n') ? '*' : (SERVICES[port] ?? '*')}]`;
    if (o.has('u')) {
      if (o.has('z')) {
        const outcome = attempt(p, address, 'UDP', port);
        if (outcome.ok && o.has('v')) p.warn(`Connection to ${shown} ${port} port ${label} succeeded!\n`);
        status = outcome.ok ? 0 : 1;
        continue;
      }
      for (let line = yield* p.readLine(); line !== undefined; line = yield* p.readLine()) yield* p.ask(address, port, line, 1);
      status = 0;
      continue;
    }
    try {
      const way = attempt(p, address, 'TCP', port);
      if (!way.ok && way.error === 'ETIMEDOUT' && wait < 130_000) {
        yield* p.sleep(wait);
        if (o.has('v') || busybox) p.warn(busybox ? `${name}: timed out\n` : `${name}: connect to ${shown} port ${port} (tcp) timed out: Operation now in progress\n`);
        continue;
      }
      const connection = yield* p.dial(address, port);
      if (o.has('v')) p.warn(busybox ? `${host} (${address}:${port}) open\n` : `Connection to ${shown} ${port} port ${label} succeeded!\n`);
      status = 0;
      if (o.has('z')) connection.close();
      else yield* relay(p, connection, wait, o.has('N'));
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      // Whoever answers HTTP without a socket of its own is there all the same.
      if (error.code === 'ECONNRESET' && o.has('z')) {
        if (o.has('v')) p.warn(`Connection to ${shown} ${port} port ${label} succeeded!\n`);
        status = 0;
        continue;
      }
      if (busybox) p.warn(`${name}: can't connect to remote host (${address}): ${error.code === 'EHOSTUNREACH' ? 'Host is unreachable' : error.message}\n`);
      else if (o.has('v')) p.warn(`${name}: connect to ${shown} port ${port} (tcp) failed: ${error.message}\n`);
    }
  }
  return status;
}
