/**
 * md5sum and its relatives, and cksum.
 */
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { ExitCode, Process, Running } from '../process.ts';
import { toBytes } from './bytes.ts';
import type { Main, Suite } from './chunks.ts';
import { open, operands } from './input.ts';
import { type Flavour, named, options } from './options.ts';

const hex = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');

const digest = (hash: (bytes: Uint8Array) => Uint8Array, size: number, title: string): Main =>
  function* (p: Process, flavour: Flavour): Running<ExitCode> {
    const o = options(p, flavour, { short: 'bctwz', long: { binary: 'b', check: 'c', tag: 'tag', text: 't', quiet: 'quiet', status: 'status', zero: 'z', warn: 'w', strict: 'strict', 'ignore-missing': 'ignore' }, usage: `[OPTION]... [FILE]...\nPrint or check ${title} checksums.\n\n  -c  check the files that FILE lists    --tag  in BSD style    --quiet    --status` });
    if (typeof o === 'number') return o;
    const name = named(p);
    let status = 0;
    let wrong = 0;
    let unreadable = 0;
    for (const word of operands(o.words)) {
      const input = open(p, word, (path, w) => (flavour === 'busybox' ? `can't open '${path}': ${w}` : `${path}: ${w}`));
      if (!input) {
        status = 1;
        continue;
      }
      if (!o.has('c')) {
        const sum = hex(hash(toBytes(yield* input.rest())));
        p.write(o.has('tag') ? `${title} (${word}) = ${sum}\n` : `${sum} ${o.has('b') ? '*' : ' '}${word}${o.has('z') ? '\0' : '\n'}`);
        yield* p.flush();
        continue;
      }
      let good = 0;
      for (let line = yield* input.line(); line !== undefined; line = yield* input.line()) {
        const m = /^([0-9a-fA-F]+) [ *](.+)$/.exec(line) ?? /^\w+ \((?<file>.+)\) = ([0-9a-fA-F]+)$/.exec(line);
        const [sum, file] = m?.groups ? [m[2], m.groups['file']] : [m?.[1], m?.[2]];
        if (sum?.length !== size || !file) continue;
        good++;
        const target = open(p, file);
        if (!target) {
          unreadable++;
          p.write(`${file}: FAILED open or read\n`);
          continue;
        }
        const equal = hex(hash(toBytes(yield* target.rest()))) === sum.toLowerCase();
        if (!equal) wrong++;
        if (!o.has('status') && !(equal && o.has('quiet'))) p.write(`${file}: ${equal ? 'OK' : 'FAILED'}\n`);
      }
      if (!good) {
        p.warn(`${name}: ${word}: no properly formatted checksum lines found\n`);
        status = 1;
      }
    }
    if (unreadable) p.warn(`${name}: WARNING: ${unreadable} listed file${unreadable > 1 ? 's' : ''} could not be read\n`);
    if (wrong && !o.has('status')) p.warn(`${name}: WARNING: ${wrong} computed checksum${wrong > 1 ? 's' : ''} did NOT match\n`);
    return status || wrong || unreadable ? 1 : 0;
  };

function* cksum(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { usage: '[FILE]...\nPrint CRC checksum and byte counts.' });
  if (typeof o === 'number') return o;
  let status = 0;
  for (const word of operands(o.words)) {
    const input = open(p, word);
    if (!input) {
      status = 1;
      continue;
    }
    const bytes = toBytes(yield* input.rest());
    let crc = 0;
    const feed = (byte: number): void => {
      crc ^= byte << 24;
      for (let k = 0; k < 8; k++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
    };
    for (const byte of bytes) feed(byte);
    for (let n = bytes.length; n > 0; n >>>= 8) feed(n & 255);
    p.write(`${~crc >>> 0} ${bytes.length}${o.words.length ? ` ${word}` : ''}\n`);
  }
  return status;
}

/** The commands of this chunk. */
export const suite: Suite = { md5sum: digest(md5, 32, 'MD5'), sha1sum: digest(sha1, 40, 'SHA1'), sha256sum: digest(sha256, 64, 'SHA256'), sha512sum: digest(sha512, 128, 'SHA512'), cksum };
