/**
 * xargs: builds command lines from standard input and runs them, each as soon as it is full.
 * Unlike GNU's: -P is accepted, but one command runs at a time.
 */
import { nothing } from '../pipe.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { unescape } from './escapes.ts';
import { Input, open } from './input.ts';
import { type Flavour, misuse, options, type Spec } from './options.ts';

const SPEC: Spec = {
  short: '+0a:d:E:e::I:i::L:l::n:P:prs:tx',
  long: { null: '0', 'arg-file': 'a:', delimiter: 'd:', replace: 'i::', 'max-lines': 'l::', 'max-args': 'n:', 'max-procs': 'P:', 'no-run-if-empty': 'r', 'max-chars': 's:', verbose: 't', exit: 'x' },
  usage: '[OPTION]... COMMAND [INITIAL-ARGS]...\nRun COMMAND with arguments INITIAL-ARGS and more arguments read from input.\n\n  -n N  at most N arguments a command    -L N  at most N lines a command\n  -I R  replace R in INITIAL-ARGS by each line    -0  items end with a null character\n  -d C  items end with C    -r  do not run without items    -t  show the commands',
  version: '(GNU findutils) 4.9.0',
};

export function* xargs(p: Process, flavour: Flavour): Running<ExitCode> {
  const given = options(p, flavour, SPEC);
  if (typeof given === 'number') return given;
  const o = given;
  for (const key of ['n', 'L', 'P']) {
    const text = o.value(key);
    if (text === undefined || (/^\d+$/.test(text) && (Number(text) > 0 || key === 'P'))) continue;
    if (/^-?\d+$/.test(text)) {
      p.warn(`xargs: value ${text} for -${key} option should be >= 1\n${flavour === 'gnu' ? "Try 'xargs --help' for more information.\n" : ''}`);
      return 1;
    }
    return misuse(p, flavour, SPEC, `invalid number "${text}" for -${key} option`);
  }
  const command = o.words.length ? o.words : ['echo'];
  const last = o.each.findLast((e) => 'nLlIi'.includes(e[0]))?.[0];
  const replace = last === 'I' ? o.value('I') : last === 'i' ? o.value('i') || '{}' : undefined;
  const most = last === 'n' ? Number(o.value('n')) : Infinity;
  const lines = last === 'L' ? Number(o.value('L')) : last === 'l' ? Number(o.value('l') || 1) : Infinity;
  const delimiter = o.has('0') ? '\0' : o.has('d') ? unescape(o.value('d')!, 'nnn').text : undefined;
  const input = o.has('a') ? open(p, o.value('a')!) : new Input(p, '-');
  if (!input) return 1;
  let status = 0;
  let ran = false;
  let items: string[] = [];
  let lineCount = 0;
  let chars = 0;

  function* run(args: readonly string[]): Running<ExitCode | undefined> {
    ran = true;
    if (o.has('t')) p.warn(`${args.join(' ')}\n`);
    const program = p.find(args[0]!);
    if (typeof program !== 'function') {
      const missing = program.error === 'not found';
      p.warn(`xargs: ${args[0]}: ${missing ? 'No such file or directory' : 'Permission denied'}\n`);
      return missing ? 127 : 126;
    }
    const child = p.spawn(program, args, { stdin: o.has('a') ? p.stdin : nothing });
    const code = yield* p.wait(child);
    if (code === 255) {
      p.warn(`xargs: ${args[0]}: exited with status 255; aborting\n`);
      return 124;
    }
    if (code > 128 && child.signal) {
      p.warn(`xargs: ${args[0]}: terminated by signal ${code - 128}\n`);
      return 125;
    }
    if (code) status = 123;
    return undefined;
  }
  function* full(): Running<ExitCode | undefined> {
    const args = [...command, ...items];
    items = [];
    lineCount = chars = 0;
    return yield* run(args);
  }
  function* add(item: string): Running<ExitCode | undefined> {
    if (replace !== undefined) return yield* run(command.map((word) => word.replaceAll(replace, item)));
    items.push(item);
    chars += item.length + 1;
    if (items.length >= most || chars > 100_000) return yield* full();
    return undefined;
  }

  const end = delimiter ?? '\n';
  let pending = '';
  for (let line = yield* input.line(end); line !== undefined; line = yield* input.line(end)) {
    let parts: string[];
    if (delimiter !== undefined) parts = [line];
    else if (replace !== undefined) {
      const text = line.replace(/^[ \t]+/, '');
      if (!text) continue;
      const words = split(text, true);
      if (typeof words === 'string') return quoting(p, words);
      parts = words;
    } else {
      if (pending) line = `${pending}\n${line}`;
      pending = '';
      const words = split(line, false);
      if (words === 'more' && !input.over) {
        pending = line;
        continue;
      }
      if (typeof words === 'string') return quoting(p, words === 'more' ? 'single' : words);
      parts = words;
      if (o.has('E') && parts.includes(o.value('E')!)) {
        for (const part of parts.slice(0, parts.indexOf(o.value('E')!))) {
          const stop = yield* add(part);
          if (stop !== undefined) return stop;
        }
        break;
      }
      if (parts.length && !/[ \t]$/.test(line)) lineCount++;
    }
    for (const part of parts) {
      const stop = yield* add(part);
      if (stop !== undefined) return stop;
    }
    if (items.length && lineCount >= lines) {
      const stop = yield* full();
      if (stop !== undefined) return stop;
    }
  }
  if (items.length || (!ran && !o.has('r') && replace === undefined && !(flavour === 'busybox' && o.has('r')))) {
    const stop = yield* full();
    if (stop !== undefined) return stop;
  }
  return status;
}

function quoting(p: Process, kind: string): ExitCode {
  p.warn(`xargs: unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option\n`);
  return 1;
}

/** Words as xargs splits them: blanks, quotes, backslash. `whole`: the line is one word. 'more' when a backslash continues it. */
function split(line: string, whole: boolean): string[] | 'single' | 'double' | 'more' {
  const out: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (c === '\\') {
      if (i + 1 >= line.length) return 'more';
      word = (word ?? '') + line[++i];
    } else if (c === "'" || c === '"') {
      const end = line.indexOf(c, i + 1);
      if (end < 0) return c === "'" ? 'single' : 'double';
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (!whole && /[ \t\n\v\f\r]/.test(c)) {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) out.push(word);
  return out;
}
