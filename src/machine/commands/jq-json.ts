/**
 * JSON for jq: values with the order of their keys, several texts one after another, and printing as jq does.
 */

export type Json = null | boolean | number | string | Json[] | Table;
export type Table = Map<string, Json>;

/** An error of a filter; its value is what `catch` gets. */
export class JqError extends Error {
  readonly value: Json;
  constructor(value: Json) {
    super(typeof value === 'string' ? value : `${dump(value)} (not a string)`);
    this.value = value;
  }
}

/** Text that is no JSON; the message tells where. */
export class NoJson extends Error {}

/** Reads the values of a text one by one. */
export class Reader {
  private readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The next value, undefined at the end. Throws NoJson. */
  next(): Json | undefined {
    this.blank();
    return this.at >= this.text.length ? undefined : this.value(0);
  }

  /** Newlines up to the end of the line that was read last. */
  get line(): number {
    const end = this.text.indexOf('\n', Math.max(0, this.at - 1));
    let n = 0;
    for (let i = this.text.indexOf('\n'); i >= 0 && i <= (end < 0 ? this.text.length : end); i = this.text.indexOf('\n', i + 1)) n++;
    return n;
  }

  private blank(): void {
    while (this.at < this.text.length && ' \t\r\n\ufeff'.includes(this.text[this.at]!)) this.at++;
  }

  private fail(what: string): never {
    const end = this.at >= this.text.length;
    const before = this.text.slice(0, this.at);
    const line = before.split('\n').length;
    const column = this.at - before.lastIndexOf('\n') - 1;
    throw new NoJson(end ? `${what || 'Unfinished JSON term'} at EOF at line ${line}, column ${column}` : `${what} at line ${line}, column ${column + 1}`);
  }

  private value(depth: number): Json {
    if (depth > 1000) this.fail('Exceeds depth limit for parsing');
    this.blank();
    const c = this.text[this.at];
    if (c === '{') {
      const out: Table = new Map();
      this.at++;
      this.blank();
      if (this.text[this.at] === '}') {
        this.at++;
        return out;
      }
      for (;;) {
        this.blank();
        if (this.text[this.at] !== '"') this.fail(this.text[this.at] === '}' ? 'Objects must consist of key:value pairs' : 'Object keys must be strings');
        const key = this.string();
        this.blank();
        if (this.text[this.at] !== ':') this.fail('Objects must consist of key:value pairs');
        this.at++;
        out.set(key, this.value(depth + 1));
        this.blank();
        const d = this.text[this.at];
        if (d !== ',' && d !== '}') this.fail(d === ']' ? "Unmatched ']'" : 'Expected separator between values');
        this.at++;
        if (d === '}') return out;
      }
    }
    if (c === '[') {
      const out: Json[] = [];
      this.at++;
      this.blank();
      if (this.text[this.at] === ']') {
        this.at++;
        return out;
      }
      for (;;) {
        this.blank();
        if (this.text[this.at] === ']') this.fail("Expected value before ']'");
        out.push(this.value(depth + 1));
        this.blank();
        const d = this.text[this.at];
        if (d !== ',' && d !== ']') this.fail(d === '}' ? "Unmatched '}'" : 'Expected separator between values');
        this.at++;
        if (d === ']') return out;
      }
    }
    if (c === '"') return this.string();
    const m = /[^\s,:[\]{}"]+/y;
    m.lastIndex = this.at;
    const word = m.exec(this.text)?.[0];
    if (word === undefined) this.fail(c === undefined ? '' : `Expected ${c === ':' || c === ',' ? 'value before' : 'JSON value, not'} '${c}'`);
    const known = { true: true, false: false, null: null, nan: NaN }[word as 'true'];
    if (known === undefined && !/^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(word!)) {
      this.at += word!.length;
      this.fail(/^[a-zA-Z]/.test(word!) && !/^(t|f|n)/.test(word!) ? 'Invalid numeric literal' : /^[tfn]/.test(word!) ? 'Invalid literal' : 'Invalid numeric literal');
    }
    this.at += word!.length;
    return known === undefined ? Number(word) : known;
  }

  private string(): string {
    let out = '';
    let from = ++this.at;
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined) this.fail('Unfinished string');
      if (c === '"') {
        out += this.text.slice(from, this.at++);
        return out;
      }
      if (c !== '\\') {
        this.at++;
        continue;
      }
      out += this.text.slice(from, this.at);
      const e = this.text[this.at + 1] ?? '';
      const simple = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[e];
      const hex = e === 'u' ? /^[0-9a-fA-F]{4}/.exec(this.text.slice(this.at + 2, this.at + 6)) : null;
      if (simple === undefined && !hex) this.fail('Invalid escape');
      out += simple ?? String.fromCharCode(parseInt(hex![0], 16));
      this.at += hex ? 6 : 2;
      from = this.at;
    }
  }
}

/** Parses one value. Throws NoJson. */
export function parseJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.next();
  if (value === undefined) throw new NoJson('Expected JSON value');
  if (reader.next() !== undefined) throw new NoJson('Unexpected extra JSON values');
  return value;
}

const ESCAPED: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r', '\b': '\\b', '\f': '\\f' };
const quote = (s: string, ascii: boolean): string =>
  `"${s.replace(ascii ? /["\\\x00-\x1f\x7f-\uffff]/g : /["\\\x00-\x1f\x7f]/g, (c) => ESCAPED[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

/** A number with up to 17 digits. */
export function showNumber(n: number): string {
  if (Number.isNaN(n)) return 'null';
  if (n === Infinity) return '1.7976931348623157e+308';
  if (n === -Infinity) return '-1.7976931348623157e+308';
  const text = Object.is(n, -0) ? '-0' : String(n);
  if (/e/.test(text)) return text.replace(/e([+-])(\d)$/, 'e$10$2');
  return Math.abs(n) >= 1e17 ? n.toExponential().replace(/e([+-])(\d)$/, 'e$10$2') : n !== 0 && Math.abs(n) < 1e-5 ? n.toExponential().replace(/e([+-])(\d)$/, 'e$10$2') : text;
}

export interface Manner {
  readonly indent: string;
  readonly sort?: boolean;
  readonly ascii?: boolean;
  readonly colour?: boolean;
}

const COLOURS = { null: '1;30', boolean: '0;39', number: '0;39', string: '0;32', array: '1;39', object: '1;39' } as const;

/** A value as text; without an indent on one line. */
export function dump(v: Json, manner: Manner = { indent: '' }, depth = 0): string {
  const paint = (code: string, text: string): string => (manner.colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  if (v === null) return paint(COLOURS.null, 'null');
  if (typeof v === 'boolean') return paint(COLOURS.boolean, String(v));
  if (typeof v === 'number') return paint(COLOURS.number, showNumber(v));
  if (typeof v === 'string') return paint(COLOURS.string, quote(v, manner.ascii ?? false));
  const pretty = manner.indent !== '';
  const inner = pretty ? `\n${manner.indent.repeat(depth + 1)}` : '';
  const close = pretty ? `\n${manner.indent.repeat(depth)}` : '';
  if (Array.isArray(v)) {
    if (!v.length) return paint(COLOURS.array, '[]');
    return paint(COLOURS.array, '[') + v.map((x) => inner + dump(x, manner, depth + 1)).join(paint(COLOURS.array, ',')) + close + paint(COLOURS.array, ']');
  }
  if (!v.size) return paint(COLOURS.object, '{}');
  const keys = manner.sort ? [...v.keys()].sort() : [...v.keys()];
  return paint(COLOURS.object, '{') + keys.map((k) => `${inner}${paint('34;1', quote(k, manner.ascii ?? false))}${paint(COLOURS.object, ':')}${pretty ? ' ' : ''}${dump(v.get(k)!, manner, depth + 1)}`).join(paint(COLOURS.object, ',')) + close + paint(COLOURS.object, '}');
}

export const typeOf = (v: Json): 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' => (v === null ? 'null' : Array.isArray(v) ? 'array' : v instanceof Map ? 'object' : (typeof v as 'boolean'));
const RANK = { null: 0, false: 1, true: 2, number: 3, string: 4, array: 5, object: 6 };
const rank = (v: Json): number => (typeof v === 'boolean' ? (v ? RANK.true : RANK.false) : RANK[typeOf(v) as 'null']);

/** The order of all values: null, false, true, numbers, strings, arrays, objects. */
export function compare(a: Json, b: Json): number {
  const r = rank(a) - rank(b);
  if (r) return r;
  if (typeof a === 'number') return a < (b as number) ? -1 : a > (b as number) ? 1 : Number.isNaN(a) ? -1 : 0;
  if (typeof a === 'string') return a < (b as string) ? -1 : a > (b as string) ? 1 : 0;
  if (Array.isArray(a)) {
    const other = b as Json[];
    for (let i = 0; i < a.length && i < other.length; i++) {
      const n = compare(a[i]!, other[i]!);
      if (n) return n;
    }
    return a.length - other.length;
  }
  if (a instanceof Map) {
    const other = b as Table;
    const [x, y] = [[...a.keys()].sort(), [...other.keys()].sort()];
    const n = compare(x, y);
    if (n) return n;
    for (const key of x) {
      const m = compare(a.get(key)!, other.get(key)!);
      if (m) return m;
    }
  }
  return 0;
}
