/**
 * The nginx program: master and workers, signals, logs, and how it answers a request by its configuration.
 * Unlike nginx: connections are handled by short-lived processes; `rewrite`, `set` and `if` are read but refuse to start.
 */
import { byteLength } from '../machine/bytes.ts';
import { FileError } from '../machine/files.ts';
import type { Answer, Incoming } from '../machine/http.ts';
import { NetError, type Listener } from '../machine/network.ts';
import type { Process, Program, Running } from '../machine/process.ts';
import { civil, digits } from '../sim/date.ts';
import { acceptAll, answerAtOnce, cleanPath, httpDate, logDate, typeOf, wakeOn } from './http-server.ts';
import { all, args, NginxError, readConfig, type Directive } from './nginx-config.ts';

const REASONS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently', 302: 'Found', 303: 'See Other', 307: 'Temporary Redirect', 308: 'Permanent Redirect', 400: 'Bad Request', 401: 'Authorization Required', 403: 'Forbidden',
  404: 'Not Found', 405: 'Not Allowed', 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out',
};

interface Site {
  readonly ports: readonly number[];
  readonly names: readonly string[];
  readonly fallback: boolean;
  readonly block: readonly Directive[];
}

interface Setup {
  readonly sites: readonly Site[];
  readonly http: readonly Directive[];
}

/** What the configuration says, checked. Throws NginxError. */
function setupOf(p: Process, path: string): Setup {
  const top = readConfig(p.files, path);
  if (!top.some((d) => d.name === 'events')) throw new NginxError('no "events" section in configuration');
  const http = top.find((d) => d.name === 'http')?.block ?? [];
  const refuse = (block: readonly Directive[]): void => {
    for (const d of block) {
      if (d.name === 'rewrite' || d.name === 'set' || d.name === 'if') throw new NginxError(`"${d.name}" is not supported here yet in ${d.file}:${d.line}`);
      if (d.block) refuse(d.block);
    }
  };
  refuse(http);
  const sites = all(http, 'server').map(({ block = [] }): Site => {
    const listens = all(block, 'listen');
    const ports = listens.map((d) => Number(/(?:^|:)(\d+)$/.exec(d.args[0] ?? '')?.[1] ?? 80));
    return {
      ports: ports.length ? [...new Set(ports)] : [80],
      names: all(block, 'server_name').flatMap((d) => d.args),
      fallback: listens.some((d) => d.args.includes('default_server')),
      block,
    };
  });
  return { sites, http };
}

function siteFor(setup: Setup, port: number, host: string): Site | undefined {
  const here = setup.sites.filter((s) => s.ports.includes(port));
  return here.find((s) => s.names.some((n) => n === host || (n.startsWith('*.') && host.endsWith(n.slice(1))))) ?? here.find((s) => s.fallback) ?? here[0];
}

function locationFor(block: readonly Directive[], path: string): Directive | undefined {
  let best: Directive | undefined;
  let length = -1;
  const locations = all(block, 'location');
  for (const l of locations) {
    const [a = '', b = ''] = l.args;
    if (a === '=' && b === path) return l;
    const prefix = a === '^~' ? b : l.args.length === 1 ? a : undefined;
    if (prefix !== undefined && path.startsWith(prefix) && prefix.length > length) [best, length] = [l, prefix.length];
  }
  if (best?.args[0] === '^~') return best;
  for (const l of locations) {
    const [a = '', b = ''] = l.args;
    if ((a === '~' || a === '~*') && new RegExp(b, a === '~*' ? 'i' : '').test(path)) return l;
  }
  return best;
}

let latest = '';

/** Servers that start in the same second say the same: one string serves them all. */
const once = (text: string): string => (text === latest ? latest : (latest = text));

class Server {
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

  page(status: number): string {
    const title = `${status} ${REASONS[status] ?? ''}`;
    return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${this.version}</center>\r\n</body>\r\n</html>\r\n`;
  }

  *answer(request: Incoming, port: number, p: Process): Running<Answer> {
    const number = ++this.connections;
    const host = (request.headers['host'] ?? '').replace(/:\d+$/, '');
    const site = siteFor(this.setup, port, host);
    const path = cleanPath(request.path);
    let answer = path === undefined || !site ? this.error(400) : yield* this.serve(request, path, site, p, number);
    const length = byteLength(answer.body ?? '');
    answer = { ...answer, headers: this.headers(request, answer, length, p) };
    if (path !== undefined && site && args(locationFor(site.block, path)?.block ?? site.block, 'access_log')?.[0] === 'off') return answer;
    const sent = request.method === 'HEAD' ? 0 : length;
    const quote = (name: string): string => request.headers[name] ?? '-';
    this.log('access', `${request.peer} - - [${logDate(p.date)}] "${request.method} ${request.path} ${request.version}" ${answer.status} ${sent} "${quote('referer')}" "${quote('user-agent')}" "${quote('x-forwarded-for')}"\n`);
    return answer;
  }

  /** In nginx' own order. */
  private headers(request: Incoming, answer: Answer, length: number, p: Process): Readonly<Record<string, string>> {
    const { 'Content-Type': type, 'Last-Modified': modified, Location, ...others } = answer.headers ?? {};
    const bare = answer.status === 204 || answer.status === 304;
    const keep = request.version === 'HTTP/1.1' && request.headers['connection']?.toLowerCase() !== 'close';
    return {
      Server: `nginx/${this.version}`, Date: httpDate(p.date), ...(type && !bare && { 'Content-Type': type }), ...(!bare && !answer.chunks && { 'Content-Length': String(length) }),
      ...(modified && { 'Last-Modified': modified }), ...(Location && { Location }), Connection: keep ? 'keep-alive' : 'close', ...others,
    };
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
    const c = civil(this.p.date);
    const head = `${c.year}/${digits(c.month)}/${digits(c.day)} ${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)} [${level}] ${pid}#${pid}: `;
    this.log('error', once(texts.map((text) => `${head}${text}\n`).join('')));
  }

  private error(status: number, extra: Readonly<Record<string, string>> = {}): Answer {
    return { status, headers: { 'Content-Type': 'text/html', ...extra }, body: this.page(status) };
  }

  private *serve(request: Incoming, path: string, site: Site, p: Process, number: number, depth = 0): Running<Answer> {
    const location = locationFor(site.block, path);
    const scope = [location?.block ?? [], site.block, this.setup.http];
    const get = (name: string): readonly string[] | undefined => scope.map((b) => args(b, name)).find((a) => a !== undefined);
    const headers: Record<string, string> = {};
    for (const d of scope.map((b) => all(b, 'add_header')).find((list) => list.length > 0) ?? []) headers[d.args[0]!] = d.args[1] ?? '';
    const said = args(location?.block, 'return') ?? args(site.block, 'return');
    let answer: Answer;
    if (said) answer = this.returned(said, request, get('default_type')?.[0] ?? 'application/octet-stream');
    else if (args(location?.block, 'stub_status')) answer = { status: 200, headers: { 'Content-Type': 'text/plain' }, body: `Active connections: 1 \nserver accepts handled requests\n ${number} ${number} ${number} \nReading: 0 Writing: 1 Waiting: 0 \n` };
    else if (args(location?.block, 'deny')?.[0] === 'all') answer = this.error(403);
    else if (args(location?.block, 'proxy_pass')) answer = yield* this.pass(args(location?.block, 'proxy_pass')![0]!, location!, request, p, number);
    else answer = this.file(request, path, location, get, p, number);
    const page = answer.status >= 400 ? this.errorPage(scope, answer.status) : undefined;
    if (page && depth === 0) {
      const inner = yield* this.serve({ ...request, method: 'GET' }, page, site, p, number, 1);
      if (inner.status < 400) answer = { ...inner, status: answer.status };
    }
    return { ...answer, headers: { ...answer.headers, ...(answer.status < 400 ? headers : {}) } };
  }

  private errorPage(scope: readonly (readonly Directive[])[], status: number): string | undefined {
    for (const block of scope) for (const d of all(block, 'error_page')) if (d.args.slice(0, -1).includes(String(status))) return d.args.at(-1);
    return undefined;
  }

  private returned(said: readonly string[], request: Incoming, type: string): Answer {
    const [code = '200', text = ''] = said;
    const fill = (t: string): string => t.replace(/\$(\w+)/g, (_, name: string) => ({ host: request.headers['host'] ?? '', hostname: this.p.machine.hostname, remote_addr: request.peer, request_uri: request.path, uri: request.path.replace(/\?.*/, ''), scheme: 'http' })[name] ?? '');
    if (!/^\d+$/.test(code)) return { ...this.error(302), headers: { 'Content-Type': 'text/html', Location: fill(code) } };
    const status = Number(code);
    if (status >= 300 && status < 400 && text) return { ...this.error(status), headers: { 'Content-Type': 'text/html', Location: fill(text) } };
    if (text === '' && status >= 300) return this.error(status);
    return { status, headers: { 'Content-Type': type }, body: fill(text) };
  }

  private *pass(target: string, location: Directive, request: Incoming, p: Process, number: number): Running<Answer> {
    const m = /^(https?:\/\/)([^/]+)(\/.*)?$/.exec(target);
    if (!m) return this.error(500);
    const upstream = all(this.setup.http, 'upstream').find((u) => u.args[0] === m[2]);
    const servers = all(upstream?.block, 'server').map((d) => d.args[0]!);
    const host = servers.length ? servers[number % servers.length]! : m[2]!;
    const prefix = location.args.length === 1 ? location.args[0]! : '';
    const path = m[3] === undefined ? request.path : m[3] + request.path.slice(prefix.length);
    const headers: Record<string, string> = { host: m[2]!, connection: 'close' };
    for (const d of all(location.block, 'proxy_set_header')) headers[d.args[0]!.toLowerCase()] = (d.args[1] ?? '').replace(/\$(\w+)/g, (_, name: string) => ({ host: request.headers['host'] ?? '', remote_addr: request.peer, scheme: 'http', proxy_add_x_forwarded_for: request.peer, http_host: request.headers['host'] ?? '' })[name] ?? '');
    try {
      const reply = yield* p.fetch({ method: request.method, url: `${m[1]}${host}${path}`, headers: { ...request.headers, ...headers }, ...(request.body && { body: request.body }), timeout: 60_000, insecure: true });
      const { connection: _, 'content-length': __, server: ___, date: ____, ...kept } = reply.headers;
      return { status: reply.status, reason: reply.reason, headers: kept, body: typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body) };
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const timedOut = error.code === 'ETIMEDOUT';
      const why = error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN' ? `${m[2]} could not be resolved` : timedOut ? 'upstream timed out (110: Operation timed out) while connecting to upstream' : 'connect() failed (111: Connection refused) while connecting to upstream';
      this.notice('error', `*${number} ${why}, client: ${request.peer}, server: , request: "${request.method} ${request.path} ${request.version}", upstream: "${target}", host: "${request.headers['host'] ?? ''}"`);
      return this.error(timedOut ? 504 : 502);
    }
  }

  private file(request: Incoming, path: string, location: Directive | undefined, get: (name: string) => readonly string[] | undefined, p: Process, number: number): Answer {
    const { files } = p;
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.error(405);
    const alias = args(location?.block, 'alias')?.[0];
    const root = get('root')?.[0] ?? '/etc/nginx/html';
    const prefix = location?.args.length === 1 ? location.args[0]! : '';
    const place = (of: string): string => (alias !== undefined ? alias + of.slice(prefix.length) : (root.startsWith('/') ? root : `/etc/nginx/${root}`) + of);
    const about = `client: ${request.peer}, server: ${get('server_name')?.[0] ?? ''}, request: "${request.method} ${request.path} ${request.version}", host: "${request.headers['host'] ?? ''}"`;
    const missing = (at: string): Answer => {
      this.notice('error', `*${number} open() "${at}" failed (2: No such file or directory), ${about}`, p.pid);
      return this.error(404);
    };
    const denied = (at: string): Answer => {
      this.notice('error', `*${number} open() "${at}" failed (13: Permission denied), ${about}`, p.pid);
      return this.error(403);
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
      if (!asked.endsWith('/')) return { ...this.error(301), headers: { 'Content-Type': 'text/html', Location: `http://${request.headers['host'] ?? 'localhost'}${asked}/` } };
      const index = (get('index') ?? ['index.html']).find((name) => files.stat(at + name)?.type === 'file');
      if (index === undefined) {
        if (get('autoindex')?.[0] === 'on') return this.listing(asked, files.list(at));
        this.notice('error', `*${number} directory index of "${at}" is forbidden, ${about}`, p.pid);
        return this.error(403);
      }
      at += index;
      stat = files.stat(at);
    }
    if (stat?.type !== 'file') return missing(at);
    let body: string;
    try {
      body = files.read(at);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return denied(at);
    }
    const modified = p.date - p.now + stat.modified;
    const etag = `"${Math.floor(modified / 1000).toString(16)}-${stat.size.toString(16)}"`;
    const headers = { 'Content-Type': typeOf(at, get('default_type')?.[0] ?? 'application/octet-stream'), 'Last-Modified': httpDate(modified), ETag: etag, 'Accept-Ranges': 'bytes' };
    if (request.headers['if-none-match'] === etag) return { status: 304, headers };
    return { status: 200, headers, body };
  }

  private listing(path: string, names: readonly string[]): Answer {
    const rows = names.map((name) => `<a href="${name}">${name}</a>\r\n`).join('');
    return { status: 200, headers: { 'Content-Type': 'text/html' }, body: `<html>\r\n<head><title>Index of ${path}</title></head>\r\n<body>\r\n<h1>Index of ${path}</h1><hr><pre><a href="../">../</a>\r\n${rows}</pre><hr></body>\r\n</html>\r\n` };
  }
}

const idle: Program = function* () {
  for (;;) yield;
};

const MASTER = ['nginx: master process nginx -g daemon off;'];
const WORKER = ['nginx: worker process'];
const NO_ENV: ReadonlyMap<string, string> = new Map();

const USAGE = 'Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]\n             [-e filename] [-c filename] [-g directives]\n';

/** The program, for one version. */
export const nginx = (version: string, compiler: string): Program =>
  function* (p) {
    const words = p.args.slice(1);
    const value = (flag: string): string | undefined => (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined);
    if (words.includes('-v') || words.includes('-V')) {
      p.warn(`nginx version: nginx/${version}\n${words.includes('-V') ? `built by ${compiler}\n` : ''}`);
      return 0;
    }
    if (words.some((w) => ['-h', '-?', '--help'].includes(w))) {
      p.warn(`nginx version: nginx/${version}\n${USAGE}`);
      return 0;
    }
    const path = value('-c') ?? '/etc/nginx/nginx.conf';
    const signal = value('-s');
    if (signal !== undefined) return signalMaster(p, signal);
    let setup: Setup;
    try {
      setup = setupOf(p, path);
    } catch (error) {
      if (!(error instanceof NginxError)) throw error;
      p.warn(`nginx: [emerg] ${error.message}\n${words.includes('-t') ? `nginx: configuration file ${path} test failed\n` : ''}`);
      return 1;
    }
    if (words.includes('-t') || words.includes('-T')) {
      p.warn(`nginx: the configuration file ${path} syntax is ok\nnginx: configuration file ${path} test is successful\n`);
      return 0;
    }
    return yield* serve(p, new Server(p, version, setup), path, compiler);
  };

function signalMaster(p: Process, signal: string): number {
  const name = ({ stop: 'SIGTERM', quit: 'SIGQUIT', reload: 'SIGHUP', reopen: 'SIGUSR1' } as const)[signal];
  if (!name) {
    p.warn(`nginx: invalid option: "-s ${signal}"\n`);
    return 1;
  }
  const pid = p.files.exists('/run/nginx.pid') ? Number(p.files.read('/run/nginx.pid')) : NaN;
  const master = p.machine.processes.get(pid);
  if (!master) {
    p.warn('nginx: [error] open() "/run/nginx.pid" failed (2: No such file or directory)\n');
    return 1;
  }
  master.kill(name);
  return 0;
}

function* serve(p: Process, server: Server, path: string, compiler: string): Running<number> {
  const { machine } = p;
  let listeners = new Map<number, { listener: Listener; stop: () => void }>();
  const open = (): void => {
    const ports = new Set(server.setup.sites.flatMap((s) => s.ports));
    for (const [port, { listener, stop }] of listeners) {
      if (ports.has(port)) continue;
      stop();
      listener.close();
      listeners.delete(port);
    }
    for (const port of ports) {
      if (listeners.has(port)) continue;
      const listener = p.listen(port);
      answerAtOnce(p, listener, (request) => server.answer(request, port, p));
      listeners.set(port, { listener, stop: wakeOn(listener, p) });
    }
  };
  try {
    open();
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    server.notice('emerg', `bind() to 0.0.0.0:${error.port} failed (98: Address already in use)`);
    p.warn(`nginx: [emerg] bind() to 0.0.0.0:${error.port} failed (98: Address already in use)\n`);
    return 1;
  }
  (p as { args: readonly string[] }).args = MASTER;
  // The image's file says 1, as it is in all but a few Pods.
  if (p.pid !== 1) p.files.write('/run/nginx.pid', `${p.pid}\n`);
  const worker = WORKER;
  const count = (machine as { cpus?: number }).cpus ?? 2;
  const workers = Array.from({ length: count }, () => p.spawn(idle, worker, { env: NO_ENV }));
  server.notices('notice', [
    'using the "epoll" event method', `nginx/${server.version}`, `built by ${compiler}`, 'OS: Linux 6.1.0-41-amd64', 'getrlimit(RLIMIT_NOFILE): 1048576:1048576', 'start worker processes',
    ...workers.map((w) => `start worker process ${w.pid}`),
  ]);
  const pending: string[] = [];
  for (const [signal, number] of [['SIGTERM', 15], ['SIGINT', 2], ['SIGQUIT', 3], ['SIGHUP', 1]] as const) p.trap(signal, () => pending.push(`${number} (${signal})`));
  p.trap('SIGCHLD', 'ignore');
  for (;;) {
    const signal = pending.shift();
    if (signal?.startsWith('1 ')) {
      server.notice('notice', `signal ${signal} received, reconfiguring`);
      try {
        server.setup = setupOf(p, path);
        server.reopen();
        open();
        server.notice('notice', 'reconfiguring');
      } catch (error) {
        if (error instanceof NginxError) server.notice('emerg', error.message);
        else if (error instanceof NetError) server.notice('emerg', `bind() to 0.0.0.0:${error.port} failed (98: Address already in use)`);
        else throw error;
      }
    } else if (signal) {
      server.notice('notice', `signal ${signal} received, ${signal.startsWith('3') ? 'shutting down' : 'exiting'}`);
      for (const { listener, stop } of listeners.values()) {
        stop();
        listener.close();
      }
      listeners = new Map();
      if (signal.startsWith('3')) server.notice('notice', 'gracefully shutting down', workers[0]?.pid);
      for (const w of workers) w.kill('SIGKILL');
      for (const w of workers) server.notice('notice', `worker process ${w.pid} exited with code 0`);
      server.notice('notice', 'exit');
      return 0;
    }
    for (const [port, { listener }] of listeners) acceptAll(p, listener, (request, child) => server.answer(request, port, child), worker);
    if (pending.length === 0) yield;
  }
}
