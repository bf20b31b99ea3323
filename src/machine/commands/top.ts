/**
 * top: the processes, live. Stands for procps' top with its summary and the keys q, M, P.
 * Unlike Linux: no CPU time is measured.
 */
import { commOf } from '../proc.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { memory, uptimeLine } from './host.ts';
import { type Flavour, options } from './options.ts';
import { rss } from './ps-columns.ts';
import { Screen } from './screen.ts';
import { clip } from './width.ts';

function rows(p: Process, flavour: Flavour, o: { sort: string; pids: readonly string[] }): { head: string[]; title: string; lines: string[] } {
  const m = memory(p);
  const total = m['MemTotal'] ?? 1;
  const mib = (kb: number): string => (kb / 1024).toFixed(1).padStart(8);
  const all = [...p.machine.processes.values()].filter((q) => !o.pids.length || o.pids.includes(String(q.pid)));
  const used = total - (m['MemAvailable'] ?? 0);
  const cache = (m['Cached'] ?? 0) + (m['Buffers'] ?? 0);
  const sorted = all.sort((a, b) => (o.sort === 'M' ? rss(b) - rss(a) : 0) || (a === p ? -1 : b === p ? 1 : 0) || a.pid - b.pid);
  if (flavour === 'busybox') {
    return {
      head: [`Mem: ${total - (m['MemFree'] ?? 0)}K used, ${m['MemFree'] ?? 0}K free, 1024K shrd, ${m['Buffers'] ?? 0}K buff, ${m['Cached'] ?? 0}K cached`, 'CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq', `Load average: 0.08 0.03 0.01 1/${all.length} ${p.pid}`],
      title: '  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND',
      lines: sorted.map((q) => `${String(q.pid).padStart(5)} ${String(q.parent?.pid ?? 0).padStart(5)} ${q.user.name.padEnd(8)} ${q === p ? 'R' : q.stopped ? 'T' : 'S'}    ${String(rss(q) * 2).padStart(5)}   0%   0   0% ${q.args.join(' ')}`),
    };
  }
  return {
    head: [
      `top -${uptimeLine(p, flavour)}`,
      `Tasks: ${String(all.length).padStart(3)} total,   1 running, ${String(all.length - 1 - all.filter((q) => q.stopped).length).padStart(3)} sleeping, ${String(all.filter((q) => q.stopped).length).padStart(3)} stopped,   0 zombie`,
      '%Cpu(s):  0.3 us,  0.2 sy,  0.0 ni, 99.5 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st ',
      `MiB Mem : ${mib(total)} total, ${mib(m['MemFree'] ?? 0)} free, ${mib(used)} used, ${mib(cache)} buff/cache     `,
      `MiB Swap: ${mib(0)} total, ${mib(0)} free, ${mib(0)} used. ${mib(m['MemAvailable'] ?? 0)} avail Mem `,
    ],
    title: '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND',
    lines: sorted.map((q) => {
      const r = rss(q);
      return `${String(q.pid).padStart(7)} ${q.user.name.padEnd(8).slice(0, 8)}  20   0 ${String(r * 2 + 1024).padStart(7)} ${String(r).padStart(6)} ${String(Math.floor(r * 0.7)).padStart(6)} ${q === p ? 'R' : q.stopped ? 'T' : 'S'}   0.0 ${((r / total) * 100).toFixed(1).padStart(5)}   0:00.0${q.pid % 10} ${commOf(q.args)}`;
    }),
  };
}

function* top(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'bn:d:p:o:u:cHi1', usage: '[OPTION]...\nThe processes, live.\n\n  -b  as text    -n N  N times    -d SECS  interval    -p PIDS    Keys: q quits, M by memory, P by pid', version: 'from procps-ng 4.0.2' });
  if (typeof o === 'number') return o;
  const every = Number(o.value('d') ?? 3) * 1000;
  const most = Number(o.value('n') ?? Infinity);
  const manner = { sort: o.value('o')?.includes('MEM') ? 'M' : 'P', pids: o.value('p')?.split(',') ?? [] };
  const tty = p.stdout.tty;
  if (o.has('b') || !tty) {
    for (let n = 0; n < most; n++) {
      const r = rows(p, flavour, manner);
      p.write(`${[...r.head, ...(flavour === 'gnu' ? [''] : []), r.title, ...r.lines].join('\n')}\n`);
      yield* p.flush();
      if (n + 1 < most) {
        yield* p.sleep(every);
        p.write('\n');
      }
    }
    return 0;
  }
  const screen = new Screen(p, tty);
  screen.begin();
  try {
    for (let n = 0, next = p.now; ; ) {
      const r = rows(p, flavour, manner);
      screen.draw([...r.head.map((line) => clip(line, screen.columns)), ...(flavour === 'gnu' ? [''] : []), `\x1b[7m${clip(r.title, screen.columns).padEnd(screen.columns)}\x1b[m`, ...r.lines.map((line) => clip(line, screen.columns))]);
      if (p.now >= next) {
        if (++n > most) return 0;
        next = p.now + every;
      }
      const key = yield* screen.key(next);
      if (key === 'q' || key === '\x03' || key === 'Hangup') return 0;
      if (key === '\x1a') yield* screen.suspend();
      if (key === 'M' || key === 'P' || key === 'N') manner.sort = key;
    }
  } finally {
    screen.end();
  }
}

/** The commands of this chunk. */
export const suite: Suite = { top };
