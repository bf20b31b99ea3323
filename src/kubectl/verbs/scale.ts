/**
 * kubectl scale: another number of replicas.
 * Stands for k8s.io/kubectl/pkg/cmd/scale and pkg/scale.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError, isReason } from '../errors.ts';
import { DRY_RUN, FILES, PRINT, RECORD, SELECTOR, flags } from '../flags.ts';
import { quote } from '../go.ts';
import { done, dryRun } from '../modes.ts';
import { printerFor } from '../print/printer.ts';
import { find, wantedOf, type Info } from '../resources.ts';
import { Writer } from '../write.ts';

/** autoscaling/v1 Scale, as far as it is read. */
type Scale = KubeObject & { readonly spec?: { readonly replicas?: number }; readonly status?: { readonly replicas?: number } };

const TRIES_FOR = 5 * 60_000;

const size = (scale: Scale): number => scale.spec?.replicas ?? 0;

/** Scales once; the number that the server took. */
function* once(k: Kubectl, writer: Writer, info: Info, replicas: number): Running<number> {
  const current = k.flags.number('current-replicas');
  const version = k.flags.text('resource-version');
  if (current === -1 && version === '') return size((yield* writer.patch(info, 'merge', { spec: { replicas } })) as Scale);
  const scale = (yield* writer.get(info)) as Scale;
  const refuse = (what: string, wanted: string | number, is: string | number): CliError => new CliError(`Expected ${what} to be ${wanted}, was ${is}`);
  if (current !== -1 && size(scale) !== current) throw refuse('replicas', current, size(scale));
  if (version && scale.metadata.resourceVersion !== version) throw refuse('resource version', version, scale.metadata.resourceVersion ?? '');
  return size((yield* writer.replace(info, { ...scale, spec: { ...scale.spec, replicas } }, false)) as Scale);
}

/** Scales, again after conflicts; waits for the replicas when `timeout` (milliseconds) says so. Throws CliError. */
function* scaleOne(k: Kubectl, writer: Writer, info: Info, replicas: number, timeout: number): Running<number> {
  const until = k.p.now + TRIES_FOR;
  let taken: number | undefined;
  while (taken === undefined) {
    try {
      taken = yield* once(k, writer, info, replicas);
    } catch (error) {
      if (!isReason(error, 'Conflict')) throw error;
      if (k.p.now >= until) throw new CliError('context deadline exceeded');
      yield* k.p.sleep(1000);
    }
  }
  const end = k.p.now + timeout;
  while (timeout > 0) {
    const scale = (yield* writer.get(info)) as Scale;
    if (size(scale) !== replicas || (scale.status?.replicas ?? 0) === replicas) break;
    if (k.p.now + 1000 > end) throw new CliError(`timed out waiting for ${quote(info.name)} to be synced`);
    yield* k.p.sleep(1000);
  }
  return taken;
}

export const scale: Verb = {
  name: 'scale',
  use: '[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  flags: [...RECORD, ...PRINT, ...FILES, ...DRY_RUN, ...SELECTOR, ...flags('all=false', "resource-version=''", 'current-replicas=-1', 'replicas=0!', 'timeout=0s')],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const mode = dryRun(k);
    const printer = yield* printerFor(k, { operation: done('scaled', mode) });
    const replicas = f.number('replicas');
    void k.namespace;
    if (replicas < 0) throw new CliError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    if (f.number('current-replicas') < -1) throw new CliError('The --current-replicas must specify an integer of -1 or greater');
    const { all, ...wanted } = wantedOf(k);
    const found = yield* find(k, { ...wanted, args: k.args, ...(all && { typeMeansAll: true }), keepGoing: true, flatten: true });
    const { infos, error } = yield* found.infos();
    if (f.text('resource-version') && infos.length > 1) throw new CliError('cannot use --resource-version with multiple resources');
    if (infos.length === 0) throw error ?? new CliError('no objects passed to scale');
    const writer = new Writer(k, { dryRun: mode === 'server', subresource: 'scale' });
    for (const info of infos) {
      const taken = mode === 'client' ? replicas : yield* scaleOne(k, writer, info, replicas, mode === 'none' ? f.number('timeout') : 0);
      const object = info.object!;
      const fits = info.mapping.group === 'apps' || info.mapping.group === '';
      k.out(printer.print(fits ? { ...object, spec: { ...(object['spec'] as object | undefined), replicas: taken } } : object));
    }
    if (error) throw error;
  },
};
