/**
 * Quantities (`250m`, `1.5Gi`, `12e6`): reading, the canonical form in which the API answers, arithmetic, comparison.
 * Stands for k8s.io/apimachinery/pkg/api/resource. Amounts are whole numbers of 10⁻⁹, as fine as Kubernetes keeps them.
 */

/** How a quantity was written, which its canonical form keeps. */
export type Format = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

export interface Quantity {
  /** In units of 10⁻⁹. */
  readonly nano: bigint;
  readonly format: Format;
  /** As it was written, where Kubernetes takes that for canonical and keeps it: `1.5`, `02`, `1E3`. */
  readonly text?: string;
}

export const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
export const WRONG_SUFFIX = "unable to parse quantity's suffix";
export const WRONG_NUMBER = 'unable to parse numeric part of quantity';

const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const NANO = 1_000_000_000n;
const MOST = ((1n << 63n) - 1n) * NANO;
const known = new Map<string, Quantity | string>();
const KEPT = 5000;

/** Reads a quantity; a string is the error that the API server gives. */
export function parseQuantity(text: string): Quantity | string {
  let found = known.get(text);
  if (found === undefined) {
    if (known.size > KEPT) known.clear();
    known.set(text, (found = read(text)));
  }
  return found;
}

function read(text: string): Quantity | string {
  if (text === '') return WRONG_FORMAT;
  const m = /^([+-]?)(\d*)(?:\.(\d*))?(.*)$/s.exec(text)!;
  const suffix = m[4]!;
  if (!/^[eEinumkKMGTP]*[-+]?\d*$/.test(suffix)) return WRONG_FORMAT;
  if (m[2] === '' && !m[3]) return WRONG_NUMBER;
  let scale: bigint;
  let down = 1n;
  let format: Format = 'DecimalSI';
  const decimal = DECIMAL.indexOf(suffix);
  const binary = BINARY.indexOf(suffix);
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix);
  if (decimal >= 0) scale = 10n ** BigInt(decimal * 3);
  else if (binary > 0) {
    scale = NANO * 1024n ** BigInt(binary);
    format = 'BinarySI';
  } else if (exponent) {
    const power = Math.max(-40, Math.min(40, Number(exponent[1]))) + 9;
    format = 'DecimalExponent';
    scale = power >= 0 ? 10n ** BigInt(power) : 1n;
    if (power < 0) down = 10n ** BigInt(-power);
  } else return WRONG_SUFFIX;
  const fraction = m[3] ?? '';
  const top = BigInt((m[2]! + fraction) || '0') * scale;
  const bottom = down * 10n ** BigInt(fraction.length);
  let nano = top / bottom;
  if (nano * bottom !== top) nano += 1n;
  if (format === 'BinarySI' && nano > MOST) nano = MOST;
  if (format === 'BinarySI' && nano > 0n && nano < NANO) format = 'DecimalSI';
  const power = decimal >= 0 ? (decimal - 3) * 3 : exponent ? Number(exponent[1]) : binary * 10;
  const kept = keptText(m[2]!.replace(/^0+/, '') || '0', fraction, power, format, m[3] !== undefined);
  return { nano: m[1] === '-' ? -nano : nano, format, ...(kept && { text }) };
}

/** Whether the parser of Kubernetes takes the written form for canonical: short numbers without a tail of zeros. */
function keptText(digits: string, fraction: string, exponent: number, format: Format, point: boolean): boolean {
  const shifted = digits + fraction;
  if (format === 'BinarySI') {
    if (point && fraction !== '') return false;
    return 15 - digits.length - Math.trunc((exponent * 3) / 10) - 1 >= 0 && (Number(digits) & 7) !== 0;
  }
  const scale = exponent - fraction.length;
  return shifted.length <= 18 && scale >= -9 && scale % 3 === 0 && !shifted.endsWith('000') && shifted[0] !== '0';
}

/** The form in which the API answers: no fraction, the largest suffix that is exact. */
export function formatQuantity(q: Quantity): string {
  if (q.text !== undefined) return q.text;
  if (q.nano === 0n) return '0';
  const whole = q.nano % NANO === 0n ? q.nano / NANO : undefined;
  const small = q.nano > -1024n * NANO && q.nano < 1024n * NANO;
  if (q.format === 'BinarySI' && whole !== undefined && !small) {
    let n = whole;
    let i = 0;
    while (i < BINARY.length - 1 && n % 1024n === 0n) {
      n /= 1024n;
      i++;
    }
    return `${n}${BINARY[i]}`;
  }
  let n = q.nano;
  let i = 0;
  while (i < DECIMAL.length - 1 && n % 1000n === 0n) {
    n /= 1000n;
    i++;
  }
  if (q.format === 'DecimalExponent') return i === 3 ? `${n}` : `${n}e${(i - 3) * 3}`;
  return `${n}${DECIMAL[i]}`;
}

/** The canonical form of a written quantity, or undefined when it is none. */
export function canonicalQuantity(text: string): string | undefined {
  const q = parseQuantity(text);
  return typeof q === 'string' ? undefined : formatQuantity(q);
}

const amount = (text: string | number | undefined): Quantity => {
  const q = text === undefined ? ZERO : parseQuantity(String(text));
  return typeof q === 'string' ? ZERO : q;
};
const ZERO: Quantity = { nano: 0n, format: 'DecimalSI' };

const up = (nano: bigint, unit: bigint): number => {
  const n = nano / unit;
  return Number(n * unit < nano ? n + 1n : n);
};

const milliKnown = new Map<string, number>();
const wholeKnown = new Map<string, number>();
function remembered(map: Map<string, number>, text: string, make: () => number): number {
  let n = map.get(text);
  if (n === undefined) {
    if (map.size > KEPT) map.clear();
    map.set(text, (n = make()));
  }
  return n;
}

/** Thousandths, rounded up: millicores of CPU. Nothing and nonsense count 0. */
export const milliOf = (text: string | number | undefined): number => (text === undefined ? 0 : remembered(milliKnown, String(text), () => up(amount(text).nano, 1_000_000n)));
/** Whole units, rounded up: bytes of memory, counts. */
export const wholeOf = (text: string | number | undefined): number => (text === undefined ? 0 : remembered(wholeKnown, String(text), () => up(amount(text).nano, NANO)));
/** Below 0, 0 or above 0, as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: string | number | undefined, b: string | number | undefined): number {
  const x = amount(a).nano;
  const y = amount(b).nano;
  return x < y ? -1 : x > y ? 1 : 0;
}
/** Canonical sum, in the format of `a` unless that is zero. */
export function addQuantities(a: string | number | undefined, b: string | number | undefined): string {
  const x = amount(a);
  const y = amount(b);
  return formatQuantity({ nano: x.nano + y.nano, format: x.nano === 0n ? y.format : x.format });
}
/** Canonical difference `a - b`, in the format of `a` unless that is zero. */
export function subtractQuantities(a: string | number | undefined, b: string | number | undefined): string {
  const x = amount(a);
  const y = amount(b);
  return formatQuantity({ nano: x.nano - y.nano, format: x.nano === 0n ? y.format : x.format });
}
