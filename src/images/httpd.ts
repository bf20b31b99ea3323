/**
 * Apache's httpd: its words at the start and the end, its access log, the files below its root.
 * Unlike httpd: its configuration is not read; no scripts, no .htaccess.
 */
import type { Answer, Incoming } from '../machine/http.ts';
import type { Process, Program } from '../machine/process.ts';
import { civil, digits, MONTHS, WEEKDAYS } from '../sim/date.ts';
import { cleanPath, httpDate, logDate, serveForever, typeOf } from './http-server.ts';

const ROOT = '/usr/local/apache2/htdocs';

function page(status: number, title: string, text: string): Answer {
  const head = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head>`;
  return { status, headers: { 'Content-Type': 'text/html; charset=iso-8859-1' }, body: `${head}<body>\n<h1>${title}</h1>\n<p>${text}</p>\n</body></html>\n` };
}

function answer(p: Process, request: Incoming): Answer {
  let at = ROOT + (cleanPath(request.path) ?? '/');
  if (p.files.stat(at.replace(/(.)\/$/, '$1'))?.type === 'directory') at = `${at.replace(/\/$/, '')}/index.html`;
  const stat = p.files.stat(at);
  if (stat?.type !== 'file') return page(404, 'Not Found', 'The requested URL was not found on this server.');
  const modified = httpDate(p.date - p.now + stat.modified);
  const headers = { 'Last-Modified': modified, ETag: `"${stat.size.toString(16)}"`, 'Accept-Ranges': 'bytes', 'Content-Type': typeOf(at, 'text/plain') };
  return { status: 200, headers, body: p.files.read(at) };
}

/** `Tue Nov 24 10:30:18.123000 2026` */
function stamp(p: Process): string {
  const c = civil(p.date);
  const time = `${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)}.${digits(c.millisecond, 3)}000`;
  return `${WEEKDAYS[c.weekday]} ${MONTHS[c.month - 1]} ${digits(c.day)} ${time} ${c.year}`;
}

/** The program, for one version. */
export const httpd = (version: string): Program =>
  function* (p) {
    const server = `Apache/${version} (Unix)`;
    if (p.args.includes('-v')) {
      p.write(`Server version: ${server}\n`);
      return 0;
    }
    const address = p.machine.net.addresses[0] ?? '127.0.0.1';
    const unsure = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${address}.`;
    p.warn(`${unsure} Set the 'ServerName' directive globally to suppress this message\n`);
    const note = (code: string, text: string): void => p.warn(`[${stamp(p)}] [mpm_event:notice] [pid ${p.pid}:tid ${p.pid}] ${code}: ${text}\n`);
    note('AH00489', `${server} configured -- resuming normal operations`);
    note('AH00094', "Command line: 'httpd -D FOREGROUND'");
    let ended = false;
    for (const signal of ['SIGTERM', 'SIGWINCH', 'SIGINT'] as const) p.trap(signal, () => (ended = true));
    const serve = (request: Incoming): Answer => {
      const made = answer(p, request);
      p.write(`${request.peer} - - [${logDate(p.date)}] "${request.method} ${request.path} ${request.version}" ${made.status} ${made.body?.length ?? 0}\n`);
      return { ...made, headers: { Date: httpDate(p.date), Server: server, ...made.headers } };
    };
    yield* serveForever(p, 80, serve, () => ended);
    note('AH00491', 'caught SIGTERM, shutting down');
    return 0;
  };
