/**
 * Tar archives as text: what `tar` and `kubectl cp` read and write.
 * Stands for the ustar format with GNU's long names. Unlike tar: no owners, no devices, no sparse files.
 */
import { byteLength, unitsOf } from './bytes.ts';

/** One thing in an archive. */
export interface TarEntry {
  /** Without a leading slash; folders end with one. */
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link';
  readonly mode: number;
  /** Unix seconds. */
  readonly modified: number;
  readonly text?: string;
  /** Where a link leads. */
  readonly target?: string;
}

/** An archive that cannot be read. */
export class TarError extends Error {}

const BLOCK = 512;
const FLAGS = { file: '0', directory: '5', link: '2' } as const;

/** The bytes of a text, added up. */
function sum(text: string): number {
  let total = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code < 0x80) total += code;
    else if (code >= 0xdc80 && code <= 0xdcff) total += code - 0xdc00;
    else if (code < 0x800) total += 0xc0 + (code >> 6) + 0x80 + (code & 63);
    else if (code < 0x10000) total += 0xe0 + (code >> 12) + 0x100 + ((code >> 6) & 63) + (code & 63);
    else {
      total += 0xf0 + (code >> 18) + 0x180 + ((code >> 12) & 63) + ((code >> 6) & 63) + (code & 63);
      i++;
    }
  }
  return total;
}

const field = (text: string, bytes: number): string => text + '\0'.repeat(bytes - byteLength(text));
const octal = (value: number, bytes: number): string => `${value.toString(8).padStart(bytes - 1, '0')}\0`;
const padded = (text: string): string => text + '\0'.repeat((BLOCK - (byteLength(text) % BLOCK)) % BLOCK);

function header(name: string, flag: string, size: number, mode: number, modified: number, target: string): string {
  const head = (check: string): string =>
    field(name, 100) + octal(mode, 8) + octal(0, 8) + octal(0, 8) + octal(size, 12) + octal(modified, 12) + check + flag + field(target, 100) + 'ustar\x0000' + field('root', 32) + field('root', 32) + octal(0, 8) + octal(0, 8) + '\0'.repeat(167);
  return head(`${sum(head('        ')).toString(8).padStart(6, '0')}\0 `);
}

/** The archive of entries, in their order. */
export function packTar(entries: readonly TarEntry[]): string {
  let out = '';
  const long = (flag: string, text: string): string => header('././@LongLink', flag, byteLength(text) + 1, 0o644, 0, '') + padded(`${text}\0`);
  for (const { name, type, mode, modified, text = '', target = '' } of entries) {
    if (byteLength(target) > 100) out += long('K', target);
    if (byteLength(name) > 100) out += long('L', name);
    const short = (word: string): string => (byteLength(word) > 100 ? word.slice(0, unitsOf(word, 97)) : word);
    out += header(short(name), FLAGS[type], type === 'file' ? byteLength(text) : 0, mode & 0o7777, modified, short(target)) + (type === 'file' ? padded(text) : '');
  }
  return out + '\0'.repeat(2 * BLOCK);
}

const word = (text: string): string => /^[^\0]*/.exec(text)![0];

/** The entries of an archive. Throws TarError. */
export function unpackTar(archive: string): TarEntry[] {
  const out: TarEntry[] = [];
  let at = 0;
  const take = (bytes: number): string => {
    const units = unitsOf(archive.slice(at), bytes);
    if (units === undefined) throw new TarError('short read');
    at += units;
    return archive.slice(at - units, at);
  };
  let [longName, longTarget] = ['', ''];
  while (at < archive.length) {
    const head = take(BLOCK);
    if (/^\0*$/.test(head)) break;
    let left = head;
    const cut = (bytes: number): string => {
      const units = unitsOf(left, bytes) ?? left.length;
      const piece = left.slice(0, units);
      left = left.slice(units);
      return piece;
    };
    const number = (text: string): number => parseInt(word(text).trim() || '0', 8);
    const name = word(cut(100));
    const mode = number(cut(8));
    cut(16);
    const size = number(cut(12));
    const modified = number(cut(12));
    const check = number(cut(8));
    const flag = cut(1);
    const target = word(cut(100));
    const magic = cut(8);
    cut(80);
    const prefix = magic.startsWith('ustar\0') ? word(cut(155)) : '';
    if (!(check > 0) || Number.isNaN(size)) throw new TarError('invalid tar header');
    const text = take(size);
    take((BLOCK - (size % BLOCK)) % BLOCK);
    if (flag === 'L') longName = word(text);
    else if (flag === 'K') longTarget = word(text);
    else {
      const type = flag === '5' ? 'directory' : flag === '2' ? 'link' : 'file';
      if ('0\x0057'.includes(flag) || flag === '2') out.push({ name: longName || (prefix ? `${prefix}/${name}` : name), type, mode, modified, ...(type === 'file' && { text }), ...(type === 'link' && { target: longTarget || target }) });
      longName = longTarget = '';
    }
  }
  return out;
}
