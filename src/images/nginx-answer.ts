/**
 * How nginx answers a request by its configuration, and what it writes into its logs.
 * Unlike nginx: no caches, no compression, no ranges; log lines have the usual format whatever log_format says.
 */
import { byteLength } from '../machine/bytes.ts';
import { FileError } from '../machine/files.ts';
import type { Answer, Incoming } from '../machine/http.ts';
import { NetError } from '../machine/network.ts';
import type { Process, Running } from '../machine/process.ts';
import { civil, digits } from '../sim/date.ts';
import { cleanPath, httpDate, logDate, typeOf } from './http-server.ts';
import { all, args, type Directive } from './nginx-config.ts';
import { locationFor, siteFor, targetOf, type Setup, type Site } from './nginx-setup.ts';

const REASONS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently', 302: 'Found', 303: 'See Other', 307: 'Temporary Redirect', 308: 'Permanent Redirect', 400: 'Bad Request',
  401: 'Authorization Required', 403: 'Forbidden', 404: 'Not Found', 405: 'Not Allowed', 500: 'Internal Server Error', 502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out',
};
const HTML = { 'Content-Type': 'text/html' };
const PLAIN = 'application/octet-stream';

let latest = '';

/** Servers that start in the same second say the same: one string serves them all. */
const once = (text: string): string => (text === latest ? latest : (latest = text));

/** One request on its way through the configuration. */
interface Visit {
  readonly p: Process;
  readonly request: Incoming;
  readonly number: number;
  readonly port: number;
  readonly site: Site;
  readonly path: string;
}

export class Server {
  readonly p: Process;
  readonly version: string;
  setup: Setup;
  private connections = 0;
  private direct = { access: false, error: false };

  constructor(p: Process, version: string, setup: Setup) {
    this.p = p;
    this.version = version;
    this.setup = setup;
    this.reopen();
  }

  *answer(request: Incoming, port: number, p: Process): Running<Answer> {
    const number = ++this.connections;
    const host = (request.headers['host'] ?? '').replace(/:\d+$/, '');
    const site = siteFor(this.setup, port, host);
    const path = cleanPath(request.path);
    let answer = path === undefined || !site ? this.error(400) : yield* this.serve({ p, request, number, port, site, path });
    const length = byteLength(answer.body ?? '');
    answer = { ...answer, headers: this.headers(request, answer, length, p) };
    const quiet = path !== undefined && site && args(locationFor(site.block, path)?.block ?? site.block, 'access_log')?.[0] === 'off';
    if (quiet) return answer;
    const field = (name: string): string => `"${request.headers[name] ?? '-'}"`;
    const said = `"${request.method} ${request.path} ${request.version}" ${answer.status} ${request.method === 'HEAD' ? 0 : length}`;
    this.log('access', `${request.peer} - - [${logDate(p.date)}] ${said} ${field('referer')} ${field('user-agent')} ${field('x-forwarded-for')}\n`);
    return answer;
  }

  /** Opens the log files anew: where they lead to a standard stream, lines go there. */
  reopen(): void {
    const { files } = this.p;
    const target = (which: string): string | undefined => files.stat(`/var/log/nginx/${which}.log`, false)?.target;
    this.direct = { access: target('access') === '/dev/stdout', error: target('error') === '/dev/stderr' };
  }

  log(which: 'access' | 'error', line: string): void {
    if (this.direct[which]) return which === 'access' ? this.p.write(line) : this.p.warn(line);
    try {
      this.p.files.append(`/var/log/nginx/${which}.log`, line);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }

  notice(level: string, text: string, pid = this.p.pid): void {
    this.notices(level, [text], pid);
  }

  /** Several lines of the error log at once. */
  notices(level: string, texts: readonly string[], pid = this.p.pid): void {
    const head = noticeHead(this.p, level, pid);
    this.log('error', once(texts.map((text) => `${head}${text}\n`).join('')));
  }

  /** In nginx' own order. */
  private headers(request: Incoming, answer: Answer, length: number, p: Process): Readonly<Record<string, string>> {
    const { 'Content-Type': type, 'Last-Modified': modified, Location, ...others } = answer.headers ?? {};
    const bare = answer.status === 204 || answer.status === 304;
    const keep = request.version === 'HTTP/1.1' && request.headers['connection']?.toLowerCase() !== 'close';
    return {
      Server: `nginx/${this.version}`, Date: httpDate(p.date), ...(type && !bare && { 'Content-Type': type }),
      ...(!bare && !answer.chunks && { 'Content-Length': String(length) }), ...(modified && { 'Last-Modified': modified }), ...(Location && { Location }),
      Connection: keep ? 'keep-alive' : 'close', ...others,
    };
  }

  private error(status: number, extra: Readonly<Record<string, string>> = {}): Answer {
    const title = `${status} ${REASONS[status] ?? ''}`;
    const head = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n`;
    return { status, headers: { ...HTML, ...extra }, body: `${head}<hr><center>nginx/${this.version}</center>\r\n</body>\r\n</html>\r\n` };
  }

  private *serve(visit: Visit, depth = 0): Running<Answer> {
    const { site, path, number } = visit;
    const location = locationFor(site.block, path);
    const block = location?.block;
    const scope = [block ?? [], site.block, this.setup.http];
    const get = (name: string): readonly string[] | undefined => scope.map((b) => args(b, name)).find((found) => found !== undefined);
    const rewritten = depth < 10 ? this.rewritten(visit, [...all(site.block, 'rewrite'), ...all(block, 'rewrite')]) : this.error(500);
    if ('status' in rewritten) return rewritten;
    if (rewritten.again) return yield* this.serve(rewritten.visit, depth + 1);
    const said = args(block, 'return') ?? args(site.block, 'return');
    let answer: Answer;
    if (said) answer = this.returned(visit, said, get('default_type')?.[0] ?? PLAIN);
    else if (args(block, 'stub_status')) answer = { status: 200, headers: { 'Content-Type': 'text/plain' }, body: stub(number) };
    else if (args(block, 'deny')?.[0] === 'all') answer = this.error(403);
    else if (args(block, 'proxy_pass')) answer = yield* this.pass(rewritten.visit, location!, rewritten.visit !== visit);
    else answer = this.file(rewritten.visit, location, get);
    const page = answer.status >= 400 && depth === 0 ? errorPage(scope, answer.status) : undefined;
    if (page) {
      const inner = yield* this.serve({ ...visit, path: page, request: { ...visit.request, method: 'GET' } }, 1);
      if (inner.status < 400) answer = { ...inner, status: answer.status };
    }
    if (answer.status >= 400) return answer;
    const added = scope.map((b) => all(b, 'add_header')).find((list) => list.length > 0) ?? [];
    return { ...answer, headers: { ...answer.headers, ...Object.fromEntries(added.map((d) => [d.args[0]!, this.filled(visit, d.args[1] ?? '')])) } };
  }

  /** What the first rewrite that matches makes of a request; `again`: its location is to be looked for anew. */
  private rewritten(visit: Visit, rules: readonly Directive[]): Answer | { readonly visit: Visit; readonly again: boolean } {
    for (const { args: [pattern = '', to = '', how = ''] } of rules) {
      const found = new RegExp(pattern).exec(visit.path);
      if (!found) continue;
      const path = this.filled(visit, to.replace(/\$(\d)/g, (_, n: string) => found[Number(n)] ?? ''));
      if (how === 'permanent' || how === 'redirect' || /^https?:/.test(path)) return this.error(how === 'permanent' ? 301 : 302, { Location: path });
      return { visit: { ...visit, path, request: { ...visit.request, path } }, again: how !== 'break' && path !== visit.path };
    }
    return { visit, again: false };
  }

  /** A text with its variables replaced. */
  private filled({ request, port, path, p }: Visit, text: string): string {
    if (!text.includes('$')) return text;
    const host = request.headers['host'] ?? '';
    const query = request.path.includes('?') ? request.path.slice(request.path.indexOf('?') + 1) : '';
    const known: Readonly<Record<string, string>> = {
      host: host.replace(/:\d+$/, ''), hostname: p.machine.hostname, remote_addr: request.peer, request_uri: request.path, uri: path, document_uri: path,
      scheme: 'http', args: query, query_string: query, is_args: query && '?', request_method: request.method, server_protocol: request.version,
      server_port: String(port), server_addr: p.machine.net.addresses[0] ?? '127.0.0.1', nginx_version: this.version, time_local: logDate(p.date),
      proxy_add_x_forwarded_for: [request.headers['x-forwarded-for'], request.peer].filter(Boolean).join(', '),
    };
    return text.replace(/\$\{?(\w+)\}?/g, (_, name: string) => {
      if (name.startsWith('http_')) return request.headers[name.slice(5).replaceAll('_', '-')] ?? '';
      if (name.startsWith('arg_')) return new RegExp(`(?:^|&)${name.slice(4)}=([^&]*)`).exec(query)?.[1] ?? '';
      return known[name] ?? '';
    });
  }

  private returned(visit: Visit, [code = '200', text = '']: readonly string[], type: string): Answer {
    if (!/^\d+$/.test(code)) return this.error(302, { Location: this.filled(visit, code) });
    const status = Number(code);
    if (status >= 300 && status < 400 && text) return this.error(status, { Location: this.filled(visit, text) });
    if (text === '' && status >= 300) return this.error(status);
    return { status, headers: { 'Content-Type': type }, body: this.filled(visit, text) };
  }

  private *pass(visit: Visit, location: Directive, changed: boolean): Running<Answer> {
    const { request, number, p } = visit;
    const asked = args(location.block, 'proxy_pass')![0]!;
    const target = targetOf(this.filled(visit, asked));
    if (!target) return this.error(500);
    const { scheme, host } = target;
    const servers = this.setup.upstreams.get(host);
    const prefix = location.args.length === 1 ? location.args[0]! : '';
    const path = target.path === undefined || changed || asked.includes('$') ? request.path : target.path + request.path.slice(prefix.length);
    const headers: Record<string, string> = { host, connection: 'close' };
    for (const d of all(location.block, 'proxy_set_header')) headers[d.args[0]!.toLowerCase()] = this.filled(visit, d.args[1] ?? '').replace('$proxy_host', host);
    const url = `${scheme}${servers?.[number % servers.length] ?? host}${path}`;
    const { method, body } = request;
    try {
      const reply = yield* p.fetch({ method, url, headers: { ...request.headers, ...headers }, ...(body && { body }), timeout: 60_000, insecure: true });
      const { connection: _, 'content-length': __, server: ___, date: ____, 'content-type': type, ...kept } = reply.headers;
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
      return { status: reply.status, reason: reply.reason, headers: { ...(type && { 'Content-Type': type }), ...kept }, body: text };
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const timedOut = error.code === 'ETIMEDOUT';
      const unknown = error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN';
      const connecting = 'while connecting to upstream';
      const failed = timedOut ? 'upstream timed out (110: Operation timed out)' : 'connect() failed (111: Connection refused)';
      const why = unknown ? `${host} could not be resolved` : `${failed} ${connecting}`;
      this.notice('error', `*${number} ${why}, ${about(visit, '')}`.replace(/, host: /, `, upstream: "${url}", host: `));
      return this.error(timedOut ? 504 : 502);
    }
  }

  private file(visit: Visit, location: Directive | undefined, get: (name: string) => readonly string[] | undefined): Answer {
    const { request, path, number, p } = visit;
    const { files } = p;
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.error(405);
    const alias = args(location?.block, 'alias')?.[0];
    const root = get('root')?.[0] ?? 'html';
    const prefix = location?.args.length === 1 ? location.args[0]! : '';
    const place = (of: string): string => (alias !== undefined ? alias + of.slice(prefix.length) : (root.startsWith('/') ? root : `/etc/nginx/${root}`) + of);
    const failed = (status: number, what: string): Answer => {
      this.notice('error', `*${number} ${what}, ${about(visit, get('server_name')?.[0] ?? '')}`, p.pid);
      return this.error(status);
    };
    let asked = path;
    const tries = args(location?.block, 'try_files');
    if (tries) {
      const hit = tries.slice(0, -1).map((t) => t.replace('$uri', path)).find((t) => files.stat(place(t))?.type === (t.endsWith('/') ? 'directory' : 'file'));
      const last = tries.at(-1)!;
      if (hit === undefined && last.startsWith('=')) return this.error(Number(last.slice(1)));
      asked = hit ?? last.replace('$uri', path);
    }
    let at = place(asked);
    let stat = files.stat(at.replace(/(.)\/$/, '$1'));
    if (stat?.type === 'directory') {
      if (!asked.endsWith('/')) return this.error(301, { Location: `http://${request.headers['host'] ?? 'localhost'}${asked}/` });
      const index = (get('index') ?? ['index.html']).find((name) => files.stat(at + name)?.type === 'file');
      if (index === undefined) return get('autoindex')?.[0] === 'on' ? listing(asked, files.list(at)) : failed(403, `directory index of "${at}" is forbidden`);
      at += index;
      stat = files.stat(at);
    }
    if (stat?.type !== 'file') return failed(404, `open() "${at}" failed (2: No such file or directory)`);
    let body: string;
    try {
      body = files.read(at);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return failed(403, `open() "${at}" failed (13: Permission denied)`);
    }
    const modified = p.date - p.now + stat.modified;
    const ETag = `"${Math.floor(modified / 1000).toString(16)}-${stat.size.toString(16)}"`;
    const headers = { 'Content-Type': typeOf(at, get('default_type')?.[0] ?? PLAIN), 'Last-Modified': httpDate(modified), ETag, 'Accept-Ranges': 'bytes' };
    if (request.headers['if-none-match'] === ETag) return { status: 304, headers };
    return { status: 200, headers, body };
  }
}

/** The beginning of a line of the error log. */
export function noticeHead(p: Process, level: string, pid = p.pid): string {
  const c = civil(p.date);
  return `${c.year}/${digits(c.month)}/${digits(c.day)} ${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)} [${level}] ${pid}#${pid}: `;
}

const about = ({ request }: Visit, server: string): string =>
  `client: ${request.peer}, server: ${server}, request: "${request.method} ${request.path} ${request.version}", host: "${request.headers['host'] ?? ''}"`;

const stub = (n: number): string => `Active connections: 1 \nserver accepts handled requests\n ${n} ${n} ${n} \nReading: 0 Writing: 1 Waiting: 0 \n`;

function errorPage(scope: readonly (readonly Directive[])[], status: number): string | undefined {
  for (const block of scope) for (const d of all(block, 'error_page')) if (d.args.slice(0, -1).includes(String(status))) return d.args.at(-1);
  return undefined;
}

function listing(path: string, names: readonly string[]): Answer {
  const rows = names.map((name) => `<a href="${name}">${name}</a>\r\n`).join('');
  const head = `<html>\r\n<head><title>Index of ${path}</title></head>\r\n<body>\r\n<h1>Index of ${path}</h1>`;
  return { status: 200, headers: HTML, body: `${head}<hr><pre><a href="../">../</a>\r\n${rows}</pre><hr></body>\r\n</html>\r\n` };
}
