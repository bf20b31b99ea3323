/**
 * Outgoing traffic of a process: reaching an address, connecting, and HTTP requests. Stands for connect(2) and a client's HTTP library.
 * A server that is an HttpService is asked directly, as objects; any other is spoken to in HTTP text over a connection.
 * Unlike curl: redirects are the caller's affair; a reply arrives whole unless the service gives a stream.
 */
import type { Millis } from '../sim/clock.ts';
import { connect } from './connection.ts';
import { requestOver } from './http.ts';
import type { Namespace, Socket } from './namespace.ts';
import type { Connection, HttpReply, HttpRequest, HttpService, Outcome } from './network.ts';
import { NetError } from './network.ts';
import type { Running } from './process.ts';
import type { Task } from './task.ts';

/** How long Linux tries to connect to somebody who does not answer. */
const CONNECT_TIMEOUT: Millis = 130_000;
/** How long it takes until a neighbour that does not exist is given up. */
const NO_NEIGHBOUR: Millis = 3_000;

const TEXTS = {
  ECONNREFUSED: 'Connection refused',
  ETIMEDOUT: 'Connection timed out',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ECONNRESET: 'Connection reset by peer',
  ENOTFOUND: 'Name or service not known',
  EADDRINUSE: 'Address already in use',
  EAI_AGAIN: 'Temporary failure in name resolution',
  ECERT: 'certificate verify failed',
} as const;

/** Someone was reached. */
export interface Reached {
  readonly space: Namespace;
  readonly socket: Socket;
  readonly outcome: Extract<Outcome, { ok: true }>;
}

/** Finds out who answers at an address; waits as long as the failure takes. Throws NetError. */
export function* reach(task: Task, address: string, port: number, protocol: 'TCP' | 'UDP', deadline: Millis = Infinity): Running<Reached> {
  const from = task.machine.net;
  const local = address.startsWith('127.') || address === '0.0.0.0';
  const find = (space: Namespace, at: string, number: number): Socket | undefined => (protocol === 'TCP' ? space.at(at, number) : space.udpAt(at, number));
  if (local) {
    const socket = find(from, '127.0.0.1', port);
    if (socket) return { space: from, socket, outcome: { ok: true, target: from, address, port, source: '127.0.0.1', latency: 0, hops: [] } };
  } else if (from.addresses.length === 0) throw new NetError('ENETUNREACH', address, port, TEXTS.ENETUNREACH);
  const outcome = task.kernel.network.reach({ from, source: local ? '127.0.0.1' : from.addresses[0]!, address, port, protocol });
  if (!outcome.ok) {
    const wait = outcome.error === 'ETIMEDOUT' ? CONNECT_TIMEOUT : outcome.error === 'EHOSTUNREACH' ? NO_NEIGHBOUR : 0;
    const until = Math.min(task.now + wait, deadline);
    while (task.now < until) yield until;
    const error = wait > 0 && task.now >= deadline ? 'ETIMEDOUT' : local && outcome.error !== 'ETIMEDOUT' ? 'ECONNREFUSED' : outcome.error;
    throw new NetError(error, address, port, TEXTS[error]);
  }
  const space = outcome.target as Namespace;
  const socket = find(space, outcome.address, outcome.port);
  if (!socket) {
    yield* task.sleep(2 * outcome.latency);
    throw new NetError('ECONNREFUSED', address, port, TEXTS.ECONNREFUSED);
  }
  return { space, socket, outcome };
}

/** Opens a TCP connection to a host. Throws NetError. */
export function* dial(task: Task, host: string, port: number, deadline: Millis = Infinity): Running<Connection> {
  const [address] = yield* task.resolve(host);
  const reached = yield* reach(task, address!, port, 'TCP', deadline);
  if (!reached.socket.listener) throw new NetError('ECONNRESET', host, port, TEXTS.ECONNRESET);
  return yield* open(task, address!, port, reached);
}

function* open(task: Task, address: string, port: number, { socket, outcome }: Reached): Running<Connection> {
  const from = task.machine.net;
  const own = { address: address.startsWith('127.') ? '127.0.0.1' : from.addresses[0]!, port: from.freePort() };
  const { client, server } = connect(task.kernel.later, outcome.latency, {
    client: own,
    dialled: { address, port },
    seen: { address: outcome.source, port: own.port },
    reached: { address: outcome.address, port: outcome.port },
  });
  task.keep(() => client.close());
  // The three-way handshake: one way there before the server knows, and back before the client goes on.
  yield* task.sleep(outcome.latency);
  socket.listener!.arrive(server);
  yield* task.sleep(outcome.latency);
  return client;
}

/** An HTTP request. Throws NetError; its `host` and `port` are those of the URL. */
export function* fetchHttp(task: Task, request: HttpRequest): Running<HttpReply> {
  const url = parseUrl(request.url);
  const deadline = request.timeout === undefined ? Infinity : task.now + request.timeout;
  const again = (error: unknown): unknown => (error instanceof NetError ? new NetError(error.code, url.host, url.port, error.message) : error);
  try {
    const addresses = yield* task.resolve(url.host);
    for (const address of addresses) {
      try {
        return yield* attempt(task, request, url, address, deadline);
      } catch (error) {
        if (address === addresses.at(-1) || !(error instanceof NetError) || error.code === 'ECERT' || task.now >= deadline) throw error;
      }
    }
    throw new NetError('ENOTFOUND', url.host, url.port, TEXTS.ENOTFOUND);
  } catch (error) {
    throw again(error);
  }
}

function* attempt(task: Task, request: HttpRequest, url: Url, address: string, deadline: Millis): Running<HttpReply> {
  const reached = yield* reach(task, address, url.port, 'TCP', deadline);
  const { socket, outcome } = reached;
  const tls = socket.service ? socket.service.tls : socket.listener?.tls;
  const remote = { address, port: url.port };
  // Connecting takes a round trip, TLS another.
  if (socket.service) yield* task.sleep(outcome.latency * (url.secure ? 4 : 2));
  if (url.secure) {
    if (!tls) throw new NetError('ECERT', url.host, url.port, 'http: server gave HTTP response to HTTPS client');
    if (!request.insecure) verify(task, tls, request.authority, url.host);
  } else if (tls) {
    yield* task.sleep(2 * outcome.latency);
    return { status: 400, reason: 'Bad Request', headers: { connection: 'close' }, body: 'Client sent an HTTP request to an HTTPS server.\n', remote };
  }
  if (socket.service) return { ...(yield* askService(task, request, url, socket.service, reached)), remote };
  const connection = yield* open(task, address, url.port, reached);
  const stop = deadline < Infinity ? task.kernel.alarm(deadline, () => connection.reset()) : undefined;
  try {
    const reply =
      yield * requestOver(task, connection, { method: request.method, path: url.path, host: url.authority, headers: request.headers, body: request.body });
    return { ...reply, remote };
  } catch (error) {
    if (error instanceof NetError && task.now >= deadline) throw new NetError('ETIMEDOUT', url.host, url.port, 'Operation timed out');
    throw error;
  } finally {
    stop?.();
    connection.close();
  }
}

function* askService(task: Task, request: HttpRequest, url: Url, service: HttpService, { outcome }: Reached): Running<Omit<HttpReply, 'remote'>> {
  const headers: Record<string, string> = { host: url.authority };
  for (const name of Object.keys(request.headers ?? {})) headers[name.toLowerCase()] = request.headers![name]!;
  const { method, body, certificate } = request;
  const asked = {
    method,
    path: url.path,
    headers,
    peer: outcome.source,
    ...(body !== undefined && { body }),
    ...(certificate !== undefined && { certificate }),
  };
  yield* task.sleep(outcome.latency);
  const chunk = service.needs?.(asked);
  if (chunk) yield* task.need(chunk);
  const reply = service.answer(asked);
  yield* task.sleep(outcome.latency);
  return reply;
}

/** Throws ECERT, in Go's words, when the server's certificate is not to be trusted or is for another name. */
function verify(task: Task, tls: { authority: string; names: readonly string[] }, authority: string | undefined, host: string): void {
  const files = task.machine.files;
  const store = '/etc/ssl/certs/ca-certificates.crt';
  const trusted = authority ?? (files.exists(store) ? files.read(store) : '');
  const refuse = (text: string): never => {
    throw new NetError('ECERT', host, 0, `tls: failed to verify certificate: x509: ${text}`);
  };
  if (tls.authority.trim() === '' || !trusted.includes(tls.authority.trim())) refuse('certificate signed by unknown authority');
  const fits = tls.names.some((name) => name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1)));
  if (!fits) refuse(`certificate is valid for ${tls.names.join(', ')}, not ${host}`);
}

interface Url {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** `HOST` or `HOST:PORT` as written. */
  readonly authority: string;
  readonly path: string;
}

/** Takes an http(s) URL apart. */
export function parseUrl(text: string): Url {
  const match = /^(https?):\/\/(?:[^@/?#]*@)?([^:/?#]+)(?::(\d+))?([^#]*)/i.exec(text);
  if (!match) throw new NetError('ENOTFOUND', text, 0, 'unsupported URL');
  const secure = match[1]!.toLowerCase() === 'https';
  const rest = match[4]!;
  return {
    secure,
    host: match[2]!,
    port: match[3] ? Number(match[3]) : secure ? 443 : 80,
    authority: match[3] ? `${match[2]}:${match[3]}` : match[2]!,
    path: rest === '' ? '/' : rest[0] === '/' ? rest : `/${rest}`,
  };
}

