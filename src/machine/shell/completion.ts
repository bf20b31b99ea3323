/**
 * Tab completion: command names, variables, users, files, a command's own `complete`, and what `complete -F` registered.
 * Stands for readline's completion and bash's programmable one.
 */
import { whichPath } from '../find.ts';
import { commandFor } from '../install.ts';
import type { Completion, Running } from '../process.ts';
import { commandNames } from './builtins/line.ts';
import { callFunction } from './compound.ts';
import { glob } from './glob.ts';
import { escapePattern } from './pattern.ts';
import type { Shell } from './shell.ts';
import { elements, listOf } from './variables.ts';

/** A word that could be meant. */
export interface Candidate {
  readonly text: string;
  /** As it is listed: of a path only the last part. */
  readonly label: string;
  readonly note?: string | undefined;
  readonly open?: boolean | undefined;
}

export interface Found {
  readonly candidates: readonly Candidate[];
  /** The word as typed, and without its quoting. */
  readonly word: string;
  readonly plain: string;
  /** A candidate's text as it is to be typed. */
  quote(text: string, whole: boolean): string;
  /** What closes the word. */
  readonly closing: string;
}

/** What could stand at the end of `line`. */
export function* complete(sh: Shell, line: string): Running<Found | undefined> {
  const { words, word, plain, open } = split(line);
  const quote = (text: string): string => {
    if (open !== '') return open + (open === '"' ? text.replace(/["\\$`]/g, '\\$&') : text);
    const tilde = /^~[^/]*/.exec(word)?.[0] ?? '';
    return tilde + text.slice(tilde.length).replace(/[\s"'\\$`&|;<>()*?[\]!#{}]/g, '\\$&');
  };
  const variable = /\$(\{?)(\w*)$/.exec(word);
  const isFolder = (path: string | undefined): boolean => path !== undefined && path.startsWith('/') && sh.p.files.stat(path)?.type === 'directory';
  if (variable && open !== "'") {
    const names = sh.vars.names().filter((name) => name.startsWith(variable[2]!));
    const before = word.slice(0, variable.index);
    return {
      candidates: names.map((name) => ({
        text: `${before}$${variable[1]}${name}${variable[1] ? '}' : ''}${isFolder(sh.vars.get(name)) ? '/' : ''}`,
        label: name,
        open: isFolder(sh.vars.get(name)) || undefined,
      })),
      word,
      plain: word,
      quote: (text) => text,
      closing: open,
    };
  }
  const make = (candidates: readonly Candidate[]): Found => ({ candidates, word, plain, quote, closing: open });
  if (words.length === 0 && !plain.includes('/')) {
    const names = commandNames(sh).filter((name) => name.startsWith(plain));
    const folders = files(sh, plain).filter((candidate) => candidate.open);
    return make([...names.map((name) => ({ text: name, label: name })), ...(plain === '' ? [] : folders)]);
  }
  if (words.length > 0 && !/^[<>]/.test(words.at(-1)!)) {
    const own = yield* programmed(sh, [...words, plain], line);
    if (own) return make(own);
  }
  return make(files(sh, plain, words[0] === 'cd' || words[0] === 'rmdir' || words[0] === 'pushd'));
}

/** Cuts the line: the words of its last command, the word at its end, raw and without quoting, and the quote that is open. */
export function split(line: string): { words: string[]; word: string; plain: string; open: string } {
  let words: string[] = [];
  let word = '';
  let plain = '';
  let open = '';
  let begun = false;
  const end = (): void => {
    if (begun) words.push(plain);
    word = plain = '';
    begun = false;
  };
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (open !== '') {
      word += char;
      if (char === open) open = '';
      else if (char === '\\' && open === '"' && /["\\$`]/.test(line[i + 1] ?? '')) {
        word += line[++i];
        plain += line[i];
      } else plain += char;
    } else if (char === '"' || char === "'") {
      open = char;
      word += char;
      begun = true;
    } else if (char === '\\') {
      word += char + (line[i + 1] ?? '');
      plain += line[++i] ?? '';
      begun = true;
    } else if (/\s/.test(char)) {
      end();
      if (char === '\n') words = [];
    } else if (/[;&|(`]/.test(char) && !(char === '&' && /[<>]$/.test(word))) {
      end();
      words = [];
    } else if (/[<>]/.test(char)) {
      end();
      words.push(char);
    } else {
      word += char;
      plain += char;
      begun = true;
    }
  }
  // Assignments and words such as `sudo` or `then` come before the command itself.
  while (words[0] !== undefined && /^(\w+=.*|then|do|else|if|while|until|!|\{|sudo|time|exec|command|nohup|watch|xargs)$/.test(words[0])) words.shift();
  return { words, word, plain, open };
}

/** File names that begin with `typed`. */
function files(sh: Shell, typed: string, foldersOnly = false): readonly Candidate[] {
  const home = /^~([^/]*)(?=\/)/.exec(typed);
  const folder = home ? (home[1] === '' ? (sh.vars.get('HOME') ?? sh.p.user.home) : sh.p.machine.users.get(home[1]!)?.home) : undefined;
  if (/^~[^/]*$/.test(typed)) {
    return [...sh.p.machine.users.keys()]
      .sort()
      .filter((name) => name.startsWith(typed.slice(1)))
      .map((name) => ({ text: `~${name}/`, label: `~${name}/`, open: true }));
  }
  const real = folder === undefined ? typed : folder + typed.slice(home![0].length);
  const out: Candidate[] = [];
  for (const path of glob(sh.p.files, `${escapePattern(real)}*`, { dots: real.split('/').at(-1)!.startsWith('.') })) {
    const isFolder = sh.p.files.stat(path)?.type === 'directory';
    if (foldersOnly && !isFolder) continue;
    const text = `${folder === undefined ? path : home![0] + path.slice(folder.length)}${isFolder ? '/' : ''}`;
    out.push({ text, label: text.replace(/\/$/, '').split('/').at(-1)! + (isFolder ? '/' : ''), open: isFolder });
  }
  return out;
}

/** What the command itself offers; undefined when it leaves the word to file names. */
function* programmed(sh: Shell, words: readonly string[], line: string): Running<readonly Candidate[] | undefined> {
  const name = words[0]!;
  const alias = sh.aliases.get(name)?.trim().split(/\s+/);
  const full = alias && alias[0] !== name ? [...alias, ...words.slice(1)] : words;
  const spec = sh.completions.get(name) ?? sh.completions.get(name.split('/').at(-1)!) ?? sh.completions.get(full[0]!);
  // Cobra's completion function only asks the program itself, which ours can be asked directly.
  const asked = /^__start_(\w+)$/.exec(spec?.function ?? '')?.[1] ?? full[0]!;
  const path = whichPath(sh.p.files, asked, sh.vars.get('PATH'));
  const program = path && sh.p.files.stat(path)?.program;
  const command = program ? commandFor(program) : undefined;
  const typed = words.at(-1)!;
  if (command?.complete) {
    const offered = yield* command.complete([command.name, ...full.slice(1)], sh.p);
    return offered && offered.filter(({ text }) => text.startsWith(typed)).map((item: Completion) => ({ ...item, label: item.text }));
  }
  if (!spec) return undefined;
  if (spec.words !== undefined) return spec.words.split(/\s+/).filter((text) => text !== '' && text.startsWith(typed)).map((text) => ({ text, label: text }));
  const definition = spec.function === undefined ? undefined : sh.functions.get(spec.function);
  if (!definition) return undefined;
  const { status } = sh;
  const list = (key: string, values: readonly string[]): void => {
    const variable = sh.vars.make(key);
    variable.array = true;
    variable.value = listOf(values);
  };
  list('COMP_WORDS', words);
  list('COMPREPLY', []);
  for (const [key, value] of [
    ['COMP_CWORD', words.length - 1],
    ['COMP_LINE', line],
    ['COMP_POINT', line.length],
    ['COMP_TYPE', 9],
    ['COMP_KEY', 9],
  ] as const)
    sh.assign(key, String(value));
  yield* callFunction(sh, spec.function!, definition, [name, typed, words.at(-2) ?? '']);
  sh.status = status;
  const replies = elements(sh.vars.find('COMPREPLY')?.value);
  if (replies.length === 0 && spec.options.some((option) => option === 'default' || option === 'bashdefault' || option === 'filenames')) return undefined;
  return replies.map((text) => ({ text: text.trimEnd(), label: text.trimEnd(), open: spec.options.includes('nospace') }));
}
