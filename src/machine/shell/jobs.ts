/**
 * The jobs of a shell: what runs in the background or is stopped, the notices about them, and waiting with the terminal handed over.
 */
import type { Running, Signal } from '../process.ts';
import { numberOf } from '../signal.ts';
import type { Task } from '../task.ts';
import { Jump } from './failure.ts';
import type { Shell } from './shell.ts';

export interface Job {
  readonly number: number;
  readonly group: number;
  readonly tasks: readonly Task[];
  readonly text: string;
  /** The shell waits for it now. */
  foreground: boolean;
  /** That it is stopped was told. */
  told: boolean;
  /** Order of becoming the current job. */
  rank: number;
  disowned?: boolean;
}

export const DEATHS: Partial<Record<Signal, string>> = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGQUIT: 'Quit',
  SIGKILL: 'Killed',
  SIGTERM: 'Terminated',
  SIGUSR1: 'User defined signal 1',
  SIGUSR2: 'User defined signal 2',
  SIGALRM: 'Alarm clock',
  SIGPIPE: 'Broken pipe',
};

export const isDone = (job: Job): boolean => job.tasks.every((task) => task.exit !== undefined);
export const isStopped = (job: Job): boolean => !isDone(job) && job.tasks.every((task) => task.exit !== undefined || task.stopped);

/** The status of an ended job: that of its last process. */
export const statusOf = (job: Job): number => job.tasks.at(-1)!.exit ?? 128 + numberOf('SIGTSTP');

export class Jobs {
  list: Job[] = [];
  private ranks = 0;
  private readonly sh: Shell;

  constructor(sh: Shell) {
    this.sh = sh;
  }

  add(tasks: readonly Task[], text: string, foreground: boolean): Job {
    const number = Math.max(0, ...this.list.map((job) => job.number)) + 1;
    const job: Job = { number, group: tasks[0]!.group, tasks, text, foreground, told: false, rank: ++this.ranks };
    this.list.push(job);
    return job;
  }

  remove(job: Job): void {
    this.list = this.list.filter((other) => other !== job);
  }

  promote(job: Job): void {
    job.rank = ++this.ranks;
  }

  /** The jobs that `jobs` lists, the current one (`+`) and the one before (`-`). */
  private marks(): Map<Job, string> {
    // Stopped jobs come before running ones.
    const order = this.list.filter((job) => !job.foreground).sort((a, b) => Number(isStopped(b)) - Number(isStopped(a)) || b.rank - a.rank);
    return new Map(order.map((job, i) => [job, i === 0 ? '+' : i === 1 ? '-' : ' ']));
  }

  /** A job by `%1`, `%+`, `%-`, `%name`, `%?text` or a pid; undefined when there is none. */
  find(spec: string): Job | undefined {
    const marks = this.marks();
    const marked = (mark: string): Job | undefined => this.list.find((job) => marks.get(job) === mark);
    if (/^\d+$/.test(spec)) return this.list.find((job) => job.tasks.some((task) => task.pid === Number(spec)));
    const rest = spec.replace(/^%/, '');
    if (rest === '' || rest === '+' || rest === '%') return marked('+');
    if (rest === '-') return marked('-') ?? marked('+');
    if (/^\d+$/.test(rest)) return this.list.find((job) => job.number === Number(rest));
    return this.list.find((job) => (rest[0] === '?' ? job.text.includes(rest.slice(1)) : job.text.startsWith(rest)));
  }

  /** The line of a job, as `jobs` prints it. */
  line(job: Job, long = false): string {
    const last = job.tasks.at(-1)!;
    const status = isDone(job)
      ? last.signal ? (DEATHS[last.signal] ?? last.signal) : last.exit === 0 ? 'Done' : `Exit ${last.exit}`
      : isStopped(job) ? 'Stopped' : 'Running';
    const running = status === 'Running' && !job.foreground ? ' &' : '';
    const pid = long ? `${String(job.tasks[0]!.pid).padStart(5)} ` : '';
    return `[${job.number}]${this.marks().get(job) ?? ' '}  ${pid}${status.padEnd(24)}${job.text}${running}\n`;
  }

  /** Tells of jobs that ended or stopped since; ended ones are forgotten. */
  notify(): void {
    for (const job of [...this.list]) {
      if (job.foreground) continue;
      if (isDone(job)) {
        // Who ended only just now is told of at the next prompt, as by a real shell that learns of it later.
        if (this.sh.interactive && job.tasks.some((task) => task.ended === this.sh.p.now)) continue;
        // A script says nothing of jobs that just end.
        if (this.sh.interactive && !job.disowned) this.sh.err(this.line(job));
        this.remove(job);
      } else if (isStopped(job) && !job.told) {
        if (this.sh.interactive) this.sh.err(this.line(job));
        job.told = true;
      }
    }
  }

  /** Waits for processes in the foreground; with job control the terminal is theirs meanwhile. Returns the last one's status. */
  *foreground(tasks: readonly Task[], text: string, job?: Job): Running<number> {
    const { sh } = this;
    const { p } = sh;
    const { tty } = p;
    const last = tasks.at(-1)!;
    if (sh.monitor && tty) tty.foreground = tasks[0]!.group;
    for (const task of tasks) task.watchers.add(p);
    try {
      while (!tasks.every((task) => task.exit !== undefined || (sh.monitor && task.stopped))) yield;
    } finally {
      for (const task of tasks) task.watchers.delete(p);
      if (sh.monitor && tty) tty.foreground = p.group;
    }
    if (sh.monitor && tty) {
      tty.mode = 'cooked';
      tty.echo = true;
    }
    if (last.exit === undefined || tasks.some((task) => task.exit === undefined)) {
      const stopped = job ?? this.add(tasks, text, false);
      stopped.foreground = false;
      stopped.told = true;
      this.promote(stopped);
      sh.err(`\n${this.line(stopped)}`);
      return 128 + numberOf('SIGTSTP');
    }
    if (job) this.remove(job);
    const { signal } = last;
    if (signal && sh.interactive) {
      if (signal === 'SIGINT') {
        sh.status = 130;
        throw new Jump('interrupt', 130);
      }
      if (signal !== 'SIGPIPE') sh.err(`${DEATHS[signal] ?? signal}\n`);
    }
    return last.exit;
  }
}
