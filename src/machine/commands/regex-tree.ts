/**
 * The syntax of POSIX regular expressions, basic and extended, with GNU's additions, as a tree.
 * Stands for the parser in glibc's regcomp; messages are glibc's. Collating symbols are only single characters.
 */

export type Node =
  | { readonly t: 'char'; readonly c: string }
  | { readonly t: 'any' }
  /** `js` is the inside of a JavaScript character class. */
  | { readonly t: 'set'; readonly js: string; readonly not: boolean }
  | { readonly t: 'at'; readonly what: '^' | '$' | 'b' | 'B' | '<' | '>' | '`' | "'" }
  /** No character of a word behind or ahead: grep -w. */
  | { readonly t: 'edge'; readonly behind: boolean }
  | { readonly t: 'group'; readonly n: number; readonly of: Node }
  | { readonly t: 'cat'; readonly of: readonly Node[] }
  | { readonly t: 'alt'; readonly of: readonly Node[] }
  | { readonly t: 'rep'; readonly min: number; readonly max: number; readonly of: Node }
  | { readonly t: 'ref'; readonly n: number };

/** A pattern that is none; the message is what grep prints after its name. */
export class RegexError extends Error {}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: '\\p{L}\\p{Nl}\\p{M}',
  digit: '0-9',
  alnum: '\\p{L}\\p{Nl}\\p{M}\\p{Nd}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\t-\\r \\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000',
  blank: '\\t \\u3000',
  punct: '!-\\/:-@\\[-`\\{-~\\p{P}\\p{S}',
  print: ' -~\\p{L}\\p{N}\\p{M}\\p{P}\\p{S}\\p{Zs}',
  graph: '!-~\\p{L}\\p{N}\\p{M}\\p{P}\\p{S}',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
};
/** The inside of a JavaScript class for the characters of words. */
export const WORD = `${CLASSES['alnum']}_`;
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' };

const inClass = (c: string): string => ('\\]^-[{}()|/.*+?$'.includes(c) ? `\\${c}` : c);
const sequence = (of: readonly Node[]): Node => (of.length === 1 ? of[0]! : { t: 'cat', of });

export interface Syntax {
  readonly extended: boolean;
  /** sed and awk know \n, \t, \xHH and so on; 'awk' also in brackets, where POSIX takes the backslash as itself. */
  readonly escapes?: 'sed' | 'awk' | undefined;
}

/** Parses `source`; throws RegexError. */
export function parse(source: string, syntax: Syntax): { readonly tree: Node; readonly groups: number } {
  const { extended, escapes } = syntax;
  let at = 0;
  let groups = 0;
  let depth = 0;
  const rest = (text: string): boolean => source.startsWith(text, at);
  const closes = (): boolean => (extended ? rest(')') && depth > 0 : rest('\\)'));
  const bar = (): boolean => rest(extended ? '|' : '\\|');

  function alternatives(): Node {
    const of = [branch()];
    while (bar()) {
      at += extended ? 1 : 2;
      of.push(branch());
    }
    return of.length === 1 ? of[0]! : { t: 'alt', of };
  }

  function branch(): Node {
    const of: Node[] = [];
    while (at < source.length && !bar() && !closes()) of.push(repeated(of.length === 0));
    return sequence(of);
  }

  function repeated(first: boolean): Node {
    const from = at;
    let node = atom(first);
    if (!extended && node.t === 'at' && node.what === '^' && from < at) return node;
    for (;;) {
      const c = source[at];
      if (c === '*') node = { t: 'rep', min: 0, max: Infinity, of: node };
      else if (extended ? c === '+' : rest('\\+')) node = { t: 'rep', min: 1, max: Infinity, of: node };
      else if (extended ? c === '?' : rest('\\?')) node = { t: 'rep', min: 0, max: 1, of: node };
      else if (extended ? c === '{' : rest('\\{')) {
        const bounds = interval();
        if (!bounds) return node;
        node = { t: 'rep', ...bounds, of: node };
        continue;
      } else return node;
      at += c === '\\' ? 2 : 1;
    }
  }

  function interval(): { min: number; max: number } | undefined {
    const m = /^\\?\{(\d*)(,?)(\d*)(\\?\})/.exec(source.slice(at));
    if (!m || (m[4] === '}') !== extended || (!m[1] && !m[2])) {
      if (extended) return undefined;
      throw new RegexError(source.indexOf('\\}', at) < 0 ? 'Unmatched \\{' : 'Invalid content of \\{\\}');
    }
    const min = Number(m[1] || 0);
    const max = m[2] ? (m[3] ? Number(m[3]) : Infinity) : min;
    if (min > max) throw new RegexError('Invalid content of \\{\\}');
    if (min > 32767 || (max > 32767 && max !== Infinity)) throw new RegexError('Regular expression too big');
    at += m[0].length;
    return { min, max };
  }

  function group(): Node {
    const n = ++groups;
    depth++;
    const of = alternatives();
    if (!closes()) throw new RegexError('Unmatched ( or \\(');
    at += extended ? 1 : 2;
    depth--;
    return { t: 'group', n, of };
  }

  function atom(first: boolean): Node {
    const c = String.fromCodePoint(source.codePointAt(at)!);
    at += c.length;
    if (c === '\\') return escaped();
    if (c === '[') return bracket();
    if (c === '.') return { t: 'any' };
    if (extended) {
      if (c === '(') return group();
      if (c === '^' || c === '$') return { t: 'at', what: c };
      if (c === '*' || c === '+' || c === '?') {
        if (first) return sequence([]);
      }
      return { t: 'char', c };
    }
    if (c === '^' && first) return { t: 'at', what: c };
    if (c === '$' && (at === source.length || rest('\\)') || rest('\\|'))) return { t: 'at', what: c };
    return { t: 'char', c };
  }

  function escaped(): Node {
    if (at >= source.length) throw new RegexError('Trailing backslash');
    const c = String.fromCodePoint(source.codePointAt(at)!);
    at += c.length;
    if (!extended && c === '(') return group();
    if (!extended && c === ')') throw new RegexError('Unmatched ) or \\)');
    if (c >= '1' && c <= '9' && escapes !== 'awk') {
      if (Number(c) > groups) throw new RegexError('Invalid back reference');
      return { t: 'ref', n: Number(c) };
    }
    if (escapes) {
      const special = control(c);
      if (special !== undefined) return { t: 'char', c: special };
    }
    if (c === 'w' || c === 'W') return { t: 'set', js: WORD, not: c === 'W' };
    if (c === 's' || c === 'S') return { t: 'set', js: CLASSES['space']!, not: c === 'S' };
    if (c === 'y' && escapes === 'awk') return { t: 'at', what: 'b' };
    if ((c === 'b' && escapes !== 'awk') || c === 'B' || c === '<' || c === '>' || c === '`' || c === "'") return { t: 'at', what: c as 'b' };
    return { t: 'char', c };
  }

  /** The character that an escape of sed or awk stands for. */
  function control(c: string): string | undefined {
    if (c in CONTROLS) return CONTROLS[c];
    if (c === 'b' && escapes === 'awk') return '\b';
    const code = c === 'x' ? /^[0-9a-fA-F]{1,2}/ : escapes === 'awk' && c >= '0' && c <= '7' ? /^[0-7]{0,2}/ : c === 'o' && escapes === 'sed' ? /^[0-7]{1,3}/ : undefined;
    const m = code?.exec(source.slice(at));
    if (!m) return undefined;
    at += m[0].length;
    return String.fromCharCode(c === 'x' ? parseInt(m[0], 16) : parseInt(c === 'o' ? m[0] : c + m[0], 8));
  }

  function bracket(): Node {
    const not = source[at] === '^';
    if (not) at++;
    let js = '';
    let previous: string | undefined;
    const unmatched = (): never => {
      throw new RegexError('Unmatched [, [^, [:, [., or [=');
    };
    for (const start = at; ; ) {
      if (at >= source.length) return unmatched();
      let c = String.fromCodePoint(source.codePointAt(at)!);
      if (c === ']' && at > start) {
        at++;
        break;
      }
      const named = /^\[([:.=])/.exec(source.slice(at));
      if (named) {
        const end = source.indexOf(`${named[1]}]`, at + 2);
        if (end < 0) return unmatched();
        const name = source.slice(at + 2, end);
        at = end + 2;
        if (named[1] === ':') {
          const set = CLASSES[name];
          if (set === undefined) throw new RegexError('Invalid character class name');
          js += set;
          previous = undefined;
        } else {
          if ([...name].length !== 1) throw new RegexError('Invalid collation character');
          js += inClass(name);
          previous = name;
        }
        continue;
      }
      at += c.length;
      if (c === '\\' && escapes && at < source.length) {
        const next = source[at]!;
        at++;
        const special = control(next);
        if (special !== undefined) c = special;
        else if (escapes === 'awk') c = next;
        else at--;
      }
      if (c === '-' && previous !== undefined && at < source.length && source[at] !== ']') {
        let end = String.fromCodePoint(source.codePointAt(at)!);
        at += end.length;
        if (end === '\\' && escapes === 'awk' && at < source.length) end = control(source[at++]!) ?? source[at - 1]!;
        if (end.codePointAt(0)! < previous.codePointAt(0)!) throw new RegexError('Invalid range end');
        js += `-${inClass(end)}`;
        previous = undefined;
      } else {
        js += inClass(c);
        previous = c;
      }
    }
    return { t: 'set', js, not };
  }

  const tree = alternatives();
  if (at < source.length) throw new RegexError('Unmatched ) or \\)');
  return { tree, groups };
}
