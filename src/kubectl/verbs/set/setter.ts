/**
 * What all of `kubectl set` shares: finding objects, changing them, sending the difference, saying so.
 * Stands for CalculatePatches and the run loops of k8s.io/kubectl/pkg/cmd/set.
 */
import type { KubeObject } from '../../../kube/api/wire.ts';
import type { Running } from '../../../machine/process.ts';
import type { Kubectl } from '../../command.ts';
import { CliError, throwAll } from '../../errors.ts';
import { DRY_RUN, FILES, PRINT, RECORD, SELECTOR, flags, manager, type Flag } from '../../flags.ts';
import { isMap, type Rec } from '../../go.ts';
import { done, type DryRun } from '../../modes.ts';
import { twoWay } from '../../patch/strategic-diff.ts';
import { typeName } from '../../pods/select.ts';
import { printerFor } from '../../print/printer.ts';
import { find, infoName, known, wantedOf, type Info } from '../../resources.ts';
import { Writer } from '../../write.ts';

export const BOTH_LOCAL = 'cannot specify --local and --dry-run=server - did you mean --dry-run=client?';

/** Flags of every setter. */
export const SETTER: readonly Flag[] = [...RECORD, ...PRINT, ...FILES, ...DRY_RUN, ...manager('kubectl-set'), ...flags('all=false', 'local=false')];
export const SELECTING: readonly Flag[] = [...SETTER, ...SELECTOR];

const LOCAL = "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'";

/** The objects that a setter is about. Throws CliError. */
export function* setTargets(k: Kubectl, resources: readonly string[], files = k.flags.list('filename')): Running<Info[]> {
  const local = k.flags.on('local');
  if (local && resources.length) throw new CliError(LOCAL);
  const { all, selector, ...wanted } = wantedOf(k);
  const found = yield* find(k, { ...wanted, files, keepGoing: true, flatten: true, ...(local ? { local } : { ...(selector && { selector }), args: resources, ...(all && { typeMeansAll: true }), latest: true }) });
  return yield* found.all();
}

const POD_SPEC: Readonly<Record<string, readonly string[]>> = { Pod: ['spec'], CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'] };
for (const kind of ['Deployment', 'DaemonSet', 'ReplicaSet', 'StatefulSet', 'ReplicationController', 'Job']) Object.assign(POD_SPEC, { [kind]: ['spec', 'template', 'spec'] });

/** The object with another Pod spec. Throws CliError when it holds none. */
export function withPodSpec(object: KubeObject, change: (spec: Rec) => Rec): KubeObject {
  const path = POD_SPEC[object.kind];
  if (!path) throw new CliError(`the object is not a pod or does not have a pod template: ${typeName(object)}`);
  const into = (value: unknown, [first, ...rest]: readonly string[]): Rec => {
    const map = isMap(value) ? value : {};
    return first === undefined ? change(map) : { ...map, [first]: into(map[first], rest) };
  };
  return into(object, path) as KubeObject;
}

export type ContainerLike = Rec & { readonly name: string };

/** The containers of a Pod spec, the usual ones first. */
export const containersOf = (spec: Rec): readonly ContainerLike[] => [...((spec['containers'] ?? []) as readonly ContainerLike[]), ...((spec['initContainers'] ?? []) as readonly ContainerLike[])];

/** The spec with some of its containers changed. */
export function withContainers(spec: Rec, change: (container: ContainerLike) => ContainerLike): Rec {
  const out: Record<string, unknown> = { ...spec };
  for (const key of ['containers', 'initContainers']) if (Array.isArray(spec[key])) out[key] = (spec[key] as readonly ContainerLike[]).map(change);
  return out;
}

/** Is a container meant by `*`, a name, or a pattern with stars? */
export function isMeant(name: string, pattern: string): boolean {
  if (pattern === '*') return true;
  if (!pattern.includes('*')) return name === pattern;
  const parts = pattern.split('*');
  let at = 0;
  for (const [i, part] of parts.entries()) {
    if (part === '') continue;
    const next = name.slice(at).indexOf(part);
    if (next < at || (i === 0 && at !== 0) || (i === parts.length - 1 && name.length !== part.length + next)) return false;
    at = next;
  }
  return true;
}

/** One way of setting something. */
export interface Setting {
  /** `image updated` */
  readonly operation: string;
  /** What is said before the server's refusal. */
  readonly failed: string;
  /** Sent even when nothing differs. */
  readonly always?: boolean;
  readonly mode: DryRun;
  /** The changed object; undefined: leave it alone. Throws CliError. */
  change(object: KubeObject, info: Info): KubeObject | undefined;
  /** What went wrong in `change` without stopping it. */
  readonly errors?: Error[];
  /** Called before an object is printed. Throws CliError. */
  check?(): void;
}

/** Changes objects, sends what differs, says so. Throws what went wrong at the end. */
export function* setAll(k: Kubectl, infos: readonly Info[], setting: Setting): Running<void> {
  const { mode } = setting;
  const printer = yield* printerFor(k, { operation: done(setting.operation, mode) });
  const writer = new Writer(k, { dryRun: mode === 'server', manager: k.flags.text('field-manager') });
  const errors = setting.errors ?? [];
  const todo: { readonly info: Info; readonly after: KubeObject; readonly error?: Error }[] = [];
  for (const info of infos) {
    try {
      const after = setting.change(info.object!, info);
      if (after) todo.push({ info, after });
    } catch (error) {
      if (!known(error)) throw error;
      todo.push({ info, after: info.object!, error });
    }
  }
  for (const { info, after, error } of todo) {
    if (error) {
      errors.push(new CliError(`error: ${infoName(info)} ${error.message}\n`));
      continue;
    }
    const patch = twoWay(info.object!, after, info.mapping.kind);
    if (!setting.always && Object.keys(patch).length === 0) continue;
    if (k.flags.on('local') || mode === 'client') {
      k.out(printer.print(after));
      continue;
    }
    let answer: KubeObject;
    try {
      answer = yield* writer.patch(info, 'strategic', patch);
    } catch (one) {
      if (!known(one)) throw one;
      errors.push(new CliError(`${setting.failed} ${one.message}`));
      continue;
    }
    setting.check?.();
    k.out(printer.print(answer));
  }
  throwAll(errors);
}
