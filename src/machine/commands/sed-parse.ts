/**
 * Scripts of sed as commands with addresses. Messages are those of GNU sed.
 */
import { type Regex, regex, RegexError } from './regex.ts';

export type Address =
  | { readonly t: 'line'; readonly n: number }
  | { readonly t: 'last' }
  | { readonly t: 'step'; readonly first: number; readonly step: number }
  /** undefined: the regular expression used last. */
  | { readonly t: 're'; readonly re: Regex | undefined }
  | { readonly t: 'plus'; readonly n: number }
  | { readonly t: 'multiple'; readonly n: number };

/** A piece of what `s` puts in: text, a group, or a change of case. */
export type Piece = string | { readonly group: number } | { readonly letter: string };

export interface Command {
  readonly name: string;
  readonly from?: Address;
  readonly to?: Address;
  readonly not: boolean;
  /** Text of a, i, c; label; file name; number of q and l. */
  readonly text: string;
  /** Where `{` leads when it does not match, where a jump goes. */
  target: number;
  readonly re?: Regex | undefined;
  readonly by?: readonly Piece[];
  readonly flags?: { readonly global: boolean; readonly nth: number; readonly print: boolean; readonly file: string | undefined };
  readonly map?: ReadonlyMap<string, string>;
  /** State of a range: the line where it ends, or that it waits for its end. */
  active: boolean;
  ends: number;
}

/** A script that is none; `char` is where. */
export class SedSyntax extends Error {
  readonly char: number;
  constructor(message: string, char: number) {
    super(message);
    this.char = char;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' };

/** Parses a script; `extended` is -E. */
export function parse(source: string, extended: boolean): Command[] {
  const out: Command[] = [];
  const blocks: number[] = [];
  const labels = new Map<string, number>();
  let at = 0;
  const fail = (message: string): never => {
    throw new SedSyntax(message, at);
  };
  const blanks = (): void => {
    while (source[at] === ' ' || source[at] === '\t') at++;
  };
  /** Text up to an unescaped delimiter; `\DELIMITER` is the delimiter itself, `\n` stays. */
  function until(delimiter: string, message: string, pattern: boolean): string {
    let text = '';
    for (let bracket = false; ; at++) {
      const c = source[at];
      if (c === undefined) return fail(message);
      if (c === delimiter && !bracket) {
        at++;
        return text;
      }
      if (c === '\\' && !bracket) {
        const next = source[++at];
        if (next === undefined) return fail(message);
        text += next === delimiter ? (pattern || next === '&' ? (/[.*[\]^$+?(){}|\\]/.test(next) && !(next in ESCAPES) ? literal(next) : next) : next) : `\\${next}`;
        continue;
      }
      if (pattern) {
        if (c === '[' && !bracket) {
          bracket = true;
          text += c;
          if (source[at + 1] === '^') text += source[++at];
          if (source[at + 1] === ']') text += source[++at];
          continue;
        }
        if (c === ']' && bracket) bracket = false;
      }
      text += c;
    }
  }
  const literal = (c: string): string => `[${c === '^' ? '\\^' : c}]`.replace('[\\^]', '\\^');

  function compile(text: string, flags: string): Regex | undefined {
    if (text === '') return undefined;
    try {
      return regex(text, { extended, escapes: 'sed', ignoreCase: /i/i.test(flags), lines: /m/i.test(flags) });
    } catch (error) {
      if (error instanceof RegexError) return fail(error.message);
      throw error;
    }
  }
  function address(): Address | undefined {
    const c = source[at];
    const number = /^\d+/.exec(source.slice(at, at + 20));
    if (number) {
      at += number[0].length;
      const first = Number(number[0]);
      const step = /^~(\d*)/.exec(source.slice(at, at + 20));
      if (!step) return { t: 'line', n: first };
      at += step[0].length;
      return { t: 'step', first, step: Number(step[1] || 0) };
    }
    if (c === '$') {
      at++;
      return { t: 'last' };
    }
    if (c === '/' || c === '\\') {
      at += c === '/' ? 1 : 2;
      const text = until(c === '/' ? '/' : source[at - 1]!, 'unterminated address regex', true);
      let flags = '';
      while (source[at] === 'I' || source[at] === 'M') flags += source[at++];
      return { t: 're', re: compile(text, flags) };
    }
    return undefined;
  }
  function replacement(text: string, groups: number): Piece[] {
    const pieces: Piece[] = [];
    let plain = '';
    const push = (piece: Piece): void => {
      if (plain) pieces.push(plain);
      plain = '';
      pieces.push(piece);
    };
    for (let i = 0; i < text.length; i++) {
      const c = text[i]!;
      if (c === '&') push({ group: 0 });
      else if (c !== '\\') plain += c;
      else {
        const d = text[++i] ?? '';
        const hex = d === 'x' ? /^x([0-9a-fA-F]{1,2})/.exec(text.slice(i)) : null;
        if (/\d/.test(d)) {
          if (Number(d) > groups) fail(`invalid reference \\${d} on \`s' command's RHS`);
          push({ group: Number(d) });
        } else if (/[LUElu]/.test(d)) push({ letter: d });
        else if (hex) {
          plain += String.fromCharCode(parseInt(hex[1]!, 16));
          i += hex[1]!.length;
        } else plain += ESCAPES[d] ?? d;
      }
    }
    if (plain) pieces.push(plain);
    return pieces;
  }
  /** The text of a, i and c: on this line, or after `\` and a newline; a backslash keeps a newline in it. */
  function given(): string {
    blanks();
    if (source[at] === '\\') {
      at++;
      const rest = /^[ \t]*\n/.exec(source.slice(at));
      if (rest) at += rest[0].length;
    }
    if (at >= source.length) fail('expected \\ after `a\', `c\' or `i\'');
    let text = '';
    for (; at < source.length && source[at] !== '\n'; at++) {
      if (source[at] === '\\' && at + 1 < source.length) {
        at++;
        text += ESCAPES[source[at]!] ?? source[at];
      } else text += source[at];
    }
    at++;
    return `${text}\n`;
  }
  const restOfLine = (): string => {
    const end = source.indexOf('\n', at);
    const text = source.slice(at, end < 0 ? undefined : end);
    at = end < 0 ? source.length : end + 1;
    return text;
  };
  /** A label or the end of a command: up to `;`, a brace or the end of the line. */
  const label = (): string => {
    blanks();
    const m = /^[^;\n}]*/.exec(source.slice(at))!;
    at += m[0].length;
    return m[0].trim();
  };

  for (;;) {
    while (at < source.length && /[\s;]/.test(source[at]!)) at++;
    if (at >= source.length) break;
    const from = address();
    let to: Address | undefined;
    blanks();
    if (from && source[at] === ',') {
      at++;
      blanks();
      const more = /^([+~])(\d+)/.exec(source.slice(at, at + 20));
      if (more) {
        at += more[0].length;
        to = { t: more[1] === '+' ? 'plus' : 'multiple', n: Number(more[2]) };
      } else to = address() ?? fail("unexpected `,'");
      blanks();
    }
    if (from?.t === 'line' && from.n === 0 && to?.t !== 're') fail('invalid usage of line address 0');
    let not = false;
    while (source[at] === '!') {
      not = true;
      at++;
      blanks();
    }
    const name = source[at];
    if (name === undefined || name === '\n' || name === ';') {
      at = Math.min(at + (name === undefined ? 0 : 1), source.length);
      return fail('missing command');
    }
    at++;
    let text = '';
    let more: Partial<Command> = {};
    switch (name) {
      case '#':
        if (from) fail("comments don't accept any addresses");
        restOfLine();
        continue;
      case ':':
        if (from) fail(': doesn\'t want any addresses');
        text = label().split(/\s/)[0]!;
        if (!text) fail('":" lacks a label');
        labels.set(text, out.length);
        continue;
      case '{': blocks.push(out.length); break;
      case '}': {
        if (from) fail('} doesn\'t want any addresses');
        const open = blocks.pop();
        if (open === undefined) return fail("unexpected `}'");
        out[open]!.target = out.length;
        continue;
      }
      case 's': {
        const delimiter = source[at++];
        if (delimiter === undefined || delimiter === '\n' || delimiter === '\\') return fail("unterminated `s' command");
        const pattern = until(delimiter, "unterminated `s' command", true);
        const by = until(delimiter, "unterminated `s' command", false);
        let flags = '';
        let file: string | undefined;
        let nth = 1;
        for (;;) {
          const c = source[at];
          if (c === undefined || /[\s;}#]/.test(c)) break;
          at++;
          if (c === 'w') {
            blanks();
            file = restOfLine();
            break;
          }
          const digits = /^[1-9]\d*/.exec(source.slice(at - 1));
          if (digits) {
            nth = Number(digits[0]);
            at += digits[0].length - 1;
          } else if ('gpiImM'.includes(c)) flags += c;
          else if (c === 'e') fail('the e flag is not supported here yet');
          else fail("unknown option to `s'");
        }
        const re = compile(pattern, flags);
        more = { re, by: replacement(by, re ? re.groups : 9), flags: { global: flags.includes('g'), nth, print: flags.includes('p'), file } };
        break;
      }
      case 'y': {
        const delimiter = source[at++];
        if (delimiter === undefined) return fail("unterminated `y' command");
        const strings = [0, 1].map(() => [...until(delimiter, "unterminated `y' command", false).replace(/\\([^])/g, (_, c: string) => ESCAPES[c] ?? c)]);
        if (strings[0]!.length !== strings[1]!.length) fail("strings for `y' command are different lengths");
        more = { map: new Map(strings[0]!.map((c, i) => [c, strings[1]![i]!])) };
        break;
      }
      case 'a': case 'i': case 'c': text = given(); break;
      case 'b': case 't': case 'T': text = label(); break;
      case 'r': case 'w': case 'R': case 'W':
        blanks();
        text = restOfLine();
        if (!text) fail('missing filename in r/R/w/W commands');
        break;
      case 'q': case 'Q': case 'l': case 'L': text = label(); break;
      case '=': case 'd': case 'D': case 'g': case 'G': case 'h': case 'H': case 'n': case 'N': case 'p': case 'P': case 'x': case 'z': case 'F': break;
      default: fail(`unknown command: \`${name}'`);
    }
    if (!'{aicrwRW'.includes(name)) {
      blanks();
      const c = source[at];
      if (c !== undefined && !/[\n;}#]/.test(c) && source[at - 1] !== '\n') {
        at++;
        fail('extra characters after command');
      }
    }
    out.push({ name, ...(from && { from }), ...(to && { to }), not, text, target: -1, active: false, ends: 0, ...more });
  }
  if (blocks.length) throw new SedSyntax("unmatched `{'", 0);
  for (const command of out) {
    if (!'btT'.includes(command.name)) continue;
    const target = command.text === '' ? out.length : labels.get(command.text);
    if (target === undefined) throw new SedSyntax(`can't find label for jump to \`${command.text}'`, -1);
    command.target = target;
  }
  return out;
}
