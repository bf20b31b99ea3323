/**
 * Runs syntax trees: lists, pipelines whose stages run side by side, compound commands, functions, subshells, background jobs.
 * Stands for bash's execute_cmd.c. Unlike bash: no coproc.
 */
import { Pipe, nothing } from '../pipe.ts';
import type { ExitCode, Running, Sink, Source } from '../process.ts';
import type { Task } from '../task.ts';
import { arithmetic, expandPattern, expandString, expandWords } from './expand.ts';
import { Jump, ShellError } from './failure.ts';
import { redirect } from './fds.ts';
import type { AndOr, ArithmeticExpression, Case, CommandNode, CompoundList, For, ParsedScript, Pipeline, PipelineNode, Select, Statement, While } from './parse.ts';
import { parse } from './parse.ts';
import { matches } from './pattern.ts';
import type { FunctionDefinition, Shell, ScriptText } from './shell.ts';
import { FORK_COST } from './shell.ts';
import { runSimple } from './simple.ts';
import { conditional } from './conditional.ts';
import { listOf, quote } from './variables.ts';

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
  const atEnd = problem.unfinished && (!problem.matching || (problem.matching === ')' && /[$<>]\($|[$<>]\([^(]/.test(text.slice(problem.pos, problem.pos + 3))));
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

function* runStatements(sh: Shell, statements: readonly Statement[], tail: boolean): Running<ExitCode> {
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
  try {
    sh.status = yield* runNode(sh, statement.command, tail);
  } catch (error) {
    // An error in an expansion ends a shell that is not interactive, and the line of one that is.
    if (!(error instanceof ShellError)) throw error;
    if (error.message) sh.complain(error.message);
    sh.status = error.status;
    if (sh.interactive) throw new Jump('abandon', error.status === 127 ? 1 : error.status);
    throw new Jump('exit', error.status);
  }
  if (sh.status !== 0 && !sh.shielded && sh.guard === 0) {
    if (sh.traps.has('ERR')) yield* sh.runTrap('ERR');
    if (sh.options.has('errexit')) throw new Jump('exit', sh.status);
  }
  return sh.status;
}

/** The text of a node, as `jobs` shows it. */
const textOf = (sh: Shell, node: { pos: number; end: number }): string => sh.source.text.slice(node.pos, node.end).replace(/\s*\n\s*/g, '; ').trim();

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
    const around: { stdin?: Source | undefined; stdout?: Sink | undefined; group?: true | number } = { stdin: input, stdout: pipe?.sink, ...(sh.monitor && { group: tasks[0]?.group ?? true }) };
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

function* runCommand(sh: Shell, node: CommandNode, tail: boolean): Running<ExitCode> {
  if (node.type === 'Command') return yield* runSimple(sh, node, tail);
  sh.pos = node.pos;
  yield* sh.tick();
  switch (node.type) {
    case 'Redirected': {
      const outer = sh.fds;
      let close = (): void => {};
      try {
        ({ fds: sh.fds, close } = yield* redirect(sh, node.redirects));
      } catch (error) {
        if (!(error instanceof ShellError)) throw error;
        sh.complain(error.message);
        return error.status;
      }
      try {
        return yield* runCommand(sh, node.command, false);
      } finally {
        sh.fds = outer;
        close();
      }
    }
    case 'BraceGroup':
      return yield* runStatements(sh, node.body.commands, tail);
    case 'Subshell': {
      if (tail && sh.subshell > 0 && sh.traps.size === 0) return yield* runStatements(sh, node.body.commands, true);
      yield* sh.p.charge(FORK_COST);
      const task = sh.spawn((child) => runStatements(child, node.body.commands, true), sh.newGroup());
      return yield* sh.jobs.foreground([task], textOf(sh, node));
    }
    case 'If': {
      if (yield* holds(sh, node.clause)) return yield* runStatements(sh, node.then.commands, tail);
      for (const branch of node.elif) if (yield* holds(sh, branch.clause)) return yield* runStatements(sh, branch.then.commands, tail);
      return node.else ? yield* runStatements(sh, node.else.commands, tail) : 0;
    }
    case 'While':
      return yield* runWhile(sh, node);
    case 'For':
    case 'Select':
      return node.type === 'For' ? yield* runFor(sh, node) : yield* runSelect(sh, node);
    case 'ArithmeticFor': {
      const value = function* (part: ArithmeticExpression | undefined): Running<bigint> {
        return part ? yield* arithmetic(sh, sh.source.text.slice(part.pos, part.end), '((: ') : 1n;
      };
      yield* value(node.initialize);
      return yield* loop(sh, function* () {
        return (yield* value(node.test)) !== 0n;
      }, node.body, function* () {
        yield* value(node.update);
      });
    }
    case 'Case':
      return yield* runCase(sh, node, tail);
    case 'Function': {
      // bash names what -c defined after the environment.
      const source = sh.source.tag === '-c' && sh.dialect.name === 'bash' ? { ...sh.source, file: 'environment' } : sh.source;
      const definition: FunctionDefinition = { body: node.body, source, text: sh.source.text.slice(node.body.pos, node.body.end) };
      sh.functions.set(node.name.value, definition);
      return 0;
    }
    case 'TestCommand': {
      if (!sh.dialect.brackets) {
        sh.complain(sh.dialect.notFound('[['));
        return 127;
      }
      if (sh.options.has('xtrace')) trace(sh, textOf(sh, node));
      return yield* conditional(sh, node.expression);
    }
    case 'ArithmeticCommand': {
      if (sh.options.has('xtrace')) trace(sh, `(( ${node.body} ))`);
      try {
        return (yield* arithmetic(sh, node.body, '((: ')) === 0n ? 1 : 0;
      } catch (error) {
        if (!(error instanceof ShellError)) throw error;
        sh.complain(error.message);
        return 1;
      }
    }
    case 'Coproc':
      sh.complain('coproc: is not supported here yet');
      return 1;
  }
}

/** A line of `set -x`. */
export function trace(sh: Shell, text: string): void {
  const mark = sh.vars.get('PS4') ?? '+ ';
  sh.err(`${mark[0]!.repeat(sh.subshell > 0 && sh.dialect.name === 'bash' ? 1 : 1)}${mark.slice(1)}${text}\n`);
}

/** Runs a condition, which `set -e` forgives. */
function* holds(sh: Shell, clause: CompoundList): Running<boolean> {
  sh.guard++;
  try {
    return (yield* runStatements(sh, clause.commands, false)) === 0;
  } finally {
    sh.guard--;
    sh.shielded = false;
  }
}

/** Runs a body while `more` says so, heeding break and continue. */
function* loop(sh: Shell, more: () => Running<boolean>, body: CompoundList, after?: () => Running<void>): Running<ExitCode> {
  let status: ExitCode = 0;
  sh.loops++;
  try {
    while (yield* more()) {
      try {
        status = yield* runStatements(sh, body.commands, false);
      } catch (error) {
        if (!(error instanceof Jump) || (error.kind !== 'break' && error.kind !== 'continue')) throw error;
        status = 0;
        if (--error.count > 0 && sh.loops > 1) throw error;
        if (error.kind === 'break') return 0;
      }
      if (after) yield* after();
    }
  } finally {
    sh.loops--;
  }
  return status;
}

function* runWhile(sh: Shell, node: While): Running<ExitCode> {
  const wanted = node.kind === 'while';
  return yield* loop(sh, function* () {
    // A loop of nothing but keywords must let time in as well.
    yield* sh.tick();
    return (yield* holds(sh, node.clause)) === wanted;
  }, node.body);
}

function* runFor(sh: Shell, node: For): Running<ExitCode> {
  const name = node.name.value;
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    sh.complain(`\`${name}': not a valid identifier`);
    return 1;
  }
  const values = node.wordlist ? yield* expandWords(sh, node.wordlist) : [...sh.args];
  let i = 0;
  return yield* loop(sh, function* () {
    if (i >= values.length) return false;
    yield* sh.tick();
    if (sh.options.has('xtrace')) trace(sh, `for ${name} in ${node.wordlist ? textOf(sh, { pos: node.wordlist[0]?.pos ?? 0, end: node.wordlist.at(-1)?.end ?? 0 }) : '"$@"'}`);
    sh.assign(name, values[i++]!);
    return true;
  }, node.body);
}

function* runSelect(sh: Shell, node: Select): Running<ExitCode> {
  const values = node.wordlist ? yield* expandWords(sh, node.wordlist) : [...sh.args];
  if (values.length === 0) return 0;
  const width = String(values.length).length;
  const menu = values.map((value, i) => `${String(i + 1).padStart(width)}) ${value}\n`).join('');
  let shown = false;
  return yield* loop(sh, function* () {
    for (;;) {
      if (!shown) sh.err(menu);
      shown = true;
      sh.err(sh.vars.get('PS3') ?? '#? ');
      const line = yield* readLine(sh);
      if (line === undefined) {
        sh.out('\n');
        return false;
      }
      sh.assign('REPLY', line);
      if (line.trim() === '') {
        shown = false;
        continue;
      }
      sh.assign(node.name.value, values[Number(line) - 1] ?? '');
      return true;
    }
  }, node.body);
}

/** A line of the shell's standard input. */
export function* readLine(sh: Shell, delimiter = '\n', source = sh.fds[0]?.source): Running<string | undefined> {
  let line = '';
  for (;;) {
    const piece = yield* sh.receive(source);
    if (piece === undefined) return line === '' ? undefined : line;
    const end = piece.indexOf(delimiter);
    if (end < 0) line += piece;
    else {
      if (end + 1 < piece.length) source!.unread(piece.slice(end + 1));
      return line + piece.slice(0, end);
    }
  }
}

function* runCase(sh: Shell, node: Case, tail: boolean): Running<ExitCode> {
  const word = yield* expandString(sh, node.word);
  if (sh.options.has('xtrace')) trace(sh, `case ${quote(word)} in`);
  let through = false;
  let status: ExitCode = 0;
  for (const item of node.items) {
    let hit = through;
    for (const pattern of hit ? [] : item.pattern) {
      if (!matches(yield* expandPattern(sh, pattern), word, sh.shopts.has('nocasematch'))) continue;
      hit = true;
      break;
    }
    if (!hit) continue;
    const leaves = item.terminator === undefined || item.terminator === ';;';
    status = yield* runStatements(sh, item.body.commands, tail && leaves);
    if (leaves) return status;
    through = item.terminator === ';&';
  }
  return status;
}

/** Calls a function. */
export function* callFunction(sh: Shell, name: string, definition: FunctionDefinition, args: string[]): Running<ExitCode> {
  const { args: outer, source, loops, pos } = sh;
  if (sh.calls.length >= 1000) throw new ShellError(`${name}: maximum function nesting level exceeded (1000)`, 1);
  sh.args = args;
  sh.source = definition.source;
  sh.loops = 0;
  sh.calls.push(name);
  sh.vars.scopes.push(new Map());
  try {
    const { body } = definition;
    return body.type === 'CompoundList' ? yield* runStatements(sh, body.commands, false) : yield* runCommand(sh, body, false);
  } catch (error) {
    if (error instanceof Jump && error.kind === 'return') return error.count;
    throw error;
  } finally {
    sh.vars.scopes.pop();
    sh.calls.pop();
    sh.args = outer;
    sh.source = source;
    sh.loops = loops;
    sh.pos = pos;
  }
}
