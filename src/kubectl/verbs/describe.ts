/**
 * kubectl describe: what an object is, what stands around it, and what happened to it.
 * Stands for k8s.io/kubectl/pkg/cmd/describe.
 */
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { describe } from '../describe/index.ts';
import { seeing } from '../describe/describer.ts';
import { CliError, isNotFound, throwAll } from '../errors.ts';
import { FILES, SELECTOR, flags } from '../flags.ts';
import type { Rec } from '../go.ts';
import { find, known, pathOf, wantedOf, type Info } from '../resources.ts';

function* one(k: Kubectl, info: Info, events: boolean): Running<string> {
  const object = yield* k.client.object<Rec>({ path: pathOf(info.mapping, info.namespace, info.name) });
  return yield* describe(object, seeing(k.client, k.p.date, events, k.flags.number('chunk-size')));
}

/** Prints descriptions with two blank lines between them; returns what went wrong, each text once. */
function* all(k: Kubectl, infos: readonly Info[], events: boolean): Running<readonly Error[]> {
  const errors = new Map<string, Error>();
  let first = true;
  for (const info of infos) {
    try {
      const text = yield* one(k, info, events);
      k.out(first ? text : `\n\n${text}`);
      first = false;
    } catch (error) {
      if (!known(error)) throw error;
      errors.set(error.message, error);
    }
  }
  return [...errors.values()];
}

export const describeVerb: Verb = {
  name: 'describe',
  use: '(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  suggest: ['inspect'],
  flags: [...FILES, ...SELECTOR, ...flags('A all-namespaces=false', 'chunk-size=500', 'show-events=true')],
  complete: 'resources',
  *run(k) {
    const { args, flags: f } = k;
    if (!args.length && !f.list('filename').length && !f.text('kustomize')) throw new CliError('You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n');
    const found = yield* find(k, { ...wantedOf(k), args, typeMeansAll: true, keepGoing: true, flatten: true, chunk: f.number('chunk-size') });
    const { infos, error } = yield* found.infos();
    const asked = f.changed('show-events');
    const events = asked || (!error && infos.length <= 1) ? f.on('show-events') : false;
    if (error && isNotFound(error) && args.length === 2) return yield* matching(k, error, args[0]!, args[1]!, events);
    const errors = [...(error ? [error] : []), ...(yield* all(k, infos, events))];
    if (!infos.length && !errors.length) k.err(f.on('all-namespaces') ? 'No resources found\n' : `No resources found in ${k.namespace.name} namespace.\n`);
    throwAll(errors);
  },
};

/** No object has that name: those whose names begin with it, each followed by a blank line. */
function* matching(k: Kubectl, error: Error, type: string, prefix: string, events: boolean): Running<void> {
  const found = yield* find(k, { namespace: k.namespace.name, args: [type], typeMeansAll: true, singleType: true, flatten: true, chunk: k.flags.number('chunk-size') });
  const infos = (yield* found.all()).filter((info) => info.name.startsWith(prefix));
  if (!infos.length) throw error;
  for (const info of infos) k.out(`${yield* one(k, info, events)}\n`);
}
