/**
 * Which Pods of a DaemonSet come and go: one per node, and node after node to a new template.
 * Stands for manage and rollingUpdate of pkg/controller/daemon.
 */
import type { DaemonSet, Node, Pod } from '../../kinds/types.ts';
import type { Backoff } from '../backoff.ts';
import type { Client } from '../controller.ts';
import { isAvailable, isReady } from '../pods.ts';
import { share } from '../share.ts';
import { sooner, unixNow } from '../times.ts';
import { belongs, isUpdated } from './fit.ts';

/** What is to be done: nodes that need a Pod, Pods to delete, and when to look again. */
export interface Plan {
  readonly create: string[];
  readonly remove: Pod[];
  again?: number | undefined;
}

/** A DaemonSet with its Pods by node. */
export interface Daemons {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  readonly pods: ReadonlyMap<string, readonly Pod[]>;
  readonly hash: string;
  readonly client: Client;
  readonly backoff: Backoff;
}

/** Those with a node first, then the older ones. */
export const bySeniority = (a: Pod, b: Pod): number => {
  if (!a.spec!.nodeName !== !b.spec!.nodeName) return a.spec!.nodeName ? -1 : 1;
  const [x, y] = [a.metadata.creationTimestamp!, b.metadata.creationTimestamp!];
  return x !== y ? (x < y ? -1 : 1) : a.metadata.name < b.metadata.name ? -1 : 1;
};

const surges = ({ spec }: DaemonSet): boolean => spec!.updateStrategy?.type === 'RollingUpdate' && share(spec!.updateStrategy.rollingUpdate?.maxSurge, 100, true) > 0;

/** The Pods of a node that go on; ended ones are put on the plan to be replaced, failed ones with back-off. */
function living({ set, client, backoff }: Daemons, node: string, pods: readonly Pod[], plan: Plan): readonly Pod[] {
  const out: Pod[] = [];
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp) continue;
    const { namespace, name } = pod.metadata;
    if (pod.status?.phase === 'Failed') {
      const key = `${set.metadata.uid}/${set.status?.observedGeneration ?? 0}/${node}`;
      const left = backoff.left(key, client.now);
      if (left > 0) {
        plan.again = sooner(plan.again, left);
        continue;
      }
      backoff.next(key, client.now);
      client.event(set, 'Warning', 'FailedDaemonPod', `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`);
      plan.remove.push(pod);
    } else if (pod.status?.phase === 'Succeeded') {
      client.event(set, 'Normal', 'SucceededDaemonPod', `Found succeeded daemon pod ${namespace}/${name} on node ${node}, will try to delete it`);
      plan.remove.push(pod);
    } else out.push(pod);
  }
  return out;
}

/** One Pod on each node where one belongs, none elsewhere. */
export function place(daemons: Daemons): Plan {
  const { set, nodes, pods, hash, client } = daemons;
  const plan: Plan = { create: [], remove: [] };
  for (const node of nodes) {
    const { run, stay } = belongs(set, node);
    const here = pods.get(node.metadata.name);
    if (run && !here) plan.create.push(node.metadata.name);
    else if (stay && here) {
      const running = [...living(daemons, node.metadata.name, here, plan)].sort(bySeniority);
      if (!surges(set)) plan.remove.push(...running.slice(1));
      else if (running.length === 0) {
        if (run) plan.create.push(node.metadata.name);
      } else {
        const fresh = running.find((pod) => pod.metadata.labels?.['controller-revision-hash'] === hash);
        const stale = running.find((pod) => pod.metadata.labels?.['controller-revision-hash'] !== hash);
        if (running.length > 1) plan.remove.push(...running.filter((pod) => pod !== fresh && pod !== stale));
        if (fresh && stale && (!isReady(stale) || isAvailable(fresh, set.spec!.minReadySeconds, unixNow(client)))) plan.remove.push(stale);
      }
    } else if (!stay && here) plan.remove.push(...here.filter((pod) => !pod.metadata.deletionTimestamp));
  }
  const known = new Set(nodes.map((node) => node.metadata.name));
  for (const [node, here] of pods) if (!known.has(node)) plan.remove.push(...here.filter((pod) => !pod.spec!.nodeName));
  return plan;
}

/** The newer and the older Pod of a node; undefined when there are more of one sort. */
function pair({ set, hash }: Daemons, pods: readonly Pod[]): { fresh?: Pod; stale?: Pod } | undefined {
  let fresh: Pod | undefined;
  let stale: Pod | undefined;
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp) continue;
    if (isUpdated(set, pod, hash)) {
      if (fresh) return undefined;
      fresh = pod;
    } else {
      if (stale) return undefined;
      stale = pod;
    }
  }
  return { ...(fresh && { fresh }), ...(stale && { stale }) };
}

/** The next step of a rolling update. */
export function advance(daemons: Daemons): Plan {
  const { set, nodes, client } = daemons;
  const { rollingUpdate } = set.spec!.updateStrategy!;
  const wanted = nodes.filter((node) => belongs(set, node).run);
  const surge = share(rollingUpdate?.maxSurge, wanted.length, true);
  const unavailable = share(rollingUpdate?.maxUnavailable ?? 1, wanted.length, true) || (surge === 0 && wanted.length > 0 ? 1 : 0);
  const unix = unixNow(client);
  const available = (pod: Pod): boolean => isAvailable(pod, set.spec!.minReadySeconds, unix);
  const byNode = new Map<string, readonly Pod[]>([...daemons.pods, ...wanted.filter((n) => !daemons.pods.has(n.metadata.name)).map((n) => [n.metadata.name, []] as const)]);
  return surge === 0 ? replaceInPlace(daemons, byNode, unavailable, available) : replaceBeside(daemons, byNode, surge, wanted, available);
}

function replaceInPlace(daemons: Daemons, byNode: ReadonlyMap<string, readonly Pod[]>, most: number, available: (pod: Pod) => boolean): Plan {
  let missing = 0;
  const sick: Pod[] = [];
  const candidates: Pod[] = [];
  for (const pods of byNode.values()) {
    const two = pair(daemons, pods);
    if (!two || !two.fresh === !two.stale) missing++;
    else if (two.fresh) missing += available(two.fresh) ? 0 : 1;
    else if (!available(two.stale!)) {
      sick.push(two.stale!);
      missing++;
    } else candidates.push(two.stale!);
  }
  return { create: [], remove: [...sick, ...candidates.slice(0, Math.max(0, most - missing))] };
}

function replaceBeside(daemons: Daemons, byNode: ReadonlyMap<string, readonly Pod[]>, most: number, wanted: readonly Node[], available: (pod: Pod) => boolean): Plan {
  const here = new Set(wanted.map((node) => node.metadata.name));
  const remove: Pod[] = [];
  const misplaced: Pod[] = [];
  const urgent: string[] = [];
  const candidates: string[] = [];
  let surging = 0;
  let healthy = 0;
  for (const [node, pods] of byNode) {
    const two = pair(daemons, pods);
    if (!two) {
      surging++;
      continue;
    }
    const { fresh, stale } = two;
    if (stale ? available(stale) : fresh && available(fresh)) healthy++;
    if (!stale) continue;
    if (fresh) {
      if (available(fresh)) remove.push(stale);
      else surging++;
    } else if (!available(stale)) {
      if (here.has(node)) urgent.push(node);
      else remove.push(stale);
    } else if (here.has(node)) candidates.push(node);
    else misplaced.push(stale);
  }
  remove.push(...misplaced.slice(0, Math.max(0, healthy - wanted.length)));
  return { create: [...urgent, ...candidates.slice(0, Math.max(0, most - surging))], remove };
}
