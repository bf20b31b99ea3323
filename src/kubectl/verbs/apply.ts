/**
 * kubectl apply: makes objects what files say.
 * Stands for k8s.io/kubectl/pkg/cmd/apply.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { kindText, resourceText } from '../discovery.ts';
import { cascade, deleteOptions } from '../deletion.ts';
import { CliError, ManyErrors, addSource, isNotFound } from '../errors.ts';
import { DRY_RUN, FILES, PRINT, RECORD, SELECTOR, VALIDATE, flags, manager } from '../flags.ts';
import { quote } from '../go.ts';
import { CHANGE, late } from '../late.ts';
import { LAST_APPLIED, configurationOf, done, dryRun, fieldValidation, withAnnotations } from '../modes.ts';
import { withoutNulls } from '../patch/merge.ts';
import { printerFor } from '../print/printer.ts';
import { fetchInfo, find, infoName, known, wantedOf, type Info } from '../resources.ts';
import { Writer } from '../write.ts';
import { PatchFailure, applyPatch } from './apply/patcher.ts';
import { allowed, prune } from './apply/prune.ts';
import { applyOnServer } from './apply/server-side.ts';
import { needFiles } from './create.ts';

/** What an error about an object shows of it. */
export const infoText = (info: Info): string => `Resource: ${quote(resourceText(info.mapping))}, GroupVersionKind: ${quote(kindText(info.mapping))}\nName: ${quote(info.name)}, Namespace: ${quote(info.namespace)}`;

/** The rules between flags. Throws CliError. */
function check(k: Kubectl, mode: string): void {
  const { flags: f } = k;
  const server = f.on('server-side');
  if (f.on('force-conflicts') && !server) throw new CliError('--force-conflicts only works with --server-side');
  if (mode === 'client' && server) throw new CliError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  if (server && f.on('force')) throw new CliError('--force cannot be used with --server-side');
  if (mode === 'server' && f.on('force')) throw new CliError('--dry-run=server cannot be used with --force');
  if (f.on('all') && f.text('selector')) throw new CliError('cannot set --all and --selector at the same time');
  if (f.on('prune')) {
    if (f.on('force')) throw new CliError('--force cannot be used with --prune');
    if (!f.on('all') && !f.text('selector')) {
      throw new CliError('all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector');
    }
    if (server) throw new CliError("--prune is in alpha and doesn't currently work on objects created by server-side apply");
  }
  if (f.text('subresource') && !server) throw new CliError('--subresource can only be specified for --server-side');
}

export const apply: Verb = {
  name: 'apply',
  use: '(-f FILENAME | -k DIRECTORY)',
  flags: [
    ...FILES, ...RECORD, ...PRINT, ...VALIDATE, ...DRY_RUN, ...SELECTOR, ...manager('kubectl-client-side-apply'),
    ...flags('force=false', "cascade='background'?background", 'grace-period=-1', 'timeout=0s', 'wait=false', 'server-side=false', 'force-conflicts=false', 'prune=false', 'prune-allowlist=[]:array', 'all=false', 'overwrite=true', 'openapi-patch=true', "subresource=''"),
  ],
  verbs: [late(CHANGE, 'edit-last-applied'), late(CHANGE, 'set-last-applied'), late(CHANGE, 'view-last-applied')],
  complete: 'files',
  *run(k) {
    const { flags: f } = k;
    if (k.args.length) throw k.usage(`Unexpected args: [${k.args.join(' ')}]`);
    const mode = dryRun(k);
    const policy = cascade(k);
    needFiles(k);
    const validation = fieldValidation(k);
    const { name: namespace, explicit } = k.namespace;
    const allow = f.on('prune') ? yield* allowed(k, f.list('prune-allowlist')) : [];
    check(k, mode);
    const found = yield* find(k, { ...wantedOf(k), selector: f.text('selector') || undefined, keepGoing: true, flatten: true, validate: validation !== 'Ignore' } as Parameters<typeof find>[1]);
    const { infos, error } = yield* found.infos();
    const errors: Error[] = error ? [error] : [];
    if (infos.length === 0 && errors.length === 0) throw new CliError('no objects passed to apply');

    const server = f.on('server-side');
    const owner = f.changed('field-manager') ? f.text('field-manager') : server ? 'kubectl' : 'kubectl-client-side-apply';
    const writer = new Writer(k, { dryRun: mode === 'server', manager: owner, validation });
    const run: Run = { k, mode, writer, server, owner, options: deleteOptions(policy, f.number('grace-period')), visited: new Set() };
    const namespaces = new Set(explicit ? [namespace] : []);
    for (const info of infos) {
      if (info.mapping.namespaced) namespaces.add(info.namespace);
      try {
        yield* applyOne(run, info);
      } catch (one) {
        if (!known(one)) throw one;
        errors.push(one);
      }
    }
    if (errors.length) throw errors.length === 1 ? errors[0]! : new ManyErrors(errors);
    if (whole(k)) {
      const printer = yield* printerFor(k);
      k.out(printer.print(infos.length === 1 ? infos[0]!.object! : ({ apiVersion: 'v1', kind: 'List', metadata: {}, items: infos.map((info) => info.object) } as unknown as KubeObject)));
    }
    if (f.on('prune')) {
      const printer = yield* printerFor(k, { operation: done('pruned', mode) });
      yield* prune(k, {
        allow, namespaces, visited: run.visited, selector: f.text('selector'),
        *take(object, mapping, space) {
          if (mode !== 'client') yield* writer.remove({ mapping, namespace: space, name: object.metadata.name }, run.options);
          k.out(printer.print(object));
        },
      });
    }
  },
};

interface Run {
  readonly k: Kubectl;
  readonly mode: ReturnType<typeof dryRun>;
  readonly writer: Writer;
  readonly server: boolean;
  readonly owner: string;
  readonly options: ReturnType<typeof deleteOptions>;
  readonly visited: Set<string>;
}

/** Are the objects printed at the end, not a line about each? */
const whole = (k: Kubectl): boolean => !['', 'name'].includes(k.flags.text('output'));

/** Does a manifest's object to its place on the server, says so, and leaves the result in `info.object`. */
function* applyOne(run: Run, info: Info): Running<void> {
  const { k } = run;
  const generate = info.object!.metadata?.generateName;
  if (!info.name && generate) throw new CliError(`from ${generate}: cannot use generate name with apply`);
  const said = run.server ? 'serverside-applied' : yield* applyByClient(run, info);
  if (run.server) {
    const subresource = k.flags.text('subresource');
    info.object = yield* applyOnServer(k, subresource ? run.writer.with({ subresource }) : run.writer, run.writer, info, k.flags.on('force-conflicts'), run.owner);
    warnIfDeleting(k, info.object);
  }
  run.visited.add(info.object!.metadata.uid ?? '');
  if (whole(k)) return;
  const printer = yield* printerFor(k, { operation: done(said, run.mode) });
  k.out(printer.print(info.object!));
}

/** A word about changes to what is on its way out. */
export const warnIfDeleting = (k: Kubectl, object: KubeObject): void => {
  if (object.metadata.deletionTimestamp) k.err(`Warning: Detected changes to resource ${object.metadata.name} which is currently being deleted.\n`);
};

/** The object with the annotation that remembers it. */
export const remembering = (object: KubeObject): KubeObject => withAnnotations(object, { ...object.metadata?.annotations, [LAST_APPLIED]: configurationOf(object) });

function* applyByClient(run: Run, info: Info): Running<string> {
  const { k, writer, mode } = run;
  const modified = remembering(info.object!);
  try {
    yield* fetchInfo(k, info);
  } catch (error) {
    if (!isNotFound(error)) throw addSource(error, `retrieving current configuration of:\n${infoText(info)}\nfrom server for:`, info.source);
    info.object = withoutNulls(modified) as KubeObject;
    if (mode === 'client') return 'created';
    try {
      info.object = yield* writer.create(info, info.object);
    } catch (second) {
      throw addSource(second, 'creating', info.source);
    }
    return 'created';
  }
  if (info.object!.metadata.annotations?.[LAST_APPLIED] === undefined) {
    k.err(`Warning: resource ${infoName(info)} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`);
  }
  const before = info.object!;
  try {
    const { patch, object } = yield* applyPatch(k, writer, modified, info, {
      overwrite: k.flags.on('overwrite'), ...(k.flags.on('force') && { force: run.options }), timeout: k.flags.number('timeout'), local: mode === 'client',
    });
    info.object = object;
    warnIfDeleting(k, object);
    return patch === '{}' ? 'unchanged' : 'configured';
  } catch (error) {
    if (!(error instanceof PatchFailure)) throw error;
    info.object = before;
    throw addSource(error.reason, `applying patch:\n${error.patch}\nto:\n${infoText(info)}\nfor:`, info.source);
  }
}

