/**
 * The commands that are loaded when first used: which chunk holds which. The site's worker loads them by the chunk's name,
 * Node loads all of them by everything.ts. Each module exports `suite`.
 */
import { chunk, type Chunk } from '../../sim/chunk.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import type { Flavour } from './options.ts';

/** A command's program, told whose texts it speaks. */
export type Main = (p: Process, flavour: Flavour) => Running<ExitCode>;

/** The commands of one chunk by name. */
export type Suite = Readonly<Record<string, Main>>;

/** Chunks by the name of their module in this folder: `commands/NAME` is loaded from `./NAME.ts`. */
export const LATE = {
  copy: chunk<Suite>('commands/copy'),
  mode: chunk<Suite>('commands/mode'),
  ps: chunk<Suite>('commands/ps'),
  curl: chunk<Suite>('commands/curl'),
  awk: chunk<Suite>('commands/awk'),
  sed: chunk<Suite>('commands/sed'),
  find: chunk<Suite>('commands/find'),
  lines: chunk<Suite>('commands/lines'),
  dump: chunk<Suite>('commands/dump'),
  diff: chunk<Suite>('commands/diff'),
  jq: chunk<Suite>('commands/jq'),
  calculate: chunk<Suite>('commands/calculate'),
  digest: chunk<Suite>('commands/digest'),
  inspect: chunk<Suite>('commands/inspect'),
  host: chunk<Suite>('commands/host'),
  hunt: chunk<Suite>('commands/hunt'),
  top: chunk<Suite>('commands/top'),
  watch: chunk<Suite>('commands/watch'),
  pager: chunk<Suite>('commands/pager'),
  vi: chunk<Suite>('commands/vi'),
  nano: chunk<Suite>('commands/nano'),
  wget: chunk<Suite>('commands/wget'),
  lookup: chunk<Suite>('commands/lookup'),
  network: chunk<Suite>('commands/network'),
  openssl: chunk<Suite>('commands/openssl'),
  tar: chunk<Suite>('commands/tar'),
  absent: chunk<Suite>('commands/absent'),
} as const;

/** Every chunk of this folder. */
export const chunks: readonly Chunk<Suite>[] = Object.values(LATE);

/** A program that loads its chunk and goes on there. */
export const late = (from: Chunk<Suite>, name: string): Main =>
  function* (p, flavour) {
    const suite = yield* p.need(from);
    return yield* suite[name]!(p, flavour);
  };
