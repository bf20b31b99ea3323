/**
 * ps of busybox: all processes in four columns, or those that -o names.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { options } from './options.ts';
import { age, COLUMNS, elapsed } from './ps-columns.ts';
import { clip } from './width.ts';

export function* busyboxPs(p: Process): Running<ExitCode> {
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
