/**
 * chmod, chown, chgrp: permissions and owners.
 */
import { FileError, type Stat } from '../files.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { quoted, why } from './input.ts';
import { newMode } from './mode-text.ts';
import { groupId, groupName, modeLetters, userId, userName } from './names.ts';
import { type Flavour, misuse, missing, named, options, type Spec } from './options.ts';

/** Does `act` to each operand, and below it with -R. */
function* each(p: Process, flavour: Flavour, words: readonly string[], deep: boolean, act: (path: string, stat: Stat) => void, text: string, quiet: boolean): Running<ExitCode> {
  let status = 0;
  const visit = (path: string): void => {
    try {
      const stat = p.files.stat(path, false);
      if (!stat) throw new FileError('ENOENT', path);
      if (stat.type === 'link' && deep && !words.includes(path)) return;
      act(path, stat);
      if (deep && stat.type === 'directory') for (const name of p.files.list(path)) visit(`${path.replace(/\/$/, '')}/${name}`);
    } catch (error) {
      const reason = why(error);
      status = 1;
      if (!quiet) p.warn(flavour === 'busybox' ? `${named(p)}: ${path}: ${reason}\n` : `${named(p)}: ${reason === 'No such file or directory' ? `cannot access ${quoted(path)}` : `${text} ${quoted(path)}`}: ${reason}\n`);
    }
  };
  for (const word of words) visit(word);
  return status;
}

function* chmod(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: 'Rvcf', long: { recursive: 'R', verbose: 'v', changes: 'c', silent: 'f', quiet: 'f', reference: 'ref:' },
    usage: '[OPTION]... MODE[,MODE]... FILE...\nChange the mode of each FILE.\n\n  -R  and of what is below    -v  say what is done\nMODE: 644, or u+x, go-w, a=rX …',
  };
  const minus = p.args.findIndex((arg, i) => i > 0 && /^-[rwxXst]+([,+=-].*)?$/.test(arg));
  const o = options(p, flavour, spec, minus < 0 ? p.args : p.args.filter((_, i) => i !== minus));
  if (typeof o === 'number') return o;
  const words = minus < 0 ? [...o.words] : [p.args[minus]!, ...o.words];
  if (o.has('ref')) words.unshift((p.files.stat(o.value('ref')!)?.mode ?? 0).toString(8));
  if (words.length < 2) return flavour === 'busybox' || !words.length ? missing(p, flavour, spec) : misuse(p, flavour, spec, `missing operand after ‘${words[0]}’`);
  const text = words.shift()!;
  if (newMode(text, 0, false, 0) === undefined) return flavour === 'busybox' ? misuse(p, flavour, spec, `invalid mode '${text}'`) : misuse(p, flavour, spec, `invalid mode: ‘${text}’`);
  const act = (path: string, stat: Stat): void => {
    const target = stat.type === 'link' ? p.files.stat(path) : stat;
    if (!target) throw new FileError('ENOENT', path);
    const mode = newMode(text, target.mode, target.type === 'directory', p.umask)!;
    p.files.chmod(path, mode);
    const show = (m: number): string => `${m.toString(8).padStart(4, '0')} (${modeLetters({ ...target, mode: m }).slice(1)})`;
    if (mode !== target.mode && (o.has('v') || o.has('c'))) p.write(`mode of ${quoted(path)} changed from ${show(target.mode)} to ${show(mode)}\n`);
    else if (o.has('v')) p.write(`mode of ${quoted(path)} retained as ${show(mode)}\n`);
  };
  return yield* each(p, flavour, words, o.has('R'), act, 'changing permissions of', o.has('f'));
}

function* chown(p: Process, flavour: Flavour): Running<ExitCode> {
  const group = named(p) === 'chgrp';
  const spec: Spec = {
    short: 'Rvcfh', long: { recursive: 'R', verbose: 'v', changes: 'c', silent: 'f', quiet: 'f', 'no-dereference': 'h', reference: 'ref:' },
    usage: `[OPTION]... ${group ? 'GROUP' : '[OWNER][:[GROUP]]'} FILE...\nChange the ${group ? 'group' : 'owner and group'} of each FILE.\n\n  -R  and of what is below    -v  say what is done`,
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const words = [...o.words];
  if (words.length < 2 && !o.has('ref')) return flavour === 'busybox' || !words.length ? missing(p, flavour, spec) : misuse(p, flavour, spec, `missing operand after ‘${words[0]}’`);
  let uid: number | undefined;
  let gid: number | undefined;
  if (o.has('ref')) {
    const like = p.files.stat(o.value('ref')!);
    [uid, gid] = [group ? undefined : like?.uid, like?.gid];
  } else {
    const text = words.shift()!;
    const [owner, groupText] = group ? ['', text] : text.split(/[:.]/, 2);
    if (owner) {
      uid = userId(p, owner);
      if (uid === undefined) {
        p.warn(`${named(p)}: ${flavour === 'busybox' ? `unknown user ${owner}` : `invalid user: ‘${text}’`}\n`);
        return 1;
      }
      if (text.endsWith(':')) gid = [...p.machine.users.values()].find((u) => u.uid === uid)?.gid ?? uid;
    }
    if (groupText) {
      gid = groupId(p, groupText);
      if (gid === undefined) {
        p.warn(`${named(p)}: ${flavour === 'busybox' ? `unknown group ${groupText}` : `invalid group: ‘${text}’`}\n`);
        return 1;
      }
    }
  }
  const act = (path: string, stat: Stat): void => {
    p.files.chown(path, uid ?? stat.uid, gid ?? stat.gid);
    if (o.has('v')) p.write(`ownership of ${quoted(path)} ${(uid ?? stat.uid) === stat.uid && (gid ?? stat.gid) === stat.gid ? 'retained as' : `changed from ${userName(p, stat.uid)}:${groupName(p, stat.gid)} to`} ${userName(p, uid ?? stat.uid)}:${groupName(p, gid ?? stat.gid)}\n`);
  };
  return yield* each(p, flavour, words, o.has('R'), act, group ? 'changing group of' : 'changing ownership of', o.has('f'));
}

/** The commands of this chunk. */
export const suite: Suite = { chmod, chown, chgrp: chown };
