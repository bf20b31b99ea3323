/**
 * base64: encodes and decodes bytes.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { open } from './input.ts';
import { extra, type Flavour, named, options, type Spec } from './options.ts';
import { fromBytes, toBytes } from './bytes.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes in base 64 (RFC 4648), with padding, without line breaks. */
export function encode64(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const left = bytes.length - i;
    out += ALPHABET[word >> 18]! + ALPHABET[(word >> 12) & 63]! + (left > 1 ? ALPHABET[(word >> 6) & 63]! : '=') + (left > 2 ? ALPHABET[word & 63]! : '=');
  }
  return out;
}

/** The bytes of as much of `text` as is base 64, and whether that was all of it. Line breaks are skipped, `garbage` skips everything else too. */
export function decode64(text: string, garbage = false): { readonly bytes: Uint8Array; readonly good: boolean } {
  const out: number[] = [];
  let word = 0;
  let count = 0;
  let padding = 0;
  for (const c of text) {
    if (c === '\n' || c === '\r') continue;
    const value = ALPHABET.indexOf(c);
    if (c === '=' && count >= 2 && count + padding < 4) {
      padding++;
      if (count + padding === 4) {
        out.push((word >> (count === 2 ? 4 : 10)) & 255);
        if (count === 3) out.push((word >> 2) & 255);
        word = count = padding = 0;
      }
      continue;
    }
    if (value < 0 || padding) {
      if (garbage) continue;
      return { bytes: Uint8Array.from([...out, ...partial(word, count)]), good: false };
    }
    word = (word << 6) | value;
    if (++count === 4) {
      out.push((word >> 16) & 255, (word >> 8) & 255, word & 255);
      word = count = 0;
    }
  }
  return { bytes: Uint8Array.from([...out, ...partial(word, count)]), good: count === 0 };
}

const partial = (word: number, count: number): number[] => (count === 2 ? [(word >> 4) & 255] : count === 3 ? [(word >> 10) & 255, (word >> 2) & 255] : []);

export function* base64(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: 'diw:', long: { decode: 'd', 'ignore-garbage': 'i', wrap: 'w:' }, usage: '[OPTION]... [FILE]\nBase64 encode or decode FILE, or standard input.\n\n  -d  decode    -w N  wrap lines after N characters (76), 0 for one line    -i  ignore other characters' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (o.words.length > 1) return extra(p, flavour, spec, o.words[1]!);
  const input = open(p, o.words[0] ?? '-');
  if (!input) return 1;
  const wrap = Number(o.value('w') ?? 76);
  if (!/^\d+$/.test(o.value('w') ?? '0')) {
    p.warn(`${named(p)}: invalid wrap size: ‘${o.value('w')}’\n`);
    return 1;
  }
  const text = yield* input.rest();
  if (o.has('d')) {
    const { bytes, good } = decode64(text, o.has('i'));
    p.write(fromBytes(bytes));
    if (!good) p.warn(flavour === 'busybox' ? `${named(p)}: truncated input\n` : `${named(p)}: invalid input\n`);
    yield* p.flush();
    return good ? 0 : 1;
  }
  const code = encode64(toBytes(text));
  if (wrap === 0) p.write(code);
  else for (let i = 0; i < code.length; i += wrap) p.write(`${code.slice(i, i + wrap)}\n`);
  yield* p.flush();
  return 0;
}
