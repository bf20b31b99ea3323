/**
 * kubectl plugin list, kubectl options, and kubectl kuberc, which is not supported here yet.
 * Stands for k8s.io/kubectl/pkg/cmd/{plugin,options,kuberc}.
 */
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError, Exit } from '../errors.ts';
import { choose } from '../find.ts';
import { GLOBAL, flags } from '../flags.ts';
import { quote } from '../go.ts';
import { HELP_TEXTS, flagHelp } from '../help.ts';
import { goFileError } from '../kubeconfig.ts';

/** What is wrong with a plugin. */
function* faults(k: Kubectl, path: string, name: string, seen: Map<string, string>): Running<readonly string[]> {
  const out: string[] = [];
  const stat = k.p.files.stat(path);
  if (stat && !(stat.mode & 0o111)) out.push(`warning: ${path} identified as a kubectl plugin, but it is not executable`);
  const before = seen.get(name);
  if (before) out.push(`warning: ${path} is overshadowed by a similarly named plugin: ${before}`);
  else seen.set(name, path);
  try {
    const chosen = yield* choose(k.p, name.split('-').slice(1));
    out.push(`warning: ${name} overwrites existing command: ${quote(chosen.path)}`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
  }
  return out;
}

const list: Verb = {
  name: 'list',
  use: '[flags]',
  flags: flags('name-only=false'),
  complete: 'none',
  *run(k) {
    const found: { readonly path: string; readonly name: string }[] = [];
    for (const folder of new Set((k.p.env.get('PATH') ?? '').split(':'))) {
      if (!folder.trim()) continue;
      try {
        for (const name of k.p.files.list(folder)) {
          const path = `${folder.replace(/\/+$/, '')}/${name}`;
          if (name.startsWith('kubectl-') && k.p.files.stat(path)?.type !== 'directory') found.push({ path, name });
        }
      } catch (error) {
        k.err(`Unable to read directory ${quote(folder)} from your PATH: ${goFileError(error, 'open', folder).message}. Skipping...\n`);
      }
    }
    if (!found.length) throw new Exit(1, 'error: unable to find any kubectl plugins in your PATH\n');
    k.out('The following compatible plugins are available:\n\n');
    const seen = new Map<string, string>();
    let warnings = 0;
    for (const { path, name } of found) {
      k.out(`${k.flags.on('name-only') ? name : path}\n`);
      for (const fault of yield* faults(k, path, name, seen)) {
        k.err(`  - ${fault}\n`);
        warnings++;
      }
    }
    if (warnings) throw new Exit(1, `error: ${warnings === 1 ? 'one plugin warning was' : `${warnings} plugin warnings were`} found\n`);
  },
};

export const plugin: Verb = { name: 'plugin', use: '[flags]', group: 'strict', verbs: [list] };

export const options: Verb = {
  name: 'options',
  use: '',
  complete: 'none',
  *run(k) {
    const texts = yield* k.p.need(HELP_TEXTS);
    const all = [...GLOBAL].sort((a, b) => (a.name < b.name ? -1 : 1)).map((flag) => flagHelp(texts, flag, '')).join('\n');
    k.out(`The following options can be passed to any command:\n\n${all}`);
  },
};

export const kuberc: Verb = {
  name: 'kuberc',
  use: 'SUBCOMMAND',
  raw: true,
  complete: 'none',
  *run() {
    throw new CliError('kuberc is not supported here yet');
  },
};
