/**
 * Interpreters of languages, as far as tutorials need them.
 * Unlike the real ones: python, perl, node and their kin know --version and refuse everything else, but for the two that are in
 * every tutorial: perl's digits of pi and python's http.server.
 */
import type { Answer } from '../machine/http.ts';
import type { Process, Program } from '../machine/process.ts';
import { cleanPath, httpDate, logDate, serveForever, typeOf } from './http-server.ts';

/** An interpreter that tells its version, and says of everything else that it cannot. */
export const interpreter = (name: string, version: string): Program =>
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
export const perl = (version: string): Program =>
  function* (p) {
    const wanted = /^print bpi\((\d{1,5})\);?$/.exec(p.args.at(-1)!.trim());
    if (!p.args.includes('-Mbignum=bpi') || !wanted) return yield* interpreter('perl', version)(p);
    const count = Number(wanted[1]);
    yield* p.sleep(Math.round(300 + (count / 2000) ** 2 * 4200));
    p.write(`${pi(count)}\n`);
    return 0;
  };

/** `python3 -m http.server [PORT]`: the files of the working folder. */
export const python = (version: string): Program =>
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

const head = (title: string): string => `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n`;
const MISSING = head('Error response').replace(/^(?=<(?:head|meta|title|\/head))/gm, '    ').replace(/^ {4}(?=<(?:meta|title))/gm, '        ') +
  '    <body>\n        <h1>Error response</h1>\n        <p>Error code: 404</p>\n        <p>Message: File not found.</p>\n    </body>\n</html>\n';

function served(p: Process, root: string, path: string): Answer {
  const html = { 'Content-Type': 'text/html; charset=utf-8' };
  let at = root + path;
  if (p.files.stat(at.replace(/(.)\/$/, '$1'))?.type === 'directory') {
    if (!path.endsWith('/')) return { status: 301, headers: { Location: `${path}/` } };
    if (!p.files.exists(`${at}index.html`)) {
      const title = `Directory listing for ${path}`;
      const rows = p.files.list(at).map((name) => `<li><a href="${name}">${name}</a></li>\n`).join('');
      return { status: 200, headers: html, body: `${head(title)}<body>\n<h1>${title}</h1>\n<hr>\n<ul>\n${rows}</ul>\n<hr>\n</body>\n</html>\n` };
    }
    at += 'index.html';
  }
  if (p.files.stat(at)?.type !== 'file') return { status: 404, headers: html, body: MISSING };
  return { status: 200, headers: { 'Content-Type': typeOf(at, 'application/octet-stream') }, body: p.files.read(at) };
}
