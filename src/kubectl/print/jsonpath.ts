/**
 * JSONPath as kubectl speaks it: templates of text and `{…}` with fields, indexes, slices, unions, filters, `..` and range.
 * Stands for client-go's util/jsonpath.
 * Unlike Kubernetes: `*` and `..` go through a map in order of its keys, not at random.
 */
import { compare, isMap, json, plain, sortedKeys } from '../go.ts';

/** A template that cannot be read, or does not fit the object. */
export class PathError extends Error {}

type Node =
  | { readonly kind: 'list'; readonly nodes: Node[] }
  | { readonly kind: 'text' | 'field' | 'word'; readonly text: string }
  | { readonly kind: 'slice'; readonly from?: number; readonly to?: number; readonly step?: number; readonly one: boolean }
  | { readonly kind: 'filter'; readonly left: Node; readonly right: Node; readonly operator: string }
  | { readonly kind: 'value'; readonly value: number | boolean }
  | { readonly kind: 'wildcard' | 'recursive' }
  | { readonly kind: 'union'; readonly lists: readonly Node[] };

/** A template that has been read. */
export interface JsonPath {
  readonly nodes: readonly Node[];
}

/** Reads a template. Throws PathError. */
export function parsePath(template: string): JsonPath {
  return { nodes: new Reader(template).nodes };
}

const END = ' \t\r\n.,[]$@{}';
const LETTER = /[\p{L}\p{Nd}_]/u;

class Reader {
  readonly nodes: Node[] = [];
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
    while (this.at < text.length) {
      const open = text.indexOf('{', this.at);
      const words = text.slice(this.at, open < 0 ? text.length : open);
      if (words) this.nodes.push({ kind: 'text', text: words });
      if (open < 0) break;
      this.at = open + 1;
      const nodes: Node[] = [];
      this.nodes.push({ kind: 'list', nodes });
      this.action(nodes);
    }
  }

  private action(nodes: Node[]): void {
    for (;;) {
      const rest = this.text.slice(this.at);
      if (rest.startsWith('}')) {
        this.at++;
        return;
      }
      const c = [...rest.slice(0, 2)][0];
      if (rest.startsWith('[?(')) this.filter(nodes);
      else if (rest.startsWith('..')) {
        if (nodes[nodes.length - 1]?.kind === 'recursive') throw new PathError('invalid multiple recursive descent');
        this.at += 2;
        nodes.push({ kind: 'recursive' });
        if (LETTER.test([...this.text.slice(this.at, this.at + 2)][0] ?? '')) this.field(nodes);
      } else if (c === undefined || c === '\n' || c === '\r') throw new PathError('unclosed action');
      else if (' @$'.includes(c)) this.at++;
      else if (c === '[') this.array(nodes);
      else if (c === '"' || c === "'") this.quoted(nodes, c);
      else if (c === '.') {
        this.at++;
        this.field(nodes);
      } else if (/[-+0-9]/.test(c)) this.number(nodes);
      else if (LETTER.test(c)) {
        const word = this.until((x) => END.includes(x));
        nodes.push(word === 'true' || word === 'false' ? { kind: 'value', value: word === 'true' } : { kind: 'word', text: word });
      } else throw new PathError(`unrecognized character in action: U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} '${c}'`);
    }
  }

  private until(stop: (c: string) => boolean): string {
    const start = this.at;
    while (this.at < this.text.length && !stop(this.text[this.at]!)) this.at++;
    return this.text.slice(start, this.at);
  }

  private field(nodes: Node[]): void {
    const start = this.at;
    while (this.at < this.text.length && !END.includes(this.text[this.at]!)) this.at += this.text[this.at] === '\\' ? 2 : 1;
    const name = this.text.slice(start, this.at);
    nodes.push(name === '*' ? { kind: 'wildcard' } : { kind: 'field', text: name.replaceAll('\\', '') });
  }

  private number(nodes: Node[]): void {
    const sign = /[-+]/.test(this.text[this.at]!) ? this.text[this.at++]! : '';
    const digits = sign + this.until((c) => !/[0-9.]/.test(c));
    const value = /^[-+]?[0-9]+$/.test(digits) || /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(digits) ? Number(digits) : NaN;
    if (Number.isNaN(value)) throw new PathError(`cannot parse number ${digits}`);
    nodes.push({ kind: 'value', value });
  }

  private quoted(nodes: Node[], quotes: string): void {
    const start = this.at++;
    for (;; this.at++) {
      const c = this.text[this.at];
      if (c === undefined || c === '\n') throw new PathError('unterminated quoted string');
      if (c === quotes && this.text[this.at - 1] !== '\\') break;
    }
    const raw = this.text.slice(start, ++this.at);
    const value = unquote(raw.slice(1, -1));
    if (value === undefined) throw new PathError(`unquote string ${raw} error invalid syntax`);
    nodes.push({ kind: 'text', text: value });
  }

  private array(nodes: Node[]): void {
    const start = ++this.at;
    const close = this.text.slice(start).search(/[\]\n]/);
    if (close < 0 || this.text[start + close] === '\n') throw new PathError('unterminated array');
    this.at = start + close + 1;
    let text = this.text.slice(start, start + close);
    if (text === '*') text = ':';
    const parts = text.split(',');
    if (parts.length > 1) {
      nodes.push({ kind: 'union', lists: parts.map((part) => only(`[${part.replace(/^ +| +$/g, '')}]`)) });
      return;
    }
    const key = /^'([^']*)'$/.exec(text);
    if (key) {
      const list = only(`.${key[1]!}`);
      if (list.kind === 'list') nodes.push(...list.nodes);
      return;
    }
    const m = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
    if (!m) throw new PathError(`invalid array index ${text}`);
    const index = (part: string | undefined): number | undefined => {
      if (part === undefined || part === '') return undefined;
      if (part === '-') throw new PathError(`array index ${part} is not a number`);
      return Number(part);
    };
    const [from, to, step] = [index(m[1]), index(m[2]?.slice(1)), index(m[3]?.slice(1))];
    nodes.push({ kind: 'slice', one: m[2] === undefined, ...(from !== undefined && { from }), ...(to !== undefined && { to }), ...(step !== undefined && { step }) });
  }

  private filter(nodes: Node[]): void {
    const start = (this.at += 3);
    let pair = '';
    let closed = false;
    for (;; this.at++) {
      const c = this.text[this.at];
      if (c === undefined || c === '\n') throw new PathError('unterminated filter');
      if (c === '"' || c === "'") {
        if (!pair) pair = c;
        else if (c === pair && this.text[this.at - 1] !== '\\') closed = true;
      } else if (c === ')' && Boolean(pair) === closed) break;
    }
    const text = this.text.slice(start, this.at);
    if (this.text[this.at + 1] !== ']') throw new PathError('unclosed array expect ]');
    this.at += 2;
    const m = /^([^!<>=]+)([!<>=]+)(.+)$/s.exec(text);
    nodes.push(m ? { kind: 'filter', left: only(m[1]!), right: only(m[3]!), operator: m[2]! } : { kind: 'filter', left: only(text), right: { kind: 'list', nodes: [] }, operator: 'exists' });
  }
}

const only = (text: string): Node => new Reader(`{${text}}`).nodes[0]!;

/** What stands between quotes, with Go's escapes; undefined when they are wrong. */
function unquote(text: string): string | undefined {
  let bad = false;
  const plainEscapes: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"' };
  const out = text.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.|$)/gs, (_, code: string) => {
    if (code.length > 1) return String.fromCodePoint(/^[0-7]{3}$/.test(code) ? parseInt(code, 8) : parseInt(code.slice(1), 16));
    const value = plainEscapes[code];
    if (value === undefined) bad = true;
    return value ?? '';
  });
  return bad ? undefined : out;
}

/** The values that a template finds, one list for each of its parts. Throws PathError. */
export function findPath(path: JsonPath, data: unknown, allowMissing = true): unknown[][] {
  return new Walker(allowMissing).find([data], path.nodes);
}

class Walker {
  private readonly allowMissing: boolean;
  private begin = 0;
  private within = 0;
  private ends = 0;
  private lastEnd: Node | undefined;

  constructor(allowMissing: boolean) {
    this.allowMissing = allowMissing;
  }

  find(input: readonly unknown[], nodes: readonly Node[]): unknown[][] {
    const out: unknown[][] = [];
    for (let i = 0; i < nodes.length; i++) {
      const results = this.walk(input, nodes[i]!);
      if (this.ends > 0 && this.ends <= this.within) {
        this.ends--;
        this.lastEnd = nodes[i];
        break;
      }
      if (this.begin > 0) {
        this.begin--;
        this.within++;
        if (results.length) for (const value of results) out.push(...this.find([value], nodes.slice(i + 1)));
        else this.find([null], nodes.slice(i + 1));
        this.within--;
        const end = nodes.indexOf(this.lastEnd!, i + 1);
        if (end >= 0) i = end;
        continue;
      }
      out.push(results);
    }
    return out;
  }

  private walk(input: readonly unknown[], node: Node): unknown[] {
    switch (node.kind) {
      case 'list': {
        let values = [...input];
        for (const inner of node.nodes) values = this.walk(values, inner);
        return values;
      }
      case 'text': return [node.text];
      case 'field': return this.field(input, node.text);
      case 'value': return input.map(() => node.value);
      case 'slice': return input.flatMap((value) => (value === null || value === undefined ? [] : slice(value, node)));
      case 'wildcard': return input.flatMap(children);
      case 'recursive': return this.recursive(input);
      case 'union': return node.lists.flatMap((list) => this.walk(input, list));
      case 'filter': return input.flatMap((value) => this.filter(value, node));
      case 'word':
        if (node.text === 'range') {
          this.begin++;
          return [...input];
        }
        if (node.text !== 'end') throw new PathError(`unrecognized identifier ${node.text}`);
        if (this.within === 0) throw new PathError('not in range, nothing to end');
        this.ends++;
        return [];
    }
  }

  private field(input: readonly unknown[], name: string): unknown[] {
    if (input.length === 0) return [];
    const out: unknown[] = [];
    for (const value of input) if (isMap(value) && Object.hasOwn(value, name) && value[name] !== undefined) out.push(value[name]);
    if (out.length === 0 && !this.allowMissing) throw new PathError(`${name} is not found`);
    return out;
  }

  private recursive(input: readonly unknown[]): unknown[] {
    const out: unknown[] = [];
    for (const value of input) {
      const inner = children(value);
      if (inner.length) out.push(value, ...this.recursive(typeof value === 'string' ? [] : inner));
    }
    return out;
  }

  private filter(value: unknown, node: Extract<Node, { kind: 'filter' }>): unknown[] {
    if (!Array.isArray(value)) throw new PathError(`${plain(value)} is not array or slice and cannot be filtered`);
    return (value as unknown[]).filter((item) => {
      if (node.operator === 'exists') {
        try {
          return this.walk([item], node.left).length > 0;
        } catch (error) {
          if (error instanceof PathError) return false;
          throw error;
        }
      }
      const sides: unknown[] = [];
      for (const side of [node.left, node.right]) {
        const found = this.walk([item], side);
        if (found.length === 0) return false;
        if (found.length > 1) throw new PathError('can only compare one element at a time');
        sides.push(found[0]);
      }
      return holds(node.operator, sides[0], sides[1]);
    });
  }
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === 'string') return [...value];
  return isMap(value) ? sortedKeys(value).map((key) => value[key]) : [];
}

function slice(value: unknown, { from, to, step, one }: Extract<Node, { kind: 'slice' }>): unknown[] {
  if (!Array.isArray(value)) throw new PathError(`${typeName(value)} is not array or slice`);
  const length = value.length;
  let start = from ?? 0;
  if (start < 0) start += length;
  let end = one ? (from ?? 0) + 1 : (to ?? length);
  if (end < 0 || (end === 0 && one)) end += length;
  if (end === start) return [];
  if (start >= length || start < 0) throw new PathError(`array index out of bounds: index ${start}, length ${length}`);
  if (end > length || end < 0) throw new PathError(`array index out of bounds: index ${end - 1}, length ${length}`);
  if (start > end) throw new PathError(`starting index ${start} is greater than ending index ${end}`);
  if (step !== undefined && step <= 0) throw new PathError('step must be > 0');
  return (value as unknown[]).slice(start, end).filter((_, i) => i % (step ?? 1) === 0);
}

const typeName = (value: unknown): string => (isMap(value) ? 'map[string]interface {}' : typeof value === 'number' ? (Number.isInteger(value) ? 'int64' : 'float64') : typeof value === 'boolean' ? 'bool' : 'string');

function holds(operator: string, left: unknown, right: unknown): boolean {
  const [l, r] = [basic(left), basic(right)];
  if (l === undefined || r === undefined) throw new PathError('invalid type for comparison');
  const ordered = operator !== '==' && operator !== '!=';
  if (!['==', '!=', '<', '>', '<=', '>='].includes(operator)) throw new PathError(`unrecognized filter operator ${operator}`);
  if (l !== r) throw new PathError('incompatible types for comparison');
  if (ordered && l === 'boolean') throw new PathError('invalid type for comparison');
  const order = l === 'string' ? compare(left as string, right as string) : Number(left) - Number(right);
  return { '==': order === 0, '!=': order !== 0, '<': order < 0, '>': order > 0, '<=': order <= 0, '>=': order >= 0 }[operator]!;
}

const basic = (value: unknown): string | undefined => (typeof value === 'number' ? (Number.isInteger(value) ? 'int' : 'float') : typeof value === 'string' || typeof value === 'boolean' ? typeof value : undefined);

/** A template's output for an object; `asJson` prints each part's values as a JSON list. Throws PathError. */
export function printPath(path: JsonPath, data: unknown, allowMissing: boolean, asJson: boolean): string {
  return findPath(path, data, allowMissing).map((results) => {
    if (asJson) return `${json(results, '    ')}\n`;
    return results.map((value) => (typeof value === 'object' && value !== null ? json(value) : value === null || value === undefined ? 'null' : plain(value))).join(' ');
  }).join('');
}

/** `.metadata.name`, `metadata.name` and `{.metadata.name}` alike, as a template. Throws PathError. */
export function relaxed(expression: string): string {
  if (expression === '') return '';
  const m = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(expression);
  if (!m) throw new PathError("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'");
  return `{.${m[1] ?? m[2]!}}`;
}
