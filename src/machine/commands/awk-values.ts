/**
 * Values of awk: numbers, strings, and input that is both when it looks like a number.
 */
import { type Conversion, conversion, formatReal, formatText, formatWhole, pieces } from './format.ts';

/** Text that came from outside: compared as a number when it looks like one. */
export class Outside {
  readonly text: string;
  private known: number | undefined;
  constructor(text: string) {
    this.text = text;
  }
  /** The number that it looks like; NaN when it does not. */
  get number(): number {
    return (this.known ??= /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(this.text) ? Number(this.text) : NaN);
  }
}

/** undefined is a variable that was never set: both "" and 0. */
export type Value = number | string | Outside | undefined;
export type Table = Map<string, Value>;

export class AwkError extends Error {}

/** The number at the start of a value. */
export function toNumber(v: Value): number {
  if (typeof v === 'number') return v;
  if (v === undefined) return 0;
  const text = typeof v === 'string' ? v : v.text;
  const m = /^\s*[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/.exec(text);
  if (m) return Number(m[0]);
  const special = /^\s*([+-])(inf|nan)/i.exec(text);
  return special ? (special[2]!.toLowerCase() === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity) : 0;
}

/** A number by CONVFMT or OFMT; whole numbers as they are. */
export function showNumber(n: number, picture: string): string {
  if (Number.isInteger(n)) return Math.abs(n) < 1e16 ? String(n === 0 ? 0 : n) : BigInt(n).toString();
  if (Number.isNaN(n)) return '-nan';
  if (!Number.isFinite(n)) return n < 0 ? '-inf' : '+inf';
  return sprintf(picture, [n], '%.6g');
}

export const toText = (v: Value, picture: string): string => (typeof v === 'string' ? v : v === undefined ? '' : typeof v === 'number' ? showNumber(v, picture) : v.text);

export const truth = (v: Value): boolean => (typeof v === 'number' ? v !== 0 : v === undefined ? false : typeof v === 'string' ? v !== '' : Number.isNaN(v.number) ? v.text !== '' : v.number !== 0);

/** Less than 0, 0 or more: as numbers when both are, else as strings. */
export function compare(a: Value, b: Value, picture: string): number {
  const numeric = (v: Value): boolean => v === undefined || typeof v === 'number' || (typeof v === 'object' && !Number.isNaN(v.number));
  if (numeric(a) && numeric(b)) {
    const [x, y] = [toNumber(a), toNumber(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const [x, y] = [toText(a, picture), toText(b, picture)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** printf of awk. Throws AwkError when arguments are missing. */
export function sprintf(picture: string, args: readonly Value[], convfmt: string): string {
  let at = 0;
  let out = '';
  const next = (): Value => {
    if (at >= args.length) throw new AwkError('not enough arguments to satisfy format string');
    return args[at++];
  };
  for (const piece of pieces(picture)) {
    if (typeof piece === 'string') {
      out += piece;
      continue;
    }
    const c: Conversion = conversion(piece, () => Math.trunc(toNumber(next())));
    if ('diouxX'.includes(c.letter) && c.letter) {
      const n = toNumber(next());
      if (!Number.isFinite(n)) out += formatText(Number.isNaN(n) ? 'nan' : n < 0 ? '-inf' : 'inf', c);
      else out += formatWhole(BigInt(Math.trunc(n)), c.letter === 'u' ? { ...c, letter: n < 0 ? 'd' : 'u' } : c);
    } else if ('eEfFgG'.includes(c.letter) && c.letter) out += formatReal(toNumber(next()), c);
    else if (c.letter === 'c') {
      const v = next();
      const code = typeof v === 'number' ? v : typeof v === 'object' && !Number.isNaN(v.number) ? v.number : undefined;
      out += formatText(code !== undefined ? String.fromCodePoint(Math.max(0, Math.min(0x10ffff, Math.trunc(code)))) : ([...toText(v, convfmt)][0] ?? ''), c);
    } else if (c.letter === 's') out += formatText(toText(next(), convfmt), c);
    else out += piece.source;
  }
  return out;
}
