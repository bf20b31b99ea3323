/**
 * What bash, dash (Debian's sh) and busybox' ash say differently: names before messages, errors, prompts, which words they know.
 */
import type { ArithmeticError } from './arithmetic.ts';
import type { SyntaxProblem } from './parse.ts';
import type { Shell } from './shell.ts';

export interface Dialect {
  readonly name: 'bash' | 'dash' | 'ash';
  /** Brace expansion and arrays. */
  readonly braces: boolean;
  /** `[[ ]]` is known. */
  readonly brackets: boolean;
  /** echo reads backslashes without being asked. */
  readonly echoEscapes: boolean;
  /** PS1 where nothing sets it. */
  prompt(root: boolean): string;
  /** What comes before a message; `builtin` is the builtin that speaks. */
  prefix(sh: Shell, builtin?: string): string;
  notFound(command: string): string;
  /** A file that could not be opened by a redirection. */
  redirection(path: string, why: string, writing: boolean): string;
  cannotCd(path: string, why: string): string;
  unset(name: string): string;
  readonly(name: string): string;
  arithmetic(error: ArithmeticError): string;
  /** What an error in an expansion exits with. */
  readonly unsetStatus: number;
  /** A syntax error, without prefix; further lines may follow. */
  syntax(problem: SyntaxProblem, line: string): readonly string[];
}

const line = (sh: Shell, word: string): string => `${word}${sh.lineNumber()}: `;
const lower = (text: string): string => text.replace(/^./, (char) => char.toLowerCase());

export const BASH: Dialect = {
  name: 'bash',
  braces: true,
  brackets: true,
  echoEscapes: false,
  prompt: () => '\\s-\\v\\$ ',
  prefix(sh, builtin) {
    const { file } = sh.source;
    const where = sh.interactive ? `${sh.name}: ${file ? `${file}: ${line(sh, 'line ')}` : ''}` : `${file ?? sh.name}: ${line(sh, 'line ')}`;
    return builtin ? `${where}${builtin}: ` : where;
  },
  notFound: (command) => `${command}: command not found`,
  redirection: (path, why) => `${path}: ${why}`,
  cannotCd: (path, why) => `${path}: ${why}`,
  unset: (name) => `${name}: unbound variable`,
  readonly: (name) => `${name}: readonly variable`,
  arithmetic: (error) => error.message,
  unsetStatus: 127,
  syntax(problem, text) {
    if (problem.matching) return [`unexpected EOF while looking for matching \`${problem.matching}'`];
    if (problem.unfinished) return ['syntax error: unexpected end of file'];
    return [`syntax error near unexpected token \`${problem.token}'`, `\`${text}'`];
  },
};

const SH: Omit<Dialect, 'name' | 'prompt' | 'prefix' | 'redirection' | 'cannotCd' | 'syntax'> = {
  braces: false,
  brackets: false,
  echoEscapes: true,
  notFound: (command) => `${command}: not found`,
  unset: (name) => `${name}: parameter not set`,
  readonly: (name) => `${name}: is read only`,
  arithmetic: ({ why, expression }) =>
    `arithmetic expression: ${why === 'division by 0' ? 'division by zero' : why.includes('operand') ? 'expecting primary' : 'expecting EOF'}: "${expression}"`,
  unsetStatus: 2,
};

export const DASH: Dialect = {
  ...SH,
  name: 'dash',
  prompt: (root) => (root ? '# ' : '$ '),
  prefix: (sh, builtin) => `${sh.name}: ${line(sh, '')}${builtin ? `${builtin}: ` : ''}`,
  redirection: (path, why, writing) =>
    `cannot ${writing ? 'create' : 'open'} ${path}: ${why === 'No such file or directory' ? (writing ? 'Directory nonexistent' : 'No such file') : why}`,
  cannotCd: (path) => `can't cd to ${path}`,
  syntax(problem) {
    if (problem.matching === '"' || problem.matching === "'") return ['Syntax error: Unterminated quoted string'];
    if (problem.matching === '`') return ['Syntax error: EOF in backquote substitution'];
    if (problem.matching === '}') return ["Syntax error: Missing '}'"];
    const wanted = problem.matching ?? problem.expected;
    if (problem.unfinished) return [`Syntax error: end of file unexpected${wanted ? ` (expecting "${wanted}")` : ''}`];
    return [`Syntax error: ${problem.token === 'newline' ? 'newline' : `"${problem.token}"`} unexpected`];
  },
};

export const ASH: Dialect = {
  ...SH,
  name: 'ash',
  brackets: true,
  echoEscapes: false,
  prompt: () => '\\w \\$ ',
  prefix: (sh, builtin) => `${sh.name}: ${builtin ? `${builtin}: ` : ''}${sh.source.file || (builtin && !sh.interactive) ? line(sh, 'line ') : ''}`,
  redirection: (path, why, writing) =>
    `can't ${writing ? 'create' : 'open'} ${path}: ${why === 'No such file or directory' ? (writing ? 'nonexistent directory' : 'no such file') : why}`,
  cannotCd: (path, why) => `can't cd to ${path}: ${why}`,
  arithmetic: ({ why }) => (why === 'division by 0' ? 'divide by zero' : 'arithmetic syntax error'),
  syntax(problem, text) {
    return DASH.syntax(problem, text).map((message) =>
      lower(message)
        .replace('Unterminated', 'unterminated')
        .replace(/^(syntax error: )(end of file|".*"|newline) unexpected/, '$1unexpected $2'),
    );
  },
};
