/**
 * nginx's configuration: reading it with its includes and its error messages, and what of it our server follows.
 * Unlike nginx: directives that change nothing here (buffers, timeouts, compression, TLS) are read and passed over; unknown ones are errors.
 */
import type { Files } from '../machine/files.ts';

/** One directive, with the block behind it if it has one. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
  readonly file: string;
  readonly line: number;
}

/** The configuration is wrong; the message is what follows `nginx: [emerg] `. */
export class NginxError extends Error {}

interface Token {
  readonly text: string;
  readonly line: number;
  readonly quoted: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };

function tokens(text: string): readonly Token[] {
  const out: Token[] = [];
  const pattern = /\n|#[^\n]*|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|[{};]|(?:\\.|\$\{[^}]*\}|[^\s{};"'])+/g;
  let line = 1;
  for (let m = pattern.exec(text); m; m = pattern.exec(text)) {
    const [whole] = m;
    if (whole === '\n') line++;
    else if (!whole.startsWith('#')) {
      const quoted = m[1] ?? m[2];
      const text = (quoted ?? whole).replace(/\\(["'\\trn])/g, (_, c: string) => ESCAPES[c] ?? c);
      out.push({ text, line, quoted: quoted !== undefined });
      line += whole.split('\n').length - 1;
    }
  }
  return out;
}

/** Directives that may stand in a configuration and change nothing here. */
const QUIET = new Set(
  ('user worker_processes worker_connections worker_rlimit_nofile pid daemon master_process multi_accept use types default_type log_format access_log ' +
    'error_log sendfile tcp_nopush tcp_nodelay keepalive_timeout keepalive_requests gzip gzip_types gzip_min_length gzip_vary gzip_proxied ' +
    'gzip_comp_level client_max_body_size client_body_timeout client_header_timeout send_timeout server_tokens charset etag expires ' +
    'types_hash_max_size server_names_hash_bucket_size resolver resolver_timeout proxy_http_version proxy_read_timeout proxy_connect_timeout ' +
    'proxy_send_timeout proxy_buffering proxy_buffer_size proxy_buffers proxy_redirect ssl_certificate ssl_certificate_key ssl_protocols ssl_ciphers ' +
    'ssl_session_cache ssl_session_timeout ssl_prefer_server_ciphers allow internal log_not_found server_name_in_redirect port_in_redirect ' +
    'absolute_redirect real_ip_header set_real_ip_from load_module env limit_req limit_conn limit_req_zone limit_conn_zone map geo keepalive ' +
    'least_conn ip_hash random max_fails zone open_file_cache reset_timedout_connection pcre_jit client_body_buffer_size').split(' '),
);
/** Directives that the server follows. */
const KNOWN = new Set(('include events http server listen server_name root alias index location error_page return try_files autoindex proxy_pass proxy_set_header ' +
  'add_header deny stub_status upstream rewrite set if').split(' '));

/** Files that were read before, by path and text. */
const known = new Map<string, readonly Directive[]>();
const KEPT = 64;

/** Reads a file and what it includes. Throws NginxError. */
export function readConfig(files: Files, path: string, folder = '/etc/nginx'): readonly Directive[] {
  if (!files.exists(path)) throw new NginxError(`open() "${path}" failed (2: No such file or directory)`);
  const text = files.read(path);
  const key = `${path}\n${text}`;
  let parsed = known.get(key);
  if (!parsed) {
    if (known.size >= KEPT) known.clear();
    known.set(key, (parsed = parse(text, path)));
  }
  return including(parsed, files, folder);
}

type Block = readonly Directive[];

/** What a block became the last time, from which parts: thousands of containers read the same files. */
const included = new WeakMap<Block, { readonly parts: readonly Block[]; readonly whole: Block }>();

/** With every include replaced by what the files say. */
function including(block: Block, files: Files, folder: string): Block {
  const parts: Block[] = [];
  for (const { name, args: [pattern = ''], block: inner } of block) {
    if (name === 'include') for (const file of matching(files, pattern, folder)) parts.push(readConfig(files, file, folder));
    else if (inner) parts.push(including(inner, files, folder));
  }
  if (parts.length === 0) return block;
  const before = included.get(block);
  if (before?.parts.length === parts.length && before.parts.every((part, i) => part === parts[i])) return before.whole;
  let next = 0;
  const whole = block.flatMap((d) => {
    if (d.name === 'include') return matching(files, d.args[0] ?? '', folder).flatMap(() => parts[next++]!);
    return d.block ? [{ ...d, block: parts[next++]! }] : [d];
  });
  included.set(block, { parts, whole });
  return whole;
}

function parse(text: string, path: string): readonly Directive[] {
  const all = tokens(text);
  let at = 0;
  const block = (inside: boolean): Directive[] => {
    const out: Directive[] = [];
    let words: Token[] = [];
    for (;;) {
      const token = all[at++];
      if (!token) {
        const line = all.at(-1)?.line ?? 1;
        if (words.length > 0) throw new NginxError(`unexpected end of file, expecting ";" or "}" in ${path}:${line + 1}`);
        if (inside) throw new NginxError(`unexpected end of file, expecting "}" in ${path}:${line + 1}`);
        return out;
      }
      if (token.quoted || !/^[{};]$/.test(token.text)) {
        words.push(token);
        continue;
      }
      const [first, ...rest] = words;
      if (token.text === '}') {
        if (first || !inside) throw new NginxError(`unexpected "}" in ${path}:${token.line}`);
        return out;
      }
      if (!first) throw new NginxError(`unexpected "${token.text}" in ${path}:${token.line}`);
      words = [];
      const name = first.text;
      const args = rest.map((t) => t.text);
      if (!KNOWN.has(name) && !QUIET.has(name)) throw new NginxError(`unknown directive "${name}" in ${path}:${first.line}`);
      if (token.text === ';') {
        out.push({ name, args, file: path, line: first.line });
        continue;
      }
      if (name === 'types' || name === 'map' || name === 'geo') {
        while (all[at] && (all[at]!.quoted || all[at]!.text !== '}')) at++;
        at++;
      } else out.push({ name, args, block: block(true), file: path, line: first.line });
    }
  };
  return block(false);
}

function matching(files: Files, pattern: string, folder: string): readonly string[] {
  const full = pattern.startsWith('/') ? pattern : `${folder}/${pattern}`;
  if (!full.includes('*')) {
    if (!files.exists(full)) throw new NginxError(`open() "${full}" failed (2: No such file or directory)`);
    return [full];
  }
  const cut = full.lastIndexOf('/');
  const parent = full.slice(0, cut);
  const test = new RegExp(`^${full.slice(cut + 1).replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`);
  if (!files.exists(parent)) return [];
  return files.list(parent).filter((name) => test.test(name)).map((name) => `${parent}/${name}`);
}

/** All directives of a name in a block. */
export const all = (block: readonly Directive[] | undefined, name: string): readonly Directive[] => (block ?? []).filter((d) => d.name === name);
/** The first one's arguments. */
export const args = (block: readonly Directive[] | undefined, name: string): readonly string[] | undefined => (block ?? []).find((d) => d.name === name)?.args;
