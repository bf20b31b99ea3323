/**
 * IPv4 addresses and CIDR blocks as numbers.
 */

/** `10.244.1.3` as a number of 32 bits; NaN when it is none. */
export function toNumber(address: string): number {
  const parts = address.split('.');
  let out = 0;
  for (const part of parts) {
    const n = Number(part);
    if (parts.length !== 4 || part === '' || !(n >= 0 && n < 256)) return NaN;
    out = out * 256 + n;
  }
  return out;
}

/** A number of 32 bits as `10.244.1.3`. */
export const toAddress = (n: number): string => [n / 2 ** 24, n / 2 ** 16, n / 2 ** 8, n].map((part) => Math.floor(part) & 255).join('.');

/** A block of addresses. */
export interface Cidr {
  readonly text: string;
  /** The first address. */
  readonly base: number;
  /** How many addresses it holds. */
  readonly size: number;
  readonly bits: number;
}

/** Reads `10.244.0.0/16`. */
export function parseCidr(text: string): Cidr {
  const [address, bits = '32'] = text.split('/');
  const size = 2 ** (32 - Number(bits));
  return { text, base: Math.floor(toNumber(address!) / size) * size, size, bits: Number(bits) };
}

/** Whether an address (as a number) lies in a block. */
export const within = (cidr: Cidr, address: number): boolean => address >= cidr.base && address < cidr.base + cidr.size;
