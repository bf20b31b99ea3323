/**
 * The program kubectl: finds the command, reads its flags, runs it, and says what went wrong.
 * Stands for k8s.io/kubernetes/cmd/kubectl. Lay of the rooms: verbs/ one file per command, describe/ one per kind, print/ output forms,
 * patch/ merges, yaml/ the language of manifests; tree.ts says which code is loaded when.
 * Unlike Kubernetes: discovery is kept for one run only; kuberc preferences and -v above 0 are not supported here yet.
 */
import type { Command, ExitCode, Process, Running } from '../machine/process.ts';
import { Kubectl } from './command.ts';
import { complete } from './complete.ts';
import { CliError, Exit, HelpFirst, explain } from './errors.ts';
import { choose, load, runPlugin, type Chosen } from './find.ts';
import { FlagError, Flags, HelpWanted } from './flags.ts';
import { help } from './help.ts';
import { ROOT } from './tree.ts';

/** The command as it is installed on machines. */
export const kubectl: Command = {
  name: 'kubectl',
  summary: 'controls a Kubernetes cluster',
  *main(p) {
    return yield* main(p);
  },
  complete,
};

function* main(p: Process): Running<ExitCode> {
  try {
    yield* execute(p, p.args.slice(1));
    return 0;
  } catch (error) {
    if (error instanceof CliError && error.printed) p.write(error.printed);
    const { text, code } = explain(error);
    if (text) p.warn(text);
    return code;
  }
}

function* execute(p: Process, words: readonly string[]): Running<void> {
  if (words.length === 0) return p.write(yield* help(p, { verb: ROOT, path: 'kubectl', parents: [] }));
  if (words[0] === 'help') return yield* helpCommand(p, words.slice(1));
  let chosen: Chosen;
  try {
    chosen = yield* choose(p, words);
  } catch (error) {
    if (error instanceof CliError && error.message.startsWith('unknown command')) yield* runPlugin(p, words);
    throw error;
  }
  try {
    yield* run(p, chosen);
  } catch (error) {
    if (!chosen.verb.worse || error instanceof Exit) throw error;
    const { text, code } = explain(error);
    throw new Exit(code + chosen.verb.worse, text);
  }
}

function* run(p: Process, chosen: Chosen): Running<void> {
  const { verb, path } = chosen;
  const flags = new Flags(chosen.flags);
  try {
    if (verb.raw) flags.args.push(...chosen.words);
    else flags.parse(chosen.words);
  } catch (error) {
    for (const note of flags.notes) p.warn(`${note}\n`);
    if (error instanceof HelpWanted) return p.write(yield* help(p, chosen));
    if (error instanceof FlagError && verb.worse) throw new CliError(`${error.message}\nSee '${path} -h' for help and examples`);
    if (error instanceof FlagError) throw new CliError(verb.name === 'options' ? `${error.message}\nRun '${path}' without flags.` : `${error.message}\nSee '${path} --help' for usage.`);
    throw error;
  }
  for (const note of flags.notes) p.warn(`${note}\n`);
  if (verb === ROOT) return p.write(yield* help(p, chosen));
  if (flags.missing.length) throw new CliError(`required flag(s) ${flags.missing.map((name) => `"${name}"`).join(', ')} not set`);
  const k = new Kubectl(p, path, verb, flags);
  if (verb.group) {
    if (verb.group === 'strict' && flags.args.length) throw k.usage(`unknown command "${flags.args.join(' ')}"`);
    const text = yield* help(p, chosen);
    if (verb.group === 'lax') return p.write(text);
    p.warn(text);
    throw new Exit(1);
  }
  try {
    yield* verb.run!(k);
  } catch (error) {
    if (error instanceof HelpFirst) p.write(yield* help(p, chosen));
    throw error;
  }
  const count = k.client.warnings;
  if (flags.on('warnings-as-errors') && count > 0) throw new CliError(`${count} warning${count === 1 ? '' : 's'} received`);
}

/** `kubectl help COMMAND`. */
function* helpCommand(p: Process, words: readonly string[]): Running<void> {
  let verb = ROOT;
  const parents = [];
  let path = 'kubectl';
  for (const word of words) {
    const below = verb.verbs?.find((one) => one.name === word || one.aliases?.includes(word));
    if (!below) break;
    parents.push(verb);
    verb = yield* load(p, below);
    path += ` ${verb.name}`;
  }
  p.write(yield* help(p, { verb, path, parents }));
}
