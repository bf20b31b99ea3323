/** Builtins that change what runs next: break, continue, return, exit, eval, source, exec, trap, wait. */
import { findProgram } from '../../find.ts';
import type { ExitCode, Running, Signal } from '../../process.ts';
import { numberOf, SIGNALS, signalNamed } from '../../signal.ts';
import { run, syntaxError } from '../execute.ts';
import { parse } from '../parse.ts';
import { Jump, ShellError } from '../failure.ts';
import { isDone, isStopped, statusOf } from '../jobs.ts';
import type { Shell } from '../shell.ts';
import { cannotRun, takeOver } from '../simple.ts';

export function breakLoop(sh: Shell, args: readonly string[], name: string): ExitCode {
  if (sh.loops === 0) {
    if (sh.dialect.name === 'bash') sh.complain('only meaningful in a `for\', `while\', or `until\' loop', name);
    return 0;
  }
  const count = args[0] === undefined ? 1 : Number(args[0]);
  if (!Number.isInteger(count)) throw new ShellError(`${name}: ${args[0]}: numeric argument required`, 128);
  if (count < 1) {
    sh.complain(`${args[0]}: loop count out of range`, name);
    return 1;
  }
  throw new Jump(name as 'break' | 'continue', Math.min(count, sh.loops));
}

export function returnFrom(sh: Shell, args: readonly string[]): ExitCode {
  if (sh.calls.length === 0 && sh.sourcing === 0) {
    if (sh.dialect.name !== 'bash') throw new Jump('exit', args[0] === undefined ? sh.status : Number(args[0]) & 255);
    sh.complain("can only `return' from a function or sourced script", 'return');
    return 2;
  }
  throw new Jump('return', statusArgument(sh, args, 'return'));
}

function statusArgument(sh: Shell, args: readonly string[], name: string): ExitCode {
  const [word] = args;
  if (word === undefined) return sh.status;
  if (!/^-?\d+$/.test(word)) {
    sh.complain(sh.dialect.name === 'bash' ? `${word}: numeric argument required` : `Illegal number: ${word}`, name);
    return 2;
  }
  return Number(word) & 255;
}

export function exit(sh: Shell, args: readonly string[], name: string): ExitCode {
  if (sh.interactive && sh.subshell === 0) {
    if (name === 'logout' && !sh.login) {
      sh.complain('not login shell: use `exit\'', 'logout');
      return 1;
    }
    sh.err(sh.dialect.name !== 'bash' ? '' : sh.login ? 'logout\n' : 'exit\n');
    const stopped = sh.jobs.list.some(isStopped);
    if (stopped && !sh.warned) {
      sh.warned = true;
      sh.err('There are stopped jobs.\n');
      return 1;
    }
  }
  const status = statusArgument(sh, args, 'exit');
  if (args.length > 1 && /^-?\d+$/.test(args[0]!) && sh.dialect.name === 'bash') {
    sh.complain('too many arguments', 'exit');
    if (!sh.interactive) throw new Jump('exit', 1);
    return 1;
  }
  throw new Jump('exit', status);
}

export function* evalWords(sh: Shell, args: readonly string[]): Running<ExitCode> {
  const words = args[0] === '--' ? args.slice(1) : args;
  const text = words.join(' ');
  if (text.trim() === '') return 0;
  // A syntax error is fatal to a dash that is not interactive.
  if (sh.dialect.name !== 'bash' && parse(text).problem) {
    sh.source = { text, line: sh.lineNumber() };
    syntaxError(sh, text, 'eval');
    throw new Jump(sh.interactive ? 'abandon' : 'exit', 2);
  }
  return yield* run(sh, text, false, { text, line: sh.lineNumber(), tag: 'eval', ...(sh.source.file && { file: sh.source.file }) });
}

export function* source(sh: Shell, args: readonly string[], name: string): Running<ExitCode> {
  const [path, ...rest] = args;
  if (path === undefined) {
    sh.complain('filename argument required', name);
    sh.err(`${name}: usage: ${name} filename [arguments]\n`);
    return 2;
  }
  const { files } = sh.p;
  let file: string | undefined = path;
  if (!path.includes('/'))
    file =
      (sh.vars.get('PATH') ?? '')
        .split(':')
        .map((folder) => `${folder || '.'}/${path}`)
        .find((full) => files.stat(full)?.type === 'file') ?? (sh.dialect.name === 'bash' ? path : undefined);
  let text: string;
  try {
    if (file === undefined) throw new ShellError('not found', 2);
    text = sh.readFile(file);
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    sh.complain(
      sh.dialect.name === 'bash'
        ? error.message.replace(/Is a directory$/, 'is a directory')
        : sh.dialect.name === 'ash'
          ? `can't open '${path}': No such file or directory`
          : error.message === 'not found'
            ? `${path}: not found`
            : `cannot open ${path}: No such file`,
      sh.dialect.name === 'bash' && !error.message.endsWith('Is a directory') ? undefined : name,
    );
    if (sh.dialect.name !== 'bash' && !sh.interactive) throw new Jump('exit', 2);
    return sh.dialect.name === 'bash' ? 1 : 2;
  }
  const { args: outer } = sh;
  if (rest.length > 0) sh.args = rest;
  sh.sourcing++;
  try {
    return yield* run(sh, text, false, { text, line: 1, file: path });
  } catch (error) {
    if (error instanceof Jump && error.kind === 'return') return error.count;
    throw error;
  } finally {
    sh.sourcing--;
    if (rest.length > 0) sh.args = outer;
  }
}

export function* exec(sh: Shell, args: readonly string[]): Running<ExitCode> {
  let at = 0;
  let zero: string | undefined;
  let clean = false;
  for (; at < args.length && /^-[cla]/.test(args[at]!); at++) {
    if (args[at]!.includes('a')) zero = args[++at];
    if (args[at]!.includes('c')) clean = true;
  }
  if (args[at] === '--') at++;
  const words = args.slice(at);
  if (words.length === 0) return 0;
  const program = findProgram(sh.p.files, words[0]!, sh.vars.get('PATH'));
  if (typeof program !== 'function') {
    const status = cannotRun(sh, words[0]!, program.error, 'exec');
    if (!sh.interactive) throw new Jump('exit', status);
    return status;
  }
  sh.traps.clear();
  throw new Jump('exit', yield* takeOver(sh, program, zero === undefined ? words : [zero, ...words.slice(1)], clean ? new Map() : sh.environment()));
}

const PSEUDO = ['EXIT', 'ERR', 'DEBUG', 'RETURN'];

export function trap(sh: Shell, args: readonly string[]): ExitCode {
  const name = (word: string): string | undefined => (word === '0' ? 'EXIT' : PSEUDO.includes(word.toUpperCase()) ? word.toUpperCase() : signalNamed(word));
  const list = (names: readonly string[]): void => {
    for (const key of names) {
      if (sh.traps.has(key)) sh.out(`trap -- '${sh.traps.get(key)!.replace(/'/g, "'\\''")}' ${sh.dialect.name === 'bash' ? key : key.replace(/^SIG/, '')}\n`);
    }
  };
  const order = [...sh.traps.keys()].sort((a, b) => rank(a) - rank(b));
  if (args.length === 0 || args[0] === '-p') {
    list(args.length > 1 ? args.slice(1).map((word) => name(word) ?? '') : order);
    return 0;
  }
  if (args[0] === '-l') return listSignals(sh);
  const words = args[0] === '--' ? args.slice(1) : args;
  const single = words.length === 1 || /^\d+$/.test(words[0]!);
  const action = single || words[0] === '-' ? undefined : words[0]!;
  let status: ExitCode = 0;
  for (const word of single && words[0] !== '-' ? words : words.slice(1)) {
    const key = name(word);
    if (key) sh.setTrap(key, action);
    else {
      sh.complain(sh.dialect.name === 'bash' ? `${word}: invalid signal specification` : `${word}: bad trap`, 'trap');
      status = 1;
    }
  }
  return status;
}

const rank = (name: string): number => (name === 'EXIT' ? 0 : signalNamed(name) ? numberOf(name as Signal) : 100 + PSEUDO.indexOf(name));

/** The signals with their numbers, five a line. */
export function listSignals(sh: Shell): ExitCode {
  const names = Object.entries(SIGNALS).map(([number, signal]) => `${number.padStart(2)}) ${signal}`);
  for (let i = 0; i < names.length; i += 5) sh.out(`${names.slice(i, i + 5).join('\t')}\n`);
  return 0;
}

export function* wait(sh: Shell, args: readonly string[]): Running<ExitCode> {
  const { p, jobs } = sh;
  const words = args.filter((arg) => !/^-[nfp]$/.test(arg));
  const any = args.includes('-n');
  let status: ExitCode = 0;
  const interrupted = function* (): Running<ExitCode | undefined> {
    sh.check();
    const [signal] = sh.pending;
    if (!signal) return undefined;
    yield* sh.runTraps();
    return 128 + (signalNamed(signal) ? numberOf(signal as Signal) : 0);
  };
  const until = function* (targets: typeof jobs.list, ready: () => boolean): Running<ExitCode | undefined> {
    for (const job of targets) for (const task of job.tasks) task.watchers.add(p);
    try {
      while (!ready()) {
        yield;
        const broken = yield* interrupted();
        if (broken !== undefined) return broken;
      }
      return undefined;
    } finally {
      for (const job of targets) for (const task of job.tasks) task.watchers.delete(p);
    }
  };
  if (words.length === 0) {
    const targets = jobs.list.filter((job) => !isStopped(job));
    const broken = yield* until(targets, () => (any ? targets.length === 0 || targets.some(isDone) : targets.every(isDone)));
    if (broken !== undefined) return broken;
    const done = targets.find(isDone);
    if (any) status = done ? statusOf(done) : 127;
    for (const job of targets) if (isDone(job) && (!any || job === done)) finished(sh, job, any);
    return status;
  }
  for (const word of words) {
    const job = jobs.find(word);
    if (!job) {
      const known = sh.reaped.get(Number(word));
      if (known !== undefined) status = known;
      else if (sh.dialect.name !== 'bash') status = 127;
      else {
        sh.complain(
          word[0] === '%'
            ? `${word}: no such job`
            : /^\d+$/.test(word)
              ? `pid ${word} is not a child of this shell`
              : `\`${word}': not a pid or valid job spec`,
          'wait',
        );
        status = 127;
      }
      continue;
    }
    const broken = yield* until([job], () => isDone(job));
    if (broken !== undefined) return broken;
    status = statusOf(job);
    finished(sh, job);
  }
  return status;
}

function finished(sh: Shell, job: Shell['jobs']['list'][number], tell = true): void {
  for (const task of job.tasks) sh.reaped.set(task.pid, task.exit ?? 0);
  if (tell && sh.interactive && sh.monitor) sh.err(sh.jobs.line(job));
  sh.jobs.remove(job);
}

