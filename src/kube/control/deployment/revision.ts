/**
 * Which ReplicaSet is the new one of a Deployment, which are old, and the annotations that remember their revisions.
 * Stands for pkg/controller/deployment/util.
 */
import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import { fenceposts } from '../share.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED = 'deployment.kubernetes.io/desired-replicas';
export const MOST = 'deployment.kubernetes.io/max-replicas';
const HASH = 'pod-template-hash';
/** Longest text of revision-history, in characters. */
const HISTORY_LENGTH = 2000;

/** Annotations that a Deployment keeps for itself. */
const OWN = new Set(['kubectl.kubernetes.io/last-applied-configuration', REVISION, HISTORY, DESIRED, MOST, 'deprecated.deployment.rollback.to']);

export const replicasOf = (set: ReplicaSet): number => set.spec!.replicas ?? 1;

/** What a set is asked for, over several. */
export const askedOf = (sets: readonly ReplicaSet[]): number => sets.reduce((n, set) => n + replicasOf(set), 0);

/** Sets that are asked for at least one Pod. */
export const activeOf = (sets: readonly ReplicaSet[]): readonly ReplicaSet[] => sets.filter((set) => replicasOf(set) > 0);

/** Oldest first; by name among those of the same second. */
export const byAge = (a: ReplicaSet, b: ReplicaSet): number => {
  const [x, y] = [a.metadata.creationTimestamp!, b.metadata.creationTimestamp!];
  return x !== y ? (x < y ? -1 : 1) : a.metadata.name < b.metadata.name ? -1 : 1;
};

/** The number of a set's revision; 0 when it has none. */
export const revisionOf = (set: ReplicaSet): number => Number(set.metadata.annotations?.[REVISION] ?? 0) || 0;

export const isRolling = (deployment: Deployment): boolean => deployment.spec!.strategy?.type === 'RollingUpdate';

/** How many more Pods than asked for there may be. */
export const maxSurge = ({ spec }: Deployment): number =>
  spec!.strategy?.type === 'RollingUpdate' ? fenceposts(spec!.strategy.rollingUpdate?.maxSurge, spec!.strategy.rollingUpdate?.maxUnavailable, spec!.replicas!).surge : 0;

/** How many fewer may be available. */
export function maxUnavailable({ spec }: Deployment): number {
  if (spec!.strategy?.type !== 'RollingUpdate' || !spec!.replicas) return 0;
  return Math.min(fenceposts(spec!.strategy.rollingUpdate?.maxSurge, spec!.strategy.rollingUpdate?.maxUnavailable, spec!.replicas).unavailable, spec!.replicas);
}

/** Templates that are the same but for the hash label. */
export function sameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  const { [HASH]: _a, ...labelsA } = a.metadata?.labels ?? {};
  const { [HASH]: _b, ...labelsB } = b.metadata?.labels ?? {};
  return alike(labelsA, labelsB) && alike({ ...a.metadata, labels: 0 }, { ...b.metadata, labels: 0 }) && alike(a.spec, b.spec);
}

/** The oldest set with the Deployment's own template. */
export const newSet = (deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  [...sets].sort(byAge).find((set) => sameTemplate(set.spec!.template!, deployment.spec!.template!));

/** Annotations that say for how many Pods a set was last reckoned. */
export const sizeAnnotations = (deployment: Deployment): Readonly<Record<string, string>> => ({
  [DESIRED]: String(deployment.spec!.replicas!), [MOST]: String(deployment.spec!.replicas! + maxSurge(deployment)),
});

/** A new set's annotations: the Deployment's own ones, the revision and the revisions it had before. The same object when nothing changes. */
export function annotate(deployment: Deployment, old: Readonly<Record<string, string>> = {}, revision: number): Readonly<Record<string, string>> {
  const next: Record<string, string> = { ...old };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!OWN.has(key)) next[key] = value;
  const before = old[REVISION];
  if ((Number(before ?? 0) || 0) < revision) {
    next[REVISION] = String(revision);
    if (before !== undefined) {
      const history = old[HISTORY] ? old[HISTORY].split(',') : [];
      history.push(before);
      while (history.join(',').length > HISTORY_LENGTH) history.shift();
      next[HISTORY] = history.join(',');
    }
  }
  return alike(next, old) ? old : next;
}
