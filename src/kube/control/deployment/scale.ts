/**
 * How many Pods each ReplicaSet of a Deployment should have: rolling forward, recreating, and scaling in proportion.
 * Stands for pkg/controller/deployment/rolling.go, recreate.go and the scaling in sync.go.
 */
import type { Deployment, Pod, ReplicaSet } from '../../kinds/types.ts';
import type { Client } from '../controller.ts';
import { isTerminal } from '../pods.ts';
import { share } from '../share.ts';
import { activeOf, askedOf, byAge, DESIRED, isRolling, maxSurge, maxUnavailable, MOST, replicasOf, sizeAnnotations } from './revision.ts';

/** Sets the size of a ReplicaSet and says so; `scaled` tells whether the size changed. */
export function resize(deployment: Deployment, set: ReplicaSet, size: number, client: Client, force = false): { scaled: boolean; set: ReplicaSet } {
  const old = replicasOf(set);
  if (!force && old === size) return { scaled: false, set };
  const annotations = sizeAnnotations(deployment);
  const marked = set.metadata.annotations;
  if (old === size && marked?.[DESIRED] === annotations[DESIRED] && marked?.[MOST] === annotations[MOST]) return { scaled: false, set };
  const next = client.update({ ...set, metadata: { ...set.metadata, annotations: { ...marked, ...annotations } }, spec: { ...set.spec, replicas: size } });
  if (old === size) return { scaled: false, set: next };
  client.event(deployment, 'Normal', 'ScalingReplicaSet', `Scaled ${old < size ? 'up' : 'down'} replica set ${set.metadata.name} from ${old} to ${size}`);
  return { scaled: true, set: next };
}

/** How large the new set should be now, next to what else there is. */
export function newSize(deployment: Deployment, others: readonly ReplicaSet[], own: number): number {
  const wanted = deployment.spec!.replicas!;
  if (!isRolling(deployment)) return wanted;
  const most = wanted + share(deployment.spec!.strategy!.rollingUpdate?.maxSurge, wanted, true);
  const there = askedOf(others) + own;
  return there >= most ? own : own + Math.min(most - there, wanted - own);
}

/** A step of a rolling update; the sets as they are after it. */
export function roll(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[], client: Client): { scaled: boolean; fresh: ReplicaSet; old: readonly ReplicaSet[] } {
  const wanted = deployment.spec!.replicas!;
  if (replicasOf(fresh) !== wanted) {
    const size = replicasOf(fresh) > wanted ? wanted : newSize(deployment, old, replicasOf(fresh));
    const { scaled, set } = resize(deployment, fresh, size, client);
    if (scaled) return { scaled, fresh: set, old };
  }
  const least = wanted - maxUnavailable(deployment);
  const missing = replicasOf(fresh) - (fresh.status?.availableReplicas ?? 0);
  let spare = askedOf(old) + replicasOf(fresh) - least - missing;
  if (askedOf(old) === 0 || spare <= 0) return { scaled: false, fresh, old };
  const sets = [...old].sort(byAge);
  let scaled = false;
  const shrink = (i: number, by: number): void => {
    sets[i] = resize(deployment, sets[i]!, replicasOf(sets[i]!) - by, client).set;
    scaled ||= by > 0;
  };
  sets.forEach((set, i) => {
    const sick = Math.min(spare, replicasOf(set) - (set.status?.availableReplicas ?? 0));
    if (sick <= 0) return;
    shrink(i, sick);
    spare -= sick;
  });
  const available = [...sets, fresh].reduce((n, set) => n + (set.status?.availableReplicas ?? 0), 0);
  // Statuses may be behind what has just been scaled down; Kubernetes takes the risk, here the roll-out keeps its promise.
  let most = Math.min(available - least, spare);
  sets.forEach((set, i) => {
    const by = Math.min(most, replicasOf(set));
    if (by <= 0) return;
    shrink(i, by);
    most -= by;
  });
  return { scaled, fresh, old: sets };
}

/** Do Pods of older sets still run? The Recreate strategy waits for them. */
export function oldPodsRun(fresh: ReplicaSet | undefined, sets: readonly ReplicaSet[], client: Client): boolean {
  return sets.some((set) => set !== fresh && ((set.status?.replicas ?? 0) > 0 || client.ownedBy<Pod>('pods', set.metadata.uid!).some((pod) => !isTerminal(pod))));
}

/** The share of `add` Pods (fewer than none when shrinking) that falls to one set. */
function portion(deployment: Deployment, set: ReplicaSet, add: number, added: number): number {
  const size = replicasOf(set);
  if (size === 0 || add === 0 || add === added) return 0;
  let part = -size;
  if (deployment.spec!.replicas! > 0) {
    const before = Number(set.metadata.annotations?.[MOST] ?? 0) || (deployment.status?.replicas ?? 0);
    const exact = before === 0 ? size : (size * (deployment.spec!.replicas! + maxSurge(deployment))) / before;
    part = (exact < 0 ? Math.ceil(exact - 0.5) : Math.floor(exact + 0.5)) - size;
  }
  return add > 0 ? Math.min(part, add - added) : Math.max(part, add - added);
}

/** Follows a changed number of replicas: the one active set alone, or several in proportion. */
export function rescale(deployment: Deployment, fresh: ReplicaSet | undefined, old: readonly ReplicaSet[], client: Client): void {
  const wanted = deployment.spec!.replicas!;
  const all = [...[...old].sort(byAge).reverse(), ...(fresh ? [fresh] : [])];
  const active = activeOf(all);
  if (active.length <= 1) {
    const only = active[0] ?? fresh ?? all[0];
    if (only) resize(deployment, only, wanted, client);
    return;
  }
  const saturated = fresh && replicasOf(fresh) === wanted && Number(fresh.metadata.annotations?.[DESIRED]) === wanted && (fresh.status?.availableReplicas ?? 0) === wanted;
  if (saturated) {
    for (const set of activeOf(old)) resize(deployment, set, 0, client);
    return;
  }
  if (!isRolling(deployment)) return;
  const add = (wanted > 0 ? wanted + maxSurge(deployment) : 0) - askedOf(active);
  const order = [...active].sort((a, b) => replicasOf(b) - replicasOf(a) || (add > 0 ? byAge(b, a) : add < 0 ? byAge(a, b) : 0));
  let added = 0;
  const sizes = order.map((set) => {
    const part = portion(deployment, set, add, added);
    added += part;
    return replicasOf(set) + part;
  });
  if (add !== 0) sizes[0] = Math.max(0, sizes[0]! + add - added);
  order.forEach((set, i) => resize(deployment, set, sizes[i]!, client, true));
}
