/**
 * Requests to the API server: addresses, credentials, warnings, and refusals as errors.
 * Stands for client-go's rest package.
 * Unlike Kubernetes: no retries and no rate limit of the client.
 */
import type { KubeObject, Status } from '../kube/api/wire.ts';
import { NetError } from '../machine/network.ts';
import type { HttpReply, Stream } from '../machine/network.ts';
import type { Process, Running } from '../machine/process.ts';
import { CliError, StatusError, requestError } from './errors.ts';
import { isMap, quote } from './go.ts';
import type { Target } from './kubeconfig.ts';

export const VERSION = 'v1.36.4';
const AGENT = `kubectl/${VERSION} (linux/amd64) kubernetes/9df8b6f`;

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** One request. The path begins with `/`, without the query. */
export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  readonly accept?: string;
  /** Content type of the body; JSON unless said. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds; over the target's own. */
  readonly timeout?: number;
  /** The path is one that the user gave: errors do not name a resource. */
  readonly raw?: boolean;
}

/** `a=1&b=x%2Fy`, keys in order, as Go's url.Values encodes it. */
export function encodeQuery(query: Query = {}): string {
  const pairs: string[] = [];
  for (const key of Object.keys(query).sort((a, b) => (a < b ? -1 : 1))) {
    const value = query[key];
    if (value === undefined || value === '') continue;
    for (const one of Array.isArray(value) ? value as readonly string[] : [String(value)]) pairs.push(`${escape(key)}=${escape(one)}`);
  }
  return pairs.join('&');
}

const escape = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%20', '+');

/** Asks one server as one user, and prints the server's warnings. */
export class Client {
  private readonly p: Process;
  private readonly find: () => Target;
  private known: Target | undefined;
  private readonly warned = new Set<string>();

  constructor(p: Process, find: () => Target) {
    this.p = p;
    this.find = find;
  }

  /** Whom it asks. Throws what is wrong with the configuration. */
  get target(): Target {
    return (this.known ??= this.find());
  }

  /** How many warnings the server sent. */
  get warnings(): number {
    return this.warned.size;
  }

  /** The answer whatever its status is. Throws RequestError. */
  *reply(ask: Ask): Running<HttpReply> {
    const { server, headers, certificate, key, authority, insecure, timeout } = this.target;
    const method = ask.method ?? 'GET';
    const query = encodeQuery(ask.query);
    const url = `${server}${ask.path}${query && `${ask.path.includes('?') ? '&' : '?'}${query}`}`;
    const limit = ask.timeout ?? timeout;
    try {
      const reply = yield* this.p.fetch({
        method, url, insecure,
        headers: { accept: ask.accept ?? 'application/json', 'user-agent': AGENT, ...(ask.body !== undefined && { 'content-type': ask.type ?? 'application/json' }), ...headers, ...ask.headers },
        ...(ask.body !== undefined && { body: ask.body }), ...(certificate !== undefined && { certificate }), ...(key !== undefined && { key }),
        ...(authority !== undefined && { authority }), ...(limit > 0 && { timeout: limit }),
      });
      for (const m of (reply.headers['warning'] ?? '').matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)) this.warn(m[1]!.replace(/\\(.)/g, '$1'));
      return reply;
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      if (error.code === 'ETIMEDOUT' && limit > 0) throw requestError(method, url, new NetError('ECERT', error.host, error.port, 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'));
      throw requestError(method, url, error, nameServer(this.p));
    }
  }

  /** The answer to a request that must succeed. Throws StatusError, RequestError. */
  *ask(ask: Ask): Running<HttpReply> {
    const reply = yield* this.reply(ask);
    if (reply.status < 200 || reply.status > 206) throw new StatusError(statusOf(reply, ask));
    return reply;
  }

  /** The body of an answer as an object. */
  *object<T = KubeObject>(ask: Ask): Running<T> {
    const { body } = yield* this.ask(ask);
    const value: unknown = typeof body === 'string' ? parseJson(body) : body;
    if (isMap(value) && value['kind'] === 'Status' && value['status'] === 'Failure') throw new StatusError(value as unknown as Status);
    return value as T;
  }

  /** An answer that keeps coming. */
  *stream(ask: Ask): Running<Stream> {
    const reply = yield* this.ask(ask);
    if (!reply.stream) throw new CliError('the server did not keep the connection open');
    return reply.stream;
  }

  /** `Warning: …` on standard error, each text once. */
  warn(text: string): void {
    if (this.warned.has(text)) return;
    this.warned.add(text);
    printWarning(this.p, text);
  }
}

/** The name server that a failed lookup names. */
export function nameServer(p: Process): string {
  const server = p.files.exists('/etc/resolv.conf') ? /^nameserver\s+(\S+)/m.exec(p.files.read('/etc/resolv.conf'))?.[1] : undefined;
  return server === undefined ? '' : ` on ${server}:53`;
}

/** `Warning: …`, in colour on a terminal. */
export function printWarning(p: Process, text: string): void {
  const color = p.stderr.tty !== undefined && p.env.get('TERM') !== 'dumb' && !p.env.has('NO_COLOR');
  p.warn(color ? `\x1b[33;1mWarning:\x1b[0m ${text}\n` : `Warning: ${text}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a refusal without a Status of its own says. */
function statusOf(reply: HttpReply, ask: Ask): Status {
  const method = ask.method ?? 'GET';
  const body = typeof reply.body === 'string' ? parseJson(reply.body) : reply.body;
  if (isMap(body) && body['kind'] === 'Status') return body as unknown as Status;
  const text = typeof reply.body === 'string' ? reply.body.trim() : 'unknown';
  const known: Record<number, readonly [string, string]> = {
    400: ['BadRequest', 'the server rejected our request for an unknown reason'],
    401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
    403: ['Forbidden', text],
    404: ['NotFound', 'the server could not find the requested resource'],
    405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
    406: ['NotAcceptable', text],
    409: [method === 'POST' ? 'AlreadyExists' : 'Conflict', 'the server reported a conflict'],
    415: ['UnsupportedMediaType', text],
    422: ['Invalid', 'the server rejected our request due to an error in our request'],
    429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
    503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
    504: ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing the request'],
  };
  const [reason, message] = known[reply.status] ?? (reply.status >= 500
    ? ['InternalError', `an error on the server (${quote(text)}) has prevented the request from succeeding`]
    : ['', `the server responded with the status code ${reply.status} but did not return more information`]);
  const what = ask.raw ? undefined : /^(?:\/api|\/apis\/([^/]+))\/[^/]+(?:\/namespaces\/[^/]+(?=\/))?\/([^/]+)(?:\/([^/]+))?/.exec(ask.path);
  const where = what ? ` (${method.toLowerCase()} ${what[2]!}${what[1] ? `.${what[1]}` : ''}${what[3] ? ` ${what[3]}` : ''})` : '';
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, message: message + where, code: reply.status };
}
