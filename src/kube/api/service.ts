/**
 * The API server as a server that programs reach over the simulated network: path and query, headers, certificate, watches as streams.
 * Stands for kube-apiserver's HTTPS listener on port 6443.
 */
import type { HttpReply, HttpService, ServiceRequest, Stream } from '../../machine/network.ts';
import type { Chunk } from '../../sim/chunk.ts';
import type { RunningApiServer } from './create.ts';
import { neededChunk } from './lazy.ts';
import type { Request } from './wire.ts';

export interface ServiceOptions {
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string;
  /** Host names and addresses in the server's certificate. */
  readonly names: readonly string[];
}

const REASONS: Readonly<Record<number, string>> = {
  101: 'Switching Protocols', 200: 'OK', 201: 'Created', 202: 'Accepted', 301: 'Moved Permanently', 307: 'Temporary Redirect', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found',
  405: 'Method Not Allowed', 406: 'Not Acceptable', 409: 'Conflict', 410: 'Gone', 413: 'Request Entity Too Large', 415: 'Unsupported Media Type', 422: 'Unprocessable Entity',
  429: 'Too Many Requests', 500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout',
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

/** Parameters of a query string; repeated ones as lists. */
export function parseQuery(text: string): Readonly<Record<string, string | readonly string[]>> {
  const out: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equal = part.indexOf('=');
    const name = decode(equal < 0 ? part : part.slice(0, equal));
    const value = equal < 0 ? '' : decode(part.slice(equal + 1));
    const known = out[name];
    out[name] = known === undefined ? value : typeof known === 'string' ? [known, value] : [...known, value];
  }
  return out;
}

/** A request over the network as the API server takes it. */
export function toRequest(request: ServiceRequest): Request {
  const mark = request.path.indexOf('?');
  return {
    method: request.method as Request['method'],
    path: mark < 0 ? request.path : request.path.slice(0, mark),
    ...(mark >= 0 && { query: parseQuery(request.path.slice(mark + 1)) }),
    headers: request.headers,
    ...(request.body !== undefined && { body: request.body }),
    ...(request.certificate !== undefined && { certificate: request.certificate }),
    peer: request.peer,
  };
}

/** Browsers and curl get JSON with line breaks, as the real server's `pretty` does by default. */
const PRETTY = /^(curl|wget|mozilla)/i;

function written(request: Request, body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const asked = request.query?.['pretty'];
  const pretty = asked === undefined ? PRETTY.test(request.headers?.['user-agent'] ?? '') : asked !== 'false' && asked !== '0';
  return pretty ? JSON.stringify(body, null, 2) : body;
}

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The API server as an HttpService. */
export function httpService(api: RunningApiServer, options: ServiceOptions): HttpService {
  return {
    tls: { authority: options.authority, names: options.names },
    needs: (request): Chunk<unknown> | undefined => neededChunk(request.path, request.method),
    answer(asked): Omit<HttpReply, 'remote'> {
      if (!METHODS.includes(asked.method)) return { status: 405, reason: REASONS[405]!, headers: { 'content-type': 'text/plain' }, body: '' };
      const request = toRequest(asked);
      const { code, headers, body, feed } = api.handle(request);
      const stream: Stream | undefined = feed && {
        take: () => feed.take(),
        get ended() {
          return feed.ended;
        },
        listen: (p) => feed.listen(p),
        ...(feed.send && { send: (item: unknown) => feed.send!(item) }),
        close: () => feed.close(),
      };
      return {
        status: code, reason: REASONS[code] ?? '', body: request.method === 'HEAD' ? '' : written(request, body),
        headers: { ...(typeof body === 'string' ? { 'content-type': 'text/plain' } : { 'content-type': 'application/json' }), ...headers }, ...(stream && { stream }),
      };
    },
  };
}
