/**
 * kubectl diff: what kubectl apply would change, as the program diff shows it.
 * Stands for k8s.io/kubectl/pkg/cmd/diff. Unlike Kubernetes: objects are always looked at one after the other.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { groupVersion, kindText, klog, type Mapping } from '../discovery.ts';
import { CliError, Exit, isNotFound, isReason } from '../errors.ts';
import { FILES, SELECTOR, flags, manager } from '../flags.ts';
import { isMap, quote, type Rec } from '../go.ts';
import { configurationOf } from '../modes.ts';
import { goFileError } from '../kubeconfig.ts';
import { withoutManagedFields } from '../print/printer.ts';
import { fetchInfo, find, known, wantedOf, type Info } from '../resources.ts';
import { Writer } from '../write.ts';
import { printYaml } from '../yaml/print.ts';
import { parseJson } from '../json.ts';
import { warnIfDeleting } from './apply.ts';
import { PatchFailure, applyPatch } from './apply/patcher.ts';
import { allowed, prune } from './apply/prune.ts';
import { needFiles } from './create.ts';

const TRIES = 4;

/** `apps.v1.Deployment.default.web` */
const fileName = (mapping: Mapping, namespace: string, name: string): string => `${groupVersion(mapping).replace('/', '.')}.${mapping.kind}.${namespace}.${name}`;

/** Two folders that are compared. */
class Folders {
  private readonly k: Kubectl;
  readonly live: string;
  readonly merged: string;

  constructor(k: Kubectl) {
    this.k = k;
    this.live = this.make('LIVE');
    this.merged = this.make('MERGED');
  }

  private make(prefix: string): string {
    const { p } = this.k;
    const path = `${p.env.get('TMPDIR') || '/tmp'}/${prefix}-${p.random.below(4_294_967_296)}`;
    try {
      p.files.mkdir(path, { mode: 0o700 });
    } catch (error) {
      throw goFileError(error, 'mkdir', path);
    }
    return path;
  }

  put(folder: string, name: string, object: unknown): void {
    this.k.p.files.write(`${folder}/${name}`, object === undefined ? '' : printYaml(object), 0o700);
  }

  remove(): void {
    for (const folder of [this.live, this.merged]) this.k.p.files.remove(folder, { recursive: true });
  }
}

/** Secrets show only what differs, never what it is. */
function masked(from: KubeObject | undefined, to: KubeObject): readonly [KubeObject | undefined, KubeObject] {
  const [before, after] = [from?.['data'], to['data']].map((data) => (isMap(data) ? data : {})) as [Rec, Rec];
  const hide = (mine: Rec, other: Rec, differs: string): Rec => Object.fromEntries(Object.keys(mine).map((key) => [key, key in other && mine[key] !== other[key] ? differs : '***']));
  return [from && isMap(from['data']) ? { ...from, data: hide(before, after, '*** (before)') } : from, isMap(to['data']) ? { ...to, data: hide(after, before, '*** (after)') } : to];
}

/** The object as it would be. */
function* merged(k: Kubectl, writer: Writer, info: Info, local: KubeObject, force: boolean): Running<KubeObject> {
  if (k.flags.on('server-side')) return yield* writer.patch(info, 'apply', local, { force: k.flags.on('force-conflicts') });
  if (!info.object) return yield* writer.create(info, local);
  const modified = parseJson(configurationOf(local)) as KubeObject;
  try {
    const { object } = yield* applyPatch(k, writer, modified, info, { overwrite: true, timeout: 0, local: false, ...(!force && { version: info.object.metadata.resourceVersion! }) });
    return object;
  } catch (error) {
    throw error instanceof PatchFailure ? error.reason : error;
  }
}

function* compareOne(k: Kubectl, writer: Writer, folders: Folders, info: Info, local: KubeObject, force: boolean): Running<void> {
  let from = info.object;
  let to = yield* merged(k, writer, info, local, force);
  if (!k.flags.on('show-managed-fields')) {
    from &&= withoutManagedFields(from);
    to = withoutManagedFields(to);
  }
  if (!k.flags.on('show-secrets') && to.kind === 'Secret' && to.apiVersion === 'v1') [from, to] = masked(from, to);
  const name = fileName(info.mapping, info.namespace, info.name);
  folders.put(folders.live, name, from);
  folders.put(folders.merged, name, to);
}

/** Runs the program that compares. Throws Exit when it found differences, CliError when it failed. */
function* runDiff(k: Kubectl, folders: Folders): Running<void> {
  const [name = 'diff', ...options] = (k.p.env.get('KUBECTL_EXTERNAL_DIFF') || 'diff -u -N').split(' ');
  const own = k.p.env.get('KUBECTL_EXTERNAL_DIFF') ? options.filter((option) => /^[a-zA-Z0-9-=]+$/.test(option)) : [];
  const args = own.length || k.p.env.get('KUBECTL_EXTERNAL_DIFF') ? [folders.live, folders.merged, ...own] : [...options, folders.live, folders.merged];
  const program = k.p.find(name);
  if (typeof program !== 'function') throw new CliError(`failed to run ${quote(name)}: exec: ${quote(name)}: executable file not found in $PATH`);
  const code = yield* k.p.wait(k.p.spawn(program, [name, ...args]));
  if (code === 1) throw new Exit(1);
  if (code !== 0) throw new CliError(`failed to run ${quote(name)}: exit status ${code}`);
}

export const diff: Verb = {
  name: 'diff',
  use: '-f FILENAME',
  worse: 1,
  flags: [
    ...FILES, ...SELECTOR, ...manager('kubectl-client-side-apply'),
    ...flags('prune-allowlist=[]:array', 'prune=false', 'show-managed-fields=false', 'show-secrets=false', 'concurrency=1', 'server-side=false', 'force-conflicts=false'),
  ],
  complete: 'files',
  *run(k) {
    const { flags: f } = k;
    if (k.args.length) throw k.usage(`Unexpected args: [${k.args.join(' ')}]`);
    needFiles(k);
    const server = f.on('server-side');
    if (f.on('force-conflicts') && !server) throw new CliError('--force-conflicts only works with --server-side');
    void k.namespace;
    const allow = f.on('prune') ? yield* allowed(k, f.list('prune-allowlist')) : [];
    const owner = f.changed('field-manager') || !server ? f.text('field-manager') : 'kubectl';
    const writer = new Writer(k, { dryRun: true, manager: owner });
    const folders = new Folders(k);
    try {
      const visited = new Set<string>();
      const namespaces = new Set<string>();
      const { selector, ...wanted } = wantedOf(k);
      let failure: Error | undefined;
      try {
        yield* (yield* find(k, { ...wanted, ...(selector && { selector }), flatten: true })).each(function* (info) {
          const local = info.object!;
          for (let i = 1; ; i++) {
            try {
              yield* fetchInfo(k, info);
            } catch (error) {
              if (!isNotFound(error)) throw error;
              delete info.object;
            }
            const force = i === TRIES;
            if (force) klog(k.p, 'W', 'diff.go:723', `Object (${kindText(info.mapping)}: ${info.name}) keeps changing, diffing without lock`);
            if (info.mapping.namespaced) namespaces.add(info.namespace);
            visited.add(info.object?.metadata.uid ?? '');
            try {
              yield* compareOne(k, writer, folders, info, local, force);
              break;
            } catch (error) {
              if (!isReason(error, 'Conflict') || force) throw error;
            }
          }
          if (info.object) warnIfDeleting(k, info.object);
        });
      } catch (error) {
        if (!known(error)) throw error;
        failure = error;
      }
      if (f.on('prune')) yield* leftOver(k, folders, { allow, visited, namespaces });
      if (failure) throw failure;
      yield* runDiff(k, folders);
    } finally {
      folders.remove();
    }
  },
};

function* leftOver(k: Kubectl, folders: Folders, of: { readonly allow: readonly Mapping[]; readonly visited: ReadonlySet<string>; readonly namespaces: ReadonlySet<string> }): Running<void> {
  try {
    yield* prune(k, {
      ...of, selector: k.flags.text('selector'),
      *take(object, mapping, namespace) {
        folders.put(folders.live, fileName(mapping, namespace, object.metadata.name), object);
      },
    });
  } catch (error) {
    if (!known(error)) throw error;
    klog(k.p, 'W', 'diff.go:772', `pruning failed and could not be evaluated err: ${error.message}`);
  }
}
