/**
 * The messages of the Domain Name System, as objects instead of packets, and how a machine looks a name up.
 * Stands for RFC 1035 and glibc's resolver. Unlike glibc: one question per name (A), no cache, no IPv6.
 */
import type { Files } from './files.ts';
import { NetError } from './network.ts';
import type { Process, Running } from './process.ts';

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'SRV' | 'PTR' | 'NS' | 'MX' | 'TXT' | 'SOA' | 'ANY';

export interface DnsQuestion {
  /** Without the final dot, any case. */
  readonly name: string;
  readonly type: RecordType;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: RecordType;
  /** Seconds. */
  readonly ttl: number;
  /** As dig prints it: an address, a name, `10 80 8080 web-0.web.default.svc.cluster.local`. */
  readonly value: string;
}

export interface DnsReply {
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  readonly answers: readonly DnsRecord[];
  /** Whether the server is an authority for the name. */
  readonly authoritative?: boolean;
}

/** What /etc/resolv.conf says. */
export interface ResolverConfig {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
  /** Milliseconds for one question. */
  readonly timeout: number;
  readonly attempts: number;
}

/** Reads resolv.conf(5). */
export function parseResolvConf(text: string): ResolverConfig {
  const servers: string[] = [];
  let search: readonly string[] = [];
  const options = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [key, ...rest] = line.replace(/[#;].*/, '').trim().split(/\s+/);
    if (key === 'nameserver' && rest[0]) servers.push(rest[0]);
    else if (key === 'search' || key === 'domain') search = rest;
    else if (key === 'options') for (const option of rest) options.set(option.split(':')[0]!, Number(option.split(':')[1] ?? 1));
  }
  return {
    servers: servers.length > 0 ? servers.slice(0, 3) : ['127.0.0.1'],
    search,
    ndots: options.get('ndots') ?? 1,
    timeout: 1000 * (options.get('timeout') ?? 5),
    attempts: options.get('attempts') ?? 2,
  };
}

/** The names to ask for, in order, as ndots and the search list want it. */
export function candidates(name: string, config: Pick<ResolverConfig, 'search' | 'ndots'>): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = config.search.map((domain) => `${name}.${domain.replace(/\.$/, '')}`);
  const dots = name.split('.').length - 1;
  return dots >= config.ndots ? [name, ...searched] : [...searched, name];
}

/** A dotted IPv4 address. */
export const isAddress = (text: string): boolean => /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split('.').every((part) => Number(part) < 256);

const readOr = (files: Files, path: string): string => (files.exists(path) ? files.read(path) : '');

/** The addresses of a name in /etc/hosts. */
export function inHosts(files: Files, name: string): readonly string[] {
  const found: string[] = [];
  const text = readOr(files, '/etc/hosts');
  if (!text.includes(name)) return found;
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address && isAddress(address) && names.includes(name)) found.push(address);
  }
  return found;
}

/** getaddrinfo(3): /etc/hosts, then DNS. Throws NetError ENOTFOUND, or EAI_AGAIN when no server answers. */
export function* resolveName(p: Process, name: string): Running<readonly string[]> {
  if (isAddress(name)) return [name];
  const files = p.machine.files;
  const lower = name.toLowerCase();
  const hosts = inHosts(files, lower);
  if (hosts.length > 0) return hosts;
  if (lower === 'localhost' || lower === 'localhost.' || lower === p.machine.hostname) return ['127.0.0.1'];
  const config = parseResolvConf(readOr(files, '/etc/resolv.conf'));
  let failed = false;
  for (const candidate of candidates(lower, config)) {
    const reply = yield* query(p, { name: candidate, type: 'A' }, config);
    if (!reply || reply.code === 'SERVFAIL' || reply.code === 'REFUSED') failed = true;
    const addresses = reply?.answers.filter((record) => record.type === 'A').map((record) => record.value) ?? [];
    if (addresses.length > 0) return addresses;
    if (!reply) break;
  }
  throw failed ? new NetError('EAI_AGAIN', name, 0, 'Temporary failure in name resolution') : new NetError('ENOTFOUND', name, 0, 'Name or service not known');
}

/** One question to the configured servers in turn; undefined when none answers. */
export function* query(p: Process, question: DnsQuestion, config: ResolverConfig): Running<DnsReply | undefined> {
  for (let attempt = 0; attempt < config.attempts; attempt++) {
    for (const server of config.servers) {
      try {
        const reply = (yield* p.ask(server, 53, question, config.timeout)) as DnsReply | undefined;
        if (reply && (reply.code === 'NOERROR' || reply.code === 'NXDOMAIN')) return reply;
        if (reply && server === config.servers.at(-1)) return reply;
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
      }
    }
  }
  return undefined;
}
