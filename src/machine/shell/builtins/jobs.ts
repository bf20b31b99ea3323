/** Builtins about jobs: jobs, fg, bg, kill, disown, suspend. */
import { mayKill } from '../../commands/may-kill.ts';
import type { ExitCode, Running } from '../../process.ts';
import { SIGNALS, numberOf, signalNamed } from '../../signal.ts';
import { isDone, isStopped } from '../jobs.ts';
import type { Job } from '../jobs.ts';
import type { Shell } from '../shell.ts';
import { listSignals } from './flow.ts';

export function jobs(sh: Shell, args: readonly string[]): ExitCode {
  const flags = args.filter((arg) => arg.startsWith('-')).join('');
  const words = args.filter((arg) => !arg.startsWith('-'));
  let status: ExitCode = 0;
  const chosen: Job[] = [];
  for (const word of words) {
    const job = sh.jobs.find(word);
    if (job) chosen.push(job);
    else {
      sh.complain(`${word}: no such job`, 'jobs');
      status = 1;
    }
  }
  for (const job of words.length > 0 ? chosen : [...sh.jobs.list]) {
    if (job.foreground) continue;
    if (flags.includes('r') && (isDone(job) || isStopped(job))) continue;
    if (flags.includes('s') && !isStopped(job)) continue;
    sh.out(flags.includes('p') ? `${job.group}\n` : sh.jobs.line(job, flags.includes('l')));
    if (isDone(job)) sh.jobs.remove(job);
  }
  return status;
}

/** The job that fg or bg means, or undefined after the complaint. */
function chosen(sh: Shell, args: readonly string[], name: string): Job | undefined {
  if (!sh.monitor) {
    sh.complain(sh.dialect.name === 'bash' ? 'no job control' : 'No current job', name);
    return undefined;
  }
  const job = sh.jobs.find(args[0] ?? '%+');
  if (!job) sh.complain(`${args[0] ?? 'current'}: no such job`, name);
  return job;
}

export function* fg(sh: Shell, args: readonly string[]): Running<ExitCode> {
  const job = chosen(sh, args, 'fg');
  if (!job) return 1;
  if (isDone(job)) {
    sh.complain('job has terminated', 'fg');
    return 1;
  }
  sh.out(`${job.text}\n`);
  job.foreground = true;
  if (sh.p.tty) sh.p.tty.foreground = job.group;
  for (const task of job.tasks) task.kill('SIGCONT');
  return yield* sh.jobs.foreground(job.tasks, job.text, job);
}

export function bg(sh: Shell, args: readonly string[]): ExitCode {
  const job = chosen(sh, args, 'bg');
  if (!job) return 1;
  if (!isStopped(job)) {
    sh.complain(`job ${job.number} already in background`, 'bg');
    return 0;
  }
  job.told = false;
  sh.out(`[${job.number}]+ ${job.text} &\n`);
  for (const task of job.tasks) task.kill('SIGCONT');
  return 0;
}

export function disown(sh: Shell, args: readonly string[]): ExitCode {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const all = args.some((arg) => /^-.*a/.test(arg)) ? [...sh.jobs.list] : (words.length > 0 ? words : ['%+']).map((word) => sh.jobs.find(word));
  for (const job of all) {
    if (!job) {
      sh.complain(`${words[0] ?? 'current'}: no such job`, 'disown');
      return 1;
    }
    if (!args.some((arg) => /^-.*h/.test(arg))) sh.jobs.remove(job);
  }
  return 0;
}

export function kill(sh: Shell, args: readonly string[]): ExitCode {
  const bash = sh.dialect.name === 'bash';
  const [first] = args;
  if (first === undefined) {
    sh.err(
      bash
        ? 'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n'
        : `${sh.dialect.prefix(sh, 'kill')}Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]\n`,
    );
    return 2;
  }
  if (first === '-l' || first === '-L') {
    if (args.length === 1) {
      if (bash) return listSignals(sh);
      sh.out(Object.values(SIGNALS).map((name) => `${name.slice(3)}\n`).join(''));
      return 0;
    }
    for (const word of args.slice(1)) {
      const signal = signalNamed(/^\d+$/.test(word) ? String(Number(word) & 127) : word);
      if (!signal) {
        sh.complain(`${word}: invalid signal specification`, 'kill');
        return 1;
      }
      sh.out(`${/^\d+$/.test(word) ? signal.slice(3) : numberOf(signal)}\n`);
    }
    return 0;
  }
  let rest = args;
  let name = 'TERM';
  if (first === '-s' || first === '-n') {
    name = args[1] ?? '';
    rest = args.slice(2);
  } else if (/^-./.test(first) && first !== '--') {
    name = first.slice(1);
    rest = args.slice(1);
  }
  if (rest[0] === '--') rest = rest.slice(1);
  const signal = name === '0' ? undefined : signalNamed(name);
  if (!signal && name !== '0') {
    sh.complain(bash ? `${name}: invalid signal specification` : `Illegal option -${name[0]}`, 'kill');
    return 1;
  }
  let status: ExitCode = 0;
  const fail = (text: string): void => {
    sh.complain(text, 'kill');
    status = 1;
  };
  for (const word of rest) {
    const { processes } = sh.p.machine;
    const job = word[0] === '%' ? sh.jobs.find(word) : undefined;
    if (word[0] === '%' && !job) {
      fail(`${word}: no such job`);
      continue;
    }
    if (!job && !/^-?\d+$/.test(word)) {
      fail(bash ? `${word}: arguments must be process or job IDs` : `Illegal number: ${word}`);
      continue;
    }
    const number = Number(word);
    const targets = job
      ? job.tasks.filter((task) => task.exit === undefined)
      : number > 0
        ? [processes.get(number)].filter((task) => task !== undefined)
        : [...processes.values()].filter((task) =>
            number === 0 ? task.group === sh.p.group : number === -1 ? task.pid > 1 && task !== sh.p : task.group === -number,
          );
    if (targets.length === 0)
      fail(bash ? `(${word}) - No such process` : sh.dialect.name === 'ash' ? `can't kill pid ${word}: No such process` : 'No such process');
    const stopped = job && isStopped(job) && sh.interactive && signal ? sh.jobs.line(job) : undefined;
    for (const task of targets) {
      if (!mayKill(sh.p, task)) fail(bash ? `(${word}) - Operation not permitted` : 'Operation not permitted');
      else if (signal) {
        task.kill(signal);
        if (job && isStopped(job) && (signal === 'SIGTERM' || signal === 'SIGHUP')) task.kill('SIGCONT');
      }
    }
    if (stopped && job && isDone(job)) sh.err(`\n${stopped}`);
  }
  return status;
}
