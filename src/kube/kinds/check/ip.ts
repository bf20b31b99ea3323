/**
 * IP addresses and ranges in fields: what is one, and what is wrong with one (apimachinery's util/validation/ip.go on k8s.io/utils/net).
 */
import type { Faults } from '../faults.ts';

/** An address taken apart. `strict` is false for IPv4 with leading zeros, `mapped` is true for IPv4 in IPv6. */
export interface Ip {
  readonly v6: boolean;
  /** Four bytes or eight words of 16 bits. */
  readonly parts: readonly number[];
  readonly strict: boolean;
  readonly mapped: boolean;
}

const ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

function parse4(text: string): Ip | undefined {
  const words = text.split('.');
  if (words.length !== 4 || !words.every((w) => /^\d+$/.test(w) && Number(w) < 256)) return undefined;
  return { v6: false, parts: words.map(Number), strict: words.every((w) => w === String(Number(w))), mapped: false };
}

function parse6(text: string): Ip | undefined {
  let body = text;
  let tail: Ip | undefined;
  const dotted = /^(.*:)([\d.]+\.[\d.]+)$/.exec(text);
  if (dotted) {
    tail = parse4(dotted[2]!);
    if (!tail) return undefined;
    const [a, b, c, d] = tail.parts as [number, number, number, number];
    body = `${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = body.split('::');
  if (halves.length > 2) return undefined;
  const words = (half: string | undefined): string[] => (half ? half.split(':') : []);
  const head = words(halves[0]);
  const rest = words(halves[1]);
  const gap = 8 - head.length - rest.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const all = [...head, ...new Array<string>(halves.length === 2 ? gap : 0).fill('0'), ...rest];
  if (!all.every((w) => /^[0-9a-fA-F]{1,4}$/.test(w))) return undefined;
  const parts = all.map((w) => parseInt(w, 16));
  return { v6: true, parts, strict: tail?.strict ?? true, mapped: parts.slice(0, 5).every((p) => p === 0) && parts[5] === 0xffff };
}

/** Reads an address; leading zeros are let through. */
export const parseIp = (text: string): Ip | undefined => (text.includes(':') ? parse6(text) : parse4(text));

/** An IPv4 address, also when written as an IPv6 one. */
const bytes = ({ v6, mapped, parts }: Ip): readonly number[] | undefined =>
  !v6 ? parts : mapped ? [parts[6]! >> 8, parts[6]! & 255, parts[7]! >> 8, parts[7]! & 255] : undefined;

/** The usual written form. */
export function formatIp(ip: Ip): string {
  const four = bytes(ip);
  if (four) return four.join('.');
  let [start, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && ip.parts[i + n] === 0) n++;
    if (n > length) [start, length] = [i, n];
  }
  const hex = (parts: readonly number[]): string => parts.map((p) => p.toString(16)).join(':');
  return start < 0 ? hex(ip.parts) : `${hex(ip.parts.slice(0, start))}::${hex(ip.parts.slice(start + length))}`;
}

/** `IPv4` or `IPv6` of an address. */
export const familyOf = (text: string): 'IPv4' | 'IPv6' => (text.includes(':') && !parseIp(text)?.mapped ? 'IPv6' : 'IPv4');

/** An address in a field that has been there for long. Those that it held before stay as they are. */
export function checkIp(e: Faults, path: string, value: string, before: readonly string[] = []): boolean {
  if (before.includes(value)) return true;
  const ip = parseIp(value);
  const count = e.all.length;
  if (!ip) e.invalid(path, value, ADDRESS);
  else if (!ip.strict) e.invalid(path, value, 'must not have leading 0s');
  else if (ip.mapped) e.invalid(path, value, 'must not be an IPv4-mapped IPv6 address');
  return e.all.length === count;
}

/** An address in a newer field, which has to be written in the usual form. */
export function checkCanonicalIp(e: Faults, path: string, value: string): void {
  if (checkIp(e, path, value) && formatIp(parseIp(value)!) !== value) e.invalid(path, value, `must be in canonical form ("${formatIp(parseIp(value)!)}")`);
}

/** An address that traffic can go to from elsewhere. */
export function checkEndpointIp(e: Faults, path: string, value: string): void {
  const ip = parseIp(value);
  if (!ip) {
    e.invalid(path, value, 'must be a valid IP address');
    return;
  }
  const four = bytes(ip);
  const first = four ? four[0]! : ip.parts[0]!;
  const zeros = (parts: readonly number[]): boolean => parts.every((p) => p === 0);
  if (four ? zeros(four) : zeros(ip.parts)) e.invalid(path, value, `may not be unspecified (${value})`);
  if (four ? first === 127 : zeros(ip.parts.slice(0, 7)) && ip.parts[7] === 1) e.invalid(path, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (four ? first === 169 && four[1] === 254 : (first & 0xffc0) === 0xfe80) e.invalid(path, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (four ? first === 224 && four[1] === 0 && four[2] === 0 : (first & 0xff0f) === 0xff02) e.invalid(path, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
}

/** A range taken apart. `rest` tells whether bits beyond the prefix are set. */
export interface Cidr {
  readonly ip: Ip;
  readonly length: number;
  readonly rest: boolean;
  readonly strict: boolean;
  /** The range with those bits cleared. */
  readonly text: string;
}

/** Reads a range such as 10.0.0.0/8. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const ip = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const size = text.slice(slash + 1);
  if (!ip || !/^\d+$/.test(size) || Number(size) > (ip.v6 ? 128 : 32)) return undefined;
  const length = Number(size);
  const width = ip.v6 ? 16 : 8;
  const masked = ip.parts.map((part, i) => {
    const keep = Math.max(0, Math.min(width, length - i * width));
    return part & ~((1 << (width - keep)) - 1);
  });
  const rest = masked.some((part, i) => part !== ip.parts[i]);
  return { ip, length, rest, strict: ip.strict && size === String(length), text: `${formatIp({ ...ip, parts: masked })}/${length}` };
}

/** A range in a field. Those that it held before stay as they are. */
export function checkCidr(e: Faults, path: string, value: string, before: readonly string[] = []): void {
  if (before.includes(value)) return;
  const cidr = parseCidr(value);
  if (!cidr) e.invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)');
  else if (!cidr.strict) e.invalid(path, value, 'must not have leading 0s in IP or prefix length');
  else if (cidr.ip.mapped) e.invalid(path, value, 'must not have an IPv4-mapped IPv6 address');
  else if (cidr.rest) e.invalid(path, value, 'must not have bits set beyond the prefix length');
}

/** A range in a newer field, which has to be written in the usual form. */
export function checkCanonicalCidr(e: Faults, path: string, value: string): void {
  const count = e.all.length;
  checkCidr(e, path, value);
  const cidr = parseCidr(value);
  if (e.all.length === count && cidr && cidr.text !== value) e.invalid(path, value, `must be in canonical form ("${cidr.text}")`);
}

/** Warnings about an IPv6 address in an unusual form. */
export function ipWarnings(path: string, value: string): readonly string[] {
  const ip = parseIp(value);
  if (!ip) return [];
  const usual = formatIp(ip);
  if (!ip.strict || ip.mapped) return [`${path}: non-standard IP address "${value}" is invalid: use "${usual}"`];
  return ip.v6 && usual !== value ? [`${path}: IPv6 address "${value}" should be in RFC 5952 canonical format ("${usual}")`] : [];
}

/** The same for a range. */
export function cidrWarnings(path: string, value: string): readonly string[] {
  const cidr = parseCidr(value);
  return cidr?.ip.v6 && cidr.text !== value ? [`${path}: IPv6 CIDR value "${value}" should be in RFC 5952 canonical format ("${cidr.text}")`] : [];
}

/** Whether `outer` holds all of `inner` and more. */
export function holds(outer: Cidr, inner: Cidr): boolean {
  if (outer.ip.v6 !== inner.ip.v6 || outer.length >= inner.length) return false;
  return parseCidr(`${formatIp(inner.ip)}/${outer.length}`)?.text === outer.text;
}
