/**
 * The language of awk as a tree: POSIX' grammar with gawk's `**`, `delete array` and `getline` forms.
 */

/** An expression. */
export type Ex =
  | { t: 'num'; v: number }
  | { t: 'str'; v: string }
  | { t: 're'; v: string }
  | { t: 'var'; name: string }
  | { t: 'index'; name: string; keys: Ex[] }
  | { t: 'field'; of: Ex }
  | { t: 'assign'; op: string; to: Ex; of: Ex }
  | { t: 'step'; op: '++' | '--'; before: boolean; of: Ex }
  | { t: 'not' | 'minus' | 'plus'; of: Ex }
  | { t: 'binary'; op: string; a: Ex; b: Ex }
  | { t: 'and' | 'or'; a: Ex; b: Ex }
  | { t: 'if'; a: Ex; b: Ex; c: Ex }
  | { t: 'in'; name: string; keys: Ex[] }
  | { t: 'call'; name: string; own: boolean; args: Ex[] }
  | { t: 'group'; of: Ex[] }
  | { t: 'getline'; to: Ex | undefined; from: Ex | undefined; how: 'input' | 'file' | 'command' };

/** A statement. */
export type St =
  | { t: 'ex'; of: Ex }
  | { t: 'print'; of: Ex[]; printf: boolean; how: '' | '>' | '>>' | '|'; to: Ex | undefined }
  | { t: 'block'; of: St[] }
  | { t: 'if'; test: Ex; then: St; other: St | undefined }
  | { t: 'while'; test: Ex | undefined; body: St; after: St | undefined; first: boolean }
  | { t: 'for'; start: St | undefined; loop: St }
  | { t: 'forin'; name: string; array: string; body: St }
  | { t: 'delete'; name: string; keys: Ex[] | undefined }
  | { t: 'flow'; kind: 'break' | 'continue' | 'next' | 'nextfile' }
  | { t: 'exit' | 'return'; of: Ex | undefined };

export interface Rule {
  readonly kind: 'BEGIN' | 'END' | 'always' | 'if' | 'range';
  readonly test?: Ex;
  readonly until?: Ex;
  readonly body?: St;
}

export interface Function {
  readonly name: string;
  readonly params: readonly string[];
  body: St;
}

export interface Program {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, Function>;
}

/** Where the text stopped being awk. */
export class AwkSyntax extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

interface Token {
  readonly kind: 'num' | 'str' | 'name' | 'call' | 'word' | 'op' | 'nl' | 'end';
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const WORDS = new Set(['BEGIN', 'END', 'function', 'func', 'if', 'else', 'while', 'for', 'do', 'break', 'continue', 'next', 'nextfile', 'exit', 'return', 'delete', 'in', 'getline', 'print', 'printf', 'switch', 'case', 'default']);
/** Built-in functions. */
export const BUILTINS = new Set(
  'length substr index split sub gsub gensub match sprintf sin cos atan2 exp log sqrt int rand srand tolower toupper system close fflush strftime systime mktime strtonum and or xor lshift rshift compl asort asorti'.split(' '),
);
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', '/': '/', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** The text between double quotes with its escapes resolved. */
export function unquote(text: string): string {
  return text.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|\n|[^])/g, (all, c: string) =>
    c in ESCAPES ? ESCAPES[c]! : c[0] === 'x' && c.length > 1 ? String.fromCharCode(parseInt(c.slice(1), 16)) : /^[0-7]/.test(c) ? String.fromCharCode(parseInt(c, 8)) : c === '\n' ? '' : all);
}

export function parse(source: string): Program {
  let at = 0;
  let token: Token;
  let before: Token = { kind: 'nl', text: '', at: 0, end: 0 };

  function scan(): Token {
    for (;;) {
      while (source[at] === ' ' || source[at] === '\t' || source[at] === '\r' || (source[at] === '\\' && /^\\\r?\n/.test(source.slice(at, at + 3)))) at += source[at] === '\\' ? source.indexOf('\n', at) - at + 1 : 1;
      if (source[at] !== '#') break;
      while (at < source.length && source[at] !== '\n') at++;
    }
    const from = at;
    const make = (kind: Token['kind'], text: string, size = text.length): Token => {
      at = from + size;
      return { kind, text, at: from, end: at };
    };
    if (at >= source.length) return make('end', '', 0);
    const c = source[at]!;
    if (c === '\n') return make('nl', c);
    const rest = source.slice(at, at + 200);
    const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(rest);
    if (number) return make('num', number[0]);
    const name = /^[A-Za-z_]\w*/.exec(rest);
    if (name) return WORDS.has(name[0]) ? make('word', name[0]) : make(source[at + name[0].length] === '(' ? 'call' : 'name', name[0]);
    if (c === '"') {
      let end = at + 1;
      while (end < source.length && source[end] !== '"') {
        if (source[end] === '\n') throw new AwkSyntax('unterminated string', from);
        end += source[end] === '\\' ? 2 : 1;
      }
      if (end >= source.length) throw new AwkSyntax('unterminated string', from);
      return make('str', source.slice(at + 1, end), end + 1 - from);
    }
    const op = /^(?:\*\*=|&&|\|\||\+\+|--|\+=|-=|\*=|\/=|%=|\^=|\*\*|==|<=|>=|!=|!~|>>|[{}()[\];,+\-*\/%^!<>|?:~$=&])/.exec(rest);
    if (op) return make('op', op[0] === '**' ? '^' : op[0] === '**=' ? '^=' : op[0], op[0].length);
    throw new AwkSyntax('syntax error', from);
  }
  const next = (): Token => {
    before = token;
    token = scan();
    return before;
  };
  const fail = (message = token.kind === 'end' ? 'unexpected newline or end of string' : 'syntax error'): never => {
    throw new AwkSyntax(message, token.at);
  };
  const is = (text: string): boolean => (token.kind === 'op' || token.kind === 'word') && token.text === text;
  const take = (text: string): boolean => is(text) && next() !== undefined;
  const need = (text: string): void => void (take(text) || fail());
  const newlines = (): void => {
    while (token.kind === 'nl') next();
  };
  const ends = (): void => {
    while (token.kind === 'nl' || is(';')) next();
  };
  /** A slash where an operand stands begins a regular expression. */
  function regex(): Ex {
    let end = token.at + 1;
    for (let inside = false; source[end] !== '/' || inside; end++) {
      if (end >= source.length || source[end] === '\n') throw new AwkSyntax('unterminated regexp', token.at);
      if (source[end] === '\\') end++;
      else if (source[end] === '[') {
        inside = true;
        if (source[end + 1] === '^') end++;
        if (source[end + 1] === ']') end++;
      } else if (source[end] === ']') inside = false;
    }
    const v = source.slice(token.at + 1, end).replaceAll('\\/', '/');
    at = end + 1;
    token = scan();
    return { t: 're', v };
  }

  /** `noIn`: inside `for (`; `noGt`: inside print, where > redirects. */
  let noIn = false;
  let noGt = false;
  function free<T>(f: () => T): T {
    const saved = [noIn, noGt] as const;
    noIn = noGt = false;
    const out = f();
    [noIn, noGt] = saved;
    return out;
  }

  const expression = (): Ex => {
    const a = ternary();
    const op = /^(?:[-+*\/%^]?=)$/.exec(token.kind === 'op' ? token.text : '')?.[0];
    if (op && isPlace(a)) {
      next();
      newlines();
      return { t: 'assign', op: op.slice(0, -1), to: a, of: expression() };
    }
    return a;
  };
  const isPlace = (e: Ex): boolean => e.t === 'var' || e.t === 'index' || e.t === 'field';
  function ternary(): Ex {
    const a = or();
    if (!take('?')) return a;
    newlines();
    const b = expression();
    newlines();
    need(':');
    newlines();
    return { t: 'if', a, b, c: expression() };
  }
  function or(): Ex {
    let a = and();
    while (is('||')) {
      next();
      newlines();
      a = { t: 'or', a, b: and() };
    }
    return a;
  }
  function and(): Ex {
    let a = membership();
    while (is('&&')) {
      next();
      newlines();
      a = { t: 'and', a, b: membership() };
    }
    return a;
  }
  function membership(): Ex {
    let a = matching();
    while (!noIn && is('in')) {
      next();
      if (token.kind !== 'name') fail();
      a = { t: 'in', name: next().text, keys: a.t === 'group' ? a.of : [a] };
    }
    return a;
  }
  function matching(): Ex {
    let a = relation();
    while (is('~') || is('!~')) {
      const op = next().text;
      a = { t: 'binary', op, a, b: relation() };
    }
    return a;
  }
  function relation(): Ex {
    let a = concat();
    for (;;) {
      if (is('|') && /^\|\s*getline\b/.test(source.slice(token.at))) {
        next();
        next();
        a = { t: 'getline', how: 'command', from: a, to: place() };
        continue;
      }
      if (!(is('<') || is('<=') || is('==') || is('!=') || is('>=') || (!noGt && is('>')))) return a;
      const op = next().text;
      a = { t: 'binary', op, a, b: concat() };
    }
  }
  const startsOperand = (): boolean =>
    token.kind === 'num' || token.kind === 'str' || token.kind === 'name' || token.kind === 'call' || is('$') || is('!') || is('(') || is('-') || is('+') || is('++') || is('--');
  function concat(): Ex {
    let a = additive();
    while (startsOperand() && !is('in')) a = { t: 'binary', op: ' ', a, b: additive() };
    return a;
  }
  function additive(): Ex {
    let a = product();
    while (is('+') || is('-')) {
      const op = next().text;
      a = { t: 'binary', op, a, b: product() };
    }
    return a;
  }
  function product(): Ex {
    let a = unary();
    while (is('*') || is('/') || is('%')) {
      const op = next().text;
      a = { t: 'binary', op, a, b: unary() };
    }
    return a;
  }
  function unary(): Ex {
    if (take('!')) return { t: 'not', of: unary() };
    if (take('-')) return { t: 'minus', of: unary() };
    if (take('+')) return { t: 'plus', of: unary() };
    return power();
  }
  function power(): Ex {
    const a = postfix();
    if (!take('^')) return a;
    return { t: 'binary', op: '^', a, b: is('-') || is('+') || is('!') ? unary() : power() };
  }
  function postfix(): Ex {
    const a = primary();
    if (isPlace(a) && (is('++') || is('--'))) return { t: 'step', op: next().text as '++', before: false, of: a };
    return a;
  }
  /** A variable, element or field that may stand after getline. */
  function place(): Ex | undefined {
    if (token.kind === 'name' || is('$')) return primary();
    return undefined;
  }
  const list = (close: string): Ex[] =>
    free(() => {
      const out: Ex[] = [];
      newlines();
      while (!is(close)) {
        out.push(expression());
        newlines();
        if (!take(',')) break;
        newlines();
      }
      need(close);
      return out;
    });
  function primary(): Ex {
    if (token.kind === 'num') return { t: 'num', v: Number(next().text) };
    if (token.kind === 'str') return { t: 'str', v: unquote(next().text) };
    if (is('/') || is('/=')) return regex();
    if (take('$')) {
      if (is('++') || is('--')) {
        const op = next().text as '++';
        return { t: 'field', of: { t: 'step', op, before: true, of: primary() } };
      }
      if (take('-')) return { t: 'field', of: { t: 'minus', of: primary() } };
      return { t: 'field', of: primary() };
    }
    if (is('++') || is('--')) {
      const op = next().text as '++';
      return { t: 'step', op, before: true, of: primary() };
    }
    if (is('-') || is('+') || is('!')) return unary();
    if (take('(')) {
      const of = list(')');
      if (!of.length) fail();
      return { t: 'group', of };
    }
    if (take('getline')) {
      const to = place();
      if (take('<')) return { t: 'getline', how: 'file', to, from: concatless() };
      return { t: 'getline', how: 'input', to, from: undefined };
    }
    if (token.kind === 'call' || (token.kind === 'name' && BUILTINS.has(token.text))) {
      const name = next().text;
      const own = !BUILTINS.has(name);
      if (!is('(')) {
        if (name !== 'length') fail();
        return { t: 'call', name, own, args: [] };
      }
      next();
      return { t: 'call', name, own, args: list(')') };
    }
    if (token.kind === 'name') {
      const name = next().text;
      if (take('[')) return { t: 'index', name, keys: list(']') };
      return { t: 'var', name };
    }
    return fail();
  }
  /** The file of `getline < file`: an operand without concatenation. */
  const concatless = (): Ex => postfix();

  function simple(): St {
    if (is('print') || is('printf')) {
      const printf = next().text === 'printf';
      const saved = noGt;
      noGt = true;
      let of: Ex[] = [];
      if (!(token.kind === 'nl' || token.kind === 'end' || is(';') || is('}') || is('>') || is('>>') || is('|'))) {
        of.push(expression());
        while (take(',')) {
          newlines();
          of.push(expression());
        }
      }
      noGt = saved;
      if (of.length === 1 && of[0]!.t === 'group') of = of[0]!.of;
      if (printf && !of.length) fail();
      let how = '' as '' | '>' | '>>' | '|';
      let to: Ex | undefined;
      if (is('>') || is('>>') || is('|')) {
        how = next().text as '>';
        to = concat();
      }
      return { t: 'print', of, printf, how, to };
    }
    if (take('delete')) {
      if (token.kind !== 'name') fail();
      const name = next().text;
      return { t: 'delete', name, keys: take('[') ? list(']') : undefined };
    }
    return { t: 'ex', of: expression() };
  }

  /** After a simple statement: `;`, a newline, or what closes the block. */
  function closed<T>(statement: T): T {
    if (token.kind === 'nl' || is(';')) next();
    else if (!is('}') && token.kind !== 'end') fail();
    return statement;
  }
  function body(): St {
    newlines();
    if (take(';')) return { t: 'block', of: [] };
    return statement();
  }
  function statement(): St {
    if (is('{')) {
      const block = braces();
      if (is(';')) next();
      return block;
    }
    if (take('if')) {
      need('(');
      const test = free(expression);
      newlines();
      need(')');
      const then = body();
      const back = { at, token, before };
      ends();
      if (take('else')) return { t: 'if', test, then, other: body() };
      ({ at, token, before } = back);
      return { t: 'if', test, then, other: undefined };
    }
    if (take('while')) {
      need('(');
      const test = free(expression);
      newlines();
      need(')');
      return { t: 'while', test, body: body(), after: undefined, first: false };
    }
    if (take('do')) {
      const inner = body();
      ends();
      need('while');
      need('(');
      const test = free(expression);
      need(')');
      return closed({ t: 'while', test, body: inner, after: undefined, first: true });
    }
    if (take('for')) {
      need('(');
      const m = /^\s*([A-Za-z_]\w*)\s+in\s+([A-Za-z_]\w*)\s*\)/.exec(source.slice(token.at));
      if (m) {
        for (let i = 0; i < 4; i++) next();
        return { t: 'forin', name: m[1]!, array: m[2]!, body: body() };
      }
      const start = is(';') ? undefined : simple();
      need(';');
      newlines();
      const test = is(';') ? undefined : free(expression);
      need(';');
      newlines();
      const after = is(')') ? undefined : simple();
      need(')');
      return { t: 'for', start, loop: { t: 'while', test, body: body(), after, first: false } };
    }
    for (const kind of ['break', 'continue', 'next', 'nextfile'] as const) if (take(kind)) return closed({ t: 'flow', kind });
    for (const t of ['exit', 'return'] as const) if (take(t)) return closed({ t, of: token.kind === 'nl' || token.kind === 'end' || is(';') || is('}') ? undefined : expression() });
    if (is('switch')) throw new AwkSyntax('switch is not supported here yet', token.at);
    return closed(simple());
  }
  function braces(): St {
    need('{');
    const of: St[] = [];
    for (ends(); !is('}'); ends()) {
      if ((token as Token).kind === 'end') fail();
      of.push(statement());
    }
    need('}');
    return { t: 'block', of };
  }

  token = scan();
  const rules: Rule[] = [];
  const functions = new Map<string, Function>();
  for (ends(); token.kind !== 'end'; ends()) {
    if (is('function') || is('func')) {
      next();
      if (token.kind !== 'name' && token.kind !== 'call') fail();
      const name = next().text;
      need('(');
      const params: string[] = [];
      newlines();
      while (token.kind === 'name') {
        params.push(next().text);
        newlines();
        if (!take(',')) break;
        newlines();
      }
      need(')');
      newlines();
      functions.set(name, { name, params, body: braces() });
    } else if (is('BEGIN') || is('END')) {
      const kind = next().text as 'BEGIN';
      if (!is('{')) fail();
      rules.push({ kind, body: braces() });
    } else if (is('{')) rules.push({ kind: 'always', body: braces() });
    else {
      const test = expression();
      const until = take(',') ? (newlines(), expression()) : undefined;
      rules.push({ kind: until ? 'range' : 'if', test, ...(until && { until }), ...(is('{') && { body: braces() }) });
      if (token.kind !== 'nl' && (token as Token).kind !== 'end' && !is(';') && before.text !== '}') fail();
    }
  }
  return { rules, functions };
}
