/**
 * The built-in functions of awk that need not wait: strings, numbers, time, and gawk's gensub, strftime, asort.
 */
import { unix } from '../../sim/date.ts';
import type { AwkMachine } from './awk-machine.ts';
import { AwkError, compare, Outside, sprintf, type Table, toNumber, toText, type Value } from './awk-values.ts';
import { strftime, UTC, zoneOf } from './strftime.ts';
import { substitute } from './substitute.ts';

const seeds = new WeakMap<AwkMachine, { seed: number; state: number }>();

/** One draw of a machine's own sequence: the same in every run until srand() is called, as in real awk. */
function rand(m: AwkMachine): number {
  const s = seeds.get(m) ?? { seed: 0, state: 0x2545f491 };
  seeds.set(m, s);
  s.state = (s.state + 0x6d2b79f5) | 0;
  let t = Math.imul(s.state ^ (s.state >>> 15), 1 | s.state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

/** The replacement of sub and gsub: & is what matched, \& is an ampersand. */
function replacement(text: string, whole: string): string {
  return text.replace(/\\\\&|\\&|&|\\\\/g, (c) => (c === '&' ? whole : c === '\\&' ? '&' : c === '\\\\&' ? `\\${whole}` : '\\'));
}

function gensub(m: AwkMachine, pattern: string, by: string, how: Value, text: string): string {
  const all = /^[gG]/.test(toText(how, ''));
  const wanted = all ? 1 : Math.max(1, Math.trunc(toNumber(how)));
  return substitute(m.compile(pattern), text, wanted, all, (found) => by.replace(/\\(.)|&/g, (_, d: string | undefined) => (d === undefined ? found.groups[0]! : /\d/.test(d) ? (found.groups[Number(d)] ?? '') : d))).text;
}

/** `v` are the arguments without the table; `literal` says which were written between slashes; `put` stores the result of sub. */
export function builtin(m: AwkMachine, name: string, v: Value[], literal: readonly boolean[], table: (() => Table) | undefined, put: (value: Value) => void): Value {
  const text = (i: number): string => toText(v[i], m.convfmt);
  const number = (i: number): number => toNumber(v[i]);
  switch (name) {
    case 'length': return [...(v.length ? text(0) : toText(m.field(0), ''))].length;
    case 'substr': {
      const chars = [...text(0)];
      const start = Math.max(1, round(number(1)));
      const end = v.length > 2 ? start + round(number(2)) : Infinity;
      return chars.slice(Math.max(0, start - 1), Math.max(0, Math.min(end - 1, chars.length))).join('');
    }
    case 'index': {
      const at = text(0).indexOf(text(1));
      return at < 0 ? 0 : [...text(0).slice(0, at)].length + 1;
    }
    case 'split': {
      const separator = v.length > 1 ? text(1) : m.text('FS');
      const parts = v.length > 1 && literal[1] && separator === ' ' ? text(0).split(' ') : m.split(text(0), separator);
      const t = table!();
      t.clear();
      parts.forEach((part, i) => t.set(String(i + 1), new Outside(part)));
      return parts.length;
    }
    case 'sub': case 'gsub': {
      const target = v.length > 2 ? text(2) : toText(m.field(0), '');
      const by = text(1);
      const { text: out, count } = substitute(m.compile(text(0)), target, 1, name === 'gsub', (found) => replacement(by, found.groups[0]!));
      if (count) put(out);
      return count;
    }
    case 'gensub': return gensub(m, text(0), text(1), v[2], v.length > 3 ? text(3) : toText(m.field(0), ''));
    case 'match': {
      const found = m.compile(text(1)).exec(text(0));
      const start = found ? [...text(0).slice(0, found.index)].length + 1 : 0;
      m.globals.set('RSTART', start);
      m.globals.set('RLENGTH', found ? [...found.groups[0]!].length : -1);
      const t = table?.();
      t?.clear();
      found?.groups.forEach((g, i) => g !== undefined && t?.set(String(i), new Outside(g)));
      return start;
    }
    case 'sprintf': return sprintf(text(0), v.slice(1), m.convfmt);
    case 'sin': return Math.sin(number(0));
    case 'cos': return Math.cos(number(0));
    case 'atan2': return Math.atan2(number(0), number(1));
    case 'exp': return Math.exp(number(0));
    case 'log': return Math.log(number(0));
    case 'sqrt': return Math.sqrt(number(0));
    case 'int': return Math.trunc(number(0));
    case 'rand': return rand(m);
    case 'srand': {
      const before = seeds.get(m)?.seed ?? 0;
      const seed = v.length ? number(0) : Math.floor(m.p.date / 1000);
      seeds.set(m, { seed, state: (seed * 2654435761) | 0 });
      return before;
    }
    case 'tolower': return text(0).toLowerCase();
    case 'toupper': return text(0).toUpperCase();
    case 'systime': return Math.floor(m.p.date / 1000);
    case 'strftime': return strftime(v.length ? text(0) : '%a %b %e %H:%M:%S %Z %Y', v.length > 1 ? number(1) * 1000 : m.p.date, v.length > 2 && number(2) ? UTC : zoneOf(m.p));
    case 'mktime': {
      const [y, mo, d, h, mi, s] = text(0).split(' ').map(Number);
      if (s === undefined) return -1;
      return unix(y!, mo!, d!, h!, mi!, s) / 1000 - zoneOf(m.p).offset * 60;
    }
    case 'strtonum': return /^\s*0[xX]/.test(text(0)) ? Number(text(0)) : /^\s*0\d/.test(text(0)) ? parseInt(text(0), 8) : number(0);
    case 'and': return Number(BigInt(number(0)) & BigInt(number(1)));
    case 'or': return Number(BigInt(number(0)) | BigInt(number(1)));
    case 'xor': return Number(BigInt(number(0)) ^ BigInt(number(1)));
    case 'lshift': return number(0) * 2 ** number(1);
    case 'rshift': return Math.floor(number(0) / 2 ** number(1));
    case 'compl': return 2 ** 53 - 1 - number(0);
    case 'asort': case 'asorti': {
      const t = table!();
      const values: Value[] = name === 'asort' ? [...t.values()] : [...t.keys()];
      values.sort((a, b) => compare(a, b, m.convfmt));
      t.clear();
      values.forEach((value, i) => t.set(String(i + 1), value));
      return values.length;
    }
    default: throw new AwkError(`function \`${name}' is not supported here yet`);
  }
}

/** To the nearest whole number, halves to even, as substr rounds. */
const round = (x: number): number => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
