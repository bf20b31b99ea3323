/**
 * The revisions of a workload: ReplicaSets of a Deployment, ControllerRevisions of a DaemonSet or StatefulSet.
 * Stands for kubectl's polymorphichelpers (history and rollback).
 */
import type { KubeObject } from '../../../kube/api/wire.ts';
import type { Running } from '../../../machine/process.ts';
import type { Kubectl } from '../../command.ts';
import { selector } from '../../describe/parts.ts';
import { list, pairs, rec, text } from '../../describe/read.ts';
import { CliError } from '../../errors.ts';
import { json, type Rec } from '../../go.ts';
import { apiPath } from '../../discovery.ts';
import { listItems, type Info } from '../../resources.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
export const CHANGE_CAUSE = 'kubernetes.io/change-cause';
const POD_HASH = 'pod-template-hash';
/** Kinds that kubectl knows and that have no rollouts. */
const UNROLLED = ['Job', 'Pod', 'ReplicaSet', 'ReplicationController', 'CronJob'];

/** One revision: its number, the template that it had, and what holds it. */
export interface Revision {
  readonly number: number;
  readonly template: Rec;
  readonly cause: string;
  readonly holder: KubeObject;
}

const isMine = (owner: KubeObject, object: Rec): boolean => list(object, 'metadata', 'ownerReferences').some((one) => one['controller'] === true && one['uid'] === owner.metadata.uid);

/** The revisions of a workload, oldest first. Throws CliError for kinds without a history. */
export function* revisionsOf(k: Kubectl, info: Info, what: string): Running<readonly Revision[]> {
  const owner = info.object!;
  const { kind } = info.mapping;
  if (UNROLLED.includes(kind)) throw new CliError(`no ${what} has been implemented for ${kindText(info)}`);
  if (kind !== 'Deployment' && kind !== 'DaemonSet' && kind !== 'StatefulSet') throw new CliError(`error retrieving ${what === 'rollbacker' ? what : 'history'} for ${kindText(info)}, no visitor method exists for {${info.mapping.group} ${kind}}`);
  const folder = `${apiPath({ group: 'apps', version: 'v1' })}/namespaces/${info.namespace}`;
  const labelSelector = selector(rec(owner as Rec, 'spec', 'selector'));
  const found = yield* k.client.object<KubeObject & { readonly items: readonly KubeObject[] }>({ path: `${folder}/${kind === 'Deployment' ? 'replicasets' : 'controllerrevisions'}`, query: { labelSelector } });
  const items = listItems(found);
  const mine = items.filter((one) => isMine(owner, one as Rec));
  const all = mine.flatMap((holder): Revision[] => {
    const cause = holder.metadata.annotations?.[CHANGE_CAUSE] ?? '';
    if (kind !== 'Deployment') return [{ number: Number(holder['revision']), template: rec(holder as Rec, 'data', 'spec', 'template'), cause, holder }];
    const number = Number(holder.metadata.annotations?.[REVISION]);
    return Number.isInteger(number) ? [{ number, template: rec(holder as Rec, 'spec', 'template'), cause, holder }] : [];
  });
  return all.sort((a, b) => a.number - b.number);
}

/** `"Pod"`, `"ReplicaSet.apps"`: a GroupKind in quotes. */
export const kindText = (info: Info): string => JSON.stringify(info.mapping.group ? `${info.mapping.kind}.${info.mapping.group}` : info.mapping.kind);

/** A template without the hash that the Deployment controller adds and without patch directives. */
export function bare(template: Rec): Rec {
  const { $patch: _, ...rest } = template as Rec & { readonly $patch?: unknown };
  const labels = Object.fromEntries(Object.entries(pairs(template, 'metadata', 'labels')).filter(([key]) => key !== POD_HASH));
  return { ...rest, metadata: { ...rec(template, 'metadata'), labels } };
}

/** Whether two templates are the same but for the hash. */
export const sameTemplate = (a: Rec, b: Rec): boolean => json(bare(a)) === json(bare(b));

/** The revision to go back to: the one asked for, or (0) the one before the last. Throws CliError. */
export function pick(revisions: readonly Revision[], to: number, info: Info): Revision {
  const missing = (): CliError => new CliError(`unable to find specified revision ${to} in history`);
  if (to < 0) throw missing();
  if (to > 0) {
    const found = revisions.find((one) => one.number === to);
    if (!found) throw missing();
    return found;
  }
  if (revisions.length < 2) throw new CliError(info.mapping.kind === 'Deployment' ? `no rollout history found for deployment ${JSON.stringify(text(info.object as Rec, 'metadata', 'name'))}` : 'no last revision to roll back to');
  return revisions.at(-2)!;
}
