/**
 * grep, egrep, fgrep: lines that match, as they come.
 * Unlike GNU's: -P knows what JavaScript's regular expressions know, and \K.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { type Input, open, openQuietly, why } from './input.ts';
import { byteLength } from './bytes.ts';
import { type Flavour, named, options, type Given, type Spec } from './options.ts';
import { fromTree, type Match, native, type Regex, RegexError } from './regex.ts';
import { type Node, parse, WORD } from './regex-tree.ts';

const SPEC: Spec = {
  short: 'EFGPe:f:ivcnoqrRlLwxsA:B:C:hHm:zabyU',
  long: {
    'extended-regexp': 'E', 'fixed-strings': 'F', 'basic-regexp': 'G', 'perl-regexp': 'P', regexp: 'e:', file: 'f:', 'ignore-case': 'i', 'no-ignore-case': 'no-i', 'invert-match': 'v', count: 'c', 'line-number': 'n',
    'only-matching': 'o', quiet: 'q', silent: 'q', recursive: 'r', 'dereference-recursive': 'R', 'files-with-matches': 'l', 'files-without-match': 'L', 'word-regexp': 'w', 'line-regexp': 'x',
    'no-messages': 's', 'after-context': 'A:', 'before-context': 'B:', context: 'C:', 'no-filename': 'h', 'with-filename': 'H', 'max-count': 'm:', 'null-data': 'z', text: 'a', 'byte-offset': 'b',
    color: 'color::', colour: 'color::', include: 'include:', exclude: 'exclude:', 'exclude-dir': 'exclude-dir:', 'line-buffered': 'lb', null: 'null', label: 'label:', 'binary-files': 'bin:',
  },
  usage: '[OPTION]... PATTERNS [FILE]...\nSearch for PATTERNS in each FILE.\n\n  -i  ignore case       -v  lines that do not match    -c  count them        -n  with line numbers\n  -o  only the match    -l  names of files             -r  recursively       -q  only the exit code\n  -w  whole words       -x  whole lines                -E  extended          -F  fixed strings\n  -P  Perl syntax       -e PATTERN   -f FILE           -A N  -B N  -C N  lines after, before, around',
  trouble: 2,
  after: "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
  version: '(GNU grep) 3.8',
};

/** Perl's pattern as JavaScript's; `\K` becomes a look-behind. */
function perl(source: string, ignoreCase: boolean, wrap: (js: string) => string): Regex {
  let flags = ignoreCase ? 'iu' : 'u';
  let js = source.replace(/^\(\?i\)/, () => {
    flags = 'iu';
    return '';
  });
  js = js.replace(/\\Q(.*?)(?:\\E|$)/g, (_, text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  js = js.replace(/\\([^])/g, (all, c: string) => (c === 'h' ? '[ \\t]' : c === 'A' ? '^' : c === 'z' || c === 'Z' ? '$' : /[\w^$\\.*+?()[\]{}|/-]/.test(c) ? all : c));
  js = js.replaceAll('(?P<', '(?<').replace(/\[\[:(\w+):\]\]/g, (_, name: string) => (({ digit: '\\d', space: '\\s', alpha: '[A-Za-z]', alnum: '[A-Za-z0-9]', upper: '[A-Z]', lower: '[a-z]' }) as Record<string, string>)[name] ?? '');
  const keep = js.lastIndexOf('\\K');
  if (keep >= 0) js = `(?<=${js.slice(0, keep)})${js.slice(keep + 2)}`;
  try {
    return native(wrap(js), flags, 0);
  } catch (error) {
    if (error instanceof RegexError) throw new RegexError(/\(\?>|[*+?]\+|\(\?R\)|\\G/.test(source) ? 'this Perl syntax is not supported here yet' : 'unmatched or malformed syntax in the pattern');
    throw error;
  }
}

/** One pattern out of all that were given. */
function compile(patterns: readonly string[], kind: string, o: Given): Regex {
  const ignoreCase = (o.has('i') || o.has('y')) && !o.has('no-i');
  if (kind === 'P') {
    const wrap = (js: string): string => (o.has('x') ? `^(?:${js})$` : o.has('w') ? `(?<![${WORD}])(?:${js})(?![${WORD}])` : js);
    return perl(patterns.join('|'), ignoreCase, wrap);
  }
  let groups = 0;
  const trees = patterns.map((pattern): Node => {
    if (kind === 'F') return { t: 'cat', of: [...pattern].map((c) => ({ t: 'char', c })) };
    const one = parse(pattern, { extended: kind === 'E' });
    groups = Math.max(groups, one.groups);
    return one.tree;
  });
  let tree: Node = trees.length === 1 ? trees[0]! : { t: 'alt', of: trees };
  if (o.has('x')) tree = { t: 'cat', of: [{ t: 'at', what: '^' }, tree, { t: 'at', what: '$' }] };
  else if (o.has('w')) tree = { t: 'cat', of: [{ t: 'edge', behind: true }, tree, { t: 'edge', behind: false }] };
  return fromTree(tree, groups, { extended: kind === 'E', ignoreCase });
}

const glob = (pattern: string): RegExp => new RegExp(`^${pattern.replace(/[.+^${}()|\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.').replace(/\[!/g, '[^')}$`, 's');

export function* grep(p: Process, flavour: Flavour): Running<ExitCode> {
  const name = named(p);
  const args = p.args.map((arg, i) => (i > 0 && /^-\d+$/.test(arg) ? `-C${arg.slice(1)}` : arg));
  const given = options(p, flavour, SPEC, args);
  if (typeof given === 'number') return given;
  const o: Given = given;
  const kind = o.each.findLast((e) => 'EFGP'.includes(e[0]))?.[0] ?? (name === 'egrep' ? 'E' : name === 'fgrep' ? 'F' : 'G');
  const words = [...o.words];
  let patterns = o.all('e').flatMap((x) => x.split('\n'));
  for (const file of o.all('f')) {
    const input = open(p, file);
    if (!input) return 2;
    const text = yield* input.rest();
    if (text) patterns.push(...text.replace(/\n$/, '').split('\n'));
  }
  if (!o.has('e') && !o.has('f')) {
    if (!words.length) {
      if (flavour === 'busybox') options(p, flavour, SPEC, [name, '--help']);
      else p.warn(SPEC.after!);
      return 2;
    }
    patterns = words.shift()!.split('\n');
  }
  let pattern: Regex;
  try {
    pattern = patterns.length ? compile(patterns, kind, o) : { groups: 0, test: () => false, exec: () => undefined };
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const text = error.message.startsWith('Unmatched [') ? 'Invalid regular expression' : error.message;
    p.warn(flavour === 'busybox' ? `${name}: bad regex '${patterns[0]}': ${error.message}\n` : `${name}: ${text}\n`);
    return 2;
  }
  const number = (key: string): number => Number(o.value(key) ?? o.value('C') ?? 0);
  for (const key of ['A', 'B', 'C']) {
    if (o.has(key) && !/^\d+$/.test(o.value(key)!)) {
      p.warn(`${name}: ${o.value(key)}: invalid context length argument\n`);
      return 2;
    }
  }
  if (o.has('m') && !/^-?\d+$/.test(o.value('m')!)) {
    p.warn(`${name}: invalid max count\n`);
    return 2;
  }
  const recursive = o.has('r') || o.has('R');
  const terminal = p.stdout.tty !== undefined;
  const when = o.value('color');
  const paint = o.has('color') ? when === 'always' || ((when === '' || when === 'auto') && terminal) : terminal && flavour === 'gnu';
  const colour = (code: string, text: string): string => (paint ? `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K` : text);
  const after = number('A');
  const before = number('B');
  const most = o.has('m') ? Number(o.value('m')) : Infinity;
  const invert = o.has('v');
  const named_ = o.each.findLast((e) => e[0] === 'h' || e[0] === 'H')?.[0];
  const end = o.has('z') ? '\0' : '\n';
  let matched = false;
  let trouble = false;
  let printed = false;

  function* search(input: Input, label: string, withName: boolean): Running<void> {
    let count = 0;
    let line_ = 0;
    let offset = 0;
    let due = 0;
    let lastShown = 0;
    const kept: { text: string; n: number; offset: number }[] = [];
    const silent = o.has('q') || o.has('l') || o.has('L') || o.has('c');
    const prefix = (n: number, at: number, mark: string): string =>
      (withName ? colour('35', label) + (o.has('null') ? '\0' : colour('36', mark)) : '') + (o.has('n') ? colour('32', String(n)) + colour('36', mark) : '') + (o.has('b') ? colour('32', String(at)) + colour('36', mark) : '');
    const show = (text: string, n: number, at: number, mark: string): void => {
      if ((after || before) && printed && n !== lastShown + 1) p.write(`${colour('36', '--')}\n`);
      p.write(`${prefix(n, at, mark)}${text}${end}`);
      lastShown = n;
      printed = true;
    };
    const matches = (line: string): Match[] => {
      const out: Match[] = [];
      for (let from = 0; from <= line.length; ) {
        const m = pattern.exec(line, from);
        if (!m) break;
        if (m.end > m.index) out.push(m);
        from = m.end > m.index ? m.end : m.end + 1;
      }
      return out;
    };
    const painted = (line: string): string => {
      if (!paint || invert) return line;
      let out = '';
      let at = 0;
      for (const m of matches(line)) {
        out += line.slice(at, m.index) + colour('01;31', line.slice(m.index, m.end));
        at = m.end;
      }
      return out + line.slice(at);
    };
    for (let line = yield* input.line(end); line !== undefined; line = yield* input.line(end)) {
      line_++;
      const at = offset;
      offset += o.has('b') ? byteLength(line) + 1 : 0;
      if (count < most && pattern.test(line) !== invert) {
        matched = true;
        count++;
        if (o.has('q')) return;
        if (o.has('l')) break;
        if (!silent) {
          if (o.has('o')) {
            if (!invert) {
              for (const m of matches(line)) {
                p.write(`${prefix(line_, at + (o.has('b') ? byteLength(line.slice(0, m.index)) : 0), ':')}${colour('01;31', line.slice(m.index, m.end))}${end}`);
                printed = true;
              }
            }
          } else {
            for (const old of kept) show(old.text, old.n, old.offset, '-');
            show(painted(line), line_, at, ':');
          }
          kept.length = 0;
          due = after;
        }
        if (count >= most && due === 0) break;
      } else if (!silent && !o.has('o')) {
        if (due > 0) {
          due--;
          show(line, line_, at, '-');
        } else if (before) {
          kept.push({ text: line, n: line_, offset: at });
          if (kept.length > before) kept.shift();
        }
      }
      if (count >= most && due === 0) break;
      yield* p.flush();
    }
    input.release();
    if (o.has('c') && !o.has('l') && !o.has('L') && !o.has('q')) p.write(`${withName ? colour('35', label) + colour('36', ':') : ''}${count}\n`);
    if (o.has('l') && count) p.write(`${colour('35', label)}${o.has('null') ? '\0' : '\n'}`);
    if (o.has('L') && !count) {
      p.write(`${colour('35', label)}\n`);
      matched = true;
    }
    yield* p.flush();
  }

  const include = o.all('include').map(glob);
  const exclude = o.all('exclude').map(glob);
  const excludeDir = o.all('exclude-dir').map(glob);
  function* visit(path: string, top: boolean, withName: boolean): Running<void> {
    const base = path.slice(path.lastIndexOf('/') + 1);
    let input: Input | undefined;
    if (path === '-') input = open(p, '-');
    else {
      try {
        const stat = p.files.stat(path, top || o.has('R'));
        if (stat?.type === 'directory') {
          if (!recursive) {
            if (flavour === 'gnu' && !o.has('s')) p.warn(`${name}: ${path}: Is a directory\n`);
            if (flavour === 'gnu') trouble = true;
            return;
          }
          if (!top && excludeDir.some((g) => g.test(base))) return;
          for (const entry of p.files.list(path)) {
            yield* visit(top && path === '.' && !o.words.includes('.') ? entry : `${path.replace(/\/$/, '')}/${entry}`, false, withName);
            if (o.has('q') && matched) return;
          }
          return;
        }
        if (!top && stat && stat.type !== 'file') return;
        if (recursive && ((include.length && !include.some((g) => g.test(base))) || exclude.some((g) => g.test(base)))) return;
        input = openQuietly(p, path);
      } catch (error) {
        trouble = true;
        const text = why(error);
        if (!o.has('s')) p.warn(`${name}: ${path}: ${text}\n`);
        return;
      }
    }
    if (input) yield* search(input, path === '-' ? (o.value('label') ?? '(standard input)') : path, withName);
  }

  const targets = words.length ? words : recursive ? ['.'] : ['-'];
  for (const target of targets) {
    yield* visit(target, true, named_ ? named_ === 'H' : targets.length > 1 || (recursive && (target === '-' ? false : p.files.stat(target)?.type === 'directory')));
    if (o.has('q') && matched) return 0;
  }
  return trouble ? (matched && o.has('q') ? 0 : 2) : matched ? 0 : 1;
}
