/**
 * `[[ … ]]` and what it shares with `test`: questions about files, texts and numbers.
 */
import { regex, RegexError } from '../commands/regex.ts';
import { FileError } from '../files.ts';
import type { Stat } from '../files.ts';
import type { ExitCode, Running } from '../process.ts';
import { evaluate, expandPattern, expandRegExp, expandString } from './expand.ts';
import { ShellError } from './failure.ts';
import type { TestExpression } from './parse.ts';
import { matches } from './pattern.ts';
import type { Shell } from './shell.ts';
import { listOf } from './variables.ts';

const stat = (sh: Shell, path: string, follow = true): Stat | undefined => {
  try {
    return path === '' ? undefined : sh.p.files.stat(path, follow);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
};

const bit = (mask: number) => (sh: Shell, path: string): boolean => ((stat(sh, path)?.mode ?? 0) & mask) !== 0;
const typed = (type: Stat['type']) => (sh: Shell, path: string): boolean => stat(sh, path)?.type === type;

/** Questions with one operand. */
export const UNARY: Readonly<Record<string, (sh: Shell, word: string) => boolean>> = {
  '-n': (_, word) => word !== '',
  '-z': (_, word) => word === '',
  '-e': (sh, path) => stat(sh, path) !== undefined,
  '-a': (sh, path) => stat(sh, path) !== undefined,
  '-f': typed('file'),
  '-d': typed('directory'),
  '-c': typed('device'),
  '-b': () => false,
  '-p': () => false,
  '-S': () => false,
  '-L': (sh, path) => stat(sh, path, false)?.type === 'link',
  '-h': (sh, path) => stat(sh, path, false)?.type === 'link',
  '-s': (sh, path) => (stat(sh, path)?.size ?? 0) > 0,
  '-r': (sh, path) => path !== '' && sh.p.files.may(path, 4),
  '-w': (sh, path) => path !== '' && sh.p.files.may(path, 2),
  '-x': (sh, path) => path !== '' && sh.p.files.may(path, 1),
  '-u': bit(0o4000),
  '-g': bit(0o2000),
  '-k': bit(0o1000),
  '-O': (sh, path) => stat(sh, path)?.uid === sh.p.user.uid,
  '-G': (sh, path) => stat(sh, path)?.gid === sh.p.user.gid,
  '-N': (sh, path) => stat(sh, path) !== undefined,
  '-t': (sh, fd) => (sh.fds[Number(fd)]?.source?.tty ?? sh.fds[Number(fd)]?.sink?.tty) !== undefined,
  '-v': (sh, name) => {
    const element = /^(\w+)\[(.*)\]$/s.exec(name);
    if (element) return element[2] === '@' ? sh.vars.find(element[1]!)?.value !== undefined : sh.element(sh.vars.find(element[1]!), element[2]!) !== undefined;
    return sh.variable(name) !== undefined;
  },
  '-o': (sh, option) => sh.options.has(option),
  '-R': (sh, name) => sh.vars.target(name) !== name,
};

const changed = (sh: Shell, path: string): number => stat(sh, path)?.modified ?? -Infinity;

/** Questions with two operands that are texts or files. */
export const BINARY: Readonly<Record<string, (sh: Shell, left: string, right: string) => boolean>> = {
  '=': (_, left, right) => left === right,
  '==': (_, left, right) => left === right,
  '!=': (_, left, right) => left !== right,
  '<': (_, left, right) => left < right,
  '>': (_, left, right) => left > right,
  '-nt': (sh, left, right) => changed(sh, left) > changed(sh, right),
  '-ot': (sh, left, right) => changed(sh, left) < changed(sh, right),
  '-ef': (sh, left, right) => stat(sh, left) !== undefined && stat(sh, left)!.inode === stat(sh, right)?.inode,
};

/** Comparisons of whole numbers. */
export const NUMERIC: Readonly<Record<string, (left: bigint, right: bigint) => boolean>> = {
  '-eq': (left, right) => left === right,
  '-ne': (left, right) => left !== right,
  '-lt': (left, right) => left < right,
  '-le': (left, right) => left <= right,
  '-gt': (left, right) => left > right,
  '-ge': (left, right) => left >= right,
};

/** The status of `[[ expression ]]`: 0 true, 1 false, 2 wrong. */
export function* conditional(sh: Shell, expression: TestExpression): Running<ExitCode> {
  try {
    return (yield* test(sh, expression)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return 2;
  }
}

function* test(sh: Shell, node: TestExpression): Running<boolean> {
  switch (node.type) {
    case 'TestGroup':
      return yield* test(sh, node.expression);
    case 'TestNot': {
      const value = yield* test(sh, node.operand);
      return node.negations.length % 2 === 1 ? !value : value;
    }
    case 'TestLogical':
      for (const operand of node.operands) if ((yield* test(sh, operand)) !== (node.operator === '&&')) return node.operator !== '&&';
      return node.operator === '&&';
    case 'TestUnary': {
      const ask = UNARY[node.operator];
      if (!ask) throw new ShellError(`conditional unary operator expected`, 2);
      return ask(sh, yield* expandString(sh, node.operand));
    }
    case 'TestBinary': {
      const left = yield* expandString(sh, node.left);
      const ignoreCase = sh.shopts.has('nocasematch');
      if (node.operator === '=~') return matchRegExp(sh, left, yield* expandRegExp(sh, node.right), ignoreCase);
      if (node.operator === '=' || node.operator === '==' || node.operator === '!=') {
        return matches(yield* expandPattern(sh, node.right), left, ignoreCase) === (node.operator !== '!=');
      }
      const right = yield* expandString(sh, node.right);
      const compare = NUMERIC[node.operator];
      if (compare) return compare(evaluate(sh, left, '[[: '), evaluate(sh, right, '[[: '));
      return BINARY[node.operator]!(sh, left, right);
    }
  }
}

function matchRegExp(sh: Shell, text: string, source: string, ignoreCase: boolean): boolean {
  const found = regex(source, { extended: true, ignoreCase }).exec(text);
  const variable = sh.vars.make('BASH_REMATCH');
  variable.array = true;
  variable.value = listOf(found ? found.groups.map((group) => group ?? '') : []);
  return found !== undefined;
}
