/**
 * Which command a command line means, and what to say when it means none.
 * Stands for cobra's Find, its suggestions, and kubectl's search for plugins.
 */
import type { Process, Running } from '../machine/process.ts';
import type { LateVerb, Verb } from './command.ts';
import { CliError, Exit } from './errors.ts';
import type { Flag } from './flags.ts';
import { quote } from './go.ts';
import { ROOT } from './tree.ts';

/** A command with all flags that it understands, and the words that are left for it. */
export interface Chosen {
  readonly verb: Verb;
  /** `kubectl rollout status`. */
  readonly path: string;
  readonly parents: readonly Verb[];
  readonly flags: readonly Flag[];
  readonly words: readonly string[];
}

/** Loads a command if it is a late one. */
export function* load(p: Process, verb: Verb | LateVerb): Running<Verb> {
  if (!('chunk' in verb)) return verb;
  const found = (yield* p.need(verb.chunk)).find((one) => one.name === verb.name);
  if (!found) throw new CliError(`${verb.name} is not supported here yet`);
  return found;
}

/** Words that are no flags and no values of flags. */
function bare(words: readonly string[], flags: readonly Flag[]): { readonly word: string; readonly at: number }[] {
  const out: { word: string; at: number }[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') break;
    const alone = (long: boolean): boolean => flags.some((flag) => (long ? flag.name === word.slice(2) : flag.short === word.slice(1)) && flag.bare !== undefined);
    if (word.startsWith('--') ? !word.includes('=') && !alone(true) : word.startsWith('-') && !word.includes('=') && word.length === 2 && !alone(false)) {
      if (words.length - i - 1 <= 1) break;
      i++;
    } else if (word !== '' && !word.startsWith('-')) out.push({ word, at: i });
  }
  return out;
}

/** Finds the command. Throws CliError for an unknown one. */
export function* choose(p: Process, given: readonly string[]): Running<Chosen> {
  let verb = ROOT;
  let path = ROOT.name;
  let words = given;
  const parents: Verb[] = [];
  for (;;) {
    const shared = [...parents, verb].flatMap((one) => one.shared ?? []);
    const own = verb.flags ?? [];
    const flags = [...own, ...shared.filter((flag) => !own.some((one) => one.name === flag.name))];
    const next = bare(words, flags)[0];
    const below = next && verb.verbs?.find((one) => one.name === next.word || one.aliases?.includes(next.word));
    if (!next || !below) {
      if (verb === ROOT && next) throw new CliError(`unknown command ${quote(next.word)} for "kubectl"${suggestions(next.word)}`);
      return { verb, path, parents, flags, words };
    }
    parents.push(verb);
    verb = yield* load(p, below);
    path += ` ${verb.name}`;
    words = words.filter((_, i) => i !== next.at);
  }
}

function suggestions(typed: string): string {
  const lower = typed.toLowerCase();
  const near = ROOT.verbs!.filter((verb) => !verb.hidden && (distance(lower, verb.name) <= 2 || verb.name.startsWith(lower) || verb.suggest?.includes(lower)));
  return near.length ? `\n\nDid you mean this?\n${near.map((verb) => `\t${verb.name}\n`).join('')}` : '';
}

/** Levenshtein's distance. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = a[i - 1] === b[j - 1] ? row[j - 1]! : 1 + Math.min(row[j]!, next[j - 1]!, row[j - 1]!);
    row = next;
  }
  return row[b.length]!;
}

/** Runs `kubectl-NAME` from PATH when the command is none of kubectl's own. False when there is no such program. */
export function* runPlugin(p: Process, words: readonly string[]): Running<boolean> {
  const first = words.find((word) => !word.startsWith('-'));
  if (first === 'help' || first === '__complete' || first === '__completeNoDesc') return false;
  const names: string[] = [];
  for (const word of words) {
    if (word.startsWith('-')) break;
    names.push(word.replaceAll('-', '_'));
  }
  if (names.length === 0) throw new Exit(1, `Error: flags cannot be placed before plugin name: ${words[0]}\n`);
  for (let count = names.length; count > 0; count--) {
    const name = `kubectl-${names.slice(0, count).join('-')}`;
    const program = p.find(name);
    if (typeof program !== 'function') continue;
    const code = yield* p.exec(program, [name, ...words.slice(count)]);
    throw new Exit(code);
  }
  return false;
}
