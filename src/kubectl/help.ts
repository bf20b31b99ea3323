/**
 * The layout of `--help`: long text, aliases, examples, commands, options, usage. The texts are loaded when first shown.
 * Stands for kubectl's templater over cobra.
 */
import type { Process, Running } from '../machine/process.ts';
import { chunk } from '../sim/chunk.ts';
import type { LateVerb, Verb } from './command.ts';
import type { Chosen } from './find.ts';
import type { Flag } from './flags.ts';
import { ROOT } from './tree.ts';

/** What help says, in our own words. Keys are paths without `kubectl `; the root's is ''. */
export interface HelpTexts {
  /** One line for each command. */
  readonly short: Readonly<Record<string, string>>;
  /** More than one line, where there is more to say. */
  readonly long: Readonly<Record<string, string>>;
  readonly examples: Readonly<Record<string, string>>;
  /** One sentence for each flag: of a command (`get output`) or of all (`output`). */
  readonly flags: Readonly<Record<string, string>>;
}

export const HELP_TEXTS = chunk<HelpTexts>('kubectl/help');

const GROUPS: readonly (readonly [string, string])[] = [
  ['Basic Commands (Beginner):', 'create expose run set'], ['Basic Commands (Intermediate):', 'explain get edit delete'], ['Deploy Commands:', 'rollout scale autoscale'],
  ['Cluster Management Commands:', 'certificate cluster-info top cordon uncordon drain taint'],
  ['Troubleshooting and Debugging Commands:', 'describe logs attach exec port-forward proxy cp auth debug events'], ['Advanced Commands:', 'diff apply patch replace wait kustomize'],
  ['Settings Commands:', 'label annotate completion'], ['Subcommands provided by plugins:', ''], ['Other Commands:', 'api-resources api-versions config kuberc plugin version'],
];

const OPTIONS_TIP = 'Use "kubectl options" for a list of global command-line options (applies to all commands).\n';

/** The help of a command. */
export function* help(p: Process, { verb, path, parents }: Pick<Chosen, 'verb' | 'path' | 'parents'>): Running<string> {
  const texts = yield* p.need(HELP_TEXTS);
  const key = path.replace(/^kubectl ?/, '');
  return `${(texts.long[key] ?? texts.short[key] ?? verb.name).trim()}\n\n${usage(texts, verb, path, parents)}`;
}

function usage(texts: HelpTexts, verb: Verb, path: string, parents: readonly Verb[]): string {
  const key = path.replace(/^kubectl ?/, '');
  let out = '';
  if (verb.aliases?.length) out += `Aliases:\n${[verb.name, ...verb.aliases].join(', ')}\n\n`;
  const examples = texts.examples[key];
  if (examples) out += `Examples:\n${examples.trim().split('\n').map((line) => `  ${line.trim()}`).join('\n')}\n\n`;
  if (verb.verbs) out += `${commands(texts, verb, key)}\n\n`;
  const shown = [...(verb.flags ?? [])].filter((flag) => !flag.deprecated).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (shown.length) out += `Options:\n${shown.map((flag) => flagHelp(texts, flag, key)).join('\n').trimEnd()}\n\n`;
  if (verb.run || verb.group || verb === ROOT) out += `Usage:\n  ${path}${verb.use && ` ${verb.use}`}${verb.use.includes('[options]') ? '' : ' [options]'}\n\n`;
  if (verb.verbs) out += `Use "${[...parents, verb].map((one) => one.name).join(' ')} <command> --help" for more information about a given command.\n`;
  return out + OPTIONS_TIP;
}

function commands(texts: HelpTexts, verb: Verb, key: string): string {
  const groups = verb === ROOT ? GROUPS : [['Available Commands:', verb.verbs!.filter((one) => !one.hidden).map((one: Verb | LateVerb) => one.name).sort().join(' ')] as const];
  const names = verb.verbs!.map((one) => one.name);
  const width = Math.max(11, ...names.map((name) => name.length));
  return groups.map(([title, list]) => [title, ...list.split(' ').filter((name) => name !== '').map((name) => `  ${name.padEnd(width)}   ${texts.short[`${key} ${name}`.trim()] ?? ''}`.trimEnd())].join('\n')).join('\n\n');
}

/** `    -o, --output='':` and its sentence below. */
export function flagHelp(texts: HelpTexts, flag: Flag, key: string): string {
  const said = texts.flags[`${key} ${flag.name}`] ?? texts.flags[flag.name];
  const value = flag.type === 'string' && flag.name !== 'vmodule' ? `'${flag.value}'` : flag.value;
  return `    ${flag.short ? `-${flag.short}, ` : ''}--${flag.name}=${value}:\n${said ? `\t${said}\n` : ''}`;
}
