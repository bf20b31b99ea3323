/** Builtins about variables and options: declare, local, export, readonly, unset, set, shopt, shift, read, mapfile, getopts, let. */
import type { ExitCode, Running } from '../../process.ts';
import { readLine } from '../execute.ts';
import { evaluate } from '../expand.ts';
import { ShellError } from '../failure.ts';
import { Fields } from '../fields.ts';
import type { Assignment } from '../parse.ts';
import type { Shell } from '../shell.ts';
import { assignArray, assignText } from '../simple.ts';
import type { Value, Variable } from '../variables.ts';
import { doubleQuote, first, keys, listOf, quote, ReadonlyError } from '../variables.ts';

const NAME = /^[A-Za-z_]\w*$/;

const FLAGS: Readonly<Record<string, keyof Variable>> = { a: 'array', A: 'assoc', i: 'integer', l: 'lower', u: 'upper', r: 'readonly', x: 'exported', n: 'reference' };

export function* declare(sh: Shell, args: readonly string[], name: string, declared: readonly Assignment[] = []): Running<ExitCode> {
  if (name === 'local' && sh.calls.length === 0) {
    sh.complain('can only be used in a function', 'local');
    return 1;
  }
  const flags = new Set<string>();
  const cleared = new Set<string>();
  let at = 0;
  for (; at < args.length && /^[-+]./.test(args[at]!); at++) {
    if (args[at] === '--') {
      at++;
      break;
    }
    for (const letter of args[at]!.slice(1)) (args[at]![0] === '-' ? flags : cleared).add(letter);
  }
  if (name === 'export' || name === 'readonly') {
    flags.add(name === 'export' ? 'x' : 'r');
    if (flags.has('n') && name === 'export') {
      flags.delete('x');
      flags.delete('n');
      cleared.add('x');
    }
  }
  const words = args.slice(at);
  if (flags.has('f') || flags.has('F')) return functions(sh, words, flags.has('F'));
  if (words.length === 0 || flags.has('p')) return print(sh, words, name, flags);
  const local = sh.calls.length > 0 && !flags.has('g') && name !== 'export' && name !== 'readonly';
  let status: ExitCode = 0;
  for (const word of words) {
    const match = /^([^=+[]*)(?:\[(.*?)\])?(\+?)(?:=(.*))?$/s.exec(word);
    const [, key = '', index, plus, text] = match ?? [];
    if (!NAME.test(key)) {
      if (sh.dialect.name !== 'bash') throw new ShellError(`${name}: ${key}: bad variable name`, 2);
      sh.complain(`\`${word}': not a valid identifier`, name);
      status = 1;
      continue;
    }
    const node = declared.find((item) => item.name === key && word === `${key}=`);
    if (local) makeLocal(sh, key, flags.has('n'));
    const there = sh.vars.find(key);
    if (there?.readonly && (text !== undefined || cleared.has('r'))) {
      sh.complain(sh.dialect.readonly(key), name === 'readonly' ? undefined : name === 'declare' || name === 'local' ? name : undefined);
      status = 1;
      continue;
    }
    const variable = flags.has('n') ? scopeOf(sh, key, local) : sh.vars.make(key);
    for (const letter of cleared) if (FLAGS[letter]) delete variable[FLAGS[letter]];
    for (const letter of flags) if (FLAGS[letter] && letter !== 'r' && letter !== 'n') (variable as Record<keyof Variable, unknown>)[FLAGS[letter]] = true;
    if (flags.has('A') && !(variable.value instanceof Map) && !(node || text !== undefined)) variable.value = new Map<string, string>() as Value;
    if (node && node.value.type === 'ArrayValue') yield* assignArray(sh, key, node.value, node.append ?? false);
    else if (index !== undefined && text !== undefined) sh.assignElement(key, index, text, plus === '+');
    else if (text !== undefined) {
      if (flags.has('n')) variable.value = text;
      else if (/^\(.*\)$/s.test(text) && (flags.has('a') || flags.has('A'))) sh.assign(key, text);
      else assignText(sh, key, text, plus === '+');
    }
    if (flags.has('n')) variable.reference = true;
    if (flags.has('r')) variable.readonly = true;
  }
  return status;
}

function makeLocal(sh: Shell, name: string, reference: boolean): void {
  const scope = sh.vars.scopes.at(-1)!;
  if (scope.has(name)) return;
  const outer = sh.vars.find(name);
  scope.set(name, { value: undefined, ...(outer?.exported && !reference && { exported: true }) });
}

function scopeOf(sh: Shell, name: string, local: boolean): Variable {
  const scope = local ? sh.vars.scopes.at(-1)! : sh.vars.scopes[0]!;
  let variable = scope.get(name);
  if (!variable) scope.set(name, (variable = { value: undefined }));
  return variable;
}

function functions(sh: Shell, words: readonly string[], namesOnly: boolean): ExitCode {
  let status: ExitCode = 0;
  for (const name of words.length > 0 ? words : [...sh.functions.keys()].sort()) {
    const definition = sh.functions.get(name);
    if (!definition) status = 1;
    else sh.out(namesOnly ? (words.length > 0 ? `${name}\n` : `declare -f ${name}\n`) : functionText(name, definition.text));
  }
  return status;
}

/** A function as it was written, under bash's heading. */
export const functionText = (name: string, body: string): string => {
  const inner = /^\{\s*(.*?)\s*\}$/s.exec(body)?.[1];
  if (inner === undefined) return `${name} () \n${body}\n`;
  const lines = inner.includes('\n') ? inner.split('\n').map((line) => line.trimEnd()) : [`    ${inner.replace(/;$/, '')}`];
  return `${name} () \n{ \n${inner.includes('\n') ? (/^\s/.test(lines[0]!) ? '' : '    ') : ''}${lines.join('\n')}\n}\n`;
};

function print(sh: Shell, words: readonly string[], name: string, flags: ReadonlySet<string>): ExitCode {
  let status: ExitCode = 0;
  if (words.length > 0 && flags.has('p')) {
    for (const word of words) {
      const text = sh.describe(word);
      if (text === '') {
        sh.complain(`${word}: not found`, name);
        status = 1;
      } else sh.out(`${text}\n`);
    }
    return status;
  }
  const wanted = [...flags].map((flag) => FLAGS[flag]).filter((flag) => flag !== undefined);
  const names = name === 'local' ? [...sh.vars.scopes.at(-1)!.keys()].sort() : sh.vars.names();
  for (const key of names) {
    const variable = sh.vars.find(key)!;
    if (!wanted.every((flag) => variable[flag])) continue;
    if (sh.dialect.name !== 'bash') sh.out(`${name} ${key}${variable.value === undefined ? '' : `='${(first(variable.value) ?? '').replace(/'/g, "'\\''")}'`}\n`);
    else if (name === 'declare' && flags.size === 0) sh.out(`${key}=${assigned(variable.value)}\n`);
    else sh.out(`${sh.describe(key)}\n`);
  }
  return status;
}

/** A value as `set` lists it. */
const assigned = (value: Value | undefined): string => {
  if (!(value instanceof Map)) return value === undefined || value === '' ? '' : quote(value);
  return `(${keys(value).map((key) => `[${key}]=${doubleQuote((value as Map<string | number, string>).get(key)!)}`).join(' ')})`;
};

export function unset(sh: Shell, args: readonly string[]): ExitCode {
  let status: ExitCode = 0;
  const onlyFunctions = args[0] === '-f';
  for (const word of args.filter((arg) => !/^-[fvn]$/.test(arg))) {
    const element = /^(\w+)\[(.*)\]$/s.exec(word);
    try {
      if (element) {
        const variable = sh.vars.find(element[1]!);
        if (element[2] === '@' || element[2] === '*') sh.vars.unset(element[1]!);
        else if (variable?.value instanceof Map) {
          let key: string | number = element[2]!;
          if (!variable.assoc) {
            key = Number(evaluate(sh, key));
            if (key < 0) key += Number(keys(variable.value).at(-1) ?? -1) + 1;
          }
          (variable.value as Map<string | number, string>).delete(key);
        }
      } else if (onlyFunctions) sh.functions.delete(word);
      else if (!NAME.test(word)) {
        if (sh.dialect.name !== 'bash') throw new ShellError(`unset: ${word}: bad variable name`, 2);
      } else if (sh.vars.find(word)) sh.vars.unset(args[0] === '-n' ? word : sh.vars.target(word));
      else if (args[0] !== '-v') sh.functions.delete(word);
    } catch (error) {
      if (!(error instanceof ReadonlyError)) throw error;
      sh.complain(sh.dialect.name === 'bash' ? `${error.message}: cannot unset: readonly variable` : sh.dialect.readonly(error.message), 'unset');
      status = 1;
    }
  }
  return status;
}

const LETTERS: Readonly<Record<string, string>> = {
  a: 'allexport', e: 'errexit', f: 'noglob', m: 'monitor', n: 'noexec', u: 'nounset', v: 'verbose', x: 'xtrace', C: 'noclobber', E: 'errtrace', T: 'functrace', b: 'notify', h: 'hashall', B: 'braceexpand',
};
const OPTIONS = ['allexport', 'braceexpand', 'emacs', 'errexit', 'errtrace', 'functrace', 'hashall', 'histexpand', 'history', 'ignoreeof', 'interactive-comments', 'keyword', 'monitor', 'noclobber', 'noexec', 'noglob', 'nolog', 'notify', 'nounset', 'onecmd', 'physical', 'pipefail', 'posix', 'privileged', 'verbose', 'vi', 'xtrace'];
/** Those of dash and ash, in their order. */
const SH_OPTIONS = ['errexit', 'noglob', 'ignoreeof', 'interactive', 'monitor', 'noexec', 'stdin', 'xtrace', 'verbose', 'vi', 'emacs', 'noclobber', 'allexport', 'notify', 'nounset'];
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
            const value = sh.options.has(option) || FIXED.has(option) || (option === 'emacs' && sh.interactive) || ((option === 'history' || option === 'histexpand') && sh.interactive);
            sh.out(on ? `${option.padEnd(sh.dialect.name === 'bash' ? 15 : 16)}${sh.dialect.name === 'bash' ? '\t' : ''}${value ? 'on' : 'off'}\n` : `set ${value ? '-' : '+'}o ${option}\n`);
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

const SHOPTS = ['autocd', 'cdspell', 'checkhash', 'checkjobs', 'checkwinsize', 'cmdhist', 'complete_fullquote', 'direxpand', 'dirspell', 'dotglob', 'execfail', 'expand_aliases', 'extdebug', 'extglob', 'extquote', 'failglob', 'force_fignore', 'globasciiranges', 'globskipdots', 'globstar', 'gnu_errfmt', 'histappend', 'histreedit', 'histverify', 'hostcomplete', 'huponexit', 'inherit_errexit', 'interactive_comments', 'lastpipe', 'lithist', 'localvar_inherit', 'login_shell', 'mailwarn', 'no_empty_cmd_completion', 'nocaseglob', 'nocasematch', 'noexpand_translation', 'nullglob', 'patsub_replacement', 'progcomp', 'progcomp_alias', 'promptvars', 'restricted_shell', 'shift_verbose', 'sourcepath', 'xpg_echo'];

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

export function* read(sh: Shell, args: readonly string[]): Running<ExitCode> {
  const flags: Record<string, string> = {};
  let at = 0;
  for (; at < args.length && /^-./.test(args[at]!) && args[at] !== '--'; at++) {
    const word = args[at]!;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i]!;
      if ('adinNptu'.includes(letter)) {
        flags[letter] = word.slice(i + 1) || (args[++at] ?? '');
        break;
      }
      if (!'ers'.includes(letter)) {
        sh.complain(`-${letter}: invalid option`, 'read');
        sh.err('read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]\n');
        return 2;
      }
      flags[letter] = '';
    }
  }
  if (args[at] === '--') at++;
  const names = args.slice(at);
  const bad = names.find((name) => !/^[A-Za-z_]\w*(\[.*\])?$/s.test(name));
  if (bad) {
    sh.complain(`\`${bad}': not a valid identifier`, 'read');
    return 1;
  }
  const source = sh.fds[Number(flags['u'] ?? 0)]?.source;
  const tty = source?.tty;
  if (flags['p'] !== undefined && (tty || sh.dialect.name !== 'bash')) sh.err(flags['p']);
  if (tty && flags['s'] !== undefined) tty.echo = false;
  if (tty && (flags['n'] ?? flags['N']) !== undefined) tty.mode = 'raw';
  let line: string | undefined;
  let timed = false;
  try {
    const until = flags['t'] === undefined ? undefined : sh.p.now + Number(flags['t']) * 1000;
    const most = flags['N'] ?? flags['n'];
    if (until !== undefined || most !== undefined) ({ line, timed } = yield* readSome(sh, source, flags, until, most === undefined ? Infinity : Number(most)));
    else line = yield* readContinued(sh, source, flags);
  } finally {
    if (tty) {
      tty.echo = true;
      tty.mode = 'cooked';
    }
  }
  const ended = line === undefined || sh.readEnded;
  store(sh, line ?? '', names, flags);
  return timed ? 142 : ended ? 1 : 0;
}

/** A line, and those that a backslash at its end joins to it. `sh.readEnded` says whether the input ended in it. */
function* readContinued(sh: Shell, source: Parameters<typeof readLine>[2], flags: Record<string, string>): Running<string | undefined> {
  const delimiter = flags['d'] === undefined ? '\n' : flags['d'][0] || '\0';
  let all: string | undefined;
  sh.readEnded = false;
  for (;;) {
    let piece = '';
    for (;;) {
      const more = yield* sh.receive(source);
      if (more === undefined) {
        sh.readEnded = true;
        return all === undefined && piece === '' ? undefined : (all ?? '') + piece;
      }
      const end = more.indexOf(delimiter);
      if (end < 0) piece += more;
      else {
        if (end + 1 < more.length) source!.unread(more.slice(end + 1));
        piece += more.slice(0, end);
        break;
      }
    }
    all = (all ?? '') + piece;
    if (flags['r'] !== undefined || !/(^|[^\\])(\\\\)*\\$/.test(all) || delimiter !== '\n') return all;
    all = all.slice(0, -1);
  }
}

function* readSome(sh: Shell, source: Parameters<typeof readLine>[2], flags: Record<string, string>, until: number | undefined, most: number): Running<{ line: string | undefined; timed: boolean }> {
  const delimiter = flags['N'] !== undefined ? undefined : flags['d'] === undefined ? '\n' : flags['d'][0] || '\0';
  sh.readEnded = false;
  let line = '';
  if (!source) return { line: undefined, timed: false };
  const stop = source.listen(sh.p);
  try {
    while ([...line].length < most) {
      const piece = source.take(1);
      if (piece === undefined) {
        sh.readEnded = true;
        return { line: line === '' ? undefined : line, timed: false };
      }
      if (piece === '') {
        if (until !== undefined && sh.p.now >= until) return { line, timed: true };
        if (until === undefined) yield;
        else yield until;
        sh.check();
        continue;
      }
      const char = piece === '\r' && source.tty ? '\n' : piece;
      if (char === '\x03' && source.tty?.mode === 'raw') {
        sh.interrupted = true;
        sh.check();
      }
      if (char === delimiter) break;
      line += char;
      if (source.tty?.mode === 'raw' && flags['s'] === undefined) sh.fds[2]?.sink?.write(char);
    }
    return { line, timed: false };
  } finally {
    stop();
  }
}

function store(sh: Shell, line: string, names: readonly string[], flags: Record<string, string>): void {
  const raw = flags['r'] !== undefined;
  const plain = (text: string): string => (raw ? text : text.replace(/\\(.)/gs, '$1'));
  const put = (name: string, text: string): void => {
    const element = /^(\w+)\[(.*)\]$/s.exec(name);
    if (element) sh.assignElement(element[1]!, element[2]!, text);
    else sh.assign(name, text);
  };
  if (flags['N'] !== undefined) return put(names[0] ?? 'REPLY', line);
  if (flags['a'] !== undefined) {
    const fields = new Fields(sh.ifs);
    fields.expanded(line);
    const variable = sh.vars.make(flags['a']);
    variable.array = true;
    variable.value = listOf(fields.finish().map((field) => plain(field.text)));
    return;
  }
  if (names.length === 0) return sh.assign('REPLY', plain(line));
  const { ifs } = sh;
  const blank = [...ifs].filter((char) => /[ \t\n]/.test(char)).join('');
  const strip = (text: string): string => {
    let start = 0;
    while (start < text.length && blank.includes(text[start]!)) start++;
    return text.slice(start);
  };
  let rest = strip(line);
  names.forEach((name, i) => {
    if (i === names.length - 1) {
      let end = rest.length;
      while (end > 0 && blank.includes(rest[end - 1]!) && rest[end - 2] !== '\\') end--;
      let text = rest.slice(0, end);
      // One separator that is no blank, at the very end of a last field without others, goes too.
      if (text !== '' && ifs.includes(text.at(-1)!) && !blank.includes(text.at(-1)!) && ![...text.slice(0, -1)].some((char) => ifs.includes(char))) text = text.slice(0, -1);
      return put(name, plain(text));
    }
    let end = 0;
    while (end < rest.length && !ifs.includes(rest[end]!)) end += rest[end] === '\\' && !raw ? 2 : 1;
    put(name, plain(rest.slice(0, end)));
    let next = end;
    while (next < rest.length && blank.includes(rest[next]!)) next++;
    if (next < rest.length && ifs.includes(rest[next]!) && !blank.includes(rest[next]!)) next++;
    rest = strip(rest.slice(next));
  });
}

export function* mapfile(sh: Shell, args: readonly string[]): Running<ExitCode> {
  const flags: Record<string, string> = {};
  let at = 0;
  for (; at < args.length && /^-./.test(args[at]!); at++) {
    const letter = args[at]![1]!;
    flags[letter] = letter === 't' ? '' : args[at]!.slice(2) || (args[++at] ?? '');
  }
  const delimiter = flags['d'] === undefined ? '\n' : flags['d'][0] || '\0';
  const source = sh.fds[Number(flags['u'] ?? 0)]?.source;
  let text = '';
  for (let piece = yield* sh.receive(source); piece !== undefined; piece = yield* sh.receive(source)) text += piece;
  const lines = text.split(delimiter);
  const last = lines.pop()!;
  const items = lines.map((line) => (flags['t'] === undefined ? line + delimiter : line));
  if (last !== '') items.push(last);
  const from = Number(flags['s'] ?? 0);
  const chosen = items.slice(from, flags['n'] && flags['n'] !== '0' ? from + Number(flags['n']) : undefined);
  const variable = sh.vars.make(args[at] ?? 'MAPFILE');
  variable.array = true;
  const origin = Number(flags['O'] ?? 0);
  const map = flags['O'] !== undefined && variable.value instanceof Map ? (variable.value as Map<number, string>) : new Map<number, string>();
  chosen.forEach((item, i) => map.set(origin + i, item));
  variable.value = map;
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

