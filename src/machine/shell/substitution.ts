/**
 * Substitutions that run commands in processes of their own: `$(…)`, `<(…)`, `>(…)`. Unlike bash: as an argument, `<(…)` is a file
 * that is whole before the command starts, so one that never ends never starts it; as a redirection it is a pipe.
 */
import { Pipe } from '../pipe.ts';
import type { Running } from '../process.ts';
import { run } from './execute.ts';
import type { Fd } from './fds.ts';
import type { ParsedScript, ProcessSubstitutionPart } from './parse.ts';
import type { Shell } from './shell.ts';
import { FORK_COST } from './shell.ts';

/** The output of a command substitution. */
export function* capture(sh: Shell, script: ParsedScript): Running<string> {
  const pipe = new Pipe();
  yield* sh.p.charge(FORK_COST);
  const task = sh.spawn((child) => run(child, script, true), { stdout: pipe.sink });
  pipe.sink.close();
  let text = '';
  try {
    for (let piece = yield* sh.receive(pipe.source); piece !== undefined; piece = yield* sh.receive(pipe.source)) text += piece;
    sh.substituted = yield* sh.p.wait(task);
  } finally {
    pipe.source.close!();
  }
  return text;
}

/** `<(…)` or `>(…)` as an argument: a path. What is read is there before the command starts; what is written is handed on after it. */
export function* processSubstitution(sh: Shell, part: ProcessSubstitutionPart): Running<string> {
  const { files } = sh.p.machine;
  while (files.exists(`/dev/fd/${sh.nextFd}`)) sh.nextFd--;
  const path = `/dev/fd/${sh.nextFd}`;
  const status = sh.substituted;
  files.write(path, part.operator === '<' && part.script ? yield* capture(sh, part.script) : '');
  files.chmod(path, 0o666);
  sh.substituted = status;
  const { script } = part;
  sh.afterwards.push(() => (function* (): Running<void> {
    const text = files.read(path);
    files.remove(path);
    if (part.operator === '>' && script) {
      const pipe = new Pipe();
      const task = sh.spawn((child) => run(child, script, true), { stdin: pipe.source });
      pipe.source.close!();
      pipe.sink.write(text);
      pipe.sink.close();
      yield* sh.p.wait(task);
    }
  })());
  return path;
}

/** `< <(…)` or `> >(…)`: a real pipe to a process that runs beside the command. */
export function* pipeTo(sh: Shell, part: ProcessSubstitutionPart, opened: (() => void)[]): Running<Fd> {
  const pipe = new Pipe();
  const { script } = part;
  yield* sh.p.charge(FORK_COST);
  const reading = part.operator === '<';
  const task = sh.spawn((child) => (script ? run(child, script, true) : run(child, '', true)), reading ? { stdout: pipe.sink } : { stdin: pipe.source });
  sh.background = task.pid;
  if (reading) {
    pipe.sink.close();
    opened.push(() => pipe.source.close!());
    return { source: pipe.source };
  }
  pipe.source.close!();
  opened.push(() => pipe.sink.close());
  return { sink: pipe.sink };
}
