/**
 * Revisions of DaemonSets and StatefulSets: ControllerRevisions that hold what the template was.
 * Stands for pkg/controller/history and the history parts of pkg/controller/daemon.
 */
import type { KubeObject } from '../api/wire.ts';
import type { ControllerRevision, PodTemplateSpec } from '../kinds/types.ts';
import { alike } from './alike.ts';
import { ApiError, type Client } from './controller.ts';
import { claim, controllerRef, type Orphans } from './owner.ts';
import { matches } from './selector.ts';

export const REVISIONS = 'controllerrevisions.apps';
/** The label of a Pod that tells of which revision it is. */
export const HASH = 'controller-revision-hash';

/** A workload with revisions. */
export interface Revised extends KubeObject {
  readonly spec?: { readonly template?: PodTemplateSpec; readonly selector?: unknown; readonly revisionHistoryLimit?: number };
  readonly status?: { readonly collisionCount?: number };
}

const snapshots = new WeakMap<PodTemplateSpec, object>();

/** What a revision keeps: a patch that puts the template back. */
export function snapshotOf({ spec }: Revised): object {
  const template = spec!.template!;
  let snapshot = snapshots.get(template);
  if (!snapshot) snapshots.set(template, (snapshot = { spec: { template: { ...template, $patch: 'replace' } } }));
  return snapshot;
}

/** Oldest revision first. */
export const byRevision = (a: ControllerRevision, b: ControllerRevision): number => {
  const order = (a.revision ?? 0) - (b.revision ?? 0);
  if (order) return order;
  const [x, y] = [a.metadata.creationTimestamp!, b.metadata.creationTimestamp!];
  return x !== y ? (x < y ? -1 : 1) : a.metadata.name < b.metadata.name ? -1 : 1;
};

/** All revisions of a workload, oldest first; those that fit and have no owner are taken in. */
export function revisionsOf(owner: Revised, client: Client, orphans: Orphans): readonly ControllerRevision[] {
  const candidates = [...client.ownedBy<ControllerRevision>(REVISIONS, owner.metadata.uid!), ...(orphans as Orphans<ControllerRevision>).of(owner.metadata.namespace!, client)];
  return [...claim(client, { owner, resource: REVISIONS, candidates, matches: (r) => matches(owner.spec!.selector, r.metadata.labels) })].sort(byRevision);
}

/** The number of a new revision after these. */
export const nextRevision = (old: readonly ControllerRevision[]): number => Math.max(0, ...old.map((r) => r.revision ?? 0)) + 1;

/** Is the workload's present template that of the revision? */
export const isOf = (owner: Revised, revision: ControllerRevision): boolean => alike(snapshotOf(owner), revision.data);

/** Writes a revision with its hash under `label`; when another one has that name, counts a collision and fails, so that the next try takes another hash. */
export function writeRevision(owner: Revised, hash: string, revision: number, label: string, client: Client): ControllerRevision {
  const { annotations } = owner.metadata;
  const name = `${owner.metadata.name}-${hash}`;
  try {
    return client.create({
      apiVersion: 'apps/v1', kind: 'ControllerRevision',
      metadata: {
        name, namespace: owner.metadata.namespace!, labels: { ...owner.spec!.template!.metadata?.labels, [label]: hash },
        ...(annotations && { annotations }), ownerReferences: [controllerRef(owner)],
      },
      data: snapshotOf(owner), revision,
    } as ControllerRevision);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
    const there = client.get<ControllerRevision>(REVISIONS, owner.metadata.namespace, name);
    if (there && isOf(owner, there)) return there;
    client.updateStatus({ ...owner, status: { ...owner.status, collisionCount: (owner.status?.collisionCount ?? 0) + 1 } });
    throw error;
  }
}

/** Deletes the oldest revisions beyond the limit that no Pod (`live` hashes) needs. */
export function forgetOld(old: readonly ControllerRevision[], limit: number, live: ReadonlySet<string | undefined>, client: Client): void {
  let excess = old.length - limit;
  for (const revision of [...old].sort(byRevision)) {
    if (excess <= 0) return;
    if (live.has(revision.metadata.labels?.[HASH])) continue;
    client.delete(REVISIONS, revision.metadata.namespace, revision.metadata.name);
    excess--;
  }
}
