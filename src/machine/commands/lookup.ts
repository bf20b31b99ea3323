/**
 * nslookup, dig, host: asking name servers. Stands for BIND's tools and busybox' nslookup.
 * Unlike the real ones: no interactive mode, no zone transfers; times and message sizes are made up.
 */
import { candidates, type DnsRecord, type DnsReply, isAddress, parseResolvConf, type RecordType } from '../dns.ts';
import { NetError } from '../network.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { type Flavour, misuse } from './options.ts';
import { strftime, zoneOf } from './strftime.ts';

const TYPES: readonly RecordType[] = ['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'NS', 'MX', 'TXT', 'SOA', 'ANY'];
const typeNamed = (text: string): RecordType | undefined => TYPES.find((t) => t === text.toUpperCase());
const config = (p: Process): ReturnType<typeof parseResolvConf> => parseResolvConf(p.machine.files.exists('/etc/resolv.conf') ? p.machine.files.read('/etc/resolv.conf') : '');
const reversed = (address: string): string => `${address.split('.').reverse().join('.')}.in-addr.arpa`;

/** One question to one server, tried `attempts` times; why not, when there is no answer. */
function* ask(p: Process, server: string, name: string, type: RecordType, attempts: number, timeout: number, failed: (why: 'timed out' | 'connection refused') => void): Running<DnsReply | undefined> {
  for (let k = 0; k < attempts; k++) {
    try {
      const reply = (yield* p.ask(server, 53, { name, type }, timeout)) as DnsReply | undefined;
      if (reply) return reply;
      failed('timed out');
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      failed(error.code === 'ECONNREFUSED' ? 'connection refused' : 'timed out');
    }
  }
  return undefined;
}

/** The address of a server given by address or name. */
function* serverAddress(p: Process, word: string): Running<string | undefined> {
  if (isAddress(word)) return word;
  try {
    return (yield* p.resolve(word))[0];
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return undefined;
  }
}

function* nslookup(p: Process, flavour: Flavour): Running<ExitCode> {
  let type: RecordType | undefined;
  let timeout = 5000;
  const words: string[] = [];
  for (const arg of p.args.slice(1)) {
    const m = /^-(?:type|query|querytype|q)=(.+)$/i.exec(arg);
    if (m) {
      type = typeNamed(m[1]!);
      if (!type) {
        p.warn(flavour === 'busybox' ? `nslookup: invalid query type "${m[1]}"\n` : `unknown query type: ${m[1]}\n`);
        if (flavour === 'busybox') return 1;
      }
    } else if (/^-timeout=\d+$/.test(arg)) timeout = Number(arg.slice(9)) * 1000;
    else if (arg === '-debug' || /^-(retry|port)=/.test(arg)) continue;
    else words.push(arg);
  }
  if (!words.length) {
    if (flavour === 'busybox') return misuse(p, flavour, { usage: '[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n\nQuery DNS about HOST\n\nQUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any' }, '');
    p.warn('nslookup: interactive mode is not supported here yet\n');
    return 1;
  }
  const conf = config(p);
  const name = words[0]!;
  let server = conf.servers[0]!;
  if (words[1] !== undefined) {
    const found = yield* serverAddress(p, words[1]);
    if (!found) {
      p.warn(flavour === 'busybox' ? `nslookup: bad address '${words[1]}'\n` : `nslookup: couldn't get address for '${words[1]}': not found\n`);
      return 1;
    }
    server = found;
  }
  return flavour === 'busybox' ? yield* small(p, name, type, server, conf, timeout) : yield* large(p, name, type, server, words[1] ?? server, conf, timeout);
}

/** busybox': each search domain is a question of its own, and only names without a dot are searched. */
function* small(p: Process, name: string, type: RecordType | undefined, server: string, conf: ReturnType<typeof config>, timeout: number): Running<ExitCode> {
  // Replies are shown as they come: that there are no IPv6 addresses is said first.
  const types: RecordType[] = type ? [type] : isAddress(name) ? ['PTR'] : ['AAAA', 'A'];
  const bare = name.replace(/\.$/, '');
  const names = isAddress(name) ? [reversed(name)] : name.includes('.') || !conf.search.length ? [bare] : conf.search.map((d) => `${name}.${d}`);
  let status = 0;
  let head = false;
  for (const t of types) {
    for (const n of names) {
      let reason = '';
      const reply = yield* ask(p, server, n, t, 2, timeout, (w) => void (reason = w));
      if (!reply) {
        if (reason === 'connection refused') p.warn(`nslookup: write to '${server}': Connection refused\n`);
        p.write(';; connection timed out; no servers could be reached\n\n');
        return 1;
      }
      if (!head) p.write(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
      head = true;
      if (reply.code !== 'NOERROR') {
        p.write(`** server can't find ${n}: ${reply.code}\n\n`);
        status = 1;
        continue;
      }
      if (reply.answers.length && reply.authoritative === false) p.write('Non-authoritative answer:\n');
      for (const r of reply.answers) p.write(shortRecord(r));
      p.write('\n');
    }
  }
  return status;
}

function shortRecord(r: DnsRecord): string {
  switch (r.type) {
    case 'A': case 'AAAA': return `Name:\t${r.name}\nAddress: ${r.value}\n`;
    case 'PTR': return `${r.name}\tname = ${r.value.replace(/\.$/, '')}\n`;
    case 'CNAME': return `${r.name}\tcanonical name = ${r.value.replace(/\.$/, '')}\n`;
    case 'SRV': return `${r.name}\tservice = ${r.value}\n`;
    case 'TXT': return `${r.name}\ttext = ${/^"/.test(r.value) ? r.value : `"${r.value}"`}\n`;
    case 'MX': return `${r.name}\tmail exchanger = ${r.value}\n`;
    case 'NS': return `${r.name}\tnameserver = ${r.value}\n`;
    default: return `${r.name}\t${r.type.toLowerCase()} = ${r.value}\n`;
  }
}

/** BIND's: search domains are tried in turn until one answers. */
function* large(p: Process, name: string, type: RecordType | undefined, server: string, shown: string, conf: ReturnType<typeof config>, timeout: number): Running<ExitCode> {
  const types: RecordType[] = type ? [type] : isAddress(name) ? ['PTR'] : ['A', 'AAAA'];
  const names = isAddress(name) ? [reversed(name)] : candidates(name, conf);
  let head = false;
  const header = (): void => {
    if (!head) p.write(`Server:\t\t${shown}\nAddress:\t${server}#53\n\n`);
    head = true;
  };
  let last: DnsReply | undefined;
  for (const n of names) {
    let found: DnsReply | undefined;
    for (const t of types) {
      const reply = yield* ask(p, server, n, t, 3, timeout, (reason) => p.write(`;; communications error to ${server}#53: ${reason}\n`));
      if (!reply) {
        p.write(';; no servers could be reached\n\n');
        return 1;
      }
      last = reply;
      if (reply.code !== 'NOERROR') break;
      header();
      if (reply.answers.length && t === types[0] && reply.authoritative === false) p.write('Non-authoritative answer:\n');
      for (const r of reply.answers) {
        const line = shortRecord(r);
        p.write(r.type === 'PTR' || r.type === 'CNAME' || r.type === 'NS' ? line.replace(/\n$/, '.\n') : r.type === 'SRV' ? line.replace(/\.?\n$/, '.\n') : line);
      }
      if (reply.answers.length) found ??= reply;
    }
    if (found) {
      p.write('\n');
      return 0;
    }
  }
  header();
  if (last?.code === 'NOERROR') p.write(`*** Can't find ${name}: No answer\n\n`);
  else p.write(`** server can't find ${isAddress(name) ? reversed(name) : name}: ${last?.code ?? 'NXDOMAIN'}\n\n`);
  return 1;
}

function* host(p: Process, flavour: Flavour): Running<ExitCode> {
  const words: string[] = [];
  let type: RecordType | undefined;
  const args = p.args.slice(1);
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '-t') type = typeNamed(args[++i] ?? '');
    else if (args[i]![0] !== '-') words.push(args[i]!);
  }
  if (!words.length) return misuse(p, flavour, { after: 'Usage: host [-t type] hostname [server]\n' }, '');
  const conf = config(p);
  const name = words[0]!;
  const server = words[1] ? yield* serverAddress(p, words[1]) : conf.servers[0]!;
  if (words[1]) p.write(`Using domain server:\nName: ${words[1]}\nAddress: ${server}#53\nAliases: \n\n`);
  const names = isAddress(name) ? [reversed(name)] : candidates(name, conf);
  let last: DnsReply | undefined;
  let shown = false;
  for (const n of names) {
    for (const t of type ? [type] : isAddress(name) ? (['PTR'] as const) : (['A', 'AAAA', 'MX'] as const)) {
      const reply = yield* ask(p, server ?? '127.0.0.1', n, t, 2, 5000, () => {});
      if (!reply) {
        p.write(';; connection timed out; no servers could be reached\n');
        return 1;
      }
      last = reply;
      for (const r of reply.answers) {
        shown = true;
        const what = { A: 'has address', AAAA: 'has IPv6 address', CNAME: 'is an alias for', PTR: 'domain name pointer', SRV: 'has SRV record', MX: 'mail is handled by', TXT: 'descriptive text', NS: 'name server', SOA: 'has SOA record', ANY: 'has' }[r.type];
        p.write(`${r.name} ${what} ${r.type === 'PTR' || r.type === 'CNAME' || r.type === 'SRV' ? `${r.value.replace(/\.$/, '')}.` : r.value}\n`);
      }
    }
    if (shown) return 0;
  }
  p.write(last?.code === 'NOERROR' ? `${name} has no ${type ?? 'A'} record\n` : `Host ${isAddress(name) ? `${reversed(name)}.` : name} not found: 3(NXDOMAIN)\n`);
  return 1;
}

const dotted = (name: string): string => `${name.replace(/\.$/, '')}.`;
const recordLine = (r: DnsRecord): string => {
  const name = dotted(r.name);
  const tabs = name.length < 8 ? '\t\t\t' : name.length < 16 ? '\t\t' : name.length < 24 ? '\t' : ' ';
  return `${name}${tabs}${r.ttl}\tIN\t${r.type}\t${r.type === 'CNAME' || r.type === 'PTR' || r.type === 'NS' || r.type === 'SRV' ? dotted(r.value) : r.type === 'TXT' && !r.value.startsWith('"') ? `"${r.value}"` : r.value}\n`;
};

function* dig(p: Process): Running<ExitCode> {
  const conf = config(p);
  let server = conf.servers[0]!;
  let shownServer = server;
  let type: RecordType = 'A';
  let name: string | undefined;
  let timeout = 5000;
  let tries = 3;
  const on = { short: false, search: false, comments: true, question: true, answer: true, stats: true, cmd: true };
  const args = p.args.slice(1);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg[0] === '@') {
      shownServer = arg.slice(1);
      const found = yield* serverAddress(p, shownServer);
      if (!found) {
        p.warn(`dig: couldn't get address for '${shownServer}': not found\n`);
        return 10;
      }
      server = found;
    } else if (arg[0] === '+') {
      const [key, value] = arg.slice(1).split('=');
      const off = key!.startsWith('no');
      const flag = off ? key!.slice(2) : key!;
      if (flag === 'all') on.comments = on.question = on.answer = on.stats = on.cmd = !off;
      else if (flag === 'time') timeout = Number(value) * 1000;
      else if (flag === 'tries' || flag === 'retry') tries = Number(value) + (flag === 'retry' ? 1 : 0);
      else if (flag in on) on[flag as keyof typeof on] = !off;
      else if (!/^(recurse|tcp|edns|dnssec|authority|additional|multiline|trace|ttlid|identify|cookie|vc)$/.test(flag)) {
        p.warn(`Invalid option: ${arg}\nUsage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n`);
        return 1;
      }
    } else if (arg === '-t') type = typeNamed(args[++i] ?? '') ?? 'A';
    else if (arg === '-x') {
      name = reversed(args[++i] ?? '');
      type = 'PTR';
    } else if (arg === '-4' || arg === '-v') continue;
    else if (arg[0] === '-') {
      p.warn(`Invalid option: ${arg}\nUsage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n`);
      return 1;
    } else if (typeNamed(arg) && name !== undefined) type = typeNamed(arg)!;
    else if (arg.toUpperCase() !== 'IN') name = arg;
  }
  name ??= '.';
  const command = `; <<>> DiG 9.18.41-1~deb12u1-Debian <<>> ${args.join(' ')}\n`;
  let reply: DnsReply | undefined;
  let asked = name.replace(/\.$/, '');
  const begun = p.now;
  for (const n of on.search ? candidates(name, conf) : [asked]) {
    asked = n;
    const errors: string[] = [];
    reply = yield* ask(p, server, n, type, tries, timeout, (reason) => void errors.push(`;; communications error to ${server}#53: ${reason}\n`));
    if (!reply) {
      p.write(`${errors.join('')}\n${on.short ? '' : `${command};; global options: +cmd\n`};; no servers could be reached\n\n`);
      return 9;
    }
    if (reply.answers.length) break;
  }
  if (on.short) {
    for (const r of reply!.answers) p.write(`${r.type === 'CNAME' || r.type === 'PTR' || r.type === 'SRV' ? dotted(r.value) : r.value}\n`);
    return 0;
  }
  const { code, answers } = reply!;
  if (on.cmd) p.write(`\n${command};; global options: +cmd\n`);
  if (on.comments) {
    p.write(`;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${code}, id: ${p.random.below(65_536)}\n;; flags: qr ${reply!.authoritative === false ? '' : 'aa '}rd ra; QUERY: 1, ANSWER: ${answers.length}, AUTHORITY: 0, ADDITIONAL: 1\n\n`);
    p.write(';; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n');
  }
  if (on.question) p.write(`${on.comments ? ';; QUESTION SECTION:\n' : ''};${dotted(asked)}${asked.length < 6 ? '\t\t\t' : asked.length < 14 ? '\t\t' : '\t'}IN\t${type}\n\n`);
  if (on.answer && answers.length) p.write(`${on.comments ? ';; ANSWER SECTION:\n' : ''}${answers.map(recordLine).join('')}${on.comments ? '\n' : ''}`);
  if (on.stats) p.write(`;; Query time: ${Math.round(p.now - begun)} msec\n;; SERVER: ${server}#53(${shownServer}) (UDP)\n;; WHEN: ${strftime('%a %b %d %H:%M:%S %Z %Y', p.date, zoneOf(p))}\n;; MSG SIZE  rcvd: ${asked.length + 40 + answers.reduce((n, r) => n + 12 + (r.type === 'A' ? 4 : r.value.length), 0)}\n\n`);
  return 0;
}

/** The commands of this chunk. */
export const suite: Suite = { nslookup, dig, host };
