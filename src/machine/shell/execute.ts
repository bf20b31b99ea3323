/**
 * Runs scripts and lists: syntax errors, `&&` and `||`, pipelines whose stages run side by side, background jobs.
 * Stands for bash's execute_cmd.c.
 */
import { Pipe, nothing } from '../pipe.ts';
import type { ExitCode, Running, Sink, Source } from '../process.ts';
import type { Task } from '../task.ts';
import { runCommand } from './compound.ts';
import { Jump, ShellError } from './failure.ts';
import type { AndOr, ParsedScript, Pipeline, PipelineNode, Statement } from './parse.ts';
import { parse } from './parse.ts';
import type { ScriptText, Shell } from './shell.ts';
import { FORK_COST } from './shell.ts';
import { listOf } from './variables.ts';

/** Statements within statements, so that no engine's own stack is met first; a real shell crashes at some depth. */
const MOST_DEPTH = 120;

/** Runs a shell process from its first command to its last: errors, `exit` and the EXIT trap. */
export function* runTop(sh: Shell, body: (sh: Shell) => Running<ExitCode>): Running<ExitCode> {
  try {
    sh.status = yield* body(sh);
  } catch (error) {
    sh.status = ended(sh, error);
  }
  try {
    if (sh.traps.has('EXIT')) {
      const { status } = sh;
      sh.status = status;
      yield* sh.runTrap('EXIT');
    }
  } catch (error) {
    sh.status = ended(sh, error);
  }
  return sh.status;
}

function ended(sh: Shell, error: unknown): ExitCode {
  if (error instanceof ShellError) {
    if (error.message) sh.complain(error.message);
    return error.status;
  }
  if (error instanceof Jump) return error.kind === 'break' || error.kind === 'continue' ? sh.status : error.count;
  throw error;
}

/** Runs a text or a script; `tail`: nothing comes after it in this process. A syntax error is told and gives 2. */
export function* run(sh: Shell, what: string | ParsedScript, tail = false, source?: ScriptText): Running<ExitCode> {
  if (typeof what !== 'string') return yield* runStatements(sh, what.commands, tail);
  const { script, problem } = parse(what);
  const { source: outer, pos } = sh;
  sh.source = source ?? { text: what, line: sh.lineNumber(), ...(sh.source.file && { file: sh.source.file }) };
  try {
    if (problem?.document && !sh.interactive) {
      const { pos: at, wanted } = problem.document;
      sh.pos = what.length;
      const opened = what.slice(0, at).split('\n').length;
      if (sh.dialect.name === 'bash') sh.complain(`warning: here-document at line ${opened} delimited by end-of-file (wanted \`${wanted}')`);
    } else if (problem) {
      // What stands on earlier lines still runs.
      const line = what.lastIndexOf('\n', problem.pos - 1);
      const whole = problem.unfinished ? script.commands.slice(0, -1) : script.commands;
      const before = whole.filter((statement) => statement.end <= line);
      if (before.length > 0) yield* runStatements(sh, before, false);
      return syntaxError(sh, what);
    }
    return yield* runStatements(sh, script.commands, tail);
  } finally {
    sh.source = outer;
    sh.pos = pos;
  }
}

/** Tells the syntax error of `text`, which is the shell's current source. */
export function syntaxError(sh: Shell, text: string, builtin?: string): ExitCode {
  const { problem } = parse(text);
  if (!problem) return 0;
  // The end of a file is on the line after its last one.
  const atEnd =
    problem.unfinished && (!problem.matching || (problem.matching === ')' && /[$<>]\($|[$<>]\([^(]/.test(text.slice(problem.pos, problem.pos + 3))));
  sh.pos = atEnd ? text.length + 1 : problem.pos;
  const { source } = sh;
  if (atEnd && !text.endsWith('\n') && sh.dialect.name === 'bash') sh.source = { ...source, text: `${text}\n` };
  const start = text.lastIndexOf('\n', problem.pos - 1) + 1;
  const line = text.slice(start).split('\n')[0]!;
  const [first, ...more] = sh.dialect.syntax(problem, line);
  const { name } = sh;
  if (sh.dialect.name === 'bash' && source.tag) sh.name = `${name}: ${source.tag}`;
  sh.complain(`${first}`, builtin);
  if (!sh.interactive || source.file) for (const extra of more) sh.complain(extra);
  sh.name = name;
  sh.source = source;
  return (sh.status = 2);
}

/** Runs statements one after another. */
export function* runStatements(sh: Shell, statements: readonly Statement[], tail: boolean): Running<ExitCode> {
  const last = statements.length - 1;
  for (let i = 0; i <= last; i++) yield* runStatement(sh, statements[i]!, tail && i === last);
  if (last < 0) sh.status = 0;
  return sh.status;
}

function* runStatement(sh: Shell, statement: Statement, tail: boolean): Running<ExitCode> {
  sh.shielded = false;
  if (statement.background) {
    yield* inBackground(sh, statement);
    return sh.status;
  }
  if (++sh.depth > MOST_DEPTH) {
    sh.depth--;
    throw new ShellError(`${sh.calls.at(-1) ?? 'eval'}: maximum function nesting level exceeded (${MOST_DEPTH})`, 1);
  }
  try {
    sh.status = yield* runNode(sh, statement.command, tail);
  } catch (error) {
    // An error in an expansion ends a shell that is not interactive, and the line of one that is.
    if (!(error instanceof ShellError)) throw error;
    if (error.message) sh.complain(error.message);
    sh.status = error.status;
    if (sh.interactive) throw new Jump('abandon', error.status === 127 ? 1 : error.status);
    throw new Jump('exit', error.status);
  } finally {
    sh.depth--;
  }
  if (sh.status !== 0 && !sh.shielded && sh.guard === 0) {
    if (sh.traps.has('ERR')) yield* sh.runTrap('ERR');
    if (sh.options.has('errexit')) throw new Jump('exit', sh.status);
  }
  return sh.status;
}

/** The text of a node, as `jobs` shows it. */
export const textOf = (sh: Shell, node: { pos: number; end: number }): string => sh.source.text.slice(node.pos, node.end).replace(/\s*\n\s*/g, '; ').trim();

function* inBackground(sh: Shell, statement: Statement): Running<void> {
  yield* sh.tick();
  yield* sh.p.charge(FORK_COST);
  const { command } = statement;
  const task = sh.spawn((child) => runNode(child, command, true), { ...sh.newGroup(), ...(!sh.monitor && { stdin: nothing }) });
  sh.background = task.pid;
  const job = sh.jobs.add([task], textOf(sh, command), false);
  if (sh.interactive) sh.err(`[${job.number}] ${task.pid}\n`);
  sh.status = 0;
}

function* runNode(sh: Shell, node: PipelineNode | AndOr, tail: boolean): Running<ExitCode> {
  switch (node.type) {
    case 'AndOr':
      return yield* runAndOr(sh, node, tail);
    case 'Pipeline':
      return yield* runPipeline(sh, node);
    default: {
      const status = yield* runCommand(sh, node, tail);
      if (node.type !== 'Function' && sh.dialect.braces) setPipeStatus(sh, [status]);
      return status;
    }
  }
}

function* runAndOr(sh: Shell, node: AndOr, tail: boolean): Running<ExitCode> {
  const last = node.commands.length - 1;
  for (let i = 0; i <= last; i++) {
    if (i > 0 && (node.operators[i - 1] === '&&') !== (sh.status === 0)) {
      sh.shielded = sh.status !== 0;
      continue;
    }
    if (i < last) sh.guard++;
    try {
      sh.status = yield* runNode(sh, node.commands[i]!, tail && i === last);
    } finally {
      if (i < last) sh.guard--;
    }
    if (i < last) sh.shielded = sh.status !== 0;
    else sh.shielded = false;
  }
  return sh.status;
}

function setPipeStatus(sh: Shell, values: readonly number[]): void {
  // Most commands end as the one before.
  if (values.length === 1 && values[0] === sh.pipeStatus) return;
  sh.pipeStatus = values.length === 1 ? values[0]! : -1;
  const variable = sh.vars.find('PIPESTATUS') ?? sh.vars.make('PIPESTATUS');
  variable.array = true;
  variable.value = listOf(values.map(String));
}

function* runPipeline(sh: Shell, node: Pipeline): Running<ExitCode> {
  const negated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
  const timed = node.prefixes.find((prefix) => prefix.type === 'Time');
  const begun = sh.p.now;
  if (negated) sh.guard++;
  let status: ExitCode = 0;
  try {
    const [only] = node.commands;
    if (node.commands.length > 1) status = yield* stages(sh, node);
    else if (only) {
      status = yield* runCommand(sh, only, false);
      if (sh.dialect.braces) setPipeStatus(sh, [status]);
    }
  } finally {
    if (negated) sh.guard--;
  }
  if (timed?.type === 'Time') {
    const elapsed = (sh.p.now - begun) / 1000;
    const text = (seconds: number): string => `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
    const plain = (seconds: number): string => seconds.toFixed(2);
    sh.err(timed.posix ? `real ${plain(elapsed)}\nuser ${plain(0)}\nsys ${plain(0)}\n` : `\nreal\t${text(elapsed)}\nuser\t${text(0)}\nsys\t${text(0)}\n`);
  }
  if (negated) {
    sh.shielded = true;
    return status === 0 ? 1 : 0;
  }
  return status;
}

function* stages(sh: Shell, node: Pipeline): Running<ExitCode> {
  yield* sh.tick();
  const tasks: Task[] = [];
  let input: Source | undefined;
  const count = node.commands.length;
  yield* sh.p.charge(FORK_COST * count);
  for (let i = 0; i < count; i++) {
    const command = node.commands[i]!;
    const pipe = i < count - 1 ? new Pipe() : undefined;
    const both = node.operators[i] === '|&';
    const around: { stdin?: Source | undefined; stdout?: Sink | undefined; group?: true | number } = {
      stdin: input,
      stdout: pipe?.sink,
      ...(sh.monitor && { group: tasks[0]?.group ?? true }),
    };
    const task = sh.spawn((child) => {
      if (both) child.fds = [child.fds[0], child.fds[1], child.fds[1], ...child.fds.slice(3)];
      return runNode(child, command, true);
    }, around);
    tasks.push(task);
    if (sh.monitor && sh.p.tty && i === 0) sh.p.tty.foreground = task.group;
    pipe?.sink.close();
    input?.close?.();
    input = pipe?.source;
  }
  let last: ExitCode = 130;
  let codes: number[];
  try {
    last = yield* sh.jobs.foreground(tasks, textOf(sh, node));
  } finally {
    codes = tasks.map((task) => task.exit ?? last);
    if (sh.dialect.braces) setPipeStatus(sh, codes);
  }
  if (sh.options.has('pipefail')) return codes.reduce((found, code) => (code !== 0 ? code : found), 0);
  return last;
}

/** A line of `set -x`. */
export function trace(sh: Shell, text: string): void {
  const mark = sh.vars.get('PS4') ?? '+ ';
  sh.err(`${mark}${text}\n`);
}

