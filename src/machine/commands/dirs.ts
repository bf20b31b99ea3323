/**
 * mkdir, rmdir, rm, touch: making and removing names.
 */
import { civil } from '../../sim/date.ts';
import { FileError } from '../files.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { Input, quoted, tried, why } from './input.ts';
import { parseDate } from './date-words.ts';
import { newMode } from './mode-text.ts';
import { type Flavour, misuse, missing, named, options, type Spec } from './options.ts';
import { zoneOf } from './strftime.ts';

const busy = (flavour: Flavour, act: string, path: string): string => (flavour === 'busybox' ? `can't ${act} '${path}'` : `cannot ${act} ${quoted(path)}`);

export function* mkdir(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: 'm:pv', long: { mode: 'm:', parents: 'p', verbose: 'v' }, usage: '[OPTION]... DIRECTORY...\nCreate the DIRECTORY(ies), if they do not already exist.\n\n  -p  no error if existing, make parents as needed    -m MODE    -v  say what is made' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (!o.words.length) return missing(p, flavour, spec);
  let mode: number | undefined;
  if (o.has('m')) {
    mode = newMode(o.value('m')!, 0o777, true, p.umask);
    if (mode === undefined) {
      p.warn(`mkdir: invalid mode ‘${o.value('m')}’\n`);
      return 1;
    }
  }
  let status = 0;
  for (const word of o.words) {
    const good = tried(p, flavour === 'busybox' ? `can't create directory '${word}'` : `cannot create directory ${`‘${word}’`}`, () => {
      if (o.has('p') && p.files.stat(word)?.type === 'directory') return;
      if (o.has('p')) {
        let at = word.startsWith('/') ? '/' : '';
        for (const part of word.split('/').filter(Boolean)) {
          at += part;
          const stat = p.files.stat(at);
          if (stat && stat.type !== 'directory') throw new FileError(at.length < word.replace(/\/+$/, '').length ? 'ENOTDIR' : 'EEXIST', at);
          if (!stat) {
            p.files.mkdir(at);
            if (o.has('v')) p.write(`mkdir: created directory ${quoted(at)}\n`);
          }
          at += '/';
        }
      } else {
        p.files.mkdir(word);
        if (o.has('v')) p.write(`mkdir: created directory ${quoted(word)}\n`);
      }
      if (mode !== undefined) p.files.chmod(word, mode);
    });
    if (!good) status = 1;
  }
  return status;
}

export function* rmdir(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: 'pv', long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': 'ignore' }, usage: '[OPTION]... DIRECTORY...\nRemove the DIRECTORY(ies), if they are empty.\n\n  -p  with the parents' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (!o.words.length) return missing(p, flavour, spec);
  let status = 0;
  for (const word of o.words) {
    for (let path = word.replace(/(.)\/+$/, '$1'); ; path = path.slice(0, path.lastIndexOf('/'))) {
      try {
        const stat = p.files.stat(path, false);
        if (stat && stat.type !== 'directory') throw new FileError('ENOTDIR', path);
        if (stat && p.files.list(path).length) throw new FileError('ENOTEMPTY', path);
        p.files.remove(path);
        if (o.has('v')) p.write(`rmdir: removing directory, ${quoted(path)}\n`);
      } catch (error) {
        const text = why(error);
        if (o.has('ignore') && text === 'Directory not empty') break;
        p.warn(`rmdir: ${flavour === 'busybox' ? `'${path}'` : `failed to remove ${quoted(path)}`}: ${text}\n`);
        status = 1;
        break;
      }
      if (!o.has('p') || !path.includes('/')) break;
    }
  }
  return status;
}

/** Removes a folder from its leaves up, so that a mount or a read-only part says so by its own name. */
function* removeAll(p: Process, flavour: Flavour, path: string, verbose: boolean): Running<boolean> {
  const stat = p.files.stat(path, false);
  let good = true;
  if (stat?.type === 'directory') {
    let names: readonly string[] = [];
    if (!tried(p, busy(flavour, 'remove', path), () => (names = p.files.list(path)))) return false;
    for (const name of names) good = (yield* removeAll(p, flavour, `${path}/${name}`, verbose)) && good;
    if (!good) return false;
  }
  if (!tried(p, busy(flavour, 'remove', path), () => p.files.remove(path))) return false;
  if (verbose) p.write(stat?.type === 'directory' ? `removed directory ${quoted(path)}\n` : `removed ${quoted(path)}\n`);
  return good;
}

export function* rm(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: 'dfiIrRv', long: { dir: 'd', force: 'f', interactive: 'i::', recursive: 'r', verbose: 'v', 'no-preserve-root': 'no-preserve', 'preserve-root': 'preserve' },
    usage: '[OPTION]... [FILE]...\nRemove (unlink) the FILE(s).\n\n  -f  never ask, ignore what is not there    -r  folders and their contents    -i  ask before each    -d  empty folders    -v  say what is removed',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const force = o.each.findLast((e) => e[0] === 'f' || e[0] === 'i')?.[0] === 'f';
  if (!o.words.length) return force ? 0 : missing(p, flavour, spec);
  const ask = o.each.findLast((e) => e[0] === 'f' || e[0] === 'i')?.[0] === 'i';
  const input = new Input(p, '-');
  let status = 0;
  for (const word of o.words) {
    const base = word.replace(/\/+$/, '').replace(/^.*\//s, '');
    if (p.files.resolve(word) === '/' && !o.has('no-preserve') && (o.has('r') || o.has('R'))) {
      p.warn(`rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\n`);
      status = 1;
      continue;
    }
    if ((base === '.' || base === '..') && (o.has('r') || o.has('R'))) {
      p.warn(`rm: refusing to remove '.' or '..' directory: skipping ${quoted(word)}\n`);
      status = 1;
      continue;
    }
    let kind: string | undefined;
    try {
      const stat = p.files.stat(word, false);
      if (!stat) throw new FileError('ENOENT', word);
      kind = stat.type;
      if (kind === 'directory' && !o.has('r') && !o.has('R') && !o.has('d')) throw new FileError('EISDIR', word);
      if (ask) {
        p.warn(`rm: remove ${kind === 'directory' ? 'directory' : kind === 'link' ? 'symbolic link' : stat.size ? 'regular file' : 'regular empty file'} ${quoted(word)}? `);
        const answer = yield* input.line();
        if (!/^[yY]/.test(answer ?? '')) continue;
      }
      if (kind === 'directory' && (o.has('r') || o.has('R'))) {
        if (!(yield* removeAll(p, flavour, word.replace(/(.)\/+$/, '$1'), o.has('v')))) status = 1;
        continue;
      }
      p.files.remove(word);
      if (o.has('v')) p.write(`removed ${kind === 'directory' ? 'directory ' : ''}${quoted(word)}\n`);
    } catch (error) {
      const text = why(error);
      if (force && kind === undefined) continue;
      p.warn(`rm: ${flavour === 'busybox' && text === 'Is a directory' ? `'${word}' is a directory` : `${busy(flavour, 'remove', word)}: ${text}`}\n`);
      status = 1;
    }
  }
  return status;
}

export function* touch(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: 'acd:hmr:t:', long: { 'no-create': 'c', date: 'd:', reference: 'r:', time: 'time:' },
    usage: '[OPTION]... FILE...\nUpdate the modification time of each FILE to now; a FILE that does not exist is created empty.\n\n  -c  create nothing    -d STRING  that time instead    -r FILE  that file\'s time',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (!o.words.length) return misuse(p, flavour, spec, flavour === 'busybox' ? '' : 'missing file operand');
  let at: number | undefined;
  if (o.has('d') || o.has('t')) {
    const stamp = /^(?:(\d\d)?(\d\d))?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(o.value('t') ?? '');
    const text = o.value('d') ?? (stamp ? `${stamp[2] ? `${stamp[1] ?? '20'}${stamp[2]}` : thisYear(p)}-${stamp[3]}-${stamp[4]} ${stamp[5]}:${stamp[6]}:${stamp[7] ?? '00'}` : 'x');
    const wall = parseDate(text, p.date, zoneOf(p));
    if (wall === undefined) {
      p.warn(`${named(p)}: invalid date format ‘${o.value('d') ?? o.value('t')}’\n`);
      return 1;
    }
    at = wall - p.date + p.now;
  }
  let status = 0;
  const like = o.value('r');
  if (like !== undefined && !tried(p, `failed to get attributes of ${quoted(like)}`, () => {
    const stat = p.files.stat(like);
    if (!stat) throw new FileError('ENOENT', like);
    at = stat.modified;
  })) return 1;
  for (const word of o.words) {
    const good = tried(p, flavour === 'busybox' ? word : `cannot touch ${quoted(word)}`, () => {
      if (!p.files.exists(word)) {
        if (o.has('c')) return;
        if (word.endsWith('/')) throw new FileError('ENOENT', word);
      }
      p.files.touch(word, at);
    });
    if (!good) status = 1;
  }
  return status;
}

const thisYear = (p: Process): string => String(civil(p.date).year);
