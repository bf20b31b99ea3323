/**
 * tar: packs, unpacks and lists archives. Stands for GNU tar and busybox' applet.
 * Unlike them: no compression, no appending, no owners; hard links become files of their own.
 */
import { rfc3339 } from '../../sim/date.ts';
import { byteLength } from '../bytes.ts';
import { FileError, STRERROR } from '../files.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { packTar, unpackTar, TarError, type TarEntry } from '../tar-format.ts';
import type { Suite } from './chunks.ts';
import { modeLetters } from './names.ts';
import { options, type Flavour, type Spec } from './options.ts';

const SPEC: Spec = {
  short: 'cxtf:C:vmpozjJOhk',
  long: {
    create: 'c', extract: 'x', get: 'x', list: 't', file: 'f:', directory: 'C:', verbose: 'v', touch: 'm', 'preserve-permissions': 'p', 'same-permissions': 'p', 'no-same-permissions': 'P', 'no-same-owner': 'o', 'same-owner': 's',
    'to-stdout': 'O', gzip: 'z', bzip2: 'j', xz: 'J', dereference: 'h', 'keep-old-files': 'k', exclude: 'X:', 'strip-components': 'S:',
  },
  usage: 'c|x|t [-ZzJjahmvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...',
  trouble: 64,
};

/** One run. */
class Run {
  readonly p: Process;
  readonly flavour: Flavour;
  failed = false;
  private told = false;

  constructor(p: Process, flavour: Flavour) {
    this.p = p;
    this.flavour = flavour;
  }

  /** A complaint that does not end the run. */
  complain(path: string, gnu: string, error: unknown): void {
    if (!(error instanceof FileError)) throw error;
    const why = STRERROR[error.code];
    this.p.warn(this.flavour === 'gnu' ? `tar: ${path}: ${gnu}: ${why}\n` : `tar: ${path}: ${why}\n`);
    this.failed = true;
  }

  /** The name in the archive. */
  member(path: string): string {
    if (path.startsWith('/') && !this.told) {
      this.told = true;
      this.p.warn(this.flavour === 'gnu' ? "tar: Removing leading `/' from member names\n" : "tar: removing leading '/' from member names\n");
    }
    return path.replace(/^\/+/, '');
  }

  /** The exit code at the end. */
  end(): ExitCode {
    if (!this.failed) return 0;
    this.p.warn(this.flavour === 'gnu' ? 'tar: Exiting with failure status due to previous errors\n' : 'tar: error exit delayed from previous errors\n');
    return this.flavour === 'gnu' ? 2 : 1;
  }
}

function pack(run: Run, path: string, follow: boolean, skip: (name: string) => boolean, out: TarEntry[], say: (name: string) => void): void {
  const { files, date, now } = run.p;
  try {
    const stat = files.stat(path, follow);
    if (!stat) throw new FileError('ENOENT', path);
    const name = run.member(path);
    if (skip(name)) return;
    const head = { mode: stat.mode, modified: Math.floor((date - now + stat.modified) / 1000) };
    if (stat.type === 'directory') {
      const folder = name.endsWith('/') ? name : `${name}/`;
      out.push({ ...head, name: folder, type: 'directory' });
      say(folder);
      for (const one of files.list(path)) pack(run, `${path.replace(/\/$/, '')}/${one}`, follow, skip, out, say);
      return;
    }
    if (stat.type === 'link') out.push({ ...head, name, type: 'link', target: stat.target! });
    else out.push({ ...head, name, type: 'file', text: files.read(path) });
    say(name);
  } catch (error) {
    run.complain(path, error instanceof FileError && error.code === 'EACCES' ? 'Cannot open' : 'Cannot stat', error);
  }
}

function unpack(run: Run, entry: TarEntry, path: string, touch: boolean, keep: boolean): void {
  const { files, date, now, umask } = run.p;
  try {
    const folder = path.replace(/\/[^/]*\/?$/, '');
    if (folder && folder !== path) files.mkdir(folder, { parents: true });
    if (entry.type === 'directory') files.mkdir(path, { parents: true });
    else {
      if (files.stat(path, false) && files.stat(path, false)!.type !== 'directory') files.remove(path);
      if (entry.type === 'link') files.symlink(entry.target!, path);
      else files.write(path, entry.text!);
    }
    if (entry.type === 'link') return;
    files.chmod(path, keep ? entry.mode : entry.mode & ~umask & 0o777);
    if (!touch) files.touch(path, entry.modified * 1000 - date + now);
  } catch (error) {
    run.complain(path, 'Cannot open', error);
  }
}

function listed(entry: TarEntry): string {
  const size = entry.text === undefined ? 0 : byteLength(entry.text);
  const letters = modeLetters({ type: entry.type, mode: entry.mode, uid: 0, gid: 0, size, modified: 0, inode: 0 });
  const time = rfc3339(entry.modified * 1000).replace('T', ' ').slice(0, 16);
  return `${letters} root/root ${String(size).padStart(9)} ${time} ${entry.name}${entry.target === undefined ? '' : ` -> ${entry.target}`}`;
}

const wanted = (name: string, words: readonly string[]): boolean => words.length === 0 || words.some((word) => name === word || name === `${word}/` || name.startsWith(`${word.replace(/\/$/, '')}/`));

function* tar(p: Process, flavour: Flavour): Running<ExitCode> {
  const [self, first, ...rest] = p.args;
  const words = first !== undefined && /^[cxtvfCmpOk]+$/.test(first) ? old(first, rest) : p.args.slice(1);
  const given = options(p, flavour, SPEC, [self!, ...words]);
  if (typeof given === 'number') return given;
  const run = new Run(p, flavour);
  const verbs = ['c', 'x', 't'].filter((key) => given.has(key));
  if (verbs.length !== 1) {
    p.warn(flavour === 'busybox' ? `BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\nUsage: tar ${SPEC.usage}\n`
      : verbs.length ? "tar: You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option\nTry 'tar --help' or 'tar --usage' for more information.\n"
        : "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\nTry 'tar --help' or 'tar --usage' for more information.\n");
    return flavour === 'gnu' ? 2 : 1;
  }
  if (given.has('z') || given.has('j') || given.has('J')) {
    p.warn('tar: compression is not supported here yet\n');
    return 1;
  }
  const file = given.value('f') ?? '-';
  const place = given.value('C');
  const archivePath = file === '-' ? '-' : p.files.resolve(file);
  if (place !== undefined) {
    if (p.files.stat(place)?.type !== 'directory') {
      p.warn(flavour === 'gnu' ? `tar: ${place}: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now\n` : `tar: can't change directory to '${place}': No such file or directory\n`);
      return flavour === 'gnu' ? 2 : 1;
    }
    p.cwd = p.files.resolve(place);
  }
  const verbose = given.has('v');
  const skips = given.all('X').map((pattern) => new RegExp(`(?:^|/)${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`));
  if (given.has('c')) {
    if (given.words.length === 0) {
      p.warn(flavour === 'gnu' ? "tar: Cowardly refusing to create an empty archive\nTry 'tar --help' or 'tar --usage' for more information.\n" : 'tar: empty archive\n');
      return flavour === 'gnu' ? 2 : 1;
    }
    const entries: TarEntry[] = [];
    const say = (name: string): void => {
      if (verbose && file === '-') p.warn(`${name}\n`);
      else if (verbose) p.write(`${name}\n`);
    };
    for (const word of given.words) pack(run, word, given.has('h'), (name) => skips.some((skip) => skip.test(name.replace(/\/$/, ''))), entries, say);
    const archive = packTar(entries);
    if (file === '-') p.write(archive);
    else p.files.write(archivePath, archive);
    return run.end();
  }
  let entries: TarEntry[];
  try {
    entries = unpackTar(file === '-' ? yield* p.readAll() : p.files.read(archivePath));
  } catch (error) {
    if (error instanceof FileError) {
      p.warn(flavour === 'gnu' ? `tar: ${file}: Cannot open: ${STRERROR[error.code]}\ntar: Error is not recoverable: exiting now\n` : `tar: can't open '${file}': ${STRERROR[error.code]}\n`);
    } else if (error instanceof TarError) {
      p.warn(flavour === 'gnu' ? 'tar: This does not look like a tar archive\ntar: Exiting with failure status due to previous errors\n' : `tar: ${error.message}\n`);
    } else throw error;
    return flavour === 'gnu' ? 2 : 1;
  }
  const strip = Number(given.value('S') ?? 0);
  const found = new Set<string>();
  for (const entry of entries) {
    if (!wanted(entry.name, given.words)) continue;
    for (const word of given.words) if (wanted(entry.name, [word])) found.add(word);
    if (given.has('t')) {
      p.write(`${verbose ? listed(entry) : entry.name}\n`);
      continue;
    }
    const name = run.member(entry.name).split('/').slice(strip).join('/');
    if (!name) continue;
    if (verbose) p.write(`${entry.name}\n`);
    if (given.has('O')) p.write(entry.text ?? '');
    else unpack(run, entry, name, given.has('m'), given.has('p') || (p.user.uid === 0 && !given.has('P')));
  }
  for (const word of given.words) {
    if (found.has(word)) continue;
    p.warn(flavour === 'gnu' ? `tar: ${word}: Not found in archive\n` : `tar: ${word}: not found in archive\n`);
    run.failed = true;
  }
  return run.end();
}

/** The old form without a dash: `cf FILE`. Letters that take a value take the next words in order. */
function old(letters: string, rest: readonly string[]): string[] {
  const values = [...rest];
  const out: string[] = [];
  for (const letter of letters) out.push('fC'.includes(letter) ? `-${letter}${values.shift() ?? ''}` : `-${letter}`);
  return [...out, ...values];
}

/** The commands of this chunk. */
export const suite: Suite = { tar };
