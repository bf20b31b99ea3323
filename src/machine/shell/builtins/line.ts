/** Builtins of the interactive shell: alias, unalias, history, complete, compgen, compopt, bind, help, caller, enable. */
import type { ExitCode, Running } from '../../process.ts';
import { glob } from '../glob.ts';
import { escapePattern } from '../pattern.ts';
import type { Shell } from '../shell.ts';
import { callFunction } from '../compound.ts';
import { elements } from '../variables.ts';
import { BUILTINS } from './index.ts';
import { KEYWORDS } from './lookup.ts';

export function alias(sh: Shell, args: readonly string[]): ExitCode {
  const show = (name: string): void => sh.out(`${sh.dialect.name === 'bash' ? 'alias ' : ''}${name}='${sh.aliases.get(name)!.replace(/'/g, "'\\''")}'\n`);
  const words = args.filter((arg) => arg !== '-p');
  if (words.length === 0) for (const name of [...sh.aliases.keys()].sort()) show(name);
  let status: ExitCode = 0;
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals > 0) sh.aliases.set(word.slice(0, equals), word.slice(equals + 1));
    else if (sh.aliases.has(word)) show(word);
    else {
      if (sh.dialect.name === 'bash') sh.complain(`${word}: not found`, 'alias');
      else sh.err(`alias: ${word} not found\n`);
      status = 1;
    }
  }
  return status;
}

export function unalias(sh: Shell, args: readonly string[]): ExitCode {
  let status: ExitCode = 0;
  if (args[0] === '-a') sh.aliases.clear();
  else {
    for (const name of args) {
      if (sh.aliases.delete(name)) continue;
      if (sh.dialect.name === 'bash') sh.complain(`${name}: not found`, 'unalias');
      else sh.err(`unalias: ${name} not found\n`);
      status = 1;
    }
  }
  return status;
}

export function history(sh: Shell, args: readonly string[]): ExitCode {
  const { lines } = sh.history;
  const [first] = args;
  if (first === '-c') sh.history.clear();
  else if (first === '-d') {
    const at = Number(args[1]) < 0 ? lines.length + Number(args[1]) : Number(args[1]) - 1;
    if (!sh.history.remove(at)) {
      sh.complain(`${args[1] ?? ''}: history position out of range`, 'history');
      return 1;
    }
  } else if (first === '-s') sh.history.add(args.slice(1).join(' '));
  else if (first && /^-[awrnp]/.test(first)) return 0;
  else if (first !== undefined && !/^\d+$/.test(first)) {
    sh.complain(`${first}: numeric argument required`, 'history');
    return 1;
  } else {
    const from = first === undefined ? 0 : Math.max(0, lines.length - Number(first));
    lines.slice(from).forEach((line, i) => sh.out(`${String(from + i + 1).padStart(5)}  ${line}\n`));
  }
  return 0;
}

export function complete(sh: Shell, args: readonly string[]): ExitCode {
  const options: string[] = [];
  const names: string[] = [];
  let fn: string | undefined;
  let words: string | undefined;
  let remove = false;
  let print = args.length === 0;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === '-F') fn = args[++at];
    else if (word === '-W') words = args[++at];
    else if (word === '-o') options.push(args[++at] ?? '');
    else if (/^-[AGCXPS]$/.test(word)) at++;
    else if (word === '-r') remove = true;
    else if (word === '-p') print = true;
    else if (word === '-D' || word === '-E' || word === '-I') names.push(word);
    else if (!word.startsWith('-')) names.push(word);
  }
  if (print) {
    for (const [name, spec] of sh.completions) if (names.length === 0 || names.includes(name)) sh.out(`complete ${spec.text}${name}\n`);
    return 0;
  }
  if (remove) {
    if (names.length === 0) sh.completions.clear();
    for (const name of names) sh.completions.delete(name);
    return 0;
  }
  const text = `${options.map((option) => `-o ${option} `).join('')}${fn === undefined ? '' : `-F ${fn} `}${words === undefined ? '' : `-W '${words}' `}`;
  for (const name of names) sh.completions.set(name, { options, text, ...(fn !== undefined && { function: fn }), ...(words !== undefined && { words }) });
  return 0;
}

/** The words that `compgen` with these arguments prints. */
export function* compgen(sh: Shell, args: readonly string[]): Running<ExitCode> {
  const found: string[] = [];
  let word = '';
  const kinds: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '-W') found.push(...(args[++at] ?? '').split(/\s+/).filter(Boolean));
    else if (arg === '-F') {
      const definition = sh.functions.get(args[++at] ?? '');
      if (definition) {
        yield * callFunction(sh, args[at]!, definition, []);
        found.push(...elements(sh.vars.find('COMPREPLY')?.value));
      }
    } else if (arg === '-A')
      kinds.push(
        { file: 'f', directory: 'd', command: 'c', function: 'A', alias: 'a', builtin: 'b', variable: 'v', keyword: 'k', user: 'u' }[args[++at] ?? ''] ?? '',
      );
    else if (/^-[XPSGCo]$/.test(arg)) at++;
    else if (/^-[a-z]+$/.test(arg)) kinds.push(...arg.slice(1));
    else if (arg !== '--') word = arg;
  }
  for (const kind of kinds) {
    if (kind === 'f' || kind === 'd') {
      const paths = glob(sh.p.files, `${escapePattern(word)}*`, { dots: word.split('/').at(-1)!.startsWith('.') });
      found.push(...(kind === 'd' ? paths.filter((path) => sh.p.files.stat(path)?.type === 'directory') : paths));
    } else if (kind === 'c') found.push(...commandNames(sh));
    else if (kind === 'A') found.push(...[...sh.functions.keys()].sort());
    else if (kind === 'a') found.push(...[...sh.aliases.keys()].sort());
    else if (kind === 'b') found.push(...Object.keys(BUILTINS).sort());
    else if (kind === 'k') found.push(...KEYWORDS);
    else if (kind === 'v' || kind === 'e') found.push(...sh.vars.names().filter((name) => kind === 'v' || sh.vars.find(name)!.exported));
    else if (kind === 'u') found.push(...[...sh.p.machine.users.keys()].sort());
  }
  const matching = found.filter((text) => text.startsWith(word));
  sh.out(matching.map((text) => `${text}\n`).join(''));
  return matching.length > 0 ? 0 : 1;
}

/** Every command name: builtins, keywords, functions, aliases, and what lies along PATH, in order. */
export function commandNames(sh: Shell): readonly string[] {
  const names = new Set([...Object.keys(BUILTINS), ...KEYWORDS, ...sh.functions.keys(), ...sh.aliases.keys()]);
  for (const folder of (sh.vars.get('PATH') ?? '').split(':')) {
    const { files } = sh.p;
    if (files.stat(folder)?.type !== 'directory') continue;
    for (const name of files.list(folder)) if (files.may(`${folder}/${name}`, 1)) names.add(name);
  }
  return [...names].sort();
}

export function help(sh: Shell, args: readonly string[]): ExitCode {
  const names = Object.keys(BUILTINS).sort();
  if (args.length > 0) {
    const known = args.filter((name) => names.includes(name));
    if (known.length === 0) {
      sh.complain(`no help topics match \`${args[0]}'.  Try \`help help' or \`man -k ${args[0]}' or \`info ${args[0]}'.`, 'help');
      return 1;
    }
    for (const name of known) sh.out(`${name}: a builtin of this shell. Its description is not supported here yet.\n`);
    return 0;
  }
  sh.out('GNU bash, version 5.2.37(1)-release (x86_64-pc-linux-gnu)\nThese shell commands are defined internally.\n\n');
  for (let i = 0; i < names.length; i += 6) sh.out(`${names.slice(i, i + 6).map((name) => name.padEnd(12)).join('').trimEnd()}\n`);
  return 0;
}

export function caller(sh: Shell): ExitCode {
  if (sh.calls.length === 0) return 1;
  sh.out(`${sh.lineNumber()} ${sh.source.file ?? 'NULL'}\n`);
  return 0;
}
