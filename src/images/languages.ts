/**
 * Images that people start a shell or a small command in: distributions, languages, curl.
 * Unlike the real ones: python, perl, node and their kin know --version and refuse everything else, but for the two that are in
 * every tutorial: perl's digits of pi and python's http.server.
 */
import type { Answer } from '../machine/http.ts';
import type { Process, Program } from '../machine/process.ts';
import { define, megabytes, versions } from './define.ts';
import { cleanPath, httpDate, logDate, serveForever, typeOf } from './http-server.ts';
import { buildRoot, type Base } from './root.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** An interpreter that tells its version, and says of everything else that it cannot. */
const interpreter = (name: string, version: string): Program =>
  function* (p) {
    if (p.args.length === 2 && /^(--version|-V|-v|version)$/.test(p.args[1]!)) {
      p.write(`${version}\n`);
      return 0;
    }
    if (p.args.length === 1 && (yield* p.read()) === undefined) return 0;
    p.warn(`${name}: running programs is not supported here yet\n`);
    return 1;
  };

/** The first digits of pi, by Machin's formula. */
function pi(count: number): string {
  const unit = 10n ** BigInt(count + 10);
  const arctan = (x: bigint): bigint => {
    let sum = 0n;
    let term = unit / x;
    for (let n = 1n; term !== 0n; n += 2n, term /= -x * x) sum += term / n;
    return sum;
  };
  const rounded = (4n * (4n * arctan(5n) - arctan(239n)) + 5n * 10n ** 10n) / 10n ** 11n;
  return String(rounded).replace(/^3(?=\d)/, '3.');
}

/** perl, as far as the Jobs of the tutorials need it. */
const perl = (version: string): Program =>
  function* (p) {
    const wanted = /^print bpi\((\d{1,5})\);?$/.exec(p.args.at(-1)!.trim());
    if (!p.args.includes('-Mbignum=bpi') || !wanted) return yield* interpreter('perl', version)(p);
    const count = Number(wanted[1]);
    yield* p.sleep(Math.round(300 + (count / 2000) ** 2 * 4200));
    p.write(`${pi(count)}\n`);
    return 0;
  };

/** `python3 -m http.server [PORT]`: the files of the working folder. */
const python = (version: string): Program =>
  function* (p) {
    const words = p.args.slice(1).filter((word) => word !== '-u');
    if (words[0] !== '-m' || words[1] !== 'http.server') return yield* interpreter('python', version)(p);
    const at = words.findIndex((word) => word === '-d' || word === '--directory');
    const root = p.files.resolve(at < 0 ? '.' : (words[at + 1] ?? '.')).replace(/\/$/, '');
    const port = Number(words.slice(2).find((word) => /^\d+$/.test(word)) ?? 8000);
    if (p.tty || p.args[1] === '-u' || p.env.get('PYTHONUNBUFFERED')) p.write(`Serving HTTP on 0.0.0.0 port ${port} (http://0.0.0.0:${port}/) ...\n`);
    const c = (): string => logDate(p.date).replace(':', ' ').replace(' +0000', '');
    yield* serveForever(p, port, (request) => {
      const { status, headers, body } = served(p, root, cleanPath(request.path) ?? '/');
      p.warn(`${request.peer} - - [${c()}] "${request.method} ${request.path} ${request.version}" ${status} -\n`);
      return { status, headers: { Server: `SimpleHTTP/0.6 ${version}`.replace('Python ', 'Python/'), Date: httpDate(p.date), ...headers }, body };
    });
    return 0;
  };

function served(p: Process, root: string, path: string): Answer {
  const html = { 'Content-Type': 'text/html; charset=utf-8' };
  let at = root + path;
  if (p.files.stat(at.replace(/(.)\/$/, '$1'))?.type === 'directory') {
    if (!path.endsWith('/')) return { status: 301, headers: { Location: `${path}/` } };
    if (!p.files.exists(`${at}index.html`)) {
      const title = `Directory listing for ${path}`;
      const rows = p.files.list(at).map((name) => `<li><a href="${name}">${name}</a></li>\n`).join('');
      return { status: 200, headers: html, body: `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n<hr>\n<ul>\n${rows}</ul>\n<hr>\n</body>\n</html>\n` };
    }
    at += 'index.html';
  }
  if (p.files.stat(at)?.type !== 'file') return { status: 404, headers: html, body: '<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: 404</p>\n        <p>Message: File not found.</p>\n    </body>\n</html>\n' };
  return { status: 200, headers: { 'Content-Type': typeOf(at, 'application/octet-stream') }, body: p.files.read(at) };
}

/** Programs that do more than tell their version. */
const OWN: Readonly<Record<string, (version: string) => Program>> = { perl, python, python3: python };

interface Language {
  readonly name: string;
  readonly base: Base;
  readonly mb: number;
  readonly tags: readonly string[];
  readonly suffixes?: readonly string[];
  readonly named?: RegExp;
  readonly cmd: readonly string[];
  readonly programs?: (version: string) => Readonly<Record<string, string>>;
}

const ALL: readonly Language[] = [
  { name: 'alpine', base: 'alpine', mb: 3.8, tags: ['3.22.2', '3.21.5', '3.20.8', '3.19.9', '3.18.12', '3.17.10', '3.16.9', '3.15.11', '3.14.10', '3.13.12'], named: /^edge$/, cmd: ['/bin/sh'] },
  { name: 'debian', base: 'debian', mb: 49.3, tags: ['13.2', '12.12', '11.11', '10.13'], suffixes: ['-slim', ''], named: /^(trixie|bookworm|bullseye|buster|stable|testing|sid)(-slim)?$/, cmd: ['bash'] },
  { name: 'ubuntu', base: 'debian', mb: 29.7, tags: ['24.04', '25.10', '22.04', '20.04', '18.04', '16.04'], named: /^(noble|jammy|focal|bionic|xenial|rolling)$/, cmd: ['/bin/bash'] },
  { name: 'centos', base: 'debian', mb: 83.5, tags: ['8', '7.9.2009'], named: /^centos[678]$/, cmd: ['/bin/bash'] },
  { name: 'fedora', base: 'debian', mb: 63.1, tags: ['43', '42', '41', '40', '39'], cmd: ['/bin/bash'] },
  { name: 'bash', base: 'alpine', mb: 6.6, tags: ['5.3.8', '5.2.37', '5.1.16'], cmd: ['bash'] },
  {
    name: 'python', base: 'debian', mb: 363, tags: ['3.14.1', '3.13.9', '3.12.12', '3.11.14', '3.10.19', '3.9.25', '3.8.20', '2.7.18'], suffixes: ['-slim', '-alpine', '-slim-bookworm', '-bookworm', ''], named: /^3$/,
    cmd: ['python3'], programs: (v) => ({ python3: `Python ${v}`, python: `Python ${v}`, pip: `pip 25.3 from /usr/local/lib/python/site-packages/pip (python ${v})` }),
  },
  { name: 'node', base: 'debian', mb: 398, tags: ['25.2.1', '24.11.1', '22.21.1', '20.19.6', '18.20.8', '16.20.2'], suffixes: ['-slim', '-alpine', '-bookworm', ''], named: /^lts$/, cmd: ['node'], programs: (v) => ({ node: `v${v}`, npm: '11.6.2' }) },
  { name: 'perl', base: 'debian', mb: 338, tags: ['5.42.0', '5.40.3', '5.38.5', '5.36.3', '5.34.3'], suffixes: ['-slim', ''], cmd: ['perl'], programs: (v) => ({ perl: `This is perl 5, version ${v.split('.')[1]}` }) },
  { name: 'ruby', base: 'debian', mb: 363, tags: ['3.4.7', '3.3.10', '3.2.9'], suffixes: ['-slim', '-alpine', ''], cmd: ['irb'], programs: (v) => ({ ruby: `ruby ${v}`, irb: 'irb 1.15.2' }) },
  { name: 'golang', base: 'debian', mb: 305, tags: ['1.25.4', '1.24.10', '1.23.12', '1.22.12', '1.21.13', '1.20.14'], suffixes: ['-alpine', ''], cmd: ['bash'], programs: (v) => ({ go: `go version go${v} linux/amd64` }) },
];

const images = ALL.map(({ name, base, mb, tags, suffixes = [''], named, cmd, programs }) => {
  const find = versions(tags, suffixes);
  return define(`docker.io/library/${name}`, (tag) => {
    const found = find(tag) ?? (named?.test(tag) ? { version: tags[0]!, suffix: tag } : undefined);
    if (!found) return undefined;
    const small = found.suffix.includes('alpine');
    return {
      key: `${found.version}${found.suffix}`,
      size: megabytes(small ? 18 : found.suffix.includes('slim') ? Math.max(28, mb / 8) : mb, name + found.version),
      cmd,
      env: { PATH },
      build: () =>
        buildRoot({
          base: small ? 'alpine' : base,
          ...(programs && !small && { with: ['curl', 'wget', 'ps', 'top', 'less', 'openssl'] }),
          build: (files) => {
            for (const [program, says] of Object.entries(programs?.(found.version) ?? {})) files.install(`/usr/local/bin/${program}`, OWN[program]?.(says) ?? interpreter(program, says));
          },
        }),
    };
  });
});

/** curlimages/curl: curl, and a shell around it. */
const curl = define('docker.io/curlimages/curl', (tag) =>
  tag === 'latest' || /^[78]\.\d+\.\d+$/.test(tag)
    ? { key: tag === 'latest' ? '8.17.0' : tag, size: megabytes(9.6, 'curl'), entrypoint: ['/entrypoint.sh'], cmd: ['curl'], user: 'curl_user', env: { PATH }, build: () => buildRoot({ base: 'alpine', with: ['curl'], accounts: [['curl_user', 100, '/home/curl_user', '/sbin/nologin']], build: (files) => files.install('/entrypoint.sh', entry) }) }
    : undefined,
);

const entry: Program = function* (p) {
  const argv = p.args[1] === undefined || p.args[1].startsWith('-') ? ['curl', ...p.args.slice(1)] : p.args.slice(1);
  const program = typeof p.find(argv[0]!) === 'function' ? p.find(argv[0]!) : p.find('curl');
  return typeof program === 'function' ? yield* p.exec(program, argv) : 127;
};

/** nicolaka/netshoot and the like: everything for looking at a network. */
const netshoot = define('docker.io/nicolaka/netshoot', (tag) =>
  tag === 'latest' || /^v0\.\d+$/.test(tag)
    ? { key: tag, size: megabytes(202, 'netshoot'), cmd: ['zsh'], env: { PATH }, build: () => buildRoot({ base: 'debian', with: ['curl', 'wget', 'ip', 'ss', 'netstat', 'ping', 'traceroute', 'nc', 'nslookup', 'dig', 'host', 'ps', 'jq', 'less', 'vim'], build: (files) => files.symlink('/bin/bash', '/usr/bin/zsh') }) }
    : undefined,
);

/** All of this file. */
export const languageImages = [...images, curl, netshoot];
