/**
 * `$x` and `${…}`: defaults, lengths, slices, removal and replacement by pattern, case, quoting, indirection, arrays.
 */
import { unescape } from '../commands/escapes.ts';
import type { Running } from '../process.ts';
import { evaluate, expandPattern, expandQuotedOperand, expandString, expandText } from './expand.ts';
import { ShellError } from './failure.ts';
import type { ParameterExpansionPart, ParameterOperation, SimpleExpansionPart, Word } from './parse.ts';
import { partRegExp, patternRegExp } from './pattern.ts';
import { decodePrompt } from './prompt.ts';
import type { Shell } from './shell.ts';
import type { Variable } from './variables.ts';
import { ansiQuote, attributesOf, doubleQuote, elements, keys } from './variables.ts';

/** What a parameter expands to: text, a list (`@` or `*`), or a word that stands in its place; undefined for nothing. */
export type Expansion = string | { readonly list: readonly string[]; readonly star: boolean } | { readonly word: Word } | undefined;

/** Expands `$x` or `${…}`. Throws ShellError. */
export function* expandParameter(sh: Shell, part: SimpleExpansionPart | ParameterExpansionPart, quoted: boolean): Running<Expansion> {
  if (part.type === 'SimpleExpansion') {
    const name = part.text.slice(1);
    return name === '@' || name === '*' ? { list: sh.args, star: name === '*' } : need(sh, name, sh.variable(name));
  }
  const { parameter, prefix, operation } = part;
  if (!/^(\w+|[@*#?$!_-])$/.test(parameter) || operation?.type === 'Unknown' || /^\d+[A-Za-z_]/.test(parameter))
    throw new ShellError(`${part.text}: bad substitution`, 1);
  let index = part.index ? (/^[@*]$/.test(part.index.text) ? part.index.text : yield* expandString(sh, part.index)) : undefined;
  if (operation?.type === 'Names') {
    return { list: sh.vars.names().filter((name) => name.startsWith(parameter) && sh.vars.find(name)!.value !== undefined), star: operation.operator === '*' };
  }
  let name = parameter;
  if (prefix === '!') {
    if (index === '@' || index === '*') return { list: keys(sh.vars.find(name)?.value).map(String), star: index === '*' };
    const target = index === undefined ? (sh.vars.target(name) !== name ? name : sh.variable(name)) : sh.element(sh.vars.find(name), index);
    if (sh.vars.target(name) !== name) return sh.vars.target(name);
    if (!target) throw new ShellError(`${part.text.slice(3, -1)}: invalid indirect expansion`, 1);
    const element = /^(\w+)\[(.*)\]$/s.exec(target);
    name = element?.[1] ?? target;
    index = element?.[2];
  }
  const whole = index ?? name;
  const isList = whole === '@' || whole === '*';
  if (isList) {
    const values = index === undefined ? sh.args : elements(sh.vars.find(name)?.value);
    if (prefix === '#') return String(values.length);
    if (!operation) return { list: values, star: whole === '*' };
    return yield* onList(sh, name, index, values, whole === '*', operation, quoted);
  }
  const variable = sh.vars.find(name);
  const value = index === undefined ? sh.variable(name) : sh.element(variable, index);
  if (prefix === '#') return String([...(need(sh, name, value) ?? '')].length);
  if (!operation) return need(sh, part.index ? `${name}[${part.index.text}]` : name, value);
  if (operation.type === 'Default') {
    return yield* onDefault(sh, name, value, operation, (text) => (index === undefined ? sh.assign(name, text) : sh.assignElement(name, index, text)), quoted);
  }
  return yield* onText(sh, name, variable, need(sh, name, value) ?? '', operation, value === undefined);
}

/** The value, unless `set -u` wants one. */
function need(sh: Shell, name: string, value: string | undefined): string | undefined {
  if (value === undefined && sh.options.has('nounset') && !/^[@*]$/.test(name)) throw new ShellError(sh.dialect.unset(name), sh.dialect.unsetStatus);
  return value;
}

function* onDefault(
  sh: Shell,
  name: string,
  value: string | undefined,
  operation: Extract<ParameterOperation, { type: 'Default' }>,
  assign: (text: string) => void,
  quoted: boolean,
): Running<Expansion> {
  const colon = operation.operator[0] === ':';
  const present = value !== undefined && !(colon && value === '');
  switch (operation.operator.at(-1)) {
    case '+':
      return present ? { word: operation.operand } : undefined;
    case '-':
      return present ? value : { word: operation.operand };
    case '=': {
      if (present) return value;
      const text = quoted ? yield* expandQuotedOperand(sh, operation.operand) : yield* expandString(sh, operation.operand);
      assign(text);
      return text;
    }
    default: {
      if (present) return value;
      const text = yield* expandString(sh, operation.operand);
      throw new ShellError(`${name}: ${text || (colon ? 'parameter null or not set' : 'parameter not set')}`, sh.dialect.unsetStatus);
    }
  }
}

function* onList(
  sh: Shell,
  name: string,
  index: string | undefined,
  values: readonly string[],
  star: boolean,
  operation: ParameterOperation,
  quoted: boolean,
): Running<Expansion> {
  if (operation.type === 'Default') {
    const joined = values.join(' ');
    const set = values.length > 0 && !(operation.operator[0] === ':' && joined === '');
    if (operation.operator.at(-1) === '-' && set) return { list: values, star };
    return yield* onDefault(
      sh,
      name,
      set ? joined : undefined,
      operation,
      () => {
        throw new ShellError(`$${index ?? name}: cannot assign in this way`, 1);
      },
      quoted,
    );
  }
  if (operation.type === 'Slice') {
    // Of the arguments, number 0 is the shell's own name.
    const all = index === undefined ? [sh.name, ...values] : values;
    const whole = index === undefined ? undefined : keys(sh.vars.find(name)?.value);
    let from = Number(evaluate(sh, yield* expandString(sh, operation.offset)));
    if (from < 0) from += index === undefined ? all.length : Number(whole!.at(-1) ?? -1) + 1;
    const length = operation.length ? Number(evaluate(sh, yield* expandString(sh, operation.length))) : undefined;
    if (from < 0) return { list: [], star };
    if (length !== undefined && length < 0) throw new ShellError(`${operation.length!.text}: substring expression < 0`, 1);
    const start = whole && typeof whole[0] === 'number' ? whole.findIndex((key) => Number(key) >= from) : from;
    return { list: start < 0 ? [] : all.slice(start, length === undefined ? undefined : start + length), star };
  }
  const variable = index === undefined ? undefined : sh.vars.find(name);
  if (operation.type === 'Transform' && /^[AKka]$/.test(operation.operand.text)) {
    if (operation.operand.text === 'A') return variable ? sh.describe(name) : undefined;
    const pairs = keys(variable?.value).flatMap((key, i) => [String(key), operation.operand.text === 'K' ? doubleQuote(values[i]!) : values[i]!]);
    return operation.operand.text === 'a'
      ? { list: values.map(() => attributesOf(variable)), star }
      : operation.operand.text === 'K'
        ? pairs.join(' ')
        : { list: pairs, star };
  }
  const list: string[] = [];
  for (const value of values) list.push((yield* onText(sh, name, variable, value, operation, false)) ?? '');
  return { list, star };
}

function* onText(
  sh: Shell,
  name: string,
  variable: Variable | undefined,
  value: string,
  operation: ParameterOperation,
  unset: boolean,
): Running<string | undefined> {
  switch (operation.type) {
    case 'Remove':
      return remove(value, yield* expandPattern(sh, operation.operand), operation.operator);
    case 'Replace':
      return replace(value, yield* expandPattern(sh, operation.pattern), yield* expandPattern(sh, operation.replacement), operation.operator);
    case 'CaseModification': {
      const pattern = patternRegExp(operation.operand ? yield* expandPattern(sh, operation.operand) : '?');
      const change = (char: string): string => (pattern.test(char) ? (operation.operator[0] === '^' ? char.toUpperCase() : char.toLowerCase()) : char);
      const chars = [...value];
      return operation.operator.length === 2 ? chars.map(change).join('') : chars.length > 0 ? change(chars[0]!) + chars.slice(1).join('') : '';
    }
    case 'Slice': {
      const chars = /[\ud800-\udbff]/.test(value) ? [...value] : value;
      let from = Number(evaluate(sh, yield* expandString(sh, operation.offset)));
      if (from < 0) from += chars.length;
      if (from < 0 || from > chars.length) return '';
      let to = chars.length;
      if (operation.length) {
        const length = Number(evaluate(sh, yield* expandString(sh, operation.length)));
        to = length < 0 ? chars.length + length : from + length;
        if (to < from) throw new ShellError(`${operation.length.text}: substring expression < 0`, 1);
      }
      const cut = chars.slice(from, to);
      return typeof cut === 'string' ? cut : cut.join('');
    }
    case 'Transform':
      if (unset && operation.operand.text !== 'a') return undefined;
      return yield* transform(sh, name, variable, value, operation.operand.text);
    default:
      throw new ShellError(`\${${name}}: bad substitution`, 1);
  }
}

function* transform(sh: Shell, name: string, variable: Variable | undefined, value: string, letter: string): Running<string> {
  switch (letter) {
    case 'Q':
      return /[\x00-\x1f\x7f]/.test(value) ? ansiQuote(value) : `'${value.replace(/'/g, "'\\''")}'`;
    case 'U':
      return value.toUpperCase();
    case 'u':
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case 'L':
      return value.toLowerCase();
    case 'a':
      return attributesOf(variable);
    case 'A':
      return sh.describe(name, true);
    case 'E':
      return unescape(value, 'nnn').text;
    case 'P':
      return yield* expandText(sh, decodePrompt(sh, value));
    case 'K':
    case 'k':
      return doubleQuote(value);
    default:
      throw new ShellError(`\${${name}@${letter}}: bad substitution`, 1);
  }
}

/** `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`. */
function remove(value: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string {
  if (pattern === '') return value;
  const regexp = patternRegExp(pattern);
  const cuts = [...cutsOf(value)];
  if (operator === '#' || operator === '%%') {
    // From the left: the shortest prefix, or the longest suffix.
    for (const cut of cuts)
      if (regexp.test(operator === '#' ? value.slice(0, cut) : value.slice(cut))) return operator === '#' ? value.slice(cut) : value.slice(0, cut);
  } else {
    for (const cut of cuts.reverse())
      if (regexp.test(operator === '##' ? value.slice(0, cut) : value.slice(cut))) return operator === '##' ? value.slice(cut) : value.slice(0, cut);
  }
  return value;
}

/** The places between characters. */
function* cutsOf(value: string): Generator<number> {
  let at = 0;
  yield 0;
  for (const char of value) yield (at += char.length);
}

function replace(value: string, pattern: string, replacement: string, operator: '/' | '//' | '/#' | '/%'): string {
  if (pattern === '' && operator !== '/#' && operator !== '/%') return value;
  const regexp =
    operator === '/#'
      ? partRegExp(pattern, '^', '')
      : operator === '/%'
        ? partRegExp(pattern, '', '$')
        : partRegExp(pattern, '', '', operator === '//' ? 'g' : '');
  return value.replace(regexp, (match: string) =>
    match === '' && operator === '//' ? '' : replacement.replace(/\\(.)|&/gs, (_, char?: string) => char ?? match),
  );
}
