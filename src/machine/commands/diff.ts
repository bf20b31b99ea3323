/**
 * diff: normal, unified, context and brief, of files and folders. Stands for GNU diffutils 3.8.
 * Unlike GNU's: no side by side output; the shortest way may differ from GNU's where several are equally short.
 */
import { byteLength } from './bytes.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { type Hunk, hunks } from './edit-script.ts';
import { openQuietly, why } from './input.ts';
import { wallTime } from './names.ts';
import { type Flavour, type Given, misuse, named, options, type Spec } from './options.ts';
import { strftime, zoneOf } from './strftime.ts';

const SPEC: Spec = {
  short: 'abBcC:dEiIlnNpqrstTuU:vwx:X:yZ', trouble: 2, after: "diff: Try 'diff --help' for more information.\n", version: '(GNU diffutils) 3.8',
  long: {
    'ignore-case': 'i', 'ignore-all-space': 'w', 'ignore-space-change': 'b', 'ignore-blank-lines': 'B', unified: 'U::', context: 'C::', brief: 'q', recursive: 'r', 'new-file': 'N', 'report-identical-files': 's', color: 'color::', label: 'label:', text: 'a', 'side-by-side': 'y',
    'ignore-trailing-space': 'Z', 'strip-trailing-cr': 'cr', exclude: 'x:', minimal: 'd',
  },
  usage: '[OPTION]... FILES\nCompare FILES line by line.\n\n  -u  unified    -c  context    -U N  with N lines around    -q  only whether they differ    -r  folders\n  -i  ignore case    -w  ignore blanks    -b  ignore changes of blanks    -B  ignore empty lines    -N  missing files are empty    -s  say when they are equal',
};

function lines(text: string): string[] {
  const out = text.split('\n');
  if (out.at(-1) === '') out.pop();
  return out;
}

function* diff(p: Process, flavour: Flavour): Running<ExitCode> {
  const given = options(p, flavour, SPEC);
  if (typeof given === 'number') return given;
  const o: Given = given;
  const name = named(p);
  if (o.words.length < 2) return misuse(p, flavour, SPEC, flavour === 'busybox' ? '' : `missing operand after '${o.words[0] ?? 'diff'}'`);
  if (o.words.length > 2) return misuse(p, flavour, SPEC, `extra operand '${o.words[2]}'`);
  if (o.has('y')) {
    p.warn(`${name}: side by side output is not supported here yet\n`);
    return 2;
  }
  const unified = o.has('u') || o.has('U') || (flavour === 'busybox' && !o.has('c'));
  const context = o.has('c') || o.has('C');
  const around = Number(o.value('U') || o.value('C') || 3);
  const when = o.value('color');
  const painted = o.has('color') && (when === 'always' || ((when === '' || when === 'auto') && p.stdout.tty !== undefined));
  const paint = (code: string, text: string): string => (painted ? `\x1b[${code}m${text}\x1b[0m` : text);
  const zone = zoneOf(p);
  let status: ExitCode = 0;

  const key = (line: string): string => {
    let text = line;
    if (o.has('w')) text = text.replace(/\s+/g, '');
    else if (o.has('b')) text = text.replace(/\s+/g, ' ').replace(/ $/, '');
    else if (o.has('Z')) text = text.trimEnd();
    if (o.has('cr')) text = text.replace(/\r$/, '');
    return o.has('i') ? text.toLowerCase() : text;
  };

  function* read(path: string): Running<string> {
    return yield* openQuietly(p, path).rest();
  }

  function header(path: string, side: number): string {
    const label = o.all('label')[side];
    if (label !== undefined) return label;
    if (flavour === 'busybox') return path;
    const stat = path === '-' ? undefined : p.files.stat(path);
    return `${path}\t${strftime('%Y-%m-%d %H:%M:%S.%N %z', stat ? wallTime(p, stat.modified) : path === '-' ? p.date : 0, zone)}`;
  }

  function compare(a: string, b: string, x: string, y: string): boolean {
    if (a === b) return false;
    if ((a.includes('\0') || b.includes('\0')) && !o.has('a')) {
      p.write(`Binary files ${x} and ${y} differ\n`);
      return true;
    }
    const [from, to] = [lines(a), lines(b)];
    /** A line without its newline is another line. */
    const keys = (list: readonly string[], text: string): string[] => list.map((line, i) => key(line) + (i === list.length - 1 && text !== '' && !text.endsWith('\n') ? '\0' : ''));
    let found = hunks(keys(from, a), keys(to, b));
    if (o.has('B')) found = found.filter((h) => [...from.slice(h.from, h.fromEnd), ...to.slice(h.to, h.toEnd)].some((line) => line.trim() !== ''));
    if (!found.length) return false;
    if (o.has('q')) {
      p.write(`Files ${x} and ${y} differ\n`);
      return true;
    }
    const end = (list: readonly string[], text: string, i: number): string => (i === list.length - 1 && !text.endsWith('\n') ? '\n\\ No newline at end of file\n' : '\n');
    const old = (i: number, mark: string): string => paint('31', `${mark}${from[i]}`) + end(from, a, i);
    const fresh = (i: number, mark: string): string => paint('32', `${mark}${to[i]}`) + end(to, b, i);
    const same = (i: number): string => ` ${from[i]}${end(from, a, i)}`;
    if (unified || context) {
      p.write(unified ? `${paint('1', `--- ${header(x, 0)}`)}\n${paint('1', `+++ ${header(y, 1)}`)}\n` : `*** ${header(x, 0)}\n--- ${header(y, 1)}\n`);
      for (const group of grouped(found, around)) {
        const first = group[0]!;
        const last = group.at(-1)!;
        const lead = Math.min(around, first.from, first.to);
        const trail = Math.min(around, from.length - last.fromEnd);
        const range = (start: number, stop: number): string => (stop - start === 1 ? `${start + 1}` : stop === start ? `${start},0` : `${start + 1},${stop - start}`);
        const [f0, f1, t0, t1] = [first.from - lead, last.fromEnd + trail, first.to - lead, last.toEnd + trail];
        if (unified) {
          p.write(`${paint('36', `@@ -${range(f0, f1)} +${range(t0, t1)} @@`)}\n`);
          let at = f0;
          for (const h of group) {
            for (; at < h.from; at++) p.write(same(at));
            for (; at < h.fromEnd; at++) p.write(old(at, '-'));
            for (let i = h.to; i < h.toEnd; i++) p.write(fresh(i, '+'));
          }
          for (; at < f1; at++) p.write(same(at));
        } else {
          const span = (start: number, stop: number): string => (stop - start <= 1 ? String(stop) : `${start + 1},${stop}`);
          p.write(`***************\n*** ${span(f0, f1)} ****\n`);
          if (group.some((h) => h.fromEnd > h.from)) for (let i = f0; i < f1; i++) p.write(mark(group, i, 'from', from[i]!) + end(from, a, i));
          p.write(`--- ${span(t0, t1)} ----\n`);
          if (group.some((h) => h.toEnd > h.to)) for (let i = t0; i < t1; i++) p.write(mark(group, i, 'to', to[i]!) + end(to, b, i));
        }
      }
      return true;
    }
    for (const h of found) {
      const span = (start: number, stop: number): string => (stop - start > 1 ? `${start + 1},${stop}` : String(stop === start ? start : stop));
      const [gone, come] = [h.fromEnd > h.from, h.toEnd > h.to];
      p.write(`${span(h.from, h.fromEnd)}${gone && come ? 'c' : gone ? 'd' : 'a'}${span(h.to, h.toEnd)}\n`);
      for (let i = h.from; i < h.fromEnd; i++) p.write(old(i, '< '));
      if (gone && come) p.write('---\n');
      for (let i = h.to; i < h.toEnd; i++) p.write(fresh(i, '> '));
    }
    return true;
  }

  function* pair(x: string, y: string, top: boolean): Running<void> {
    const sides = [x, y].map((path) => (path === '-' ? ('-' as const) : p.files.stat(path)));
    const gone = sides.findIndex((s) => s === undefined);
    if (gone >= 0 && !o.has('N')) {
      p.warn(`${name}: ${flavour === 'busybox' ? `can't stat '${[x, y][gone]}'` : [x, y][gone]}: No such file or directory\n`);
      status = 2;
      return;
    }
    const folder = sides.map((s) => typeof s === 'object' && s.type === 'directory');
    if (folder[0] && folder[1]) {
      const names = [...new Set([...p.files.list(x), ...p.files.list(y)])].sort();
      for (const entry of names) {
        if (o.all('x').includes(entry)) continue;
        const [a, b] = [`${x.replace(/\/$/, '')}/${entry}`, `${y.replace(/\/$/, '')}/${entry}`];
        const [sa, sb] = [p.files.stat(a), p.files.stat(b)];
        if ((!sa || !sb) && !o.has('N')) {
          p.write(`Only in ${sa ? x : y}: ${entry}\n`);
          status = status || 1;
        } else if (sa?.type === 'directory' && sb?.type === 'directory') {
          if (o.has('r')) yield* pair(a, b, false);
          else p.write(`Common subdirectories: ${a} and ${b}\n`);
        } else yield* pair(a, b, false);
      }
      return;
    }
    if (folder[0] !== folder[1]) {
      if (!top) {
        p.write(`File ${x} is a ${folder[0] ? 'directory' : 'regular file'} while file ${y} is a ${folder[1] ? 'directory' : 'regular file'}\n`);
        status = status || 1;
        return;
      }
      const other = folder[0] ? y : x;
      const inside = `${(folder[0] ? x : y).replace(/\/$/, '')}/${other.replace(/^.*\//, '')}`;
      return yield* folder[0] ? pair(inside, y, false) : pair(x, inside, false);
    }
    try {
      const [a, b] = [sides[0] ? yield* read(x) : '', sides[1] ? yield* read(y) : ''];
      if (!top && !o.has('q') && a !== b && o.has('r')) {
        const flags = o.each.map(([k, v]) => (k.length === 1 ? `-${k}${v}` : `--${k}${v ? `=${v}` : ''}`)).join(' ');
        p.write(`diff ${flags} ${x} ${y}\n`);
      }
      if (compare(a, b, x, y)) status = status || 1;
      else if (o.has('s')) p.write(`Files ${x} and ${y} are identical\n`);
      yield* p.charge((byteLength(a) + byteLength(b)) / 1e6);
    } catch (error) {
      p.warn(`${name}: ${(error as { path?: string }).path ?? x}: ${why(error)}\n`);
      status = 2;
    }
    yield* p.flush();
  }
  yield* pair(o.words[0]!, o.words[1]!, true);
  return status;
}

/** Hunks that share their surroundings. */
function grouped(all: readonly Hunk[], around: number): Hunk[][] {
  const out: Hunk[][] = [];
  for (const h of all) {
    const last = out.at(-1)?.at(-1);
    if (last && h.from - last.fromEnd <= 2 * around) out.at(-1)!.push(h);
    else out.push([h]);
  }
  return out;
}

/** A line of context output with its mark. */
function mark(group: readonly Hunk[], i: number, side: 'from' | 'to', text: string): string {
  const h = group.find((x) => (side === 'from' ? i >= x.from && i < x.fromEnd : i >= x.to && i < x.toEnd));
  if (!h) return `  ${text}`;
  return `${h.fromEnd > h.from && h.toEnd > h.to ? '!' : side === 'from' ? '-' : '+'} ${text}`;
}

/** The commands of this chunk. */
export const suite: Suite = { diff };
