/**
 * Sums of resource quantities, as the description of a node prints them (resource.Quantity after Add).
 * Unlike Kubernetes: amounts are floating point, exact up to 2^53.
 */
const UNITS: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 };
const BINARY = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const;
const DECIMAL = ['E', 'P', 'T', 'G', 'M', 'k'] as const;

/** An amount, and whether it is written with binary units. */
export interface Amount {
  readonly value: number;
  readonly binary: boolean;
}

export const ZERO: Amount = { value: 0, binary: false };

/** Reads a quantity; what is none counts as nothing. */
export function amount(text: string | undefined): Amount {
  const match = /^([+-]?[0-9.]+)([eE][+-]?\d+|[a-zA-Z]*)$/.exec(text ?? '');
  if (!match) return ZERO;
  const unit = match[2]!;
  return { value: Number(match[1]) * (/^[eE][+-]?\d/.test(unit) ? 10 ** Number(unit.slice(1)) : (UNITS[unit] ?? 1)), binary: unit.endsWith('i') };
}

/** The sum, in the notation of the first that is not nothing. */
export const add = (a: Amount, b: Amount): Amount => ({ value: a.value + b.value, binary: a.value ? a.binary : b.binary });

export const most = (a: Amount, b: Amount): Amount => (b.value > a.value ? b : a);

/** Canonical text: the largest unit that leaves a whole number. */
export function written({ value, binary }: Amount): string {
  if (value === 0) return '0';
  for (const unit of binary ? BINARY : DECIMAL) if (Math.abs(value) >= UNITS[unit]! && Number.isInteger(value / UNITS[unit]!)) return `${value / UNITS[unit]!}${unit}`;
  return Number.isInteger(value) ? String(value) : `${Math.ceil(value * 1000 - 1e-6)}m`;
}

/** `250m (12%)` of what can be allocated, cut off. */
export const share = (of: Amount, all: Amount): string => `${written(of)} (${all.value ? Math.trunc((of.value / all.value) * 100 + 1e-9) : 0}%)`;
