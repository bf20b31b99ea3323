/**
 * Simple commands: assignments, redirections, and whatever the first word names: a function, a builtin, a program.
 */
import { nothing, nowhere } from '../pipe.ts';
import type { ExitCode, Program, Running, Sink, Source } from '../process.ts';
import { findProgram } from '../find.ts';
import type { Builtin } from './builtins/index.ts';
import { builtinNamed, SPECIAL } from './builtins/index.ts';
import { callFunction } from './compound.ts';
import { trace } from './execute.ts';
import { evaluate, expandInto, expandString } from './expand.ts';
import { ShellError } from './failure.ts';
import { redirect } from './fds.ts';
import type { ArrayValue, Assignment, Command } from './parse.ts';
import { parseWord } from './parse.ts';
import type { FunctionDefinition, Shell } from './shell.ts';
import { EXEC_COST, FORK_COST } from './shell.ts';
import { first, keys, quote } from './variables.ts';

/** Builtins whose arguments may be assignments with arrays. */
const NOTHING: Map<string, string> = new Map();

const DECLARING = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);

/** Runs a simple command; `tail`: nothing comes after it in this process, which the program may then take over. */
export function* runSimple(sh: Shell, node: Command, tail: boolean): Running<ExitCode> {
  sh.pos = node.pos;
  yield* sh.tick();
  sh.substituted = undefined;
  const before = sh.afterwards.length;
  const status = yield* runWords(sh, node, tail, before);
  for (const step of sh.afterwards.splice(before)) yield* step();
  return status;
}

function* runWords(sh: Shell, node: Command, tail: boolean, before: number): Running<ExitCode> {
  const argv: string[] = [];
  const declared: Assignment[] = [];
  if (node.name) yield* expandInto(sh, node.name, argv);
  const declaring = argv.length > 0 && DECLARING.has(argv[0]!) && !sh.functions.has(argv[0]!);
  for (const arg of node.args) {
    if (arg.type === 'Word') yield* expandInto(sh, arg, argv);
    else if (declaring) {
      if (typeof arg.value === 'object' && arg.value.type === 'ArrayValue') {
        declared.push(arg);
        argv.push(`${arg.name}=`);
      } else argv.push(`${arg.name}${arg.index ? `[${arg.index.text}]` : ''}${arg.append ? '+' : ''}=${yield* expandString(sh, arg.value, true)}`);
    } else yield* expandInto(sh, parseWord(arg.text), argv);
  }
  if (sh.traps.has('DEBUG')) yield* sh.runTrap('DEBUG');
  const assignments = node.prefix.length === 0 ? [] : node.prefix.filter((item): item is Assignment => item.type === 'Assignment');
  if (argv.length === 0) {
    for (const assignment of assignments) {
      const text = yield* assign(sh, assignment);
      if (sh.options.has('xtrace')) trace(sh, text);
    }
    if (node.redirects.length > 0) {
      try {
        (yield* redirect(sh, node.redirects)).close();
      } catch (error) {
        if (!(error instanceof ShellError)) throw error;
        sh.complain(error.message);
        return error.status;
      }
    }
    return sh.substituted ?? 0;
  }
  const own = assignments.length === 0 ? NOTHING : new Map<string, string>();
  for (const { name, value, append } of assignments) {
    if (value.type === 'ArrayValue') continue;
    own.set(name, (append ? (own.get(name) ?? sh.vars.get(name) ?? '') : '') + (yield* expandString(sh, value, true)));
  }
  const name = argv[0]!;
  if (sh.options.has('xtrace'))
    trace(sh, [...[...own].map(([key, value]) => `${key}=${quote(value)}`), ...argv.map(sh.dialect.name === 'dash' ? String : quote)].join(' '));
  const outer = sh.fds;
  let close: (() => void) | undefined;
  try {
    if (node.redirects.length > 0) ({ fds: sh.fds, close } = yield* redirect(sh, node.redirects));
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    sh.complain(error.message);
    return error.status;
  }
  let keep = false;
  try {
    const definition = sh.functions.get(name);
    const builtin = definition ? undefined : builtinNamed(sh, name);
    if (!definition && !builtin) {
      const text = sh.source.text.slice(node.pos, node.end);
      return yield* runProgram(sh, argv, own, tail && sh.afterwards.length === before && sh.traps.size === 0 && !sh.interactive, text);
    }
    const result =
      own.size > 0 ? inOwnScope(sh, own, name, () => begin(sh, argv, declared, definition, builtin)) : begin(sh, argv, declared, definition, builtin);
    const status = typeof result === 'number' ? result : yield* result;
    // exec without a command keeps its redirections.
    keep = name === 'exec' && !definition;
    if (sh.behind) yield* sh.drained();
    return status;
  } finally {
    if (!keep) {
      sh.fds = outer;
      close?.();
    }
    sh.lastArgument = argv.at(-1)!;
  }
}

function begin(
  sh: Shell,
  argv: readonly string[],
  declared: readonly Assignment[],
  definition: FunctionDefinition | undefined,
  builtin: Builtin | undefined,
): Running<ExitCode> | ExitCode {
  const name = argv[0]!;
  return definition ? callFunction(sh, name, definition, argv.slice(1)) : builtin!(sh, argv.slice(1), name, declared);
}

/** Runs a builtin or function with a command's own assignments: before the special builtins of POSIX shells they last, else they end with it. */
function* inOwnScope(sh: Shell, own: ReadonlyMap<string, string>, name: string, body: () => Running<ExitCode> | ExitCode): Running<ExitCode> {
  if (SPECIAL.has(name) && sh.dialect.name !== 'bash') {
    for (const [key, value] of own) sh.assign(key, value);
    const result = body();
    return typeof result === 'number' ? result : yield* result;
  }
  const scope = new Map([...own].map(([key, value]) => [key, { value, exported: true }]));
  sh.vars.scopes.push(scope);
  try {
    const result = body();
    return typeof result === 'number' ? result : yield* result;
  } finally {
    sh.vars.scopes = sh.vars.scopes.filter((other) => other !== scope);
  }
}

/** Starts a program and waits for it; with `tail` it takes this process over. */
export function* runProgram(sh: Shell, argv: readonly string[], own: ReadonlyMap<string, string>, tail: boolean, text: string): Running<ExitCode> {
  const name = argv[0]!;
  const program = findProgram(sh.p.files, name, own.get('PATH') ?? sh.vars.get('PATH'));
  if (typeof program !== 'function') {
    const handler =
      program.error === 'not found' && !name.includes('/') && sh.dialect.name === 'bash' ? sh.functions.get('command_not_found_handle') : undefined;
    if (handler) return yield* callFunction(sh, 'command_not_found_handle', handler, [...argv]);
    return cannotRun(sh, name, program.error);
  }
  const env = sh.environment(own);
  if (tail) return yield* takeOver(sh, program, argv, env);
  yield* sh.p.charge(FORK_COST + EXEC_COST);
  const task = sh.p.spawn(program, argv, { ...streams(sh), env, ...sh.newGroup() });
  return yield* sh.jobs.foreground([task], text);
}

const streams = (sh: Shell): { stdin: Source; stdout: Sink; stderr: Sink } =>
  ({ stdin: sh.fds[0]?.source ?? nothing, stdout: sh.fds[1]?.sink ?? nowhere, stderr: sh.fds[2]?.sink ?? nowhere });

/** Runs a program in this very process. */
export function* takeOver(sh: Shell, program: Program, argv: readonly string[], env: Map<string, string>): Running<ExitCode> {
  const { stdin, stdout, stderr } = streams(sh);
  sh.p.redirect(stdin, stdout, stderr);
  sh.p.env = env;
  yield* sh.p.sleep(EXEC_COST);
  return yield* sh.p.exec(program, argv);
}

/** Says why a command cannot be run; 127 when it is not there, else 126. */
export function cannotRun(sh: Shell, name: string, error: 'not found' | 'permission denied' | 'is a directory', builtin?: string): ExitCode {
  const bash = sh.dialect.name === 'bash';
  if (error !== 'not found') {
    sh.complain(`${name}: ${error === 'is a directory' && bash ? 'Is a directory' : 'Permission denied'}`, builtin);
    return 126;
  }
  const there = name.includes('/') && sh.p.files.exists(name);
  const text = !bash ? sh.dialect.notFound(name)
    : builtin && !name.includes('/') ? `${name}: not found`
    : !name.includes('/') && sh.vars.get('PATH') ? sh.dialect.notFound(name)
    : `${name}: ${there ? 'cannot execute: required file not found' : 'No such file or directory'}`;
  sh.complain(text, builtin);
  return 127;
}

/** Carries out an assignment without a command; gives it as `set -x` writes it. Throws ShellError. */
export function* assign(sh: Shell, node: Assignment): Running<string> {
  const { name, value, append } = node;
  if (value.type === 'ArrayValue') {
    if (!sh.dialect.braces) throw new ShellError(sh.dialect.syntax({ pos: 0, unfinished: false, token: '(' }, '')[0]!, 2);
    yield* assignArray(sh, name, value, append ?? false);
    return node.text;
  }
  const text = yield* expandString(sh, value, true);
  if (node.index) {
    const variable = sh.vars.find(name);
    const index = yield* expandString(sh, node.index);
    if (index === '' && !variable?.assoc) throw new ShellError(`${name}[]: bad array subscript`, 1);
    sh.assignElement(name, index, text, append);
    return `${name}[${index}]${append ? '+' : ''}=${quote(text)}`;
  }
  assignText(sh, name, text, append ?? false);
  return `${name}${append ? '+' : ''}=${text === '' ? '' : quote(text)}`;
}

/** `name=text` or `name+=text`. */
export function assignText(sh: Shell, name: string, text: string, append: boolean): void {
  if (!append) return sh.assign(name, text);
  const variable = sh.vars.find(name);
  sh.assign(name, variable?.integer ? `${sh.vars.get(name) || 0}+(${text || 0})` : (sh.vars.get(name) ?? '') + text);
}

/** `name=(…)` or `name+=(…)`. */
export function* assignArray(sh: Shell, name: string, list: ArrayValue, append: boolean): Running<void> {
  const variable = sh.vars.make(name);
  if (variable.readonly) throw new ShellError(`${name}: readonly variable`, 1);
  const items: { key: string | undefined; text: string; append: boolean }[] = [];
  for (const element of list.elements) {
    const keyed = /^\[((?:[^[\]]|\[[^\]]*\])*)\](\+?)=(.*)$/s.exec(element.text);
    if (keyed) {
      const key = yield* expandString(sh, parseWord(keyed[1]!));
      items.push({ key, text: keyed[3] === '' ? '' : yield* expandString(sh, parseWord(keyed[3]!)), append: keyed[2] === '+' });
    } else {
      const fields: string[] = [];
      yield* expandInto(sh, element, fields);
      for (const text of fields) items.push({ key: undefined, text, append: false });
    }
  }
  if (!append || !(variable.value instanceof Map)) {
    const old = append ? first(variable.value) : undefined;
    variable.value = variable.assoc ? new Map<string, string>() : new Map<number, string>(old === undefined ? [] : [[0, old]]);
  }
  if (!variable.assoc) variable.array = true;
  if (variable.assoc && items.every((item) => item.key === undefined)) {
    for (let i = 0; i < items.length; i += 2) sh.assignElement(name, items[i]!.text, items[i + 1]?.text ?? '');
    return;
  }
  let next = variable.assoc ? 0 : Number(keys(variable.value).at(-1) ?? -1) + 1;
  for (const item of items) {
    sh.assignElement(name, item.key ?? String(next), item.text, item.append);
    if (!variable.assoc) next = Number(item.key === undefined ? next : evaluate(sh, item.key)) + 1;
  }
}
