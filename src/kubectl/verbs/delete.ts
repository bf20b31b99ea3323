/**
 * kubectl delete: deletes what is named or selected and waits until it is gone.
 * Stands for k8s.io/kubectl/pkg/cmd/delete.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import { printWarning } from '../client.ts';
import type { Kubectl, Verb } from '../command.ts';
import { WEEK, cascade, deleteOptions, waitGone } from '../deletion.ts';
import { CliError, addSource, isReason } from '../errors.ts';
import { DRY_RUN, FILES, SELECTOR, flags } from '../flags.ts';
import { done, dryRun, type DryRun } from '../modes.ts';
import { raw } from '../raw.ts';
import { find, infoResource, wantedOf, type Found, type Info } from '../resources.ts';
import { readFile } from './create/sources.ts';
import { Writer } from '../write.ts';

/** `pod`, `deployment.apps`. */
export const kindName = (info: Info): string => `${info.mapping.kind.toLowerCase()}${info.mapping.group && `.${info.mapping.group}`}`;

const place = (info: Info): string => `${infoResource(info)}/${info.namespace}/${info.name}`;

/** What a deletion says. */
export function printDeleted(k: Kubectl, info: Info, mode: DryRun, grace: number, output: string): void {
  if (output === 'name') return k.out(`${kindName(info)}/${info.name}\n`);
  const what = `${grace === 0 ? 'force deleted' : 'deleted'}${info.mapping.namespaced ? ` from ${info.namespace} namespace` : ''}`;
  k.out(`${kindName(info)} "${info.name}" ${done(what, mode)}\n`);
}

function* confirmed(k: Kubectl, infos: readonly Info[]): Running<boolean> {
  k.out(`You are about to delete the following ${infos.length} resource(s):\n`);
  for (const info of infos) k.out(`${kindName(info)}/${info.name}\n`);
  k.out('Do you want to continue? (y/N): ');
  const answer = yield* k.p.readLine();
  return answer?.trim().toLowerCase() === 'y';
}

/** The seconds that --grace-period, --now and --force mean. Throws CliError. */
function graceOf(k: Kubectl): number {
  const { flags: f } = k;
  let grace = f.number('grace-period');
  if (f.on('now')) {
    if (grace !== -1) throw new CliError('--now and --grace-period cannot be specified together');
    grace = 1;
  }
  if (grace === 0 && !f.on('force')) grace = 1;
  return f.on('force') && grace < 0 ? 0 : grace;
}

/** The rules between flags. Throws CliError. */
function check(k: Kubectl, grace: number): void {
  const { flags: f } = k;
  const output = f.text('output');
  if (output && output !== 'name') throw new CliError(`unexpected -o output mode: ${output}. We only support '-o name'`);
  if (f.on('all') && f.text('selector')) throw new CliError('cannot set --all and --selector at the same time');
  if (f.on('all') && f.text('field-selector')) throw new CliError('cannot set --all and --field-selector at the same time');
  if (grace === 0 && f.on('force')) {
    printWarning(k.p, 'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.');
  } else if (grace > 0 && f.on('force')) throw new CliError('--force and --grace-period greater than 0 cannot be specified together');
  if (!f.text('raw')) return;
  const files = f.list('filename');
  if (f.on('interactive')) throw new CliError('--interactive can not be used with --raw');
  if (files.length > 1) throw new CliError('--raw can only use a single local file or stdin');
  if (files[0] && /^https?:\/\//.test(files[0])) throw new CliError('--raw cannot read from a url');
  if (f.on('recursive')) throw new CliError('--raw and --recursive are mutually exclusive');
  if (output) throw new CliError('--raw and --output are mutually exclusive');
}

export const remove: Verb = {
  name: 'delete',
  use: '([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  suggest: ['rm', 'remove'],
  flags: [
    ...FILES, ...SELECTOR, ...DRY_RUN,
    ...flags("field-selector=''", 'all=false', 'A all-namespaces=false', 'force=false', "cascade='background'?background", 'now=false', 'grace-period=-1', 'timeout=0s', 'ignore-not-found=false', 'wait=true', "o output=''", "raw=''", 'i interactive=false'),
  ],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const policy = cascade(k);
    void k.namespace;
    const selected = f.on('all') || f.text('selector') !== '' || f.text('field-selector') !== '';
    const grace = graceOf(k);
    const mode = dryRun(k);
    const wanted = { ...wantedOf(k), args: k.args, keepGoing: true, flatten: true, fetch: false, ignoreNotFound: f.changed('ignore-not-found') ? f.on('ignore-not-found') : selected };
    const found = f.text('raw') ? undefined : yield* find(k, wanted);
    check(k, grace);
    if (!found) {
      const file = f.list('filename')[0];
      return yield* raw(k, 'DELETE', f.text('raw'), file === undefined ? undefined : file === '-' ? yield* k.p.readAll() : readFile(k, file));
    }
    let chosen: ReadonlySet<string> | undefined;
    if (f.on('interactive')) {
      const preview = yield* (yield* find(k, wanted)).all();
      if (preview.length === 0) return k.out('No resources found\n');
      if (!(yield* confirmed(k, preview))) return k.out('deletion is cancelled\n');
      chosen = new Set(preview.map(place));
    }
    const warnCluster = k.namespace.explicit && !f.on('all-namespaces');
    yield* deleteFound(k, found, { policy, grace, mode, output: f.text('output'), quiet: false, wait: f.on('wait'), timeout: f.number('timeout'), warnCluster, chosen });
  },
};

/** How to delete what was found. */
export interface Deleting {
  readonly policy: string;
  /** Seconds; negative: what the objects say. */
  readonly grace: number;
  readonly mode: DryRun;
  readonly output: string;
  readonly quiet: boolean;
  /** Wait until all are gone, at most `timeout` milliseconds each; 0: a week. */
  readonly wait: boolean;
  readonly timeout: number;
  readonly warnCluster: boolean;
  /** Only these. */
  readonly chosen?: ReadonlySet<string> | undefined;
}

/** Deletes what was found, says so, and waits. */
export function* deleteFound(k: Kubectl, found: Found, how: Deleting): Running<void> {
  const { mode, grace, output } = how;
  const writer = new Writer(k, { dryRun: mode === 'server' });
  const say = (info: Info): void => {
    if (!how.quiet) printDeleted(k, info, mode, grace, output);
  };
  let warnCluster = how.warnCluster;
  const gone: { readonly info: Info; readonly uid: string | undefined }[] = [];
  let count = 0;
  yield* found.each(function* (info) {
    if (how.chosen && !how.chosen.has(place(info))) return;
    count++;
    if (warnCluster && !info.mapping.namespaced) {
      printWarning(k.p, 'deleting cluster-scoped resources, not scoped to the provided namespace');
      warnCluster = false;
    }
    if (mode === 'client') return say(info);
    gone.push({ info, uid: uidOf(yield* deleteOne(writer, info, deleteOptions(how.policy, grace), () => say(info))) });
  });
  if (count === 0) return k.out('No resources found\n');
  if (!how.wait || mode !== 'none') return;
  try {
    for (const { info, uid } of gone) yield* waitGone(k, info, uid, how.timeout || WEEK);
  } catch (error) {
    if (!isReason(error, 'Forbidden') && !isReason(error, 'MethodNotAllowed')) throw error;
  }
}

function* deleteOne(writer: Writer, info: Info, options: ReturnType<typeof deleteOptions>, say: () => void): Running<KubeObject> {
  try {
    const answer = yield* writer.remove(info, options);
    say();
    return answer;
  } catch (error) {
    throw addSource(error, 'deleting', info.source);
  }
}

/** The UID of what was deleted: of the Status, or of the object that is still there. */
const uidOf = (answer: KubeObject): string | undefined => (answer.kind === 'Status' ? (answer as { readonly details?: { readonly uid?: string } }).details?.uid : answer.metadata?.uid);
