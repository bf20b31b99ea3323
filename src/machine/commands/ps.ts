/**
 * ps and kill: the processes of this machine, and signals to them.
 * Unlike Linux: no CPU time is measured and memory sizes are made up from the name, so those columns say little.
 */
import type { ExitCode, Process, Running, Signal, Tty } from '../process.ts';
import { commOf } from '../proc.ts';
import { numberOf, SIGNALS, signalNamed } from '../signal.ts';
import type { Suite } from './chunks.ts';
import { mayKill } from './may-kill.ts';
import { type Flavour, misuse, named, options, type Spec } from './options.ts';
import { strftime, zoneOf } from './strftime.ts';
import { clip } from './width.ts';

/** `pts/0`, by the order in which terminals appear among the processes; `?` without one. */
export function ttyName(p: Process, tty: Tty | undefined): string {
  if (!tty) return '?';
  const all: Tty[] = [];
  for (const other of p.machine.processes.values()) if (other.tty && !all.includes(other.tty)) all.push(other.tty);
  return `pts/${Math.max(0, all.indexOf(tty))}`;
}

const parentPid = (q: Process): number => q.parent?.pid ?? 0;
const age = (q: Process): number => Math.floor((q.now - q.started) / 1000);
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
type Column = readonly [header: string, width: number, value: (p: Process, q: Process) => string];
const command = (_: Process, q: Process): string => q.args.join(' ');
const comm = (_: Process, q: Process): string => commOf(q.args);
const COLUMNS: Readonly<Record<string, Column>> = {
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
const ALIAS: Readonly<Record<string, string>> = { '%cpu': 'pcpu', '%mem': 'pmem', ni: 'nice', ucomm: 'comm', tt: 'tty', vsize: 'vsz', rssize: 'rss', uname: 'user', ruser: 'user', bsdstart: 'start_time', sess: 'sid', egid: 'uid' };

/** A format: keys with their headers. */
const FORMATS: Readonly<Record<string, string>> = {
  plain: 'pid tname time ucmd',
  full: 'uid=UID pid ppid c stime tname time cmd',
  bsd: 'user=USER pid pcpu pmem vsz rss tname stat start_time bsdtime command',
  bsdPlain: 'pid tname stat bsdtime command',
};

function* ps(p: Process, flavour: Flavour): Running<ExitCode> {
  if (flavour === 'busybox') return yield* busyboxPs(p);
  const words = p.args.slice(1);
  let all = false;
  let withTty = false;
  let format = 'plain';
  let header = true;
  let forest = false;
  let wide = 0;
  let custom: string[] = [];
  const pick: ((q: Process) => boolean)[] = [];
  let sort: string | undefined;
  const bad = (text: string): ExitCode => {
    p.warn(`error: ${text}\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n`);
    return 1;
  };
  const list = (text: string): string[] => text.split(/[ ,]+/).filter(Boolean);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word.startsWith('--')) {
      const [name, inline] = word.slice(2).split(/=(.*)/s);
      const value = (): string => inline ?? words[++i] ?? '';
      if (name === 'no-headers' || name === 'no-heading' || name === 'noheaders') header = false;
      else if (name === 'forest') forest = true;
      else if (name === 'sort') sort = value();
      else if (name === 'pid') pick.push(((pids) => (q: Process) => pids.includes(String(q.pid)))(list(value())));
      else if (name === 'ppid') pick.push(((pids) => (q: Process) => pids.includes(String(parentPid(q))))(list(value())));
      else if (name === 'user') pick.push(((users) => (q: Process) => users.includes(q.user.name) || users.includes(String(q.user.uid)))(list(value())));
      else if (name === 'format') custom.push(value());
      else if (name === 'help') {
        p.write("\nUsage:\n ps [options]\n\n ps          processes of this terminal\n ps aux      all, with users and memory\n ps -ef      all, with parents\n ps -o LIST  the columns of LIST (pid,ppid,user,stat,etime,comm,args …)\n ps -p PID   that one        ps -u USER  those of a user        ps -C NAME  those of a name\n");
        return 0;
      } else return bad('unknown gnu long option');
      continue;
    }
    const bsd = word[0] !== '-';
    if (bsd && /^\d/.test(word)) {
      pick.push(((pids) => (q: Process) => pids.includes(String(q.pid)))(list(word)));
      format = format === 'plain' ? 'bsdPlain' : format;
      continue;
    }
    const letters = bsd ? word : word.slice(1);
    for (let k = 0; k < letters.length; k++) {
      const c = letters[k]!;
      const value = (): string => {
        const rest = letters.slice(k + 1);
        k = letters.length;
        return rest || words[++i] || '';
      };
      if (c === 'o' || (c === 'O' && !bsd)) {
        const text = value();
        if (!text) return bad("format specification must follow -o");
        custom.push(text);
      } else if (c === 'p') pick.push(((pids) => (q: Process) => pids.includes(String(q.pid)))(list(value())));
      else if (c === 'w') wide++;
      else if (bsd) {
        if (c === 'a') withTty = true;
        else if (c === 'x') all = true;
        else if (c === 'u') format = 'bsd';
        else if (c === 'f') forest = true;
        else if (c === 'h') header = false;
        else if (!'elngS'.includes(c)) return bad('garbage option');
        if (format === 'plain') format = 'bsdPlain';
        if (all && withTty) pick.length = 0;
      } else if (c === 'e' || c === 'A') all = withTty = true;
      else if (c === 'a') withTty = true;
      else if (c === 'd') all = withTty = true;
      else if (c === 'f') format = 'full';
      else if (c === 'F' || c === 'l') format = 'full';
      else if (c === 'H') forest = true;
      else if (c === 'u' || c === 'U') {
        const users = list(value());
        if (!users.length) return bad('list of users must follow -u');
        pick.push((q) => users.includes(q.user.name) || users.includes(String(q.user.uid)));
      } else if (c === 'C') pick.push(((names) => (q: Process) => names.includes(commOf(q.args)))(list(value())));
      else if (c === 't') {
        const ttys = list(value());
        pick.push((q) => ttys.includes(ttyName(p, q.tty)));
      } else if (!'mLjyM'.includes(c)) return bad('unsupported SysV option');
    }
  }
  const columns: { header: string; column: Column }[] = [];
  const keys = custom.length ? custom.flatMap((text) => (text.includes('=') ? splitHeaders(text) : list(text))) : FORMATS[format]!.split(' ');
  for (const key of keys) {
    const [name, title] = key.split(/=(.*)/s);
    const column = COLUMNS[ALIAS[name!.toLowerCase()] ?? name!.toLowerCase()];
    if (!column) return bad(`unknown user-defined format specifier "${name}"`);
    const user = key === 'uid=UID' ? (['UID', 8, COLUMNS['user']![2]] as const) : column;
    columns.push({ header: title ?? user[0], column: user });
  }
  let rows = [...p.machine.processes.values()].filter((q) =>
    pick.length ? pick.some((f) => f(q)) : all && withTty ? true : all ? q.user.uid === p.user.uid : withTty ? q.tty !== undefined : q.tty !== undefined && q.tty === p.tty && q.user.uid === p.user.uid,
  );
  if (sort) rows = sorted(p, rows, list(sort));
  const prefix = new Map<Process, string>();
  if (forest) rows = branches(rows, prefix);
  const cells = rows.map((q) => columns.map(({ column }) => ((column[2] === command || column[2] === comm) && prefix.has(q) ? prefix.get(q)! : '') + column[2](p, q)));
  const widths = columns.map(({ header: title, column }, c) => {
    const least = title === '' && custom.length ? 1 : Math.abs(column[1]);
    return Math.max(least, title.length, column[1] < 0 || ['USER', 'UID'].includes(column[0]) ? Math.max(0, ...cells.map((row) => row[c]!.length)) : 0);
  });
  const limit = p.stdout.tty && wide < 2 ? p.stdout.tty.columns : Infinity;
  const line = (texts: readonly string[]): string =>
    clip(texts.map((text, c) => (columns[c]!.column[1] < 0 ? text.padStart(widths[c]!) : c === texts.length - 1 ? text : text.padEnd(widths[c]!))).join(' '), limit) + '\n';
  if (header && columns.some((c) => c.header !== '')) p.write(line(columns.map((c) => c.header)));
  for (const row of cells) p.write(line(row));
  return rows.length || !pick.length ? 0 : 1;
}

/** `-o pid=,comm=NAME`: a header runs to the end, or is empty before a comma. */
function splitHeaders(text: string): string[] {
  const out: string[] = [];
  for (const part of text.split(',')) {
    if (out.length && /=./.test(out.at(-1)!)) out[out.length - 1] += `,${part}`;
    else out.push(part);
  }
  return out;
}

function sorted(p: Process, rows: Process[], keys: readonly string[]): Process[] {
  return rows.sort((a, b) => {
    for (const key of keys) {
      const name = key.replace(/^[+-]/, '').toLowerCase();
      const column = COLUMNS[ALIAS[name] ?? name];
      if (!column) continue;
      const [x, y] = [column[2](p, a), column[2](p, b)];
      const n = Number.isFinite(Number(x)) && Number.isFinite(Number(y)) ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
      if (n) return key[0] === '-' ? -n : n;
    }
    return a.pid - b.pid;
  });
}

function branches(rows: readonly Process[], prefix: Map<Process, string>): Process[] {
  const out: Process[] = [];
  const visit = (q: Process, depth: number, bars: string): void => {
    if (depth) prefix.set(q, `${bars} \\_ `);
    out.push(q);
    const children = rows.filter((c) => c.parent === q);
    children.forEach((child, i) => visit(child, depth + 1, depth ? `${bars} ${i < children.length ? ' ' : ''}  ` : ''));
  };
  for (const q of rows) if (!q.parent || !rows.includes(q.parent)) visit(q, 0, '');
  return out;
}

function* busyboxPs(p: Process): Running<ExitCode> {
  const o = options(p, 'busybox', { short: 'o:Tlwef', usage: '[-o COL1,COL2=HEADER]\n\nShow list of processes' }, p.args.filter((a, i) => i === 0 || !/^[auxef]+$/.test(a)));
  if (typeof o === 'number') return o;
  const custom = o.all('o').flatMap((x) => x.split(','));
  const known = ['user', 'group', 'comm', 'args', 'pid', 'ppid', 'pgid', 'etime', 'time', 'vsz', 'stat', 'rss', 'tty', 'nice'];
  const keys = custom.length ? custom : ['pid', 'user', 'time', 'args'];
  const width: Record<string, number> = { pid: -5, ppid: -5, pgid: -5, time: -5, etime: 7, vsz: -4, rss: -4, stat: 4, tty: 6, comm: 16, user: 8, group: 8 };
  const cells: string[][] = [[]];
  const chosen: string[] = [];
  for (const key of keys) {
    const [name, title] = key.split('=');
    if (!known.includes(name!)) {
      p.warn(`ps: bad -o argument '${name}', supported arguments: ${known.join(',')}\n`);
      return 1;
    }
    chosen.push(name!);
    cells[0]!.push(title ?? (name === 'args' ? 'COMMAND' : name === 'comm' ? 'COMMAND' : name === 'tty' ? 'TT' : name === 'etime' ? 'ELAPSED' : name!.toUpperCase()));
  }
  for (const q of p.machine.processes.values()) {
    cells.push(chosen.map((name) => (name === 'time' ? '0:00' : name === 'tty' ? (q.tty ? '136,0' : '?') : name === 'etime' ? elapsed(age(q)).replace(/^0/, '') : COLUMNS[name]![2](p, q))));
  }
  const limit = p.stdout.tty?.columns ?? Infinity;
  cells.forEach((row, r) => {
    const text = row.map((cell, c) => {
      const w = width[chosen[c]!] ?? 0;
      return c === row.length - 1 ? cell : w < 0 && r > 0 ? cell.padStart(-w) : cell.padEnd(Math.abs(w)).slice(0, Math.max(Math.abs(w), w < 0 ? cell.length : 0));
    });
    p.write(`${clip(text.join(' '), limit)}\n`);
  });
  return 0;
}

/** The table that `kill -l` prints: names by number, as util-linux and procps do. */
const names = (): string => Object.values(SIGNALS).map((s) => s.slice(3)).join(' ');

/** Reads a signal as kill, pkill and killall take it before the operands: -9, -KILL, -SIGKILL, -s KILL. The rest are words. */
export function signalOption(p: Process, words: readonly string[], letters: string): { signal: Signal; rest: string[] } | ExitCode {
  let signal: Signal | undefined = 'SIGTERM';
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      rest.push(...words.slice(i));
      break;
    }
    const text = word === '-s' || word === '--signal' ? words[++i] : word.startsWith('--signal=') ? word.slice(9) : /^-(\d+|[A-Z]{2,}[A-Z0-9+]*)$/.test(word) && !rest.length ? word.slice(1) : undefined;
    if (text === undefined || (letters.includes('s') && word === '-s')) {
      rest.push(word);
      continue;
    }
    if (text === '0') continue;
    signal = signalNamed(text);
    if (!signal) {
      p.warn(`${named(p)}: ${text}: unknown signal${named(p) === 'killall' ? '; killall -l lists signals.' : ''}\n`);
      return 1;
    }
  }
  return { signal: signal!, rest };
}

function* kill(p: Process, flavour: Flavour): Running<ExitCode> {
  const words = p.args.slice(1);
  const spec: Spec = { usage: '[-SIGNAL] PID...\nSend a signal (TERM) to processes.\n\n  -l  list the signals' };
  if (words[0] === '-l' || words[0] === '--list' || words[0] === '-L') {
    if (!words[1]) p.write(`${names()}\n`);
    for (const word of words.slice(1)) {
      const signal = signalNamed(word === '0' ? '' : String(Number(word) > 128 ? Number(word) - 128 : word));
      if (!signal) {
        p.warn(`kill: unknown signal ${word}\n`);
        return 1;
      }
      p.write(`${/^\d+$/.test(word) ? signal.slice(3) : numberOf(signal)}\n`);
    }
    return 0;
  }
  const probe = words.includes('-0') || (words[0] === '-s' && words[1] === '0');
  const read = signalOption(p, words, '');
  if (typeof read === 'number') return read;
  const targets = read.rest.filter((word) => word !== '--');
  if (!targets.length) return misuse(p, flavour, { ...spec, after: '\nUsage:\n kill [options] <pid> [...]\n' }, flavour === 'busybox' ? '' : '');
  let status = 0;
  for (const word of targets) {
    if (!/^-?\d+$/.test(word)) {
      p.warn(flavour === 'busybox' ? `kill: invalid number '${word}'\n` : `kill: failed to parse argument: '${word}'\n`);
      status = 1;
      continue;
    }
    const pid = Number(word);
    const victims = [...p.machine.processes.values()].filter((q) => (pid > 0 ? q.pid === pid : pid === -1 ? q.pid !== 1 && q !== p : q.group === (pid === 0 ? p.group : -pid)));
    const allowed = victims.filter((q) => mayKill(p, q));
    if (!allowed.length) {
      const reason = victims.length ? 'Operation not permitted' : 'No such process';
      p.warn(flavour === 'busybox' ? `kill: can't kill pid ${word}: ${reason}\n` : `kill: (${word}): ${reason}\n`);
      status = 1;
    }
    if (!probe) for (const q of allowed) q.kill(read.signal);
  }
  return status;
}

/** The commands of this chunk. */
export const suite: Suite = { ps, kill };
