/** Builtins that make and show variables: declare, typeset, local, export, readonly, unset. */
import type { ExitCode, Running } from '../../process.ts';
import { evaluate } from '../expand.ts';
import { ShellError } from '../failure.ts';
import type { Assignment } from '../parse.ts';
import type { Shell } from '../shell.ts';
import { assignArray, assignText } from '../simple.ts';
import type { Value, Variable } from '../variables.ts';
import { ATTRIBUTES, doubleQuote, first, keys, quote, ReadonlyError } from '../variables.ts';

const NAME = /^[A-Za-z_]\w*$/;

const FLAGS: Readonly<Record<string, keyof Variable>> = Object.fromEntries(ATTRIBUTES);

export function* declare(sh: Shell, args: readonly string[], name: string, declared: readonly Assignment[] = []): Running<ExitCode> {
  if (name === 'local' && sh.calls.length === 0) {
    sh.complain('can only be used in a function', 'local');
    return 1;
  }
  const flags = new Set<string>();
  const cleared = new Set<string>();
  let at = 0;
  for (; at < args.length && /^[-+]./.test(args[at]!); at++) {
    if (args[at] === '--') {
      at++;
      break;
    }
    for (const letter of args[at]!.slice(1)) (args[at]![0] === '-' ? flags : cleared).add(letter);
  }
  if (name === 'export' || name === 'readonly') {
    flags.add(name === 'export' ? 'x' : 'r');
    if (flags.has('n') && name === 'export') {
      flags.delete('x');
      flags.delete('n');
      cleared.add('x');
    }
  }
  const words = args.slice(at);
  if (flags.has('f') || flags.has('F')) return functions(sh, words, flags.has('F'));
  if (words.length === 0 || flags.has('p')) return print(sh, words, name, flags);
  const local = sh.calls.length > 0 && !flags.has('g') && name !== 'export' && name !== 'readonly';
  let status: ExitCode = 0;
  for (const word of words) {
    const match = /^([^=+[]*)(?:\[(.*?)\])?(\+?)(?:=(.*))?$/s.exec(word);
    const [, key = '', index, plus, text] = match ?? [];
    if (!NAME.test(key)) {
      if (sh.dialect.name !== 'bash') throw new ShellError(`${name}: ${key}: bad variable name`, 2);
      sh.complain(`\`${word}': not a valid identifier`, name);
      status = 1;
      continue;
    }
    const node = declared.find((item) => item.name === key && word === `${key}=`);
    if (local) makeLocal(sh, key, flags.has('n'));
    const there = sh.vars.find(key);
    if (there?.readonly && (text !== undefined || cleared.has('r'))) {
      sh.complain(sh.dialect.readonly(key), name === 'readonly' ? undefined : name === 'declare' || name === 'local' ? name : undefined);
      status = 1;
      continue;
    }
    const variable = flags.has('n') ? scopeOf(sh, key, local) : sh.vars.make(key);
    for (const letter of cleared) if (FLAGS[letter]) delete variable[FLAGS[letter]];
    for (const letter of flags) if (FLAGS[letter] && letter !== 'r' && letter !== 'n') (variable as Record<keyof Variable, unknown>)[FLAGS[letter]] = true;
    if (flags.has('A') && !(variable.value instanceof Map) && !(node || text !== undefined)) variable.value = new Map<string, string>() as Value;
    if (node && node.value.type === 'ArrayValue') yield* assignArray(sh, key, node.value, node.append ?? false);
    else if (index !== undefined && text !== undefined) sh.assignElement(key, index, text, plus === '+');
    else if (text !== undefined) {
      if (flags.has('n')) variable.value = text;
      else if (/^\(.*\)$/s.test(text) && (flags.has('a') || flags.has('A'))) sh.assign(key, text);
      else assignText(sh, key, text, plus === '+');
    }
    if (flags.has('n')) variable.reference = true;
    if (flags.has('r')) variable.readonly = true;
  }
  return status;
}

function makeLocal(sh: Shell, name: string, reference: boolean): void {
  const scope = sh.vars.scopes.at(-1)!;
  if (scope.has(name)) return;
  const outer = sh.vars.find(name);
  scope.set(name, { value: undefined, ...(outer?.exported && !reference && { exported: true }) });
}

function scopeOf(sh: Shell, name: string, local: boolean): Variable {
  const scope = local ? sh.vars.scopes.at(-1)! : sh.vars.scopes[0]!;
  let variable = scope.get(name);
  if (!variable) scope.set(name, (variable = { value: undefined }));
  return variable;
}

function functions(sh: Shell, words: readonly string[], namesOnly: boolean): ExitCode {
  let status: ExitCode = 0;
  for (const name of words.length > 0 ? words : [...sh.functions.keys()].sort()) {
    const definition = sh.functions.get(name);
    if (!definition) status = 1;
    else sh.out(namesOnly ? (words.length > 0 ? `${name}\n` : `declare -f ${name}\n`) : functionText(name, definition.text));
  }
  return status;
}

/** A function as it was written, under bash's heading. */
export const functionText = (name: string, body: string): string => {
  const inner = /^\{\s*(.*?)\s*\}$/s.exec(body)?.[1];
  if (inner === undefined) return `${name} () \n${body}\n`;
  const lines = inner.includes('\n') ? inner.split('\n').map((line) => line.trimEnd()) : [`    ${inner.replace(/;$/, '')}`];
  return `${name} () \n{ \n${inner.includes('\n') ? (/^\s/.test(lines[0]!) ? '' : '    ') : ''}${lines.join('\n')}\n}\n`;
};

function print(sh: Shell, words: readonly string[], name: string, flags: ReadonlySet<string>): ExitCode {
  let status: ExitCode = 0;
  if (words.length > 0 && flags.has('p')) {
    for (const word of words) {
      const text = sh.describe(word);
      if (text === '') {
        sh.complain(`${word}: not found`, name);
        status = 1;
      } else sh.out(`${text}\n`);
    }
    return status;
  }
  const wanted = [...flags].map((flag) => FLAGS[flag]).filter((flag) => flag !== undefined);
  const names = name === 'local' ? [...sh.vars.scopes.at(-1)!.keys()].sort() : sh.vars.names();
  for (const key of names) {
    const variable = sh.vars.find(key)!;
    if (!wanted.every((flag) => variable[flag])) continue;
    if (sh.dialect.name !== 'bash')
      sh.out(`${name} ${key}${variable.value === undefined ? '' : `='${(first(variable.value) ?? '').replace(/'/g, "'\\''")}'`}\n`);
    else if (name === 'declare' && flags.size === 0) sh.out(`${key}=${assigned(variable.value)}\n`);
    else sh.out(`${sh.describe(key)}\n`);
  }
  return status;
}

/** A value as `set` lists it. */
export const assigned = (value: Value | undefined): string => {
  if (!(value instanceof Map)) return value === undefined || value === '' ? '' : quote(value);
  return `(${keys(value).map((key) => `[${key}]=${doubleQuote((value as Map<string | number, string>).get(key)!)}`).join(' ')})`;
};

export function unset(sh: Shell, args: readonly string[]): ExitCode {
  let status: ExitCode = 0;
  const onlyFunctions = args[0] === '-f';
  for (const word of args.filter((arg) => !/^-[fvn]$/.test(arg))) {
    const element = /^(\w+)\[(.*)\]$/s.exec(word);
    try {
      if (element) {
        const variable = sh.vars.find(element[1]!);
        if (element[2] === '@' || element[2] === '*') sh.vars.unset(element[1]!);
        else if (variable?.value instanceof Map) {
          let key: string | number = element[2]!;
          if (!variable.assoc) {
            key = Number(evaluate(sh, key));
            if (key < 0) key += Number(keys(variable.value).at(-1) ?? -1) + 1;
          }
          (variable.value as Map<string | number, string>).delete(key);
        }
      } else if (onlyFunctions) sh.functions.delete(word);
      else if (!NAME.test(word)) {
        if (sh.dialect.name !== 'bash') throw new ShellError(`unset: ${word}: bad variable name`, 2);
      } else if (sh.vars.find(word)) sh.vars.unset(args[0] === '-n' ? word : sh.vars.target(word));
      else if (args[0] !== '-v') sh.functions.delete(word);
    } catch (error) {
      if (!(error instanceof ReadonlyError)) throw error;
      sh.complain(sh.dialect.name === 'bash' ? `${error.message}: cannot unset: readonly variable` : sh.dialect.readonly(error.message), 'unset');
      status = 1;
    }
  }
  return status;
}
