/**
 * cp, mv, ln: copies, moves, links. Unlike Linux: there are no hard links, so ln without -s says so.
 */
import { FileError } from '../files.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { Input, quoted, tried, why } from './input.ts';
import { type Flavour, type Given, misuse, named, options, type Spec } from './options.ts';

const base = (path: string): string => path.replace(/(.)\/+$/, '$1').replace(/^.*\/(?=.)/s, '');
const under = (folder: string, name: string): string => `${folder.replace(/\/$/, '')}/${name}`;

/** Pairs of source and target as cp, mv and ln take their operands; an exit code when they make no sense. */
function pairs(p: Process, flavour: Flavour, spec: Spec, o: Given): [string, string][] | ExitCode {
  const words = [...o.words];
  const folder = o.value('t');
  if (!words.length) return misuse(p, flavour, spec, flavour === 'busybox' ? '' : 'missing file operand');
  if (folder === undefined && words.length === 1) return misuse(p, flavour, spec, flavour === 'busybox' ? '' : `missing destination file operand after ${quoted(words[0]!)}`);
  const target = folder ?? words.pop()!;
  let isFolder = false;
  if (!tried(p, target, () => (isFolder = !o.has('T') && p.files.stat(target)?.type === 'directory'))) return 1;
  if (folder !== undefined && !isFolder) {
    p.warn(`${named(p)}: target directory ${quoted(target)}: ${p.files.exists(target) ? 'Not a directory' : 'No such file or directory'}\n`);
    return 1;
  }
  if (!isFolder && words.length > 1) {
    const reason = p.files.exists(target) ? 'Not a directory' : 'No such file or directory';
    p.warn(flavour === 'busybox' ? `${named(p)}: target '${target}' is not a directory\n` : `${named(p)}: target ${quoted(target)}: ${reason}\n`);
    return 1;
  }
  return words.map((word) => [word, isFolder ? under(target, base(word)) : target]);
}

function* overwrite(p: Process, o: Given, target: string, input: Input): Running<boolean> {
  const last = o.each.findLast((e) => 'nif'.includes(e[0]))?.[0];
  if (!p.files.exists(target)) return true;
  if (last === 'n') return false;
  if (o.has('b')) p.files.rename(target, `${target}~`);
  if (last !== 'i') return true;
  p.warn(`${named(p)}: overwrite ${quoted(target)}? `);
  return /^[yY]/.test((yield* input.line()) ?? '');
}

function* cp(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: 'abdfilLnpPrRst:Tuv', long: { archive: 'a', force: 'f', interactive: 'i', dereference: 'L', 'no-clobber': 'n', 'no-dereference': 'P', preserve: 'p::', recursive: 'r', 'symbolic-link': 's', 'target-directory': 't:', 'no-target-directory': 'T', update: 'u', verbose: 'v', parents: 'parents' },
    usage: '[OPTION]... SOURCE... DEST\nCopy SOURCE to DEST, or several SOURCE(s) to a folder.\n\n  -r  folders and their contents    -a  the same, keeping modes, owners, times    -p  keep them\n  -i  ask before overwriting    -n  never overwrite    -u  only when newer    -v  say what is done',
  };
  const given = options(p, flavour, spec);
  if (typeof given === 'number') return given;
  const o = given;
  const jobs = pairs(p, flavour, spec, o);
  if (typeof jobs === 'number') return jobs;
  const deep = o.has('r') || o.has('R') || o.has('a');
  const keep = o.has('p') || o.has('a');
  const follow = o.has('L') || !(deep || o.has('P') || o.has('d'));
  const input = new Input(p, '-');
  const name = named(p);
  let status = 0;
  const fail = (text: string): void => {
    p.warn(`${name}: ${text}\n`);
    status = 1;
  };

  function* copy(from: string, to: string): Running<void> {
    let act = flavour === 'busybox' ? `can't stat '${from}'` : `cannot stat ${quoted(from)}`;
    try {
      const stat = p.files.stat(from, follow);
      if (!stat) throw new FileError('ENOENT', from);
      if (stat.type === 'directory') {
        if (!deep) return fail(flavour === 'busybox' ? `omitting directory '${from}'` : `-r not specified; omitting directory ${quoted(from)}`);
        const source = p.files.realpath(from);
        const goal = p.files.resolve(to);
        if (`${goal}/`.startsWith(`${source}/`)) return fail(source === goal ? `${quoted(from)} and ${quoted(to)} are the same file` : `cannot copy a directory, ${quoted(from)}, into itself, ${quoted(to)}`);
        act = `cannot create directory ${quoted(to)}`;
        const there = p.files.stat(to);
        if (there && there.type !== 'directory') return fail(`cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}`);
        if (!there) p.files.mkdir(to, { mode: stat.mode });
        if (o.has('v')) p.write(`${quoted(from)} -> ${quoted(to)}\n`);
        act = `cannot access ${quoted(from)}`;
        for (const entry of p.files.list(from)) yield* copy(under(from, entry), under(to, entry));
      } else {
        const there = p.files.stat(to);
        if (there?.type === 'directory') return fail(`cannot overwrite directory ${quoted(to)} with non-directory`);
        if (there && there.inode === stat.inode && p.files.realpath(to) === p.files.realpath(from)) return fail(`${quoted(from)} and ${quoted(to)} are the same file`);
        if (there && o.has('u') && there.modified >= stat.modified) return;
        if (!(yield* overwrite(p, o, to, input))) return;
        if (to.endsWith('/')) return fail(`cannot create regular file ${quoted(to)}: Not a directory`);
        if (stat.type === 'link' || o.has('s')) {
          if (p.files.stat(to, false)) p.files.remove(to);
          p.files.symlink(o.has('s') ? from : stat.target!, to);
        } else {
          act = flavour === 'busybox' ? `can't open '${from}'` : `cannot open ${quoted(from)} for reading`;
          const text = stat.program ? '' : p.files.read(from);
          act = flavour === 'busybox' ? `can't create '${to}'` : `cannot create regular file ${quoted(to)}`;
          if (there && o.has('f') && !p.files.may(to, 2)) p.files.remove(to);
          if (stat.program) p.files.install(to, stat.program);
          else p.files.write(to, text, stat.mode);
        }
        if (o.has('v')) p.write(`${quoted(from)} -> ${quoted(to)}\n`);
      }
      if (keep && stat.type !== 'link') {
        act = `preserving permissions for ${quoted(to)}`;
        p.files.chmod(to, stat.mode);
        if (p.user.uid === 0) p.files.chown(to, stat.uid, stat.gid);
        p.files.touch(to, stat.modified);
      }
    } catch (error) {
      fail(`${act}: ${why(error)}`);
    }
    yield* p.flush();
  }
  for (const [from, to] of jobs) yield* copy(from, o.has('parents') ? under(o.words.at(-1)!, from) : to);
  return status;
}

function* mv(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: 'bfint:Tuv', long: { force: 'f', interactive: 'i', 'no-clobber': 'n', 'target-directory': 't:', 'no-target-directory': 'T', update: 'u', verbose: 'v' },
    usage: '[OPTION]... SOURCE... DEST\nRename SOURCE to DEST, or move SOURCE(s) to a folder.\n\n  -i  ask before overwriting    -n  never overwrite    -u  only when newer    -v  say what is done',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const jobs = pairs(p, flavour, spec, o);
  if (typeof jobs === 'number') return jobs;
  const input = new Input(p, '-');
  const name = named(p);
  let status = 0;
  const fail = (text: string): void => {
    p.warn(`${name}: ${text}\n`);
    status = 1;
  };
  for (const [from, to] of jobs) {
    try {
      const stat = p.files.stat(from, false);
      if (!stat) {
        fail(flavour === 'busybox' ? `can't rename '${from}': No such file or directory` : `cannot stat ${quoted(from)}: No such file or directory`);
        continue;
      }
      const there = p.files.stat(to, false);
      if (there && p.files.resolve(from) === p.files.resolve(to)) {
        fail(`${quoted(from)} and ${quoted(to)} are the same file`);
        continue;
      }
      if (there?.type === 'directory' && stat.type !== 'directory') fail(`cannot overwrite directory ${quoted(to)} with non-directory`);
      else if (there && there.type !== 'directory' && stat.type === 'directory') fail(`cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}`);
      else if (stat.type === 'directory' && `${p.files.resolve(to)}/`.startsWith(`${p.files.resolve(from)}/`)) fail(`cannot move ${quoted(from)} to a subdirectory of itself, ${quoted(to)}`);
      else if (there && o.has('u') && there.modified >= stat.modified) continue;
      else if (yield* overwrite(p, o, to, input)) {
        try {
          p.files.rename(from, to);
        } catch (error) {
          if (!(error instanceof FileError) || error.code !== 'EXDEV') throw error;
          move(p, from, to);
        }
        if (o.has('v')) p.write(`renamed ${quoted(from)} -> ${quoted(to)}\n`);
      }
    } catch (error) {
      fail(flavour === 'busybox' ? `can't rename '${from}': ${why(error)}` : `cannot move ${quoted(from)} to ${quoted(to)}: ${why(error)}`);
    }
  }
  return status;
}

/** Between two file systems: copies, then removes. */
function move(p: Process, from: string, to: string): void {
  const stat = p.files.stat(from, false)!;
  if (stat.type === 'directory') {
    p.files.mkdir(to, { mode: stat.mode });
    for (const name of p.files.list(from)) move(p, under(from, name), under(to, name));
  } else if (stat.type === 'link') p.files.symlink(stat.target!, to);
  else p.files.write(to, p.files.read(from), stat.mode);
  if (stat.type !== 'link') p.files.touch(to, stat.modified);
  p.files.remove(from);
}

function* ln(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: 'bfinrst:Tv', long: { force: 'f', interactive: 'i', 'no-dereference': 'n', relative: 'r', symbolic: 's', 'target-directory': 't:', 'no-target-directory': 'T', verbose: 'v' },
    usage: '[OPTION]... TARGET LINK_NAME\n  or:  ln [OPTION]... TARGET\nMake links.\n\n  -s  symbolic    -f  replace what is there    -n  treat a link to a folder as a file    -v  say what is done',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (o.words.length === 1 && !o.has('t')) o.words.push('.');
  const plain = o.has('n') && p.files.stat(o.words.at(-1) ?? '', false)?.type === 'link';
  const jobs = plain ? [[o.words[0]!, o.words.at(-1)!] as [string, string]] : pairs(p, flavour, spec, o);
  if (typeof jobs === 'number') return jobs;
  let status = 0;
  for (const [target, path] of jobs) {
    if (!o.has('s')) {
      p.warn(`${named(p)}: failed to create hard link ${quoted(path)}: hard links are not supported here yet, use -s\n`);
      status = 1;
      continue;
    }
    const good = tried(p, flavour === 'busybox' ? path : `failed to create symbolic link ${quoted(path)}`, () => {
      if (o.has('f') && p.files.stat(path, false)) p.files.remove(path);
      p.files.symlink(target, path);
      if (o.has('v')) p.write(`${quoted(path)} -> ${quoted(target)}\n`);
    });
    if (!good) status = 1;
  }
  return status;
}

/** The commands of this chunk. */
export const suite: Suite = { cp, mv, ln };
