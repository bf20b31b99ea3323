/**
 * One YAML document to plain JSON values, as sigs.k8s.io/yaml's YAMLToJSON does it: keys become strings, the last of two equal keys counts.
 * Stands for the parser and decoder of go.yaml.in/yaml/v2; errors are theirs, with the line that they name.
 */
import type { Json } from '../../kube/api/wire.ts';
import { decode } from '../base64.ts';
import { float, goSyntax } from '../go.ts';
import { resolve } from './resolve.ts';
import { Scanner, YamlError, type Token } from './scan.ts';

interface Node {
  readonly kind: 'scalar' | 'mapping' | 'sequence' | 'alias';
  readonly value: string;
  readonly tag: string;
  /** A scalar whose text decides its type. */
  readonly implicit: boolean;
  readonly children: Node[];
  readonly target?: Node;
}

const LONG = 'tag:yaml.org,2002:';

/** Reads the first document of a text. Throws YamlError whose message begins with `yaml: `. */
export function parseYaml(text: string): Json {
  try {
    const node = new Parser(text || '\n').document();
    return node ? new Decoder().value(node) as Json : null;
  } catch (error) {
    if (error instanceof YamlError && !error.message.startsWith(BARE)) throw new YamlError(`yaml: ${error.message}`);
    if (error instanceof YamlError) throw new YamlError(error.message.slice(BARE.length));
    throw error;
  }
}

/** Marks the errors that sigs.k8s.io/yaml, not go-yaml, makes. */
const BARE = '\0';

class Parser {
  private readonly scanner: Scanner;
  private readonly anchors = new Map<string, Node>();
  private readonly handles = new Map<string, string>();

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  document(): Node | undefined {
    const first = this.scanner.peek();
    if (first.kind === 'stream-end') return undefined;
    let explicit = first.kind === 'document-start';
    let version = false;
    for (let t = first; t.kind === 'version' || t.kind === 'tag-directive'; t = this.scanner.peek()) {
      explicit = true;
      if (t.kind === 'version') {
        if (version) this.fail('found duplicate %YAML directive', t);
        if (t.value !== '1.1') this.fail('found incompatible YAML document', t);
        version = true;
      } else {
        if (this.handles.has(t.value)) this.fail('found duplicate %TAG directive', t);
        this.handles.set(t.value, t.suffix);
      }
      this.scanner.next();
    }
    if (!this.handles.has('!')) this.handles.set('!', '!');
    if (!this.handles.has('!!')) this.handles.set('!!', LONG);
    if (explicit) {
      if (this.scanner.peek().kind !== 'document-start') this.fail('did not find expected <document start>', this.scanner.peek());
      this.scanner.next();
      const kind = this.scanner.peek().kind;
      if (kind === 'version' || kind === 'tag-directive' || kind === 'document-start' || kind === 'document-end' || kind === 'stream-end') return EMPTY;
    }
    const node = this.node(true, false);
    this.scanner.peek();
    return node;
  }

  private fail(problem: string, at: Token, context = 0): never {
    const line = at.line || context;
    throw new YamlError((line ? `line ${line}: ` : '') + problem);
  }

  private node(block: boolean, indentless: boolean): Node {
    let token = this.scanner.peek();
    if (token.kind === 'alias') {
      this.scanner.next();
      const target = this.anchors.get(token.value);
      if (!target) throw new YamlError(`unknown anchor '${token.value}' referenced`);
      return { kind: 'alias', value: token.value, tag: '', implicit: false, children: [], target };
    }
    const start = token.line;
    let anchor = '';
    let tagged: Token | undefined;
    while ((token.kind === 'anchor' && !anchor) || (token.kind === 'tag' && !tagged)) {
      if (token.kind === 'anchor') anchor = token.value;
      else tagged = token;
      this.scanner.next();
      token = this.scanner.peek();
    }
    const tag = tagged ? this.tag(tagged, start) : '';
    const make = (kind: Node['kind'], value = '', implicit = !tag): Node => {
      const node: Node = { kind, value, tag, implicit, children: [] };
      if (anchor) this.anchors.set(anchor, node);
      return node;
    };
    if (indentless && token.kind === '-') return this.indentless(make('sequence'));
    if (token.kind === 'scalar') {
      this.scanner.next();
      return make('scalar', token.value, (!tag && token.plain) || tag === '!');
    }
    if (token.kind === '[') return this.flowSequence(make('sequence'));
    if (token.kind === '{') return this.flowMapping(make('mapping'));
    if (block && token.kind === 'block-sequence') return this.blockSequence(make('sequence'));
    if (block && token.kind === 'block-mapping') return this.blockMapping(make('mapping'));
    if (anchor || tag) return make('scalar');
    this.fail('did not find expected node content', token, start);
  }

  private tag(token: Token, start: number): string {
    if (!token.value) return token.suffix;
    const prefix = this.handles.get(token.value);
    if (prefix === undefined) this.fail('found undefined tag handle', token, start);
    return prefix + token.suffix;
  }

  /** A node, or an empty scalar when one of `ends` comes instead. */
  private nodeUnless(ends: string, block: boolean, indentless = false): Node {
    return ends.includes(` ${this.scanner.peek().kind} `) ? EMPTY : this.node(block, indentless);
  }

  private blockSequence(node: Node): Node {
    const start = this.scanner.next().line;
    for (;;) {
      const token = this.scanner.peek();
      if (token.kind !== '-' && token.kind !== 'block-end') this.fail("did not find expected '-' indicator", token, start);
      this.scanner.next();
      if (token.kind === 'block-end') return node;
      node.children.push(this.nodeUnless(' - block-end ', true));
    }
  }

  private indentless(node: Node): Node {
    while (this.scanner.peek().kind === '-') {
      this.scanner.next();
      node.children.push(this.nodeUnless(' - ? : block-end ', true));
    }
    return node;
  }

  private blockMapping(node: Node): Node {
    const start = this.scanner.next().line;
    for (;;) {
      const token = this.scanner.peek();
      if (token.kind !== '?' && token.kind !== 'block-end') this.fail('did not find expected key', token, start);
      this.scanner.next();
      if (token.kind === 'block-end') return node;
      node.children.push(this.nodeUnless(' ? : block-end ', true, true));
      if (this.scanner.peek().kind !== ':') node.children.push(EMPTY);
      else {
        this.scanner.next();
        node.children.push(this.nodeUnless(' ? : block-end ', true, true));
      }
    }
  }

  private flowSequence(node: Node): Node {
    const start = this.scanner.next().line;
    for (let first = true; this.scanner.peek().kind !== ']'; first = false) {
      if (!first) {
        if (this.scanner.peek().kind !== ',') this.fail("did not find expected ',' or ']'", this.scanner.peek(), start);
        this.scanner.next();
        if (this.scanner.peek().kind === ']') break;
      }
      if (this.scanner.peek().kind === '?') {
        this.scanner.next();
        const pair: Node = { kind: 'mapping', value: '', tag: '', implicit: true, children: [] };
        pair.children.push(this.nodeUnless(' : , ] ', false), this.flowValue(' , ] '));
        node.children.push(pair);
      } else node.children.push(this.node(false, false));
    }
    this.scanner.next();
    return node;
  }

  private flowMapping(node: Node): Node {
    const start = this.scanner.next().line;
    for (let first = true; this.scanner.peek().kind !== '}'; first = false) {
      if (!first) {
        if (this.scanner.peek().kind !== ',') this.fail("did not find expected ',' or '}'", this.scanner.peek(), start);
        this.scanner.next();
        if (this.scanner.peek().kind === '}') break;
      }
      if (this.scanner.peek().kind === '?') {
        this.scanner.next();
        node.children.push(this.nodeUnless(' : , } ', false), this.flowValue(' , } '));
      } else node.children.push(this.node(false, false), EMPTY);
    }
    this.scanner.next();
    return node;
  }

  private flowValue(ends: string): Node {
    if (this.scanner.peek().kind !== ':') return EMPTY;
    this.scanner.next();
    return this.nodeUnless(ends, false);
  }
}

const EMPTY: Node = { kind: 'scalar', value: '', tag: '', implicit: true, children: [] };

/** Nodes to values, with go-yaml's guard against documents that blow up by aliases. */
class Decoder {
  private readonly open = new Set<Node>();
  private decoded = 0;
  private aliased = 0;
  private depth = 0;

  value(node: Node): unknown {
    this.decoded++;
    if (this.depth > 0) this.aliased++;
    const share = Math.min(Math.max((this.decoded - 400_000) / 3_600_000, 0), 1);
    if (this.aliased > 100 && this.decoded > 1000 && this.aliased / this.decoded > 0.99 - 0.89 * share) throw new YamlError('document contains excessive aliasing');
    switch (node.kind) {
      case 'alias': return this.alias(node);
      case 'scalar': return scalar(node);
      case 'sequence': return node.children.map((child) => this.value(child));
      case 'mapping': {
        const out: Record<string, unknown> = {};
        this.mapping(node, out);
        return out;
      }
    }
  }

  private alias(node: Node): unknown {
    const target = node.target!;
    if (this.open.has(target)) throw new YamlError(`anchor '${node.value}' value contains itself`);
    this.open.add(target);
    this.depth++;
    const value = this.value(target);
    this.depth--;
    this.open.delete(target);
    return value;
  }

  private mapping(node: Node, out: Record<string, unknown>): void {
    for (let i = 0; i < node.children.length; i += 2) {
      const [key, child] = [node.children[i]!, node.children[i + 1]!];
      if (key.kind === 'scalar' && key.value === '<<' && (key.implicit || key.tag === `${LONG}merge`)) this.merge(child, out);
      else {
        const name = this.value(key);
        if (typeof name === 'object' && name !== null) throw new YamlError(`invalid map key: ${goSyntax(name, 'map[interface {}]interface {}')}`);
        const value = this.value(child);
        out[keyText(name, value)] = value;
      }
    }
  }

  private merge(node: Node, out: Record<string, unknown>): void {
    const target = node.kind === 'alias' ? node.target! : node;
    if (target.kind === 'mapping') {
      if (node.kind === 'alias') Object.assign(out, this.alias(node));
      else this.mapping(node, out);
    } else if (node.kind === 'sequence') {
      for (let i = node.children.length - 1; i >= 0; i--) {
        const child = node.children[i]!;
        if ((child.kind === 'alias' ? child.target! : child).kind !== 'mapping') break;
        this.merge(child, out);
        if (i === 0) return;
      }
      if (node.children.length) throw new YamlError(WANT_MAP);
    } else throw new YamlError(WANT_MAP);
  }
}

const WANT_MAP = 'map merge requires map or sequence of maps as the value';

function keyText(key: unknown, value: unknown): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'boolean') return String(key);
  if (typeof key === 'number') return Number.isNaN(key) ? '.nan' : Number.isFinite(key) ? (Number.isInteger(key) ? String(key) : float(key)) : key > 0 ? '.inf' : '-.inf';
  throw new YamlError(`${BARE}unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntax(value, 'map[interface {}]interface {}')}`);
}

function scalar(node: Node): null | boolean | number | string {
  const tag = node.tag;
  if (!tag) return node.implicit ? plainValue(node.value) : node.value;
  const short = tag.startsWith(LONG) ? tag.slice(LONG.length) : '';
  if (short === 'str' || short === 'binary' || !['bool', 'int', 'float', 'null', 'timestamp'].includes(short)) return short === 'binary' ? binary(node.value) : node.value;
  const [found, value] = resolve(node.value);
  if (found !== short && !(short === 'float' && found === 'int')) throw new YamlError(`cannot decode !!${found} \`${node.value}\` as a !!${short}`);
  return value;
}

function plainValue(text: string): null | boolean | number | string {
  const [, value] = resolve(text);
  return value;
}

function binary(text: string): string {
  const decoded = decode(text);
  if (decoded === undefined) throw new YamlError('!!binary value contains invalid base64 data');
  return decoded;
}
