/**
 * head and tail. `tail -f` looks at its file once a second, as GNU's does where there is no inotify.
 */
import { unitsOf } from '../bytes.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { type Input, open, operands, quoted, why } from './input.ts';
import { type Flavour, type Given, named, options, type Spec } from './options.ts';
import { byteLength, fromBytes, toBytes } from './bytes.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 512, kB: 1000, k: 1024, K: 1024, KiB: 1024, MB: 1e6, M: 1048576, MiB: 1048576, GB: 1e9, G: 1073741824, GiB: 1073741824 };

/** How much is asked for: `+N` counts from the start, `-N` (head) leaves the end off. */
function amount(text: string): { sign: string; count: number } | undefined {
  const m = /^([+-]?)(\d+)([a-zA-Z]*)$/.exec(text);
  const unit = m && UNITS[m[3]!];
  return unit === undefined || unit === null ? undefined : { sign: m![1]!, count: Number(m![2]) * unit };
}

/** `-5` as an option stands for `-n 5`. */
function modern(args: readonly string[]): string[] {
  return args.map((arg, i) => (i > 0 && /^-\d+[fcqv]*$/.test(arg) && !/^-[nc]$/.test(args[i - 1]!) ? arg.replace(/^-(\d+)(.*)$/, (_, n: string, rest: string) => (rest.includes('c') ? `-c${n}` : `-${rest}n${n}`)) : arg));
}

/** The first `count` bytes of a text; a cut character gives its bytes. */
export function bytesOf(text: string, count: number): string {
  const units = unitsOf(text, count);
  if (units === undefined) return text;
  const head = text.slice(0, units);
  return byteLength(head) <= count ? head : fromBytes(toBytes(head).subarray(0, count));
}

function header(p: Process, o: Given, word: string, first: boolean): void {
  if ((o.words.length > 1 && !o.has('q')) || o.has('v')) p.write(`${first ? '' : '\n'}==> ${word === '-' ? 'standard input' : word} <==\n`);
}

function prepare(p: Process, flavour: Flavour, spec: Spec): { o: Given; bytes: boolean; sign: string; count: number } | ExitCode {
  const o = options(p, flavour, spec, modern(p.args));
  if (typeof o === 'number') return o;
  const last = o.each.findLast((e) => e[0] === 'n' || e[0] === 'c');
  const bytes = last?.[0] === 'c';
  const asked = amount(last?.[1] ?? '10');
  if (!asked) {
    const text = last![1].replace(/^[+-]/, '');
    p.warn(flavour === 'busybox' ? `${named(p)}: invalid number '${text}'\n` : `${named(p)}: invalid number of ${bytes ? 'bytes' : 'lines'}: ‘${last![1]}’\n`);
    return 1;
  }
  return { o, bytes, ...asked };
}

export function* head(p: Process, flavour: Flavour): Running<ExitCode> {
  const ready = prepare(p, flavour, {
    short: 'n:c:qvz', long: { lines: 'n:', bytes: 'c:', quiet: 'q', silent: 'q', verbose: 'v', 'zero-terminated': 'z' },
    usage: '[OPTION]... [FILE]...\nPrint the first 10 lines of each FILE to standard output.\n\n  -n [-]NUM  the first NUM lines; with -, all but the last NUM\n  -c [-]NUM  the same in bytes\n  -q  no headers    -v  always headers',
  });
  if (typeof ready === 'number') return ready;
  const { o, bytes, sign, count } = ready;
  const separator = o.has('z') ? '\0' : '\n';
  let status = 0;
  let first = true;
  for (const word of operands(o.words)) {
    const input = open(p, word, (path, w) => (flavour === 'busybox' ? `${path}: ${w}` : `cannot open ${quoted(path)} for reading: ${w}`));
    if (!input) {
      status = 1;
      continue;
    }
    header(p, o, word, first);
    first = false;
    if (sign === '-') {
      const text = yield* input.rest();
      p.write(bytes ? bytesOf(text, byteLength(text) - count) : withoutLast(text, count, separator));
    } else if (bytes) {
      let left = count;
      while (left > 0) {
        const piece = yield* input.piece();
        if (piece === undefined) break;
        const part = bytesOf(piece, left);
        left -= byteLength(part);
        p.write(part);
        if (part.length < piece.length && word === '-') p.stdin.unread(piece.slice(part.length));
        yield* p.flush();
      }
    } else {
      for (let i = 0; i < count; i++) {
        const line = yield* input.line(separator);
        if (line === undefined) break;
        p.write(line + (input.whole ? separator : ''));
        yield* p.flush();
      }
      input.release();
    }
    yield* p.flush();
  }
  return status;
}

function withoutLast(text: string, count: number, separator: string): string {
  const lines = text.split(separator);
  const tail = lines.pop()!;
  const all = tail ? [...lines.map((l) => l + separator), tail] : lines.map((l) => l + separator);
  return all.slice(0, Math.max(0, all.length - count)).join('');
}

function* last(input: Input, bytes: boolean, sign: string, count: number, separator: string, p: Process): Running<void> {
  if (sign === '+' && !bytes) {
    for (let i = 1; ; i++) {
      const line = yield* input.line(separator);
      if (line === undefined) return;
      if (i >= count) {
        p.write(line + (input.whole ? separator : ''));
        yield* p.flush();
      }
    }
  }
  const text = yield* input.rest();
  if (bytes) {
    const raw = toBytes(text);
    p.write(fromBytes(sign === '+' ? raw.subarray(Math.max(0, count - 1)) : raw.subarray(Math.max(0, raw.length - count))));
  } else if (count > 0) {
    let at = text.length;
    if (text.endsWith(separator)) at--;
    for (let i = 0; i < count && at >= 0; i++) at = text.lastIndexOf(separator, at - 1);
    p.write(at < 0 ? text : text.slice(at + 1));
  }
  yield* p.flush();
}

export function* tail(p: Process, flavour: Flavour): Running<ExitCode> {
  const ready = prepare(p, flavour, {
    short: 'n:c:fFqvzs:', long: { lines: 'n:', bytes: 'c:', follow: 'f::', quiet: 'q', silent: 'q', verbose: 'v', 'zero-terminated': 'z', retry: 'retry', pid: 'pid:', 'sleep-interval': 's:' },
    usage: '[OPTION]... [FILE]...\nPrint the last 10 lines of each FILE to standard output.\n\n  -n [+]NUM  the last NUM lines; with +, from line NUM on\n  -c [+]NUM  the same in bytes\n  -f  go on with what is appended    -F  the same, also when the file is replaced',
  });
  if (typeof ready === 'number') return ready;
  const { o, bytes, sign, count } = ready;
  const separator = o.has('z') ? '\0' : '\n';
  const follow = o.has('f') || o.has('F');
  const name = named(p);
  let status = 0;
  let first = true;
  let current = '';
  const followed = new Map<string, string | undefined>();
  for (const word of operands(o.words)) {
    const input = open(p, word, (path, w) => (flavour === 'busybox' ? (w.startsWith('Is a') ? `read error: ${w}` : `can't open '${path}': ${w}`) : w.startsWith('Is a') ? `error reading ${quoted(path)}: ${w}` : `cannot open ${quoted(path)} for reading: ${w}`));
    if (!input) {
      status = 1;
      if (o.has('F')) followed.set(word, undefined);
      continue;
    }
    header(p, o, word, first);
    first = false;
    current = word;
    if (word !== '-') followed.set(word, p.files.read(word));
    yield* last(input, bytes, sign, count, separator, p);
  }
  if (flavour === 'busybox' && !followed.size && status) p.warn(`${name}: no files\n`);
  if (!follow || (!followed.size && status === 0)) return status;
  if (!followed.size) {
    if (flavour === 'gnu') p.warn(`${name}: no files remaining\n`);
    return 1;
  }
  for (;;) {
    yield* p.sleep(Number(o.value('s') ?? 1) * 1000);
    for (const [word, before] of followed) {
      let now: string;
      try {
        now = p.files.read(word);
      } catch (error) {
        const text = why(error);
        if (before !== undefined && o.has('F')) {
          p.warn(`${name}: ${quoted(word)} has become inaccessible: ${text}\n`);
          followed.set(word, undefined);
        }
        continue;
      }
      if (now === before) continue;
      followed.set(word, now);
      if (before === undefined) p.warn(`${name}: ${quoted(word)} has appeared;  following new file\n`);
      else if (!now.startsWith(before)) p.warn(`${name}: ${word}: file truncated\n`);
      if (current !== word) header(p, o, word, false);
      current = word;
      p.write(before !== undefined && now.startsWith(before) ? now.slice(before.length) : now);
      yield* p.flush();
    }
  }
}
