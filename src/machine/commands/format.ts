/**
 * printf(3): numbers and strings after a conversion such as `%-5.2f`; shared by printf, awk, seq and stat.
 */

/** One conversion of a format: `%[flags][width][.precision]conversion`. */
export interface Conversion {
  readonly flags: string;
  readonly width: number;
  /** -1: not given. */
  readonly precision: number;
  readonly letter: string;
}

/** Fills up to the width; a precision of a whole number switches the zeros off. */
function fill(body: string, sign: string, c: Conversion, zeros: boolean): string {
  const blank = c.width - [...body].length - sign.length;
  if (blank <= 0) return sign + body;
  if (c.flags.includes('-')) return sign + body + ' '.repeat(blank);
  if (zeros && c.flags.includes('0')) return sign + '0'.repeat(blank) + body;
  return ' '.repeat(blank) + sign + body;
}

/** A string, cut to the precision and filled to the width, in characters. */
export function formatText(text: string, c: Conversion): string {
  return fill(c.precision >= 0 ? [...text].slice(0, c.precision).join('') : text, '', c, false);
}

/** A whole number by %d %i %u %o %x %X. Negative ones wrap to 64 bits where there is no sign. */
export function formatWhole(value: bigint, c: Conversion): string {
  const signed = c.letter === 'd' || c.letter === 'i';
  const magnitude = value < 0n ? (signed ? -value : BigInt.asUintN(64, value)) : value;
  const radix = c.letter === 'o' ? 8 : c.letter === 'x' || c.letter === 'X' ? 16 : 10;
  let body = magnitude.toString(radix);
  if (c.precision === 0 && magnitude === 0n) body = '';
  body = body.padStart(c.precision, '0');
  if (c.flags.includes('#') && magnitude !== 0n && radix !== 10) body = (radix === 8 ? (body[0] === '0' ? '' : '0') : '0x') + body;
  if (c.letter === 'X') body = body.toUpperCase();
  const sign = !signed ? '' : value < 0n ? '-' : c.flags.includes('+') ? '+' : c.flags.includes(' ') ? ' ' : '';
  return fill(body, sign, c, c.precision < 0);
}

/** Decimal digits with `places` behind the point, halves to even as C does. */
function fixed(x: number, places: number): string {
  if (x >= 1e21) return BigInt(x).toString() + (places ? `.${'0'.repeat(places)}` : '');
  const text = x.toFixed(Math.min(100, places));
  const exact = x.toFixed(Math.min(100, places + 25));
  const dot = exact.indexOf('.');
  const tail = dot < 0 ? '' : exact.slice(dot + 1 + places);
  if (/^50*$/.test(tail)) {
    const down = places ? exact.slice(0, dot + 1 + places) : exact.slice(0, dot);
    if (Number(down[down.length - 1]) % 2 === 0) return down;
  }
  return places > 100 ? text + '0'.repeat(places - 100) : text;
}

const exponent = (x: number, places: number): string => x.toExponential(Math.min(100, places)).replace(/e([+-])(\d)$/, 'e$10$2');

/** A real number by %e %f %g and their capitals. */
export function formatReal(value: number, c: Conversion): string {
  const letter = c.letter.toLowerCase();
  const negative = value < 0 || Object.is(value, -0);
  const x = Math.abs(value);
  const places = c.precision < 0 ? 6 : c.precision;
  let body: string;
  if (Number.isNaN(x)) body = 'nan';
  else if (x === Infinity) body = 'inf';
  else if (letter === 'f') body = fixed(x, places);
  else if (letter === 'e') body = exponent(x, places);
  else {
    const digits = places || 1;
    const e = x === 0 ? 0 : Number(x.toExponential(digits - 1).split('e')[1]);
    body = e < -4 || e >= digits ? exponent(x, digits - 1) : fixed(x, digits - 1 - e);
    if (!c.flags.includes('#')) body = body.replace(/^(\d+)(\.\d*?)0*(e.*)?$/, (_, whole: string, part: string, rest: string | undefined) => whole + (part === '.' ? '' : part) + (rest ?? ''));
  }
  if (c.letter !== letter) body = body.toUpperCase();
  const sign = negative ? '-' : c.flags.includes('+') ? '+' : c.flags.includes(' ') ? ' ' : '';
  return fill(body, sign, c, Number.isFinite(x));
}

/** A piece of a format: plain text, or a conversion; `*` asks for an argument. */
export type Piece = string | { readonly flags: string; readonly width: string; readonly precision: string | undefined; readonly letter: string; readonly source: string };

/** Takes a format apart; escapes are left alone. */
export function pieces(format: string): readonly Piece[] {
  const out: Piece[] = [];
  let plain = '';
  for (let at = 0; at < format.length; ) {
    if (format[at] !== '%') {
      plain += format[at++];
      continue;
    }
    if (format[at + 1] === '%') {
      plain += '%';
      at += 2;
      continue;
    }
    const m = /^%([-+ 0#']*)(\*|\d*)(?:\.(\*|-?\d*))?(?:hh|h|ll|l|L|j|z|t)?([a-zA-Z])?/.exec(format.slice(at))!;
    if (plain) out.push(plain);
    plain = '';
    out.push({ flags: m[1]!, width: m[2]!, precision: m[3], letter: m[4] ?? '', source: m[0] });
    at += m[0].length;
  }
  if (plain) out.push(plain);
  return out;
}

/** The conversion of a piece; `star` gives the arguments that `*` asks for. */
export function conversion(piece: Exclude<Piece, string>, star: () => number): Conversion {
  let flags = piece.flags;
  let width = piece.width === '*' ? star() : Number(piece.width || 0);
  if (width < 0) {
    flags += '-';
    width = -width;
  }
  const precision = piece.precision === undefined ? -1 : piece.precision === '*' ? star() : Number(piece.precision || 0);
  return { flags, width, precision: precision < 0 ? -1 : precision, letter: piece.letter };
}
