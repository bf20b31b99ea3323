/**
 * What curl says: about failures, of headers, by --write-out.
 */
import type { HttpReply, NetError } from '../network.ts';
import type { ExitCode, Process } from '../process.ts';
import { byteLength } from './bytes.ts';

/** The exit code of a timeout. */
export const REASON_TIMEOUT = 28;

/** What curl says about a failure, and its exit code. */
export function failure(error: NetError, url: { host: string; port: number }, ms: number, limit: { total?: number; connect?: number }): [ExitCode, string] {
  const where = `${url.host} port ${url.port} after ${ms} ms`;
  switch (error.code) {
    case 'ENOTFOUND': case 'EAI_AGAIN': return error.message === 'unsupported URL' ? [3, 'URL using bad/illegal format or missing URL'] : [6, `Could not resolve host: ${url.host}`];
    case 'ECONNREFUSED': return [7, `Failed to connect to ${where}: Couldn't connect to server`];
    case 'EHOSTUNREACH': case 'ENETUNREACH': return [7, `Failed to connect to ${where}: Couldn't connect to server`];
    case 'ETIMEDOUT': return limit.connect !== undefined && ms >= limit.connect && limit.total !== ms ? [REASON_TIMEOUT, `Failed to connect to ${where}: Timeout was reached`] : limit.total !== undefined ? [REASON_TIMEOUT, `Connection timed out after ${ms} milliseconds`] : [REASON_TIMEOUT, `Failed to connect to ${where}: Couldn't connect to server`];
    case 'ECERT':
      if (/HTTP response to HTTPS/.test(error.message)) return [35, 'error:0A00010B:SSL routines::wrong version number'];
      return [60, /valid for/.test(error.message) ? `SSL: no alternative certificate subject name matches target host name '${url.host}'` : 'SSL certificate problem: unable to get local issuer certificate'];
    default: return /HTTP\/0\.9/.test(error.message) ? [1, error.message] : /Empty reply/.test(error.message) ? [52, error.message] : [56, `Recv failure: Connection reset by peer`];
  }
}

/** What follows the message about a certificate. */
export const CERT_HELP = `More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.
`;

/** Header names as servers usually write them. */
const title = (name: string): string => (name === 'etag' ? 'ETag' : name.replace(/(^|-)([a-z])/g, (_, dash: string, c: string) => dash + c.toUpperCase()));

/** A reply's status line and headers. */
export const headText = (reply: HttpReply): string => `HTTP/1.1 ${reply.status} ${reply.reason}\r\n${Object.keys(reply.headers).map((name) => `${title(name)}: ${reply.headers[name]}\r\n`).join('')}\r\n`;

/** A location seen from the address that gave it. */
export function join(address: string, location: string): string {
  if (/^https?:\/\//i.test(location)) return location;
  const origin = /^https?:\/\/[^/?#]+/i.exec(address)![0];
  if (location.startsWith('//')) return `${address.split(':')[0]}:${location}`;
  if (location.startsWith('/')) return origin + location;
  const path = address.slice(origin.length).replace(/[?#].*/, '');
  return `${origin}${path.slice(0, path.lastIndexOf('/') + 1) || '/'}${location}`;
}

/** The text of -w with its variables filled in. */
export function writeOut(p: Process, text: string, t: { reply: HttpReply | undefined; address: string; size: number; begun: number; redirects: number; code: ExitCode; method: string }): string {
  const time = ((p.now - t.begun) / 1000).toFixed(6);
  const header = (name: string): string => t.reply?.headers[name] ?? '';
  const values: Readonly<Record<string, string>> = {
    http_code: String(t.reply?.status ?? 0).padStart(3, '0'), response_code: String(t.reply?.status ?? 0).padStart(3, '0'), time_total: time, time_connect: time, time_starttransfer: time, time_namelookup: '0.000100', time_pretransfer: time, time_appconnect: '0.000000',
    size_download: String(t.size), url_effective: t.address.replace(/^(https?:\/\/[^/?#]+)$/i, '$1/'), remote_ip: t.reply?.remote.address ?? '', remote_port: String(t.reply?.remote.port ?? 0), content_type: header('content-type'), num_redirects: String(t.redirects),
    redirect_url: t.reply && t.reply.status >= 300 && t.reply.status < 400 && header('location') ? join(t.address, header('location')) : '', exitcode: String(t.code), method: t.method, scheme: t.address.split(':')[0]!.toUpperCase(), http_version: t.reply ? '1.1' : '0',
    local_ip: p.machine.net.addresses[0] ?? '127.0.0.1', num_connects: '1', speed_download: String(t.size), time_redirect: '0.000000', size_header: t.reply ? String(byteLength(headText(t.reply))) : '0', errormsg: '',
  };
  return text.replace(/%\{(\w+)\}|%%|\\n|\\t|\\r/g, (all, name: string | undefined) => (name !== undefined ? (values[name] ?? '') : all === '%%' ? '%' : { '\\n': '\n', '\\t': '\t', '\\r': '\r' }[all]!));
}
