/**
 * The busybox image, with the shell, the applets of src/machine/commands and a small web server.
 * Unlike busybox: the applets that we do not have are not there at all; httpd knows -f, -p, -h, -v and no CGI.
 */
import type { Answer, Incoming } from '../machine/http.ts';
import { NetError } from '../machine/network.ts';
import type { Process, Program, Running } from '../machine/process.ts';
import { define, megabytes, versions } from './define.ts';
import { cleanPath, httpDate, serveForever, typeOf } from './http-server.ts';
import { buildRoot } from './root.ts';

const find = versions('1.37.0 1.36.1 1.35.0 1.34.1 1.33.1 1.32.1 1.31.1 1.30.1 1.29.3 1.28.4 1.27.2 1.26.2'.split(' '), ['-glibc', '-musl', '-uclibc', '']);

const TITLES: Readonly<Record<number, string>> = { 400: 'Bad Request', 404: 'Not Found', 501: 'Not Implemented', 302: 'Found' };
const SAYINGS: Readonly<Record<number, string>> = { 400: 'Unsupported method', 404: 'The requested URL was not found', 501: 'The requested method is not implemented' };

function page(p: Process, status: number, extra: Readonly<Record<string, string>> = {}): Answer {
  const title = `${status} ${TITLES[status]}`;
  const body = `<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\n<BODY><H1>${title}</H1>\n${SAYINGS[status] ?? ''}\n</BODY></HTML>\n`;
  return { status, headers: { Date: httpDate(p.date), Connection: 'close', 'Content-type': 'text/html', ...extra }, body };
}

function answer(p: Process, root: string, request: Incoming): Answer {
  if (request.method !== 'GET' && request.method !== 'HEAD') return page(p, 501);
  const path = cleanPath(request.path);
  if (path === undefined) return page(p, 400);
  const { files } = p;
  let at = `${root === '/' ? '' : root}${path}`;
  if (files.stat(at.replace(/(.)\/$/, '$1') || '/')?.type === 'directory') {
    if (!path.endsWith('/')) return page(p, 302, { Location: `${path}/` });
    at += 'index.html';
  }
  const stat = files.stat(at);
  if (stat?.type !== 'file') return page(p, 404);
  return {
    status: 200,
    headers: {
      Date: httpDate(p.date), Connection: 'close', 'Content-type': typeOf(at, 'application/octet-stream'), 'Accept-Ranges': 'bytes',
      'Last-Modified': httpDate(p.date - p.now + stat.modified), ETag: `"${stat.inode.toString(16)}"`,
    },
    body: files.read(at),
  };
}

const USAGE = 'BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\nUsage: httpd [-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-h HOME]\n';

const options: Readonly<Record<string, boolean>> = { f: false, v: false, i: false, p: true, h: true, c: true, r: true, u: true, e: true, d: true, m: true };

/** busybox httpd. */
export const httpd: Program = function* (p): Running<number> {
  const given = new Map<string, string>();
  const words = p.args.slice(1);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!/^-./.test(word)) continue;
    for (let k = 1; k < word.length; k++) {
      const letter = word[k]!;
      if (!(letter in options)) {
        p.warn(`httpd: invalid option -- '${letter}'\n${USAGE}`);
        return 1;
      }
      if (!options[letter]) given.set(letter, '');
      else {
        given.set(letter, word.slice(k + 1) || (words[++i] ?? ''));
        break;
      }
    }
  }
  const port = Number(/(\d+)$/.exec(given.get('p') ?? '80')?.[1] ?? 80);
  const root = p.files.resolve(given.get('h') || '.');
  if (p.files.stat(root)?.type !== 'directory') {
    p.warn(`httpd: can't change directory to '${given.get('h')}': No such file or directory\n`);
    return 1;
  }
  const program: Program = function* (server) {
    yield* serveForever(server, port, (request, child) => answer(child, root, request));
    return 0;
  };
  try {
    if (!given.has('f')) {
      p.spawn(program, p.args, { group: true });
      return 0;
    }
    return yield* program(p);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    p.warn('httpd: bind: Address already in use\n');
    return 1;
  }
};

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** docker.io/library/busybox */
export const busyboxImage = define('docker.io/library/busybox', (tag) => {
  const found = find(tag) ?? (/^(glibc|musl|uclibc)$/.test(tag) ? { version: '1.37.0', suffix: `-${tag}` } : undefined);
  return found && {
    key: found.version + found.suffix,
    size: megabytes(2.2, `busybox${found.version}`),
    cmd: ['sh'],
    env: { PATH },
    build: () => buildRoot({ base: 'busybox', build: (files) => files.install('/bin/httpd', httpd) }),
  };
});
