/**
 * The builtins by name, and which shell has which.
 */
import type { ExitCode, Running } from '../../process.ts';
import type { Assignment } from '../parse.ts';
import type { Shell } from '../shell.ts';
import { getopts, letBuiltin, shift } from './arguments.ts';
import { cd, dirs, echo, failure, nothing, popd, printf, pushd, pwd, times, ulimit, umask } from './basics.ts';
import { declare, unset } from './declare.ts';
import { breakLoop, evalWords, exec, exit, returnFrom, source, trap, wait } from './flow.ts';
import { mapfile, read } from './input.ts';
import { bg, disown, fg, jobs, kill } from './jobs.ts';
import { alias, caller, compgen, complete, help, history, unalias } from './line.ts';
import { builtin, command, hash, type } from './lookup.ts';
import { set, shopt } from './options.ts';
import { test } from './test.ts';

/** A builtin: `declared` are assignments of arrays among its arguments. */
export type Builtin = (sh: Shell, args: readonly string[], name: string, declared: readonly Assignment[]) => Running<ExitCode> | ExitCode;

/** Every builtin of bash that we have. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ':': nothing,
  '.': source,
  '[': test,
  alias,
  bg,
  bind: nothing,
  break: breakLoop,
  builtin,
  caller,
  cd,
  command,
  compgen,
  complete,
  compopt: nothing,
  continue: breakLoop,
  declare,
  dirs,
  disown,
  echo,
  enable: nothing,
  eval: evalWords,
  exec,
  exit,
  export: declare,
  false: failure,
  fg,
  getopts,
  hash,
  help,
  history,
  jobs,
  kill,
  let: letBuiltin,
  local: declare,
  logout: exit,
  mapfile,
  popd,
  printf,
  pushd,
  pwd,
  read,
  readarray: mapfile,
  readonly: declare,
  return: returnFrom,
  set,
  shift,
  shopt,
  source,
  test,
  times,
  trap,
  true: nothing,
  type,
  typeset: declare,
  ulimit,
  umask,
  unalias,
  unset,
  wait,
};

/** Only in bash. */
const BASH_ONLY = new Set([
  'bind',
  'builtin',
  'caller',
  'compgen',
  'complete',
  'compopt',
  'declare',
  'dirs',
  'disown',
  'enable',
  'let',
  'logout',
  'mapfile',
  'popd',
  'pushd',
  'readarray',
  'shopt',
  'source',
  'typeset',
]);
const ASH_TOO = new Set(['let', 'source', 'history', 'help']);

/** POSIX' special builtins. */
export const SPECIAL = new Set([
  '.',
  ':',
  'break',
  'continue',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'times',
  'trap',
  'unset',
]);

/** The builtin of this name in this shell. */
export function builtinNamed(sh: Shell, name: string): Builtin | undefined {
  if (!Object.hasOwn(BUILTINS, name)) return undefined;
  if (
    sh.dialect.name !== 'bash' &&
    (BASH_ONLY.has(name) || (sh.dialect.name === 'dash' && (name === 'history' || name === 'help'))) &&
    !(sh.dialect.name === 'ash' && ASH_TOO.has(name))
  )
    return undefined;
  return BUILTINS[name];
}
