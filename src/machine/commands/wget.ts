/**
 * wget: downloads over HTTP, in GNU's words or busybox'.
 * Unlike the real ones: no recursion, no resuming, no proxies.
 */
import { parseUrl } from '../fetch.ts';
import { type HttpReply, NetError } from '../network.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { encode64 } from './base64.ts';
import { byteLength, toBytes } from './bytes.ts';
import type { Suite } from './chunks.ts';
import { why } from './input.ts';
import { type Flavour, misuse, options, type Spec } from './options.ts';
import { strftime, zoneOf } from './strftime.ts';

const SPEC: Spec = {
  short: 'cqSO:o:P:U:T:t:nvbdNri:Y:4', version: 'GNU Wget 1.21.3', trouble: 2,
  long: { quiet: 'q', verbose: 'v', 'no-verbose': 'nv', 'server-response': 'S', 'output-document': 'O:', 'output-file': 'o:', timeout: 'T:', tries: 't:', spider: 'spider', header: 'header:', 'post-data': 'post:', 'body-data': 'post:', method: 'method:', 'user-agent': 'U:', 'no-check-certificate': 'insecure', 'directory-prefix': 'P:', user: 'user:', password: 'password:', 'ca-certificate': 'ca:', 'max-redirect': 'redirects:', 'content-on-error': 'onerror', 'show-progress': 'progress', 'no-proxy': 'noproxy', 'connect-timeout': 'T:' },
  usage: '[OPTION]... [URL]...\n\n  -O FILE  write there, - for standard output    -q  quiet    -S  show the answer\'s headers    -T SECS  timeout    -t N  tries\n  --spider  only look    --header=STRING    --post-data=STRING    --no-check-certificate',
};

const title = (name: string): string => name.replace(/(^|-)([a-z])/g, (_, dash: string, c: string) => dash + c.toUpperCase());
const plainType = (reply: HttpReply): string => (reply.headers['content-type'] ? ` [${reply.headers['content-type'].split(';')[0]}]` : '');

/** How GNU wget writes a speed. */
function speed(bytes: number, ms: number): string {
  const rate = bytes / Math.max(0.001, ms / 1000);
  return rate >= 1024 * 1024 ? `${(rate / 1048576).toPrecision(3)} MB/s` : rate >= 1024 ? `${(rate / 1024).toPrecision(3)} KB/s` : `${rate.toPrecision(3)} B/s`;
}

function* wget(p: Process, flavour: Flavour): Running<ExitCode> {
  const busybox = flavour === 'busybox';
  const args = p.args.map((a) => (a === '-nv' ? '--no-verbose' : a));
  const given = options(p, flavour, SPEC, args);
  if (typeof given === 'number') return given;
  const o = given;
  if (!o.words.length) {
    if (!busybox) p.warn('wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help\' for more options.\n');
    return busybox ? misuse(p, flavour, { usage: '[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-Y on/off]\n\t[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...' }, '') : 1;
  }
  const quiet = o.has('q');
  const brief = o.has('nv');
  const say = (text: string): void => void (!quiet && !brief && p.warn(text));
  let status = 0;
  for (const word of o.words) status = (yield* one(word)) || status;
  return status;

  function* one(word: string): Running<ExitCode> {
    let address = /^[a-z]+:\/\//i.test(word) ? word : `http://${word}`;
    if (!/^https?:/i.test(address)) {
      p.warn(busybox ? `wget: not an http or ftp url: ${word}\n` : `${word}: Unsupported scheme ‘${address.split(':')[0]}’.\n`);
      return 1;
    }
    const timeout = Number(o.value('T') ?? 900) * 1000;
    const tries = busybox ? 1 : Number(o.value('t') ?? 20) || Infinity;
    let reply: HttpReply | undefined;
    for (let hop = 0, attempt = 1; ; ) {
      const url = parseUrl(address);
      const stamp = (): string => strftime('%Y-%m-%d %H:%M:%S', p.date, zoneOf(p));
      const literal = /^[\d.]+$/.test(url.host);
      const shown = address.replace(/^(https?:\/\/[^/?#]+)$/i, '$1/');
      if (!busybox) {
        if (o.has('spider') && attempt === 1 && hop === 0) say('Spider mode enabled. Check if remote file exists.\n');
        say(`--${stamp()}--  ${attempt > 1 ? `(try:${String(attempt).padStart(2)})  ` : ''}${shown}\n`);
      }
      let ip: string;
      try {
        if (!busybox && !literal) say(`Resolving ${url.host} (${url.host})... `);
        const all = yield* p.resolve(url.host);
        ip = all[0]!;
        if (!busybox && !literal) say(`${all.join(', ')}\n`);
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
        if (busybox) p.warn(`wget: bad address '${url.host}'\n`);
        else {
          say(`failed: ${error.message}.\n`);
          p.warn(`wget: unable to resolve host address ‘${url.host}’\n`);
        }
        return busybox ? 1 : 4;
      }
      say(busybox ? `Connecting to ${url.authority} (${ip}:${url.port})\n` : `Connecting to ${url.host}${literal ? '' : ` (${url.host})|${ip}|`}:${url.port}... `);
      const headers: Record<string, string> = { 'User-Agent': o.value('U') ?? (busybox ? 'Wget' : 'Wget/1.21.3'), Accept: '*/*', ...(!busybox && { 'Accept-Encoding': 'identity' }), Connection: busybox ? 'close' : 'Keep-Alive' };
      const user = o.value('user') ?? /^https?:\/\/([^@/?#]*)@/i.exec(address)?.[1];
      if (user !== undefined) headers['Authorization'] = `Basic ${encode64(toBytes(o.has('user') ? `${user}:${o.value('password') ?? ''}` : user))}`;
      for (const line of o.all('header')) {
        const m = /^([^:]+):\s*(.*)$/.exec(line);
        if (m) headers[m[1]!] = m[2]!;
      }
      const data = o.value('post');
      if (data !== undefined) headers['Content-Type'] ??= 'application/x-www-form-urlencoded';
      const begun = p.now;
      try {
        const authority = o.has('ca') ? p.files.read(o.value('ca')!) : undefined;
        reply = yield* p.fetch({ method: o.value('method') ?? (data !== undefined ? 'POST' : o.has('spider') && !busybox ? 'HEAD' : 'GET'), url: address, headers, insecure: o.has('insecure') || busybox, timeout, ...(data !== undefined && { body: data }), ...(authority !== undefined && { authority }) });
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
        if (busybox) {
          p.warn(error.code === 'ETIMEDOUT' ? `wget: ${o.has('T') ? 'download timed out' : `can't connect to remote host (${ip}): Operation timed out`}\n` : error.code === 'ECONNRESET' ? 'wget: error getting response\n' : `wget: can't connect to remote host (${ip}): ${error.code === 'EHOSTUNREACH' ? 'Host is unreachable' : error.message}\n`);
          return 1;
        }
        if (error.code === 'ECERT') {
          say('connected.\n');
          p.warn(`ERROR: The certificate of ‘${url.host}’ is not trusted.\n`);
          return 5;
        }
        say(`failed: ${error.code === 'ETIMEDOUT' ? 'Connection timed out' : error.message}.\n`);
        if (error.code === 'ECONNREFUSED' || error.code === 'EHOSTUNREACH' || attempt >= tries) {
          if (error.code === 'ETIMEDOUT') say('Giving up.\n\n');
          return 4;
        }
        say('Retrying.\n\n');
        yield* p.sleep(1000 * Math.min(10, attempt++));
        continue;
      }
      if (!busybox) say('connected.\nHTTP request sent, awaiting response... ');
      const head = [`HTTP/1.1 ${reply.status} ${reply.reason}`, ...Object.keys(reply.headers).map((name) => `${title(name)}: ${reply!.headers[name]}`)];
      if (o.has('S')) p.warn(busybox ? `${head.map((line) => `  ${line}`).join('\n')}\n  \n` : `\n${head.map((line) => `  ${line}`).join('\n')}\n`);
      else if (!busybox) say(`${reply.status} ${reply.reason}\n`);
      const location = reply.headers['location'];
      if (location !== undefined && reply.status >= 300 && reply.status < 400) {
        if (!busybox) say(`Location: ${location} [following]\n`);
        if (++hop > 20) {
          p.warn(busybox ? 'wget: too many redirections\n' : '20 redirections exceeded.\n');
          return busybox ? 1 : 8;
        }
        address = new RegExp('^https?://', 'i').test(location) ? location : `${/^https?:\/\/[^/?#]+/i.exec(address)![0]}${location.startsWith('/') ? '' : '/'}${location}`;
        continue;
      }
      const body = reply.body === undefined || reply.body === null ? '' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
      if (reply.status >= 400) {
        if (busybox) p.warn(`wget: server returned error: HTTP/1.1 ${reply.status} ${reply.reason}\n`);
        else {
          if (brief) p.warn(`${shown}:\n`);
          if (o.has('spider')) say('Remote file does not exist -- broken link!!!\n\n');
          else if (!quiet) p.warn(`${stamp()} ERROR ${reply.status}: ${reply.reason}.\n${brief ? '' : '\n'}`);
          if (o.has('onerror')) p.write(body);
        }
        return busybox ? 1 : 8;
      }
      const size = byteLength(body);
      if (o.has('spider')) {
        if (busybox) say('remote file exists\n');
        else say(`Length: ${reply.headers['content-length'] ?? 'unspecified'}${plainType(reply)}\nRemote file exists.\n\n`);
        return 0;
      }
      let target = o.value('O') ?? ((o.has('P') ? `${o.value('P')}/` : '') + (url.path.replace(/[?#].*/, '').split('/').at(-1) || 'index.html'));
      const stdout = target === '-';
      if (!stdout && !o.has('O') && p.files.exists(target)) {
        if (busybox) {
          p.warn(`wget: can't open '${target}': File exists\n`);
          return 1;
        }
        for (let n = 1; ; n++) {
          if (p.files.exists(`${target}.${n}`)) continue;
          target = `${target}.${n}`;
          break;
        }
      }
      if (!busybox) say(`Length: ${reply.headers['content-length'] === undefined ? 'unspecified' : `${size}${size >= 1024 ? ` (${(size / 1024).toPrecision(2)}K)` : ''}`}${plainType(reply)}\nSaving to: ‘${stdout ? 'STDOUT' : target}’\n\n`);
      else say(stdout ? 'writing to stdout\n' : `saving to '${target}'\n`);
      try {
        if (stdout) {
          p.write(body);
          yield* p.flush();
        } else {
          if (o.has('P')) p.files.mkdir(o.value('P')!, { parents: true });
          p.files.write(target, body);
        }
      } catch (error) {
        p.warn(busybox ? `wget: can't open '${target}': ${why(error)}\n` : `${target}: ${why(error)}\n\nCannot write to ‘${target}’ (${why(error)}).\n`);
        return busybox ? 1 : 3;
      }
      if (busybox) {
        const name = stdout ? '-' : target.replace(/^.*\//, '');
        say(`${name.slice(0, 20).padEnd(20)} 100% |********************************| ${String(size).padStart(5)}  0:00:00 ETA\n${stdout ? 'written to stdout' : `'${target}' saved`}\n`);
      } else {
        const ms = p.now - begun;
        const shownSize = reply.headers['content-length'] === undefined ? `[${size}]` : `[${size}/${size}]`;
        say(`     0K ${' '.repeat(50)} 100% ${speed(size, ms).replace(/ ([KM]?)B\/s/, '$1')}=${(ms / 1000).toFixed(1).replace(/^0\.0$/, '0')}s\n\n`);
        say(`${stamp()} (${speed(size, ms)}) - ${stdout ? 'written to stdout' : `‘${target}’ saved`} ${shownSize}\n\n`);
        if (brief && !quiet) p.warn(`${stamp()} URL:${shown} ${shownSize} -> "${target}" [1]\n`);
      }
      return 0;
    }
  }
}

/** The commands of this chunk. */
export const suite: Suite = { wget };
