/**
 * Bytes: xxd hexdump od strings cmp dd.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { byteLength, fromBytes, toBytes } from './bytes.ts';
import type { Suite } from './chunks.ts';
import { bytesOf } from './head-tail.ts';
import { type Input, open, operands, openQuietly, tried, why } from './input.ts';
import { type Flavour, missing, options, type Spec } from './options.ts';

const hex = (n: number, width = 2): string => n.toString(16).padStart(width, '0');
const shown = (b: number): string => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.');

/** At most `most` bytes of all operands together. */
function* bytesOfAll(p: Process, words: readonly string[], most: number): Running<Uint8Array | ExitCode> {
  let text = '';
  for (const word of operands(words)) {
    const input = open(p, word);
    if (!input) return 1;
    for (let piece = yield* input.piece(); piece !== undefined; piece = yield* input.piece()) {
      text += piece;
      if (text.length > most) break;
    }
  }
  const bytes = toBytes(text);
  return bytes.subarray(0, Math.min(bytes.length, most));
}

const count = (text: string | undefined): number => (text === undefined ? Infinity : Number(text));

function* xxd(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'pc:l:s:rug:b', long: { plain: 'p', ps: 'p', cols: 'c:', len: 'l:', seek: 's:', revert: 'r' }, usage: '[OPTION]... [FILE]\nHexadecimal dump.\n\n  -p  plain    -c N  bytes a line    -l N  at most N bytes    -s N  from byte N    -r  back to bytes    -u  upper case' });
  if (typeof o === 'number') return o;
  if (o.has('r')) {
    const input = open(p, o.words[0] ?? '-');
    if (!input) return 1;
    const text = yield* input.rest();
    const digits = text.split('\n').map((line) => (o.has('p') ? line : line.replace(/^[0-9a-fA-F]+:\s?/, '').replace(/ {2}.*$/, ''))).join('').replace(/[^0-9a-fA-F]/g, '');
    p.write(fromBytes(Uint8Array.from(digits.match(/../g) ?? [], (x) => parseInt(x, 16))));
    return 0;
  }
  const skip = Number(o.value('s') ?? 0);
  const all = yield* bytesOfAll(p, o.words, count(o.value('l')) + skip);
  if (typeof all === 'number') return all;
  const bytes = all.subarray(skip);
  const wide = Number(o.value('c') ?? (o.has('p') ? 30 : 16));
  const group = Number(o.value('g') ?? 2);
  const digits = (b: number): string => (o.has('u') ? hex(b).toUpperCase() : hex(b));
  for (let i = 0; i < bytes.length; i += wide) {
    const row = [...bytes.subarray(i, i + wide)];
    if (o.has('p')) p.write(`${row.map(digits).join('')}\n`);
    else {
      const body = row.map((b, k) => digits(b) + (group && k % group === group - 1 ? ' ' : '')).join('');
      p.write(`${hex(i + skip, 8)}: ${body.padEnd(wide * 2 + Math.ceil(wide / group))} ${row.map(shown).join('')}\n`);
    }
    yield* p.flush();
  }
  return 0;
}

function* hexdump(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'Cn:s:vx', long: { canonical: 'C', length: 'n:', skip: 's:', 'no-squeezing': 'v' }, usage: '[OPTION]... [FILE]...\nHexadecimal dump.\n\n  -C  with characters    -n N  at most N bytes    -s N  from byte N    -v  all lines' });
  if (typeof o === 'number') return o;
  const skip = Number(o.value('s') ?? 0);
  const all = yield* bytesOfAll(p, o.words, count(o.value('n')) + skip);
  if (typeof all === 'number') return all;
  const bytes = all.subarray(skip);
  const wide = o.has('C') ? 8 : 7;
  rows(p, bytes, skip, (at) => hex(at, wide), !o.has('v'), (row) => {
    if (o.has('C')) {
      const cells = row.map((b) => hex(b));
      return `  ${cells.slice(0, 8).join(' ').padEnd(23)}  ${cells.slice(8).join(' ').padEnd(23)}  |${row.map(shown).join('')}|`;
    }
    const words: string[] = [];
    for (let k = 0; k < row.length; k += 2) words.push(hex(row[k]! | ((row[k + 1] ?? 0) << 8), 4));
    return ` ${words.join(o.has('x') ? '    ' : ' ')}`.padEnd(40).replace(/\s+$/, (t) => (o.has('x') ? '' : t));
  });
  return 0;
}

/** Rows of 16 bytes; equal ones are a star. */
function rows(p: Process, bytes: Uint8Array, skip: number, address: (at: number) => string, squeeze: boolean, show: (row: number[]) => string): void {
  let last = '';
  let star = false;
  for (let i = 0; i < bytes.length; i += 16) {
    const row = [...bytes.subarray(i, i + 16)];
    const text = show(row);
    if (squeeze && row.length === 16 && text === last) {
      if (!star) p.write('*\n');
      star = true;
      continue;
    }
    star = false;
    last = text;
    p.write(`${address(i + skip)}${text}\n`);
  }
  const end = address(bytes.length + skip);
  if (bytes.length && end) p.write(`${end}\n`);
}

function* od(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'A:t:N:j:cxbdovw:a', long: { 'address-radix': 'A:', format: 't:', 'read-bytes': 'N:', 'skip-bytes': 'j:', 'output-duplicates': 'v' }, usage: '[OPTION]... [FILE]...\nDump bytes.\n\n  -c  characters    -x  hexadecimal    -t x1|c|o2|d1|u1    -A n|d|o|x  addresses    -N N  at most N bytes    -j N  from byte N' });
  if (typeof o === 'number') return o;
  const skip = Number(o.value('j') ?? 0);
  const all = yield* bytesOfAll(p, o.words, count(o.value('N')) + skip);
  if (typeof all === 'number') return all;
  const kind = o.each.findLast((e) => 'tcxbdoa'.includes(e[0]));
  const format = kind === undefined ? 'o2' : kind[0] === 't' ? kind[1] : ({ c: 'c', x: 'x2', b: 'o1', d: 'u2', o: 'o2', a: 'a' } as Record<string, string>)[kind[0]]!;
  const m = /^([acdoux])([1248]?|[CSIL])(z?)$/.exec(format);
  if (!m) {
    p.warn(`od: invalid type string ‘${format}’\n`);
    return 1;
  }
  const letter = m[1]!;
  const size = letter === 'c' || letter === 'a' ? 1 : Number(({ C: 1, S: 2, I: 4, L: 8 } as Record<string, number>)[m[2]!] ?? (m[2] || 4));
  const width = letter === 'c' || letter === 'a' ? 3 : letter === 'x' ? size * 2 : letter === 'o' ? Math.ceil((size * 8) / 3) : [0, 3, 5, 0, 10][size]! + (letter === 'd' ? 1 : 0);
  const named_: Record<number, string> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };
  const radix = o.value('A') ?? 'o';
  const address = (at: number): string => (radix === 'n' ? '' : radix === 'x' ? hex(at, 6) : radix === 'd' ? String(at).padStart(7, '0') : at.toString(8).padStart(7, '0'));
  rows(p, all.subarray(skip), skip, address, !o.has('v'), (row) => {
    let out = '';
    for (let k = 0; k < row.length; k += size) {
      let value = 0n;
      for (let b = size - 1; b >= 0; b--) value = (value << 8n) | BigInt(row[k + b] ?? 0);
      const cell = letter === 'c' ? (named_[row[k]!] ?? (row[k]! >= 32 && row[k]! < 127 ? String.fromCharCode(row[k]!) : row[k]!.toString(8).padStart(3, '0')))
        : letter === 'a' ? shown(row[k]!) : letter === 'x' ? value.toString(16).padStart(width, '0') : letter === 'o' ? value.toString(8).padStart(width, '0') : String(letter === 'd' ? BigInt.asIntN(size * 8, value) : value);
      out += ` ${cell.padStart(width)}`;
    }
    return out + (m[3] ? `  >${row.map(shown).join('')}<` : '');
  });
  return 0;
}

function* strings(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'an:', long: { bytes: 'n:', all: 'a' }, usage: '[OPTION]... [FILE]...\nPrint sequences of at least 4 printable characters.\n\n  -n N  at least N' });
  if (typeof o === 'number') return o;
  const bytes = yield* bytesOfAll(p, o.words, Infinity);
  if (typeof bytes === 'number') return bytes;
  const text = [...bytes].map((b) => (b === 9 || (b >= 32 && b < 127) ? String.fromCharCode(b) : '\0')).join('');
  for (const part of text.split('\0')) if (part.length >= Number(o.value('n') ?? 4)) p.write(`${part}\n`);
  return 0;
}

function* cmp(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: 'sln:b', long: { silent: 's', quiet: 's', verbose: 'l', bytes: 'n:' }, trouble: 2, version: '(GNU diffutils) 3.8', usage: '[OPTION]... FILE1 [FILE2]\nCompare two files byte by byte.\n\n  -s  only the exit code    -l  all differences    -n N  at most N bytes' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (!o.words.length) return missing(p, flavour, spec);
  const files: Uint8Array[] = [];
  for (const word of [o.words[0]!, o.words[1] ?? '-']) {
    const input: Input | undefined = open(p, word);
    if (!input) return 2;
    files.push(toBytes(yield* input.rest()).subarray(0, count(o.value('n'))));
  }
  const [a, b] = files as [Uint8Array, Uint8Array];
  const [x, y] = [o.words[0]!, o.words[1] ?? '-'];
  let line = 1;
  let differs = false;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) {
      differs = true;
      if (o.has('l')) p.write(`${String(i + 1).padStart(String(Math.max(a.length, b.length)).length)} ${a[i]!.toString(8).padStart(3)} ${b[i]!.toString(8).padStart(3)}\n`);
      else {
        if (!o.has('s')) p.write(`${x} ${y} differ: ${flavour === 'busybox' ? 'char' : 'byte'} ${i + 1}, line ${line}\n`);
        return 1;
      }
    }
    if (a[i] === 10) line++;
  }
  if (a.length !== b.length) {
    const short = a.length < b.length ? a : b;
    const at = short.length === 0 ? ' which is empty' : ` after byte ${short.length}${o.has('l') ? '' : short.at(-1) === 10 ? `, line ${line - 1}` : `, in line ${line}`}`;
    if (!o.has('s')) p.warn(flavour === 'busybox' ? `cmp: EOF on ${short === a ? x : y}\n` : `cmp: EOF on ${a.length < b.length ? x : y}${at}\n`);
    return 1;
  }
  return differs ? 1 : 0;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, c: 1, w: 2, b: 512, k: 1024, K: 1024, kB: 1000, M: 1048576, MB: 1e6, G: 1073741824, GB: 1e9 };

function* dd(p: Process, flavour: Flavour): Running<ExitCode> {
  const given: Record<string, string> = { bs: '512' };
  for (const arg of p.args.slice(1)) {
    const m = /^(if|of|bs|ibs|obs|count|skip|seek|conv|status|iflag|oflag)=(.*)$/.exec(arg);
    if (!m) {
      p.warn(`dd: unrecognized operand ‘${arg}’\nTry 'dd --help' for more information.\n`);
      return 1;
    }
    given[m[1]!] = m[2]!;
  }
  const size = (text: string): number => {
    const m = /^(\d+)([a-zA-Z]*)$/.exec(text);
    return m && m[2]! in UNITS ? Number(m[1]) * UNITS[m[2]!]! : NaN;
  };
  const bs = size(given['ibs'] ?? given['bs']!);
  const most = given['count'] === undefined ? Infinity : size(given['count']) * bs;
  const skip = given['skip'] === undefined ? 0 : size(given['skip']) * bs;
  if (!(bs > 0) || Number.isNaN(most) || Number.isNaN(skip)) {
    p.warn(`dd: invalid number: ‘${!(bs > 0) ? given['bs'] : (given['count'] ?? given['skip'])}’\n`);
    return 1;
  }
  let input: Input;
  try {
    input = openQuietly(p, given['if'] ?? '-');
  } catch (error) {
    p.warn(flavour === 'busybox' ? `dd: can't open '${given['if']}': ${why(error)}\n` : `dd: failed to open '${given['if']}': ${why(error)}\n`);
    return 1;
  }
  const begun = p.now;
  const target = given['of'];
  const keep = given['conv']?.includes('notrunc') || given['oflag'] === 'append';
  if (target !== undefined && !tried(p, `failed to open '${target}'`, () => (keep ? p.files.append(target, '') : p.files.write(target, '')))) return 1;
  let copied = 0;
  let left = skip + most;
  let skipped = 0;
  for (let piece = left > 0 ? yield* input.piece() : undefined; piece !== undefined; piece = left > 0 ? yield* input.piece() : undefined) {
    const part = bytesOf(piece, left);
    left -= byteLength(part);
    const lead = Math.min(skip - skipped, byteLength(part));
    skipped += lead;
    const text = lead > 0 ? fromBytes(toBytes(part).subarray(lead)) : part;
    copied += byteLength(text);
    if (target === undefined) {
      p.write(text);
      yield* p.flush();
    } else p.files.append(target, text);
    yield* p.charge(copied > 0 ? byteLength(text) / 500_000 : 0);
  }
  const full = Math.floor(copied / bs);
  const rest = copied % bs ? 1 : 0;
  if (given['status'] !== 'none') {
    p.warn(`${full}+${rest} records in\n${full}+${rest} records out\n`);
    if (given['status'] !== 'noxfer') {
      const seconds = Math.max((p.now - begun) / 1000, 0.0001);
      const human = copied >= 1e9 ? ` (${(copied / 1e9).toPrecision(2)} GB)` : copied >= 1e6 ? ` (${(copied / 1e6).toPrecision(2)} MB)` : copied >= 1000 ? ` (${(copied / 1000).toPrecision(2)} kB)` : '';
      p.warn(`${copied} byte${copied === 1 ? '' : 's'}${human} copied, ${seconds.toPrecision(2)} s, ${(copied / seconds / 1e6).toPrecision(2)} MB/s\n`);
    }
  }
  return 0;
}

/** The commands of this chunk. */
export const suite: Suite = { xxd, hexdump, od, strings, cmp, dd };
