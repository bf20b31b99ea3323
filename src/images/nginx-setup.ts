/**
 * What an nginx configuration means: its servers with their ports and names, their locations, and where proxied requests go.
 * Unlike nginx: `set` and `if` are refused at the start; upstream servers take turns without weights.
 */
import { NetError } from '../machine/network.ts';
import type { Process, Running } from '../machine/process.ts';
import { all, args, NginxError, readConfig, type Directive } from './nginx-config.ts';

type Block = readonly Directive[];

/** One `server` of the configuration. */
export interface Site {
  readonly ports: readonly number[];
  readonly names: readonly string[];
  readonly fallback: boolean;
  readonly block: Block;
}

/** A configuration that can be served. */
export interface Setup {
  readonly sites: readonly Site[];
  readonly http: Block;
  /** How many workers were asked for; undefined for one per processor. */
  readonly workers: number | undefined;
  /** `ADDRESS:PORT` of every server behind a name of proxy_pass: names are looked up once, at the start. */
  readonly upstreams: ReadonlyMap<string, readonly string[]>;
}

const walk = (block: Block, look: (d: Directive) => void): void => {
  for (const d of block) {
    look(d);
    if (d.block) walk(d.block, look);
  }
};

/** Setups without upstreams, by what was read. */
const known = new WeakMap<Block, Setup>();

/** Reads and checks a configuration. Throws NginxError. */
export function* setupOf(p: Process, path: string): Running<Setup> {
  const top = readConfig(p.files, path);
  const before = known.get(top);
  if (before) return before;
  if (!top.some((d) => d.name === 'events')) throw new NginxError('no "events" section in configuration');
  const http = top.find((d) => d.name === 'http')?.block ?? [];
  const groups = all(http, 'upstream');
  const wanted: { readonly name: string; readonly servers: readonly string[]; readonly from: Directive }[] = [];
  walk(http, (d) => {
    if (d.name === 'set' || d.name === 'if') throw new NginxError(`"${d.name}" is not supported here yet in ${d.file}:${d.line}`);
    const name = d.name === 'proxy_pass' ? targetOf(d.args[0] ?? '')?.host : undefined;
    if (name === undefined || name.includes('$')) return;
    const group = groups.find((one) => one.args[0] === name);
    wanted.push({ name, servers: group ? all(group.block, 'server').map((one) => one.args[0]!) : [name], from: group ? all(group.block, 'server')[0]! : d });
  });
  const upstreams = new Map<string, readonly string[]>();
  for (const { name, servers, from } of wanted) if (!upstreams.has(name)) upstreams.set(name, yield* lookUp(p, servers, from));
  const workers = args(top, 'worker_processes')?.[0];
  const setup = { sites: all(http, 'server').map(siteOf), http, upstreams, workers: workers === undefined ? 1 : /^\d+$/.test(workers) ? Number(workers) : undefined };
  if (wanted.length === 0) known.set(top, setup);
  return setup;
}

function* lookUp(p: Process, servers: readonly string[], { file, line }: Directive): Running<readonly string[]> {
  const out: string[] = [];
  for (const server of servers) {
    const [host, port = '80'] = server.split(':') as [string, string?];
    try {
      for (const address of yield* p.resolve(host)) out.push(`${address}:${port}`);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      throw new NginxError(`host not found in upstream "${server}" in ${file}:${line}`);
    }
  }
  return out;
}

function siteOf({ block = [] }: Directive): Site {
  const listens = all(block, 'listen');
  const ports = listens.map((d) => Number(/(?:^|:)(\d+)$/.exec(d.args[0] ?? '')?.[1] ?? 80));
  return {
    ports: ports.length ? [...new Set(ports)] : [80],
    names: all(block, 'server_name').flatMap((d) => d.args),
    fallback: listens.some((d) => d.args.includes('default_server')),
    block,
  };
}

/** The server that answers on a port for a host's name. */
export function siteFor(setup: Setup, port: number, host: string): Site | undefined {
  const here = setup.sites.filter((site) => site.ports.includes(port));
  const named = here.find(({ names }) => names.some((name) => name === host || (name.startsWith('*.') && host.endsWith(name.slice(1)))));
  return named ?? here.find((site) => site.fallback) ?? here[0];
}

/** The location of a path: exact, else the longest prefix, unless a pattern matches. */
export function locationFor(block: Block, path: string): Directive | undefined {
  let best: Directive | undefined;
  let length = -1;
  const locations = all(block, 'location');
  for (const l of locations) {
    const [a = '', b = ''] = l.args;
    if (a === '=' && b === path) return l;
    const prefix = a === '^~' ? b : l.args.length === 1 ? a : undefined;
    if (prefix !== undefined && path.startsWith(prefix) && prefix.length > length) [best, length] = [l, prefix.length];
  }
  if (best?.args[0] === '^~') return best;
  for (const l of locations) {
    const [a = '', b = ''] = l.args;
    if ((a === '~' || a === '~*') && new RegExp(b, a === '~*' ? 'i' : '').test(path)) return l;
  }
  return best;
}

/** The parts of proxy_pass: `path` is undefined when the request's own is handed on. */
export function targetOf(text: string): { readonly scheme: string; readonly host: string; readonly path: string | undefined } | undefined {
  const found = /^(https?:\/\/)([^/]+)(\/.*)?$/.exec(text);
  return found ? { scheme: found[1]!, host: found[2]!, path: found[3] } : undefined;
}
