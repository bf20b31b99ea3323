/**
 * Looking at files: stat du df file tree readlink realpath mktemp truncate which whereis.
 * Unlike Linux: the sizes of file systems are made up (40 GiB each); du counts 4 KiB blocks.
 */
import { FileError, type Stat } from '../files.ts';
import { whichPath } from '../find.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { byteLength } from './bytes.ts';
import type { Suite } from './chunks.ts';
import { quoted, tried, why } from './input.ts';
import { blocks, groupName, human, modeLetters, userName, wallTime } from './names.ts';
import { type Flavour, misuse, missing, named, options, type Spec } from './options.ts';
import { strftime, zoneOf } from './strftime.ts';

const under = (folder: string, name: string): string => `${folder.replace(/\/$/, '')}/${name}`;
const KINDS: Readonly<Record<Stat['type'], string>> = { file: 'regular file', directory: 'directory', link: 'symbolic link', device: 'character special file' };

function* stat(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: 'Lc:tf', long: { dereference: 'L', format: 'c:', printf: 'printf:', terse: 't', 'file-system': 'f' }, usage: '[OPTION]... FILE...\nDisplay file status.\n\n  -c FORMAT  %n %s %a %A %u %U %g %G %F %y %Y %h %i %b %B …    -L  follow links' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (!o.words.length) return missing(p, flavour, spec);
  const zone = zoneOf(p);
  let status = 0;
  for (const path of o.words) {
    let s: Stat | undefined;
    const good = tried(p, flavour === 'busybox' ? `can't stat '${path}'` : `cannot statx ${quoted(path)}`, () => {
      s = p.files.stat(path, o.has('L'));
      if (!s) throw new FileError('ENOENT', path);
    });
    if (!good || !s) {
      status = 1;
      continue;
    }
    const file = s;
    const at = wallTime(p, file.modified);
    const time = strftime('%Y-%m-%d %H:%M:%S.%N %z', at, zone);
    const mode = file.mode.toString(8).padStart(4, '0');
    const kind = file.type === 'file' && file.size === 0 ? 'regular empty file' : KINDS[file.type];
    const shown = `${path}${file.type === 'link' ? ` -> ${file.target}` : ''}`;
    const values: Readonly<Record<string, string>> = {
      n: path, N: file.type === 'link' ? `'${path}' -> '${file.target}'` : `'${path}'`, s: String(file.size), a: file.mode.toString(8), A: modeLetters(file), u: String(file.uid), U: userName(p, file.uid), g: String(file.gid), G: groupName(p, file.gid), F: kind, y: time, x: time, z: time, w: '-', W: '0',
      Y: String(Math.floor(at / 1000)), X: String(Math.floor(at / 1000)), Z: String(Math.floor(at / 1000)), h: '1', i: String(file.inode), b: String(blocks(file)), B: '512', o: '4096', d: '64768', D: 'fd00', f: (({ file: 0o100000, directory: 0o40000, link: 0o120000, device: 0o20000 })[file.type] | file.mode).toString(16), m: '/', t: '0', T: '0',
    };
    const format = o.value('printf') ?? o.value('c');
    if (format !== undefined) {
      const text = format.replace(/%([-0]?\d*)([%a-zA-Z])/g, (_, w: string, c: string) => (c === '%' ? '%' : w.startsWith('-') ? (values[c] ?? '?').padEnd(Number(w.slice(1))) : (values[c] ?? '?').padStart(Number(w || 0), w.startsWith('0') ? '0' : ' ')));
      p.write(o.has('printf') ? text.replace(/\\([nt\\])/g, (_, c: string) => ({ n: '\n', t: '\t', '\\': '\\' })[c]!) : `${text}\n`);
      continue;
    }
    p.write(`  File: ${shown}\n  Size: ${String(file.size).padEnd(10)}\tBlocks: ${String(blocks(file)).padEnd(10)} IO Block: 4096   ${kind}\n`);
    p.write(`Device: 253,0\tInode: ${String(file.inode).padEnd(11)} Links: ${file.type === 'directory' ? 2 : 1}\n`);
    p.write(`Access: (${mode}/${modeLetters(file)})  Uid: (${String(file.uid).padStart(5)}/${userName(p, file.uid).padStart(8)})   Gid: (${String(file.gid).padStart(5)}/${groupName(p, file.gid).padStart(8)})\n`);
    p.write(`Access: ${time}\nModify: ${time}\nChange: ${time}\n${flavour === 'gnu' ? ' Birth: -\n' : ''}`);
  }
  return status;
}

function* du(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'abchHkmsd:xSL', long: { all: 'a', bytes: 'b', total: 'c', 'human-readable': 'h', summarize: 's', 'max-depth': 'd:', 'apparent-size': 'apparent' }, usage: '[OPTION]... [FILE]...\nSizes of folders and what is in them, in KiB.\n\n  -h  like 1K 234M    -s  only the total of each    -a  files too    -d N  only N levels    -c  a grand total' });
  if (typeof o === 'number') return o;
  const depth = o.has('s') ? 0 : Number(o.value('d') ?? Infinity);
  const show = (kb: number, path: string): void => p.write(`${o.has('h') ? (kb ? human(kb * 1024) : '0') : o.has('b') ? kb * 1024 : o.has('m') ? Math.ceil(kb / 1024) : kb}\t${path}\n`);
  let status = 0;
  let total = 0;
  const size = (s: Stat): number => (o.has('b') || o.has('apparent') ? s.size / 1024 : blocks(s) / 2);
  const visit = (path: string, level: number): number => {
    const s = p.files.stat(path, false);
    if (!s) {
      p.warn(`${named(p)}: ${flavour === 'busybox' ? path : `cannot access ${quoted(path)}`}: No such file or directory\n`);
      status = 1;
      return 0;
    }
    let sum = size(s);
    if (s.type === 'directory') {
      try {
        for (const name of p.files.list(path)) sum += visit(under(path, name), level + 1);
      } catch (error) {
        p.warn(`${named(p)}: cannot read directory ${quoted(path)}: ${why(error)}\n`);
        status = 1;
      }
    }
    if (level <= depth && (s.type === 'directory' || o.has('a') || level === 0)) show(o.has('b') ? sum : Math.ceil(sum), path);
    return sum;
  };
  for (const word of o.words.length ? o.words : ['.']) total += visit(word, 0);
  if (o.has('c')) show(total, 'total');
  return status;
}

function* df(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'ahHkTit:x:Pml', long: { all: 'a', 'human-readable': 'h', 'print-type': 'T', inodes: 'i', type: 't:', portability: 'P' }, usage: '[OPTION]... [FILE]...\nSpace on the file systems.\n\n  -h  like 1K 234M    -T  with their types' });
  if (typeof o === 'number') return o;
  const { machine } = p;
  const bytes = (path: string): number => {
    const s = machine.files.stat(path, false);
    if (!s || s.type === 'link') return 0;
    return s.type === 'directory' ? machine.files.list(path).reduce((sum, name) => sum + (machine.files.mounts().some((m) => m.path === under(path, name)) ? 0 : bytes(under(path, name))), 4096) : s.size;
  };
  let mounts = machine.files.mounts().filter((m) => o.has('a') || !['proc', 'sysfs', 'cgroup2', 'devpts', 'mqueue'].includes(m.tree.type));
  let status = 0;
  if (o.words.length) {
    const wanted = new Set<string>();
    for (const word of o.words) {
      const path = p.files.resolve(word);
      if (!p.files.exists(word)) {
        p.warn(`df: ${word}: No such file or directory\n`);
        status = 1;
        continue;
      }
      wanted.add(mounts.filter((m) => m.path === '/' || path === m.path || path.startsWith(`${m.path}/`)).sort((a, b) => b.path.length - a.path.length)[0]?.path ?? '/');
    }
    mounts = mounts.filter((m) => wanted.has(m.path));
    if (!mounts.length) return status;
  }
  const rows = mounts.map((m) => {
    const total = m.tree.type === 'tmpfs' ? 65_536 * 16 : 41_151_808;
    const used = Math.min(total, Math.ceil(bytes(m.path) / 1024) + (m.path === '/' ? 4_712_344 : 0));
    const free = total - used;
    const size = (kb: number): string => (o.has('h') || o.has('H') ? (kb ? human(kb * 1024) : '0') : String(kb));
    return [m.tree.source, ...(o.has('T') ? [m.tree.type] : []), size(total), size(used), size(free), `${Math.ceil((used / total) * 100)}%`, m.path];
  });
  const units = o.has('h') || o.has('H');
  const head = ['Filesystem', ...(o.has('T') ? ['Type'] : []), units ? 'Size' : '1K-blocks', 'Used', units && flavour === 'gnu' ? 'Avail' : 'Available', 'Use%', 'Mounted on'];
  const left = o.has('T') ? 2 : 1;
  const widths = head.map((h, c) => Math.max(c === 0 ? 14 : c < left ? 4 : c < head.length - 2 ? 5 : 0, h.length, ...rows.map((r) => r[c]!.length)));
  for (const row of [head, ...rows]) p.write(`${row.map((cell, c) => (c < left ? cell.padEnd(widths[c]!) : c === row.length - 1 ? cell : cell.padStart(widths[c]!))).join(' ')}\n`);
  return status;
}

function guess(p: Process, path: string): string {
  const s = p.files.stat(path, false);
  if (!s) return `cannot open \`${path}' (No such file or directory)`;
  if (s.type === 'directory') return s.mode & 0o1000 ? 'sticky, directory' : 'directory';
  if (s.type === 'link') return `${p.files.exists(path) ? '' : 'broken '}symbolic link to ${s.target}`;
  if (s.type === 'device') return 'character special (1/3)';
  if (s.program) return 'ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked, interpreter /lib64/ld-linux-x86-64.so.2, for GNU/Linux 3.2.0, stripped';
  if (!p.files.may(path, 4)) return `regular file, no read permission`;
  const text = p.files.read(path);
  if (!text) return 'empty';
  const coding = /[\udc80-\udcff]/.test(text) ? 'data' : /[^\x00-\x7f]/.test(text) ? 'Unicode text, UTF-8 text' : /[\x00-\x06\x0e-\x1a\x1c-\x1f]/.test(text) ? 'data' : 'ASCII text';
  const crlf = /\r\n/.test(text) ? ', with CRLF line terminators' : text.includes('\n') ? '' : ', with no line terminators';
  const script = /^#! ?(\S+)(?:[ \t]+(\S+))?/.exec(text);
  if (script) {
    const name = (script[1]!.endsWith('/env') ? script[2]! : script[1]!).replace(/^.*\//, '');
    return `${({ bash: 'Bourne-Again shell', sh: 'POSIX shell', python3: 'Python', python: 'Python' } as Record<string, string>)[name] ?? `a ${script[1]}`} script, ${coding} executable${crlf}`;
  }
  if (/^-----BEGIN CERTIFICATE-----/.test(text)) return 'PEM certificate';
  if (/^-----BEGIN (RSA )?PRIVATE KEY-----/.test(text)) return 'PEM RSA private key';
  if (/^\s*[{[]/.test(text)) {
    try {
      JSON.parse(text);
      return 'JSON text data';
    } catch {
      return coding + crlf;
    }
  }
  return coding + crlf;
}

function* file(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: 'biLN', long: { brief: 'b', mime: 'i' }, usage: '[OPTION]... FILE...\nGuess the kind of each FILE.\n\n  -b  without the names', version: '5.44' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (!o.words.length) return misuse(p, flavour, { ...spec, after: 'Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]\n            [--mime-type] [-e <testname>] [-F <separator>]  [-f <namefile>]\n            [-m <magicfiles>] [-P <parameter=value>] [--exclude-quiet]\n            <file> ...\n' }, '');
  const width = Math.max(...o.words.map((w) => w.length));
  for (const word of o.words) p.write(`${o.has('b') ? '' : `${word}:${' '.repeat(width - word.length)} `}${guess(p, word)}\n`);
  return 0;
}

function* tree(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'aCdfhL:sI:P:np', long: { noreport: 'noreport', dirsfirst: 'dirsfirst' }, version: 'v2.1.0', usage: '[OPTION]... [FOLDER]...\nFolders as a tree.\n\n  -a  all names    -d  folders only    -f  whole paths    -L N  only N levels    -I PATTERN  without' });
  if (typeof o === 'number') return o;
  const most = Number(o.value('L') ?? Infinity);
  if (!(most >= 1)) {
    p.warn('tree: Invalid level, must be greater than 0.\n');
    return 1;
  }
  const coloured = (p.stdout.tty !== undefined || o.has('C')) && !o.has('n') && flavour === 'gnu';
  let folders = 0;
  let files = 0;
  let status = 0;
  const skip = o.all('I').map((x) => new RegExp(`^(${x.replace(/[.+^${}()\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')})$`));
  const visit = (path: string, lead: string, level: number): void => {
    let names = p.files.list(path).filter((n) => (o.has('a') || n[0] !== '.') && !skip.some((s) => s.test(n)));
    if (o.has('d')) names = names.filter((n) => p.files.stat(under(path, n), false)?.type === 'directory');
    if (o.has('dirsfirst')) names = [...names].sort((a, b) => Number(p.files.stat(under(path, b))?.type === 'directory') - Number(p.files.stat(under(path, a))?.type === 'directory') || (a < b ? -1 : 1));
    names.forEach((name, i) => {
      const last = i === names.length - 1;
      const at = under(path, name);
      const s = p.files.stat(at, false)!;
      const code = !coloured ? '' : s.type === 'directory' ? '01;34' : s.type === 'link' ? '01;36' : s.mode & 0o111 ? '01;32' : '';
      const shown = o.has('f') ? at : name;
      const size = o.has('s') || o.has('h') ? `[${(o.has('h') ? human(s.size) : String(s.size)).padStart(o.has('h') ? 4 : 11)}]  ` : '';
      p.write(`${lead}${last ? '└── ' : '├── '}${size}${code ? `\x1b[${code}m${shown}\x1b[0m` : shown}${s.type === 'link' ? ` -> ${s.target}` : ''}\n`);
      const folder = s.type === 'directory' || (s.type === 'link' && p.files.stat(at)?.type === 'directory');
      if (folder) folders++;
      else files++;
      if (s.type === 'directory' && level < most) visit(at, `${lead}${last ? '    ' : '│\u00a0\u00a0 '}`, level + 1);
    });
  };
  for (const word of o.words.length ? o.words : ['.']) {
    const s = p.files.stat(word);
    if (s?.type !== 'directory') {
      p.write(`${word}  [error opening dir]\n`);
      status = 2;
      continue;
    }
    folders++;
    p.write(`${coloured ? `\x1b[01;34m${word}\x1b[0m` : word}\n`);
    visit(word, '', 1);
  }
  if (!o.has('noreport')) p.write(`\n${folders} director${folders === 1 ? 'y' : 'ies'}${o.has('d') ? '' : `, ${files} file${files === 1 ? '' : 's'}`}\n`);
  return status;
}

/** The path with every link followed; with `all` false the last part need not exist. */
function resolve(p: Process, path: string, need: 'all' | 'folder' | 'none'): string {
  const full = p.files.resolve(path);
  try {
    return p.files.realpath(full);
  } catch (error) {
    if (need === 'all' || !(error instanceof FileError) || error.code !== 'ENOENT' || full === '/') throw error;
    const cut = full.lastIndexOf('/');
    return under(resolve(p, full.slice(0, cut) || '/', need === 'folder' ? 'all' : need), full.slice(cut + 1));
  }
}

function* readlink(p: Process, flavour: Flavour): Running<ExitCode> {
  const real = named(p) === 'realpath';
  const spec: Spec = { short: 'femnqsvz', long: { canonicalize: 'f', 'canonicalize-existing': 'e', 'canonicalize-missing': 'm', 'no-newline': 'n', quiet: 'q', silent: 'q', 'no-symlinks': 's', strip: 's', zero: 'z', 'relative-to': 'relative:' }, usage: `[OPTION]... FILE...\n${real ? 'Print the absolute path of each FILE.' : 'Print where a link points, or the absolute path with -f.'}` };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (!o.words.length) return missing(p, flavour, spec);
  let status = 0;
  for (const word of o.words) {
    try {
      let out: string;
      if (!real && !o.has('f') && !o.has('e') && !o.has('m')) {
        const s = p.files.stat(word, false);
        if (s?.type !== 'link') throw new FileError(s ? 'EINVAL' : 'ENOENT', word);
        out = s.target!;
      } else out = o.has('s') ? p.files.resolve(word) : resolve(p, word, o.has('e') || (real && flavour === 'busybox') ? 'all' : o.has('m') ? 'none' : 'folder');
      p.write(out + (o.has('n') ? '' : o.has('z') ? '\0' : '\n'));
    } catch (error) {
      status = 1;
      const text = why(error);
      if (real && !o.has('q')) p.warn(`realpath: ${word}: ${text}\n`);
      else if (o.has('v')) p.warn(`readlink: ${word}: ${text}\n`);
    }
  }
  return status;
}

function* mktemp(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'dup:qt', long: { directory: 'd', 'dry-run': 'u', tmpdir: 'tmpdir::', suffix: 'suffix:', quiet: 'q' }, usage: '[OPTION]... [TEMPLATE]\nMake a temporary file with a unique name and print it.\n\n  -d  a folder    -p DIR  in that folder    -u  only the name' });
  if (typeof o === 'number') return o;
  const template = o.words[0] ?? 'tmp.XXXXXXXXXX';
  const m = /(X{3,})([^X/]*)$/.exec(template);
  if (!m) {
    p.warn(`mktemp: too few X's in template ‘${template}’\n`);
    return 1;
  }
  const folder = o.value('p') ?? (o.has('tmpdir') ? o.value('tmpdir') || '/tmp' : !o.words.length || o.has('t') ? (p.env.get('TMPDIR') ?? '/tmp') : undefined);
  const chars = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  let path: string;
  do {
    const random = Array.from({ length: m[1]!.length }, () => chars[p.random.below(chars.length)]!).join('');
    const name = template.slice(0, m.index) + random + m[2] + (o.value('suffix') ?? '');
    path = folder === undefined ? name : under(folder, name);
  } while (p.files.exists(path));
  const act = `failed to create ${o.has('d') ? 'directory' : 'file'} via template ‘${folder === undefined ? template : under(folder, template)}’`;
  if (!o.has('u') && !tried(p, act, () => {
    if (o.has('d')) p.files.mkdir(path);
    else p.files.write(path, '');
    p.files.chmod(path, o.has('d') ? 0o700 : 0o600);
  })) return 1;
  p.write(`${path}\n`);
  return 0;
}

function* truncate(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: 'cs:', long: { size: 's:', 'no-create': 'c' }, usage: '-s SIZE FILE...\nShrink or extend each FILE to SIZE.' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const m = /^([+-]?)(\d+)([KMG]?)B?$/.exec(o.value('s') ?? '');
  if (!o.has('s')) return misuse(p, flavour, spec, 'you must specify either ‘--size’ or ‘--reference’');
  if (!m) {
    p.warn(`truncate: Invalid number: ‘${o.value('s')}’\n`);
    return 1;
  }
  const n = Number(m[2]) * ({ '': 1, K: 1024, M: 1048576, G: 1073741824 } as Record<string, number>)[m[3]!]!;
  let status = 0;
  for (const word of o.words) {
    const good = tried(p, `cannot open ${quoted(word)} for writing`, () => {
      const text = p.files.exists(word) ? p.files.read(word) : '';
      if (!text && o.has('c') && !p.files.exists(word)) return;
      const size = byteLength(text);
      const goal = m[1] === '+' ? size + n : m[1] === '-' ? Math.max(0, size - n) : n;
      p.files.write(word, goal >= size ? text + '\0'.repeat(goal - size) : text.slice(0, goal));
    });
    if (!good) status = 1;
  }
  return status;
}

function* which(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'as', usage: '[-a] COMMAND...\nPrint where commands are found.' });
  if (typeof o === 'number') return o;
  const path = p.env.get('PATH');
  let status = 0;
  for (const word of o.words) {
    const all = o.has('a') && !word.includes('/') ? (path ?? '').split(':').map((f) => whichPath(p.files, `${f}/${word}`)).filter((x) => x !== undefined) : [whichPath(p.files, word, path)].filter((x) => x !== undefined);
    if (!all.length) status = 1;
    for (const found of all) p.write(`${found}\n`);
  }
  return o.words.length ? status : 1;
}

function* whereis(p: Process): Running<ExitCode> {
  for (const word of p.args.slice(1).filter((a) => a[0] !== '-')) {
    const found = ['/usr/local/bin', '/usr/bin', '/usr/sbin', '/bin', '/sbin'].map((f) => `${f}/${word}`).filter((f) => p.files.stat(f, false)?.type === 'file');
    p.write(`${[`${word}:`, ...found].join(' ')}\n`);
  }
  return 0;
}

/** The commands of this chunk. */
export const suite: Suite = { stat, du, df, file, tree, readlink, realpath: readlink, mktemp, truncate, which, whereis };
