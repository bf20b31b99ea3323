/** Builtins that look commands up or run one of a kind: type, command, builtin, hash. */
import { whichPath } from '../../find.ts';
import type { ExitCode, Running } from '../../process.ts';
import type { Shell } from '../shell.ts';
import { runProgram } from '../simple.ts';
import { functionText } from './declare.ts';
import { builtinNamed } from './index.ts';

/** The reserved words of bash. */
export const KEYWORDS = [
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'case',
  'esac',
  'for',
  'select',
  'while',
  'until',
  'do',
  'done',
  'in',
  'function',
  'time',
  '{',
  '}',
  '!',
  '[[',
  ']]',
  'coproc',
];

type Kind = 'alias' | 'keyword' | 'function' | 'builtin' | 'file';

function kinds(sh: Shell, name: string, all: boolean): { kind: Kind; path?: string }[] {
  const out: { kind: Kind; path?: string }[] = [];
  if (sh.aliases.has(name)) out.push({ kind: 'alias' });
  if (KEYWORDS.includes(name)) out.push({ kind: 'keyword' });
  if (sh.functions.has(name)) out.push({ kind: 'function' });
  if (builtinNamed(sh, name)) out.push({ kind: 'builtin' });
  if (all || out.length === 0) {
    for (const folder of name.includes('/') ? [''] : (sh.vars.get('PATH') ?? '').split(':')) {
      const path = name.includes('/') ? name : `${folder || '.'}/${name}`;
      if (whichPath(sh.p.files, path) === undefined) continue;
      out.push({ kind: 'file', path });
      if (!all) break;
    }
  }
  return out;
}

function describe(sh: Shell, name: string, found: { kind: Kind; path?: string }): string {
  switch (found.kind) {
    case 'alias':
      return `${name} is aliased to \`${sh.aliases.get(name)}'\n`;
    case 'keyword':
      return `${name} is a shell keyword\n`;
    case 'function':
      return sh.dialect.name === 'bash' ? `${name} is a function\n${functionText(name, sh.functions.get(name)!.text)}` : `${name} is a shell function\n`;
    case 'builtin':
      return `${name} is a shell builtin\n`;
    default:
      return `${name} is ${found.path}\n`;
  }
}

export function type(sh: Shell, args: readonly string[]): ExitCode {
  const flags = args.filter((arg) => /^-[afptP]+$/.test(arg)).join('');
  let status: ExitCode = 0;
  for (const name of args.filter((arg) => !/^-[afptP]+$/.test(arg))) {
    const path = flags.includes('P') ? whichPath(sh.p.files, name, sh.vars.get('PATH')) : undefined;
    const found: { kind: Kind; path?: string }[] = flags.includes('P') ? (path ? [{ kind: 'file', path }] : []) : kinds(sh, name, flags.includes('a'));
    if (found.length === 0) {
      status = sh.dialect.name === 'bash' ? 1 : 127;
      if (!/[tpP]/.test(flags)) sh.dialect.name === 'bash' ? sh.complain(`${name}: not found`, 'type') : sh.out(`${name}: not found\n`);
    }
    for (const item of found) {
      if (flags.includes('t')) sh.out(`${item.kind}\n`);
      else if (/[pP]/.test(flags)) sh.out(item.path ? `${item.path}\n` : '');
      else sh.out(describe(sh, name, item));
    }
  }
  return status;
}

export function* command(sh: Shell, args: readonly string[]): Running<ExitCode> {
  let at = 0;
  let flags = '';
  for (; at < args.length && /^-[pVv]+$/.test(args[at]!); at++) flags += args[at];
  if (args[at] === '--') at++;
  const words = args.slice(at);
  if (words.length === 0) return 0;
  if (/[vV]/.test(flags)) {
    let status: ExitCode = sh.dialect.name === 'bash' ? 1 : 127;
    for (const name of words) {
      const found = kinds(sh, name, false)[0];
      if (!found) {
        if (flags.includes('V')) sh.complain(`${name}: not found`, 'command');
        continue;
      }
      status = 0;
      if (flags.includes('V')) sh.out(describe(sh, name, found));
      else sh.out(found.kind === 'file' ? `${found.path}\n` : found.kind === 'alias' ? `alias ${name}='${sh.aliases.get(name)}'\n` : `${name}\n`);
    }
    return status;
  }
  const builtin = builtinNamed(sh, words[0]!);
  if (!builtin) return yield* runProgram(sh, words, new Map(), false, words.join(' '));
  const result = builtin(sh, words.slice(1), words[0]!, []);
  return typeof result === 'number' ? result : yield* result;
}

export function* builtin(sh: Shell, args: readonly string[]): Running<ExitCode> {
  const [name] = args;
  if (name === undefined) return 0;
  const found = builtinNamed(sh, name);
  if (!found) {
    sh.complain(`${name}: not a shell builtin`, 'builtin');
    return 1;
  }
  const result = found(sh, args.slice(1), name, []);
  return typeof result === 'number' ? result : yield* result;
}

export function hash(sh: Shell, args: readonly string[]): ExitCode {
  let status: ExitCode = 0;
  const names = args.filter((arg) => !arg.startsWith('-'));
  for (const name of names) {
    if (builtinNamed(sh, name) || whichPath(sh.p.files, name, sh.vars.get('PATH'))) continue;
    sh.complain(`${name}: not found`, 'hash');
    status = 1;
  }
  if (args.length === 0 && sh.dialect.name === 'bash')
    sh.out(`${sh.dialect.prefix(sh, 'hash').replace(/line \d+: /, '')}hash table empty\n`.replace(/^.*: (hash: )/, '$1'));
  return status;
}
