/**
 * JSON values to YAML as `kubectl -o yaml` prints them: keys in natural order, two blanks per level, lists not indented, lines folded at the first blank after 80 characters.
 * Stands for the emitter of go.yaml.in/yaml/v2 behind sigs.k8s.io/yaml.
 */
import { float, isMap, type Rec } from '../go.ts';
import { resolve } from './resolve.ts';

/** One value as a YAML document, with its last newline. */
export function printYaml(value: unknown): string {
  const out: string[] = [];
  node(value, 0, out, '');
  return `${out.join('\n')}\n`;
}

/** Appends lines; `lead` is what already stands before the value on its line (`key:`, `-`). */
function node(value: unknown, depth: number, out: string[], lead: string): void {
  const list = Array.isArray(value) && value.length > 0;
  if (!list && !(isMap(value) && Object.keys(value).length > 0)) {
    const start = lead ? `${lead} ` : '';
    out.push(start + scalar(value, depth, start.length - start.lastIndexOf('\n') - 1));
    return;
  }
  const inline = lead.endsWith('-');
  if (lead && !inline) out.push(lead);
  if (list) sequence(value, depth, out, inline ? lead : '');
  else mapping(value as Rec, depth, out, inline ? lead : '');
}

/** `lead` is `… -` when the first item stands in a line that has begun. */
function sequence(list: readonly unknown[], depth: number, out: string[], lead: string): void {
  list.forEach((item, i) => node(item, depth + 1, out, `${i === 0 && lead ? `${lead} ` : pad(depth)}-`));
}

function mapping(map: Rec, depth: number, out: string[], lead: string): void {
  let first = lead ? `${lead} ` : pad(depth);
  for (const key of Object.keys(map).sort(natural)) {
    const value = map[key];
    if (value === undefined) continue;
    const simple = !key.includes('\n') && key.length <= 128;
    const name = scalar(key, depth + 1, simple ? KEY : first.length + 2);
    const start = simple ? `${first}${name}:` : `${first}? ${name}\n${pad(depth)}:`;
    node(value, Array.isArray(value) ? depth : depth + 1, out, start);
    first = pad(depth);
  }
}

const pad = (depth: number): string => '  '.repeat(depth);

/** `column`: where it begins in its line, for folding; KEY for a key, which is never folded. */
function scalar(value: unknown, depth: number, column: number): string {
  if (typeof value === 'string') return string(value, depth, column);
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e21 ? String(value) : float(value).replace(/\+?Inf/, '.inf').replace('NaN', '.nan');
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return '[]';
  return isMap(value) ? '{}' : 'null';
}

const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
// What libyaml can print as it is; characters beyond the basic plane are escaped.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const INDICATOR_FIRST = /^(?:[#,[\]{}&*!|>'"%@`]|---|\.\.\.|[?:-](?:[ \t]|$))/;
const INDICATOR_WITHIN = /:(?:[ \t]|$)|[ \t\n\r\x85\u2028\u2029]#/;

const KEY = -1e9;
const WIDTH = 80;

function string(text: string, depth: number, column: number): string {
  const broken = /[\n\r\x85\u2028\u2029]/.test(text);
  const special = UNPRINTABLE.test(text);
  const spaceBreak = / [\n\r\x85\u2028\u2029]/.test(text);
  if (text.includes('\n')) {
    if (column === KEY || special || spaceBreak || text.endsWith(' ')) return double(text, depth, column);
    return literal(text, depth);
  }
  if (resolve(text)[0] !== 'str' || BASE60.test(text)) return double(text, depth, column);
  const edges = text.startsWith(' ') || text.endsWith(' ');
  if (!broken && !special && !INDICATOR_FIRST.test(text) && !INDICATOR_WITHIN.test(text) && !edges) return fold(text, depth, column, '');
  if (special || spaceBreak || broken) return double(text, depth, column);
  return fold(text, depth, column, "'");
}

const ESCAPES: Record<string, string> = {
  '\0': '0', '\x07': 'a', '\b': 'b', '\t': 't', '\n': 'n', '\v': 'v', '\f': 'f', '\r': 'r', '\x1b': 'e', '"': '"', '\\': '\\', '\x85': 'N', '\xa0': '_', '\u2028': 'L', '\u2029': 'P',
};

const double = (text: string, depth: number, column: number): string => fold(text, depth, column, '"');

/** A plain or quoted scalar; a lone blank beyond column 80 becomes a line break. */
function fold(text: string, depth: number, column: number, quote: string): string {
  let at = column + quote.length;
  let out = quote;
  let blank = false;
  const chars = text.length * (quote ? 2 : 1) + column > WIDTH || quote === '"' ? [...text] : undefined;
  if (!chars) return quote ? `'${text.replaceAll("'", "''")}'` : text;
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i]!;
    if (c === ' ') {
      const inner = quote ? i > 0 && i < chars.length - 1 : true;
      if (!blank && at > WIDTH && inner && (quote === '"' || chars[i + 1] !== ' ')) {
        out += `\n${pad(Math.max(depth, 1))}${quote === '"' && chars[i + 1] === ' ' ? '\\' : ''}`;
        at = 2 * Math.max(depth, 1);
      } else {
        out += c;
        at++;
      }
      blank = true;
      continue;
    }
    const written = quote === '"' ? escape(c) : quote && c === "'" ? "''" : c;
    out += written;
    at += written.length > 2 || quote !== '"' ? written.length : [...written].length;
    blank = false;
  }
  return out + quote;
}

function escape(c: string): string {
  if (!UNPRINTABLE.test(c) && !/["\\\n\r\x85\u2028\u2029\ufeff]/.test(c)) return c;
  if (ESCAPES[c]) return `\\${ESCAPES[c]}`;
  const code = c.codePointAt(0)!;
  const [letter, width] = code <= 0xff ? ['x', 2] as const : code <= 0xffff ? ['u', 4] as const : ['U', 8] as const;
  return `\\${letter}${code.toString(16).toUpperCase().padStart(width, '0')}`;
}

function literal(text: string, depth: number): string {
  const hint = /^[ \n\r\x85\u2028\u2029]/.test(text) ? '2' : '';
  const chomp = !/\n$/.test(text) ? '-' : text === '\n' || /[\n\r\x85\u2028\u2029]\n$/.test(text) ? '+' : '';
  const indent = pad(Math.max(depth, 1));
  const lines = text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  return `|${hint}${chomp}\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`;
}

const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;

/** yaml.v2's order of keys: letters by code, other characters before letters, runs of digits by their value. */
export function natural(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [l, r] = [left[i]!, right[i]!];
    if (l === r) continue;
    const [letterL, letterR] = [LETTER.test(l), LETTER.test(r)];
    if (letterL && letterR) return l < r ? -1 : 1;
    if (letterL || letterR) return letterR ? -1 : 1;
    let start = 0;
    if (l === '0' || r === '0') {
      for (let j = i - 1; j >= 0 && DIGIT.test(left[j]!); j--) {
        if (left[j] !== '0') {
          start = 1;
          break;
        }
      }
    }
    const run = (chars: readonly string[]): [number, number] => {
      let value = start;
      let end = i;
      for (; end < chars.length && DIGIT.test(chars[end]!); end++) value = value * 10 + (chars[end]!.charCodeAt(0) - 48);
      return [value, end];
    };
    const [valueL, endL] = run(left);
    const [valueR, endR] = run(right);
    if (valueL !== valueR) return valueL - valueR;
    if (endL !== endR) return endL - endR;
    return l < r ? -1 : 1;
  }
  return left.length - right.length;
}
