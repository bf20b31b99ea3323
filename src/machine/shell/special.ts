/** Variables whose value is found out when it is asked for, and `$-`. */
import type { Shell } from './shell.ts';

/** The value of a variable that the shell computes; undefined when there is none of this name. */
export function dynamic(sh: Shell, name: string): string | undefined {
  const { p } = sh;
  if (sh.dialect.name !== 'bash') return name === 'PPID' ? String(p.parent?.pid ?? 0) : name === 'LINENO' ? String(sh.lineNumber()) : undefined;
  switch (name) {
    case 'RANDOM': return String(p.random.below(32_768));
    case 'SRANDOM': return String(p.random.word());
    case 'SECONDS': return String(Math.floor((p.now - sh.begun) / 1000));
    case 'EPOCHSECONDS': return String(Math.floor(p.date / 1000));
    case 'EPOCHREALTIME': return (p.date / 1000).toFixed(6);
    case 'LINENO': return String(sh.lineNumber());
    case 'BASHPID': return String(p.pid);
    case 'PPID': return String(p.parent?.pid ?? 0);
    case 'BASH_SUBSHELL': return String(sh.subshell);
    case 'FUNCNAME': return sh.calls.at(-1);
    case 'BASH_SOURCE': return sh.source.file;
    case 'BASH': return '/bin/bash';
    case 'BASH_VERSION': return '5.2.37(1)-release';
    case 'UID': case 'EUID': return String(p.user.uid);
    case 'HOSTNAME': return p.machine.hostname;
    case 'HOSTTYPE': return 'x86_64';
    case 'OSTYPE': return 'linux-gnu';
    case 'MACHTYPE': return 'x86_64-pc-linux-gnu';
    case 'COLUMNS': return p.tty && sh.interactive ? String(p.tty.columns) : undefined;
    case 'LINES': return p.tty && sh.interactive ? String(p.tty.rows) : undefined;
    case 'SHELLOPTS': return [...sh.options].filter((option) => !option.startsWith('no') || option === 'nounset').sort().join(':');
    case 'DIRSTACK': return p.cwd;
    default: return undefined;
  }
}

/** `$-` */
export function flags(sh: Shell): string {
  const letters: readonly (readonly [string, string])[] = [
    ['allexport', 'a'],
    ['errexit', 'e'],
    ['noglob', 'f'],
    ['hashall', 'h'],
    ['interactive', 'i'],
    ['monitor', 'm'],
    ['nounset', 'u'],
    ['verbose', 'v'],
    ['xtrace', 'x'],
    ['braceexpand', 'B'],
    ['noclobber', 'C'],
    ['histexpand', 'H'],
  ];
  const bash = sh.dialect.name === 'bash';
  const on = (option: string): boolean =>
    option === 'interactive'
      ? sh.interactive
      : option === 'hashall' || option === 'braceexpand'
        ? bash
        : option === 'histexpand'
          ? bash && sh.interactive
          : sh.options.has(option);
  return letters.filter(([option]) => on(option)).map(([, letter]) => letter).join('') + sh.origin;
}
