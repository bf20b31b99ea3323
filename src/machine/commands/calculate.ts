/**
 * expr and bc. Unlike the real bc: expressions, variables, scale, sqrt and -l's functions; no statements, functions or other bases than obase/ibase 2 to 16.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { Input, open } from './input.ts';
import { type Flavour, missing, options } from './options.ts';
import { regex, RegexError } from './regex.ts';

class ExprError extends Error {}

function* expr(p: Process, flavour: Flavour): Running<ExitCode> {
  const words = p.args.slice(p.args[1] === '--' ? 2 : 1);
  if (!words.length) return missing(p, flavour, { trouble: 2, usage: 'EXPRESSION' });
  let at = 0;
  const whole = (text: string): bigint => {
    if (!/^-?\d+$/.test(text)) throw new ExprError('non-integer argument');
    return BigInt(text);
  };
  const yes = (text: string): boolean => text !== '' && !/^-?0+$/.test(text);
  const after = (): string => {
    const word = words[at++];
    if (word === undefined) throw new ExprError(`syntax error: missing argument after ‘${words[at - 2]}’`);
    return word;
  };
  const match = (text: string, pattern: string): string => {
    const compiled = regex(pattern, { extended: false });
    const m = regex(`^\\(${pattern}\\)`.replace(/^\^\\\(\^/, '^\\('), { extended: false }).exec(text);
    if (compiled.groups) return m?.groups[2] ?? '';
    return String(m ? [...m.groups[0]!].length : 0);
  };
  const primary = (): string => {
    const word = after();
    if (word === '(') {
      const value = or();
      if (words[at] === undefined) throw new ExprError(`syntax error: expecting ')' after ‘${words[at - 1]}’`);
      if (words[at++] !== ')') throw new ExprError(`syntax error: expecting ')' instead of ‘${words[at - 1]}’`);
      return value;
    }
    if (word === 'length' && words[at] !== undefined) return String([...after()].length);
    if (word === 'match' && words[at + 1] !== undefined) return match(after(), after());
    if (word === 'index' && words[at + 1] !== undefined) {
      const [text, chars] = [after(), after()];
      return String([...text].findIndex((c) => chars.includes(c)) + 1);
    }
    if (word === 'substr' && words[at + 2] !== undefined) {
      const [text, from, count] = [after(), Number(after()), Number(after())];
      return from < 1 || !(count > 0) ? '' : [...text].slice(from - 1, from - 1 + count).join('');
    }
    if (word === '+' && words[at] !== undefined) return after();
    return word;
  };
  const level = (next: () => string, ops: readonly string[], apply: (op: string, a: string, b: string) => string) => (): string => {
    let a = next();
    while (words[at] !== undefined && ops.includes(words[at]!)) {
      const op = words[at++]!;
      a = apply(op, a, next());
    }
    return a;
  };
  const matching = level(primary, [':'], (_, a, b) => match(a, b));
  const product = level(matching, ['*', '/', '%'], (op, a, b) => {
    const [x, y] = [whole(a), whole(b)];
    if (op !== '*' && y === 0n) throw new ExprError('division by zero');
    return String(op === '*' ? x * y : op === '/' ? x / y : x % y);
  });
  const sum = level(product, ['+', '-'], (op, a, b) => String(op === '+' ? whole(a) + whole(b) : whole(a) - whole(b)));
  const relation = level(sum, ['<', '<=', '=', '==', '!=', '>=', '>'], (op, a, b) => {
    const numeric = /^-?\d+$/.test(a) && /^-?\d+$/.test(b);
    const [x, y] = numeric ? [BigInt(a), BigInt(b)] : [a, b];
    return ({ '<': x < y, '<=': x <= y, '=': x === y, '==': x === y, '!=': x !== y, '>=': x >= y, '>': x > y } as Record<string, boolean>)[op] ? '1' : '0';
  });
  const and = level(relation, ['&'], (_, a, b) => (yes(a) && yes(b) ? a : '0'));
  const or = level(and, ['|'], (_, a, b) => (yes(a) ? a : yes(b) ? b : '0'));
  try {
    const value = or();
    if (at < words.length) throw new ExprError(`syntax error: unexpected argument ‘${words[at]}’`);
    p.write(`${value}\n`);
    return yes(value) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ExprError) && !(error instanceof RegexError)) throw error;
    p.warn(`expr: ${flavour === 'busybox' ? error.message.replace(/^(syntax error):.*/, '$1') : error.message}\n`);
    return 2;
  }
}

/** A decimal number: `digits` × 10^-scale. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}
const ten = (n: number): bigint => 10n ** BigInt(n);
const rescale = (d: Decimal, scale: number): bigint => (scale >= d.scale ? d.digits * ten(scale - d.scale) : d.digits / ten(d.scale - scale));
const fromNumber = (x: number, scale: number): Decimal => ({ digits: BigInt(Math.trunc(x * 10 ** Math.min(15, scale))) * ten(Math.max(0, scale - 15)), scale });
const toNumber = (d: Decimal): number => Number(d.digits) / 10 ** d.scale;

class BcError extends Error {}

function* bc(p: Process, flavour: Flavour): Running<ExitCode> {
  const given = options(p, flavour, { short: 'lqsiw', long: { mathlib: 'l', quiet: 'q', standard: 's', interactive: 'i', warn: 'w' }, version: '1.07.1', usage: '[OPTION]... [FILE]...\nCalculate.\n\n  -l  with scale 20 and s c a l e (sine, cosine, arc tangent, logarithm, exponential)' });
  if (typeof given === 'number') return given;
  const mathlib = given.has('l');
  const vars = new Map<string, Decimal>();
  let scale = mathlib ? 20 : 0;
  let obase = 10;
  let ibase = 10;
  let quit = false;
  const put = (d: Decimal): string => {
    if (obase !== 10) return `${d.digits < 0n ? '-' : ''}${(d.digits < 0n ? -rescale(d, 0) : rescale(d, 0)).toString(obase).toUpperCase()}`;
    const text = (d.digits < 0n ? -d.digits : d.digits).toString().padStart(d.scale + 1, '0');
    const body = d.scale ? `${text.slice(0, -d.scale).replace(/^0$/, '')}.${text.slice(-d.scale)}` : text;
    return (d.digits < 0n && /[1-9]/.test(body) ? '-' : '') + (/^\.0+$/.test(body) && d.digits === 0n ? '0' : body);
  };
  const sqrt = (d: Decimal): Decimal => {
    if (d.digits < 0n) throw new BcError('Square root of a negative number');
    const s = Math.max(scale, d.scale);
    const n = rescale(d, 2 * s);
    let x = n;
    for (let y = (n + 1n) / 2n; y < x; y = (y + n / y) / 2n) x = y;
    return { digits: n === 0n ? 0n : x, scale: s };
  };
  const divide = (a: Decimal, b: Decimal, s: number): Decimal => {
    if (b.digits === 0n) throw new BcError('Divide by zero');
    return { digits: (a.digits * ten(s + b.scale)) / (b.digits * ten(a.scale)), scale: s };
  };

  function line(text: string): void {
    const tokens = text.match(/[0-9A-F]*\.?[0-9A-F]+|[a-z]\w*|\*\*|[=!<>]=|[-+*/%^]=|\+\+|--|&&|\|\||"[^"]*"|[^\s]/g) ?? [];
    let at = 0;
    const is = (t: string): boolean => tokens[at] === t;
    const need = (t: string): void => {
      if (tokens[at++] !== t) throw new BcError('syntax error');
    };
    const get = (name: string): Decimal => (name === 'scale' ? { digits: BigInt(scale), scale: 0 } : name === 'obase' ? { digits: BigInt(obase), scale: 0 } : name === 'ibase' ? { digits: BigInt(ibase), scale: 0 } : (vars.get(name) ?? { digits: 0n, scale: 0 }));
    const set = (name: string, d: Decimal): void => {
      const n = Math.trunc(toNumber(d));
      if (name === 'scale') scale = n;
      else if (name === 'obase') obase = Math.min(16, Math.max(2, n));
      else if (name === 'ibase') ibase = Math.min(16, Math.max(2, n));
      else vars.set(name, d);
    };
    const number = (t: string): Decimal => {
      const [whole, part = ''] = t.split('.');
      if (ibase !== 10) return { digits: BigInt(parseInt(whole || '0', ibase)), scale: 0 };
      if (/[A-F]/.test(t)) return { digits: BigInt(parseInt(t, 16)), scale: 0 };
      return { digits: BigInt(whole! + part || '0'), scale: part.length };
    };
    const primary = (): Decimal => {
      const t = tokens[at++];
      if (t === undefined) throw new BcError('syntax error');
      if (t === '(') {
        const d = assign();
        need(')');
        return d;
      }
      if (t === '-') {
        const d = power();
        return { digits: -d.digits, scale: d.scale };
      }
      if (t === '+') return power();
      if (/^[0-9A-F.]/.test(t)) return number(t);
      if (!/^[a-z]/.test(t)) throw new BcError('syntax error');
      if (is('(')) {
        at++;
        const d = assign();
        need(')');
        if (t === 'sqrt') return sqrt(d);
        if (t === 'length') return { digits: BigInt((d.digits < 0n ? -d.digits : d.digits).toString().length), scale: 0 };
        if (t === 'scale') return { digits: BigInt(d.scale), scale: 0 };
        const f = mathlib ? ({ s: Math.sin, c: Math.cos, a: Math.atan, l: Math.log, e: Math.exp } as Record<string, (x: number) => number>)[t] : undefined;
        if (!f) throw new BcError(`Function ${t} not defined.`);
        return fromNumber(f(toNumber(d)), scale);
      }
      if (is('++') || is('--')) {
        const old = get(t);
        set(t, { digits: old.digits + (tokens[at++] === '++' ? 1n : -1n) * ten(old.scale), scale: old.scale });
        return old;
      }
      return get(t);
    };
    const power = (): Decimal => {
      const a = primary();
      if (!is('^') && !is('**')) return a;
      at++;
      const b = power();
      const n = Math.trunc(toNumber(b));
      if (n < 0) return divide({ digits: 1n, scale: 0 }, { digits: a.digits ** BigInt(-n), scale: a.scale * -n }, scale);
      const full = a.scale * n;
      const s = Math.min(full, Math.max(scale, a.scale));
      return { digits: rescale({ digits: a.digits ** BigInt(n), scale: full }, s), scale: s };
    };
    const product = (): Decimal => {
      let a = power();
      while (is('*') || is('/') || is('%')) {
        const op = tokens[at++];
        const b = power();
        if (op === '*') {
          const full = a.scale + b.scale;
          const s = Math.min(full, Math.max(scale, a.scale, b.scale));
          a = { digits: rescale({ digits: a.digits * b.digits, scale: full }, s), scale: s };
        } else if (op === '/') a = divide(a, b, scale);
        else {
          const q = divide(a, b, scale);
          const s = Math.max(scale + b.scale, a.scale);
          a = { digits: rescale(a, s) - rescale({ digits: q.digits * b.digits, scale: q.scale + b.scale }, s), scale: s };
        }
      }
      return a;
    };
    const sum = (): Decimal => {
      let a = product();
      while (is('+') || is('-')) {
        const op = tokens[at++];
        const b = product();
        const s = Math.max(a.scale, b.scale);
        a = { digits: op === '+' ? rescale(a, s) + rescale(b, s) : rescale(a, s) - rescale(b, s), scale: s };
      }
      return a;
    };
    const relation = (): Decimal => {
      let a = sum();
      while (['<', '>', '<=', '>=', '==', '!='].includes(tokens[at] ?? '')) {
        const op = tokens[at++]!;
        const b = sum();
        const s = Math.max(a.scale, b.scale);
        const [x, y] = [rescale(a, s), rescale(b, s)];
        a = { digits: ({ '<': x < y, '>': x > y, '<=': x <= y, '>=': x >= y, '==': x === y, '!=': x !== y } as Record<string, boolean>)[op] ? 1n : 0n, scale: 0 };
      }
      return a;
    };
    let silent = false;
    const assign = (): Decimal => {
      const [name, op] = [tokens[at], tokens[at + 1]];
      if (name && /^[a-z]/.test(name) && op && /^[-+*/%^]?=$/.test(op)) {
        const first = at === start;
        at += 2;
        let d = assign();
        if (op !== '=') {
          const saved = get(name);
          const s = Math.max(saved.scale, d.scale);
          d = op[0] === '+' ? { digits: rescale(saved, s) + rescale(d, s), scale: s } : op[0] === '-' ? { digits: rescale(saved, s) - rescale(d, s), scale: s } : op[0] === '*' ? { digits: saved.digits * d.digits, scale: saved.scale + d.scale } : divide(saved, d, scale);
        }
        set(name, d);
        if (first) silent = true;
        return d;
      }
      return relation();
    };
    let start = 0;
    while (at < tokens.length && !quit) {
      if (is(';')) {
        at++;
        continue;
      }
      if (is('quit') || is('halt')) {
        quit = true;
        return;
      }
      if (tokens[at]![0] === '"') {
        p.write(tokens[at++]!.slice(1, -1));
        continue;
      }
      if (/^(if|while|for|define|print|read|auto|return)$/.test(tokens[at]!)) throw new BcError(`${tokens[at]} is not supported here yet`);
      start = at;
      silent = false;
      const d = assign();
      if (at < tokens.length && !is(';')) throw new BcError('syntax error');
      if (!silent) p.write(`${put(d)}\n`);
    }
  }

  let number = 0;
  const inputs: Input[] = [];
  for (const word of given.words) {
    const input = open(p, word);
    if (!input) return 1;
    inputs.push(input);
  }
  for (const input of [...inputs, new Input(p, '-')]) {
    for (let text = yield* input.line(); text !== undefined && !quit; text = yield* input.line()) {
      number++;
      try {
        line(text.replace(/#.*|\/\*.*?\*\//g, ''));
      } catch (error) {
        if (!(error instanceof BcError)) throw error;
        p.warn(error.message === 'syntax error' || /supported/.test(error.message) ? `(standard_in) ${number}: ${error.message}\n` : `Runtime error (func=(main), adr=${number}): ${error.message}\n`);
      }
      yield* p.flush();
    }
  }
  return 0;
}

/** The commands of this chunk. */
export const suite: Suite = { expr, bc };
