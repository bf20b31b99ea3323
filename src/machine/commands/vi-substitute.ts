/**
 * `:s` of vi: patterns, replacements, flags, and asking before each.
 */
import type { Running } from '../process.ts';
import { regex, type Regex, RegexError } from './regex.ts';
import { substitute } from './substitute.ts';
import { setPattern } from './vi-search.ts';
import { indentOf, type State } from './vi-state.ts';
import { draw } from './vi-view.ts';

/** The last `s`, for `:s`, `:&&` and `&`. */
const substitutions = new WeakMap<State, { re: Regex; by: string; flags: string }>();

/** Carries `:s` out on lines `from` to `to`; `text` is what follows the s. */
export function* replace(e: State, from: number, to: number, text: string): Running<void> {
  const delimiter = text[0];
  let given = substitutions.get(e);
  let count: number | undefined;
  if (delimiter !== undefined && !/[\w\s"|&]/.test(delimiter)) {
    const parts: string[] = [''];
    for (let i = 1; i < text.length; i++) {
      if (text[i] === '\\' && i + 1 < text.length) {
        const next = text[++i]!;
        parts.push(parts.pop()! + (next === delimiter ? next : `\\${next}`));
      } else if (text[i] === delimiter && parts.length < 3) parts.push('');
      else parts.push(parts.pop()! + text[i]);
    }
    const [pattern, by = '', flags = ''] = parts;
    const m = /^([gicIn&]*)\s*(\d*)\s*$/.exec(flags);
    if (!m) return e.say('E488: Trailing characters', true);
    if (pattern !== '' && !setPattern(e, pattern!)) return;
    if (!e.pattern) return e.say('E35: No previous regular expression', true);
    let re = e.pattern;
    if (/i/.test(m[1]!)) {
      try {
        re = regex(e.patternText.replace(/^\\v/, ''), { extended: e.patternText.startsWith('\\v'), escapes: 'sed', ignoreCase: true });
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
      }
    }
    given = { re, by, flags: m[1]! };
    substitutions.set(e, given);
    if (m[2]) count = Number(m[2]);
  } else if (!given) return e.say('E35: No previous regular expression', true);
  if (count !== undefined) [from, to] = [to, Math.min(e.lines.length - 1, to + count - 1)];
  const { re, by, flags } = given;
  const all = flags.includes('g');
  let subs = 0;
  let hit = 0;
  let last = -1;
  let confirmAll = !flags.includes('c');
  e.checkpoint();
  for (let row = from; row <= to; row++) {
    let stopped = false;
    const line = e.lines[row]!;
    if (!re.test(line)) continue;
    if (flags.includes('n')) {
      subs += substitute(re, line, 1, all, (m) => m.groups[0]!).count;
      hit++;
      continue;
    }
    let next = line;
    if (confirmAll) next = apply(line, re, by, all);
    else {
      e.go({ row, col: re.exec(line)!.index });
      draw(e, { text: `replace with ${by} (y/n/a/q/l)?`, col: 60 });
      const key = yield* e.nextKey();
      if (key === 'a') confirmAll = true;
      if (key === 'q' || key === 'Esc') break;
      if (key === 'l') stopped = true;
      if (key !== 'n') next = apply(line, re, by, all);
    }
    if (next !== line) {
      const parts = next.split('\n');
      e.splice(row, 1, ...parts);
      row += parts.length - 1;
      to += parts.length - 1;
      subs += substitute(re, line, 1, all, () => '').count;
      hit++;
      last = row;
    }
    if (stopped) break;
  }
  if (flags.includes('n')) return e.say(`${subs} match${subs === 1 ? '' : 'es'} on ${hit} line${hit === 1 ? '' : 's'}`);
  if (!subs) {
    if (!flags.includes('c')) e.say(`E486: Pattern not found: ${e.patternText}`, true);
    return;
  }
  e.go({ row: last, col: indentOf(e.lines[last] ?? '').length });
  if (subs > 2) e.say(`${subs} substitutions on ${hit} line${hit === 1 ? '' : 's'}`);
}

/** The replacement of vi: & and \1, \r and \n begin a new line. */
function apply(line: string, re: Regex, by: string, all: boolean): string {
  return substitute(re, line, 1, all, (m) => by.replace(/\\([^])|&|~/g, (c, d: string | undefined) => (d === undefined ? (c === '&' ? m.groups[0]! : c) : /\d/.test(d) ? (m.groups[Number(d)] ?? '') : d === 'r' || d === 'n' ? '\n' : d === 't' ? '\t' : d))).text;
}
