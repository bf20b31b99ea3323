/**
 * Finding and signalling processes by name: pgrep pkill killall pstree pidof.
 */
import { commOf } from '../proc.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { SIGNALS } from '../signal.ts';
import type { Suite } from './chunks.ts';
import { mayKill } from './may-kill.ts';
import { type Flavour, misuse, named, options, type Spec } from './options.ts';
import { signalOption } from './kill.ts';
import { ttyName } from './ps-columns.ts';
import { regex, RegexError } from './regex.ts';

function* pgrep(p: Process, flavour: Flavour): Running<ExitCode> {
  const name = named(p);
  const kills = name === 'pkill';
  const spec: Spec = {
    short: 'aflxvnoicd:u:U:P:g:t:e', trouble: 2, version: 'from procps-ng 4.0.2', usage: '[OPTION]... PATTERN\nFind processes by a regular expression.\n\n  -f  in the whole command line    -l  with the name    -a  with the command line    -x  the whole name    -u USER    -P PPID    -n  newest    -o  oldest    -c  count    -v  the others',
    long: { full: 'f', 'list-name': 'l', 'list-full': 'a', exact: 'x', inverse: 'v', newest: 'n', oldest: 'o', 'ignore-case': 'i', count: 'c', delimiter: 'd:', euid: 'u:', uid: 'U:', parent: 'P:', pgroup: 'g:', terminal: 't:', echo: 'e' },
    after: `\nUsage:\n ${name} [options] <pattern>\n\nFor more details see pgrep(1).\n`,
  };
  const read = kills ? signalOption(p, p.args.slice(1), '') : { signal: 'SIGTERM' as const, rest: p.args.slice(1) };
  if (typeof read === 'number') return 2;
  const o = options(p, flavour, spec, [name, ...read.rest]);
  if (typeof o === 'number') return o;
  const pick = (key: string, text: (q: Process) => readonly string[]): ((q: Process) => boolean) => {
    const wanted = o.value(key)?.split(',');
    return (q) => !wanted || text(q).some((t) => wanted.includes(t));
  };
  const filters = [pick('u', (q) => [q.user.name, String(q.user.uid)]), pick('U', (q) => [q.user.name, String(q.user.uid)]), pick('P', (q) => [String(q.parent?.pid ?? 0)]), pick('g', (q) => [String(q.group)]), pick('t', (q) => [ttyName(p, q.tty)])];
  const filtered = ['u', 'U', 'P', 'g', 't'].some((k) => o.has(k));
  if (o.words.length !== 1 && !(filtered && !o.words.length)) return misuse(p, flavour, spec, o.words.length ? 'only one pattern can be provided' : 'no matching criteria specified');
  let matches: (text: string) => boolean = () => true;
  if (o.words.length) {
    try {
      const pattern = regex(o.has('x') ? `^(${o.words[0]})$` : o.words[0]!, { extended: true, ignoreCase: o.has('i') });
      matches = (text) => pattern.test(text);
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      p.warn(`${name}: regex error: ${error.message}\n`);
      return 2;
    }
  }
  let found = [...p.machine.processes.values()].filter((q) => q !== p && (matches(o.has('f') ? q.args.join(' ') : commOf(q.args)) && filters.every((f) => f(q))) !== o.has('v') && q !== p);
  if (o.has('n')) found = found.slice(-1);
  if (o.has('o')) found = found.slice(0, 1);
  if (kills) {
    let status = found.length ? 0 : 1;
    for (const q of found) {
      if (!mayKill(p, q)) {
        p.warn(`pkill: killing pid ${q.pid} failed: Operation not permitted\n`);
        status = 1;
      } else {
        q.kill(read.signal);
        if (o.has('e')) p.write(`${commOf(q.args)} killed (pid ${q.pid})\n`);
      }
    }
    if (o.has('c')) p.write(`${found.length}\n`);
    return status;
  }
  if (o.has('c')) p.write(`${found.length}\n`);
  else if (found.length) p.write(`${found.map((q) => `${q.pid}${o.has('a') ? ` ${q.args.join(' ')}` : o.has('l') ? ` ${commOf(q.args)}` : ''}`).join(o.value('d') ?? '\n')}\n`);
  return found.length ? 0 : 1;
}

function* killall(p: Process, flavour: Flavour): Running<ExitCode> {
  const words = p.args.slice(1);
  if (words[0] === '-l') {
    p.write(`${Object.values(SIGNALS).map((s) => s.slice(3)).join(' ')}\n`);
    return 0;
  }
  const read = signalOption(p, words, '');
  if (typeof read === 'number') return read;
  const quiet = read.rest.includes('-q');
  const names = read.rest.filter((w) => w[0] !== '-');
  if (!names.length) {
    p.warn(flavour === 'busybox' ? 'BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\nUsage: killall [-lq] [-SIG] PROCESS_NAME...\n' : 'Usage: killall [OPTION]... [--] NAME...\n       killall -l, --list\n');
    return 1;
  }
  let status = 0;
  for (const name of names) {
    const found = [...p.machine.processes.values()].filter((q) => q !== p && commOf(q.args) === name);
    if (!found.length) {
      if (!quiet) p.warn(flavour === 'busybox' ? `killall: ${name}: no process killed\n` : `${name}: no process found\n`);
      status = 1;
    }
    for (const q of found) {
      if (mayKill(p, q)) q.kill(read.signal);
      else {
        p.warn(`${name}(${q.pid}): Operation not permitted\n`);
        status = 1;
      }
    }
  }
  return status;
}

function* pstree(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'apnuhlA', long: { arguments: 'a', 'show-pids': 'p', 'numeric-sort': 'n', ascii: 'A' }, usage: '[OPTION]... [PID|USER]\nProcesses as a tree.\n\n  -p  with pids    -a  with arguments' });
  if (typeof o === 'number') return o;
  const all = [...p.machine.processes.values()];
  const label = (q: Process): string => (o.has('a') ? `${commOf(q.args)}${o.has('p') ? `,${q.pid}` : ''}${q.args.length > 1 ? ` ${q.args.slice(1).join(' ')}` : ''}` : `${commOf(q.args)}${o.has('p') ? `(${q.pid})` : ''}`);
  const childrenOf = (q: Process): Process[] => all.filter((c) => c.parent === q).sort((a, b) => (o.has('n') || o.has('p') ? a.pid - b.pid : commOf(a.args) < commOf(b.args) ? -1 : commOf(a.args) > commOf(b.args) ? 1 : a.pid - b.pid));
  const [tee, corner, bar, dash, fork] = p.stdout.tty && !o.has('A') ? ['├', '└', '│', '─', '┬'] : ['|', '`', '|', '-', '+'];
  const lines = (q: Process): string[] => {
    const children = childrenOf(q);
    if (o.has('a')) {
      return [label(q), ...children.flatMap((c, i) => lines(c).map((line, k) => (i < children.length - 1 ? (k ? `  ${bar}${line.slice(0)}` : `  ${tee}${dash}${line}`) : k ? `   ${line}` : `  ${corner}${dash}${line}`)))];
    }
    if (!children.length) return [label(q)];
    const blank = ' '.repeat(label(q).length);
    // Equal leaves are one line with their number.
    const groups: { lines: string[]; count: number }[] = [];
    for (const child of children) {
      const sub = lines(child);
      const last = groups.find((g) => g.lines.length === 1 && sub.length === 1 && g.lines[0] === sub[0]);
      if (last) last.count++;
      else groups.push({ lines: sub, count: 1 });
    }
    return groups.flatMap((g, i) => {
      const body = g.count > 1 ? [`${g.count}*[${g.lines[0]}]`] : g.lines;
      const final = i === groups.length - 1;
      return body.map((line, k) => {
        if (k) return `${blank} ${final ? ' ' : bar} ${line}`;
        if (i) return `${blank} ${final ? corner : tee}${dash}${line}`;
        return `${label(q)}${dash}${final ? dash : fork}${dash}${line}`;
      });
    });
  };
  const word = o.words[0];
  const roots = word === undefined ? all.filter((q) => !q.parent || !all.includes(q.parent)) : /^\d+$/.test(word) ? all.filter((q) => q.pid === Number(word)) : all.filter((q) => q.user.name === word && q.parent?.user.name !== word);
  for (const root of roots) p.write(`${lines(root).join('\n')}\n`);
  return roots.length ? 0 : 1;
}

function* pidof(p: Process): Running<ExitCode> {
  const names = p.args.slice(1).filter((a) => a[0] !== '-');
  const found = [...p.machine.processes.values()].filter((q) => names.includes(commOf(q.args))).map((q) => q.pid).reverse();
  if (found.length) p.write(`${(p.args.includes('-s') ? found.slice(0, 1) : found).join(' ')}\n`);
  return found.length ? 0 : 1;
}

/** The commands of this chunk. */
export const suite: Suite = { pgrep, pkill: pgrep, killall, pstree, pidof };
