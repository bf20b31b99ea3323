/** Builtins that read: read, mapfile. */
import type { ExitCode, Running, Source } from '../../process.ts';
import { Fields } from '../fields.ts';
import type { Shell } from '../shell.ts';
import { listOf } from '../variables.ts';

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
function* readContinued(sh: Shell, source: Source | undefined, flags: Record<string, string>): Running<string | undefined> {
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

function* readSome(
  sh: Shell,
  source: Source | undefined,
  flags: Record<string, string>,
  until: number | undefined,
  most: number,
): Running<{ line: string | undefined; timed: boolean }> {
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
      if (text !== '' && ifs.includes(text.at(-1)!) && !blank.includes(text.at(-1)!) && ![...text.slice(0, -1)].some((char) => ifs.includes(char)))
        text = text.slice(0, -1);
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
