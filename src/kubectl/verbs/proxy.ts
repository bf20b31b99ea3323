/**
 * kubectl proxy: the API server on a local port, with the user's credentials.
 * Stands for k8s.io/kubectl/pkg/cmd/proxy and pkg/proxy.
 * Unlike Kubernetes: a watch through it is answered when it ends; no upgraded connections, no unix sockets, no indexes of folders.
 */
import { FileError } from '../../machine/files.ts';
import { serveHttp, type Answer, type Incoming } from '../../machine/http.ts';
import { NetError, type Connection, type Listener } from '../../machine/network.ts';
import type { Process, Running } from '../../machine/process.ts';
import { Client } from '../client.ts';
import type { Kubectl, Verb } from '../command.ts';
import { klog } from '../discovery.ts';
import { CliError, RequestError } from '../errors.ts';
import { flags } from '../flags.ts';
import { json } from '../go.ts';
import { goFileError } from '../kubeconfig.ts';

const plain = (status: number, body: string): Answer => ({ status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' }, body });
const NOT_FOUND = plain(404, '404 page not found\n');

/** Regular expressions with commas between them. Throws CliError. */
function patterns(text: string): readonly RegExp[] {
  return text === '' ? [] : text.split(',').map((part) => {
    try {
      return new RegExp(part);
    } catch {
      throw new CliError(`Error compiling re: error parsing regexp: ${part}`);
    }
  });
}

interface Rules {
  readonly rejectPaths: readonly RegExp[];
  readonly rejectMethods: readonly RegExp[];
  readonly acceptPaths: readonly RegExp[];
  readonly acceptHosts: readonly RegExp[];
}

const some = (list: readonly RegExp[], text: string): boolean => list.some((one) => one.test(text));

function allowed({ rejectPaths, rejectMethods, acceptPaths, acceptHosts }: Rules, request: Incoming): boolean {
  const path = request.path.replace(/\?.*/, '');
  const host = (request.headers['host'] ?? '').replace(/:\d+$/, '').replace(/^(\[.*\])$/, '$1');
  return !some(rejectPaths, path) && !some(rejectMethods, request.method) && some(acceptPaths, path) && some(acceptHosts, host);
}

const TYPES: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', json: 'application/json', png: 'image/png', svg: 'image/svg+xml', txt: 'text/plain; charset=utf-8' };

/** A file below --www. */
function staticFile(p: Process, folder: string, path: string): Answer {
  const clean = decodeURIComponent(path.replace(/\?.*/, '')).split('/').filter((part) => part !== '' && part !== '.' && part !== '..').join('/');
  try {
    let file = `${folder}/${clean}`;
    if (p.files.stat(file)?.type === 'directory') file += '/index.html';
    return { status: 200, headers: { 'Content-Type': TYPES[/\.(\w+)$/.exec(file)?.[1] ?? ''] ?? 'text/plain; charset=utf-8' }, body: p.files.read(file) };
  } catch (error) {
    if (error instanceof FileError) return NOT_FOUND;
    throw error;
  }
}

const HOP = ['host', 'connection', 'content-length', 'transfer-encoding', 'authorization', 'accept-encoding'];

/** The API server's answer. */
function* forwarded(k: Kubectl, p: Process, path: string, request: Incoming): Running<Answer> {
  const client = new Client(p, () => k.client.target);
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP.includes(name)));
  try {
    const reply = yield* client.reply({
      method: request.method as 'GET', path, headers, accept: request.headers['accept'] ?? '*/*',
      ...(request.body !== '' && { body: request.body, type: request.headers['content-type'] ?? 'application/json' }),
    });
    let body = reply.body === undefined || reply.body === null ? '' : typeof reply.body === 'string' ? reply.body : `${json(reply.body, '', { ordered: true })}\n`;
    if (reply.stream) {
      const stop = reply.stream.listen(p);
      try {
        for (;;) {
          for (let item = reply.stream.take(); item !== undefined; item = reply.stream.take()) body += typeof item === 'string' ? item : `${json(item, '', { ordered: true })}\n`;
          if (reply.stream.ended) break;
          yield;
        }
      } finally {
        stop();
        reply.stream.close();
      }
    }
    const kept = Object.fromEntries(Object.entries(reply.headers).filter(([name]) => !HOP.includes(name)));
    return { status: reply.status, reason: reply.reason, headers: kept, body };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    klog(p, 'E', 'proxy_server.go:149', `"Unhandled Error" err="Error while proxying request: ${error.why}"`);
    return plain(500, `${error.why}\n`);
  }
}

export const proxy: Verb = {
  name: 'proxy',
  use: '[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]',
  flags: flags("w www=''", "P www-prefix='/static/'", "api-prefix='/'", "accept-paths='^.*'", "reject-paths='^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach'", "accept-hosts='^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$'", "reject-methods='^$'",
    'p port=8001', "address='127.0.0.1'", 'disable-filter=false', "u unix-socket=''", 'keepalive=0s', 'append-server-path=false'),
  complete: 'none',
  *run(k) {
    const { flags: f, p } = k;
    void k.client.target;
    const slashed = (text: string): string => (text.endsWith('/') ? text : `${text}/`);
    const wwwPrefix = slashed(f.text('www-prefix'));
    const apiPrefix = slashed(f.text('api-prefix'));
    const folder = f.text('www');
    const open = f.on('disable-filter');
    if (open) klog(p, 'W', 'proxy.go:177', 'Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious');
    const rules: Rules = { rejectPaths: patterns(f.text('reject-paths')), rejectMethods: patterns(f.text('reject-methods')), acceptPaths: patterns(f.text('accept-paths')), acceptHosts: patterns(f.text('accept-hosts')) };
    if (f.text('unix-socket')) throw new CliError(f.number('port') !== 8001 ? 'cannot set --unix-socket and --port at the same time' : '--unix-socket is not supported here yet');
    if (folder) {
      const stat = p.files.stat(folder);
      if (!stat) klog(p, 'W', 'proxy.go:200', `Failed to stat static file directory ${folder}: ${goFileError(new FileError('ENOENT', folder), 'stat', folder).message}`);
      else if (stat.type !== 'directory') klog(p, 'W', 'proxy.go:202', `Static file directory ${folder} is not a directory`);
    }
    const answer = (child: Process, request: Incoming): Running<Answer> | Answer => {
      if (folder && request.path.startsWith(wwwPrefix) && wwwPrefix.length >= apiPrefix.length) return staticFile(child, folder, request.path.slice(wwwPrefix.length));
      if (!request.path.startsWith(apiPrefix)) return NOT_FOUND;
      if (!open && !allowed(rules, request)) return plain(403, 'Forbidden\n');
      const rest = apiPrefix.startsWith('/api') ? request.path : request.path.slice(apiPrefix.length);
      return forwarded(k, child, rest.startsWith('/') ? rest : `/${rest}`, request);
    };
    yield* serve(k, answer);
  },
};

/** Listens until the process is ended; each connection has a process of its own. Throws CliError when the port is taken. */
function* serve(k: Kubectl, answer: (p: Process, request: Incoming) => Running<Answer> | Answer): Running<void> {
  const { p } = k;
  const address = k.flags.text('address');
  const port = k.flags.number('port');
  let listener: Listener & { listen?(who: Process): () => void };
  try {
    listener = p.listen(port, address);
  } catch (error) {
    if (error instanceof NetError) throw new CliError(`listen tcp ${address}:${port}: bind: address already in use`);
    throw error;
  }
  const stop = listener.listen?.(p);
  k.out(`Starting to serve on ${address}:${listener.port}\n`);
  try {
    for (;;) {
      for (let connection = listener.poll(); connection; connection = listener.poll()) {
        const taken: Connection = connection;
        p.spawn(function* (child) {
          yield* serveHttp(child, taken, (request) => answer(child, request));
          return 0;
        }, p.args);
      }
      yield;
    }
  } finally {
    stop?.();
    listener.close();
  }
}
