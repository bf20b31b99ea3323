/**
 * Flags of a command: one table that parses, prints help and completes.
 * Stands for spf13/pflag: its syntax, its types and its error texts.
 */
import { ParseError, parseBool, parseDuration, parseInteger, quote } from './go.ts';

export type FlagType = 'bool' | 'string' | 'int' | 'int32' | 'duration' | 'strings' | 'array' | 'map' | 'pairs';

export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly type: FlagType;
  /** The default as help shows it, without quotes. */
  readonly value: string;
  /** The value when the flag stands alone; flags without one need an argument. */
  readonly bare?: string;
  /** Still understood, not shown, and said to be gone when it is used. */
  readonly deprecated?: string;
  /** Must be given. */
  readonly required?: boolean;
}

/**
 * A table from its short form: `A all-namespaces=false`, `timeout=0s`, `filename=[]`, `output=''`, `replicas=1:int32`, `cascade='background'?background`.
 * The type follows from the default; `[]` is a list split at commas (`:array`: not split). A `!` at the end: required.
 */
export const flags = (...lines: readonly string[]): readonly Flag[] => lines.map(line);

function line(text: string): Flag {
  const m = /^(?:(\S) )?([\w-]+)=(.*?)(?::(int32|array|map|pairs|string))?(?:\?([\w]+))?(!?)$/.exec(text)!;
  const value = m[3]!;
  const type = (m[4] as FlagType | undefined) ?? (/^(true|false)$/.test(value) ? 'bool' : /^-?\d+$/.test(value) ? 'int' : /^[\dhms]+$/.test(value) ? 'duration' : value.startsWith('[') ? 'strings' : 'string');
  const bare = m[5] ?? (type === 'bool' ? 'true' : undefined);
  return { name: m[2]!, type, value: value.replace(/^'(.*)'$/, '$1'), ...(m[1] && { short: m[1] }), ...(bare && { bare }), ...(m[6] && { required: true }) };
}

/** A mistake in how a command was called; `See … --help` is added to it. */
export class FlagError extends Error {}

/** The help flag was given. */
export class HelpWanted extends Error {}

/** What was given on a command line. */
export class Flags {
  private readonly table: ReadonlyMap<string, Flag>;
  private readonly values = new Map<string, unknown>();
  /** Arguments that are no flags. */
  readonly args: string[] = [];
  /** How many arguments stood before `--`; -1 without one. */
  dash = -1;
  /** Notes about deprecated flags, for standard error. */
  readonly notes: string[] = [];

  constructor(table: readonly Flag[]) {
    this.table = new Map(table.map((flag) => [flag.name, flag]));
  }

  /** Reads a command line. Throws FlagError, HelpWanted. */
  parse(words: readonly string[]): void {
    let help = false;
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      if (word.length < 2 || !word.startsWith('-')) this.args.push(word);
      else if (word === '--') {
        this.dash = this.args.length;
        this.args.push(...words.slice(i + 1));
        break;
      } else if (word.startsWith('--')) {
        if (/^--[-=]/.test(word)) throw new FlagError(`bad flag syntax: ${word}`);
        const at = word.indexOf('=');
        const given = at < 0 ? word.slice(2) : word.slice(2, at);
        const name = given.replaceAll('_', '-');
        const flag = this.table.get(name) ?? (name === 'help' ? HELP : undefined);
        if (!flag) throw new FlagError(`unknown flag: --${given}`);
        if (at < 0 && flag.bare === undefined && i + 1 >= words.length) throw new FlagError(`flag needs an argument: --${given}`);
        const value = at >= 0 ? word.slice(at + 1) : (flag.bare ?? words[++i]!);
        help = this.take(flag, value) || help;
      } else {
        for (let rest = word.slice(1); rest !== ''; ) {
          const letter = [...rest][0]!;
          const flag = [...this.table.values()].find((f) => f.short === letter) ?? (letter === 'h' ? HELP : undefined);
          if (!flag) throw new FlagError(`unknown shorthand flag: '${letter}' in -${rest}`);
          let value: string;
          if (rest.length > 2 && rest[1] === '=') {
            value = rest.slice(2);
            rest = '';
          } else if (flag.bare !== undefined) {
            value = flag.bare;
            rest = rest.slice(1);
          } else if (rest.length > 1) {
            value = rest.slice(1);
            rest = '';
          } else {
            if (i + 1 >= words.length) throw new FlagError(`flag needs an argument: '${letter}' in -${rest}`);
            value = words[++i]!;
            rest = '';
          }
          help = this.take(flag, value) || help;
        }
      }
    }
    if (help) throw new HelpWanted();
  }

  private take(flag: Flag, text: string): boolean {
    try {
      this.values.set(flag.name, convert(flag, text, this.values.get(flag.name)));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      throw new FlagError(`invalid argument ${quote(text)} for ${quote(flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`)} flag: ${error.message}`);
    }
    if (flag.deprecated) this.notes.push(`Flag --${flag.name} has been deprecated, ${flag.deprecated}`);
    return flag === HELP && this.values.get('help') === true;
  }

  /** The flags that must be given and were not. */
  get missing(): readonly string[] {
    return [...this.table.values()].filter((flag) => flag.required && !this.values.has(flag.name)).map((flag) => flag.name).sort();
  }

  /** Was it given? */
  changed(name: string): boolean {
    return this.values.has(name);
  }

  /** Is this the global flag of that name, not one of the command's own that hides it? */
  global(name: string): boolean {
    return GLOBAL.includes(this.table.get(name)!);
  }

  /** Does the command know this flag? */
  has(name: string): boolean {
    return this.table.has(name);
  }

  private value<T>(name: string, type: string): T {
    const flag = this.table.get(name);
    if (!flag) throw new Error(`flag ${name} is not in the table`);
    const value = this.values.has(name) ? this.values.get(name) : convert(flag, flag.value.replace(/^\[(.*)\]$/, '$1'), undefined);
    if (typeof value !== type) throw new Error(`flag ${name} is no ${type}`);
    return value as T;
  }

  text(name: string): string {
    return this.value(name, 'string');
  }

  on(name: string): boolean {
    return this.value(name, 'boolean');
  }

  /** A number; of a duration its milliseconds. */
  number(name: string): number {
    return this.value(name, 'number');
  }

  /** The words of a list, the pairs of a map as `key=value`. */
  list(name: string): readonly string[] {
    return this.value(name, 'object');
  }
}

const HELP: Flag = { name: 'help', short: 'h', type: 'bool', value: 'false', bare: 'true' };

function convert(flag: Flag, text: string, before: unknown): unknown {
  const list = (before as readonly string[] | undefined) ?? [];
  switch (flag.type) {
    case 'bool': return parseBool(text);
    case 'int': return parseInteger(text);
    case 'int32': return parseInteger(text, 32);
    case 'duration': return parseDuration(text);
    case 'strings': return [...list, ...commas(text)];
    case 'array': return text === '' && before === undefined && flag.value === '[]' ? [] : [...list, text];
    case 'map': {
      const pairs = (text.match(/=/g) ?? []).length > 1 ? commas(text) : text === '' ? [] : [text];
      for (const pair of pairs) if (!pair.includes('=')) throw new ParseError(`${pair} must be formatted as key=value`);
      return [...list, ...pairs];
    }
    case 'pairs': {
      const pairs = text.split(',').filter((pair) => pair !== '');
      if (pairs.some((pair) => !pair.includes('='))) throw new ParseError('malformed pair, expect string=string');
      return [...list, ...pairs];
    }
    case 'string': return text;
  }
}

/** One line of comma-separated values, as encoding/csv reads it. Throws ParseError. */
export function commas(text: string): string[] {
  if (text === '') return [];
  const out: string[] = [];
  for (let i = 0; i <= text.length; ) {
    if (text[i] === '"') {
      let field = '';
      for (i++; ; i++) {
        if (i >= text.length) throw new ParseError(`parse error on line 1, column ${text.length + 1}: extraneous or missing " in quoted-field`);
        if (text[i] !== '"') field += text[i];
        else if (text[i + 1] === '"') field += text[i++];
        else break;
      }
      if (++i < text.length && text[i] !== ',') throw new ParseError(`parse error on line 1, column ${i}: extraneous or missing " in quoted-field`);
      out.push(field);
      i++;
    } else {
      const end = text.indexOf(',', i);
      const field = text.slice(i, end < 0 ? text.length : end);
      if (field.includes('"')) throw new ParseError(`parse error on line 1, column ${i + field.indexOf('"') + 1}: bare " in non-quoted-field`);
      out.push(field);
      i = end < 0 ? text.length + 1 : end + 1;
    }
  }
  return out;
}

/** Flags that many commands share. */
export const PRINT = flags('allow-missing-template-keys=true', "o output=''", 'show-managed-fields=false', "template=''");
export const FILES = flags('f filename=[]', "k kustomize=''", 'R recursive=false');
export const SELECTOR = flags("l selector=''");
export const DRY_RUN = flags("dry-run='none'?unchanged");
export const VALIDATE = flags("validate='strict'?strict");
export const SAVE = flags('save-config=false');
export const RECORD: readonly Flag[] = [{ name: 'record', type: 'bool', value: 'false', bare: 'true', deprecated: '--record will be removed in the future' }];
export const manager = (name: string): readonly Flag[] => flags(`field-manager='${name}'`);

/** Flags of every command. */
export const GLOBAL = flags(
  "as=''", 'as-group=[]:array', "as-uid=''", 'as-user-extra=[]:array', "cache-dir='/home/student/.kube/cache'", "certificate-authority=''", "client-certificate=''", "client-key=''",
  "cluster=''", "context=''", 'disable-compression=false', 'insecure-skip-tls-verify=false', "kubeconfig=''", "kuberc=''", 'log-flush-frequency=5s', 'match-server-version=false',
  "n namespace=''", "password=''", "profile='none'", "profile-output='profile.pprof'", "request-timeout='0'", "s server=''", "tls-server-name=''", "token=''", "user=''", "username=''",
  'v v=0', 'vmodule=:string', 'warnings-as-errors=false',
);
