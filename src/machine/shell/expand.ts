/**
 * The expansion of words: braces, tilde, parameters, command substitution, arithmetic, splitting, file names, quote removal.
 * Stands for bash's subst.c.
 */
import type { Running } from '../process.ts';
import { calculate, ArithmeticError } from './arithmetic.ts';
import { Fields } from './fields.ts';
import { expandBraces, glob } from './glob.ts';
import { expandParameter } from './parameter.ts';
import type { ParsedScript, Word, WordPart } from './parse.ts';
import { parseText, parseWord } from './parse.ts';
import { escapeRegExp, isPattern } from './pattern.ts';
import { ShellError } from './failure.ts';
import type { Shell } from './shell.ts';
import { capture, processSubstitution } from './substitution.ts';
import { elements } from './variables.ts';

/** The words of a command, fully expanded. */
export function* expandWords(sh: Shell, words: readonly Word[]): Running<string[]> {
  const out: string[] = [];
  for (const word of words) yield* expandInto(sh, word, out);
  return out;
}

/** One word, fully expanded: none, one or several fields. */
export function* expandInto(sh: Shell, word: Word, out: string[]): Running<void> {
  const { text } = word;
  if (text.includes('{') && sh.dialect.braces && !sh.options.has('nobraceexpand')) {
    const variants = expandBraces(text);
    if (variants.length !== 1 || variants[0] !== text) {
      for (const variant of variants) yield* expandPlain(sh, parseWord(variant), out);
      return;
    }
  }
  yield* expandPlain(sh, word, out);
}

function* expandPlain(sh: Shell, word: Word, out: string[]): Running<void> {
  if (!word.parts && !word.text.includes('~')) {
    out.push(word.value);
    return;
  }
  const fields = new Fields(sh.ifs);
  yield* expandParts(sh, word, fields, false);
  for (const field of fields.finish()) {
    if (field.text === '' && !field.quoted) continue;
    if (!sh.options.has('noglob') && isPattern(field.pattern)) {
      const found = glob(sh.p.files, field.pattern, {
        dots: sh.shopts.has('dotglob'),
        stars: sh.shopts.has('globstar'),
        ignoreCase: sh.shopts.has('nocaseglob'),
      });
      if (found.length > 0) {
        out.push(...found);
        continue;
      }
      if (sh.shopts.has('failglob')) throw new ShellError(`no match: ${field.text}`, 1);
      if (sh.shopts.has('nullglob')) continue;
    }
    out.push(field.text);
  }
}

/** A word as one string, without splitting and file names: an assignment's value, a redirection's target, a case word. */
export function* expandString(sh: Shell, word: Word, assignment = false): Running<string> {
  if (!word.parts && !word.text.includes('~')) return word.value;
  const fields = new Fields(undefined);
  yield* expandParts(sh, word, fields, false, assignment);
  return fields.finish()[0]!.text;
}

/** A word as a pattern: what was quoted is escaped. */
export function* expandPattern(sh: Shell, word: Word): Running<string> {
  const fields = new Fields(undefined);
  yield* expandParts(sh, word, fields, false);
  return fields.finish()[0]!.pattern;
}

/** A word as a regular expression: what was quoted stands for itself. */
export function* expandRegExp(sh: Shell, word: Word): Running<string> {
  let out = '';
  // Without quotes or expansions the text is the expression, backslashes included.
  for (const part of word.parts ?? [literal(word.text)]) {
    if (part.type === 'Literal' || part.type === 'Glob' || part.type === 'ExtendedGlob' || part.type === 'BraceExpansion') out += part.text;
    else {
      const fields = new Fields(undefined);
      yield* expandPart(sh, part, fields, false);
      const { text } = fields.finish()[0]!;
      const quoted = part.type === 'SingleQuoted' || part.type === 'DoubleQuoted' || part.type === 'AnsiCQuoted' || part.type === 'LocaleString';
      out += quoted ? escapeRegExp(text).replace(/\\-/g, '-') : text;
    }
  }
  return out;
}

/** A text in which only `$` and backquotes are special: here documents, arithmetic, prompts. */
export function* expandText(sh: Shell, text: string): Running<string> {
  if (!/[$`\\]/.test(text)) return text;
  const fields = new Fields(undefined);
  for (const part of parseText(text)) yield* expandPart(sh, part, fields, true);
  return fields.finish()[0]!.text.slice(0, -1);
}

const literal = (text: string): WordPart => ({ type: 'Literal', text, value: text, pos: 0, end: 0 });

function* expandParts(sh: Shell, word: Word, fields: Fields, quoted: boolean, assignment = false): Running<void> {
  const parts = word.parts ?? [{ ...literal(word.text), value: word.value } as WordPart];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (part.type === 'Literal' && !quoted && part.text.includes('~')) {
      const text = tilde(sh, part.text, i === 0, i === parts.length - 1, assignment);
      if (text !== part.text) {
        fields.literal(text.replace(/\\(.)/gs, '$1'), text);
        continue;
      }
    }
    yield* expandPart(sh, part, fields, quoted);
  }
}

/** A literal's text with home folders put in where a tilde begins it, or follows `=` or `:` in an assignment. */
function tilde(sh: Shell, text: string, first: boolean, last: boolean, assignment: boolean): string {
  const home = (whole: string, user: string, offset: number): string => {
    const end = offset + whole.length;
    // `~$x` is not a tilde-prefix.
    if (end === text.length && !last) return whole;
    if (user === '') return sh.vars.get('HOME') ?? sh.p.user.home;
    if (user === '+') return sh.p.cwd;
    if (user === '-') return sh.vars.get('OLDPWD') ?? whole;
    return sh.p.machine.users.get(user)?.home ?? whole;
  };
  // Words that look like assignments have it after the first `=` too.
  let out = first
    ? text.replace(
        /^([A-Za-z_]\w*=)?~([^/:\\]*)/,
        (whole, name: string | undefined, user: string) => (name ?? '') + home(whole.slice(name?.length ?? 0), user, name?.length ?? 0),
      )
    : text;
  if (assignment) out = out.replace(/:~([^/:\\]*)/g, (whole, user: string, offset: number) => `:${home(whole.slice(1), user, offset + 1)}`);
  return out;
}

/** One part of a word. */
export function* expandPart(sh: Shell, part: WordPart, fields: Fields, quoted: boolean): Running<void> {
  const put = (text: string): void => (quoted ? fields.quoted(text) : fields.expanded(text));
  switch (part.type) {
    case 'Literal':
      return quoted ? fields.quoted(part.value) : fields.literal(part.value, part.text);
    case 'Glob':
      if (part.kind !== 'bracket') return fields.literal(part.text, part.text);
      fields.literal('[', '[');
      for (const inner of part.parts) yield* expandPart(sh, inner, fields, quoted);
      return fields.literal(']', ']');
    case 'ExtendedGlob':
      if (part.parts) {
        fields.literal(`${part.operator}(`, `${part.operator}(`);
        for (const inner of part.parts) yield* expandPart(sh, inner, fields, quoted);
        return fields.literal(')', ')');
      }
      return fields.literal(part.text, part.text);
    case 'BraceExpansion': {
      const inner = part.parts ?? [literal(part.text)];
      for (const piece of inner) yield* expandPart(sh, piece, fields, quoted);
      return;
    }
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return fields.quoted(part.value);
    case 'DoubleQuoted':
    case 'LocaleString':
      // "$@" without arguments is nothing at all, not an empty field.
      if (part.parts.length === 1 && isAllArguments(part.parts[0]!) && fields.splitting) return yield* expandPart(sh, part.parts[0]!, fields, true);
      fields.quoted('');
      for (const inner of part.parts) yield* expandPart(sh, inner, fields, true);
      return;
    case 'SimpleExpansion':
    case 'ParameterExpansion': {
      const value = yield* expandParameter(sh, part, quoted);
      if (value === undefined) return;
      if (typeof value === 'string') return put(value);
      if ('word' in value) {
        if (!quoted) return yield* expandOperand(sh, value.word, fields);
        return fields.quoted(yield* expandQuotedOperand(sh, value.word));
      }
      return list(sh, value.list, value.star, fields, quoted);
    }
    case 'CommandExpansion':
      return put(yield* substitute(sh, part.script));
    case 'ArithmeticExpansion': {
      const body = part.text.startsWith('$[') ? part.text.slice(2, -1) : part.text.slice(3, -2);
      return put(String(yield* arithmetic(sh, body)));
    }
    case 'ProcessSubstitution':
      return fields.quoted(yield* processSubstitution(sh, part));
  }
}

const isAllArguments = (part: WordPart): boolean =>
  part.type === 'SimpleExpansion'
    ? part.text === '$@'
    : part.type === 'ParameterExpansion' && !part.prefix && (part.parameter === '@' || part.index?.text === '@');

/** The operand of `${x:-word}` without quotes: its plain text is split as well. */
function* expandOperand(sh: Shell, word: Word, fields: Fields): Running<void> {
  for (const part of word.parts ?? [{ ...literal(word.text), value: word.value } as WordPart]) {
    if (part.type === 'Literal' && !part.text.includes('~')) fields.expanded(part.value);
    else if (part.type === 'Literal') yield* expandParts(sh, { ...word, text: part.text, value: part.value, parts: [part] }, fields, false);
    else yield* expandPart(sh, part, fields, false);
  }
}

/** The operand of `"${x:-word}"` inside double quotes: quotes inside it still quote. */
export function* expandQuotedOperand(sh: Shell, word: Word): Running<string> {
  const fields = new Fields(undefined);
  yield* expandParts(sh, word, fields, true);
  return fields.finish()[0]!.text;
}

function list(sh: Shell, values: readonly string[], star: boolean, fields: Fields, quoted: boolean): void {
  if (star && quoted) return fields.quoted(values.join((sh.vars.get('IFS') ?? ' ')[0] ?? ''));
  if (!fields.splitting) return quoted ? fields.quoted(values.join(' ')) : fields.expanded(values.join(' '));
  values.forEach((value, i) => {
    if (i > 0) fields.end();
    if (quoted) fields.quoted(value);
    else fields.expanded(value);
  });
}

/** The output of a command substitution, without its final newlines. */
function* substitute(sh: Shell, script: ParsedScript | undefined): Running<string> {
  const only = script?.commands.length === 1 ? script.commands[0]!.command : undefined;
  if (only?.type === 'Command' && !only.name && only.prefix.length === 1 && only.prefix[0]!.type === 'Redirect' && only.prefix[0]!.operator === '<') {
    const path = yield* expandString(sh, only.prefix[0]!.target!);
    return sh.readFile(path).replace(/\n+$/, '');
  }
  const text = script ? yield* capture(sh, script) : '';
  return text.replace(/\0/g, '').replace(/\n+$/, '');
}

/** The value of an arithmetic expression. Throws ShellError with bash's words. */
export function* arithmetic(sh: Shell, text: string, context = ''): Running<bigint> {
  const source = (yield* expandText(sh, text)).replace(/"/g, '');
  return evaluate(sh, source, context);
}

/** The same for text that is expanded already. */
export function evaluate(sh: Shell, source: string, context = ''): bigint {
  try {
    return calculate(source, {
      get(name, index) {
        const variable = sh.vars.find(name);
        if (index === undefined) {
          const value = sh.variable(name);
          if (value === undefined && sh.options.has('nounset')) throw new ShellError(`${name}: unbound variable`, 127);
          return value;
        }
        return sh.element(variable, index);
      },
      set(name, index, value) {
        if (index === undefined) sh.assign(name, value);
        else sh.assignElement(name, index, value);
      },
    });
  } catch (error) {
    if (error instanceof ArithmeticError) throw new ShellError(context + sh.dialect.arithmetic(error), sh.dialect.name === 'bash' ? 1 : 2);
    throw error;
  }
}

/** All values of a variable, as `"${name[@]}"` gives them. */
export const valuesOf = (sh: Shell, name: string): readonly string[] => elements(sh.vars.find(name)?.value);
