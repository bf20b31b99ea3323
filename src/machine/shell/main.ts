/**
 * The shells as programs: their options, what they run (-c, a script, standard input, a terminal), start-up files.
 * Unlike dash: the interactive sh of Debian has a line editor here.
 */
import { FileError } from '../files.ts';
import type { ExitCode, Program, Running } from '../process.ts';
import type { Task } from '../task.ts';
import { setOption, set } from './builtins/options.ts';
import { ASH, BASH, DASH } from './dialect.ts';
import { run, runTop } from './execute.ts';
import { interact } from './interactive.ts';
import { parse } from './parse.ts';
import { Shell } from './shell.ts';

/** What the host of an interactive shell hears. */
export interface ShellOptions {
  /** A command line typed at the prompt begins or has ended; `code` is its exit code then. A line that spans several is one. */
  onCommand?(line: string, when: 'start' | 'end', code: ExitCode): void;
}

const VERSION = `GNU bash, version 5.2.37(1)-release (x86_64-pc-linux-gnu)
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>

This is free software; you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.
`;

const DIALECTS = { bash: BASH, dash: DASH, ash: ASH } as const;

/** A shell as a program. */
export const shell = (name: keyof typeof DIALECTS, options: ShellOptions = {}): Program =>
  (p) => runTop(new Shell(p as Task, DIALECTS[name]), (sh) => start(sh, options));

/** GNU bash 5.2. */
export const bash: Program = shell('bash');
/** Debian's /bin/sh: dash. */
export const sh: Program = shell('dash');
/** busybox' and Alpine's /bin/sh. */
export const ash: Program = shell('ash');

function* start(sh: Shell, host: ShellOptions): Running<ExitCode> {
  const { p, dialect } = sh;
  const args = p.args.slice(1);
  const flags = new Set<string>();
  const long = new Set<string>();
  let rcfile: string | undefined;
  let at = 0;
  for (; at < args.length && /^[-+]./.test(args[at]!); at++) {
    const word = args[at]!;
    if (word === '--' || word === '-') {
      at++;
      break;
    }
    if (word.startsWith('--') && dialect.name === 'bash') {
      if (word === '--rcfile' || word === '--init-file') rcfile = args[++at];
      else if (word === '--version') {
        sh.out(VERSION);
        return 0;
      } else if (['--login', '--norc', '--noprofile', '--posix', '--noediting', '--verbose'].includes(word)) long.add(word);
      else {
        sh.err(`${sh.name}: ${word}: invalid option\n`);
        return 2;
      }
      continue;
    }
    for (const letter of word.slice(1)) {
      if ('cilsr'.includes(letter)) flags.add(letter);
      else if (letter === 'o' || letter === 'O') {
        const option = args[++at];
        if (option === undefined || letter === 'O') {
          if (option) sh.shopts.add(option);
        } else if (!setOption(sh, option, word[0] === '-')) {
          sh.err(`${sh.name}: ${option}: invalid option name\n`);
          return 2;
        }
      } else if (set(sh, [`${word[0]}${letter}`]) !== 0) return 2;
    }
  }
  const words = args.slice(at);
  const command = flags.has('c') ? words.shift() : undefined;
  if (flags.has('c') && command === undefined) {
    sh.err(`${sh.name}: ${dialect.name === 'bash' ? '-c: option requires an argument' : '-c requires an argument'}\n`);
    return 2;
  }
  const script = command === undefined && !flags.has('s') ? words.shift() : undefined;
  sh.login = sh.name.startsWith('-') || flags.has('l') || long.has('--login');
  sh.interactive = flags.has('i') || (command === undefined && script === undefined && p.stdin.tty !== undefined && p.stderr.tty !== undefined);
  if (command !== undefined && words.length > 0) sh.name = words.shift()!;
  if (script !== undefined) sh.name = script;
  sh.args = words;
  takeEnvironment(sh);
  if (sh.login && !long.has('--noprofile'))
    yield * startup(sh, ['/etc/profile', ...firstOf(sh, dialect.name === 'bash' ? ['.bash_profile', '.bash_login', '.profile'] : ['.profile'])]);
  if (sh.interactive) {
    if (dialect.name === 'bash' && !sh.login && !long.has('--norc')) yield* startup(sh, rcfile ? [rcfile] : ['/etc/bash.bashrc', ...firstOf(sh, ['.bashrc'])]);
    if (dialect.name !== 'bash' && sh.vars.get('ENV')) yield* startup(sh, [sh.vars.get('ENV')!]);
  }
  sh.origin = command !== undefined ? 'c' : script === undefined ? 's' : '';
  if (command !== undefined) {
    sh.source = { text: command, line: dialect.name === 'ash' ? 0 : 1 };
    return yield* run(sh, command, !sh.interactive, { text: command, line: 1, tag: '-c' });
  }
  if (script !== undefined) return yield* runScript(sh, script);
  if (sh.interactive) return yield* interact(sh, host);
  return yield* fromInput(sh);
}

/** The environment becomes exported variables. */
export function takeEnvironment(sh: Shell): void {
  const { p, vars } = sh;
  const globals = vars.scopes[0]!;
  for (const [name, value] of p.env) if (/^[A-Za-z_]\w*$/.test(name) && name !== '_') globals.set(name, { value, exported: true });
  const usual = (name: string, value: string, exported = false): void => {
    if (!globals.has(name)) globals.set(name, { value, ...(exported && { exported }) });
  };
  globals.set('IFS', { value: ' \t\n' });
  globals.set('OPTIND', { value: '1' });
  globals.set('PS4', { value: '+ ' });
  globals.set('PWD', { value: p.cwd, exported: true });
  usual('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
  usual('HOME', p.user.home, sh.login);
  if (sh.dialect.name === 'bash') globals.set('SHLVL', { value: String((Number(vars.get('SHLVL')) || 0) + 1), exported: true });
  if (sh.interactive) {
    usual('PS1', sh.dialect.prompt(p.user.uid === 0));
    usual('PS2', '> ');
  }
}

const firstOf = (sh: Shell, names: readonly string[]): readonly string[] => {
  const path = names.map((name) => `${sh.vars.get('HOME')}/${name}`).find((file) => sh.p.files.exists(file));
  return path ? [path] : [];
};

/** Runs start-up files that exist. */
function* startup(sh: Shell, paths: readonly string[]): Running<void> {
  for (const file of paths) {
    if (!sh.p.files.may(file, 4)) continue;
    sh.sourcing++;
    const text = sh.p.files.read(file);
    yield* run(sh, text, false, { text, line: 1, file });
    sh.sourcing--;
  }
  sh.status = 0;
}

function* runScript(sh: Shell, path: string): Running<ExitCode> {
  const bash = sh.dialect.name === 'bash';
  const { files } = sh.p;
  let text: string;
  try {
    const found =
      !path.includes('/') && !files.exists(path)
        ? (sh.vars.get('PATH') ?? '')
            .split(':')
            .map((folder) => `${folder}/${path}`)
            .find((file) => files.exists(file))
        : path;
    text = files.read(found ?? path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const name = sh.p.args[0] ?? sh.dialect.name;
    if (error.code === 'EISDIR' && bash) {
      sh.err(`${path}: ${path}: Is a directory\n`);
      return 126;
    }
    sh.err(
      bash
        ? `${name}: ${path}: ${error.message}\n`
        : sh.dialect.name === 'dash'
          ? `${name}: 0: cannot open ${path}: No such file\n`
          : `${name}: can't open '${path}': No such file or directory\n`,
    );
    return error.code === 'EACCES' ? 126 : bash ? 127 : 2;
  }
  if (text.startsWith('\x7fELF')) {
    sh.err(`${path}: ${path}: cannot execute binary file\n`);
    return 126;
  }
  return yield* run(sh, text, true, { text, line: 1, file: path });
}

/** Runs standard input line by line, so that commands may read what follows them. */
function* fromInput(sh: Shell): Running<ExitCode> {
  const source = sh.fds[0]?.source;
  let text = '';
  let line = 1;
  for (;;) {
    const piece = yield* sh.receive(source);
    const end = piece?.indexOf('\n') ?? -1;
    if (piece !== undefined && end < 0) {
      text += piece;
      continue;
    }
    if (piece !== undefined) {
      if (end + 1 < piece.length) source!.unread(piece.slice(end + 1));
      text += piece.slice(0, end + 1);
      const { problem } = parse(text);
      if (problem?.unfinished) continue;
    }
    if (text.trim() !== '') {
      const status = yield* run(sh, text, false, { text, line });
      if (status === 2 && parse(text).problem) return 2;
    }
    if (piece === undefined) return sh.status;
    line += text.split('\n').length - 1;
    text = '';
  }
}

