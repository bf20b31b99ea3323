/**
 * POSIX regular expressions: leftmost, and of those the longest match, as grep, sed and awk have them.
 * Plain patterns run as JavaScript's; where alternatives or nested repetition could differ or backtrack for ever, an own
 * matcher visits each (instruction, position) once. Unlike POSIX: sub-matches follow the order of alternatives.
 */
import { type Node, parse, RegexError, type Syntax, WORD } from './regex-tree.ts';

export { RegexError } from './regex-tree.ts';

/** What matched, as offsets; `groups[0]` is the whole, a group that took no part is undefined. */
export interface Match {
  readonly index: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

export interface Regex {
  readonly groups: number;
  test(text: string): boolean;
  /** The first match that begins at `from` or later. `^` still means the beginning of `text`. */
  exec(text: string, from?: number): Match | undefined;
}

export interface Manner extends Syntax {
  readonly ignoreCase?: boolean;
  /** `^` and `$` match at the lines inside the text. */
  readonly lines?: boolean;
}

const SYNTAX = /[\\^$.*+?()[\]{}|/]/;
const quote = (c: string): string => (SYNTAX.test(c) ? `\\${c}` : c);
const A = `[${WORD}]`;

function assertion(what: string, lines: boolean): string {
  switch (what) {
    case '^': return lines ? '(?<![^\\n])' : '^';
    case '$': return lines ? '(?![^\\n])' : '$';
    case 'b': return `(?:(?<!${A})(?=${A})|(?<=${A})(?!${A}))`;
    case 'B': return `(?:(?<!${A})(?!${A})|(?<=${A})(?=${A}))`;
    case '<': return `(?<!${A})(?=${A})`;
    case '>': return `(?<=${A})(?!${A})`;
    case '`': return '^';
    default: return '$';
  }
}

const setSource = (node: { js: string; not: boolean }): string => (node.js ? `[${node.not ? '^' : ''}${node.js}]` : node.not ? '[^]' : '[]');

/** The tree as a JavaScript pattern (flags `u` and `s`). */
function javascript(node: Node, lines: boolean): string {
  switch (node.t) {
    case 'char': return quote(node.c);
    case 'any': return '.';
    case 'set': return setSource(node);
    case 'at': return assertion(node.what, lines);
    case 'edge': return `(?${node.behind ? '<' : ''}!${A})`;
    case 'group': return `(${javascript(node.of, lines)})`;
    case 'cat': return node.of.map((n) => javascript(n, lines)).join('');
    case 'alt': return `(?:${node.of.map((n) => javascript(n, lines)).join('|')})`;
    case 'ref': return `(?:\\${node.n})`;
    case 'rep': {
      if (node.of.t === 'at' || (node.of.t === 'cat' && !node.of.of.length)) return node.min ? javascript(node.of, lines) : '';
      const of = javascript(node.of, lines);
      const { min, max } = node;
      const many = min === 0 && max === Infinity ? '*' : min === 1 && max === Infinity ? '+' : min === 0 && max === 1 ? '?' : `{${min}${max === min ? '' : max === Infinity ? ',' : `,${max}`}}`;
      return `${node.of.t === 'char' || node.of.t === 'any' || node.of.t === 'set' || node.of.t === 'group' ? of : `(?:${of})`}${many}`;
    }
  }
}

/** Has alternatives; repeats; repeats something that repeats or has alternatives, which could backtrack for ever; refers back. */
function nature(node: Node): { alt: boolean; rep: boolean; risky: boolean; ref: boolean } {
  if (!('of' in node)) return { alt: false, rep: false, risky: false, ref: node.t === 'ref' };
  const inner = (Array.isArray(node.of) ? (node.of as readonly Node[]) : [node.of as Node]).map(nature);
  const some = (key: 'alt' | 'rep' | 'risky' | 'ref'): boolean => inner.some((i) => i[key]);
  const repeats = node.t === 'rep' && node.max > 1;
  return { alt: node.t === 'alt' || some('alt'), rep: repeats || some('rep'), risky: some('risky') || (repeats && (some('rep') || some('alt'))), ref: some('ref') };
}

/** Instructions: a character test, a jump to one or two places (the first preferred), a mark, an assertion, the end. */
type Op =
  | { readonly op: 'one'; readonly test: (c: string) => boolean }
  | { op: 'split'; x: number; y: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'assert'; readonly regex: RegExp }
  | { readonly op: 'match' };

const MOST_OPS = 20_000;

function compile(tree: Node, manner: Manner): Op[] {
  const ops: Op[] = [];
  const flags = manner.ignoreCase ? 'ui' : 'u';
  const emit = (op: Op): number => {
    if (ops.length > MOST_OPS) throw new RegexError('Regular expression too big');
    return ops.push(op) - 1;
  };
  const split = (x: number, y: number): { op: 'split'; x: number; y: number } => {
    const op = { op: 'split' as const, x, y };
    emit(op);
    return op;
  };
  const walk = (node: Node): void => {
    switch (node.t) {
      case 'char': {
        if (manner.ignoreCase) {
          const regex = new RegExp(`^${quote(node.c)}$`, flags);
          emit({ op: 'one', test: (c) => regex.test(c) });
        } else emit({ op: 'one', test: (c) => c === node.c });
        return;
      }
      case 'any': emit({ op: 'one', test: () => true }); return;
      case 'set': {
        const regex = new RegExp(setSource(node), flags);
        emit({ op: 'one', test: (c) => regex.test(c) });
        return;
      }
      case 'at': emit({ op: 'assert', regex: new RegExp(assertion(node.what, manner.lines ?? false), 'uy') }); return;
      case 'edge': emit({ op: 'assert', regex: new RegExp(`(?${node.behind ? '<' : ''}!${A})`, 'uy') }); return;
      case 'group':
        emit({ op: 'save', slot: 2 * node.n });
        walk(node.of);
        emit({ op: 'save', slot: 2 * node.n + 1 });
        return;
      case 'cat': node.of.forEach(walk); return;
      case 'alt': {
        const ends: { y: number; x: number }[] = [];
        node.of.forEach((n, i) => {
          if (i === node.of.length - 1) return walk(n);
          const fork = split(ops.length + 1, 0);
          walk(n);
          ends.push(split(0, 0));
          fork.y = ops.length;
        });
        for (const end of ends) end.x = end.y = ops.length;
        return;
      }
      case 'rep': {
        for (let i = 0; i < node.min; i++) walk(node.of);
        if (node.max === Infinity) {
          const fork = split(ops.length + 1, 0);
          const start = ops.length - 1;
          walk(node.of);
          split(start, start);
          fork.y = ops.length;
        } else {
          const forks: { y: number }[] = [];
          for (let i = node.min; i < node.max; i++) {
            forks.push(split(ops.length + 1, 0));
            walk(node.of);
          }
          for (const fork of forks) fork.y = ops.length;
        }
        return;
      }
      case 'ref': return;
    }
  };
  walk(tree);
  emit({ op: 'match' });
  return ops;
}

/**
 * The longest match that begins exactly at `start`: each (instruction, position) is visited once, in order of preference.
 * `seen` may hold what was visited in vain from earlier starts; its positions count from `base`.
 */
function longest(ops: readonly Op[], slots: number, text: string, start: number, base: number, seen: Uint8Array): Match | undefined {
  const width = text.length - base + 1;
  const marks = new Array<number>(slots).fill(-1);
  /** Work still to do: [op, position], or [-1 - slot, old mark] to restore. */
  const stack: number[] = [0, start];
  let best = -1;
  let kept: number[] = [];
  while (stack.length) {
    let at = stack.pop()!;
    let pc = stack.pop()!;
    if (pc < 0) {
      marks[-1 - pc] = at;
      continue;
    }
    for (;;) {
      const cell = pc * width + at - base;
      if (seen[cell]) break;
      seen[cell] = 1;
      const op = ops[pc]!;
      if (op.op === 'one') {
        if (at >= text.length) break;
        const c = String.fromCodePoint(text.codePointAt(at)!);
        if (!op.test(c)) break;
        at += c.length;
        pc++;
      } else if (op.op === 'split') {
        if (op.y !== op.x) stack.push(op.y, at);
        pc = op.x;
      } else if (op.op === 'save') {
        stack.push(-1 - op.slot, marks[op.slot]!);
        marks[op.slot] = at;
        pc++;
      } else if (op.op === 'assert') {
        op.regex.lastIndex = at;
        if (!op.regex.test(text)) break;
        pc++;
      } else {
        if (at > best) {
          best = at;
          kept = marks.slice();
        }
        break;
      }
    }
  }
  if (best < 0) return undefined;
  const groups: (string | undefined)[] = [text.slice(start, best)];
  for (let i = 2; i < slots; i += 2) groups.push(kept[i]! < 0 || kept[i + 1]! < 0 ? undefined : text.slice(kept[i], kept[i + 1]));
  return { index: start, end: best, groups };
}

/** Around a JavaScript pattern: leftmost, first alternative first. */
export function native(source: string, flags: string, groups: number): Regex {
  let search: RegExp;
  try {
    search = new RegExp(source, `g${flags}`);
  } catch {
    throw new RegexError('Invalid regular expression');
  }
  return {
    groups,
    test: (text) => {
      search.lastIndex = 0;
      return search.test(text);
    },
    exec: (text, from = 0) => {
      if (from > text.length) return undefined;
      search.lastIndex = from;
      const m = search.exec(text);
      return m ? { index: m.index, end: m.index + m[0].length, groups: m } : undefined;
    },
  };
}

/** A compiled regular expression of a tree. */
export function fromTree(tree: Node, groups: number, manner: Manner): Regex {
  const { alt, risky, ref } = nature(tree);
  const plain = native(javascript(tree, manner.lines ?? false), manner.ignoreCase ? 'sui' : 'su', groups);
  if (ref || (!alt && !risky)) return plain;
  const ops = compile(tree, manner);
  const slots = 2 * groups + 2;
  const fresh = (text: string, base: number): Uint8Array => new Uint8Array(ops.length * (text.length - base + 1));
  const exec = (text: string, from = 0): Match | undefined => {
    if (!risky) {
      const rough = plain.exec(text, from);
      return rough && longest(ops, slots, text, rough.index, rough.index, fresh(text, rough.index));
    }
    if (from > text.length) return undefined;
    const seen = fresh(text, from);
    for (let at = from; at <= text.length; at++) {
      const found = longest(ops, slots, text, at, from, seen);
      if (found) return found;
      if ((text.charCodeAt(at) & 0xfc00) === 0xd800) at++;
    }
    return undefined;
  };
  return { groups, test: risky ? (text) => exec(text) !== undefined : plain.test, exec };
}

/** Compiles a POSIX pattern; throws RegexError. */
export function regex(source: string, manner: Manner): Regex {
  const { tree, groups } = parse(source, manner);
  return fromTree(tree, groups, manner);
}
