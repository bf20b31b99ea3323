/**
 * cut and tr. Characters are characters: Korean syllables count as one, as in cut of coreutils 9.x with the i18n patch.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { unescape } from './escapes.ts';
import { Input, open, operands } from './input.ts';
import { type Flavour, misuse, named, options, type Spec } from './options.ts';
import { fromBytes, toBytes } from './bytes.ts';

/** Ranges of a list such as `1,3-5,7-`; undefined when it is none. */
function ranges(list: string): [number, number][] | string {
  const out: [number, number][] = [];
  for (const part of list.split(/[, ]/)) {
    const m = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!m || (!m[1] && !m[3])) return m && m[2] ? 'invalid range with no endpoint: -' : `invalid field value ‘${part}’`;
    const from = m[1] ? Number(m[1]) : 1;
    const to = m[2] ? (m[3] ? Number(m[3]) : Infinity) : from;
    if (from === 0 || to === 0) return 'fields are numbered from 1';
    if (to < from) return 'invalid decreasing range';
    out.push([from, to]);
  }
  return out;
}

export function* cut(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: 'b:c:d:f:nsz', long: { bytes: 'b:', characters: 'c:', delimiter: 'd:', fields: 'f:', 'only-delimited': 's', complement: 'complement', 'output-delimiter': 'out:', 'zero-terminated': 'z' },
    usage: 'OPTION... [FILE]...\nPrint selected parts of lines.\n\n  -f LIST  fields, separated by -d (TAB)    -c LIST  characters    -b LIST  bytes\n  -s  only lines with a separator    --complement    --output-delimiter=STRING\nLIST is N, N-M, N- or -M, several with commas.',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const kinds = o.each.filter((e) => 'bcf'.includes(e[0]));
  if (!kinds.length && flavour === 'busybox') {
    p.warn('cut: expected a list of bytes, characters, or fields\n');
    return 1;
  }
  if (kinds.length !== 1) return misuse(p, flavour, spec, kinds.length ? 'only one list may be specified' : 'you must specify a list of bytes, characters, or fields');
  const [kind, list] = kinds[0]!;
  const wanted = ranges(list);
  if (typeof wanted === 'string') return misuse(p, flavour, spec, kind === 'f' ? wanted : wanted.replace('fields are', 'byte/character positions are').replace('field value', 'byte or character position'));
  const delimiter = o.value('d') ?? '\t';
  if ([...delimiter].length !== 1) return misuse(p, flavour, spec, 'the delimiter must be a single character');
  if (kind !== 'f' && o.has('d')) return misuse(p, flavour, spec, 'an input delimiter may be specified only when operating on fields');
  const glue = o.value('out') ?? (kind === 'f' ? delimiter : '');
  const chosen = (n: number): boolean => wanted.some(([from, to]) => n >= from && n <= to) !== o.has('complement');
  const pick = (parts: readonly string[]): string => {
    if (kind === 'f') return parts.filter((_, i) => chosen(i + 1)).join(glue);
    let out = '';
    let before = -1;
    parts.forEach((part, i) => {
      if (!chosen(i + 1)) return;
      if (before >= 0 && glue && (before !== i - 1 || wanted.some(([from]) => from === i + 1))) out += glue;
      out += part;
      before = i;
    });
    return out;
  };
  const end = o.has('z') ? '\0' : '\n';
  let status = 0;
  for (const word of operands(o.words)) {
    const input = open(p, word);
    if (!input) {
      status = 1;
      continue;
    }
    for (let line = yield* input.line(end); line !== undefined; line = yield* input.line(end)) {
      if (kind === 'f') {
        if (!line.includes(delimiter)) {
          if (!o.has('s')) p.write(line + end);
        } else p.write(pick(line.split(delimiter)) + end);
      } else if (kind === 'c') p.write(pick([...line]) + end);
      else p.write(fromBytes(toBytes(pick([...toBytes(line)].map((b) => (b < 128 ? String.fromCharCode(b) : String.fromCharCode(0xdc00 + b)))))) + end);
      yield* p.flush();
    }
  }
  return status;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/, alpha: /[A-Za-z]/, blank: /[ \t]/, cntrl: /[\x00-\x1f\x7f]/, digit: /\d/, graph: /[!-~]/, lower: /[a-z]/, print: /[ -~]/, punct: /[!-/:-@[-`{-~]/, space: /[\t-\r ]/, upper: /[A-Z]/, xdigit: /[0-9A-Fa-f]/,
};

/** The characters of a set of tr; `length` is what a `[c*]` fills up to. */
function expand(text: string, length?: number): string[] | { error: string } {
  const out: string[] = [];
  let fill: { at: number; c: string } | undefined;
  for (let i = 0; i < text.length; ) {
    const rest = text.slice(i);
    const named = /^\[:(\w+):\]/.exec(rest);
    if (named) {
      const set = CLASSES[named[1]!];
      if (!set) return { error: `invalid character class ‘${named[1]}’` };
      for (let c = 0; c < 128; c++) if (set.test(String.fromCharCode(c))) out.push(String.fromCharCode(c));
      i += named[0].length;
      continue;
    }
    const same = /^\[=(.)=\]/su.exec(rest);
    if (same) {
      out.push(same[1]!);
      i += same[0].length;
      continue;
    }
    const repeat = length === undefined ? null : /^\[(\\?.)\*(\d*)\]/su.exec(rest);
    if (repeat) {
      const c = unescape(repeat[1]!, 'nnn').text;
      const count = repeat[2] ? (repeat[2].startsWith('0') ? parseInt(repeat[2], 8) : Number(repeat[2])) : 0;
      if (count) for (let k = 0; k < count; k++) out.push(c);
      else fill = { at: out.length, c };
      i += repeat[0].length;
      continue;
    }
    const [c, size] = character(rest);
    i += size;
    if (text[i] === '-' && i + 1 < text.length) {
      const [to, more] = character(text.slice(i + 1));
      const first = c.codePointAt(0)!;
      const last = to.codePointAt(0)!;
      if (last < first) return { error: `range-endpoints of '${c}-${to}' are in reverse collating sequence order` };
      for (let k = first; k <= last; k++) out.push(String.fromCodePoint(k));
      i += 1 + more;
    } else out.push(c);
  }
  if (fill) out.splice(fill.at, 0, ...new Array<string>(Math.max(0, length! - out.length)).fill(fill.c));
  return out;
}

function character(text: string): [string, number] {
  const m = /^\\(?:[0-7]{1,3}|[^])/u.exec(text);
  if (!m) {
    const c = String.fromCodePoint(text.codePointAt(0)!);
    return [c, c.length];
  }
  const c = unescape(m[0], 'nnn').text;
  return [c.length === m[0].length && c[0] === '\\' && c !== '\\' ? c.slice(1) : c, m[0].length];
}

export function* tr(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: '+cCdst', long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
    usage: '[OPTION]... STRING1 [STRING2]\nTranslate, squeeze, or delete characters from standard input.\n\n  -d  delete the characters of STRING1    -s  one for several of the last STRING    -c  the complement of STRING1\nSTRINGs: a-z  [:upper:]  \\n  \\t  \\NNN  [x*]',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const [one, two] = o.words;
  const remove = o.has('d');
  const squeeze = o.has('s');
  if (one === undefined) return misuse(p, flavour, spec, flavour === 'busybox' ? '' : 'missing operand');
  if (two === undefined && (remove === squeeze)) {
    if (flavour === 'gnu') p.warn(`${named(p)}: missing operand after ‘${one}’\n`);
    if (flavour === 'gnu') p.warn(remove ? 'Two strings must be given when both deleting and squeezing repeats.\n' : 'Two strings must be given when translating.\n');
    return misuse(p, flavour, spec, '');
  }
  if (two !== undefined && remove && !squeeze) {
    if (flavour === 'gnu') p.warn(`${named(p)}: extra operand ‘${two}’\nOnly one string may be given when deleting without squeezing repeats.\n`);
    return misuse(p, flavour, spec, '');
  }
  const from = expand(one);
  const to = two === undefined ? [] : expand(two, Array.isArray(from) ? from.length : 0);
  for (const set of [from, to]) {
    if (!Array.isArray(set)) {
      p.warn(`${named(p)}: ${set.error}\n`);
      return 1;
    }
  }
  const first = from as string[];
  const second = to as string[];
  const not = o.has('c') || o.has('C');
  const members = new Set(first);
  const map = new Map<string, string>();
  if (two !== undefined && !remove) {
    if (!second.length) {
      p.warn(`${named(p)}: when not truncating set1, string2 must be non-empty\n`);
      return 1;
    }
    if (!not) first.forEach((c, i) => map.set(c, second[Math.min(i, second.length - 1)]!));
  }
  const fill = second.at(-1)!;
  const change = (c: string): string => (two === undefined || remove ? c : not ? (members.has(c) ? c : fill) : (map.get(c) ?? c));
  const squeezed = new Set(two === undefined ? first : second);
  const isSqueezed = (c: string): boolean => squeeze && squeezed.has(c) !== (not && two === undefined);
  let last = '';
  const input = new Input(p, '-');
  for (let piece = yield* input.piece(); piece !== undefined; piece = yield* input.piece()) {
    let out = '';
    for (const c of piece) {
      if (remove && members.has(c) !== not) continue;
      const next = change(c);
      if (next === last && isSqueezed(next)) continue;
      out += next;
      last = next;
    }
    p.write(out);
    yield* p.flush();
  }
  return 0;
}
