/**
 * The columns of ps: what each says of a process.
 */
import { commOf } from '../proc.ts';
import type { Process, Tty } from '../process.ts';
import { strftime, zoneOf } from './strftime.ts';

/** `pts/0`, by the order in which terminals appear among the processes; `?` without one. */
export function ttyName(p: Process, tty: Tty | undefined): string {
  if (!tty) return '?';
  const all: Tty[] = [];
  for (const other of p.machine.processes.values()) if (other.tty && !all.includes(other.tty)) all.push(other.tty);
  return `pts/${Math.max(0, all.indexOf(tty))}`;
}

/** The parent's pid; 0 without one. */
export const parentPid = (q: Process): number => q.parent?.pid ?? 0;
/** Seconds since it was started. */
export const age = (q: Process): number => Math.floor((q.now - q.started) / 1000);
const two = (n: number): string => String(n).padStart(2, '0');
/** Resident kilobytes: a number that stays with the name. */
export const rss = (q: Process): number => [...commOf(q.args)].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 9000, 7) + 1200;

/** `[[dd-]hh:]mm:ss` */
export function elapsed(seconds: number): string {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  return `${days ? `${two(days)}-` : ''}${days || hours ? `${two(hours)}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function state(p: Process, q: Process): string {
  const letter = q.stopped ? 'T' : q.pid === p.pid ? 'R' : 'S';
  const foreground = q.tty !== undefined && q.tty.foreground === q.group;
  return letter + (q.group === q.pid && (!q.parent || q.parent.tty !== q.tty) ? 's' : '') + (foreground ? '+' : '');
}

function started(p: Process, q: Process): string {
  const at = p.date - p.now + q.started;
  return strftime(p.date - at < 86_400_000 ? '%H:%M' : '%b%d', at, zoneOf(p));
}

/** Header, least width (negative: to the right), value. */
export type Column = readonly [header: string, width: number, value: (p: Process, q: Process) => string];
/** The whole command line. */
export const command = (_: Process, q: Process): string => q.args.join(' ');
/** The short name. */
export const comm = (_: Process, q: Process): string => commOf(q.args);
/** Columns by their names. */
export const COLUMNS: Readonly<Record<string, Column>> = {
  pid: ['PID', -7, (_, q) => String(q.pid)],
  ppid: ['PPID', -7, (_, q) => String(parentPid(q))],
  pgid: ['PGID', -7, (_, q) => String(q.group)],
  pgrp: ['PGRP', -7, (_, q) => String(q.group)],
  sid: ['SID', -7, (_, q) => String(q.group)],
  uid: ['UID', -5, (_, q) => String(q.user.uid)],
  user: ['USER', 8, (_, q) => q.user.name],
  euser: ['EUSER', 8, (_, q) => q.user.name],
  group: ['GROUP', 8, (_, q) => q.user.name],
  comm: ['COMMAND', 15, comm],
  ucmd: ['CMD', 15, comm],
  args: ['COMMAND', 27, command],
  cmd: ['CMD', 27, command],
  command: ['COMMAND', 27, command],
  stat: ['STAT', 4, state],
  state: ['S', 1, (p, q) => state(p, q)[0]!],
  s: ['S', 1, (p, q) => state(p, q)[0]!],
  tty: ['TT', 8, (p, q) => ttyName(p, q.tty)],
  tname: ['TTY', 8, (p, q) => ttyName(p, q.tty)],
  time: ['TIME', -8, () => '00:00:00'],
  etime: ['ELAPSED', -11, (_, q) => elapsed(age(q))],
  etimes: ['ELAPSED', -7, (_, q) => String(age(q))],
  pcpu: ['%CPU', -4, () => '0.0'],
  pmem: ['%MEM', -4, () => '0.1'],
  rss: ['RSS', -5, (_, q) => String(rss(q))],
  vsz: ['VSZ', -6, (_, q) => String(rss(q) * 2 + 1024)],
  nice: ['NI', -3, () => '0'],
  pri: ['PRI', -3, () => '19'],
  c: ['C', -2, () => '0'],
  f: ['F', -1, () => '4'],
  start: ['STARTED', -8, started],
  start_time: ['START', 5, started],
  stime: ['STIME', 5, started],
  lstart: ['STARTED', -24, (p, q) => strftime('%a %b %e %H:%M:%S %Y', p.date - p.now + q.started, zoneOf(p))],
  bsdtime: ['TIME', -6, () => '0:00'],
  wchan: ['WCHAN', 6, () => '-'],
};
/** Other names of columns. */
export const ALIAS: Readonly<Record<string, string>> = { '%cpu': 'pcpu', '%mem': 'pmem', ni: 'nice', ucomm: 'comm', tt: 'tty', vsize: 'vsz', rssize: 'rss', uname: 'user', ruser: 'user', bsdstart: 'start_time', sess: 'sid', egid: 'uid' };
