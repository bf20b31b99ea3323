/** Builtins that print or move: echo, printf, pwd, cd, pushd, popd, dirs, umask, times, ulimit. */
import { unescape } from '../../commands/escapes.ts';
import { printf as format } from '../../commands/printf-text.ts';
import { strftime, zoneOf } from '../../commands/strftime.ts';
import { newMode } from '../../commands/mode-text.ts';
import { FileError, STRERROR } from '../../files.ts';
import type { ExitCode } from '../../process.ts';
import type { Shell } from '../shell.ts';

export function echo(sh: Shell, args: readonly string[]): ExitCode {
  let newline = true;
  let escapes = sh.dialect.echoEscapes || sh.shopts.has('xpg_echo');
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!;
    if (sh.dialect.name === 'dash' ? word !== '-n' : !/^-[neE]+$/.test(word)) break;
    for (const letter of word.slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  }
  let text = args.slice(at).join(' ');
  // dash knows no hexadecimal codes, and octal ones with or without a zero before them.
  if (sh.dialect.name === 'dash') text = text.replace(/\\x/g, '\\\\x').replace(/\\(?=[1-7])/g, '\\0');
  if (!escapes) sh.out(newline ? `${text}\n` : text);
  else {
    const { text: plain, stop } = unescape(text, '0nnn');
    sh.out(newline && !stop ? `${plain}\n` : plain);
  }
  return 0;
}

export function printf(sh: Shell, args: readonly string[]): ExitCode {
  let rest = args;
  let into: string | undefined;
  if (rest[0] === '-v') [, into, ...rest] = rest as [string, string, ...string[]];
  if (rest[0] === '--') rest = rest.slice(1);
  if (rest.length === 0) {
    sh.err(
      sh.dialect.name === 'bash'
        ? `${sh.dialect.prefix(sh, 'printf')}usage: printf [-v var] format [arguments]\n`
        : `${sh.dialect.prefix(sh, 'printf')}usage: printf format [arg ...]\n`,
    );
    return 2;
  }
  const [pattern, ...values] = rest as [string, ...string[]];
  // Dates are bash's own: each takes one argument, -1 or none meaning now.
  let used = 0;
  const dated = pattern.replace(/%(-?\d*)\(([^)]*)\)T/g, (_, width: string, form: string) => {
    const given = values[used++];
    const at = given === undefined || given === '-1' ? sh.p.date : given === '-2' ? sh.p.date - sh.p.now : Number(given) * 1000;
    return strftime(form || '%X', at, zoneOf(sh.p)).padStart(Number(width) || 0).replace(/%/g, '%%');
  });
  const printed = format(dated, values.slice(used));
  for (const [word, trouble] of printed.bad) {
    sh.complain(
      trouble === 'number'
        ? sh.dialect.name === 'bash'
          ? `${word}: invalid number`
          : sh.dialect.name === 'dash'
            ? `${word}: expected numeric value`
            : `invalid number '${word}'`
        : `\`${word.at(-1)}': ${word.length > 1 && /^%[a-zA-Z]$/.test(word) ? 'invalid format character' : 'missing format character'}`,
      'printf',
    );
  }
  if (into !== undefined) {
    const element = /^(\w+)\[(.*)\]$/s.exec(into);
    if (element) sh.assignElement(element[1]!, element[2]!, printed.text);
    else sh.assign(into, printed.text);
  } else sh.out(printed.text);
  return printed.bad.length > 0 ? 1 : 0;
}

export function pwd(sh: Shell, args: readonly string[]): ExitCode {
  sh.out(`${args.includes('-P') ? sh.p.files.realpath(sh.p.cwd) : sh.p.cwd}\n`);
  return 0;
}

/** Goes to a folder; what is wrong is told. */
function go(sh: Shell, target: string, builtin: string, physical = false): ExitCode {
  const { files } = sh.p;
  try {
    const path = physical ? files.realpath(target) : files.resolve(target);
    const stat = files.stat(path);
    if (!stat) throw new FileError('ENOENT', target);
    if (stat.type !== 'directory') throw new FileError('ENOTDIR', target);
    if (!files.may(path, 1)) throw new FileError('EACCES', target);
    const old = sh.p.cwd;
    sh.p.cwd = path;
    sh.assign('OLDPWD', old);
    sh.assign('PWD', path);
    for (const name of ['OLDPWD', 'PWD']) sh.vars.make(name).exported = true;
    return 0;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    sh.complain(sh.dialect.cannotCd(target, STRERROR[error.code]), builtin);
    return sh.dialect.name === 'dash' ? 2 : 1;
  }
}

export function cd(sh: Shell, args: readonly string[]): ExitCode {
  const physical = args.includes('-P');
  const words = args.filter((arg, i) => !(/^-[LPe@]+$/.test(arg) && i < args.length) && arg !== '--');
  const bad = words.find((word) => /^-./.test(word));
  if (bad && sh.dialect.name === 'bash') {
    sh.complain(`${bad.slice(0, 2)}: invalid option`, 'cd');
    sh.err('cd: usage: cd [-L|[-P [-e]] [-@]] [dir]\n');
    return 2;
  }
  if (words.length > 1 && sh.dialect.name === 'bash') {
    sh.complain('too many arguments', 'cd');
    return 1;
  }
  const [target] = words;
  if (target === undefined) {
    const home = sh.vars.get('HOME');
    if (home === undefined && sh.dialect.name === 'bash') {
      sh.complain('HOME not set', 'cd');
      return 1;
    }
    return home ? go(sh, home, 'cd') : 0;
  }
  if (target === '-') {
    const old = sh.vars.get('OLDPWD');
    if (old === undefined) {
      sh.complain('OLDPWD not set', 'cd');
      return 1;
    }
    const status = go(sh, old, 'cd', physical);
    if (status === 0) sh.out(`${sh.p.cwd}\n`);
    return status;
  }
  if (target === '') return 0;
  for (const folder of /^(\.{0,2}\/|\.\.?$)/.test(target) ? [] : (sh.vars.get('CDPATH') ?? '').split(':').filter(Boolean)) {
    if (sh.p.files.stat(`${folder}/${target}`)?.type !== 'directory') continue;
    const status = go(sh, `${folder}/${target}`, 'cd', physical);
    sh.out(`${sh.p.cwd}\n`);
    return status;
  }
  return go(sh, target, 'cd', physical);
}

const short = (sh: Shell, path: string): string => {
  const home = sh.vars.get('HOME') ?? '';
  return home !== '' && home !== '/' && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path;
};

export function dirs(sh: Shell, args: readonly string[]): ExitCode {
  if (args.includes('-c')) {
    sh.folders = [];
    return 0;
  }
  const all = [sh.p.cwd, ...sh.folders].map((path) => (args.includes('-l') ? path : short(sh, path)));
  sh.out(args.includes('-v') ? all.map((path, i) => `${String(i).padStart(2)}  ${path}\n`).join('') : `${all.join(args.includes('-p') ? '\n' : ' ')}\n`);
  return 0;
}

export function pushd(sh: Shell, args: readonly string[]): ExitCode {
  const [target] = args;
  const here = sh.p.cwd;
  if (target === undefined || /^[+-]\d+$/.test(target)) {
    const all = [here, ...sh.folders];
    if (all.length < 2) {
      sh.complain('no other directory', 'pushd');
      return 1;
    }
    const n = target === undefined ? 1 : target[0] === '+' ? Number(target.slice(1)) : all.length - 1 - Number(target.slice(1));
    if (!(n >= 0 && n < all.length)) {
      sh.complain(`${target}: directory stack index out of range`, 'pushd');
      return 1;
    }
    const turned = target === undefined ? [all[1]!, all[0]!, ...all.slice(2)] : [...all.slice(n), ...all.slice(0, n)];
    if (go(sh, turned[0]!, 'pushd') !== 0) return 1;
    sh.folders = turned.slice(1);
    return dirs(sh, []);
  }
  if (go(sh, target, 'pushd') !== 0) return 1;
  sh.folders.unshift(here);
  return dirs(sh, []);
}

export function popd(sh: Shell): ExitCode {
  const [target] = sh.folders;
  if (target === undefined) {
    sh.complain('directory stack empty', 'popd');
    return 1;
  }
  if (go(sh, target, 'popd') !== 0) return 1;
  sh.folders.shift();
  return dirs(sh, []);
}

export function umask(sh: Shell, args: readonly string[]): ExitCode {
  const { p } = sh;
  const words = args.filter((arg) => arg !== '-S' && arg !== '-p');
  if (words.length === 0) {
    const letters = (shift: number): string => ['r', 'w', 'x'].filter((_, i) => !((p.umask >> shift) & (4 >> i))).join('');
    sh.out(
      args.includes('-S')
        ? `u=${letters(6)},g=${letters(3)},o=${letters(0)}\n`
        : `${args.includes('-p') ? 'umask ' : ''}${p.umask.toString(8).padStart(4, '0')}\n`,
    );
    return 0;
  }
  const word = words[0]!;
  const mode = /^[0-7]+$/.test(word) ? parseInt(word, 8) & 0o777 : newMode(word, ~p.umask & 0o777, false, 0);
  if (mode === undefined) {
    sh.complain(/^\d/.test(word) ? `${word}: octal number out of range` : `\`${word[0]}': invalid symbolic mode operator`, 'umask');
    return 1;
  }
  p.umask = /^[0-7]+$/.test(word) ? mode : ~mode & 0o777;
  return 0;
}

export function times(sh: Shell): ExitCode {
  sh.out('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
  return 0;
}

/** The usual limits of a Debian login: letter, description, unit, value. */
const LIMITS: readonly (readonly [string, string, string, string])[] = [
  ['R', 'real-time non-blocking time', 'microseconds, ', 'unlimited'],
  ['c', 'core file size', 'blocks, ', '0'],
  ['d', 'data seg size', 'kbytes, ', 'unlimited'],
  ['e', 'scheduling priority', '', '0'],
  ['f', 'file size', 'blocks, ', 'unlimited'],
  ['i', 'pending signals', '', '15605'],
  ['l', 'max locked memory', 'kbytes, ', '8192'],
  ['m', 'max memory size', 'kbytes, ', 'unlimited'],
  ['n', 'open files', '', '1024'],
  ['p', 'pipe size', '512 bytes, ', '8'],
  ['q', 'POSIX message queues', 'bytes, ', '819200'],
  ['r', 'real-time priority', '', '0'],
  ['s', 'stack size', 'kbytes, ', '8192'],
  ['t', 'cpu time', 'seconds, ', 'unlimited'],
  ['u', 'max user processes', '', '15605'],
  ['v', 'virtual memory', 'kbytes, ', 'unlimited'],
  ['x', 'file locks', '', 'unlimited'],
];

export function ulimit(sh: Shell, args: readonly string[]): ExitCode {
  const letters = args.filter((arg) => arg.startsWith('-')).join('').replace(/[-SH]/g, '') || 'f';
  if (letters.includes('a')) {
    for (const [letter, text, unit, value] of LIMITS)
      sh.out(`${text.padEnd(28)}${`(${unit}-${letter})`.padStart(18 - (28 - 28))} ${value}\n`.replace(/^(.{28}) *\(/, (_, head: string) => `${head}(`));
    return 0;
  }
  const limit = LIMITS.find(([letter]) => letter === letters.at(-1));
  if (!limit) {
    sh.complain(`-${letters.at(-1)}: invalid option`, 'ulimit');
    return 2;
  }
  const value = args.find((arg) => !arg.startsWith('-'));
  if (value === undefined) sh.out(`${limit[3]}\n`);
  return 0;
}

/** Nothing, successfully. */
export const nothing = (): ExitCode => 0;
export const failure = (): ExitCode => 1;
