/**
 * sort and uniq, in the order of code units (the C locale).
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { Input, open, operands, tried } from './input.ts';
import { extra, type Flavour, named, options } from './options.ts';

/** How one key compares: letters as in `-k 2,2nr`. */
interface Key {
  readonly from: readonly [field: number, character: number];
  readonly to: readonly [field: number, character: number] | undefined;
  readonly manner: string;
}

const MONTH = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC';
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A number at the start of a text, as `sort -n` sees it: blanks, minus, digits, point. */
const numeric = (text: string): number => Number(/^[ \t]*(-?\d*\.?\d*)/.exec(text)![1]!.replace(/^(-?)\.?$/, '0') || 0);

function general(text: string): number {
  const m = /^\s*[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?)/i.exec(text);
  return m ? (/inf/i.test(m[0]) ? (m[0].includes('-') ? -Infinity : Infinity) : Number(m[0])) : -Infinity;
}

function scaled(text: string): number {
  const m = /^[ \t]*-?\d*\.?\d*([KkMGTPEZY]?)/.exec(text)!;
  const power = m[1] ? 'KMGTPEZY'.indexOf(m[1].toUpperCase()) + 1 : 0;
  const n = numeric(text);
  return n === 0 ? 0 : Math.sign(n) * (power * 1e6 + Math.min(999_999, Math.abs(n)));
}

/** Debian's version order: digits as numbers, `~` before the end. */
export function versions(a: string, b: string): number {
  const x = a.match(/\d+|[^\d]/g) ?? [];
  const y = b.match(/\d+|[^\d]/g) ?? [];
  const rank = (c: string | undefined): number => (c === undefined ? 0 : c === '~' ? -1 : /\d/.test(c) ? 0 : /[a-zA-Z]/.test(c) ? c.charCodeAt(0) : c.charCodeAt(0) + 65_536);
  for (let i = 0; i < x.length || i < y.length; i++) {
    const p = x[i];
    const q = y[i];
    if (p !== undefined && q !== undefined && /^\d/.test(p) && /^\d/.test(q)) {
      if (Number(p) !== Number(q)) return Number(p) - Number(q);
    } else if (p !== q) {
      const n = rank(p) - rank(q);
      if (n) return n;
      return p === undefined ? -1 : 1;
    }
  }
  return 0;
}

/** Where field `n` (from 1) begins and ends. Without a separator its leading blanks belong to a field. */
function fields(line: string, separator: string | undefined): [number, number][] {
  const out: [number, number][] = [];
  if (separator !== undefined) {
    let at = 0;
    for (;;) {
      const end = line.indexOf(separator, at);
      out.push([at, end < 0 ? line.length : end]);
      if (end < 0) return out;
      at = end + separator.length;
    }
  }
  for (const m of line.matchAll(/[ \t]*[^ \t]+|[ \t]+$/g)) out.push([m.index, m.index + m[0].length]);
  return out;
}

function parseKey(text: string): Key | string {
  const m = /^(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*)(?:,(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*))?$/.exec(text);
  if (!m) return /^\d/.test(text) ? `stray character in field spec: invalid field specification ${`‘${text}’`}` : `invalid number at field start: invalid count at start of ‘${text}’`;
  if (m[1] === '0') return `field number is zero: invalid field specification ‘${text}’`;
  return { from: [Number(m[1]), Number(m[2] ?? 1)], to: m[4] === undefined ? undefined : [Number(m[4]), Number(m[5] ?? 0)], manner: m[3]! + (m[6] ?? '') };
}

function extract(line: string, key: Key, separator: string | undefined, global: string): string {
  const manner = key.manner || global;
  const parts = fields(line, separator);
  const skip = (at: number): number => {
    while (line[at] === ' ' || line[at] === '\t') at++;
    return at;
  };
  const field = parts[key.from[0] - 1];
  if (!field) return '';
  let start = manner.includes('b') ? skip(field[0]) : field[0];
  start = Math.min(start + key.from[1] - 1, line.length);
  let end = line.length;
  if (key.to) {
    const last = parts[key.to[0] - 1];
    if (last) end = key.to[1] === 0 ? last[1] : Math.min((manner.includes('b') ? skip(last[0]) : last[0]) + key.to[1], last[1]);
  }
  return line.slice(start, Math.max(start, end));
}

function order(a: string, b: string, manner: string): number {
  if (manner.includes('n')) return numeric(a) - numeric(b);
  if (manner.includes('h')) return scaled(a) - scaled(b);
  if (manner.includes('g')) return general(a) === general(b) ? 0 : general(a) - general(b);
  if (manner.includes('V')) return versions(a, b);
  if (manner.includes('M')) {
    const month = (t: string): number => MONTH.indexOf(t.trim().slice(0, 3).toUpperCase().padEnd(3, '?'));
    return month(a) - month(b);
  }
  if (manner.includes('d')) [a, b] = [a.replace(/[^\p{L}\p{N}\s]/gu, ''), b.replace(/[^\p{L}\p{N}\s]/gu, '')];
  if (manner.includes('f')) [a, b] = [a.toUpperCase(), b.toUpperCase()];
  if (manner.includes('b')) [a, b] = [a.trimStart(), b.trimStart()];
  return compare(a, b);
}

export function* sort(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec = {
    short: 'bdfghiMnRrVcCk:mo:sS:t:T:uy:z',
    long: {
      'ignore-leading-blanks': 'b', 'dictionary-order': 'd', 'ignore-case': 'f', 'general-numeric-sort': 'g', 'human-numeric-sort': 'h', 'month-sort': 'M', 'numeric-sort': 'n',
      'random-sort': 'R', reverse: 'r', 'version-sort': 'V', check: 'c', key: 'k:', merge: 'm', output: 'o:', stable: 's', 'field-separator': 't:', unique: 'u', 'zero-terminated': 'z', sort: 'sort:',
    },
    usage: '[OPTION]... [FILE]...\nWrite sorted concatenation of all FILE(s) to standard output.\n\n  -n  by number    -h  by human number (2K 1G)    -V  by version    -r  reverse\n  -k N[,M]  by field N (to M)    -t SEP  fields are separated by SEP    -u  only one of equal lines\n  -f  ignore case    -s  stable    -o FILE  write there    -c  check',
    trouble: 2,
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const name = named(p);
  const fail = (text: string): ExitCode => {
    p.warn(`${name}: ${text}\n`);
    return 2;
  };
  let separator = o.value('t');
  if (separator === '\\0') separator = '\0';
  if (separator !== undefined && [...separator].length > 1) return fail(`multi-character tab ‘${separator}’`);
  if (separator === '') return fail('empty tab');
  const global = o.each.map((e) => ('bdfghiMnRrV'.includes(e[0]) ? e[0] : e[0] === 'sort' ? ({ numeric: 'n', 'human-numeric': 'h', version: 'V', month: 'M', 'general-numeric': 'g', random: 'R' }[e[1]] ?? '') : '')).join('');
  const keys: Key[] = [];
  for (const text of o.all('k')) {
    const key = parseKey(text);
    if (typeof key === 'string') return fail(key);
    keys.push(key);
  }
  const end = o.has('z') ? '\0' : '\n';
  const lines: string[] = [];
  for (const word of operands(o.words)) {
    const input = open(p, word, (path, w) => (flavour === 'busybox' ? `${path}: ${w}` : w.startsWith('Is a') ? `read failed: ${path}: ${w}` : `cannot read: ${path}: ${w}`));
    if (!input) return 2;
    const text = yield* input.rest();
    if (!text) continue;
    const parts = text.split(end);
    if (parts.at(-1) === '') parts.pop();
    for (const part of parts) lines.push(part);
  }
  const ways = (keys.length ? keys : [undefined]).map((key) => {
    const manner = key?.manner || global;
    const cut = new Map<string, string>();
    const get = (line: string): string => {
      if (!key) return line;
      let part = cut.get(line);
      if (part === undefined) cut.set(line, (part = extract(line, key, separator, global)));
      return part;
    };
    const sign = manner.includes('r') ? -1 : 1;
    return (a: string, b: string): number => sign * order(get(a), get(b), manner);
  });
  const byKeys = (a: string, b: string): number => {
    for (const way of ways) {
      const n = way(a, b);
      if (n) return n;
    }
    return 0;
  };
  const full = (a: string, b: string): number => byKeys(a, b) || (o.has('s') || o.has('u') ? 0 : (global.includes('r') ? -1 : 1) * compare(a, b));
  if (o.has('c') || o.has('C')) {
    for (let i = 1; i < lines.length; i++) {
      const n = full(lines[i - 1]!, lines[i]!);
      if (n > 0 || (n === 0 && o.has('u'))) {
        if (o.has('c')) p.warn(`${name}: ${o.words[0] ?? '-'}:${i + 1}: disorder: ${lines[i]}\n`);
        return 1;
      }
    }
    return 0;
  }
  if (global.includes('R')) {
    const ranks = new Map<string, number>();
    for (const line of lines) if (!ranks.has(line)) ranks.set(line, p.random.word());
    lines.sort((a, b) => ranks.get(a)! - ranks.get(b)!);
  } else lines.sort(full);
  const kept = o.has('u') ? lines.filter((line, i) => i === 0 || byKeys(lines[i - 1]!, line) !== 0) : lines;
  const out = kept.map((line) => line + end).join('');
  const target = o.value('o');
  if (target !== undefined) return tried(p, `open failed: ${target}`, () => p.files.write(target, out)) ? 0 : 2;
  p.write(out);
  yield* p.flush();
  return 0;
}

export function* uniq(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec = {
    short: 'cdDuif:s:w:z', long: { count: 'c', repeated: 'd', unique: 'u', 'ignore-case': 'i', 'skip-fields': 'f:', 'skip-chars': 's:', 'check-chars': 'w:', 'all-repeated': 'D' },
    usage: '[OPTION]... [INPUT [OUTPUT]]\nFilter adjacent matching lines.\n\n  -c  with counts    -d  only repeated lines    -u  only lines that are not repeated    -i  ignore case\n  -f N  skip N fields    -s N  skip N characters    -w N  compare no more than N characters',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (o.words.length > 2) return extra(p, flavour, spec, o.words[2]!);
  const input = o.words.length ? open(p, o.words[0]!, (path, w) => (flavour === 'busybox' ? `can't open '${path}': ${w}` : `${path}: ${w}`)) : new Input(p, '-');
  if (!input) return 1;
  const key = (line: string): string => {
    let text = line;
    const skip = Number(o.value('f') ?? 0);
    for (let i = 0; i < skip; i++) text = text.replace(/^[ \t]*[^ \t]*/, '');
    text = [...text].slice(Number(o.value('s') ?? 0)).join('');
    if (o.has('w')) text = [...text].slice(0, Number(o.value('w'))).join('');
    return o.has('i') ? text.toLowerCase() : text;
  };
  const target = o.words[1];
  if (target !== undefined && !tried(p, target, () => p.files.write(target, ''))) return 1;
  const put = (text: string): void => (target === undefined ? p.write(text) : p.files.append(target, text));
  let group: string[] = [];
  let groupKey = '';
  const end = (): void => {
    if (!group.length) return;
    if (o.has('D')) {
      if (group.length > 1) put(group.map((l) => `${l}\n`).join(''));
    } else if (!(o.has('d') && group.length < 2) && !(o.has('u') && group.length > 1)) put(`${o.has('c') ? `${String(group.length).padStart(7)} ` : ''}${group[0]}\n`);
  };
  const eager = !o.has('c') && !o.has('d') && !o.has('D') && !o.has('u');
  for (let line = yield* input.line(); line !== undefined; line = yield* input.line()) {
    const k = key(line);
    if (group.length && k === groupKey) {
      group.push(line);
      continue;
    }
    if (eager) put(`${line}\n`);
    else end();
    group = [line];
    groupKey = k;
    yield* p.flush();
  }
  if (!eager) end();
  return 0;
}
