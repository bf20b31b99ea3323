/**
 * cat and tee: whole streams, passed on as they come.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { Input, open, operands, tried } from './input.ts';
import { type Flavour, options } from './options.ts';

/** Control and non-ASCII characters as `cat -v` writes them. */
function visible(line: string, tabs: boolean): string {
  let out = '';
  for (const c of line) {
    const code = c.codePointAt(0)!;
    if (code === 9 && !tabs) out += c;
    else if (code < 32) out += `^${String.fromCharCode(code + 64)}`;
    else if (code === 127) out += '^?';
    else if (code < 127) out += c;
    else if (code >= 0xdc80 && code <= 0xdcff) out += meta(code - 0xdc00);
    else for (const byte of utf8(code)) out += meta(byte);
  }
  return out;
}

const meta = (byte: number): string => {
  const low = byte - 128;
  return `M-${low < 32 ? `^${String.fromCharCode(low + 64)}` : low === 127 ? '^?' : String.fromCharCode(low)}`;
};

function utf8(code: number): number[] {
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 63)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
  return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
}

export function* cat(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, {
    short: 'nbAEeTtvsu',
    long: { number: 'n', 'number-nonblank': 'b', 'show-all': 'A', 'show-ends': 'E', 'show-tabs': 'T', 'show-nonprinting': 'v', 'squeeze-blank': 's' },
    usage: '[OPTION]... [FILE]...\nConcatenate FILE(s) to standard output.\n\n  -n  number all lines    -b  number lines that are not empty\n  -s  one empty line for several    -A  show ends, tabs and control characters',
  });
  if (typeof o === 'number') return o;
  const any = (keys: string): boolean => [...keys].some((k) => o.has(k));
  const plain = !any('nbAEeTtvs');
  let status = 0;
  let number = 0;
  let empty = 0;
  for (const word of operands(o.words)) {
    const input = open(p, word, flavour === 'busybox' ? (path, w) => (w.startsWith('Is a') ? `read error: ${w}` : `can't open '${path}': ${w}`) : undefined);
    if (!input) {
      status = 1;
      continue;
    }
    if (plain) {
      for (let piece = yield* input.piece(); piece !== undefined; piece = yield* input.piece()) {
        p.write(piece);
        yield* p.flush();
      }
      continue;
    }
    for (let line = yield* input.line(); line !== undefined; line = yield* input.line()) {
      empty = line === '' ? empty + 1 : 0;
      if (o.has('s') && empty > 1) continue;
      const text = any('AetvT') ? (any('Aetv') ? visible(line, any('AtT')) : line.replaceAll('\t', '^I')) : line;
      const front = o.has('b') ? (line ? `${String(++number).padStart(6)}\t` : '') : o.has('n') ? `${String(++number).padStart(6)}\t` : '';
      p.write(front + text + (input.whole ? (any('AEe') ? '$\n' : '\n') : ''));
      yield* p.flush();
    }
  }
  return status;
}

export function* tee(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'ai', long: { append: 'a', 'ignore-interrupts': 'i' }, usage: '[OPTION]... [FILE]...\nCopy standard input to each FILE, and also to standard output.\n\n  -a  append to the files' });
  if (typeof o === 'number') return o;
  if (o.has('i')) p.trap('SIGINT', 'ignore');
  let status = 0;
  const files: string[] = [];
  for (const word of o.words) {
    if (tried(p, word, () => (o.has('a') ? p.files.append(word, '') : p.files.write(word, '')))) files.push(word);
    else status = 1;
  }
  const input = new Input(p, '-');
  for (let piece = yield* input.piece(); piece !== undefined; piece = yield* input.piece()) {
    const text = piece;
    p.write(text);
    for (const file of files) if (!tried(p, file, () => p.files.append(file, text))) status = 1;
    yield* p.flush();
  }
  return status;
}
