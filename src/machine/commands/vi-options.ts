/**
 * `:set` of vi. Options that change nothing here are taken silently.
 */
import { OPTIONS, SHORT, type State } from './vi-state.ts';

/** Carries `:set WORDS` out. */
export function set(e: State, words: readonly string[]): void {
  if (!words.length || words[0] === 'all') {
    const changed = Object.entries(e.options).filter(([name, value]) => words.length || value !== OPTIONS[name]);
    return e.say(changed.map(([name, value]) => (typeof value === 'boolean' ? (value ? name : `no${name}`) : `${name}=${value}`)).join('  '));
  }
  for (const word of words) {
    const m = /^(no|inv)?([a-z]+)([!?&]|[=:]\s*(.*))?$/.exec(word);
    const full = (name: string): string | undefined => (name in OPTIONS ? name : SHORT[name]);
    const direct = m && full(word.replace(/[!?&=:].*$/, ''));
    const name = direct ?? (m && full(m[2]!));
    if (!m || name === undefined || name === null) {
      if (/^(ff|fileformat|fenc|fileencoding|enc|encoding|ft|filetype|bg|background|t_\w+|cc|colorcolumn|laststatus|ls|undolevels|mouse|modeline|ml|bs|backspace|nocp|nocompatible|clipboard|cb|foldmethod|fdm)/.test(word.replace(/^no/, ''))) continue;
      return e.say(`E518: Unknown option: ${word.replace(/[=?!&].*$/, '')}`, true);
    }
    const off = !direct && m[1] === 'no';
    if (m[3] === '?') e.say(typeof e.options[name] === 'boolean' ? `${e.options[name] ? '  ' : 'no'}${name}` : `  ${name}=${e.options[name]}`);
    else if (m[3] === '&') e.options[name] = OPTIONS[name]!;
    else if (typeof OPTIONS[name] === 'boolean') {
      if (m[4] !== undefined) return e.say(`E474: Invalid argument: ${word}`, true);
      e.options[name] = m[3] === '!' || m[1] === 'inv' ? !e.options[name] : !off;
    } else if (m[4] === undefined) e.say(`  ${name}=${e.options[name]}`);
    else if (!/^\d+$/.test(m[4])) return e.say(`E521: Number required after =: ${word}`, true);
    else e.options[name] = Number(m[4]);
  }
}
