/**
 * Go templates: text to a tree of actions.
 * Stands for text/template/parse; its error texts for what goes wrong most often.
 */
import { CliError } from '../errors.ts';
import { quote } from '../go.ts';

export interface At {
  readonly line: number;
  readonly column: number;
  /** The source of it, for errors. */
  readonly text: string;
}

export type Operand = At &
  (
    | { readonly kind: 'dot' }
    | { readonly kind: 'constant'; readonly value: null | boolean | number | string }
    | { readonly kind: 'field'; readonly names: readonly string[] }
    | { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] }
    | { readonly kind: 'pipe'; readonly pipe: Pipe; readonly names: readonly string[] }
    | { readonly kind: 'function'; readonly name: string }
  );

export interface Command {
  /** The source of it, for errors. */
  readonly text: string;
  readonly operands: readonly Operand[];
}

export interface Pipe extends At {
  readonly variables: readonly string[];
  /** `:=` makes new variables, `=` sets those that are there. */
  readonly declares: boolean;
  readonly commands: readonly Command[];
}

export type Action =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipe: Pipe }
  | { readonly kind: 'if' | 'with' | 'range'; readonly pipe: Pipe; readonly then: readonly Action[]; readonly otherwise: readonly Action[] }
  | (At & { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | undefined })
  | { readonly kind: 'break' | 'continue' };

export interface TemplateTree {
  readonly root: readonly Action[];
  readonly defined: ReadonlyMap<string, readonly Action[]>;
}

const FUNCTIONS = new Set('and or not len index slice print println printf html js urlquery call eq ne lt le gt ge exists base64decode'.split(' '));
const TOKEN = /\s*(?:(:=|[|(),=])|("(?:[^"\\\n]|\\.)*"|`[^`]*`)|('(?:[^'\\\n]|\\.)+')|(\$[\p{L}\p{Nd}_]*)|((?:\.[\p{L}_][\p{L}\p{Nd}_]*)+|\.)|([-+]?\d[\w.]*)|([\p{L}_][\p{L}\p{Nd}_]*)|(\S))/uy;

interface Token {
  readonly kind: 'sign' | 'string' | 'char' | 'variable' | 'field' | 'number' | 'word' | 'other';
  readonly text: string;
  /** A blank stands before it. */
  readonly apart: boolean;
  readonly at: number;
}

/** Reads a template. Throws CliError. */
export function parseTemplate(text: string): TemplateTree {
  return new TemplateParser(text).parse();
}

class TemplateParser {
  private readonly text: string;
  private readonly defined = new Map<string, readonly Action[]>();
  private at = 0;
  private trim = false;
  private variables: string[] = ['$'];

  constructor(text: string) {
    this.text = text;
  }

  parse(): TemplateTree {
    const { actions, end } = this.list([], 0);
    if (end) this.fail(`unexpected {{${end}}}`);
    return { root: actions, defined: this.defined };
  }

  private place(at: number): { line: number; column: number } {
    const before = this.text.slice(0, at);
    return { line: before.split('\n').length, column: at - (before.lastIndexOf('\n') + 1) };
  }

  private fail(why: string, at = this.at): never {
    throw new CliError(`error parsing template ${this.text}, template: output:${this.place(at).line}: ${why}`);
  }

  /** Actions up to one of `ends`, or to the end of the text. */
  private list(ends: readonly string[], depth: number): { readonly actions: Action[]; readonly end: string; readonly tokens: Token[] } {
    const actions: Action[] = [];
    for (;;) {
      const open = this.text.indexOf('{{', this.at);
      let words = this.text.slice(this.at, open < 0 ? this.text.length : open);
      if (this.trim) words = words.trimStart();
      this.trim = false;
      if (open >= 0 && /^\{\{- /.test(this.text.slice(open))) words = words.trimEnd();
      if (words) actions.push({ kind: 'text', text: words });
      if (open < 0) {
        this.at = this.text.length;
        if (ends.length) this.fail('unexpected EOF');
        return { actions, end: '', tokens: [] };
      }
      const start = /^\{\{- /.test(this.text.slice(open)) ? open + 3 : open + 2;
      if (/^\s*\/\*/.test(this.text.slice(start))) {
        const close = /\*\/\s*(- )?-?\}\}/.exec(this.text.slice(start));
        if (!close) this.fail('unclosed comment');
        this.trim = close[0].includes('-}}');
        this.at = start + close.index + close[0].length;
        continue;
      }
      const tokens = this.tokens(start);
      const first = tokens[0];
      if (!first) this.fail('missing value for command');
      if (first.kind === 'word' && (first.text === 'end' || first.text === 'else')) {
        if (!ends.includes(first.text)) this.fail(`unexpected {{${first.text}}}`);
        return { actions, end: first.text, tokens };
      }
      const action = this.action(tokens, depth);
      if (action) actions.push(action);
    }
  }

  /** The tokens of an action; `at` then stands behind its `}}`. */
  private tokens(start: number): Token[] {
    const tokens: Token[] = [];
    let at = start;
    for (;;) {
      const rest = this.text.slice(at);
      const close = /^\s*(?:\s-)?\}\}/.exec(rest);
      if (close) {
        this.trim = close[0].endsWith('-}}');
        this.at = at + close[0].length;
        return tokens;
      }
      TOKEN.lastIndex = at;
      const m = TOKEN.exec(this.text);
      if (!m || /^\s*$/.test(rest)) this.fail('unclosed action', start);
      const kinds = ['sign', 'string', 'char', 'variable', 'field', 'number', 'word', 'other'] as const;
      const i = m.slice(1).findIndex((part) => part !== undefined);
      const text = m[i + 1]!;
      if (kinds[i] === 'other') {
        if (text === '"') this.fail('unterminated quoted string', at);
        if (text === '{' || text === '}') this.fail(`unexpected ${quote(text)} in command`, at);
        this.fail(`unrecognized character in action: U+${text.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} '${text}'`, at);
      }
      tokens.push({ kind: kinds[i]!, text, apart: m[0].length > text.length, at: TOKEN.lastIndex - text.length });
      at = TOKEN.lastIndex;
    }
  }

  private action(tokens: readonly Token[], depth: number): Action | undefined {
    const [first, ...rest] = tokens as [Token, ...Token[]];
    const known = this.variables.length;
    const at = { ...this.place(first.at), text: tokens.map((t) => (t.apart ? ' ' : '') + t.text).join('').trim() };
    if (first.kind === 'word') {
      switch (first.text) {
        case 'if': case 'with': case 'range': {
          const pipe = this.pipe(rest, first.text, first.text === 'range');
          return this.control(first.text, pipe, depth, known);
        }
        case 'break': case 'continue': return { kind: first.text };
        case 'define': case 'block': {
          const name = this.name(rest[0], first.text);
          const outer = this.variables;
          this.variables = ['$'];
          this.defined.set(name, this.list(['end'], depth + 1).actions);
          this.variables = outer;
          return first.text === 'block' ? { kind: 'template', ...at, name, pipe: rest.length > 1 ? this.pipe(rest.slice(1), 'block clause') : undefined } : undefined;
        }
        case 'template': return { kind: 'template', ...this.place(rest[0]?.at ?? first.at), text: `{{${at.text}}}`, name: this.name(rest[0], 'template clause'), pipe: rest.length > 1 ? this.pipe(rest.slice(1), 'template clause') : undefined };
      }
    }
    return { kind: 'print', pipe: this.pipe(tokens, 'command') };
  }

  private name(token: Token | undefined, where: string): string {
    if (token?.kind !== 'string') this.fail(`unexpected ${token ? quote(token.text) : '"}}"'} in ${where}`);
    return unquote(token.text);
  }

  private control(kind: 'if' | 'with' | 'range', pipe: Pipe, depth: number, known: number): Action {
    const body = this.list(['end', 'else'], depth + 1);
    let otherwise: readonly Action[] = [];
    if (body.end === 'else') {
      const word = body.tokens[1];
      if (word?.kind === 'word' && (word.text === 'if' || word.text === 'with')) otherwise = [this.control(word.text, this.pipe(body.tokens.slice(2), word.text), depth, this.variables.length)];
      else {
        if (word) this.fail(`unexpected ${quote(word.text)} in else`);
        otherwise = this.list(['end'], depth + 1).actions;
      }
    }
    this.variables.length = known;
    return { kind, pipe, then: body.actions, otherwise };
  }

  private pipe(tokens: readonly Token[], where: string, two = false): Pipe {
    const first = tokens[0];
    if (!first) this.fail(`missing value for ${where}`);
    const text = tokens.map((t) => (t.apart ? ' ' : '') + t.text).join('').trim();
    const place = { ...this.place(first.at), text };
    let i = 0;
    let variables: string[] = [];
    let declares = true;
    const assign = tokens.findIndex((t) => t.kind === 'sign' && (t.text === ':=' || t.text === '='));
    if (assign > 0 && first.kind === 'variable') {
      variables = tokens.slice(0, assign).filter((t) => t.kind === 'variable').map((t) => t.text);
      if (variables.length > (two ? 2 : 1)) this.fail(`too many declarations in ${where}`);
      declares = tokens[assign]!.text === ':=';
      i = assign + 1;
    }
    const { commands } = this.commands(tokens, i, where);
    if (declares) this.variables.push(...variables);
    return { ...place, variables, declares, commands };
  }

  /** Commands separated by `|`, up to a `)` or the end. */
  private commands(tokens: readonly Token[], start: number, where: string): { readonly commands: Command[]; readonly next: number } {
    const commands: Command[] = [];
    let operands: Operand[] = [];
    let i = start;
    const finish = (): void => {
      if (operands.length === 0) this.fail(`missing value for ${where}`);
      commands.push({ text: operands.map((operand) => operand.text).join(' '), operands });
      operands = [];
    };
    for (; i < tokens.length; ) {
      const token = tokens[i]!;
      if (token.text === '|' && token.kind === 'sign') {
        finish();
        i++;
        continue;
      }
      if (token.text === ')' && token.kind === 'sign') break;
      const { operand, next } = this.operand(tokens, i);
      operands.push(operand);
      i = next;
    }
    finish();
    return { commands, next: i };
  }

  private operand(tokens: readonly Token[], i: number): { readonly operand: Operand; readonly next: number } {
    const token = tokens[i]!;
    const at = { ...this.place(token.at), text: token.text };
    const after = tokens[i + 1];
    const fields = after?.kind === 'field' && !after.apart && after.text !== '.' ? after : undefined;
    const names = fields ? fields.text.slice(1).split('.') : [];
    const next = i + (fields ? 2 : 1);
    switch (token.kind) {
      case 'field': return { operand: token.text === '.' ? { ...at, kind: 'dot' } : { ...at, ...this.place(token.at + Math.max(token.text.indexOf('.', 1), 0)), kind: 'field', names: token.text.slice(1).split('.') }, next: i + 1 };
      case 'variable':
        if (!this.variables.includes(token.text)) this.fail(`undefined variable ${quote(token.text)}`);
        return { operand: { ...at, text: token.text + (fields?.text ?? ''), kind: 'variable', name: token.text, names }, next };
      case 'string': return { operand: { ...at, kind: 'constant', value: unquote(token.text) }, next: i + 1 };
      case 'char': return { operand: { ...at, kind: 'constant', value: unquote(`"${token.text.slice(1, -1)}"`).codePointAt(0) ?? 0 }, next: i + 1 };
      case 'number': {
        const value = Number(token.text.replaceAll('_', ''));
        if (Number.isNaN(value)) this.fail(`bad number syntax: ${quote(token.text)}`);
        return { operand: { ...at, kind: 'constant', value }, next: i + 1 };
      }
      case 'word':
        if (token.text === 'true' || token.text === 'false') return { operand: { ...at, kind: 'constant', value: token.text === 'true' }, next: i + 1 };
        if (token.text === 'nil') return { operand: { ...at, kind: 'constant', value: null }, next: i + 1 };
        if (!FUNCTIONS.has(token.text)) this.fail(`function ${quote(token.text)} not defined`);
        return { operand: { ...at, kind: 'function', name: token.text }, next: i + 1 };
      default: {
        if (token.text !== '(') this.fail(`unexpected ${quote(token.text)} in operand`);
        const { commands, next: close } = this.commands(tokens, i + 1, 'parenthesized pipeline');
        if (tokens[close]?.text !== ')') this.fail('unclosed left paren');
        const text = tokens.slice(i, close + 1).map((t, n) => (t.apart && n ? ' ' : '') + t.text).join('');
        const dotted = tokens[close + 1];
        const inner = dotted?.kind === 'field' && !dotted.apart && dotted.text !== '.' ? dotted.text.slice(1).split('.') : [];
        return { operand: { ...at, text, kind: 'pipe', pipe: { ...at, text, variables: [], declares: true, commands }, names: inner }, next: close + (inner.length ? 2 : 1) };
      }
    }
  }
}

function unquote(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  const known: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
  return text.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/gs, (_, code: string) => (code.length > 1 ? String.fromCodePoint(parseInt(code.slice(1), 16)) : known[code] ?? code));
}
