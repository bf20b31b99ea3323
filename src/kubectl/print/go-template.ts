/**
 * Go's text/template as -o go-template uses it: actions, pipelines, variables, if, with, range, define, template, and its functions.
 * Stands for package text/template with kubectl's own `exists` and `base64decode`.
 * Unlike Go: values are JSON's; there are no methods and no `call`; break and continue stand outside of `define` only.
 */
import { decode } from '../base64.ts';
import { CliError } from '../errors.ts';
import { compare, isMap, json, plain, quote, sortedKeys } from '../go.ts';
import { parseTemplate, type Action, type Command, type Operand, type Pipe, type TemplateTree } from './go-template-parse.ts';

/** A template that went wrong while it was carried out; `output` is what came before. */
class ExecError extends Error {}

/** What a missing key gives. */
const NOTHING = Symbol('no value');

class Loop extends Error {
  readonly again: boolean;
  constructor(again: boolean) {
    super();
    this.again = again;
  }
}

/** Reads a template; the function renders an object. Throws CliError. */
export function goTemplate(text: string, missingIsError: boolean): (object: unknown) => string {
  const tree = parseTemplate(text);
  return (object) => {
    const run = new Run(tree, missingIsError);
    try {
      run.list(tree.root, object, [{ name: '$', value: object }]);
      return run.out;
    } catch (error) {
      if (!(error instanceof ExecError)) throw error;
      const printed = `${run.out}Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${text}\n\traw data was:\n\t\t${json(object)}\n\tobject given to template engine was:\n\t\t${plain(object)}\n\n`;
      throw new CliError(`error executing template ${quote(text)}: ${error.message}`, printed);
    }
  };
}

type Loops = Extract<Action, { readonly then: unknown }>;
type Scope = { readonly name: string; value: unknown }[];

class Run {
  out = '';
  private readonly tree: TemplateTree;
  private readonly strict: boolean;
  private name = 'output';
  private depth = 0;

  constructor(tree: TemplateTree, strict: boolean) {
    this.tree = tree;
    this.strict = strict;
  }

  private fail(at: { readonly line: number; readonly column: number; readonly text: string }, why: string): never {
    throw new ExecError(`template: output:${at.line}:${at.column}: executing ${quote(this.name)} at <${at.text}>: ${why}`);
  }

  list(actions: readonly Action[], dot: unknown, scope: Scope): void {
    const base = scope.length;
    for (const action of actions) this.action(action, dot, scope);
    scope.length = base;
  }

  private action(action: Action, dot: unknown, scope: Scope): void {
    switch (action.kind) {
      case 'text':
        this.out += action.text;
        return;
      case 'print': {
        const value = this.pipe(action.pipe, dot, scope);
        if (action.pipe.variables.length === 0) this.out += shown(value);
        return;
      }
      case 'if': case 'with': {
        const base = scope.length;
        const value = this.pipe(action.pipe, dot, scope);
        if (truth(value)) this.list(action.then, action.kind === 'with' ? value : dot, scope);
        else this.list(action.otherwise, dot, scope);
        scope.length = base;
        return;
      }
      case 'range':
        this.range(action as Loops, dot, scope);
        return;
      case 'template': {
        const body = this.tree.defined.get(action.name);
        if (!body) this.fail(action, `template ${quote(action.name)} not defined`);
        if (++this.depth > 1000) this.fail(action, 'exceeded maximum template depth (100000)');
        const value = action.pipe ? this.pipe(action.pipe, dot, scope) : null;
        const before = this.name;
        this.name = action.name;
        this.list(body, value, [{ name: '$', value }]);
        this.name = before;
        this.depth--;
        return;
      }
      case 'break': throw new Loop(false);
      case 'continue': throw new Loop(true);
    }
  }

  private range(action: Loops, dot: unknown, scope: Scope): void {
    const base = scope.length;
    const value = this.pipe({ ...action.pipe, variables: [] }, dot, scope);
    const entries: (readonly [unknown, unknown])[] = Array.isArray(value) ? value.map((item, i) => [i, item] as const)
      : isMap(value) ? sortedKeys(value).map((key) => [key, value[key]] as const)
      : typeof value === 'number' && Number.isInteger(value) ? Array.from({ length: Math.max(value, 0) }, (_, i) => [i, i] as const)
      : value === NOTHING || value === null || value === undefined ? [] : this.fail(action.pipe, `range can't iterate over ${shown(value)}`);
    const { variables } = action.pipe;
    for (const [key, item] of entries) {
      const inner: Scope = [...scope];
      if (variables.length === 1) inner.push({ name: variables[0]!, value: item });
      else if (variables.length === 2) inner.push({ name: variables[0]!, value: key }, { name: variables[1]!, value: item });
      try {
        this.list(action.then, item, inner);
      } catch (error) {
        if (!(error instanceof Loop)) throw error;
        if (!error.again) break;
      }
    }
    if (entries.length === 0) this.list(action.otherwise, dot, scope);
    scope.length = base;
  }

  private pipe(pipe: Pipe, dot: unknown, scope: Scope): unknown {
    let value: unknown;
    let first = true;
    for (const command of pipe.commands) {
      value = this.command(command, dot, scope, first ? [] : [value]);
      first = false;
    }
    for (const name of pipe.variables) {
      if (pipe.declares) scope.push({ name, value });
      else {
        const found = scope.findLast((one) => one.name === name);
        if (found) found.value = value;
      }
    }
    return value;
  }

  private command(command: Command, dot: unknown, scope: Scope, last: readonly unknown[]): unknown {
    const [head, ...rest] = command.operands as [Operand, ...Operand[]];
    if (head.kind === 'function') return this.call({ ...head, text: command.text }, rest, dot, scope, last);
    if (head.kind === 'constant' && head.value === null) this.fail(head, 'nil is not a command');
    if (rest.length || last.length) {
      if (head.kind === 'pipe' || head.kind === 'field' || head.kind === 'variable') this.fail(head, `${head.text} has arguments but cannot be invoked as function`);
      this.fail(head, `can't give argument to non-function ${head.text}`);
    }
    return this.operand(head, dot, scope);
  }

  private operand(operand: Operand, dot: unknown, scope: Scope): unknown {
    switch (operand.kind) {
      case 'dot': return dot;
      case 'constant': return operand.value;
      case 'field': return this.fields(operand, dot, operand.names);
      case 'variable': return this.fields(operand, scope.findLast((one) => one.name === operand.name)?.value, operand.names);
      case 'pipe': return this.fields(operand, this.pipe(operand.pipe, dot, scope), operand.names);
      case 'function': return this.call(operand, [], dot, scope, []);
    }
  }

  private fields(at: Operand, start: unknown, names: readonly string[]): unknown {
    let value = start;
    for (const name of names) {
      if (value === NOTHING || value === null || value === undefined) {
        if (this.strict) this.fail(at, `nil data; no entry for key ${quote(name)}`);
        return NOTHING;
      }
      if (!isMap(value)) this.fail(at, `can't evaluate field ${name} in type interface {}`);
      if (Object.hasOwn(value, name)) value = value[name];
      else {
        if (this.strict) this.fail(at, `map has no entry for key ${quote(name)}`);
        value = NOTHING;
      }
    }
    return value;
  }

  private call(at: Extract<Operand, { kind: 'function' }>, operands: readonly Operand[], dot: unknown, scope: Scope, last: readonly unknown[]): unknown {
    const name = at.name;
    if (name === 'and' || name === 'or') {
      let value: unknown;
      for (const operand of operands) {
        value = this.operand(operand, dot, scope);
        if (truth(value) === (name === 'or')) return value;
      }
      return last.length ? last[0] : value;
    }
    const args = [...operands.map((operand) => this.operand(operand, dot, scope)), ...last];
    const wrong = (why: string): never => this.fail(at, `error calling ${name}: ${why}`);
    const [least, most] = ARITY[name]!;
    if (args.length < least || args.length > most) this.fail(at, `wrong number of args for ${name}: want ${most === Infinity ? `at least ${least}` : least} got ${args.length}`);
    const [a, b] = args;
    switch (name) {
      case 'not': return !truth(a);
      case 'len': return typeof a === 'string' ? new Utf8(a).length : Array.isArray(a) ? a.length : isMap(a) ? Object.keys(a).length : wrong(a === NOTHING || a === null ? 'len of nil pointer' : `len of type ${typeOf(a)}`);
      case 'index': return args.slice(1).reduce((value, key) => index(value, key, wrong), a);
      case 'slice': {
        if (typeof a !== 'string' && !Array.isArray(a)) wrong(`can't slice item of type ${typeOf(a)}`);
        return (a as string).slice(Number(args[1] ?? 0), args[2] === undefined ? undefined : Number(args[2]));
      }
      case 'print': return sprint(args);
      case 'println': return `${args.map(shown).join(' ')}\n`;
      case 'printf': return sprintf(String(a), args.slice(1));
      case 'html': return args.map(shown).join('').replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' })[c]!);
      case 'js': return json(args.map(shown).join('')).slice(1, -1).replaceAll("'", "\\'");
      case 'urlquery': return encodeURIComponent(args.map(shown).join('')).replaceAll('%20', '+');
      case 'eq': return args.slice(1).some((one) => same(a, one, wrong));
      case 'ne': return !same(a, b, wrong);
      case 'lt': return order(a, b, wrong) < 0;
      case 'le': return order(a, b, wrong) <= 0;
      case 'gt': return order(a, b, wrong) > 0;
      case 'ge': return order(a, b, wrong) >= 0;
      case 'exists': return exists(a, args.slice(1));
      case 'base64decode': {
        if (typeof a !== 'string') this.fail(at, `wrong type for value; expected string; got ${typeOf(a)}`);
        return decode(a as string) ?? wrong('base64 decode failed: illegal base64 data at input byte 0');
      }
      default: return wrong('not supported here yet');
    }
  }
}

const ARITY: Readonly<Record<string, readonly [number, number]>> = {
  and: [1, Infinity], or: [1, Infinity], not: [1, 1], len: [1, 1], index: [1, Infinity], slice: [1, 4], print: [0, Infinity], println: [0, Infinity], printf: [1, Infinity], html: [0, Infinity], js: [0, Infinity], urlquery: [0, Infinity],
  eq: [2, Infinity], ne: [2, 2], lt: [2, 2], le: [2, 2], gt: [2, 2], ge: [2, 2], exists: [1, Infinity], base64decode: [1, 1],
};

class Utf8 {
  readonly length: number;
  constructor(text: string) {
    let n = 0;
    for (const c of text) n += c.codePointAt(0)! < 0x80 ? 1 : c.codePointAt(0)! < 0x800 ? 2 : c.codePointAt(0)! < 0x10000 ? 3 : 4;
    this.length = n;
  }
}

const shown = (value: unknown): string => (value === NOTHING || value === null || value === undefined ? '<no value>' : plain(value));

function truth(value: unknown): boolean {
  if (value === NOTHING || value === null || value === undefined || value === false || value === 0 || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return isMap(value) ? Object.keys(value).length > 0 : true;
}

const typeOf = (value: unknown): string => (typeof value === 'number' ? (Number.isInteger(value) ? 'int64' : 'float64') : typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : Array.isArray(value) ? '[]interface {}' : isMap(value) ? 'map[string]interface {}' : 'nil');

function index(value: unknown, key: unknown, wrong: (why: string) => never): unknown {
  if (value === NOTHING || value === null || value === undefined) return wrong('index of nil pointer');
  if (Array.isArray(value) || typeof value === 'string') {
    if (typeof key !== 'number') return wrong(`cannot index slice/array with type ${typeOf(key)}`);
    if (key < 0 || key >= value.length) return wrong(`index out of range: ${key}`);
    return (value as unknown[])[key];
  }
  if (!isMap(value)) return wrong(`can't index item of type ${typeOf(value)}`);
  if (typeof key !== 'string') return wrong(`value has type ${typeOf(key)}; should be string`);
  return Object.hasOwn(value, key) ? value[key] : NOTHING;
}

function exists(value: unknown, keys: readonly unknown[]): boolean {
  let at = value;
  for (const key of keys) {
    if (Array.isArray(at) || typeof at === 'string') {
      if (typeof key !== 'number' || key < 0 || key >= at.length) return false;
      at = (at as unknown[])[key];
    } else if (isMap(at) && typeof key === 'string') at = at[key];
    else return false;
  }
  return at !== NOTHING && at !== null && at !== undefined;
}

function same(a: unknown, b: unknown, wrong: (why: string) => never): boolean {
  const simple = (value: unknown): boolean => value === NOTHING || value === null || typeof value !== 'object';
  if (!simple(a) || !simple(b)) return wrong(isMap(a) || isMap(b) ? 'non-comparable type' : `non-comparable type ${typeOf(a)}`);
  if (typeof a !== typeof b && a !== null && b !== null && a !== NOTHING && b !== NOTHING) return wrong('incompatible types for comparison');
  return a === b || ((a === NOTHING || a === null) && (b === NOTHING || b === null));
}

function order(a: unknown, b: unknown, wrong: (why: string) => never): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compare(a, b);
  return typeof a === typeof b ? wrong('invalid type for comparison') : wrong('incompatible types for comparison');
}

function sprint(args: readonly unknown[]): string {
  return args.map((arg, i) => (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : '') + shown(arg)).join('');
}

/** %v %s %d %q %t %f %x %% with width and precision. */
function sprintf(format: string, args: readonly unknown[]): string {
  let next = 0;
  const out = format.replace(/%([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g, (_, sign: string, width: string | undefined, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const arg = args[next++];
    const bad = `%!${verb}(${typeOf(arg)}=${shown(arg)})`;
    let text: string;
    switch (verb) {
      case 'v': text = shown(arg); break;
      case 's': text = typeof arg === 'string' ? (precision === undefined ? arg : arg.slice(0, Number(precision))) : typeof arg === 'object' ? shown(arg) : bad; break;
      case 'd': text = typeof arg === 'number' && Number.isInteger(arg) ? String(arg) : bad; break;
      case 'q': text = typeof arg === 'string' ? quote(arg) : bad; break;
      case 't': text = typeof arg === 'boolean' ? String(arg) : bad; break;
      case 'f': text = typeof arg === 'number' ? arg.toFixed(Number(precision ?? 6)) : bad; break;
      case 'x': text = typeof arg === 'number' ? arg.toString(16) : bad; break;
      default: return bad;
    }
    const size = Number(width ?? 0);
    return sign.includes('-') ? text.padEnd(size) : text.padStart(size, sign.includes('0') && typeof arg === 'number' ? '0' : ' ');
  });
  return next < args.length ? `${out}%!(EXTRA ${args.slice(next).map((arg) => `${typeOf(arg)}=${shown(arg)}`).join(', ')})` : out;
}
