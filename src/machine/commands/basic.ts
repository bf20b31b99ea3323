/**
 * The smallest commands: true false echo printf test yes sleep seq basename dirname pwd hostname whoami sync.
 * The shell has builtins for some; these are the files of the same name.
 */
import { FileError } from '../files.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { unescape } from './escapes.ts';
import { conversion, formatReal, pieces } from './format.ts';
import { quoted } from './input.ts';
import { extra, type Flavour, misuse, missing, named, options, type Spec } from './options.ts';
import { printf as format, shellQuote } from './printf-text.ts';

export function* yesTrue(): Running<ExitCode> {
  return 0;
}

export function* no(): Running<ExitCode> {
  return 1;
}

export function* echo(p: Process): Running<ExitCode> {
  const words = p.args.slice(1);
  let newline = true;
  let escapes = false;
  while (words.length && /^-[neE]+$/.test(words[0]!)) {
    for (const letter of words.shift()!.slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  }
  const text = words.join(' ');
  const { text: out, stop } = escapes ? unescape(text, '0nnn') : { text, stop: false };
  p.write(out + (newline && !stop ? '\n' : ''));
  return 0;
}

export function* printf(p: Process, flavour: Flavour): Running<ExitCode> {
  const words = p.args.slice(p.args[1] === '--' ? 2 : 1);
  if (!words.length) return missing(p, flavour, { usage: 'FORMAT [ARGUMENT]...' });
  const { text, bad } = format(words[0]!, words.slice(1), (word) => (/^[\w@%+=:,./\u0080-\uffff-]+$/.test(word) ? word : /[\x00-\x1f\x7f]/.test(word) ? shellQuote(word) : quoted(word)));
  p.write(text);
  for (const [word, trouble] of bad) {
    if (flavour === 'busybox') p.warn(trouble === 'number' ? `printf: invalid number '${word}'\n` : `printf: ${word}: invalid format\n`);
    else p.warn(trouble === 'number' ? `printf: ‘${word}’: expected a numeric value\n` : `printf: ${word}: invalid conversion specification\n`);
  }
  return bad.length ? 1 : 0;
}

export function* yes(p: Process): Running<ExitCode> {
  const line = `${p.args.length > 1 ? p.args.slice(1).join(' ') : 'y'}\n`;
  const block = line.repeat(Math.max(1, Math.floor(1024 / line.length)));
  for (;;) {
    p.write(block);
    yield* p.flush();
    yield* p.charge(0.02);
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86400 };

/** Seconds as sleep and timeout take them (`1.5`, `2m`); undefined when it is no time. */
export function seconds(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Infinity;
  const m = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  return m ? Number(m[1]) * UNITS[m[2]!]! : undefined;
}

export function* sleep(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { usage: 'NUMBER[SUFFIX]...\nPause for NUMBER seconds; SUFFIX is s, m, h or d.' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (!o.words.length) return missing(p, flavour, spec);
  let total = 0;
  for (const word of o.words) {
    const time = seconds(word);
    if (time === undefined) {
      if (flavour === 'busybox') {
        p.warn(`sleep: invalid number '${word}'\n`);
        return 1;
      }
      return misuse(p, flavour, spec, `invalid time interval ‘${word}’`);
    }
    total += time;
  }
  if (total === Infinity) for (;;) yield;
  yield* p.sleep(total * 1000);
  return 0;
}

export function* seq(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: 'f:s:w', long: { format: 'f:', separator: 's:', 'equal-width': 'w' },
    usage: '[OPTION]... LAST\n  or:  seq [OPTION]... FIRST LAST\n  or:  seq [OPTION]... FIRST INCREMENT LAST\nPrint numbers from FIRST to LAST, in steps of INCREMENT.\n\n  -s STRING  between the numbers (newline)    -w  equal width    -f FORMAT  printf style',
  };
  // A negative number is no option.
  const at = p.args.findIndex((arg, i) => i > 0 && /^-[\d.]/.test(arg));
  const o = options(p, flavour, spec, at < 0 ? p.args : [...p.args.slice(0, at), '--', ...p.args.slice(at)]);
  if (typeof o === 'number') return o;
  const w = o.words;
  if (!w.length) return missing(p, flavour, spec);
  if (w.length > 3) return extra(p, flavour, spec, w[3]!);
  for (const word of w) if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(word)) return misuse(p, flavour, spec, flavour === 'busybox' ? '' : `invalid floating point argument: ‘${word}’`);
  const numbers = w.map(Number);
  const last = numbers.at(-1)!;
  const first = numbers.length > 1 ? numbers[0]! : 1;
  const step = numbers.length > 2 ? numbers[1]! : 1;
  if (step === 0) return misuse(p, flavour, spec, `invalid Zero increment value: ‘${w[1]}’`);
  const places = (text: string): number => (/\.(\d*)/.exec(text)?.[1] ?? '').length;
  const precision = Math.max(numbers.length > 1 ? places(w[0]!) : 0, numbers.length > 2 ? places(w[1]!) : 0);
  const show = o.value('f') !== undefined ? picture(o.value('f')!) : (n: number): string => n.toFixed(precision);
  const count = Math.floor((last - first) / step + 1e-10);
  const separator = unescape(o.value('s') ?? '\n', 'nnn').text;
  const width = o.has('w') ? Math.max(show(first).length, show(first + count * step).length, last.toFixed(precision).length) : 0;
  const equal = (text: string): string => (text[0] === '-' ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0'));
  for (let i = 0; i <= count; i++) {
    const text = show(first + i * step);
    p.write((i ? separator : '') + (width ? equal(text) : text));
    if (i % 64 === 63) {
      yield* p.flush();
      yield* p.charge(0.01);
    }
  }
  if (count >= 0) p.write('\n');
  yield* p.flush();
  return 0;
}

/** A printf format with one real number in it. */
function picture(text: string): (n: number) => string {
  const parts = pieces(text);
  return (n) => parts.map((part) => (typeof part === 'string' ? part : formatReal(n, conversion(part, () => 0)))).join('');
}

export function* basename(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: '+as:z', long: { multiple: 'a', suffix: 's:', zero: 'z' }, usage: 'NAME [SUFFIX]\n  or:  basename OPTION... NAME...\nPrint NAME without its leading folders, and without SUFFIX.' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (!o.words.length) return missing(p, flavour, spec);
  const many = o.has('a') || o.has('s');
  if (!many && o.words.length > 2) return extra(p, flavour, spec, o.words[2]!);
  const suffix = o.value('s') ?? (many ? '' : (o.words[1] ?? ''));
  for (const word of many ? o.words : o.words.slice(0, 1)) {
    const base = word.replace(/(.)\/+$/, '$1').replace(/^.*\/(?=.)/s, '');
    p.write((suffix && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base) + (o.has('z') ? '\0' : '\n'));
  }
  return 0;
}

export function* dirname(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: 'z', long: { zero: 'z' }, usage: 'NAME...\nPrint each NAME without its last component.' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (!o.words.length) return missing(p, flavour, spec);
  for (const word of o.words) {
    const path = word.replace(/(.)\/+$/, '$1');
    const at = path.lastIndexOf('/');
    p.write(`${at < 0 ? '.' : path.slice(0, at).replace(/\/+$/, '') || '/'}${o.has('z') ? '\0' : '\n'}`);
  }
  return 0;
}

export function* pwd(p: Process): Running<ExitCode> {
  p.write(`${p.args.includes('-P') ? p.files.realpath('.') : p.cwd}\n`);
  return 0;
}

export function* whoami(p: Process): Running<ExitCode> {
  p.write(`${p.user.name}\n`);
  return 0;
}

/** The first name on this host's line of /etc/hosts. */
function canonicalName(p: Process): string {
  const { files, hostname: own } = p.machine;
  const lines = files.exists('/etc/hosts') ? files.read('/etc/hosts').split('\n') : [];
  return lines.map((line) => line.replace(/#.*/, '').split(/\s+/).filter(Boolean).slice(1)).find((names) => names.includes(own))?.[0] ?? own;
}

export function* hostname(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'iIsfdA', long: { 'ip-address': 'i', 'all-ip-addresses': 'I', short: 's', fqdn: 'f', long: 'f', domain: 'd' }, usage: '[-i|-I|-s|-f|-d]\nShow the name of this host, or its addresses.' });
  if (typeof o === 'number') return o;
  const { machine } = p;
  if (o.words.length) {
    p.warn(`${named(p)}: ${flavour === 'busybox' ? 'sethostname: ' : ''}you must be root to change the host name\n`);
    return 1;
  }
  if (o.has('I') || o.has('A')) p.write(`${machine.net.addresses.join(' ')} \n`);
  else if (o.has('i')) {
    const addresses = machine.net.addresses;
    p.write(`${addresses[0] ?? '127.0.0.1'}${flavour === 'busybox' ? ' ' : ''}\n`);
  } else if (o.has('d') || o.has('f')) {
    const full = canonicalName(p);
    p.write(`${o.has('f') ? full : full.replace(/^[^.]*\.?/, '')}\n`);
  } else p.write(`${o.has('s') ? machine.hostname.replace(/\..*/, '') : machine.hostname}\n`);
  return 0;
}

/** test and [: the same as the shell's, for scripts that name the file. */
export function* test(p: Process, flavour: Flavour): Running<ExitCode> {
  const name = named(p);
  let words = p.args.slice(1);
  if (name === '[') {
    if (words.at(-1) !== ']') {
      p.warn("[: missing ‘]’\n");
      return 2;
    }
    words = words.slice(0, -1);
  }
  try {
    return expression(p, words) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    p.warn(`${name}: ${flavour === 'busybox' ? error.message.replace(/^invalid integer ‘(.*)’$/, '$1: bad number') : error.message}\n`);
    return 2;
  }
}

class TestError extends Error {}

function expression(p: Process, words: readonly string[]): boolean {
  let at = 0;
  const whole = (text: string): number => {
    if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new TestError(`invalid integer ‘${text}’`);
    return Number(text);
  };
  const stat = (path: string, follow = true) => {
    try {
      return p.files.stat(path, follow);
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  };
  const unary: Readonly<Record<string, (x: string) => boolean>> = {
    '-n': (x) => x !== '', '-z': (x) => x === '', '-e': (x) => stat(x) !== undefined, '-a': (x) => stat(x) !== undefined, '-f': (x) => stat(x)?.type === 'file', '-d': (x) => stat(x)?.type === 'directory',
    '-L': (x) => stat(x, false)?.type === 'link', '-h': (x) => stat(x, false)?.type === 'link', '-s': (x) => (stat(x)?.size ?? 0) > 0, '-c': (x) => stat(x)?.type === 'device',
    '-r': (x) => stat(x) !== undefined && p.files.may(x, 4), '-w': (x) => stat(x) !== undefined && p.files.may(x, 2), '-x': (x) => stat(x) !== undefined && p.files.may(x, 1),
    '-t': (x) => (x === '0' ? p.stdin.tty : x === '1' ? p.stdout.tty : p.stderr.tty) !== undefined,
    '-p': () => false, '-S': () => false, '-b': () => false, '-u': (x) => ((stat(x)?.mode ?? 0) & 0o4000) > 0, '-g': (x) => ((stat(x)?.mode ?? 0) & 0o2000) > 0, '-k': (x) => ((stat(x)?.mode ?? 0) & 0o1000) > 0,
    '-O': (x) => stat(x)?.uid === p.user.uid, '-G': (x) => stat(x)?.gid === p.user.gid,
  };
  const time = (x: string): number => stat(x)?.modified ?? -Infinity;
  const binary: Readonly<Record<string, (a: string, b: string) => boolean>> = {
    '=': (a, b) => a === b, '==': (a, b) => a === b, '!=': (a, b) => a !== b, '<': (a, b) => a < b, '>': (a, b) => a > b,
    '-eq': (a, b) => whole(a) === whole(b), '-ne': (a, b) => whole(a) !== whole(b), '-lt': (a, b) => whole(a) < whole(b), '-le': (a, b) => whole(a) <= whole(b), '-gt': (a, b) => whole(a) > whole(b), '-ge': (a, b) => whole(a) >= whole(b),
    '-nt': (a, b) => time(a) > time(b), '-ot': (a, b) => time(a) < time(b), '-ef': (a, b) => stat(a) !== undefined && stat(a)?.inode === stat(b)?.inode,
  };
  const primary = (): boolean => {
    const word = words[at];
    if (word === undefined) throw new TestError('argument expected');
    const operator = words[at + 1];
    if (operator !== undefined && operator in binary && words[at + 2] !== undefined) {
      at += 3;
      return binary[operator]!(word, words[at - 1]!);
    }
    if (word === '!' && operator !== undefined) {
      at++;
      return !primary();
    }
    if (word === '(' && operator !== undefined) {
      at++;
      const value = or();
      if (words[at++] !== ')') throw new TestError('‘)’ expected');
      return value;
    }
    if (word in unary && operator !== undefined) {
      at += 2;
      return unary[word]!(operator);
    }
    at++;
    return word !== '';
  };
  const and = (): boolean => {
    let value = primary();
    while (words[at] === '-a') {
      at++;
      value = primary() && value;
    }
    return value;
  };
  const or = (): boolean => {
    let value = and();
    while (words[at] === '-o') {
      at++;
      value = and() || value;
    }
    return value;
  };
  if (!words.length) return false;
  const value = or();
  if (at < words.length) throw new TestError(words.length === 2 ? `${words[0]}: unary operator expected` : words.length === 3 ? `${words[1]}: binary operator expected` : `extra argument ‘${words[at]}’`);
  return value;
}
