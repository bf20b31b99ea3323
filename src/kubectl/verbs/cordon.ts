/**
 * kubectl cordon and uncordon: no new Pods on a node, and again new Pods.
 * Stands for k8s.io/kubectl/pkg/cmd/drain, its lesser two commands.
 */
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { resourceText } from '../discovery.ts';
import { CliError } from '../errors.ts';
import { DRY_RUN, SELECTOR } from '../flags.ts';
import { isMap, quote } from '../go.ts';
import { done, dryRun, type DryRun } from '../modes.ts';
import { nameOf } from '../print/printer.ts';
import { find, known, type Info } from '../resources.ts';
import { parseSelector } from '../selector.ts';
import { Writer } from '../write.ts';

/** The nodes that the command line names or selects. Throws CliError and the errors of the server. */
export function* nodesOf(k: Kubectl): Running<readonly Info[]> {
  const { args, flags: f } = k;
  const selector = f.text('selector');
  if (!args.length && !f.changed('selector')) throw k.usage(`USAGE: ${k.verb.name} NODE [flags]`);
  if (args.length && selector) throw k.usage('error: cannot specify both a node name and a --selector option');
  dryRun(k);
  if (f.has('pod-selector') && typeof parseSelector(f.text('pod-selector')) === 'string') throw new CliError('--pod-selector=<pod_selector> must be a valid label selector');
  const named = args.map((word) => (word.includes('/') ? word : `nodes/${word}`));
  const chunk = f.has('chunk-size') ? f.number('chunk-size') : 500;
  const found = yield* find(k, { namespace: k.namespace.name, args: selector ? ['nodes'] : named, ...(selector && { selector }), singleType: true, flatten: true, chunk });
  const infos: Info[] = [];
  yield* found.each(function* (info) {
    if (info.mapping.group !== '' || info.mapping.resource !== 'nodes') throw new CliError(`error: expected resource of type node, got ${quote(resourceText(info.mapping))}`);
    infos.push(info);
  });
  return infos;
}

/** Says what was done to an object. */
export const say = (k: Kubectl, { object }: Pick<Info, 'object'>, operation: string, mode: DryRun): void => k.out(`${nameOf(object!)} ${done(operation, mode)}\n`);

/** Makes nodes unschedulable, or schedulable; what fails is told and passed over. */
export function* setUnschedulable(k: Kubectl, nodes: readonly Info[], wanted: boolean): Running<void> {
  const mode = dryRun(k);
  const verb = wanted ? 'cordon' : 'uncordon';
  const writer = new Writer(k, { dryRun: mode === 'server' });
  for (const node of nodes) {
    const spec = node.object!['spec'];
    if ((isMap(spec) && spec['unschedulable'] === true) === wanted) {
      say(k, node, `already ${verb}ed`, mode);
      continue;
    }
    try {
      if (mode !== 'client') yield* writer.patch(node, 'strategic', { spec: { unschedulable: wanted || null } });
    } catch (error) {
      if (!known(error)) throw error;
      k.err(`error: unable to ${verb} node ${quote(node.name)}: ${error.message}\n`);
      continue;
    }
    say(k, node, `${verb}ed`, mode);
  }
}

const verb = (name: string, wanted: boolean): Verb => ({
  name,
  use: 'NODE',
  flags: [...SELECTOR, ...DRY_RUN],
  complete: 'nodes',
  *run(k) {
    yield* setUnschedulable(k, yield* nodesOf(k), wanted);
  },
});

export const cordon = verb('cordon', true);
export const uncordon = verb('uncordon', false);
