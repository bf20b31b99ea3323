/**
 * The built-in functions of jq: those written in jq itself, and those that are not.
 */
import { parseRfc3339 } from '../../sim/date.ts';
import { decode64, encode64 } from './base64.ts';
import { byteLength, fromBytes, toBytes } from './bytes.ts';
import { compare, dump, JqError, type Json, NoJson, parseJson, typeOf } from './jq-json.ts';
import { type Natives, path, plain } from './jq-run.ts';
import { brief, deletePaths, get, indices, setPath, truthy } from './jq-values.ts';
import { parseDate } from './date-words.ts';
import { strftime, UTC } from './strftime.ts';

/** Definitions in jq. */
export const PRELUDE = `
def map(f): [.[] | f]; def select(f): if f then . else empty end; def values: select(. != null); def nulls: select(. == null);
def booleans: select(type == "boolean"); def numbers: select(type == "number"); def strings: select(type == "string"); def arrays: select(type == "array"); def objects: select(type == "object");
def iterables: select(type == "array" or type == "object"); def scalars: select(type != "array" and type != "object");
def recurse(f): def r: ., (f | r); r; def recurse: recurse(.[]?); def recurse(f; cond): def r: ., (f | select(cond) | r); r;
def map_values(f): .[] |= f; def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];
def from_entries: reduce .[] as $x ({}; . + {($x | if type == "object" then (if has("key") then .key elif has("k") then .k elif has("name") then .name elif has("Name") then .Name elif has("Key") then .Key else .K end) else . end | if type == "string" then . else tojson end): ($x | if type == "object" then (if has("value") then .value elif has("v") then .v elif has("Value") then .Value else .V end) else null end)});
def with_entries(f): to_entries | map(f) | from_entries;
def add: reduce .[] as $x (null; . + $x); def add(f): reduce f as $x (null; . + $x);
def any: reduce .[] as $x (false; . or $x); def all: reduce .[] as $x (true; . and $x);
def any(f): isempty(first(.[] | f | select(.))) | not; def all(f): isempty(first(.[] | f | select(. | not)));
def any(g; f): isempty(first(g | f | select(.))) | not; def all(g; f): isempty(first(g | f | select(. | not)));
def in(xs): . as $x | xs | has($x); def inside(xs): . as $x | xs | contains($x); def isvalid(f): try (f | true) catch false;
def last: .[-1]; def first: .[0]; def last(f): reduce f as $x (null; $x); def nth($n): .[$n]; def nth($n; f): if $n < 0 then error("Out of bounds negative array index") else last(limit($n + 1; f)) end;
def until(cond; update): def u: if cond then . else (update | u) end; u; def while(cond; update): def w: if cond then ., (update | w) else empty end; w; def repeat(f): def r: ., (f | r); r;
def range($x): range(0; $x); def del(f): delpaths([path(f)]); def paths: path(..) | select(length > 0); def paths(f): path(.. | select(f)) | select(length > 0); def leaf_paths: paths(scalars);
def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;
def ascii: [.] | implode; def todate: strftime("%Y-%m-%dT%H:%M:%SZ"); def fromdateiso8601: fromdate; def todateiso8601: todate; def dateadd(u; n): . + n; def date: todate;
def test(re): test(re; null); def match(re): match(re; null); def match(re; flags): _match(re; flags)[]; def capture(re): capture(re; null); def capture(re; flags): match(re; flags) | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def scan(re): scan(re; null); def scan(re; flags): match(re; "g" + (flags // "")) | if (.captures | length) > 0 then [.captures[].string] else .string end;
def splits($re): splits($re; null); def splits($re; flags): split($re; flags) | .[]; def sub(re; f): sub(re; f; ""); def gsub(re; f): sub(re; f; "g"); def gsub(re; f; flags): sub(re; f; flags + "g");
def sub(re; f; flags): . as $in | (reduce (_match(re; flags)[]) as $m ([0, [""]]; . as [$at, $outs] | ([$m.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries) as $c | [$m.offset + $m.length, [$outs[] as $o | ($c | f) as $s | $o + $in[$at:$m.offset] + $s]])) as [$end, $outs] | $outs[] | . + $in[$end:];
def group_by(f): _group_by(map([f])); def unique_by(f): [group_by(f)[] | .[0]]; def unique: unique_by(.); def sort_by(f): _sort_by(map([f])); def min_by(f): _min_by(map([f])); def max_by(f): _max_by(map([f]));
def index($i): indices($i) | .[0]; def rindex($i): indices($i) | .[-1]; def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end; def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;
def flatten: flatten(1e9); def finites: select(isinfinite or isnan | not); def normals: select(isnormal); def env: $ENV; def halt_error: halt_error(5);
def tostream: path(def r: (.[]?|r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]); def IN(s):any(s == .; .); def IN(src; s):any(src == s; .); def INDEX(f): INDEX(.[]; f); def INDEX(s; f): reduce s as $r ({}; .[$r | f | tostring] |= $r);
def inputs: def r: input | (., r); try r catch if . == "break" then empty else error end; def pick(f): . as $top | reduce path(f) as $p (null; setpath($p; $top | getpath($p))); def debug(f): (f | debug | empty), .; def abs: if type == "number" and . < 0 then -. else . end;
def toarray: if type == "array" then . else [.] end; def have_literal_numbers: false;
`;

const number = (v: Json, what: string): number => {
  if (typeof v !== 'number') throw new JqError(what || `${typeOf(v)} (${brief(v)}) number required`);
  return v;
};
const text = (v: Json, name: string): string => {
  if (typeof v !== 'string') throw new JqError(name);
  return v;
};
const one = (f: (n: number) => number) => (v: Json): Json => f(number(v, ''));
const list = (v: Json, what: string): Json[] => {
  if (!Array.isArray(v)) throw new JqError(`${typeOf(v)} (${brief(v)}) cannot be ${what}, as it is not an array`);
  return v;
};

function contains(a: Json, b: Json): boolean {
  if (a instanceof Map && b instanceof Map) return [...b].every(([k, v]) => a.has(k) && contains(a.get(k)!, v));
  if (Array.isArray(a) && Array.isArray(b)) return b.every((y) => a.some((x) => contains(x, y)));
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  if (typeOf(a) === typeOf(b)) return compare(a, b) === 0;
  throw new JqError(`${typeOf(a)} (${brief(a)}) and ${typeOf(b)} (${brief(b)}) cannot have their containment checked`);
}

/** Pairs of values and keys, in the order of keys. */
function byKeys(v: Json, keys: Json): { v: Json; key: Json }[] {
  const k = keys as Json[];
  return list(v, 'sorted').map((x, i) => ({ v: x, key: k[i]! })).sort((a, b) => compare(a.key, b.key));
}

function pattern(re: Json, flags: Json): RegExp {
  if (typeof re !== 'string') throw new JqError(`${typeOf(re)} (${brief(re)}) cannot be matched, as it is not a string`);
  const given = flags === null ? '' : text(flags, `${typeOf(flags)} (${brief(flags)}) is not a string`);
  const bad = [...given].find((f) => !'gimnpslx'.includes(f));
  if (bad) throw new JqError(`${given} is not a valid modifier string`);
  const source = given.includes('x') ? re.replace(/\s+|#.*/g, '') : re;
  try {
    return new RegExp(source.replace(/\\([hH])/g, '[0-9a-fA-F]').replace(/\\([^\w^$\\.*+?()[\]{}|/-])/g, '$1'), `gu${given.includes('i') ? 'i' : ''}${given.includes('s') || given.includes('p') ? 's' : ''}`);
  } catch {
    throw new JqError(`${re} (at offset 0) is not a valid regex: ${source}`);
  }
}

function matches(v: Json, re: Json, flags: Json): Json[] {
  const s = text(v, `${typeOf(v)} (${brief(v)}) cannot be matched, as it is not a string`);
  const regex = pattern(re, flags);
  const all = typeof flags === 'string' && flags.includes('g');
  const out: Json[] = [];
  const chars = (unit: number): number => [...s.slice(0, unit)].length;
  for (const m of s.matchAll(regex)) {
    const names = Object.entries(m.groups ?? {});
    let used = 0;
    const captures = m.slice(1).map((g): Json => {
      const named = names[used];
      const name = named && named[1] === g ? named[0] : null;
      if (name !== null) used++;
      const at = g === undefined ? -1 : s.indexOf(g, m.index);
      return new Map<string, Json>([['offset', at < 0 ? -1 : chars(at)], ['length', g === undefined ? 0 : [...g].length], ['string', g ?? null], ['name', name]]);
    });
    out.push(new Map<string, Json>([['offset', chars(m.index)], ['length', [...m[0]].length], ['string', m[0]], ['captures', captures]]));
    if (!all) break;
  }
  return out;
}

const cell = (v: Json, how: 'csv' | 'tsv'): string => {
  if (v === null) return '';
  if (typeof v === 'number' || typeof v === 'boolean') return dump(v);
  if (typeof v !== 'string') throw new JqError(`${typeOf(v)} (${brief(v)}) is not valid in a csv row`);
  return how === 'csv' ? `"${v.replaceAll('"', '""')}"` : v.replace(/[\\\t\n\r]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c]!);
};

/** @text, @json, @csv and so on. */
export function format(name: string, v: Json): string {
  const s = (): string => (typeof v === 'string' ? v : dump(v));
  switch (name) {
    case 'text': return s();
    case 'json': return dump(v);
    case 'csv': case 'tsv':
      if (!Array.isArray(v)) throw new JqError(`${typeOf(v)} (${brief(v)}) cannot be ${name}-formatted, only an array can be`);
      return v.map((x) => cell(x, name)).join(name === 'csv' ? ',' : '\t');
    case 'html': return s().replace(/[<>&'"]/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&quot;' })[c]!);
    case 'uri': return [...toBytes(s())].map((b) => (b < 128 && /[A-Za-z0-9\-_.~]/.test(String.fromCharCode(b)) ? String.fromCharCode(b) : `%${b.toString(16).toUpperCase().padStart(2, '0')}`)).join('');
    case 'sh': return (Array.isArray(v) ? v : [v]).map((x) => (typeof x === 'string' ? `'${x.replaceAll("'", "'\\''")}'` : x !== null && typeof x === 'object' ? ((): never => { throw new JqError(`${typeOf(x)} (${brief(x)}) can not be escaped for shell`); })() : dump(x))).join(' ');
    case 'base64': return encode64(toBytes(s()));
    case 'base64d': {
      const { bytes } = decode64(s().replace(/=+$/, ''), true);
      return fromBytes(bytes);
    }
    default: throw new JqError(`${name} is not a valid format`);
  }
}

/** What functions need of the program that runs them. */
export interface World {
  readonly now: () => number;
  readonly input: () => Json;
  readonly log: (text: string) => void;
}

/** Ends the program: halt and halt_error. */
export class Halt extends Error {
  readonly code: number;
  readonly text: string;
  constructor(code: number, text: string) {
    super('halt');
    this.code = code;
    this.text = text;
  }
}

export function natives(world: World): Natives {
  const keys = (v: Json, sort: boolean): Json => {
    if (v instanceof Map) return sort ? [...v.keys()].sort() : [...v.keys()];
    if (Array.isArray(v)) return v.map((_, i) => i);
    throw new JqError(`${typeOf(v)} (${brief(v)}) has no keys`);
  };
  const broken = (at: number): Json => {
    const parts = strftime('%Y %m %d %H %M %S %w %j', at * 1000, UTC).split(' ').map(Number);
    return [parts[0]!, parts[1]! - 1, parts[2]!, parts[3]!, parts[4]!, parts[5]! + (at - Math.floor(at)), parts[6]!, parts[7]! - 1];
  };
  const seconds = (v: Json): number => {
    if (typeof v === 'number') return v;
    const a = list(v, 'a date') as number[];
    return parseRfc3339(`${String(a[0]).padStart(4, '0')}-${[a[1]! + 1, a[2]!].map((x) => String(x).padStart(2, '0')).join('-')}T${[a[3]!, a[4]!, Math.floor(a[5]!)].map((x) => String(x).padStart(2, '0')).join(':')}Z`)! / 1000;
  };
  const fromDate = (v: Json): Json => {
    const at = parseRfc3339(text(v, 'strptime/1 requires string inputs and arguments'));
    if (at === undefined) throw new JqError(`date "${String(v)}" does not match format "%Y-%m-%dT%H:%M:%SZ"`);
    return at / 1000;
  };
  return {
    format,
    plain: {
      'not/0': (v) => !truthy(v),
      'length/0': (v) => (v === null ? 0 : typeof v === 'number' ? Math.abs(v) : typeof v === 'string' ? [...v].length : Array.isArray(v) ? v.length : v instanceof Map ? v.size : ((): never => { throw new JqError(`${typeOf(v)} (${brief(v)}) has no length`); })()),
      'utf8bytelength/0': (v) => byteLength(text(v, `${typeOf(v)} (${brief(v)}) only strings have UTF-8 byte length`)),
      'keys/0': (v) => keys(v, true),
      'keys_unsorted/0': (v) => keys(v, false),
      'has/1': (v, k) => {
        if (v instanceof Map && typeof k === 'string') return v.has(k);
        if (Array.isArray(v) && typeof k === 'number') return k >= 0 && k < v.length;
        throw new JqError(`Cannot check whether ${typeOf(v)} has a ${typeof k === 'string' ? 'string' : typeOf(k)} key`);
      },
      'contains/1': (v, b) => contains(v, b),
      'type/0': (v) => typeOf(v),
      'tostring/0': (v) => (typeof v === 'string' ? v : dump(v)),
      'tojson/0': (v) => dump(v),
      'fromjson/0': (v) => {
        try {
          return parseJson(text(v, `${typeOf(v)} (${brief(v)}) cannot be parsed`));
        } catch (error) {
          if (!(error instanceof NoJson)) throw error;
          throw new JqError(`${error.message} (while parsing '${String(v)}')`);
        }
      },
      'tonumber/0': (v) => {
        if (typeof v === 'number') return v;
        if (typeof v === 'string' && /^\s*-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(v)) return Number(v);
        throw new JqError(typeof v === 'string' ? `Invalid numeric literal at EOF at line 1, column ${v.length} (while parsing '${v}')` : `${typeOf(v)} (${brief(v)}) cannot be parsed as a number`);
      },
      'sort/0': (v) => [...list(v, 'sorted')].sort(compare),
      '_sort_by/1': (v, k) => byKeys(v, k).map((x) => x.v),
      '_group_by/1': (v, k) => {
        const out: Json[][] = [];
        let last: Json | undefined;
        for (const x of byKeys(v, k)) {
          if (last !== undefined && compare(last, x.key) === 0) out.at(-1)!.push(x.v);
          else out.push([x.v]);
          last = x.key;
        }
        return out;
      },
      '_min_by/1': (v, k) => byKeys(v, k)[0]?.v ?? null,
      '_max_by/1': (v, k) => byKeys(v, k).at(-1)?.v ?? null,
      'min/0': (v) => list(v, 'compared').reduce<Json>((a, b, i) => (i === 0 || compare(b, a) < 0 ? b : a), null),
      'max/0': (v) => list(v, 'compared').reduce<Json>((a, b, i) => (i === 0 || compare(b, a) >= 0 ? b : a), null),
      'reverse/0': (v) => (v === null ? [] : typeof v === 'string' ? [...v].reverse().join('') : [...list(v, 'reversed')].reverse()),
      'flatten/1': (v, depth) => {
        if ((depth as number) < 0) throw new JqError('flatten depth must not be negative');
        return list(v, 'flattened').flat(Math.min(1000, depth as number) as 1) as Json[];
      },
      'floor/0': one(Math.floor), 'ceil/0': one(Math.ceil), 'round/0': one((n) => Math.sign(n) * Math.round(Math.abs(n))), 'sqrt/0': one(Math.sqrt), 'fabs/0': one(Math.abs), 'exp/0': one(Math.exp), 'log/0': one(Math.log), 'log2/0': one(Math.log2), 'log10/0': one(Math.log10), 'exp10/0': one((n) => 10 ** n), 'exp2/0': one((n) => 2 ** n), 'trunc/0': one(Math.trunc), 'sin/0': one(Math.sin), 'cos/0': one(Math.cos),
      'pow/2': (_, a, b) => number(a, '') ** number(b, ''), 'infinite/0': () => Infinity, 'nan/0': () => NaN, 'isinfinite/0': (v) => Math.abs(number(v, '')) === Infinity, 'isnan/0': (v) => Number.isNaN(number(v, '')), 'isnormal/0': (v) => Number.isFinite(number(v, '')) && v !== 0,
      'startswith/1': (v, s) => text(v, 'startswith() requires string inputs').startsWith(text(s, 'startswith() requires string inputs')),
      'endswith/1': (v, s) => text(v, 'endswith() requires string inputs').endsWith(text(s, 'endswith() requires string inputs')),
      'ltrimstr/1': (v, s) => (typeof v === 'string' && typeof s === 'string' && v.startsWith(s) ? v.slice(s.length) : v),
      'rtrimstr/1': (v, s) => (typeof v === 'string' && typeof s === 'string' && s !== '' && v.endsWith(s) ? v.slice(0, -s.length) : v),
      'trim/0': (v) => text(v, 'trim input must be a string').trim(), 'ltrim/0': (v) => text(v, 'trim input must be a string').trimStart(), 'rtrim/0': (v) => text(v, 'trim input must be a string').trimEnd(),
      'explode/0': (v) => [...text(v, `${typeOf(v)} (${brief(v)}) cannot be exploded`)].map((c) => c.codePointAt(0)!),
      'implode/0': (v) => String.fromCodePoint(...(list(v, 'imploded') as number[])),
      'split/1': (v, s) => {
        const [a, b] = [text(v, 'split input and separator must be strings'), text(s, 'split input and separator must be strings')];
        return a === '' ? [] : b === '' ? [...a] : a.split(b);
      },
      'split/2': (v, re, flags) => {
        const s = text(v, `${typeOf(v)} (${brief(v)}) cannot be matched, as it is not a string`);
        const out: Json[] = [];
        let at = 0;
        for (const m of s.matchAll(pattern(re, flags))) {
          out.push(s.slice(at, m.index));
          at = m.index + m[0].length;
        }
        return [...out, s.slice(at)];
      },
      'join/1': (v, s) => {
        const items = list(v, 'joined');
        return items.map((x) => (x === null ? '' : typeof x === 'string' ? x : typeof x === 'object' ? ((): never => { throw new JqError(`${typeOf(s)} (${brief(s)}) and ${typeOf(x)} (${brief(x)}) cannot be added`); })() : dump(x))).join(items.length > 1 ? text(s, `${typeOf(s)} (${brief(s)}) cannot join`) : '');
      },
      'ascii_downcase/0': (v) => text(v, 'ascii_downcase input must be a string').replace(/[A-Z]/g, (c) => c.toLowerCase()),
      'ascii_upcase/0': (v) => text(v, 'ascii_upcase input must be a string').replace(/[a-z]/g, (c) => c.toUpperCase()),
      'indices/1': (v, i) => indices(v, i), '_indices/1': (v, i) => indices(v, i),
      'test/2': (v, re, flags) => matches(v, Array.isArray(re) ? re[0]! : re, Array.isArray(re) ? (re[1] ?? null) : flags).length > 0,
      '_match/2': (v, re, flags) => matches(v, Array.isArray(re) ? re[0]! : re, Array.isArray(re) ? (re[1] ?? null) : flags),
      'setpath/2': (v, p, x) => setPath(v, list(p, 'a path'), () => x),
      'delpaths/1': (v, ps) => deletePaths(v, list(ps, 'paths') as Json[][]),
      'transpose/0': (v) => {
        const rows = list(v, 'transposed') as Json[][];
        return Array.from({ length: Math.max(0, ...rows.map((r) => r.length)) }, (_, i) => rows.map((r) => r[i] ?? null));
      },
      'now/0': () => world.now() / 1000,
      'mktime/0': (v) => Math.floor(seconds(v)), 'gmtime/0': (v) => broken(number(v, '')), 'localtime/0': (v) => broken(number(v, '')),
      'strftime/1': (v, f) => strftime(text(f, 'strftime/1 requires a string format'), seconds(v) * 1000, UTC), 'strflocaltime/1': (v, f) => strftime(text(f, 'strflocaltime/1 requires a string format'), seconds(v) * 1000, UTC),
      'strptime/1': (v, f) => {
        const at = parseDate(text(v, 'strptime/1 requires string inputs and arguments').replace('T', ' '), 0, UTC);
        if (at === undefined) throw new JqError(`date "${String(v)}" does not match format "${String(f)}"`);
        return broken(at / 1000);
      },
      'fromdate/0': fromDate,
      'input_line_number/0': () => 0, 'input_filename/0': () => null,
      'significand/0': one((n) => n / 2 ** Math.floor(Math.log2(Math.abs(n)))), 'logb/0': one((n) => Math.floor(Math.log2(Math.abs(n)))),
      'halt/0': () => { throw new Halt(0, ''); },
      'halt_error/1': (v, code) => { throw new Halt(code as number, typeof v === 'string' ? v : `${dump(v)}\n`); },
      'error/0': (v) => { throw new JqError(v); },
      'error/1': (_, v) => { throw new JqError(v); },
      'debug/0': (v) => (world.log(`["DEBUG:",${dump(v)}]\n`), v),
      'stderr/0': (v) => (world.log(dump(v)), v),
      'input/0': () => world.input(),
    },
    special: {
      *'empty/0'() {},
      *'path/1'(run, at, [f], env) {
        for (const s of run.run(f!, { v: at.v, path: [] }, env)) yield plain(path(s));
      },
      *'getpath/1'(run, at, [f], env) {
        for (const p of run.values(f!, at.v, env)) yield { v: (p as Json[]).reduce<Json>((x, k) => (x === null ? null : get(x, k)), at.v), path: at.path && [...at.path, ...(p as Json[])] };
      },
      *'first/1'(run, at, [f], env) {
        for (const s of run.run(f!, at, env)) {
          yield s;
          return;
        }
      },
      *'isempty/1'(run, at, [f], env) {
        for (const s of run.run(f!, at, env)) {
          void s;
          yield plain(false);
          return;
        }
        yield plain(true);
      },
      *'limit/2'(run, at, [n, f], env) {
        for (const most of run.values(n!, at.v, env)) {
          let k = 0;
          if ((most as number) > 0) {
            for (const s of run.run(f!, at, env)) {
              yield s;
              if (++k >= (most as number)) break;
            }
          }
        }
      },
      *'skip/2'(run, at, [n, f], env) {
        for (const count of run.values(n!, at.v, env)) {
          let k = 0;
          for (const s of run.run(f!, at, env)) if (k++ >= (count as number)) yield s;
        }
      },
      *'range/2'(run, at, [a, b], env) {
        for (const to of run.values(b!, at.v, env)) for (const from of run.values(a!, at.v, env)) for (let n = number(from, 'Range bounds must be numeric'); n < number(to, 'Range bounds must be numeric'); n++) yield plain(n);
      },
      *'range/3'(run, at, [a, b, c], env) {
        for (const step of run.values(c!, at.v, env)) {
          for (const to of run.values(b!, at.v, env)) {
            for (const from of run.values(a!, at.v, env)) {
              const by = step as number;
              if (by > 0) for (let n = from as number; n < (to as number); n += by) yield plain(n);
              else if (by < 0) for (let n = from as number; n > (to as number); n += by) yield plain(n);
            }
          }
        }
      },
    },
  };
}
