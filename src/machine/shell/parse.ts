/**
 * The only file that knows the unbash parser: source text to syntax tree, and its errors in bash's words.
 * A script that merely is not finished yet (an open quote, `if` without `fi`, a here document) says so: the prompt then asks for more.
 */
import type { ParsedScript, SyntaxNode, Word, WordPart } from 'unbash';
import { forEachChild, parse as unbash } from 'unbash';

export type * from 'unbash';
export { forEachChild } from 'unbash';

/** What is wrong with a script. */
export interface SyntaxProblem {
  /** Offset of the offending token in the source. */
  readonly pos: number;
  /** More lines could make it right. */
  readonly unfinished: boolean;
  /** The character that would close what is open, where that is the problem. */
  readonly matching?: string;
  /** The token that cannot stand there; undefined at the end of the source. */
  readonly token?: string;
  /** The word that would close what is open, when it is one. */
  readonly expected?: string;
  /** A here document that the end of the text ends: where it was asked for, and the word that should have ended it. */
  readonly document?: { readonly pos: number; readonly wanted: string };
}

/** A parsed script; `problem` is the first thing that is wrong with it. Statements before it can still run. */
export interface Parsed {
  readonly script: ParsedScript;
  readonly problem?: SyntaxProblem;
}

const MOST_KEPT = 300;
const kept = new Map<string, Parsed>();

/** Parses a script. The same text gives the same tree, so that a loop or many containers parse once. */
export function parse(source: string): Parsed {
  const known = kept.get(source);
  if (known) return known;
  const script = unbash(source);
  const problem = findProblem(source, script);
  const parsed = problem ? { script, problem } : { script };
  if (kept.size > MOST_KEPT) kept.clear();
  kept.set(source, parsed);
  return parsed;
}

const MATCHING: Readonly<Record<string, string>> = {
  'double quote': '"', 'single quote': "'", 'ANSI-C quote': "'", backtick: '`', 'command substitution': ')', 'process substitution': ')',
  'parameter expansion': '}', 'arithmetic expansion': ')', 'arithmetic command': ')', 'extended glob': ')', 'locale string': '"',
};

function findProblem(source: string, script: ParsedScript): SyntaxProblem | undefined {
  let first: SyntaxProblem | undefined;
  const note = (problem: SyntaxProblem | undefined): void => {
    if (problem && (!first || problem.pos < first.pos)) first = problem;
  };
  if (script.errors?.[0]) note(describe(source, script.errors));
  if (/[(`]|<</.test(source)) {
    const visit = (node: SyntaxNode): void => {
      note(inside(source, node));
      forEachChild(node, visit);
    };
    visit(script);
  }
  if (!first && endsInBackslash(source)) first = { pos: source.length, unfinished: true };
  return first;
}

/** Problems that the parser lets pass. */
function inside(source: string, node: SyntaxNode): SyntaxProblem | undefined {
  if (node.type === 'HereDoc' && !node.closing && node.delimiter) {
    return { pos: source.length, unfinished: true, document: { pos: node.pos, wanted: node.delimiter.value } };
  }
  if (node.type === 'CommandExpansion' && node.script?.errors?.[0] && !node.text.startsWith('`')) return describe(source, node.script.errors);
  if (node.type !== 'Command') return undefined;
  const last = node.suffix.at(-1) ?? node.name;
  if (!last) return undefined;
  // `echo (a`: a parenthesis after a command's words. After the name alone it begins a function.
  const open = /^[ \t]*\(/.exec(source.slice(last.end));
  if (!open || source[last.end - 1] === '$') return undefined;
  const at = last.end + open[0].length;
  if (node.suffix.length > 0) return { pos: at - 1, unfinished: false, token: '(' };
  const token = tokenAt(source, at);
  return token.text === ')' ? undefined : { pos: token.pos, unfinished: false, token: token.text || 'newline' };
}

const endsInBackslash = (source: string): boolean => /(^|[^\\])(\\\\)*\\$/.test(source);

/** The token at or after an offset; blanks are passed over. */
function tokenAt(source: string, pos: number): { text: string; pos: number } {
  const blanks = /^(?:[ \t]|\\\n|#[^\n]*)*/.exec(source.slice(pos))![0].length;
  const at = pos + blanks;
  const text =
    /^(?:\n|;;&|;;|;&|&&|\|\||\|&|&>>|&>|<<<|<<-|<<|<&|>&|>>|>\||<>|[;&|()<>]|(?:\\.|"(?:[^"\\]|\\.)*"|'[^']*'|[^\s;&|()<>])+)/.exec(source.slice(at))?.[0] ??
    '';
  return { text: text === '\n' ? 'newline' : text, pos: at };
}

/** Closing words: where one of them ends a script that lacks something, it is itself what is out of place. */
const CLOSERS = /(?:^|[\s;&|(])(fi|done|esac|then|else|elif|do|\}|\))\s*;?\s*$/;

function describe(source: string, errors: readonly { message: string; pos: number }[]): SyntaxProblem {
  const { message, pos } = errors[0]!;
  const open = /^unterminated (.*)/.exec(message)?.[1];
  if (open) {
    const matching = MATCHING[open];
    return { pos, unfinished: true, ...(matching && { matching }) };
  }
  const unexpected = /^unexpected token '(.*)'$/s.exec(message)?.[1];
  if (unexpected !== undefined) {
    // In `echo (a)` the parser stops at the second parenthesis, bash at the word before.
    const before = /\(\s*([^\s;&|()<>]+)\s*$/.exec(source.slice(0, pos));
    if (unexpected === ')' && before && /[^\s;&|(]\s*\($/.test(source.slice(0, before.index + 1)))
      return { pos: pos - 1, unfinished: false, token: before[1]! };
    return { pos, unfinished: false, token: unexpected === '\n' ? 'newline' : unexpected };
  }
  // Where a group is empty the parser points at its opening.
  let token = tokenAt(source, /^expected command in/.test(message) ? source.slice(pos).search(/[({]/) + pos + 1 : pos);
  if (message === 'expected redirect target') return { pos: token.pos, unfinished: false, token: token.text || 'newline' };
  if (message.includes('function body') && source.slice(pos).trim() === '') return { pos: token.pos, unfinished: true };
  while (token.text === 'newline') token = tokenAt(source, token.pos + 1);
  if (token.text !== '') return { pos: token.pos, unfinished: false, token: token.text };
  const closer = /^expected '(then|do)'/.test(message) ? CLOSERS.exec(source)?.[1] : undefined;
  if (closer) return { pos: source.lastIndexOf(closer), unfinished: false, token: closer };
  const wanted = errors.map((error) => /^expected '(.+?)'/.exec(error.message)?.[1]).find((word) => word !== undefined);
  return { pos: source.length, unfinished: true, ...(wanted && !/\bin\s*$/.test(source) && { expected: wanted }) };
}

const words = new Map<string, Word>();

/** A text as one word: what stands in a subscript or in an element of an array. */
export function parseWord(text: string): Word {
  let word = words.get(text);
  if (!word) {
    const command = unbash(`: ${text}`).commands[0]?.command;
    const parsed = command?.type === 'Command' ? command.suffix[0] : undefined;
    word = parsed?.type === 'Word' && parsed.text === text ? parsed : { type: 'Word', text, value: text, pos: 0, end: text.length };
    if (words.size > MOST_KEPT) words.clear();
    words.set(text, word);
  }
  return word;
}

const bodies = new Map<string, readonly WordPart[]>();

/** A text with only `$` and backquotes special, as in a here document: its parts. */
export function parseText(text: string): readonly WordPart[] {
  let parts = bodies.get(text);
  if (!parts) {
    const command = unbash(`: <<_END_OF_TEXT_\n${text}\n_END_OF_TEXT_\n`).commands[0]?.command;
    const doc = command?.type === 'Command' ? command.redirects[0] : undefined;
    parts =
      doc?.type === 'HereDoc'
        ? (doc.body.parts ?? [{ type: 'Literal', pos: 0, end: 0, value: doc.body.text.replace(/\\([$`\\])|\\\n/g, '$1'), text: doc.body.text }])
        : [];
    if (bodies.size > MOST_KEPT) bodies.clear();
    bodies.set(text, parts);
  }
  return parts;
}
