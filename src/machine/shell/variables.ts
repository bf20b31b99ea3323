/**
 * The variables of a shell: scalars, indexed and associative arrays, attributes, and the scopes of functions.
 * Stands for bash's variables.c.
 */

export type Value = string | Map<number, string> | Map<string, string>;

export interface Variable {
  value: Value | undefined;
  /** An associative array. */
  assoc?: boolean;
  array?: boolean;
  exported?: boolean;
  readonly?: boolean;
  integer?: boolean;
  lower?: boolean;
  upper?: boolean;
  /** The variable stands for the one named by its value. */
  reference?: boolean;
}

/** A read-only variable was to be changed; the message is its name. */
export class ReadonlyError extends Error {}

/** The attributes by their letter, in the order in which declare -p shows them. */
export const ATTRIBUTES: readonly (readonly [string, keyof Variable])[] = [
  ['a', 'array'], ['A', 'assoc'], ['i', 'integer'], ['l', 'lower'], ['n', 'reference'], ['r', 'readonly'], ['u', 'upper'], ['x', 'exported'],
];

/** The letters of a variable's attributes. */
export const attributesOf = (variable: Variable | undefined): string => ATTRIBUTES.filter(([, key]) => variable?.[key]).map(([letter]) => letter).join('');

/** Scopes, innermost last; the first holds the globals. */
export class Variables {
  scopes: Map<string, Variable>[];

  constructor(scopes: Map<string, Variable>[] = [new Map()]) {
    this.scopes = scopes;
  }

  /** A copy for a subshell. */
  fork(): Variables {
    return new Variables(this.scopes.map((scope) => new Map([...scope].map(([name, variable]) => {
      const { value } = variable;
      return [name, { ...variable, value: value instanceof Map ? (new Map(value as Map<string, string>) as Value) : value }];
    }))));
  }

  find(name: string): Variable | undefined {
    const scopes = this.scopes;
    for (let i = scopes.length - 1; i >= 0; i--) {
      const variable = scopes[i]!.get(name);
      if (variable) return variable.reference && typeof variable.value === 'string' && variable.value !== name ? this.find(variable.value) : variable;
    }
    return undefined;
  }

  /** The name that a name reference stands for. */
  target(name: string): string {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const variable = this.scopes[i]!.get(name);
      if (variable) return variable.reference && typeof variable.value === 'string' && variable.value !== '' ? variable.value : name;
    }
    return name;
  }

  /** The scalar value, or element 0 of an array. */
  get(name: string): string | undefined {
    return first(this.find(name)?.value);
  }

  /** The variable to assign to: the visible one, or a new global. */
  make(name: string): Variable {
    const there = this.find(name);
    if (there) return there;
    const fresh: Variable = { value: undefined };
    this.scopes[0]!.set(this.target(name), fresh);
    return fresh;
  }

  /** Assigns a scalar (element 0 of an array), as the attributes want it. */
  set(name: string, value: string): Variable {
    const variable = this.make(name);
    if (variable.readonly) throw new ReadonlyError(name);
    const text = shape(variable, value);
    if (variable.assoc || variable.array) variable.value ??= new Map() as Value;
    if (variable.value instanceof Map) (variable.value as Map<string | number, string>).set(variable.assoc ? '0' : 0, text);
    else variable.value = text;
    return variable;
  }

  /** Removes the innermost variable of this name. */
  unset(name: string): void {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const scope = this.scopes[i]!;
      const variable = scope.get(name);
      if (!variable) continue;
      if (variable.readonly) throw new ReadonlyError(name);
      scope.delete(name);
      return;
    }
  }

  /** Every visible name, in order. */
  names(): readonly string[] {
    const names = new Set<string>();
    for (const scope of this.scopes) for (const name of scope.keys()) names.add(name);
    return [...names].sort();
  }

  /** The environment of a child. */
  exported(): Map<string, string> {
    const out = new Map<string, string>();
    for (const scope of this.scopes) {
      for (const [name, variable] of scope) {
        if (variable.exported && typeof variable.value === 'string') out.set(name, variable.value);
        else if (!variable.exported || variable.value === undefined) out.delete(name);
      }
    }
    return out;
  }
}

/** The scalar value of a value: itself, or element 0. */
export function first(value: Value | undefined): string | undefined {
  return value instanceof Map ? ((value as Map<unknown, string>).get(0) ?? (value as Map<unknown, string>).get('0')) : value;
}

/** The elements of a value, in order of index for indexed arrays. */
export function elements(value: Value | undefined): readonly string[] {
  return value instanceof Map ? keys(value).map((key) => (value as Map<string | number, string>).get(key)!) : value === undefined ? [] : [value];
}

/** The indices or keys of a value. */
export function keys(value: Value | undefined): readonly (string | number)[] {
  if (!(value instanceof Map)) return value === undefined ? [] : [0];
  const all = [...(value as Map<string | number, string>).keys()];
  return typeof all[0] === 'number' ? (all as number[]).sort((a, b) => a - b) : all;
}

/** A new value as -l and -u want it. */
export const shape = (variable: Variable, value: string): string => (variable.lower ? value.toLowerCase() : variable.upper ? value.toUpperCase() : value);

/** A list as an indexed array. */
export const listOf = (values: readonly string[]): Map<number, string> => new Map(values.map((value, i) => [i, value]));

/** A text as `set`, `alias` and `set -x` write it: in single quotes where it needs any. */
export function quote(text: string): string {
  if (text === '') return "''";
  if (/[\x00-\x1f\x7f]/.test(text)) return ansiQuote(text);
  return /[\s!"#$&'()*;<=>?@[\\\]^`{|}~]/.test(text) ? `'${text.replace(/'/g, "'\\''")}'` : text;
}

/** A text in `$'…'`. */
export function ansiQuote(text: string): string {
  const names: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x1b': '\\E', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\v': '\\v' };
  const code = (char: string): string =>
    char === '\\' || char === "'" ? `\\${char}` : (names[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `$'${text.replace(/[\x00-\x1f\x7f\\']/g, code)}'`;
}

/** A text in double quotes, as declare -p writes it. */
export const doubleQuote = (text: string): string => (/[\x00-\x1f\x7f]/.test(text) ? ansiQuote(text) : `"${text.replace(/["\\$`]/g, '\\$&')}"`);
