/**
 * ls: lists folders, in columns and colours on a terminal, one name a line elsewhere.
 * Unlike GNU's: a link's count of names is 1 for files; sizes on disk are those of 4 KiB blocks.
 */
import type { Stat } from '../files.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { quoted, tried, why } from './input.ts';
import { blocks, groupName, human, modeLetters, userName, wallTime } from './names.ts';
import { type Flavour, type Given, misuse, named, options, type Spec } from './options.ts';
import { strftime, zoneOf } from './strftime.ts';
import { textWidth } from './width.ts';

const SPEC: Spec = {
  short: 'aACdFghiklnopqrRsStUvxX1w:',
  long: {
    all: 'a', 'almost-all': 'A', directory: 'd', classify: 'F', 'human-readable': 'h', inode: 'i', 'numeric-uid-gid': 'n', reverse: 'r', recursive: 'R', size: 's',
    color: 'color::', sort: 'sort:', 'full-time': 'full-time', 'time-style': 'time-style:', 'group-directories-first': 'first', width: 'w:', 'no-group': 'o', dereference: 'L',
  },
  usage: '[OPTION]... [FILE]...\nList information about the FILEs (the current directory by default).\n\n  -a  all, also names that start with .     -l  long format\n  -h  sizes like 1K 234M                    -R  recursively\n  -t  sort by time, newest first            -S  sort by size, largest first\n  -r  reverse order                         -d  folders themselves, not their contents\n  -1  one name a line',
  trouble: 2,
};

interface Item {
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
}

const SPECIAL = /[^\w@%+=:,./\-^{}\]\u0080-\uffff]/;
const shown = (name: string): string => (!SPECIAL.test(name) && name ? name : name.includes("'") && !/["$`\\!]/.test(name) ? `"${name}"` : `'${name.replaceAll("'", "'\\''")}'`);

function colour(stat: Stat, broken: boolean): string {
  if (stat.type === 'directory') return stat.mode & 0o1000 ? '30;42' : '01;34';
  if (stat.type === 'link') return broken ? '40;31;01' : '01;36';
  if (stat.type === 'device') return '40;33;01';
  return stat.mode & 0o111 ? '01;32' : '';
}

function mark(stat: Stat): string {
  return stat.type === 'directory' ? '/' : stat.type === 'link' ? '@' : stat.mode & 0o111 && stat.type === 'file' ? '*' : '';
}

/** Numbers inside names compare as numbers. */
function versionOrder(a: string, b: string): number {
  const x = a.match(/\d+|\D+/g) ?? [];
  const y = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < x.length && i < y.length; i++) {
    const n = /^\d/.test(x[i]!) && /^\d/.test(y[i]!) ? Number(x[i]) - Number(y[i]) : 0;
    if (n) return n;
    if (x[i] !== y[i]) return x[i]! < y[i]! ? -1 : 1;
  }
  return x.length - y.length || (a < b ? -1 : a > b ? 1 : 0);
}

function sorted(items: Item[], o: Given): Item[] {
  const key = o.each.findLast((e) => ['t', 'S', 'U', 'v', 'X', 'sort'].includes(e[0]));
  const by = key?.[0] === 'sort' ? { time: 't', size: 'S', none: 'U', version: 'v', extension: 'X' }[key[1]] : key?.[0];
  const extension = (name: string): string => (name.lastIndexOf('.') > 0 ? name.slice(name.lastIndexOf('.')) : '');
  if (by !== 'U') {
    items.sort((a, b) => {
      const n = by === 't' ? b.stat.modified - a.stat.modified : by === 'S' ? b.stat.size - a.stat.size : by === 'v' ? versionOrder(a.name, b.name) : 0;
      if (n) return n;
      if (by === 'X' && extension(a.name) !== extension(b.name)) return extension(a.name) < extension(b.name) ? -1 : 1;
      return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
    });
  }
  if (o.has('r')) items.reverse();
  if (o.has('first')) items.sort((a, b) => Number(b.stat.type === 'directory') - Number(a.stat.type === 'directory'));
  return items;
}

/** Names in as few rows as fit; `across` fills rows first. */
export function columns(cells: readonly { readonly text: string; readonly width: number }[], width: number, across: boolean, tabs = true): string {
  const most = Math.max(1, Math.min(cells.length, Math.floor(width / 3)));
  for (let count = most; count >= 1; count--) {
    const rows = Math.ceil(cells.length / count);
    if (!across && count > 1 && (count - 1) * rows >= cells.length) continue;
    const at = (row: number, column: number): number => (across ? row * count + column : column * rows + row);
    const widths: number[] = [];
    for (let column = 0; column < count; column++) {
      let w = 0;
      for (let row = 0; row < rows; row++) w = Math.max(w, cells[at(row, column)]?.width ?? 0);
      widths.push(w + (column < count - 1 ? 2 : 0));
    }
    if (count > 1 && widths.reduce((a, b) => a + b, 0) > width - 1) continue;
    const starts = widths.map((_, i) => widths.slice(0, i).reduce((a, b) => a + b, 0));
    let out = '';
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < count; column++) {
        const cell = cells[at(row, column)];
        if (!cell) continue;
        const last = column === count - 1 || !cells[at(row, column + 1)];
        out += cell.text;
        const to = starts[column + 1]!;
        // Gaps are tabs where a tab fits, as GNU's.
        for (let from = starts[column]! + cell.width; !last && from < to; ) {
          const tab = tabs && Math.floor(to / 8) > Math.floor((from + 1) / 8);
          out += tab ? '\t' : ' ';
          from += tab ? 8 - (from % 8) : 1;
        }
      }
      out += '\n';
    }
    return out;
  }
  return '';
}

export function* ls(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, SPEC);
  if (typeof o === 'number') return o;
  const terminal = p.stdout.tty !== undefined;
  const when = o.value('color');
  if (o.has('color') && !['', 'always', 'auto', 'never'].includes(when!)) return misuse(p, flavour, SPEC, `invalid argument ‘${when}’ for ‘--color’`);
  const coloured = o.has('color') ? when === '' || when === 'always' || (when === 'auto' && terminal) : terminal;
  const long = o.has('l') || o.has('n') || o.has('g') || o.has('o') || o.has('full-time');
  const zone = zoneOf(p);
  let status = 0;

  const label = (item: Item): { text: string; width: number } => {
    const name = terminal ? shown(item.name) : item.name;
    const code = coloured ? colour(item.stat, item.stat.type === 'link' && !p.files.exists(item.path)) : '';
    const end = (o.has('F') && mark(item.stat)) || (o.has('p') && item.stat.type === 'directory' ? '/' : '');
    const front = (o.has('i') ? `${item.stat.inode} ` : '') + (o.has('s') && !long ? `${blocks(item.stat) / 2} ` : '');
    return { text: front + (code ? `\x1b[${code}m${name}\x1b[0m` : name) + (long && end === '@' ? '' : end), width: textWidth(front + name + end) };
  };

  const when6 = (stat: Stat): string => {
    const at = wallTime(p, stat.modified);
    const style = o.has('full-time') ? 'full-iso' : o.value('time-style');
    if (style?.startsWith('+')) return strftime(style.slice(1), at, zone);
    if (style === 'full-iso') return strftime('%Y-%m-%d %H:%M:%S.%N %z', at, zone);
    if (style === 'long-iso') return strftime('%Y-%m-%d %H:%M', at, zone);
    const recent = at <= p.date + 1000 && at > p.date - 15_778_476_000;
    return strftime(recent ? '%b %e %H:%M' : '%b %e  %Y', at, zone);
  };

  const print = (items: readonly Item[]): void => {
    if (long) {
      const rows = items.map((item) => [
        modeLetters(item.stat),
        String(item.stat.type === 'directory' ? 2 + folders(p, item.path) : 1),
        ...(o.has('g') ? [] : [o.has('n') ? String(item.stat.uid) : userName(p, item.stat.uid)]),
        ...(o.has('o') ? [] : [o.has('n') ? String(item.stat.gid) : groupName(p, item.stat.gid)]),
        o.has('h') ? human(item.stat.size) : String(item.stat.size),
        when6(item.stat),
      ]);
      const size = rows[0]?.length ?? 0;
      const widths = Array.from({ length: size }, (_, c) => Math.max(...rows.map((row) => row[c]!.length)));
      items.forEach((item, i) => {
        if (flavour === 'busybox' && !o.has('g') && !o.has('o')) {
          const [mode, links, user, group, bytes, time] = rows[i]!;
          const of = `${user!.slice(0, 8).padEnd(8)} ${group!.slice(0, 8).padEnd(8)}`;
          return p.write(`${mode} ${links!.padStart(4)} ${of} ${bytes!.padStart(9)} ${time} ${label(item).text}${item.stat.type === 'link' ? ` -> ${item.stat.target}` : ''}\n`);
        }
        const cells = rows[i]!.map((cell, c) => (c === 0 || c === size - 1 || (c >= 2 && c < size - 2 && !o.has('n')) ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)));
        p.write(`${cells.join(' ')} ${label(item).text}${item.stat.type === 'link' ? ` -> ${item.stat.target}` : ''}\n`);
      });
    } else if (o.has('1') || (!terminal && !o.has('C') && !o.has('x'))) p.write(items.map((item) => `${label(item).text}\n`).join(''));
    else p.write(columns(items.map(label), Number(o.value('w') ?? p.env.get('COLUMNS') ?? p.stdout.tty?.columns ?? 80), o.has('x'), flavour === 'gnu'));
  };

  const cannot = (act: string, path: string): string => (flavour === 'busybox' ? path : `cannot ${act} ${quoted(path)}`);
  const look = (path: string, name: string, through: boolean): Item | undefined => {
    let stat: Stat | undefined;
    const good = tried(p, cannot('access', path), () => {
      stat = p.files.stat(path, through) ?? p.files.stat(path, false);
    });
    if (good && !stat) p.warn(`${named(p)}: ${cannot('access', path)}: No such file or directory\n`);
    return stat && { name, path, stat };
  };

  const folder = (path: string): readonly Item[] => {
    let names: readonly string[] = [];
    try {
      names = p.files.list(path);
    } catch (error) {
      p.warn(`${named(p)}: ${flavour === 'busybox' ? `can't open '${path}'` : `cannot open directory ${quoted(path)}`}: ${why(error)}\n`);
      status = flavour === 'busybox' ? 1 : Math.max(status, 1);
      return [];
    }
    if (o.has('a')) names = ['.', '..', ...names];
    else if (!o.has('A')) names = names.filter((name) => !name.startsWith('.'));
    const items: Item[] = [];
    for (const name of names) {
      const at = `${path.replace(/\/$/, '')}/${name}`;
      const stat = p.files.stat(at, o.has('L'));
      if (stat) items.push({ name, path: at, stat });
    }
    return sorted(items, o);
  };

  const files: Item[] = [];
  const folders_: Item[] = [];
  for (const word of o.words.length ? o.words : ['.']) {
    const item = look(word, word, !long || o.has('L') || word.endsWith('/')) ?? undefined;
    if (!item) status = flavour === 'busybox' ? 1 : 2;
    else if (item.stat.type === 'directory' && !o.has('d')) folders_.push(item);
    else files.push(o.has('d') ? { ...item, stat: p.files.stat(word, false)! } : item);
  }
  sorted(files, o);
  print(files);
  const queue = sorted(folders_, o);
  const headed = o.words.length > 1 || o.has('R');
  let first = files.length === 0;
  while (queue.length) {
    const { path } = queue.shift()!;
    if (headed) p.write(`${first ? '' : '\n'}${path}:\n`);
    first = false;
    const items = folder(path);
    if (long) {
      const total = items.reduce((sum, item) => sum + blocks(item.stat) / 2, 0);
      p.write(`total ${o.has('h') ? (total ? human(total * 1024) : '0') : total}\n`);
    }
    print(items);
    if (o.has('R')) queue.unshift(...items.filter((item) => item.stat.type === 'directory' && item.name !== '.' && item.name !== '..'));
    yield* p.flush();
  }
  return status;
}

function folders(p: Process, path: string): number {
  try {
    return p.files.list(path).filter((name) => p.files.stat(`${path}/${name}`, false)?.type === 'directory').length;
  } catch {
    return 0;
  }
}
