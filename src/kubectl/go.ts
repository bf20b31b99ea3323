/**
 * How Go writes and reads plain values: %q, %v, %#v, JSON, numbers, truth values, durations, with strconv's error texts.
 * Stands for the parts of fmt, strconv, encoding/json and time that kubectl's output goes through.
 */

export type Rec = Readonly<Record<string, unknown>>;

/** Is it a JSON object? */
export const isMap = (value: unknown): value is Rec => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Order of two strings by code units. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The keys of a map in Go's order. */
export const sortedKeys = (map: object): string[] => Object.keys(map).sort(compare);

const SHORT_ESCAPES: Record<string, string> = { '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '"': '\\"', '\\': '\\\\' };
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /["\\\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufffe\uffff]/g;

/** %q of a string. */
export const quote = (text: string): string =>
  `"${text.replace(UNPRINTABLE, (c) => {
    const code = c.charCodeAt(0);
    return SHORT_ESCAPES[c] ?? (code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`);
  })}"`;

/** A float64 as %v and strconv.FormatFloat(value, 'g', -1, 64) write it. */
export function float(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** %v of a JSON number: whole ones are int64. */
export const number = (value: number): string => (Number.isInteger(value) ? String(value) : float(value));

/** %v of a JSON value. */
export function plain(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return `[${value.map(plain).join(' ')}]`;
  if (isMap(value)) return `map[${sortedKeys(value).map((key) => `${key}:${plain(value[key])}`).join(' ')}]`;
  return String(value);
}

/** %#v of a JSON value whose maps have the Go type `type`. */
export const goSyntax = (value: unknown, type = 'map[string]interface {}'): string => (value === null || value === undefined ? '<nil>' : nested(value, type));

function nested(value: unknown, type: string): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map((item) => nested(item, type)).join(', ')}}`;
  if (isMap(value)) return `${type}{${sortedKeys(value).map((key) => `${quote(key)}:${nested(value[key], type)}`).join(', ')}}`;
  return String(value);
}

/** JSON as encoding/json writes it: keys sorted unless `ordered`, `<>&` escaped unless `raw`, indented by `indent`. */
export function json(value: unknown, indent = '', options: { readonly ordered?: boolean; readonly raw?: boolean } = {}): string {
  const out: string[] = [];
  write(value, indent, '\n', options.ordered ?? false, out);
  const text = out.join('');
  return options.raw ? text : text.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function write(value: unknown, indent: string, line: string, ordered: boolean, out: string[]): void {
  if (typeof value !== 'object' || value === null) {
    out.push(value === undefined ? 'null' : JSON.stringify(value));
    return;
  }
  const list = Array.isArray(value);
  const keys = list ? value.map((_, i) => i) : (ordered ? Object.keys(value) : sortedKeys(value)).filter((key) => (value as Rec)[key] !== undefined);
  if (keys.length === 0) {
    out.push(list ? '[]' : '{}');
    return;
  }
  const inner = indent ? line + indent : '';
  keys.forEach((key, i) => {
    out.push(i ? ',' : list ? '[' : '{', inner);
    if (!list) out.push(JSON.stringify(key), indent ? ': ' : ':');
    write((value as Record<string | number, unknown>)[key], indent, inner, ordered, out);
  });
  out.push(indent ? line : '', list ? ']' : '}');
}

/** A failed conversion: the message is strconv's or time's. */
export class ParseError extends Error {}

const invalid = (how: string, text: string, why = 'invalid syntax'): never => {
  throw new ParseError(`strconv.${how}: parsing ${quote(text)}: ${why}`);
};

/** strconv.ParseInt(text, base, bits); `base` 0 knows 0x, 0o, 0b and underscores. Throws ParseError. */
export function parseInteger(text: string, bits = 64, base: 0 | 10 = 0, how = 'ParseInt'): number {
  const ok = base === 0 ? /^[-+]?(0[xX](_?[0-9a-fA-F])+|0[oO]?(_?[0-7])+|0[bB](_?[01])+|0|[1-9](_?[0-9])*)$/ : /^[-+]?[0-9]+$/;
  if (!ok.test(text) || (how === 'ParseUint' && /^[-+]/.test(text))) invalid(how, text);
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  const value = base === 0 ? Number(digits.replace(/^0([0-7]+)$/, '0o$1')) : Number(digits);
  const negative = text.startsWith('-');
  const most = how === 'ParseUint' ? 2 ** bits - 1 : 2 ** (bits - 1) - (negative ? 0 : 1);
  if (value > most) invalid(how, text, 'value out of range');
  return negative ? -value || 0 : value;
}

/** strconv.ParseBool. Throws ParseError. */
export function parseBool(text: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  return invalid('ParseBool', text);
}

const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, 'μs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** time.ParseDuration, in milliseconds. Throws ParseError. */
export function parseDuration(text: string): number {
  const m = /^([-+]?)(.*)$/s.exec(text)!;
  let rest = m[2]!;
  if (rest === '0') return 0;
  const bad = (): never => {
    throw new ParseError(`time: invalid duration ${quote(text)}`);
  };
  if (rest === '') bad();
  let total = 0;
  while (rest !== '') {
    const part = /^([0-9]*)(\.[0-9]*)?/.exec(rest)!;
    if (!/[0-9]/.test(part[0])) bad();
    rest = rest.slice(part[0].length);
    const unit = /^[^.0-9]*/.exec(rest)![0];
    if (unit === '') throw new ParseError(`time: missing unit in duration ${quote(text)}`);
    if (UNITS[unit] === undefined) throw new ParseError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    total += Number(part[0] === '.' ? 0 : part[0]) * UNITS[unit];
    rest = rest.slice(unit.length);
  }
  return m[1] === '-' ? -total : total;
}

/** time.Duration.String() of milliseconds: `1h0m0s`, `1.5s`, `300ms`, `0s`. */
export function duration(ms: number): string {
  if (ms === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  const all = Math.abs(ms);
  if (all < 1) return `${sign}${all >= 1e-3 ? `${trim(all * 1e3)}µs` : `${trim(all * 1e6)}ns`}`;
  if (all < 1000) return `${sign}${trim(all)}ms`;
  const seconds = trim((all % 60_000) / 1000);
  const minutes = Math.floor(all / 60_000);
  if (minutes === 0) return `${sign}${seconds}s`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${hours}h${minutes % 60}m${seconds}s`;
}

const trim = (value: number): string => String(Number(value.toFixed(9)));
