/**
 * What the kubelet asks of servers from its node: HTTP requests and TCP connections, and its failures in Go's words.
 * A server that answers as objects is asked at once; any other by a short-lived process on the node.
 */
import type { Millis } from '../../sim/clock.ts';
import { byteLength } from '../../machine/bytes.ts';
import { REASONS } from '../../machine/http.ts';
import type { Namespace, Socket } from '../../machine/namespace.ts';
import { NetError, type HttpReply, type HttpService, type ServiceRequest } from '../../machine/network.ts';
import type { Process, Program } from '../../machine/process.ts';
import type { Steps } from './fiber.ts';
import { goDuration } from './go-duration.ts';
import type { Station } from './station.ts';

/** A failure as Go's net package words it, without the `Get "…": ` before it. */
export function goNetError(error: NetError, address: string, port: number): string {
  const dial = `dial tcp ${address}:${port}: `;
  switch (error.code) {
    case 'ECONNREFUSED': return `${dial}connect: connection refused`;
    case 'EHOSTUNREACH': return `${dial}connect: no route to host`;
    case 'ENETUNREACH': return `${dial}connect: network is unreachable`;
    case 'ECONNRESET': return error.message === 'Empty reply from server' ? 'EOF' : `read tcp ${address}:${port}: read: connection reset by peer`;
    case 'ENOTFOUND': return `dial tcp: lookup ${error.host}: no such host`;
    case 'ETIMEDOUT': return `${dial}i/o timeout`;
    default: return error.message;
  }
}

/** Who listens at an address as the node reaches it. */
function socketAt(station: Station, address: string, port: number): { readonly socket: Socket; readonly source: string } | undefined {
  const { machine, kernel } = station;
  if (address.startsWith('127.')) {
    const socket = machine.net.at(address, port);
    return socket && { socket, source: '127.0.0.1' };
  }
  const outcome = kernel.network.reach({ from: machine.net, source: station.address, address, port, protocol: 'TCP' });
  const socket = outcome.ok ? (outcome.target as Namespace).at(outcome.address, outcome.port) : undefined;
  return socket && outcome.ok ? { socket, source: outcome.source } : undefined;
}

/** The object server at an address as the node reaches it, if one stands there. */
export function serviceAt(station: Station, address: string, port: number): { readonly service: HttpService; readonly source: string } | undefined {
  const { socket, source } = socketAt(station, address, port) ?? {};
  return socket?.service && { service: socket.service, source: source! };
}

/** What a listening process says at once to a whole request; undefined when it must be connected to. */
export function wholeReply(socket: Socket, request: ServiceRequest): Omit<HttpReply, 'remote'> | undefined {
  const { method, path, headers, body, peer } = request;
  if (body !== undefined && typeof body !== 'string') return undefined;
  const answer = socket.listener?.whole?.({ method, path, version: 'HTTP/1.1', headers, body: body ?? '', peer });
  if (!answer) return undefined;
  const text = answer.body ?? [...(answer.chunks ?? [])].join('');
  const said = Object.fromEntries(Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const { status, reason = REASONS[status] ?? '' } = answer;
  return { status, reason, headers: { 'content-length': String(byteLength(text)), ...said }, body: method === 'HEAD' ? '' : text };
}

/** Runs a program on the node for at most `timeout` milliseconds; undefined when it took longer. */
function* briefly<T>(station: Station, key: string, timeout: Millis, body: (p: Process, done: (value: T) => void) => ReturnType<Program>): Steps<T | undefined> {
  let result: { value: T } | undefined;
  const process = station.machine.start((p) => body(p, (value) => (result = { value })), ['/usr/bin/kubelet'], {});
  process.whenDone(() => station.fibers.poke(key));
  const deadline = station.agenda.now + timeout;
  try {
    while (process.exit === undefined && station.agenda.now < deadline) yield deadline;
  } finally {
    process.kill('SIGKILL');
  }
  return result?.value;
}

/** The parts of a request that a server sees. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An HTTP request from the node. A string is why there is no reply, in the words of Go's http client. `key` is the fiber's. */
export function* askHttp(
  station: Station, key: string,
  request: Asked & { readonly scheme: string; readonly address: string; readonly port: number },
  timeout: Millis,
): Steps<Omit<HttpReply, 'remote'> | string> {
  const { method, scheme, address, port, path, headers, body } = request;
  const url = `${scheme}://${address}:${port}${path}`;
  const failed = (why: string): string => `${method[0]}${method.slice(1).toLowerCase()} "${url}": ${why}`;
  const { socket, source = '' } = socketAt(station, address, port) ?? {};
  const whole = socket && scheme === 'http' ? wholeReply(socket, asService({ ...request, headers: { Host: `${address}:${port}`, ...headers } }, source)) : undefined;
  if (whole) return whole;
  if (socket?.service) {
    if ((scheme === 'https') !== (socket.service.tls !== undefined)) {
      if (scheme === 'https') return failed('http: server gave HTTP response to HTTPS client');
      return { status: 400, reason: 'Bad Request', headers: {}, body: 'Client sent an HTTP request to an HTTPS server.\n' };
    }
    return socket.service.answer(asService(request, source));
  }
  const reply = yield* briefly<Omit<HttpReply, 'remote'> | string>(station, key, timeout, function* (p, done) {
    try {
      done(yield* p.fetch({ method, url, headers, insecure: true, timeout, ...(body !== undefined && { body }) }));
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      done(failed(error.code === 'ETIMEDOUT' ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)' : goNetError(error, address, port)));
    }
    return 0;
  });
  return reply ?? failed('context deadline exceeded (Client.Timeout exceeded while awaiting headers)');
}

/** A request as an object server gets it. */
export const asService = ({ method, path, headers, body }: Asked, peer: string): ServiceRequest => ({
  method, path, peer, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])), ...(body !== undefined && { body }),
});

/** Opens a TCP connection from the node and closes it again; undefined when that worked, else why not. */
export function* askTcp(station: Station, key: string, address: string, port: number, timeout: Millis): Steps<string | undefined> {
  if (socketAt(station, address, port)) return undefined;
  const why = yield* briefly<string>(station, key, timeout, function* (p, done) {
    try {
      const connection = yield* p.dial(address, port);
      connection.close();
      done('');
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      done(goNetError(error, address, port));
    }
    return 0;
  });
  if (why === undefined) return `dial tcp ${address}:${port}: i/o timeout`;
  return why === '' ? undefined : why;
}

/** How gRPC's health service answers, as far as it is spoken here: a server that answers its path. */
export function* askGrpc(station: Station, key: string, address: string, port: number, service: string, timeout: Millis): Steps<string | undefined> {
  const path = '/grpc.health.v1.Health/Check';
  const headers = { 'content-type': 'application/grpc', 'user-agent': 'kube-probe/1.36' };
  const reply = yield* askHttp(station, key, { method: 'POST', scheme: 'http', address, port, path, headers, body: service }, timeout);
  if (typeof reply === 'string') return `timeout: failed to connect service "${address}:${port}" within ${goDuration(timeout)}: context deadline exceeded`;
  if (reply.status !== 200) return 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health';
  const answer = String(reply.body).trim();
  return answer === 'SERVING' ? undefined : `service unhealthy (responded with "${answer}")`;
}
