/**
 * About this machine and its users: id groups uname uptime free lscpu nproc mount dmesg getent stty tty tput who and others.
 * Unlike Linux: load is always low, memory in use is what /proc/meminfo tells, there is no swap.
 */
import type { ExitCode, Process, Running, User } from '../process.ts';
import { isAddress, inHosts } from '../dns.ts';
import type { Main, Suite } from './chunks.ts';
import { human, groups as allGroups } from './names.ts';
import { type Flavour, misuse, named, options } from './options.ts';
import { ttyName } from './ps-columns.ts';
import { strftime, zoneOf } from './strftime.ts';
import { NetError } from '../network.ts';

const read = (p: Process, path: string): string => {
  try {
    return p.machine.files.read(path);
  } catch {
    return '';
  }
};

function* id(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'gGnuraz', long: { group: 'g', groups: 'G', name: 'n', user: 'u', real: 'r' }, usage: '[OPTION]... [USER]\nUser and group ids.\n\n  -u  only the user    -g  only the group    -G  all groups    -n  names instead of numbers' });
  if (typeof o === 'number') return o;
  let user: User = p.user;
  if (o.words[0] !== undefined) {
    const found = p.machine.users.get(o.words[0]) ?? [...p.machine.users.values()].find((u) => String(u.uid) === o.words[0]);
    if (!found) {
      p.warn(flavour === 'busybox' ? `id: unknown user ${o.words[0]}\n` : `id: ‘${o.words[0]}’: no such user\n`);
      return 1;
    }
    user = found;
  }
  const all = allGroups(p);
  const name = (gid: number): string | undefined => all.find((g) => g.gid === gid)?.name ?? (gid === 0 ? 'root' : undefined);
  const gids = user.groups ?? [user.gid, ...all.filter((g) => g.members.includes(user.name) && g.gid !== user.gid).map((g) => g.gid)];
  const known = p.machine.users.has(user.name);
  const show = (n: number, text: string | undefined): string => (o.has('n') ? (text ?? String(n)) : String(n));
  if (named(p) === 'groups') p.write(`${o.words[0] ? `${user.name} : ` : ''}${gids.map((g) => name(g) ?? g).join(' ')}\n`);
  else if (o.has('u')) p.write(`${show(user.uid, known ? user.name : undefined)}\n`);
  else if (o.has('g')) p.write(`${show(user.gid, name(user.gid))}\n`);
  else if (o.has('G')) p.write(`${gids.map((g) => show(g, name(g))).join(' ')}\n`);
  else {
    const paren = (n: number, text: string | undefined): string => (text === undefined ? String(n) : `${n}(${text})`);
    p.write(`uid=${paren(user.uid, known ? user.name : undefined)} gid=${paren(user.gid, name(user.gid))} groups=${gids.map((g) => paren(g, name(g))).join(',')}\n`);
  }
  return 0;
}

function* uname(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'asnrvmpio', long: { all: 'a', 'kernel-name': 's', nodename: 'n', 'kernel-release': 'r', 'kernel-version': 'v', machine: 'm', 'operating-system': 'o', processor: 'p' }, usage: '[OPTION]...\nName of the system.\n\n  -a  all    -s  kernel    -n  host    -r  release    -v  version    -m  machine    -o  operating system' });
  if (typeof o === 'number') return o;
  const parts: Readonly<Record<string, string>> = { s: 'Linux', n: p.machine.hostname, r: read(p, '/proc/sys/kernel/osrelease').trim() || '6.12.48-amd64', v: '#1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1 (2025-09-20)', m: 'x86_64', p: 'unknown', i: 'unknown', o: 'GNU/Linux' };
  const keys = o.has('a') ? [...'snrvmo'] : Object.keys(parts).filter((k) => o.has(k));
  p.write(`${(keys.length ? keys : ['s']).map((k) => (k === 'o' && flavour === 'busybox' ? 'Linux' : parts[k])).join(' ')}\n`);
  return 0;
}

const uptimeSeconds = (p: Process): number => Math.floor(Number(read(p, '/proc/uptime').split(' ')[0]) || p.now / 1000);
const sessions = (p: Process): { user: string; tty: string; started: number; command: string }[] => {
  const seen = new Map<string, { user: string; tty: string; started: number; command: string }>();
  for (const q of p.machine.processes.values()) {
    const tty = ttyName(p, q.tty);
    if (q.tty && !seen.has(tty)) seen.set(tty, { user: q.user.name, tty, started: p.date - p.now + q.started, command: q.args.join(' ') });
  }
  return [...seen.values()];
};

/** `up 1 day,  2:03` and the rest of uptime's line. */
export function uptimeLine(p: Process, flavour: Flavour): string {
  const s = uptimeSeconds(p);
  const days = Math.floor(s / 86400);
  const hours = Math.floor(s / 3600) % 24;
  const minutes = Math.floor(s / 60) % 60;
  const users = sessions(p).length;
  const up = `${days ? `${days} day${days > 1 ? 's' : ''}, ` : ''}${hours ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`}`;
  return ` ${strftime('%H:%M:%S', p.date, zoneOf(p))} up ${up}, ${flavour === 'busybox' ? '' : ` ${users} user${users === 1 ? '' : 's'}, `} load average: ${read(p, '/proc/loadavg').split(' ').slice(0, 3).join(', ') || '0.00, 0.00, 0.00'}`;
}

function* uptime(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'ps', long: { pretty: 'p', since: 's' }, usage: '[OPTION]\nHow long the system has been running.' });
  if (typeof o === 'number') return o;
  const s = uptimeSeconds(p);
  if (o.has('s')) p.write(`${strftime('%Y-%m-%d %H:%M:%S', p.date - s * 1000, zoneOf(p))}\n`);
  else if (o.has('p')) {
    const parts = ([['day', Math.floor(s / 86400)], ['hour', Math.floor(s / 3600) % 24], ['minute', Math.floor(s / 60) % 60]] as const).filter((x) => x[1]).map(([w, n]) => `${n} ${w}${n > 1 ? 's' : ''}`);
    p.write(`up ${parts.join(', ') || '0 minutes'}\n`);
  } else p.write(`${uptimeLine(p, flavour)}\n`);
  return 0;
}

/** /proc/meminfo in KiB. */
export function memory(p: Process): Record<string, number> {
  return Object.fromEntries([...read(p, '/proc/meminfo').matchAll(/^(\w+):\s+(\d+)/gm)].map((m) => [m[1]!, Number(m[2])]));
}

function* free(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'bkmghtws:c:', long: { bytes: 'b', kibi: 'k', mebi: 'm', gibi: 'g', human: 'h', total: 't' }, usage: '[OPTION]...\nMemory in use.\n\n  -h  like 1.2Gi    -m  in MiB    -g  in GiB' });
  if (typeof o === 'number') return o;
  const m = memory(p);
  const total = m['MemTotal'] ?? 0;
  const unused = m['MemFree'] ?? 0;
  const available = m['MemAvailable'] ?? 0;
  const cache = (m['Cached'] ?? 0) + (m['Buffers'] ?? 0);
  const show = (kb: number): string => (o.has('h') ? (kb ? `${human(kb * 1024)}i`.replace(/^(\d+)i$/, '$1Bi') : '0B') : String(Math.floor(o.has('b') ? kb * 1024 : o.has('m') ? kb / 1024 : o.has('g') ? kb / 1048576 : kb)));
  const row = (label: string, values: readonly number[]): string => label.padEnd(flavour === 'busybox' ? 6 : 8) + values.map((v) => show(v).padStart(flavour === 'busybox' ? 12 : 12)).join('') + '\n';
  const head = flavour === 'busybox' ? '              total        used        free      shared  buff/cache   available\n' : '               total        used        free      shared  buff/cache   available\n';
  p.write(head + row('Mem:', [total, total - available, unused, 1024, cache, available]) + row('Swap:', [0, 0, 0]));
  if (o.has('t')) p.write(row('Total:', [total, total - available, unused]));
  return 0;
}

const cpus = (p: Process): number => [...read(p, '/proc/cpuinfo').matchAll(/^processor/gm)].length || 2;

function* nproc(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { long: { all: 'all', ignore: 'ignore:' }, usage: '[OPTION]...\nNumber of processors.' });
  if (typeof o === 'number') return o;
  p.write(`${Math.max(1, cpus(p) - Number(o.value('ignore') ?? 0))}\n`);
  return 0;
}

function* lscpu(p: Process): Running<ExitCode> {
  const n = cpus(p);
  const rows = { Architecture: 'x86_64', 'CPU op-mode(s)': '32-bit, 64-bit', 'Byte Order': 'Little Endian', 'CPU(s)': n, 'On-line CPU(s) list': n > 1 ? `0-${n - 1}` : '0', 'Vendor ID': 'GenuineIntel', 'Model name': 'Virtual CPU @ 2.40GHz', 'Thread(s) per core': 1, 'Core(s) per socket': n, 'Socket(s)': 1, 'Virtualization type': 'full' };
  for (const [key, value] of Object.entries(rows)) p.write(`${`${key}:`.padEnd(23)} ${value}\n`);
  return 0;
}

function* mount(p: Process): Running<ExitCode> {
  const words = p.args.slice(1).filter((a) => !/^-[lt]/.test(a));
  if (words.length && named(p) === 'mount') {
    p.warn(p.user.uid ? 'mount: only root can do that\n' : 'mount: mounting by hand is not supported here yet\n');
    return 32;
  }
  const rows = p.machine.files.mounts();
  if (named(p) === 'findmnt') {
    const cells = [['TARGET', 'SOURCE', 'FSTYPE', 'OPTIONS'], ...rows.map((m) => [m.path, m.tree.source, m.tree.type, `${m.readOnly ? 'ro' : 'rw'},relatime`])];
    const widths = [0, 1, 2].map((c) => Math.max(...cells.map((r) => r[c]!.length)));
    for (const r of cells) p.write(`${r.map((x, c) => (c < 3 ? x.padEnd(widths[c]!) : x)).join(' ')}\n`);
  } else for (const m of rows) p.write(`${m.tree.source} on ${m.path} type ${m.tree.type} (${m.readOnly ? 'ro' : 'rw'},relatime)\n`);
  return 0;
}

function* dmesg(p: Process): Running<ExitCode> {
  if (p.user.uid) {
    p.warn('dmesg: read kernel buffer failed: Operation not permitted\n');
    return 1;
  }
  const release = read(p, '/proc/version').trim();
  p.write(`[    0.000000] ${release}\n[    0.000000] Command line: ${read(p, '/proc/cmdline').trim()}\n[    0.120000] smp: Brought up 1 node, ${cpus(p)} CPUs\n[    0.310000] Memory: ${memory(p)['MemTotal'] ?? 0}K available\n[    1.204000] systemd[1]: Hostname set to <${p.machine.hostname}>.\n`);
  return 0;
}

function* getent(p: Process, flavour: Flavour): Running<ExitCode> {
  const [database, ...keys] = p.args.slice(1).filter((a) => a[0] !== '-');
  if (database === undefined) return misuse(p, flavour, { after: "Try `getent --help' or `getent --usage' for more information.\n" }, 'wrong number of arguments');
  let status = 0;
  const lines = (path: string, key: string | undefined): void => {
    const all = read(p, path).split('\n').filter(Boolean);
    const found = key === undefined ? all : all.filter((line) => line.split(':')[0] === key || line.split(':')[2] === key);
    for (const line of found) p.write(`${line}\n`);
    if (!found.length) status = 2;
  };
  switch (database) {
    case 'passwd': case 'group': case 'shadow': case 'services':
      for (const key of keys.length ? keys : [undefined]) lines(`/etc/${database}`, key);
      return status;
    case 'hosts': case 'ahosts': case 'ahostsv4':
      if (!keys.length) {
        for (const m of read(p, '/etc/hosts').matchAll(/^(\d+\S*)\s+(.*)$/gm)) p.write(`${m[1]!.padEnd(15)} ${m[2]}\n`);
        return 0;
      }
      for (const key of keys) {
        try {
          const addresses = isAddress(key) ? [key] : yield* p.resolve(key);
          if (database === 'hosts') {
            const names = isAddress(key) ? [...read(p, '/etc/hosts').matchAll(/^(\d\S*)\s+(.*)$/gm)].filter((m) => m[1] === key).map((m) => m[2]!) : inHosts(p.machine.files, key).length ? [...read(p, '/etc/hosts').matchAll(/^(\d\S*)\s+(.*)$/gm)].filter((m) => m[2]!.split(/\s+/).includes(key)).map((m) => m[2]!) : [key];
            if (!names.length) status = 2;
            else for (const address of addresses) p.write(`${address.padEnd(15)} ${names[0]}\n`);
          } else for (const address of addresses) for (const kind of ['STREAM', 'DGRAM', 'RAW']) p.write(`${address.padEnd(15)} ${kind}${kind === 'STREAM' ? ` ${key}` : kind === 'DGRAM' ? '  ' : '   '}\n`);
        } catch (error) {
          if (!(error instanceof NetError)) throw error;
          status = 2;
        }
      }
      return status;
    default:
      p.warn(`Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`);
      return 1;
  }
}

function* stty(p: Process): Running<ExitCode> {
  const { tty } = p.stdin;
  if (!tty) {
    p.warn(`stty: 'standard input': Inappropriate ioctl for device\n`);
    return 1;
  }
  const words = p.args.slice(1);
  if (!words.length || words[0] === '-a') {
    p.write(`speed 38400 baud; ${words.length ? `rows ${tty.rows}; columns ${tty.columns}; ` : ''}line = 0;\n${words.length ? 'intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; susp = ^Z;\nisig icanon iexten echo echoe echok\n' : '-brkint -imaxbel iutf8\n'}`);
    return 0;
  }
  for (const word of words) {
    if (word === 'size') p.write(`${tty.rows} ${tty.columns}\n`);
    else if (word === 'echo' || word === '-echo') tty.echo = word === 'echo';
    else if (word === 'raw' || word === '-icanon' || word === 'cbreak') tty.mode = 'raw';
    else if (word === 'sane' || word === 'cooked' || word === '-raw' || word === 'icanon') {
      tty.mode = 'cooked';
      tty.echo = true;
    } else {
      p.warn(`stty: invalid argument ‘${word}’\nTry 'stty --help' for more information.\n`);
      return 1;
    }
  }
  return 0;
}

function* tty(p: Process): Running<ExitCode> {
  const name = p.stdin.tty ? `/dev/${ttyName(p, p.stdin.tty)}` : 'not a tty';
  if (!p.args.includes('-s')) p.write(`${name}\n`);
  return p.stdin.tty ? 0 : 1;
}

const CAPABILITIES: Readonly<Record<string, string>> = { clear: '\x1b[H\x1b[2J\x1b[3J', bold: '\x1b[1m', smul: '\x1b[4m', rmul: '\x1b[24m', rev: '\x1b[7m', smso: '\x1b[7m', rmso: '\x1b[27m', dim: '\x1b[2m', sgr0: '\x1b(B\x1b[m', civis: '\x1b[?25l', cnorm: '\x1b[?12l\x1b[?25h', el: '\x1b[K', ed: '\x1b[J', home: '\x1b[H', sc: '\x1b7', rc: '\x1b8', smcup: '\x1b[?1049h', rmcup: '\x1b[?1049l', bel: '\x07', cr: '\r', reset: '\x1bc' };

function* tput(p: Process): Running<ExitCode> {
  const [name, ...args] = p.args.slice(1);
  const screen = p.stdout.tty ?? p.stderr.tty ?? p.tty;
  if (name === 'cols') p.write(`${screen?.columns ?? 80}\n`);
  else if (name === 'lines') p.write(`${screen?.rows ?? 24}\n`);
  else if (name === 'colors') p.write('256\n');
  else if (name === 'setaf' || name === 'setab') p.write(`\x1b[${Number(args[0]) < 8 ? `${name === 'setaf' ? 3 : 4}${args[0]}` : `${name === 'setaf' ? 38 : 48};5;${args[0]}`}m`);
  else if (name === 'cup') p.write(`\x1b[${Number(args[0]) + 1};${Number(args[1]) + 1}H`);
  else if (name !== undefined && name in CAPABILITIES) p.write(CAPABILITIES[name]!);
  else {
    p.warn(name === undefined ? 'usage: tput [options] capname [parm...]\n' : `tput: unknown terminfo capability '${name}'\n`);
    return name === undefined ? 2 : 4;
  }
  return 0;
}

function* who(p: Process, flavour: Flavour): Running<ExitCode> {
  const zone = zoneOf(p);
  const all = sessions(p);
  if (named(p) === 'users') p.write(`${all.map((s) => s.user).join(' ')}\n`);
  else if (named(p) === 'w') {
    p.write(`${uptimeLine(p, flavour)}\nUSER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n`);
    for (const s of all) p.write(`${s.user.padEnd(8)} ${s.tty.padEnd(8)} ${'-'.padEnd(16)} ${strftime('%H:%M', s.started, zone)}    0.00s  0.00s  0.00s ${s.command}\n`);
  } else for (const s of all) p.write(`${s.user.padEnd(8)} ${s.tty.padEnd(12)} ${strftime('%Y-%m-%d %H:%M', s.started, zone)}\n`);
  return 0;
}

const fixed = (text: (p: Process) => string): Main =>
  function* (p) {
    p.write(`${text(p)}\n`);
    return 0;
  };

function* hostnamectl(p: Process): Running<ExitCode> {
  if (p.args.length > 1 && p.args[1] !== 'status' && p.args[1] !== 'hostname') {
    p.warn('Could not set static hostname: not supported here yet\n');
    return 1;
  }
  if (p.args[1] === 'hostname') p.write(`${p.machine.hostname}\n`);
  else {
    const os = /^PRETTY_NAME="?([^"\n]*)/m.exec(read(p, '/etc/os-release'))?.[1] ?? 'Debian GNU/Linux 12 (bookworm)';
    p.write(` Static hostname: ${p.machine.hostname}\n       Icon name: computer-vm\n         Chassis: vm\nOperating System: ${os}\n          Kernel: Linux ${read(p, '/proc/sys/kernel/osrelease').trim()}\n    Architecture: x86-64\n`);
  }
  return 0;
}

/** The commands of this chunk. */
export const suite: Suite = {
  id, groups: id, uname, uptime, free, lscpu, nproc, mount, findmnt: mount, dmesg, getent, stty, tty, tput, who, w: who, users: who, hostnamectl,
  arch: fixed(() => 'x86_64'), logname: fixed((p) => p.user.name), hostid: fixed(() => '007f0101'),
  lsblk: fixed(() => 'NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINTS\nsda      8:0    0   40G  0 disk \n└─sda1   8:1    0   40G  0 part /'),
};
