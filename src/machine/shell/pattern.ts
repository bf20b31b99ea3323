/**
 * Shell patterns (`*`, `?`, `[…]`, extglob) as JavaScript regular expressions. A backslash makes the next character plain.
 * Stands for fnmatch(3).
 */

const CLASSES: Readonly<Record<string, string>> = {
  alpha: '\\p{L}', digit: '0-9', alnum: '\\p{L}\\p{N}', upper: '\\p{Lu}', lower: '\\p{Ll}', space: '\\s', blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~', cntrl: '\\x00-\\x1f\\x7f', graph: '!-~', print: ' -~', xdigit: '0-9A-Fa-f', word: '\\w',
};

/** A text with everything that is special in a JavaScript regular expression escaped. */
export const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** A text with everything that is special in a pattern escaped. */
export const escapePattern = (text: string): string => text.replace(/[\\*?[\]!+@(){}|&-]/g, '\\$&');

/** Whether a pattern matches more than itself. */
export const isPattern = (pattern: string): boolean => /(?:^|[^\\])(?:\\\\)*[*?[]|[@!+]\(/.test(pattern);

/** A bracket expression at `start` (its `[`): the JavaScript class and where it ends; undefined when it is not closed. */
function bracket(pattern: string, start: number): { source: string; end: number } | undefined {
  let i = start + 1;
  let source = '[';
  if (pattern[i] === '!' || pattern[i] === '^') {
    source += '^';
    i++;
  }
  const begin = i;
  for (; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === ']' && i > begin) return { source: source.length === 1 ? '(?!)' : `${source}]`, end: i + 1 };
    const named = char === '[' ? /^\[:(\w+):\]/.exec(pattern.slice(i)) : null;
    if (named) {
      source += CLASSES[named[1]!] ?? '';
      i += named[0].length - 1;
    } else if (char === '\\' && i + 1 < pattern.length) source += escapeRegExp(pattern[++i]!);
    else source += char === '-' ? '-' : escapeRegExp(char);
  }
  return undefined;
}

/** The source of a JavaScript regular expression (flags `su`) for a pattern. In a path, `*` and `?` stop at slashes. */
export function patternSource(pattern: string, path = false, lazy = false): string {
  let out = '';
  const any = path ? '[^/]' : '.';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if ('?*+@!'.includes(char) && pattern[i + 1] === '(') {
      const end = closing(pattern, i + 1);
      if (end > 0) {
        const inner = alternatives(pattern.slice(i + 2, end)).map((part) => patternSource(part, path)).join('|');
        const rest = patternSource(pattern.slice(end + 1), path, lazy);
        if (char === '!') return `${out}(?!(?:${inner})${rest}$)${any}*?${rest}`;
        return `${out}(?:${inner})${char === '@' ? '' : char}${rest}`;
      }
    }
    if (char === '*') {
      while (pattern[i + 1] === '*') i++;
      out += `${any}*${lazy ? '?' : ''}`;
    } else if (char === '?') out += any;
    else if (char === '[') {
      const set = bracket(pattern, i);
      if (set) {
        out += set.source;
        i = set.end - 1;
      } else out += '\\[';
    } else if (char === '\\') out += escapeChar(pattern[++i] ?? '\\');
    else out += escapeChar(char);
  }
  return out;
}

/** Under the flag `u` only syntax characters may be escaped. */
const escapeChar = (char: string): string => (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char);

function closing(pattern: string, open: number): number {
  let depth = 0;
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '(') depth++;
    else if (pattern[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

function alternatives(text: string): string[] {
  const out = [''];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === '|' && depth === 0) out.push('');
    else out[out.length - 1] += char === '\\' ? char + (text[++i] ?? '') : char;
  }
  return out;
}

const compiled = new Map<string, RegExp>();

function compile(source: string, flags: string): RegExp {
  const key = `${flags}/${source}`;
  let regexp = compiled.get(key);
  if (!regexp) {
    if (compiled.size > 500) compiled.clear();
    compiled.set(key, (regexp = new RegExp(source, flags)));
  }
  regexp.lastIndex = 0;
  return regexp;
}

/** A regular expression that matches what the pattern matches, whole. */
export const patternRegExp = (pattern: string, ignoreCase = false, path = false): RegExp =>
  compile(`^(?:${patternSource(pattern, path)})$`, ignoreCase ? 'sui' : 'su');

/** Does the pattern match the whole text? */
export const matches = (pattern: string, text: string, ignoreCase = false): boolean => patternRegExp(pattern, ignoreCase).test(text);

/** A regular expression for a pattern with an anchor of its own (`^`, `$` or none). */
export const partRegExp = (pattern: string, before: string, after: string, flags = ''): RegExp =>
  compile(`${before}(?:${patternSource(pattern)})${after}`, `su${flags}`);
