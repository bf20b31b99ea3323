/**
 * Runs one Pod of a DaemonSet on every node where it belongs.
 * Stands for pkg/controller/daemon.
 */
import type { KubeObject } from '../../api/wire.ts';
import type { ControllerRevision, DaemonSet, DaemonSetStatus, Node, Pod } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import { Backoff } from '../backoff.ts';
import type { ApiError, Client, Controller } from '../controller.ts';
import { templateHash } from '../hash.ts';
import { forgetOld, HASH, isOf, nextRevision, REVISIONS, revisionsOf, writeRevision } from '../history.ts';
import { claim, keyOf, Orphans, owned, split } from '../owner.ts';
import { isAvailable, isReady, isTerminal, nextAvailable } from '../pods.ts';
import { podMatters } from '../replicaset.ts';
import { matches, selectsAll } from '../selector.ts';
import { sooner, unixNow } from '../times.ts';
import { createPod, deletePod, isTerminatingNamespace, slowStart } from '../workload.ts';
import { belongs, daemonPod, isUpdated, targetOf } from './fit.ts';
import { advance, bySeniority, place, type Daemons, type Plan } from './rollout.ts';

const SETS = 'daemonsets.apps';
/** At most so many Pods are made or deleted at once. */
const BURST = 250;

function byNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const map = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = targetOf(pod);
    if (node === undefined || (isTerminal(pod) && pod.metadata.deletionTimestamp)) continue;
    const here = map.get(node);
    if (here) here.push(pod);
    else map.set(node, [pod]);
  }
  return map;
}

function carryOut({ set, hash, client }: Daemons, { create, remove }: Plan): void {
  const nodes = create.slice(0, BURST);
  let i = 0;
  let failed: ApiError | undefined = slowStart(nodes.length, () => {
    try {
      createPod(client, daemonPod(set, nodes[i++]!, hash), set);
    } catch (error) {
      if (!isTerminatingNamespace(error)) throw error;
    }
  });
  for (const pod of remove.slice(0, BURST)) {
    try {
      deletePod(client, pod, set);
    } catch (error) {
      failed ??= error as ApiError;
    }
  }
  if (failed) throw failed;
}

function statusOf({ set, nodes, pods, hash, client }: Daemons): DaemonSetStatus {
  const count = { desired: 0, current: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 };
  for (const node of nodes) {
    const here = pods.get(node.metadata.name) ?? [];
    if (!belongs(set, node).run) {
      if (here.length) count.misscheduled++;
      continue;
    }
    count.desired++;
    const pod = [...here].sort(bySeniority)[0];
    if (!pod) continue;
    count.current++;
    if (isReady(pod)) count.ready++;
    if (isAvailable(pod, set.spec!.minReadySeconds, unixNow(client))) count.available++;
    if (isUpdated(set, pod, hash)) count.updated++;
  }
  return {
    ...(set.status?.collisionCount !== undefined && { collisionCount: set.status.collisionCount }),
    currentNumberScheduled: count.current, numberMisscheduled: count.misscheduled, desiredNumberScheduled: count.desired, numberReady: count.ready,
    observedGeneration: set.metadata.generation, updatedNumberScheduled: count.updated, numberAvailable: count.available, numberUnavailable: count.desired - count.available,
  };
}

/** The revision of the present template, made when it is new, and the others. */
function revisions(set: DaemonSet, client: Client, orphans: Orphans): { current: ControllerRevision; old: readonly ControllerRevision[] } {
  const all = revisionsOf(set, client, orphans);
  const old = all.filter((r) => !isOf(set, r));
  const number = nextRevision(old);
  const found = all.filter((r) => isOf(set, r)).at(-1);
  if (!found) return { current: writeRevision(set, templateHash(set.spec!.template!, set.status?.collisionCount), number, HASH, client), old };
  return { current: (found.revision ?? 0) < number ? client.update({ ...found, revision: number }) : found, old };
}

function sync(set: DaemonSet, client: Client, orphans: { pods: Orphans<Pod>; revisions: Orphans }, backoff: Backoff): number | undefined {
  const { current, old } = revisions(set, client, orphans.revisions);
  const hash = current.metadata.labels?.[HASH] ?? '';
  const claimed = (): readonly Pod[] => claim(client, {
    owner: set, resource: 'pods', candidates: [...client.ownedBy<Pod>('pods', set.metadata.uid!), ...orphans.pods.of(set.metadata.namespace!, client)],
    matches: (pod) => matches(set.spec!.selector, pod.metadata.labels),
  });
  const nodes = client.list<Node>('nodes');
  const look = (): Daemons => ({ set, nodes, pods: byNode(claimed()), hash, client, backoff });
  let failed: unknown;
  let again: number | undefined;
  try {
    const plan = place(look());
    ({ again } = plan);
    carryOut(look(), plan);
    if (plan.create.length + plan.remove.length === 0 && set.spec!.updateStrategy?.type === 'RollingUpdate') carryOut(look(), advance(look()));
    forgetOld(old, set.spec!.revisionHistoryLimit ?? 10, new Set(claimed().map((pod) => pod.metadata.labels?.[HASH])), client);
  } catch (error) {
    failed = error;
  }
  const daemons = look();
  const status = statusOf(daemons);
  if (!alike(status, set.status)) client.updateStatus({ ...set, status });
  if (failed) throw failed;
  if (set.spec!.minReadySeconds && status.numberReady !== status.numberAvailable) {
    again = sooner(again, nextAvailable([...daemons.pods.values()].flat(), set.spec!.minReadySeconds, unixNow(client)));
  }
  return again;
}

/** DaemonSets that want something else of a node than before. */
function concerned(before: Node | undefined, now: Node | undefined, sets: readonly DaemonSet[]): readonly string[] {
  if (before && now && before.metadata.labels === now.metadata.labels && before.spec === now.spec) return [];
  const nothing = { run: false, stay: false };
  return sets.filter((set) => !alike(before ? belongs(set, before) : nothing, now ? belongs(set, now) : nothing) || (set.status?.numberMisscheduled ?? 0) > 0).map(keyOf);
}

export function createDaemonSetController(): Controller {
  const orphans = { pods: new Orphans<Pod>('pods'), revisions: new Orphans(REVISIONS) };
  const backoff = new Backoff(1000, 15 * 60_000);
  return {
    name: 'daemonset-controller',
    user: 'system:serviceaccount:kube-system:daemon-set-controller',
    watches: {
      [SETS]: 'self',
      [REVISIONS]: owned('DaemonSet', SETS, orphans.revisions),
      pods: owned('DaemonSet', SETS, orphans.pods as Orphans, (a: KubeObject, b: KubeObject) => podMatters(a, b) || (a as Pod).spec?.nodeName !== (b as Pod).spec?.nodeName),
      nodes: (_node, read, change) => (change ? concerned(change.before as Node | undefined, change.now as Node | undefined, read.list<DaemonSet>(SETS)) : []),
    },
    reconcile(key, client) {
      const [namespace, name] = split(key);
      const set = client.get<DaemonSet>(SETS, namespace, name);
      if (!set) return undefined;
      if (selectsAll(set.spec!.selector)) {
        client.event(set, 'Warning', 'SelectingAll', 'This daemon set is selecting all pods. A non-empty selector is required.');
        return undefined;
      }
      return set.metadata.deletionTimestamp ? undefined : sync(set, client, orphans, backoff);
    },
  };
}
