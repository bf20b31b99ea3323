/**
 * Compound commands: groups, subshells, conditions, loops, case, select, function definitions and calls.
 * Unlike bash: no coproc.
 */
import type { ExitCode, Running } from '../process.ts';
import { conditional } from './conditional.ts';
import { runStatements, textOf, trace } from './execute.ts';
import { arithmetic, expandPattern, expandString, expandWords } from './expand.ts';
import { Jump, ShellError } from './failure.ts';
import { redirect } from './fds.ts';
import type { ArithmeticExpression, Case, CommandNode, CompoundList, For, Select, While } from './parse.ts';
import { matches } from './pattern.ts';
import type { FunctionDefinition, Shell } from './shell.ts';
import { FORK_COST } from './shell.ts';
import { runSimple } from './simple.ts';
import { quote } from './variables.ts';

/** Runs one command of a pipeline, simple or compound; `tail`: nothing comes after it in this process. */
export function* runCommand(sh: Shell, node: CommandNode, tail: boolean): Running<ExitCode> {
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
    if (sh.options.has('xtrace'))
      trace(sh, `for ${name} in ${node.wordlist ? textOf(sh, { pos: node.wordlist[0]?.pos ?? 0, end: node.wordlist.at(-1)?.end ?? 0 }) : '"$@"'}`);
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
