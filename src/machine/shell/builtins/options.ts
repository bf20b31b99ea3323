/** Builtins about options: set and shopt. Not every option that can be set has an effect; bash's own names are all known. */
import type { ExitCode } from '../../process.ts';
import { ShellError } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { first } from '../variables.ts';
import { assigned } from './declare.ts';

const LETTERS: Readonly<Record<string, string>> = {
  a: 'allexport',
  e: 'errexit',
  f: 'noglob',
  m: 'monitor',
  n: 'noexec',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
  C: 'noclobber',
  E: 'errtrace',
  T: 'functrace',
  b: 'notify',
  h: 'hashall',
  B: 'braceexpand',
};
const OPTIONS = [
  'allexport',
  'braceexpand',
  'emacs',
  'errexit',
  'errtrace',
  'functrace',
  'hashall',
  'histexpand',
  'history',
  'ignoreeof',
  'interactive-comments',
  'keyword',
  'monitor',
  'noclobber',
  'noexec',
  'noglob',
  'nolog',
  'notify',
  'nounset',
  'onecmd',
  'physical',
  'pipefail',
  'posix',
  'privileged',
  'verbose',
  'vi',
  'xtrace',
];
/** Those of dash and ash, in their order. */
const SH_OPTIONS = [
  'errexit',
  'noglob',
  'ignoreeof',
  'interactive',
  'monitor',
  'noexec',
  'stdin',
  'xtrace',
  'verbose',
  'vi',
  'emacs',
  'noclobber',
  'allexport',
  'notify',
  'nounset',
];
/** Always on here. */
const FIXED = new Set(['braceexpand', 'hashall', 'interactive-comments']);

/** Turns an option on or off; false when there is none of this name. */
export function setOption(sh: Shell, name: string, on: boolean): boolean {
  if (!OPTIONS.includes(name)) return false;
  if (name === 'braceexpand') {
    if (on) sh.options.delete('nobraceexpand');
    else sh.options.add('nobraceexpand');
  } else if (on) sh.options.add(name);
  else sh.options.delete(name);
  if (name === 'monitor') sh.monitor = on && sh.subshell === 0;
  return true;
}

export function set(sh: Shell, args: readonly string[]): ExitCode {
  if (args.length === 0) {
    for (const name of sh.vars.names()) {
      const { value } = sh.vars.find(name)!;
      if (value !== undefined) sh.out(sh.dialect.name === 'bash' ? `${name}=${assigned(value)}\n` : `${name}='${first(value)!.replace(/'/g, "'\\''")}'\n`);
    }
    return 0;
  }
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === '--' || word === '-') {
      if (word === '-') {
        sh.options.delete('xtrace');
        sh.options.delete('verbose');
      }
      if (word === '--' || at + 1 < args.length) sh.args = args.slice(at + 1);
      return 0;
    }
    if (!/^[-+]./.test(word)) {
      sh.args = args.slice(at);
      return 0;
    }
    const on = word[0] === '-';
    for (const letter of word.slice(1)) {
      if (letter === 'o') {
        const name = args[at + 1];
        if (name === undefined) {
          if (sh.dialect.name !== 'bash' && on) sh.out('Current option settings\n');
          for (const option of sh.dialect.name === 'bash' ? OPTIONS : SH_OPTIONS) {
            const value =
              sh.options.has(option) ||
              FIXED.has(option) ||
              (option === 'emacs' && sh.interactive) ||
              ((option === 'history' || option === 'histexpand') && sh.interactive);
            sh.out(
              on
                ? `${option.padEnd(sh.dialect.name === 'bash' ? 15 : 16)}${sh.dialect.name === 'bash' ? '\t' : ''}${value ? 'on' : 'off'}\n`
                : `set ${value ? '-' : '+'}o ${option}\n`,
            );
          }
          return 0;
        }
        at++;
        if (!setOption(sh, name, on)) {
          if (sh.dialect.name !== 'bash') throw new ShellError(`set: Illegal option -o ${name}`, 2);
          sh.complain(`${name}: invalid option name`, 'set');
          return 2;
        }
      } else if (!LETTERS[letter]) {
        if ('HPkptE'.includes(letter)) continue;
        if (sh.dialect.name !== 'bash') throw new ShellError(`set: Illegal option ${word[0]}${letter}`, 2);
        sh.complain(`${word[0]}${letter}: invalid option`, 'set');
        sh.err('set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n');
        return 2;
      } else setOption(sh, LETTERS[letter], on);
    }
  }
  return 0;
}

const SHOPTS = [
  'autocd',
  'cdspell',
  'checkhash',
  'checkjobs',
  'checkwinsize',
  'cmdhist',
  'complete_fullquote',
  'direxpand',
  'dirspell',
  'dotglob',
  'execfail',
  'expand_aliases',
  'extdebug',
  'extglob',
  'extquote',
  'failglob',
  'force_fignore',
  'globasciiranges',
  'globskipdots',
  'globstar',
  'gnu_errfmt',
  'histappend',
  'histreedit',
  'histverify',
  'hostcomplete',
  'huponexit',
  'inherit_errexit',
  'interactive_comments',
  'lastpipe',
  'lithist',
  'localvar_inherit',
  'login_shell',
  'mailwarn',
  'no_empty_cmd_completion',
  'nocaseglob',
  'nocasematch',
  'noexpand_translation',
  'nullglob',
  'patsub_replacement',
  'progcomp',
  'progcomp_alias',
  'promptvars',
  'restricted_shell',
  'shift_verbose',
  'sourcepath',
  'xpg_echo',
];

export function shopt(sh: Shell, args: readonly string[]): ExitCode {
  const flags = args.filter((arg) => /^-./.test(arg)).join('');
  const names = args.filter((arg) => !/^-./.test(arg));
  const quiet = flags.includes('q');
  const has = (name: string): boolean => (flags.includes('o') ? sh.options.has(name) : sh.shopts.has(name));
  let status: ExitCode = 0;
  for (const name of names.length > 0 ? names : flags.includes('o') ? OPTIONS : SHOPTS) {
    if (!(flags.includes('o') ? OPTIONS : SHOPTS).includes(name)) {
      sh.complain(`${name}: invalid shell option name`, 'shopt');
      status = 1;
    } else if (names.length > 0 && /[su]/.test(flags)) {
      if (flags.includes('o')) setOption(sh, name, flags.includes('s'));
      else if (flags.includes('s')) sh.shopts.add(name);
      else sh.shopts.delete(name);
    } else {
      if (names.length > 0 && !has(name)) status = 1;
      if (!quiet && !(/s/.test(flags) && !has(name)) && !(/u/.test(flags) && has(name))) {
        sh.out(flags.includes('p') ? `shopt ${has(name) ? '-s' : '-u'} ${name}\n` : `${name.padEnd(15)}\t${has(name) ? 'on' : 'off'}\n`);
      }
    }
  }
  return status;
}
