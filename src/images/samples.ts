/**
 * Small images that Kubernetes' own pages and many tutorials use: servers that answer with what they were asked, or with who they are.
 * Unlike the real ones: plain HTTP only, the usual flags; hpa-example burns no CPU, because nothing here does.
 */
import { REASONS, type Answer, type Incoming } from '../machine/http.ts';
import type { Process, Program } from '../machine/process.ts';
import { civil, digits } from '../sim/date.ts';
import { busyboxImage } from './busybox.ts';
import { define, megabytes } from './define.ts';
import { cleanPath, serveForever } from './http-server.ts';
import { buildRoot, goProgram, type Base } from './root.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
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

const hello = (version: string): Program =>
  server(() => 8080, (p) => `${stamp(p)} Server listening on port 8080\n`, (p, request) => {
    p.write(`${stamp(p)} Serving request: ${request.path}\n`);
    return plain(`Hello, world!\nVersion: ${version}\nHostname: ${p.machine.hostname}\n`);
  });

const whoami = server((p) => Number(flag(p, 'port', p.env.get('WHOAMI_PORT_NUMBER') ?? '80')), (p) => `${stamp(p)} Starting up on port ${flag(p, 'port', p.env.get('WHOAMI_PORT_NUMBER') ?? '80')}\n`, (p, request) => {
  const { hostname, net } = p.machine;
  const lines = [`Hostname: ${hostname}`, ...['127.0.0.1', ...net.addresses].map((ip) => `IP: ${ip}`), `RemoteAddr: ${request.peer}:${40_000 + (p.now % 20_000 | 0)}`, `${request.method} ${request.path} HTTP/1.1`];
  const headers = headersOf(request).filter(([name]) => name !== 'host').map(([name, value]) => `${goName(name)}: ${value}`);
  return plain(`${[...lines, `Host: ${request.headers['host'] ?? ''}`, ...headers].join('\n')}\n\n`);
});

const echoText: Program = server((p) => Number(/\d+$/.exec(flag(p, 'listen', ':5678'))?.[0] ?? 5678), (p) => `${stamp(p)} [INFO] server is listening on ${flag(p, 'listen', ':5678')}\n`, (p) => {
  const status = Number(flag(p, 'status-code', '200'));
  return { status, headers: { 'X-App-Name': 'http-echo', 'X-App-Version': '1.0.0', 'Content-Type': 'text/plain; charset=utf-8' }, body: `${flag(p, 'text', p.env.get('ECHO_TEXT') ?? 'hello-world')}\n` };
});

const echoRequest = (port: number): Program =>
  server(() => port, () => '', (p, request) => {
    const headers = headersOf(request).map(([name, value]) => `\t${name}=${value}`);
    return plain(`\n\nHostname: ${p.machine.hostname}\n\nPod Information:\n\t-no pod information available-\n\nServer values:\n\tserver_version=nginx: 1.13.3 - lua: 10008\n\nRequest Information:\n\tclient_address=${request.peer}\n\tmethod=${request.method}\n\treal path=${request.path}\n\tquery=${request.path.split('?')[1] ?? ''}\n\trequest_version=1.1\n\trequest_scheme=http\n\trequest_uri=http://${request.headers['host'] ?? ''}:${port}${request.path}\n\nRequest Headers:\n${headers.join('\n')}\n\nRequest Body:\n\t${request.body || '-no body in request-'}\n\n`);
  });

const helloPage = (text: boolean): Program =>
  server(() => 80, () => '', (p, request) => {
    const rows = [['Server address', `${p.machine.net.addresses[0] ?? '127.0.0.1'}:80`], ['Server name', p.machine.hostname], ['Date', stamp(p)], ['URI', request.path]] as const;
    return text ? plain(`${rows.map(([name, value]) => `${name}: ${value}`).join('\n')}\nRequest ID: ${p.random.hex(32)}\n`) : { status: 200, headers: { 'Content-Type': 'text/html' }, body: `<!DOCTYPE html>\n<html>\n<head>\n<title>Hello World</title>\n</head>\n<body>\n${rows.map(([name, value]) => `<p><span>${name}:</span> <span>${value}</span></p>`).join('\n')}\n</body>\n</html>\n` };
  });

const apache = server(() => 80, (p) => `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${p.machine.net.addresses[0] ?? '127.0.0.1'}. Set the 'ServerName' directive globally to suppress this message\n`, (_, request) => {
  const known = ['/', '/index.php'].includes(cleanPath(request.path) ?? '');
  return { status: known ? 200 : 404, headers: { Server: 'Apache/2.4.10 (Debian)', 'Content-Type': 'text/html; charset=UTF-8' }, body: known ? 'OK!' : `${REASONS[404]}\n` };
});

/** One image with one program. `arguments` begins the command when there is no entrypoint. */
function sample(name: string, tags: RegExp, mb: number, path: string, program: (tag: string) => Program, base: Base = 'scratch'): ReturnType<typeof define> {
  return define(name, (tag) =>
    tags.test(tag) ? { key: tag, size: megabytes(mb, name + tag), entrypoint: [path], env: { PATH }, build: () => buildRoot({ base, build: (files) => files.install(path, program(tag)) }) } : undefined);
}

/** Another name of busybox's content. */
const alias = (name: string): ReturnType<typeof define> => ({ name, tag: (tag) => busyboxImage.tag(tag.replace(/-\d+$/, '')), digest: (tag) => busyboxImage.digest(tag.replace(/-\d+$/, '')) });

const TOOLS = ['curl', 'wget', 'ps', 'ip', 'ss', 'netstat', 'ping', 'traceroute', 'nc', 'nslookup', 'dig', 'host', 'less', 'vi', 'vim'];

/** All of this file. */
export const sampleImages: readonly ReturnType<typeof define>[] = [
  ...['gcr.io/google-samples/hello-app', 'us-docker.pkg.dev/google-samples/containers/gke/hello-app'].map((name) => sample(name, /^[12]\.0$/, 11.5, '/hello-app', (tag) => hello(`${tag}.0`))),
  sample('docker.io/traefik/whoami', /^(latest|v1\.\d+(\.\d+)?)$/, 2.8, '/whoami', () => whoami),
  sample('docker.io/hashicorp/http-echo', /^(latest|\d+(\.\d+){0,2})$/, 3.2, '/http-echo', () => echoText),
  ...['registry.k8s.io/echoserver', 'k8s.gcr.io/echoserver', 'gcr.io/google_containers/echoserver'].map((name) => sample(name, /^1\.(4|[89]|10)$/, 43, '/usr/local/bin/run.sh', () => echoRequest(8080), 'debian')),
  sample('docker.io/nginxdemos/hello', /^(latest|0\.\d|plain-text)$/, 17, '/usr/sbin/nginx', (tag) => helloPage(tag === 'plain-text'), 'alpine'),
  sample('registry.k8s.io/hpa-example', /^latest$/, 165, '/usr/local/bin/apache2-foreground', () => apache, 'debian'),
  ...['registry.k8s.io/busybox', 'registry.k8s.io/e2e-test-images/busybox', 'k8s.gcr.io/busybox', 'gcr.io/google_containers/busybox'].map(alias),
  define('registry.k8s.io/e2e-test-images/jessie-dnsutils', (tag) => (/^1\.\d$/.test(tag) ? { key: tag, size: megabytes(112, 'dnsutils'), cmd: ['sleep', 'infinity'], env: { PATH }, build: () => buildRoot({ base: 'debian', with: TOOLS }) } : undefined)),
];
