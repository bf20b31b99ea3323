/**
 * What a Deployment says of itself: counts and the conditions Available, Progressing and ReplicaFailure.
 * Stands for pkg/controller/deployment/progress.go and the end of sync.go.
 */
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import { conditionOf, putCondition, withoutCondition } from '../condition.ts';
import type { Client } from '../controller.ts';
import { since } from '../times.ts';
import { askedOf, maxUnavailable } from './revision.ts';

const NEVER = 2 ** 31 - 1;

export const hasDeadline = ({ spec }: Deployment): boolean => spec!.progressDeadlineSeconds !== undefined && spec!.progressDeadlineSeconds !== NEVER;

/** A condition of this moment. */
export const condition = (client: Client, type: string, status: string, reason: string, message: string): DeploymentCondition => ({
  type, status, reason, message, lastUpdateTime: client.stamp, lastTransitionTime: client.stamp,
});

const sum = (sets: readonly (ReplicaSet | undefined)[], count: (status: NonNullable<ReplicaSet['status']>) => number | undefined): number =>
  sets.reduce((n, set) => n + ((set?.status && count(set.status)) ?? 0), 0);

/** The counts and the Available condition; the other conditions as they are. */
export function countedStatus(deployment: Deployment, sets: readonly ReplicaSet[], fresh: ReplicaSet | undefined, client: Client): DeploymentStatus {
  const old = deployment.status;
  const available = sum(sets, (s) => s.availableReplicas);
  const enough = available >= deployment.spec!.replicas! - maxUnavailable(deployment);
  const conditions = putCondition(old?.conditions, enough
    ? condition(client, 'Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
    : condition(client, 'Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'));
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: sum(sets, (s) => s.replicas),
    updatedReplicas: sum([fresh], (s) => s.replicas),
    readyReplicas: sum(sets, (s) => s.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, askedOf(sets) - available),
    terminatingReplicas: sum(sets, (s) => s.terminatingReplicas),
    ...(old?.collisionCount !== undefined && { collisionCount: old.collisionCount }),
    conditions,
  };
}

/** Everything is new, there and available. */
export const isComplete = ({ spec, metadata }: Deployment, status: DeploymentStatus = {}): boolean =>
  (status.updatedReplicas ?? 0) === spec!.replicas && (status.replicas ?? 0) === spec!.replicas
  && (status.availableReplicas ?? 0) === spec!.replicas && (status.observedGeneration ?? 0) >= metadata.generation!;

function progresses(old: DeploymentStatus = {}, now: DeploymentStatus): boolean {
  const n = (value: number | undefined): number => value ?? 0;
  return n(now.updatedReplicas) > n(old.updatedReplicas)
    || n(now.replicas) - n(now.updatedReplicas) < n(old.replicas) - n(old.updatedReplicas)
    || n(now.readyReplicas) > n(old.readyReplicas)
    || n(now.availableReplicas) > n(old.availableReplicas);
}

function timedOut(deployment: Deployment, progressing: DeploymentCondition | undefined, client: Client): boolean {
  if (!progressing || progressing.reason === 'NewReplicaSetAvailable') return false;
  return progressing.reason === 'ProgressDeadlineExceeded' || since(progressing.lastUpdateTime, client) > deployment.spec!.progressDeadlineSeconds! * 1000;
}

/** Counts, progress and failures; writes them when they changed, else says when to look whether the deadline has passed. */
export function syncStatus(deployment: Deployment, sets: readonly ReplicaSet[], fresh: ReplicaSet | undefined, client: Client): number | undefined {
  const status = countedStatus(deployment, sets, fresh, client);
  let conditions = status.conditions!;
  if (!hasDeadline(deployment)) conditions = withoutCondition(conditions, 'Progressing');
  const current = conditionOf(deployment.status?.conditions, 'Progressing');
  const done = status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable';
  if (hasDeadline(deployment) && !done) {
    const who = fresh ? `ReplicaSet "${fresh.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
    if (isComplete(deployment, status)) {
      conditions = putCondition(conditions, condition(client, 'Progressing', 'True', 'NewReplicaSetAvailable', `${who} has successfully progressed.`));
    } else if (progresses(deployment.status, status)) {
      const next = condition(client, 'Progressing', 'True', 'ReplicaSetUpdated', `${who} is progressing.`);
      conditions = [...withoutCondition(conditions, 'Progressing'), current?.status === 'True' ? { ...next, lastTransitionTime: current.lastTransitionTime } : next];
    } else if (timedOut(deployment, conditionOf(conditions, 'Progressing'), client)) {
      conditions = putCondition(conditions, condition(client, 'Progressing', 'False', 'ProgressDeadlineExceeded', `${who} has timed out progressing.`));
    }
  }
  const failure = [fresh, ...sets].map((set) => conditionOf(set?.status?.conditions, 'ReplicaFailure')).find((c) => c);
  conditions = failure ? putCondition(conditions, { ...failure, lastUpdateTime: failure.lastTransitionTime }) : withoutCondition(conditions, 'ReplicaFailure');
  const next = { ...status, conditions };
  if (!alike(next, deployment.status)) {
    client.updateStatus({ ...deployment, status: next });
    return undefined;
  }
  if (!hasDeadline(deployment) || !current || isComplete(deployment, status) || current.reason === 'ProgressDeadlineExceeded') return undefined;
  const left = deployment.spec!.progressDeadlineSeconds! * 1000 - since(current.lastUpdateTime, client);
  return left < 1000 ? Math.max(left + 1, 5) : left + 1000;
}
