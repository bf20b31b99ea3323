/**
 * ps: the processes of this machine, as procps lists them.
 * Unlike Linux: no CPU time is measured and memory sizes are made up from the name, so those columns say little.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { commOf } from '../proc.ts';
import { busyboxPs } from './busybox-ps.ts';
import type { Suite } from './chunks.ts';
import { kill } from './kill.ts';
import type { Flavour } from './options.ts';
import { ALIAS, type Column, COLUMNS, comm, command, parentPid, ttyName } from './ps-columns.ts';
import { clip } from './width.ts';

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


/** The commands of this chunk. */
export const suite: Suite = { ps, kill };
