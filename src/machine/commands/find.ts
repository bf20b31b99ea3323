/**
 * find: walks folders and tests what it meets. Stands for GNU find.
 * Unlike GNU's: access and change times are the modification time.
 */
import type { Stat } from '../files.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { Input, quoted, tried, why } from './input.ts';
import { groupId, groupName, modeLetters, userId, userName, wallTime } from './names.ts';
import { newMode } from './mode-text.ts';
import { type Flavour, named } from './options.ts';
import { regex } from './regex.ts';
import { strftime, zoneOf } from './strftime.ts';

/** What is being looked at. */
interface Item {
  readonly path: string;
  readonly base: string;
  readonly stat: Stat;
  readonly depth: number;
  readonly top: string;
}

/** A test or an action: false ends an `and`. */
type Test = (item: Item) => Running<boolean>;

/** A wrong expression; the message is printed after the name. */
class Wrong extends Error {}

/** A shell pattern as a regular expression. */
export function globRegex(pattern: string, ignoreCase = false): RegExp {
  let js = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '*') js += '[^]*';
    else if (c === '?') js += '[^]';
    else if (c === '[') {
      const end = pattern.indexOf(']', i + (pattern[i + 1] === '!' || pattern[i + 1] === '^' ? 3 : 2));
      if (end < 0) js += '\\[';
      else {
        js += `[${pattern.slice(i + 1, end).replace(/^!/, '^').replace(/\\/g, '\\\\').replace(/\[:(\w+):\]/g, (_, n: string) => (({ digit: '0-9', alpha: 'A-Za-z', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z' }) as Record<string, string>)[n] ?? '')}]`;
        i = end;
      }
    } else if (c === '\\' && i + 1 < pattern.length) js += `\\${pattern[++i]}`.replace(/\\(\w)/, '$1');
    else js += c.replace(/[.+^${}()|\\/\]]/, '\\$&');
  }
  return new RegExp(`^${js}$`, ignoreCase ? 'iu' : 'u');
}

/** `+5`, `-5`, `5`: more, less, exactly. */
function numeric(option: string, text: string): (n: number) => boolean {
  const m = /^([+-]?)(\d+(?:\.\d+)?)$/.exec(text);
  if (!m) throw new Wrong(`invalid argument \`${text}' to \`${option}'`);
  const limit = Number(m[2]);
  return m[1] === '+' ? (n) => n > limit : m[1] === '-' ? (n) => n < limit : (n) => n === limit;
}

const LETTERS: Readonly<Record<string, Stat['type']>> = { f: 'file', d: 'directory', l: 'link', c: 'device' };
const SIZES: Readonly<Record<string, number>> = { c: 1, w: 2, b: 512, k: 1024, M: 1048576, G: 1073741824 };

function* find(p: Process, flavour: Flavour): Running<ExitCode> {
  const args = p.args.slice(1);
  let follow = false;
  while (/^-[HLP]$/.test(args[0] ?? '')) follow = args.shift() === '-L';
  const paths: string[] = [];
  while (args.length && !/^-./.test(args[0]!) && args[0] !== '(' && args[0] !== '!' && args[0] !== ')') paths.push(args.shift()!);
  if (!paths.length) paths.push('.');
  let at = 0;
  let minDepth = 0;
  let maxDepth = Infinity;
  let deepFirst = false;
  let acts = false;
  let status = 0;
  let pruned = false;
  let stopped = false;
  const ends: (() => Running<void>)[] = [];
  const zone = zoneOf(p);
  const name = named(p);
  const fail = (text: string): void => {
    p.warn(`${name}: ${text}\n`);
    status = 1;
  };
  const plain = (f: (item: Item) => boolean): Test =>
    function* (item) {
      return f(item);
    };
  const value = (option: string): string => {
    const text = args[at++];
    if (text === undefined) throw new Wrong(flavour === 'busybox' ? `${option} requires an argument` : `missing argument to \`${option}'`);
    return text;
  };

  function execute(option: string): Test {
    const inFolder = option === '-execdir';
    const ask = option === '-ok';
    const words: string[] = [];
    let plus = false;
    for (;;) {
      const word = args[at++];
      if (word === undefined) throw new Wrong(`missing argument to \`${option}'`);
      if (word === ';') break;
      if (word === '+' && words.at(-1) === '{}') {
        plus = true;
        break;
      }
      words.push(word);
    }
    if (!words.length) throw new Wrong(`invalid argument \`;' to \`${option}'`);
    acts = true;
    const cannot = (command: string): void => fail(flavour === 'busybox' ? `${command}: No such file or directory` : `${quoted(command).replace(/^'(.*)'$/, '‘$1’')}: No such file or directory`);
    function* run(command: readonly string[], folder?: string): Running<number | undefined> {
      yield* p.flush();
      const program = p.find(command[0]!);
      if (typeof program !== 'function') {
        cannot(command[0]!);
        return undefined;
      }
      return yield* p.wait(p.spawn(program, command, folder === undefined ? {} : { cwd: p.files.resolve(folder) }));
    }
    if (plus) {
      const found: string[] = [];
      const lead = words.slice(0, -1);
      ends.push(function* () {
        if (found.length && (yield* run([...lead, ...found])) !== 0) status = 1;
      });
      return plain((item) => {
        found.push(item.path);
        return true;
      });
    }
    return function* (item) {
      const shown = inFolder ? `./${item.base}` : item.path;
      const command = words.map((word) => word.replaceAll('{}', shown));
      if (ask) {
        p.warn(`< ${words[0]} ... ${item.path} > ? `);
        if (!/^[yY]/.test((yield* new Input(p, '-').line()) ?? '')) return false;
      }
      return (yield* run(command, inFolder ? item.path.slice(0, item.path.lastIndexOf('/')) || '.' : undefined)) === 0;
    };
  }

  function print(picture: string): (item: Item) => string {
    const text = picture.replace(/\\([nt0\\])/g, (_, c: string) => ({ n: '\n', t: '\t', 0: '\0', '\\': '\\' })[c]!);
    return (item) => {
      const { stat, path, base } = item;
      const time = wallTime(p, stat.modified);
      return text.replace(/%([-0]?\d*)([%pfhPsymMuUgGdilkbD]|[TAC].)/g, (_, width: string, c: string) => {
        const out = c[0] === 'T' || c[0] === 'A' || c[0] === 'C'
          ? c[1] === '@' ? `${Math.floor(time / 1000)}.${String(time % 1000).padStart(3, '0')}0000000` : strftime(c[1] === '+' ? '%Y-%m-%d+%H:%M:%S.%N0' : `%${c[1]}`, time, zone)
          : ({
              '%': '%', p: path, f: base || '/', h: path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.', P: path === item.top ? '' : path.slice(item.top.length).replace(/^\//, ''), s: String(stat.size), y: stat.type === 'device' ? 'c' : stat.type[0]!,
              m: stat.mode.toString(8), M: modeLetters(stat), u: userName(p, stat.uid), U: String(stat.uid), g: groupName(p, stat.gid), G: String(stat.gid), d: String(item.depth), i: String(stat.inode), l: stat.target ?? '', k: String(Math.ceil(stat.size / 1024)), b: String(Math.ceil(stat.size / 512)), D: '64768',
            } as Record<string, string>)[c]!;
        return width ? (width.startsWith('-') ? out.padEnd(Number(width.slice(1))) : out.padStart(Number(width))) : out;
      });
    };
  }

  function primary(): Test {
    const word = args[at++];
    if (word === undefined) throw new Wrong('expected an expression');
    if (word === '(') {
      if (args[at] === ')') throw new Wrong("invalid expression; empty parentheses are not allowed.");
      const inner = either();
      if (args[at++] !== ')') throw new Wrong("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return inner;
    }
    if (word === '!' || word === '-not') {
      const inner = primary();
      return function* (item) {
        return !(yield* inner(item));
      };
    }
    if (word === ')') throw new Wrong("invalid expression; you have too many ')'");
    if (word[0] !== '-') throw new Wrong(flavour === 'busybox' ? `unrecognized: ${word}` : `paths must precede expression: \`${word}'`);
    switch (word) {
      case '-name': case '-iname': {
        const pattern = globRegex(value(word), word === '-iname');
        return plain((item) => pattern.test(item.base));
      }
      case '-path': case '-wholename': case '-ipath': case '-iwholename': {
        const pattern = globRegex(value(word), word.startsWith('-i'));
        return plain((item) => pattern.test(item.path));
      }
      case '-regex': case '-iregex': {
        const source = value(word);
        const pattern = regex(source, { extended: false, ignoreCase: word === '-iregex' });
        return plain((item) => {
          const m = pattern.exec(item.path);
          return m !== undefined && m.index === 0 && m.end === item.path.length;
        });
      }
      case '-regextype': value(word); return plain(() => true);
      case '-lname': {
        const pattern = globRegex(value(word));
        return plain((item) => item.stat.type === 'link' && pattern.test(item.stat.target!));
      }
      case '-type': case '-xtype': {
        const types = value(word).split(',');
        const bad = types.find((t) => t.length !== 1 || !'fdlcbps'.includes(t));
        if (bad !== undefined) throw new Wrong(flavour === 'busybox' ? `invalid argument '${bad}' to '-type'` : `Unknown argument to -type: ${bad}`);
        return plain((item) => types.some((t) => LETTERS[t] === item.stat.type));
      }
      case '-size': {
        const m = /^([+-]?\d+)([cwbkMG]?)$/.exec(value(word));
        if (!m) throw new Wrong(`Invalid argument \`${args[at - 1]}' to -size`);
        const unit = SIZES[m[2] || 'b']!;
        const test = numeric(word, m[1]!);
        return plain((item) => test(Math.ceil(item.stat.size / unit)));
      }
      case '-mtime': case '-atime': case '-ctime': {
        const test = numeric(word, value(word));
        return plain((item) => test(Math.floor((p.now - item.stat.modified) / 86_400_000)));
      }
      case '-mmin': case '-amin': case '-cmin': {
        const test = numeric(word, value(word));
        return plain((item) => test(Math.ceil((p.now - item.stat.modified) / 60_000)));
      }
      case '-newer': {
        const other = value(word);
        const stat = p.files.stat(other);
        if (!stat) throw new Wrong(`${quoted(other).replace(/^'(.*)'$/, '‘$1’')}: No such file or directory`);
        return plain((item) => item.stat.modified > stat.modified);
      }
      case '-empty': return plain((item) => (item.stat.type === 'directory' ? p.files.list(item.path).length === 0 : item.stat.type === 'file' && item.stat.size === 0));
      case '-user': {
        const text = value(word);
        const uid = userId(p, text);
        if (uid === undefined) throw new Wrong(`${quoted(text).replace(/^'(.*)'$/, '‘$1’')} is not the name of a known user`);
        return plain((item) => item.stat.uid === uid);
      }
      case '-group': {
        const gid = groupId(p, value(word));
        return plain((item) => item.stat.gid === gid);
      }
      case '-perm': {
        const text = value(word);
        const kind = /^[-/]/.test(text) ? text[0] : '';
        const mode = newMode(text.slice(kind ? 1 : 0), 0, false, 0);
        if (mode === undefined) throw new Wrong(`invalid mode ‘${text}’`);
        return plain(({ stat }) => (kind === '-' ? (stat.mode & mode) === mode : kind === '/' ? mode === 0 || (stat.mode & mode) !== 0 : stat.mode === mode));
      }
      case '-executable': return plain((item) => p.files.may(item.path, 1));
      case '-readable': return plain((item) => p.files.may(item.path, 4));
      case '-writable': return plain((item) => p.files.may(item.path, 2));
      case '-links': case '-inum': {
        const test = numeric(word, value(word));
        return plain((item) => test(word === '-links' ? 1 : item.stat.inode));
      }
      case '-true': return plain(() => true);
      case '-false': return plain(() => false);
      case '-maxdepth': case '-mindepth': {
        const text = value(word);
        if (!/^\d+$/.test(text)) throw new Wrong(`Expected a positive decimal integer argument to ${word}, but got ${quoted(text).replace(/^'(.*)'$/, '‘$1’')}`);
        if (word === '-maxdepth') maxDepth = Number(text);
        else minDepth = Number(text);
        return plain(() => true);
      }
      case '-depth': case '-d': deepFirst = true; return plain(() => true);
      case '-mount': case '-xdev': case '-noleaf': case '-daystart': case '-follow': case '-warn': case '-nowarn':
        if (word === '-follow') follow = true;
        return plain(() => true);
      case '-prune': return plain(() => (pruned = true));
      case '-quit': return plain(() => (stopped = true));
      case '-print': acts = true; return plain((item) => (p.write(`${item.path}\n`), true));
      case '-print0': acts = true; return plain((item) => (p.write(`${item.path}\0`), true));
      case '-printf': {
        const show = print(value(word));
        acts = true;
        return plain((item) => (p.write(show(item)), true));
      }
      case '-ls': {
        acts = true;
        const show = print('%9i %6k %M   1 %-8u %-8g %8s %Tb %Td %TH:%TM %p');
        return plain((item) => (p.write(`${show(item)}${item.stat.target ? ` -> ${item.stat.target}` : ''}\n`), true));
      }
      case '-delete':
        acts = deepFirst = true;
        return plain((item) => {
          if (item.path === '.') return true;
          const good = tried(p, flavour === 'busybox' ? item.path : `cannot delete ${`‘${item.path}’`}`, () => p.files.remove(item.path));
          if (!good) status = 1;
          return good;
        });
      case '-exec': case '-execdir': case '-ok': return execute(word);
      case '-help': case '--help': throw new Wrong('');
      default: throw new Wrong(flavour === 'busybox' ? `unrecognized: ${word}` : `unknown predicate \`${word}'`);
    }
  }
  function both(): Test {
    let a = primary();
    while (at < args.length && args[at] !== '-o' && args[at] !== '-or' && args[at] !== ')' && args[at] !== ',') {
      if (args[at] === '-a' || args[at] === '-and') at++;
      const left = a;
      const right = primary();
      a = function* (item) {
        return (yield* left(item)) && (yield* right(item));
      };
    }
    return a;
  }
  function either(): Test {
    let a = both();
    while (args[at] === '-o' || args[at] === '-or' || args[at] === ',') {
      const comma = args[at++] === ',';
      const left = a;
      const right = both();
      a = function* (item) {
        const l = yield* left(item);
        return comma ? yield* right(item) : l || (yield* right(item));
      };
    }
    return a;
  }

  let test: Test;
  try {
    test = args.length ? either() : plain(() => true);
    if (at < args.length) throw new Wrong(args[at] === ')' ? "invalid expression; you have too many ')'" : `paths must precede expression: \`${args[at]}'`);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    if (error.message === '') p.write('Usage: find [-H] [-L] [-P] [path...] [expression]\n\ntests: -name -iname -path -type -size -mtime -mmin -newer -empty -user -group -perm -regex\nactions: -print -print0 -printf -ls -delete -exec -prune -quit\noptions: -maxdepth -mindepth -depth\n');
    else p.warn(`${name}: ${error.message}\n`);
    return error.message === '' ? 0 : 1;
  }
  const action: Test = acts ? test : function* (item) {
    if (yield* test(item)) p.write(`${item.path}\n`);
    return true;
  };

  function* visit(path: string, top: string, depth: number): Running<void> {
    if (stopped) return;
    const stat = p.files.stat(path, follow) ?? p.files.stat(path, false);
    if (!stat) return fail(flavour === 'busybox' ? `${path}: No such file or directory` : `‘${path}’: No such file or directory`);
    const item: Item = { path, base: path.replace(/(.)\/+$/, '$1').replace(/^.*\/(?=.)/s, ''), stat, depth, top };
    pruned = false;
    if (!deepFirst && depth >= minDepth) yield* action(item);
    const cut = pruned && !deepFirst;
    if (stat.type === 'directory' && depth < maxDepth && !cut && !stopped) {
      let names: readonly string[] = [];
      try {
        names = p.files.list(path);
      } catch (error) {
        fail(`‘${path}’: ${why(error)}`);
      }
      for (const entry of names) yield* visit(path.endsWith('/') ? path + entry : `${path}/${entry}`, top, depth + 1);
    }
    if (deepFirst && depth >= minDepth && !stopped) yield* action(item);
    yield* p.flush();
    yield* p.charge(0.002);
  }
  for (const path of paths) yield* visit(path, path, 0);
  for (const end of ends) yield* end();
  return status;
}

/** The commands of this chunk. */
export const suite: Suite = { find };
