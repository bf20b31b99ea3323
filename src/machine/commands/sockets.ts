/**
 * ss and netstat: listening sockets. Unlike Linux: open connections are not listed.
 */
import type { Listener } from '../network.ts';
import { commOf } from '../proc.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { type Flavour, options } from './options.ts';

/** Names of ports where numbers are not asked for. */
export const SERVICES: Readonly<Record<number, string>> = { 22: 'ssh', 23: 'telnet', 25: 'smtp', 53: 'domain', 80: 'http', 110: 'pop3', 123: 'ntp', 143: 'imap2', 389: 'ldap', 443: 'https', 993: 'imaps', 3306: 'mysql', 5432: 'postgresql', 6379: 'redis', 8080: 'http-alt' };

function wanted(p: Process, tcp: boolean, udp: boolean): readonly Listener[] {
  return p.machine.net.listeners.filter((l) => (l.protocol === 'TCP' ? tcp : udp));
}

const portText = (port: number, numeric: boolean): string => (numeric ? String(port) : (SERVICES[port] ?? String(port)));

export function* ss(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: '+lntpuax4o6wHersmi', long: { listening: 'l', numeric: 'n', tcp: 't', udp: 'u', processes: 'p', all: 'a', ipv4: '4', summary: 's', 'no-header': 'H' }, version: 'utility, iproute2-6.1.0', usage: '[OPTION]...\nSockets.\n\n  -l  listening    -n  numbers    -t  TCP    -u  UDP    -p  processes    -a  all', trouble: 255 });
  if (typeof o === 'number') return o;
  const any = o.has('t') || o.has('u');
  const list = o.has('l') || o.has('a') ? wanted(p, !any || o.has('t'), !any || o.has('u')) : [];
  if (o.has('s')) {
    p.write(`Total: ${p.machine.net.listeners.length}\nTCP:   0 (estab 0, closed 0, orphaned 0, timewait 0)\n`);
    return 0;
  }
  const netid = !(o.has('t') !== o.has('u'));
  const rows = list.map((l) => ({
    netid: l.protocol.toLowerCase(),
    state: l.protocol === 'TCP' ? 'LISTEN' : 'UNCONN',
    send: l.protocol === 'TCP' ? (l.process ? '511' : '4096') : '0',
    address: l.address,
    port: portText(l.port, o.has('n')),
    process: o.has('p') && l.process ? `users:(("${commOf(l.process.args)}",pid=${l.process.pid},fd=6))` : '',
  }));
  const width = (least: number, pick: (r: (typeof rows)[number]) => string): number => Math.max(least, ...rows.map((r) => pick(r).length));
  const w = { state: width(5, (r) => r.state), address: width(13, (r) => r.address), port: width(4, (r) => r.port), process: width(7, (r) => r.process) };
  const id = (text: string): string => (netid ? `${text.padEnd(6)}` : '');
  if (!o.has('H')) p.write(`${id('Netid')}${'State'.padEnd(w.state)} Recv-Q Send-Q ${'Local Address'.padStart(w.address)}:${'Port'.padEnd(w.port)} Peer Address:PortProcess${o.has('p') ? ' '.repeat(Math.max(0, w.process - 6)) : ''}\n`);
  for (const r of rows) p.write(`${id(r.netid)}${r.state.padEnd(w.state)} ${'0'.padEnd(6)} ${r.send.padEnd(6)} ${r.address.padStart(w.address)}:${r.port.padEnd(w.port)} ${'0.0.0.0'.padStart(12)}:${'*'.padEnd(4)} ${o.has('p') ? r.process.padEnd(w.process) : ''}\n`.replace(/ +\n$/, (t) => (o.has('p') ? t : `${' '.repeat(6)}\n`)));
  return 0;
}

export function* netstat(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'lntpuaerwxi46W', long: { listening: 'l', numeric: 'n', tcp: 't', udp: 'u', programs: 'p', all: 'a', route: 'r' }, version: '2.10', usage: '[-lntupar]\nSockets.' });
  if (typeof o === 'number') return o;
  if (o.has('r') || o.has('i')) {
    p.warn(`netstat: -${o.has('r') ? 'r' : 'i'} is not supported here yet, see ip route\n`);
    return 1;
  }
  const any = o.has('t') || o.has('u');
  const list = o.has('l') || o.has('a') ? wanted(p, !any || o.has('t'), !any || o.has('u')) : [];
  p.write(`Active Internet connections (${o.has('a') ? 'servers and established' : o.has('l') ? 'only servers' : 'w/o servers'})\nProto Recv-Q Send-Q Local Address           Foreign Address         State       ${o.has('p') ? 'PID/Program name    ' : ''}\n`);
  for (const l of list) p.write(`${l.protocol.toLowerCase().padEnd(5)}      0      0 ${`${l.address}:${portText(l.port, o.has('n'))}`.padEnd(23)} ${'0.0.0.0:*'.padEnd(23)} ${(l.protocol === 'TCP' ? 'LISTEN' : '').padEnd(11)} ${o.has('p') ? (l.process ? `${l.process.pid}/${commOf(l.process.args)}` : '-').padEnd(20) : ''}\n`);
  return 0;
}
