/**
 * HTTP/1.1 as text over a connection, for programs that serve and for clients that reach them: request and status lines,
 * headers, bodies by length, in chunks or to the end, keep-alive, HEAD. Unlike HTTP: no trailers, no pipelining, no HTTP/2.
 */
import { byteLength, unitsOf } from './bytes.ts';
import type { Connection } from './network.ts';
import { NetError } from './network.ts';
import type { Process, Running } from './process.ts';

/** The reason phrases of RFC 9110. */
export const REASONS: Readonly<Record<number, string>> = {
  100: 'Continue',
  101: 'Switching Protocols',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  415: 'Unsupported Media Type',
  416: 'Requested Range Not Satisfiable',
  418: "I'm a teapot",
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
};

/** A request as a program's server gets it. Header names are in lower case; `path` holds the query. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly version: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly peer: string;
}

/** What a program's server answers. `content-length` and `connection` are filled in unless given; `chunks` are sent as they come. */
export interface Answer {
  readonly status: number;
  readonly reason?: string;
  /** Names as they go over the wire. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly chunks?: Iterable<string>;
}

/** Reads text from a connection piece by piece. */
class Reading {
  private text = '';
  private ended = false;
  private readonly p: Process;
  private readonly connection: Connection;

  constructor(p: Process, connection: Connection) {
    this.p = p;
    this.connection = connection;
  }

  /** Up to and without `mark`; undefined when the connection ends before it. */
  *until(mark: string): Running<string | undefined> {
    for (;;) {
      const at = this.text.indexOf(mark);
      if (at >= 0) {
        const piece = this.text.slice(0, at);
        this.text = this.text.slice(at + mark.length);
        return piece;
      }
      if (!(yield* this.more())) return undefined;
    }
  }

  /** So many bytes; fewer when the connection ends before. */
  *bytes(count: number): Running<string> {
    for (;;) {
      const units = unitsOf(this.text, count);
      if (units !== undefined || !(yield* this.more())) {
        const piece = this.text.slice(0, units ?? this.text.length);
        this.text = this.text.slice(piece.length);
        return piece;
      }
    }
  }

  *rest(): Running<string> {
    while (yield* this.more());
    const piece = this.text;
    this.text = '';
    return piece;
  }

  private *more(): Running<boolean> {
    const { input } = this.connection;
    const stop = input.listen(this.p);
    try {
      while (!this.ended) {
        const piece = input.take();
        if (piece === undefined) this.ended = true;
        else if (piece !== '') {
          this.text += piece;
          return true;
        } else yield;
      }
      return false;
    } finally {
      stop();
    }
  }
}

function* readHeaders(reading: Reading): Running<Record<string, string> | undefined> {
  const headers: Record<string, string> = {};
  for (;;) {
    const line = (yield* reading.until('\n'))?.replace(/\r$/, '');
    if (line === undefined) return undefined;
    if (line === '') return headers;
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
}

function* readBody(reading: Reading, headers: Readonly<Record<string, string>>, toTheEnd: boolean): Running<string> {
  if (/chunked/i.test(headers['transfer-encoding'] ?? '')) {
    let body = '';
    for (;;) {
      const size = parseInt((yield* reading.until('\r\n')) ?? '0', 16);
      const piece = size > 0 ? yield* reading.bytes(size) : '';
      yield* reading.until('\r\n');
      if (!(size > 0)) return body;
      body += piece;
    }
  }
  const length = headers['content-length'];
  if (length !== undefined) return yield* reading.bytes(Number(length));
  return toTheEnd ? yield* reading.rest() : '';
}

const headerLines = (headers: Readonly<Record<string, string>>): string => Object.keys(headers).map((name) => `${name}: ${headers[name]}\r\n`).join('');

const hasHeader = (headers: Readonly<Record<string, string>>, name: string): boolean => Object.keys(headers).some((key) => key.toLowerCase() === name);

/** A body as it travels: objects as JSON. */
export const bodyText = (body: unknown): string => (body === undefined || body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body));

/** Sends a request over a connection and reads the reply. Throws NetError ECONNRESET when the connection ends before a status line. */
export function* requestOver(
  p: Process,
  connection: Connection,
  request: {
    readonly method: string;
    readonly path: string;
    readonly host: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  },
): Running<{ status: number; reason: string; headers: Record<string, string>; body: string }> {
  const body = bodyText(request.body);
  const given = request.headers ?? {};
  const headers: Record<string, string> = {};
  if (!hasHeader(given, 'host')) headers['Host'] = request.host;
  Object.assign(headers, given);
  if (body !== '' && !hasHeader(given, 'content-length')) headers['Content-Length'] = String(byteLength(body));
  if (body !== '' && typeof request.body !== 'string' && !hasHeader(given, 'content-type')) headers['Content-Type'] = 'application/json';
  connection.output.write(`${request.method} ${request.path} HTTP/1.1\r\n${headerLines(headers)}\r\n${body}`);
  const reading = new Reading(p, connection);
  for (;;) {
    const line = (yield* reading.until('\n'))?.replace(/\r$/, '');
    const { address, port } = connection.remote;
    if (line === undefined) throw new NetError('ECONNRESET', address, port, 'Empty reply from server');
    const match = /^HTTP\/\d(?:\.\d)? (\d{3}) ?(.*)$/.exec(line);
    if (!match) throw new NetError('ECONNRESET', address, port, 'Received HTTP/0.9 when not allowed');
    const received = (yield* readHeaders(reading)) ?? {};
    const status = Number(match[1]);
    if (status === 100) continue;
    const bare = request.method === 'HEAD' || status === 204 || status === 304 || status === 101;
    return { status, reason: match[2]!, headers: received, body: bare ? '' : yield* readBody(reading, received, true) };
  }
}

/** Serves one connection until either side closes it. `handler` may wait; what it throws is not caught. */
export function* serveHttp(p: Process, connection: Connection, handler: (request: Incoming) => Running<Answer> | Answer): Running<void> {
  const reading = new Reading(p, connection);
  try {
    for (;;) {
      const line = (yield* reading.until('\n'))?.replace(/\r$/, '');
      if (line === undefined) return;
      if (line === '') continue;
      const match = /^(\S+) (\S+) (HTTP\/\d\.\d)$/.exec(line);
      const headers = match ? yield* readHeaders(reading) : {};
      if (!headers) return;
      const [, method = 'GET', path = '/', version = 'HTTP/1.0'] = match ?? [];
      const body = match ? yield* readBody(reading, headers, false) : '';
      const asked = (headers['connection'] ?? '').toLowerCase();
      const keep = match !== null && asked !== 'close' && (version !== 'HTTP/1.0' || asked === 'keep-alive');
      const made = match ? handler({ method, path, version, headers, body, peer: connection.remote.address }) : { status: 400, body: 'Bad Request' };
      const answer = 'status' in made ? made : yield* made;
      const done = yield* writeAnswer(p, connection, answer, method, version, keep);
      if (!done || !keep || (answer.headers && /close/i.test(answer.headers['Connection'] ?? ''))) return;
    }
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  } finally {
    connection.close();
  }
}

/** Writes a reply; false when it can only be ended by closing, or nobody reads it any more. */
function* writeAnswer(p: Process, connection: Connection, answer: Answer, method: string, version: string, keep: boolean): Running<boolean> {
  const headers: Record<string, string> = { ...answer.headers };
  const body = answer.body ?? '';
  const chunked = answer.chunks !== undefined && version !== 'HTTP/1.0';
  const bare = answer.status === 204 || answer.status === 304 || answer.status < 200;
  if (chunked) headers['Transfer-Encoding'] ??= 'chunked';
  else if (!answer.chunks && !bare && !hasHeader(headers, 'content-length')) headers['Content-Length'] = String(byteLength(body));
  if (!hasHeader(headers, 'connection') && !keep) headers['Connection'] = 'close';
  const { output } = connection;
  let open = output.write(`HTTP/1.1 ${answer.status} ${answer.reason ?? REASONS[answer.status] ?? ''}\r\n${headerLines(headers)}\r\n`);
  if (method === 'HEAD' || bare) return open;
  if (!answer.chunks) return output.write(body) && open;
  for (const piece of answer.chunks) {
    if (piece !== '') open = output.write(chunked ? `${byteLength(piece).toString(16)}\r\n${piece}\r\n` : piece) && open;
    if (!open) return false;
    const stop = output.listen(p);
    while (output.full) yield;
    stop();
  }
  if (chunked) open = output.write('0\r\n\r\n') && open;
  return open && chunked;
}
