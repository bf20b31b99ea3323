/**
 * curl: HTTP requests with curl's own words. Stands for curl 7.88.
 * Unlike curl: HTTP and HTTPS only, no proxies, no cookies kept, no progress meter, no multipart forms.
 */
import { NetError, type HttpReply } from '../network.ts';
import { parseUrl } from '../fetch.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { byteLength, toBytes } from './bytes.ts';
import { encode64 } from './base64.ts';
import type { Suite } from './chunks.ts';
import { type Asked, read } from './curl-options.ts';
import { CERT_HELP, failure, headText, join, REASON_TIMEOUT, writeOut } from './curl-words.ts';
import { why } from './input.ts';

const encodeUrl = (text: string): string => [...toBytes(text)].map((b) => (/[A-Za-z0-9\-._~]/.test(String.fromCharCode(b)) && b < 128 ? String.fromCharCode(b) : `%${b.toString(16).toUpperCase().padStart(2, '0')}`)).join('');

/** The body that -d and its kind make. */
function* body(p: Process, o: Asked): Running<string | undefined> {
  const parts: string[] = [];
  for (const [name, value] of o.each) {
    if (!name.startsWith('data') && name !== 'json') continue;
    let text = value;
    const equals = /^([^=@]*)([=@])([^]*)$/.exec(value);
    const file = name === 'data-urlencode' ? (equals?.[2] === '@' ? equals[3] : undefined) : name !== 'data-raw' && value[0] === '@' ? value.slice(1) : undefined;
    if (file !== undefined) {
      text = file === '-' ? yield* p.readAll() : p.files.read(file);
      if (name === 'data' || name === 'data-ascii') text = text.replace(/[\r\n]/g, '');
    }
    if (name === 'data-urlencode') {
      const key = equals?.[1] ? `${equals[1]}=` : '';
      text = key + encodeUrl(file !== undefined ? text : equals?.[2] === '=' ? equals[3]! : value);
    }
    parts.push(text);
  }
  return parts.length ? parts.join(o.has('json') ? '' : '&') : undefined;
}

function* curl(p: Process): Running<ExitCode> {
  const asked = read(p);
  if (typeof asked === 'number') return asked;
  const o = asked;
  if (o.has('help')) {
    p.write('Usage: curl [options...] <url>\n -d, --data <data>   HTTP POST data\n -f, --fail          Fail fast with no output on HTTP errors\n -H, --header        Pass custom header to server\n -i, --include       Include protocol response headers in the output\n -I, --head          Show document info only\n -k, --insecure      Allow insecure server connections\n -L, --location      Follow redirects\n -m, --max-time      Maximum time allowed for the transfer\n -o, --output <file> Write to file instead of stdout\n -s, --silent        Silent mode\n -u, --user          Server user and password\n -v, --verbose       Make the operation more talkative\n -w, --write-out     Use output FORMAT after completion\n -X, --request       Specify request method to use\n');
    return 0;
  }
  if (o.has('version')) {
    p.write('curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.17\nProtocols: http https\n');
    return 0;
  }
  if (!o.urls.length) {
    p.warn("curl: try 'curl --help' or 'curl --manual' for more information\n");
    return 2;
  }
  let status = 0;
  for (const [i, url] of o.urls.entries()) status = yield* transfer(p, o, url, i);
  return status;
}

function* transfer(p: Process, o: Asked, text: string, index: number): Running<ExitCode> {
  const quiet = o.has('silent') && !o.has('show-error');
  const fail = (code: ExitCode, message: string, more = ''): ExitCode => {
    if (!quiet) p.warn(`curl: (${code}) ${message}\n${more}`);
    return code;
  };
  const note = (line: string): void => void (o.has('verbose') && p.warn(`${line}\n`));
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme && scheme !== 'http' && scheme !== 'https') return fail(1, `Protocol "${scheme}" not supported or disabled in libcurl`);
  if (/\s/.test(text)) return fail(3, 'URL using bad/illegal format or missing URL');
  let address = scheme ? text : `http://${text}`;
  let data: string | undefined;
  try {
    data = yield* body(p, o);
  } catch (error) {
    p.warn(`Warning: Couldn't read data from file "${String((error as { path?: string }).path)}", this makes an empty POST.\n`);
    why(error);
    data = '';
  }
  if (o.has('get') && data !== undefined) {
    address += (address.includes('?') ? '&' : '?') + data;
    data = undefined;
  }
  const headers: Record<string, string> = { 'User-Agent': o.value('user-agent') ?? 'curl/7.88.1', Accept: '*/*' };
  const set = (name: string, value: string | undefined): void => {
    for (const key of Object.keys(headers)) if (key.toLowerCase() === name.toLowerCase()) delete headers[key];
    if (value !== undefined) headers[name] = value;
  };
  if (o.has('json')) for (const name of ['Content-Type', 'Accept']) set(name, 'application/json');
  const credentials = o.value('user') ?? /^https?:\/\/([^@/?#]*)@/i.exec(address)?.[1];
  if (credentials !== undefined) set('Authorization', `Basic ${encode64(toBytes(credentials))}`);
  if (o.has('oauth2-bearer')) set('Authorization', `Bearer ${o.value('oauth2-bearer')}`);
  if (o.has('referer')) set('Referer', o.value('referer'));
  if (o.has('cookie')) set('Cookie', o.value('cookie'));
  if (o.has('compressed')) set('Accept-Encoding', 'deflate, gzip, br, zstd');
  if (data !== undefined && !o.has('json')) set('Content-Type', 'application/x-www-form-urlencoded');
  for (const line of o.all('header')) {
    const m = /^([^:;]+)([:;])\s*([^]*)$/.exec(line);
    if (m) set(m[1]!, m[2] === ':' && m[3] === '' ? undefined : m[3]);
  }
  let method = o.value('request') ?? (o.has('head') ? 'HEAD' : data !== undefined ? 'POST' : 'GET');
  const begun = p.now;
  const seconds = (name: string): number | undefined => (o.has(name) ? Number(o.value(name)) * 1000 : undefined);
  const limit = { ...(o.has('max-time') && { total: seconds('max-time')! }), ...(o.has('connect-timeout') && { connect: seconds('connect-timeout')! }) };
  for (const name of ['max-time', 'connect-timeout']) {
    if (o.has(name) && !(Number(o.value(name)) >= 0)) {
      p.warn(`curl: option ${name === 'max-time' ? '-m' : `--${name}`}: expected a proper numerical parameter\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
      return 2;
    }
  }
  const target = o.has('remote-name') ? (address.replace(/[?#].*/, '').split('/').slice(3).at(-1) ?? '') : o.all('output')[index] === '-' ? undefined : o.all('output')[index];
  if (o.has('remote-name') && !target) return fail(23, 'Remote file name has no length!');
  let reply: HttpReply | undefined;
  let redirects = 0;
  let code: ExitCode = 0;
  let out = '';
  for (let tries = 0; ; ) {
    let url: ReturnType<typeof parseUrl>;
    let to = address;
    const before = p.now;
    try {
      url = parseUrl(address);
    } catch {
      return fail(3, 'URL using bad/illegal format or missing URL');
    }
    const sent = { ...headers };
    try {
      const pinned = o.all('resolve').map((r) => /^\+?([^:]*):(\d+):(.*)$/.exec(r)).find((r) => r && (r[1] === url.host || r[1] === '*') && Number(r[2]) === url.port)?.[3];
      const ip = pinned ?? (o.has('verbose') ? (yield* p.resolve(url.host))[0]! : undefined);
      if (pinned) note(`* Added ${url.host}:${url.port}:${pinned} to DNS cache\n* Hostname ${url.host} was found in DNS cache`);
      note(`*   Trying ${ip}:${url.port}...`);
      if (pinned !== undefined && !url.secure) {
        to = address.replace(/^(https?:\/\/(?:[^@/?#]*@)?)[^:/?#]+/i, `$1${pinned}`);
        sent['Host'] ??= url.authority;
      }
      const host = Object.keys(sent).find((k) => k.toLowerCase() === 'host');
      const authority = o.has('cacert') ? p.files.read(o.value('cacert')!) : undefined;
      const certificate = o.has('cert') ? p.files.read(o.value('cert')!) : undefined;
      const timeout = Math.min(limit.total === undefined ? Infinity : limit.total - (p.now - begun), limit.connect ?? Infinity);
      reply = yield* p.fetch({
        method, url: to, headers: sent, ...(data !== undefined && { body: data }), ...(authority !== undefined && { authority }), ...(certificate !== undefined && { certificate }), insecure: o.has('insecure'), ...(timeout !== Infinity && { timeout }),
      });
      note(`* Connected to ${url.host} (${reply.remote.address}) port ${url.port} (#0)`);
      const authorization = sent['Authorization'];
      if (authorization?.startsWith('Basic ') && credentials !== undefined) note(`* Server auth using Basic with user '${credentials.split(':')[0]}'`);
      note(`> ${method} ${url.path} HTTP/1.1\n> Host: ${host ? sent[host] : url.authority}`);
      for (const [name, value] of Object.entries(sent)) if (name !== host) note(`> ${name}: ${value}`);
      if (data !== undefined) note(`> Content-Length: ${byteLength(data)}`);
      note('> ');
      note(headText(reply).trimEnd().split('\r\n').map((line) => `< ${line}`).join('\n'));
      note('< ');
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const refused = error.code === 'ECONNREFUSED' || error.code === 'EHOSTUNREACH' || error.code === 'ENETUNREACH' || error.code === 'ETIMEDOUT';
      if (refused) note(`* connect to ${error.host} port ${url.port} failed: ${error.message}`);
      const [bad, message] = failure(error, url, Math.floor(p.now - before), limit);
      if (refused) note(`* ${message}\n* Closing connection 0`);
      else if (bad === 6) note(`* ${message}\n* Closing connection 0`);
      if (tries++ < Number(o.value('retry') ?? 0) && (bad === REASON_TIMEOUT || (bad === 7 && o.has('retry-connrefused')) || o.has('retry-all-errors'))) {
        const delay = Number(o.value('retry-delay') ?? Math.min(600, 2 ** (tries - 1)));
        if (!quiet) p.warn(`Warning: Problem: ${bad === 7 ? 'connection refused' : 'timeout'}. Will retry in ${delay} seconds. ${Number(o.value('retry')) - tries + 1} retries \nWarning: left.\n`);
        yield* p.sleep(delay * 1000);
        continue;
      }
      code = fail(bad, message, bad === 60 ? CERT_HELP : '');
      break;
    }
    const location = reply.headers['location'];
    if (o.has('include') || o.has('head')) out += headText(reply);
    if ((o.has('location') || o.has('location-trusted')) && location !== undefined && reply.status >= 300 && reply.status < 400) {
      if (redirects++ >= Number(o.value('max-redirs') ?? 50)) {
        code = fail(47, `Maximum (${o.value('max-redirs') ?? 50}) redirects followed`);
        break;
      }
      address = join(address, location);
      note(`* Connection #0 to host ${url.host} left intact\n* Issue another request to this URL: '${address}'`);
      if (reply.status === 303 || ((reply.status === 301 || reply.status === 302) && method === 'POST' && !o.has('request'))) {
        method = 'GET';
        data = undefined;
        set('Content-Type', undefined);
      }
      continue;
    }
    break;
  }
  let size = 0;
  const put = (piece: string): void => {
    size += byteLength(piece);
    if (target === undefined) p.write(piece);
    else p.files.append(target, piece);
  };
  if (reply && !code) {
    const bad = o.has('fail') && reply.status >= 400;
    if (target !== undefined) {
      try {
        if (o.has('create-dirs') && target.includes('/')) p.files.mkdir(target.slice(0, target.lastIndexOf('/')), { parents: true });
        p.files.write(target, '');
      } catch (error) {
        if (!o.has('silent')) p.warn(`Warning: Failed to open the file ${target}: ${why(error)}\n`);
        return fail(23, 'Failure writing output to destination');
      }
    }
    if (o.has('dump-header')) {
      if (o.value('dump-header') === '-') p.write(headText(reply));
      else p.files.write(o.value('dump-header')!, headText(reply));
    }
    if (!bad) {
      if (out) {
        if (target === undefined) p.write(out);
        else p.files.append(target, out);
      }
      if (method !== 'HEAD') {
        put(typeof reply.body === 'string' ? reply.body : reply.body === undefined || reply.body === null ? '' : JSON.stringify(reply.body));
        const { stream } = reply;
        if (stream) {
          const stop = stream.listen(p);
          try {
            for (;;) {
              const item = stream.take();
              if (item !== undefined) put(typeof item === 'string' ? item : `${JSON.stringify(item)}\n`);
              else if (stream.ended) break;
              else if (limit.total !== undefined && p.now >= begun + limit.total) {
                code = fail(REASON_TIMEOUT, `Operation timed out after ${p.now - begun} milliseconds with ${size} bytes received`);
                break;
              } else if (limit.total !== undefined) yield begun + limit.total;
              else yield;
            }
          } finally {
            stop();
            stream.close();
          }
        }
      }
    }
    yield* p.flush();
    if (bad || (o.has('fail-with-body') && reply.status >= 400)) code = fail(22, `The requested URL returned error: ${reply.status}`);
    note(`* Connection #0 to host ${parseUrl(address).host} left intact`);
  }
  const picture = o.value('write-out');
  if (picture !== undefined) p.write(writeOut(p, picture.startsWith('@') ? p.files.read(picture.slice(1)) : picture, { reply, address, size, begun, redirects, code, method }));
  return code;
}


/** The commands of this chunk. */
export const suite: Suite = { curl };
