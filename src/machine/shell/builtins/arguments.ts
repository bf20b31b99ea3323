/** Builtins about arguments and numbers: shift, getopts, let. */
import type { ExitCode } from '../../process.ts';
import { evaluate } from '../expand.ts';
import { ShellError } from '../failure.ts';
import type { Shell } from '../shell.ts';

export function shift(sh: Shell, args: readonly string[]): ExitCode {
  const count = args[0] === undefined ? 1 : Number(args[0]);
  if (!Number.isInteger(count) || count < 0) {
    sh.complain(Number.isNaN(count) ? `${args[0]}: numeric argument required` : `${args[0]}: shift count out of range`, 'shift');
    return 1;
  }
  if (count > sh.args.length) {
    if (sh.dialect.name === 'dash') throw new ShellError("shift: can't shift that many", 2);
    return 1;
  }
  sh.args = sh.args.slice(count);
  return 0;
}

export function getopts(sh: Shell, args: readonly string[]): ExitCode {
  const [spec, name, ...given] = args;
  if (spec === undefined || name === undefined) {
    sh.err(`${sh.dialect.prefix(sh)}getopts: usage: getopts optstring name [arg ...]\n`.replace(`${sh.dialect.prefix(sh)}`, ''));
    return 2;
  }
  const words = args.length > 2 ? given : sh.args;
  const silent = spec[0] === ':';
  let index = Number(sh.vars.get('OPTIND') ?? 1);
  if (index !== sh.optionIndex) sh.optionAt = 1;
  const finish = (letter: string, status: ExitCode): ExitCode => {
    sh.assign(name, letter);
    sh.assign('OPTIND', String(index));
    sh.optionIndex = index;
    return status;
  };
  const word = words[index - 1];
  if (word === undefined || !/^-./.test(word) || word === '--') {
    if (word === '--') index++;
    sh.vars.unset('OPTARG');
    sh.optionAt = 1;
    return finish('?', 1);
  }
  const letter = word[sh.optionAt++]!;
  const known = letter !== ':' && spec.includes(letter);
  const ended = sh.optionAt >= word.length;
  if (!known) {
    if (ended) {
      index++;
      sh.optionAt = 1;
    }
    if (silent) sh.assign('OPTARG', letter);
    else {
      sh.vars.unset('OPTARG');
      sh.err(`${sh.name}: illegal option -- ${letter}\n`);
    }
    return finish('?', 0);
  }
  if (spec[spec.indexOf(letter) + 1] !== ':') {
    sh.vars.unset('OPTARG');
    if (ended) {
      index++;
      sh.optionAt = 1;
    }
    return finish(letter, 0);
  }
  const inline = word.slice(sh.optionAt);
  index += inline !== '' ? 1 : 2;
  sh.optionAt = 1;
  const value = inline !== '' ? inline : words[index - 2];
  if (value === undefined) {
    index--;
    if (silent) {
      sh.assign('OPTARG', letter);
      return finish(':', 0);
    }
    sh.vars.unset('OPTARG');
    sh.err(`${sh.name}: option requires an argument -- ${letter}\n`);
    return finish('?', 0);
  }
  sh.assign('OPTARG', value);
  return finish(letter, 0);
}

export function letBuiltin(sh: Shell, args: readonly string[]): ExitCode {
  if (args.length === 0) {
    sh.complain('expression expected', 'let');
    return 1;
  }
  let value = 0n;
  try {
    for (const word of args) value = evaluate(sh, word, 'let: ');
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    sh.complain(error.message);
    return 1;
  }
  return value === 0n ? 1 : 0;
}
