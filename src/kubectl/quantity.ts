/**
 * Quantities such as `500m`, `64Mi`, `1e3`: their values and their canonical form.
 * Stands for apimachinery's pkg/api/resource.
 * Unlike Kubernetes: values are floating point, exact to 15 digits.
 */

const FORM = /^([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(n|u|m||k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][-+]?[0-9]+)$/;
const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
export const BAD_QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** The number that a quantity stands for; undefined when it is none. */
export function quantityValue(text: string): number | undefined {
  const m = FORM.exec(text);
  if (!m) return undefined;
  const suffix = m[2]!;
  const scale = BINARY[suffix] !== undefined ? 2 ** BINARY[suffix] : /^[eE][-+]?\d/.test(suffix) ? 10 ** Number(suffix.slice(1)) : 10 ** DECIMAL[suffix]!;
  return Number(m[1]) * scale;
}

/** The form that Kubernetes writes a quantity in: `0.5` is `500m`, `1024Mi` is `1Gi`; undefined when it is none. */
export function canonical(text: string): string | undefined {
  const m = FORM.exec(text);
  if (!m) return undefined;
  const suffix = m[2]!;
  const value = quantityValue(text)!;
  if (value === 0) return '0';
  if (BINARY[suffix] !== undefined) {
    if (Math.abs(value) < 1024) return decimal(value);
    if (!Number.isInteger(value)) return decimal(Math.ceil(value));
    let unit = '';
    let rest = value;
    for (const name of Object.keys(BINARY)) {
      if (rest % 1024 !== 0) break;
      rest /= 1024;
      unit = name;
    }
    return `${rest}${unit}`;
  }
  if (/^[eE][-+]?\d/.test(suffix)) {
    let [rest, power] = [value, 0];
    while (rest % 1000 === 0) [rest, power] = [rest / 1000, power + 3];
    return power ? `${rest}e${power}` : String(rest);
  }
  return decimal(value);
}

function decimal(value: number): string {
  const nano = Math.round(value * 1e9);
  for (const [unit, power] of Object.entries(DECIMAL).reverse()) {
    const rest = nano / 10 ** (power + 9);
    if (Number.isInteger(rest) || power === -9) return `${rest}${unit}`;
  }
  return String(value);
}
