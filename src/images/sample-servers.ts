/**
 * Small servers of Kubernetes' own pages and of many tutorials: they answer with what they were asked, or with who they are.
 * Unlike the real ones: plain HTTP only, the usual flags; hpa-example burns no CPU, because nothing here does.
 */
import { REASONS, type Answer, type Incoming } from '../machine/http.ts';
import type { Process, Program } from '../machine/process.ts';
import { civil, digits } from '../sim/date.ts';
import { cleanPath, serveForever } from './http-server.ts';
import { goProgram } from './root.ts';

const plain = (body: string, status = 200): Answer => ({ status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body });

function stamp(p: Process, mark = '/'): string {
  const c = civil(p.date);
  return `${c.year}${mark}${digits(c.month)}${mark}${digits(c.day)} ${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)}`;
}

/** A server that says something first and answers each request; `port` may depend on flags and environment. */
const server = (port: (p: Process) => number, first: (p: Process) => string, answer: (p: Process, request: Incoming) => Answer): Program =>
  goProgram(function* (p) {
    const said = first(p);
    if (said) p.write(said);
    yield* serveForever(p, port(p), (request) => answer(p, request));
    return 0;
  });

/** `-name=value`, `-name value`, with one dash or two. */
function flag(p: Process, name: string, fallback: string): string {
  const at = p.args.findIndex((word) => new RegExp(`^--?${name}(=|$)`).test(word));
  return at < 0 ? fallback : p.args[at]!.includes('=') ? p.args[at]!.slice(p.args[at]!.indexOf('=') + 1) : (p.args[at + 1] ?? fallback);
}

const headersOf = (request: Incoming): readonly (readonly [string, string])[] => Object.entries(request.headers);
const goName = (name: string): string => name.replace(/(^|-)[a-z]/g, (part) => part.toUpperCase());

/** google-samples/hello-app */
export const hello = (version: string): Program =>
  server(() => 8080, (p) => `${stamp(p)} Server listening on port 8080\n`, (p, request) => {
    p.write(`${stamp(p)} Serving request: ${request.path}\n`);
    return plain(`Hello, world!\nVersion: ${version}\nHostname: ${p.machine.hostname}\n`);
  });

const whoamiPort = (p: Process): string => flag(p, 'port', p.env.get('WHOAMI_PORT_NUMBER') ?? '80');

/** traefik/whoami */
export const whoami = server((p) => Number(whoamiPort(p)), (p) => `${stamp(p)} Starting up on port ${whoamiPort(p)}\n`, (p, request) => {
  const { hostname, net } = p.machine;
  const addresses = ['127.0.0.1', ...net.addresses].map((ip) => `IP: ${ip}`);
  const lines = [`Hostname: ${hostname}`, ...addresses, `RemoteAddr: ${request.peer}:${40_000 + (p.now % 20_000 | 0)}`, `${request.method} ${request.path} HTTP/1.1`];
  const headers = headersOf(request).filter(([name]) => name !== 'host').map(([name, value]) => `${goName(name)}: ${value}`);
  return plain(`${[...lines, `Host: ${request.headers['host'] ?? ''}`, ...headers].join('\n')}\n\n`);
});

const listenOn = (p: Process): string => flag(p, 'listen', ':5678');

/** hashicorp/http-echo */
export const echoText = server((p) => Number(/\d+$/.exec(listenOn(p))?.[0] ?? 5678), (p) => `${stamp(p)} [INFO] server is listening on ${listenOn(p)}\n`, (p) => {
  const { status, headers, body } = plain(`${flag(p, 'text', p.env.get('ECHO_TEXT') ?? 'hello-world')}\n`, Number(flag(p, 'status-code', '200')));
  return { status, headers: { 'X-App-Name': 'http-echo', 'X-App-Version': '1.0.0', ...headers }, body };
});

/** echoserver: the request as text */
export const echoRequest = (port: number): Program =>
  server(() => port, () => '', (p, request) => {
    const uri = `http://${request.headers['host'] ?? ''}:${port}${request.path}`;
    const about = [
      `client_address=${request.peer}`, `method=${request.method}`, `real path=${request.path}`, `query=${request.path.split('?')[1] ?? ''}`,
      'request_version=1.1', 'request_scheme=http', `request_uri=${uri}`,
    ];
    const parts = [
      ['Pod Information', ['-no pod information available-']], ['Server values', ['server_version=nginx: 1.13.3 - lua: 10008']], ['Request Information', about],
      ['Request Headers', headersOf(request).map(([name, value]) => `${name}=${value}`)], ['Request Body', [request.body || '-no body in request-']],
    ] as const;
    return plain(`\n\nHostname: ${p.machine.hostname}\n\n${parts.map(([title, lines]) => `${title}:\n${lines.map((line) => `\t${line}\n`).join('')}\n`).join('')}`);
  });

/** nginxdemos/hello, as a page or as text */
export const helloPage = (text: boolean): Program =>
  server(() => 80, () => '', (p, request) => {
    const rows = [
      ['Server address', `${p.machine.net.addresses[0] ?? '127.0.0.1'}:80`], ['Server name', p.machine.hostname], ['Date', stamp(p)], ['URI', request.path],
    ] as const;
    if (text) return plain(`${rows.map(([name, value]) => `${name}: ${value}`).join('\n')}\nRequest ID: ${p.random.hex(32)}\n`);
    const lines = rows.map(([name, value]) => `<p><span>${name}:</span> <span>${value}</span></p>`).join('\n');
    const body = `<!DOCTYPE html>\n<html>\n<head>\n<title>Hello World</title>\n</head>\n<body>\n${lines}\n</body>\n</html>\n`;
    return { status: 200, headers: { 'Content-Type': 'text/html' }, body };
  });

const unsure = (p: Process): string =>
  `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${p.machine.net.addresses[0] ?? '127.0.0.1'}. ` +
  "Set the 'ServerName' directive globally to suppress this message\n";

/** hpa-example */
export const apache = server(() => 80, unsure, (_, request) => {
  const known = ['/', '/index.php'].includes(cleanPath(request.path) ?? '');
  const headers = { Server: 'Apache/2.4.10 (Debian)', 'Content-Type': 'text/html; charset=UTF-8' };
  return { status: known ? 200 : 404, headers, body: known ? 'OK!' : `${REASONS[404]}\n` };
});
