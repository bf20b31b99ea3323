/**
 * The language of jq 1.6 as a tree. Unlike jq: no modules, no ?//, no SQL-style operators beyond the usual builtins.
 */
import type { Json } from './jq-json.ts';

export type Node =
  | { t: 'identity' | 'recurse' }
  | { t: 'value'; v: Json }
  /** A string with parts to compute; `format` is @base64 and so on. */
  | { t: 'text'; parts: (string | Node)[]; format: string }
  | { t: 'format'; name: string }
  | { t: 'index'; of: Node; key: Node }
  | { t: 'slice'; of: Node; from: Node | undefined; to: Node | undefined }
  | { t: 'each'; of: Node }
  | { t: 'pipe' | 'comma' | 'and' | 'or' | 'default'; a: Node; b: Node }
  | { t: 'math'; op: string; a: Node; b: Node }
  | { t: 'update'; op: string; a: Node; b: Node }
  | { t: 'negative'; of: Node }
  | { t: 'array'; of: Node | undefined }
  | { t: 'object'; entries: { key: Node; value: Node }[] }
  | { t: 'if'; test: Node; then: Node; other: Node | undefined }
  | { t: 'try'; of: Node; rescue: Node | undefined }
  | { t: 'reduce' | 'foreach'; source: Node; pattern: Pattern; init: Node; update: Node; extract: Node | undefined }
  | { t: 'as'; source: Node; pattern: Pattern; body: Node }
  | { t: 'call'; name: string; args: Node[] }
  | { t: 'var'; name: string }
  | { t: 'def'; name: string; params: string[]; body: Node; rest: Node }
  | { t: 'label'; name: string; body: Node }
  | { t: 'break'; name: string };

export type Pattern = { name: string } | { array: Pattern[] } | { object: { key: Node; name?: string; value?: Pattern }[] };

/** A program that is none; the message is what jq prints. */
export class JqSyntax extends Error {}

interface Token {
  kind: 'op' | 'name' | 'field' | 'var' | 'num' | 'text' | 'format' | 'word' | 'end';
  text: string;
  parts?: (string | Node)[];
  line: number;
  start: number;
}

const WORDS = new Set(['def', 'if', 'then', 'elif', 'else', 'end', 'as', 'reduce', 'foreach', 'try', 'catch', 'label', 'import', 'include', 'and', 'or', '__loc__']);

/** Parses a program. Throws JqSyntax. */
export function parse(source: string): Node {
  const tokens: Token[] = [];
  let pos = 0;
  /** `start` is where the token began; jq pads the program with as many blanks. */
  const fail = (what: string, start: number): never => {
    const line = source.slice(0, start).split('\n').length;
    throw new JqSyntax(`jq: error: syntax error, unexpected ${what} (Unix shell quoting issues?) at <top-level>, line ${line}:\n${source}${' '.repeat(start)}\njq: 1 compile error`);
  };

  /** A string literal from its opening quote; interpolated parts are parsed by themselves. */
  function text(): (string | Node)[] {
    const parts: (string | Node)[] = [];
    let plain = '';
    const from = ++pos;
    for (;;) {
      const c = source[pos];
      if (c === undefined) return fail('$end, expecting QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END', from);
      if (c === '"') {
        pos++;
        break;
      }
      if (c !== '\\') {
        plain += c;
        pos++;
        continue;
      }
      const e = source[pos + 1] ?? '';
      if (e === '(') {
        let depth = 1;
        const inner = (pos += 2);
        while (depth) {
          const d = source[pos];
          if (d === undefined) return fail('$end', inner);
          if (d === '"') text();
          else {
            if (d === '(') depth++;
            else if (d === ')') depth--;
            pos++;
          }
        }
        if (plain) parts.push(plain);
        plain = '';
        parts.push(parse(source.slice(inner, pos - 1)));
        continue;
      }
      const simple = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[e];
      const hex = e === 'u' ? /^[0-9a-fA-F]{4}/.exec(source.slice(pos + 2, pos + 6)) : null;
      if (simple === undefined && !hex) return fail('INVALID_CHARACTER', pos);
      plain += simple ?? String.fromCharCode(parseInt(hex![0], 16));
      pos += hex ? 6 : 2;
    }
    if (plain || !parts.length) parts.push(plain);
    return parts;
  }
  /** Brackets that are open: a closing one without a partner is no token. */
  const open: string[] = [];
  while (pos < source.length) {
    const start = pos;
    const rest = source.slice(pos);
    const line = source.slice(0, pos).split('\n').length;
    const blank = /^(?:\s+|#[^\n]*)/.exec(rest);
    if (blank) {
      pos += blank[0].length;
      continue;
    }
    if (rest[0] === '"') {
      tokens.push({ kind: 'text', text: '"', parts: text(), line, start });
      continue;
    }
    const m = /^(?:(\.[A-Za-z_]\w*)|(\$__loc__|\$[A-Za-z_]\w*(?:::\w+)*)|(@\w+)|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*(?:::\w+)*)|(\?\/\/=?|\|=|\/\/=|\/\/|[-+*/%]=|==|!=|<=|>=|\.\.|[-+*/%.[\](){}|,:;=<>?]))/.exec(rest);
    if (m && '([{'.includes(m[0])) open.push(m[0]);
    const closes = m && ')]}'.includes(m[0]);
    if (!m || (closes && '([{'[')]}'.indexOf(m[0])] !== open.pop())) {
      tokens.push({ kind: 'op', text: 'INVALID_CHARACTER', line, start });
      pos++;
      continue;
    }
    pos += m[0].length;
    tokens.push({ kind: m[1] ? 'field' : m[2] ? 'var' : m[3] ? 'format' : m[4] ? 'num' : m[5] ? (WORDS.has(m[5]) ? 'word' : 'name') : 'op', text: m[1] || m[2] ? m[0].slice(1) : m[0], line, start });
  }
  let at = 0;
  const peek = (): Token => tokens[at] ?? { kind: 'end', text: '$end', line: source.split('\n').length, start: tokens.at(-1)?.start ?? 0 };
  const next = (): Token => {
    const t = peek();
    at++;
    return t;
  };
  const is = (t: string): boolean => (peek().kind === 'op' || peek().kind === 'word') && peek().text === t;
  const take = (t: string): boolean => is(t) && next() !== undefined;
  const wrong = (top = false): never => {
    const t = peek();
    const names: Record<string, string> = { name: 'IDENT', field: 'FIELD', num: 'LITERAL', text: 'QQSTRING_START', format: 'FORMAT', var: "'$'" };
    const what = t.kind === 'end' ? t.text : (names[t.kind] ?? (t.kind === 'word' ? t.text : t.text === 'INVALID_CHARACTER' ? t.text : `'${t.text}'`));
    return fail(`${what}${t.kind !== 'end' && (top || at === 0) ? ', expecting $end' : ''}`, t.start);
  };
  const need = (t: string): void => void (take(t) || wrong());

  function pipe(): Node {
    if (is('def')) {
      next();
      const { name, params, body } = definition();
      return { t: 'def', name, params, body, rest: pipe() };
    }
    const a = comma();
    if (take('as')) {
      const pattern = destructure();
      need('|');
      return { t: 'as', source: a, pattern, body: pipe() };
    }
    if (take('|')) return { t: 'pipe', a, b: pipe() };
    return a;
  }
  function definition(): { name: string; params: string[]; body: Node } {
    const name = next().text;
    const params: string[] = [];
    if (take('(')) {
      do {
        const t = next();
        params.push(t.kind === 'var' ? `$${t.text}` : t.text);
      } while (take(';'));
      need(')');
    }
    need(':');
    const body = pipe();
    need(';');
    return { name, params, body };
  }
  function comma(): Node {
    let a = alternative();
    while (take(',')) a = { t: 'comma', a, b: alternative() };
    return a;
  }
  /** `//` binds to the right; assignments do not chain. */
  function alternative(): Node {
    const a = assignment();
    if (take('//')) return { t: 'default', a, b: alternative() };
    return a;
  }
  function assignment(): Node {
    const a = or();
    const t = peek();
    if (t.kind === 'op' && /^(?:[-+*/%]|\/\/|\|)?=$/.test(t.text)) {
      next();
      return { t: 'update', op: t.text, a, b: alternative() };
    }
    return a;
  }
  const level = (lower: () => Node, make: () => ((a: Node, b: Node) => Node) | undefined) => (): Node => {
    let a = lower();
    for (;;) {
      const f = make();
      if (!f) return a;
      a = f(a, lower());
    }
  };
  const math = (...ops: string[]) => (): ((a: Node, b: Node) => Node) | undefined => {
    const op = ops.find((o) => is(o));
    if (op === undefined) return undefined;
    next();
    return (a, b) => ({ t: 'math', op, a, b });
  };
  const product = level(postfix, math('*', '/', '%'));
  const sum = level(product, math('+', '-'));
  const relation = level(sum, math('==', '!=', '<=', '>=', '<', '>'));
  const and = level(relation, () => (take('and') ? (a, b) => ({ t: 'and', a, b }) : undefined));
  function or(): Node {
    let a = and();
    while (take('or')) a = { t: 'or', a, b: and() };
    return a;
  }

  function postfix(): Node {
    let a = term();
    for (;;) {
      if (peek().kind === 'field') a = { t: 'index', of: a, key: { t: 'value', v: next().text } };
      else if (is('.') && (tokens[at + 1]?.kind === 'text' || tokens[at + 1]?.text === '[')) {
        next();
        if (peek().kind === 'text') a = { t: 'index', of: a, key: { t: 'text', parts: next().parts!, format: 'text' } };
      } else if (take('[')) a = brackets(a);
      else if (take('?')) a = { t: 'try', of: a, rescue: undefined };
      else return a;
    }
  }
  function brackets(of: Node): Node {
    if (take(']')) return { t: 'each', of };
    if (take(':')) {
      const to = pipe();
      need(']');
      return { t: 'slice', of, from: undefined, to };
    }
    const key = pipe();
    if (take(':')) {
      const to = is(']') ? undefined : pipe();
      need(']');
      return { t: 'slice', of, from: key, to };
    }
    need(']');
    return { t: 'index', of, key };
  }
  function term(): Node {
    const t = peek();
    switch (t.kind) {
      case 'num': next(); return { t: 'value', v: Number(t.text) };
      case 'text': next(); return { t: 'text', parts: t.parts!, format: 'text' };
      case 'format':
        next();
        if (peek().kind === 'text') return { t: 'text', parts: next().parts!, format: t.text.slice(1) };
        return { t: 'format', name: t.text.slice(1) };
      case 'field': next(); return { t: 'index', of: { t: 'identity' }, key: { t: 'value', v: t.text } };
      case 'var':
        next();
        if (t.text === '__loc__') return { t: 'value', v: new Map<string, Json>([['file', '<top-level>'], ['line', t.line]]) };
        return { t: 'var', name: t.text };
      case 'name': {
        next();
        const args: Node[] = [];
        if (take('(')) {
          do args.push(pipe());
          while (take(';'));
          need(')');
        }
        if (!args.length && (t.text === 'true' || t.text === 'false' || t.text === 'null')) return { t: 'value', v: t.text === 'null' ? null : t.text === 'true' };
        if (t.text === 'break' && peek().kind === 'var') return { t: 'break', name: next().text };
        return { t: 'call', name: t.text, args };
      }
      default:
    }
    if (take('.')) {
      if (peek().kind === 'text') return { t: 'index', of: { t: 'identity' }, key: { t: 'text', parts: next().parts!, format: 'text' } };
      return { t: 'identity' };
    }
    if (take('..')) return { t: 'recurse' };
    if (take('(')) {
      const inner = pipe();
      need(')');
      return inner;
    }
    if (take('[')) {
      if (take(']')) return { t: 'array', of: undefined };
      const of = pipe();
      need(']');
      return { t: 'array', of };
    }
    if (take('{')) return object();
    if (take('-')) return { t: 'negative', of: postfix() };
    if (take('if')) {
      const test = pipe();
      need('then');
      const then = pipe();
      return conditional(test, then);
    }
    if (take('try')) {
      const of = postfix();
      return { t: 'try', of, rescue: take('catch') ? postfix() : undefined };
    }
    if (take('label')) {
      const name = next().text;
      need('|');
      return { t: 'label', name, body: pipe() };
    }
    if (is('reduce') || is('foreach')) {
      const kind = next().text as 'reduce';
      const from = postfix();
      need('as');
      const pattern = destructure();
      need('(');
      const init = pipe();
      need(';');
      const update = pipe();
      const extract = kind !== 'reduce' && take(';') ? pipe() : undefined;
      need(')');
      return { t: kind, source: from, pattern, init, update, extract };
    }
    if (is('def')) {
      next();
      const { name, params, body } = definition();
      return { t: 'def', name, params, body, rest: pipe() };
    }
    return wrong();
  }
  function conditional(test: Node, then: Node): Node {
    if (take('elif')) {
      const t = pipe();
      need('then');
      return { t: 'if', test, then, other: conditional(t, pipe()) };
    }
    const other = take('else') ? pipe() : undefined;
    need('end');
    return { t: 'if', test, then, other };
  }
  function object(): Node {
    const entries: { key: Node; value: Node }[] = [];
    while (!is('}')) {
      const t = peek();
      let key: Node;
      let short: Node | undefined;
      if (t.kind === 'var') {
        next();
        key = { t: 'value', v: t.text };
        short = { t: 'var', name: t.text };
      } else if (t.kind === 'name' || t.kind === 'word') {
        next();
        key = { t: 'value', v: t.text };
        short = { t: 'index', of: { t: 'identity' }, key };
      } else if (t.kind === 'text' || t.kind === 'format' || t.kind === 'num') {
        key = t.kind === 'num' ? (next(), { t: 'value', v: t.text }) : term();
        short = { t: 'index', of: { t: 'identity' }, key };
      } else if (take('(')) {
        key = pipe();
        need(')');
      } else return wrong();
      if (take(':')) {
        let value = postfixOrMinus();
        while (take('|')) value = { t: 'pipe', a: value, b: postfixOrMinus() };
        entries.push({ key, value });
      } else if (short) entries.push({ key, value: short });
      else return wrong();
      if (!take(',')) break;
    }
    need('}');
    return { t: 'object', entries };
  }
  /** What may stand as a value in an object: everything that binds closer than a comma. */
  const postfixOrMinus = (): Node => alternative();
  function destructure(): Pattern {
    if (peek().kind === 'var') return { name: next().text };
    if (take('[')) {
      const array: Pattern[] = [];
      do array.push(destructure());
      while (take(','));
      need(']');
      return { array };
    }
    need('{');
    const entries: { key: Node; name?: string; value?: Pattern }[] = [];
    do {
      const t = next();
      if (t.kind === 'var') {
        const entry: { key: Node; name?: string; value?: Pattern } = { key: { t: 'value', v: t.text }, name: t.text };
        if (take(':')) entry.value = destructure();
        entries.push(entry);
      } else {
        let key: Node;
        if (t.kind === 'name' || t.kind === 'word') key = { t: 'value', v: t.text };
        else if (t.kind === 'text') key = { t: 'text', parts: t.parts!, format: 'text' };
        else if (t.text === '(') {
          key = pipe();
          need(')');
        } else return wrong();
        need(':');
        entries.push({ key, value: destructure() });
      }
    } while (take(','));
    need('}');
    return { object: entries };
  }

  const tree = tokens.length ? pipe() : ({ t: 'identity' } as Node);
  if (at < tokens.length) wrong(true);
  return tree;
}
