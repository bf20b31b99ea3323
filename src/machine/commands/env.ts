/**
 * Programs that run other programs: env, printenv, timeout, nohup, nice, setsid, stdbuf.
 */
import { signalNamed } from '../signal.ts';
import { sinkTo } from '../pipe.ts';
import type { ExitCode, Process, Running, Signal } from '../process.ts';
import { seconds } from './basic.ts';
import { type Flavour, misuse, missing, named, options, type Spec } from './options.ts';

/** Runs a command in place of this process; complains and gives 127 or 126 when it cannot be run. */
export function* replaceBy(p: Process, words: readonly string[], flavour: Flavour): Running<ExitCode> {
  const program = p.find(words[0]!);
  if (typeof program === 'function') return yield* p.exec(program, words);
  const text = program.error === 'not found' ? 'No such file or directory' : 'Permission denied';
  p.warn(flavour === 'busybox' ? `${named(p)}: can't execute '${words[0]}': ${text}\n` : `${named(p)}: ${named(p) === 'env' || named(p) === 'nice' ? `‘${words[0]}’` : `failed to run command ‘${words[0]}’`}: ${text}\n`);
  return program.error === 'not found' ? 127 : 126;
}

export function* env(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: '+i0u:C:', long: { 'ignore-environment': 'i', null: '0', unset: 'u:', chdir: 'C:' }, trouble: 125,
    usage: '[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]\nSet each NAME to VALUE in the environment and run COMMAND.\n\n  -i  start with an empty environment    -u NAME  without NAME    -C DIR  in that folder',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const words = [...o.words];
  if (o.has('i') || words[0] === '-') p.env.clear();
  if (words[0] === '-') words.shift();
  for (const name of o.all('u')) p.env.delete(name);
  while (words[0]?.includes('=')) {
    const [, name, value] = /^([^=]*)=([^]*)$/.exec(words.shift()!)!;
    p.env.set(name!, value!);
  }
  if (o.has('C')) p.cwd = p.files.resolve(o.value('C')!);
  if (words.length) return yield* replaceBy(p, words, flavour);
  for (const [name, value] of p.env) p.write(`${name}=${value}${o.has('0') ? '\0' : '\n'}`);
  return 0;
}

export function* printenv(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: '+0', long: { null: '0' }, trouble: 2, usage: '[VARIABLE]...\nPrint the values of the environment VARIABLEs, or all of them.' });
  if (typeof o === 'number') return o;
  const end = o.has('0') ? '\0' : '\n';
  if (!o.words.length) for (const [name, value] of p.env) p.write(`${name}=${value}${end}`);
  let status = 0;
  for (const word of o.words) {
    const value = p.env.get(word);
    if (value === undefined) status = 1;
    else p.write(value + end);
  }
  return status;
}

export function* timeout(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: '+s:k:v', long: { signal: 's:', 'kill-after': 'k:', 'preserve-status': 'preserve', foreground: 'foreground', verbose: 'v' }, trouble: 125,
    usage: '[OPTION] DURATION COMMAND [ARG]...\nStart COMMAND, and end it if it still runs after DURATION (number with s, m, h or d).\n\n  -s SIGNAL  send that instead of TERM    -k DURATION  send KILL so much later    --preserve-status',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (o.words.length < 2) return misuse(p, flavour, spec, '');
  const [duration, ...command] = o.words;
  const limit = seconds(duration!);
  if (limit === undefined) return misuse(p, flavour, spec, flavour === 'busybox' ? `invalid number '${duration}'` : `invalid time interval ‘${duration}’`);
  const signal: Signal | undefined = signalNamed(o.value('s') ?? 'TERM');
  if (!signal) return misuse(p, flavour, spec, `${o.value('s')}: invalid signal`);
  const killAfter = o.has('k') ? seconds(o.value('k')!) : undefined;
  const program = p.find(command[0]!);
  if (typeof program !== 'function') {
    p.warn(flavour === 'busybox' ? `${named(p)}: can't execute '${command[0]}': No such file or directory\n` : `${named(p)}: failed to run command ‘${command[0]}’: ${program.error === 'not found' ? 'No such file or directory' : 'Permission denied'}\n`);
    return program.error === 'not found' ? 127 : 126;
  }
  const child = p.spawn(program, command);
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) p.trap(name, () => child.kill(name));
  const ended = waitUntil(p, child, limit > 0 ? p.now + limit * 1000 : Infinity);
  if (yield* ended) return child.exit!;
  if (o.has('v')) p.warn(`timeout: sending signal ${signal.slice(3)} to command ‘${command[0]}’\n`);
  child.kill(signal);
  child.kill('SIGCONT');
  if (killAfter !== undefined && !(yield* waitUntil(p, child, p.now + killAfter * 1000))) child.kill('SIGKILL');
  const code = yield* p.wait(child);
  return o.has('preserve') ? code : flavour === 'busybox' ? 143 : child.signal === 'SIGKILL' ? 137 : 124;
}

/** Waits for a child, but no longer than until `deadline`; true when it has ended. */
function* waitUntil(p: Process, child: Process, deadline: number): Running<boolean> {
  child.whenDone(() => p.poke());
  while (child.exit === undefined && p.now < deadline) {
    if (deadline === Infinity) yield;
    else yield deadline;
  }
  return child.exit !== undefined;
}

export function* nohup(p: Process, flavour: Flavour): Running<ExitCode> {
  const words = p.args.slice(1);
  if (!words.length) return missing(p, flavour, { usage: 'COMMAND [ARG]...', trouble: 125 });
  const program = p.find(words[0]!);
  if (typeof program !== 'function') {
    p.warn(`nohup: failed to run command ‘${words[0]}’: No such file or directory\n`);
    return 127;
  }
  p.trap('SIGHUP', 'ignore');
  if (!p.stdout.tty) {
    if (p.stdin.tty) p.warn('nohup: ignoring input\n');
    return yield* p.exec(program, words);
  }
  p.warn(`nohup: ${p.stdin.tty ? 'ignoring input and ' : ''}appending output to 'nohup.out'\n`);
  const { files } = p;
  files.append('nohup.out', '');
  const sink = sinkTo((text) => files.append('nohup.out', text));
  return yield* p.wait(p.spawn(program, words, { stdout: sink, ...(p.stderr.tty && { stderr: sink }) }));
}

/** nice, setsid, stdbuf: there is nothing to arrange here, the command just runs. */
export function* plainly(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: '+n:o:i:e:wcf', long: { adjustment: 'n:', output: 'o:', input: 'i:', error: 'e:' }, usage: '[OPTION]... COMMAND [ARG]...', trouble: 125 });
  if (typeof o === 'number') return o;
  if (!o.words.length) return missing(p, flavour, {});
  return yield* replaceBy(p, o.words, flavour);
}
