/**
 * Watches over the nodes: who has stopped renewing its lease, and the taints that tell of a node's conditions.
 * Stands for pkg/controller/nodelifecycle.
 * Unlike Kubernetes: all nodes count as one zone.
 */
import { parseRfc3339 } from '../../../sim/date.ts';
import type { Lease, Node, NodeCondition, Pod, Taint } from '../../kinds/types.ts';
import { conditionOf } from '../condition.ts';
import type { Client, Controller } from '../controller.ts';
import { isLive, LEASES, NODE_LEASES } from '../lease.ts';
import { quietly } from '../owner.ts';
import { NOT_READY, sameTaint, UNREACHABLE, UNSCHEDULABLE } from '../taint.ts';
import { sooner, unixNow } from '../times.ts';

/** The controller looks at its nodes so often, in milliseconds. */
const PERIOD = 5000;
const GRACE = 50_000;
const STARTUP_GRACE = 60_000;
/** At most one node in so many milliseconds is given up. */
const BETWEEN_EVICTIONS = 10_000;
/** From this share of nodes that are not ready on, nobody is evicted in a small cluster. */
const DISRUPTED = 0.55;

/** What a condition with a status means as a taint. */
const TAINTS: Readonly<Record<string, string>> = {
  'Ready False': NOT_READY, 'Ready Unknown': UNREACHABLE, 'MemoryPressure True': 'node.kubernetes.io/memory-pressure', 'DiskPressure True': 'node.kubernetes.io/disk-pressure',
  'NetworkUnavailable True': 'node.kubernetes.io/network-unavailable', 'PIDPressure True': 'node.kubernetes.io/pid-pressure',
};
const OWN = new Set([...Object.values(TAINTS), UNSCHEDULABLE]);
const CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** Adds and takes away taints in one write; the node as it is then. */
function swap(node: Node, add: readonly Taint[], remove: readonly Taint[], client: Client): Node {
  const old = node.spec?.taints ?? [];
  const kept = old.filter((t) => !remove.some((r) => sameTaint(r, t)) && !add.some((a) => sameTaint(a, t)));
  const fresh = add.map((t) => old.find((o) => sameTaint(o, t)) ?? { ...t, timeAdded: client.stamp });
  if (kept.length + fresh.length === old.length && fresh.every((t) => old.includes(t))) return node;
  const taints = [...kept, ...fresh];
  return client.patch('nodes', undefined, node.metadata.name, { spec: { taints: taints.length ? taints : null } }) as Node;
}

/** NoSchedule taints as the conditions and the cordon want them. */
function taintByConditions(node: Node, client: Client): Node {
  const wanted = (node.status?.conditions ?? []).map((c) => TAINTS[`${c.type} ${c.status}`]).filter((key) => key !== undefined);
  if (node.spec?.unschedulable) wanted.push(UNSCHEDULABLE);
  const add = wanted.map((key) => ({ key, effect: 'NoSchedule' }));
  const remove = (node.spec?.taints ?? []).filter((t) => t.effect === 'NoSchedule' && OWN.has(t.key!) && !wanted.includes(t.key!));
  return swap(node, add, remove, client);
}

/** When the node gave its last sign of life, in Unix milliseconds, and whether it goes on giving them. */
function lastSign(node: Node, client: Client): { at: number; live: boolean; grace: number } {
  const ready = conditionOf(node.status?.conditions, 'Ready');
  const lease = client.get<Lease>(LEASES, NODE_LEASES, node.metadata.name);
  const times = [lease?.spec?.renewTime, ready?.lastHeartbeatTime, ready ? undefined : node.metadata.creationTimestamp].map((t) => parseRfc3339(t ?? '') ?? 0);
  return { at: Math.max(...times), live: isLive(lease), grace: ready ? GRACE : STARTUP_GRACE };
}

function giveUp(node: Node, client: Client): Node {
  const old = node.status?.conditions ?? [];
  const conditions: NodeCondition[] = old.map((c) => (!CONDITIONS.includes(c.type!) || c.status === 'Unknown' ? c
    : { ...c, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: client.stamp }));
  for (const type of CONDITIONS) {
    if (!conditionOf(old, type)) conditions.push({ type, status: 'Unknown', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.', lastHeartbeatTime: node.metadata.creationTimestamp, lastTransitionTime: client.stamp });
  }
  const wasReady = conditionOf(old, 'Ready')?.status === 'True';
  const next = client.updateStatus({ ...node, status: { ...node.status, conditions } });
  if (wasReady) {
    client.event(nodeRef(node), 'Normal', 'NodeNotReady', `Node ${node.metadata.name} status is now: NodeNotReady`);
    for (const pod of client.podsOn<Pod>(node.metadata.name)) {
      const ready = conditionOf(pod.status?.conditions, 'Ready');
      if (ready?.status !== 'True') continue;
      const off = pod.status!.conditions!.map((c) => (c === ready ? { ...c, status: 'False', lastTransitionTime: client.stamp } : c));
      quietly(() => client.updateStatus({ ...pod, status: { ...pod.status, conditions: off } }));
      client.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    }
  }
  return next;
}

/** A node as this controller's Events name it. */
const nodeRef = (node: Node): Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: node.metadata.name, uid: node.metadata.uid! } });

/** The next look of a controller that looks every `PERIOD`, at or after `ms` from now. */
const nextLook = (ms: number, now: number): number => Math.ceil((now + Math.max(0, ms)) / PERIOD) * PERIOD - now;

const isUp = (node: Node): boolean => conditionOf(node.status?.conditions, 'Ready')?.status === 'True';

/** Whether so many nodes are down that it is rather the controller that is cut off. */
function disrupted(client: Client): boolean {
  const nodes = client.list<Node>('nodes').filter((n) => n.metadata.labels?.['node.kubernetes.io/exclude-disruption'] === undefined);
  const down = nodes.filter((n) => !isUp(n)).length;
  return down === nodes.length || (down > 2 && down / nodes.length >= DISRUPTED);
}

export function createNodeLifecycle(): Controller {
  const known = new Map<string, Node>();
  let lastEviction = -Infinity;

  /** NoExecute taints: one node after the other, none when all are down. */
  function evict(node: Node, client: Client): number | undefined {
    const ready = conditionOf(node.status?.conditions, 'Ready');
    const [notReady, unreachable] = [{ key: NOT_READY, effect: 'NoExecute' }, { key: UNREACHABLE, effect: 'NoExecute' }];
    if (!ready) return undefined;
    if (ready.status === 'True') {
      swap(node, [], [notReady, unreachable], client);
      return undefined;
    }
    const [add, remove] = ready.status === 'False' ? [notReady, unreachable] : [unreachable, notReady];
    const has = (taint: Taint): boolean => !!node.spec?.taints?.some((t) => sameTaint(t, taint));
    if (has(add)) return undefined;
    if (!has(remove)) {
      if (disrupted(client)) return PERIOD;
      const left = lastEviction + BETWEEN_EVICTIONS - client.now;
      if (left > 0) return left;
      lastEviction = client.now;
    }
    swap(node, [add], [remove], client);
    return undefined;
  }

  return {
    name: 'node-controller',
    user: 'system:serviceaccount:kube-system:node-controller',
    watches: {
      nodes: (node, _read, change) => {
        const [before, now] = [change?.before as Node | undefined, change?.now as Node | undefined];
        return before && now && before.spec === now.spec && before.metadata.labels === now.metadata.labels && before.status?.conditions === now.status?.conditions ? [] : [node.metadata.name];
      },
      [LEASES]: (lease) => (lease.metadata.namespace === NODE_LEASES ? [lease.metadata.name] : []),
    },
    reconcile(name, client) {
      let node = client.get<Node>('nodes', undefined, name);
      const old = known.get(name);
      if (!node || (old && old.metadata.uid !== node.metadata.uid)) {
        if (old) client.event(nodeRef(old), 'Normal', 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
        known.delete(name);
        if (!node) return undefined;
      }
      if (!known.has(name)) client.event(nodeRef(node), 'Normal', 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
      known.set(name, node);
      const { at, live, grace } = lastSign(node, client);
      let again: number | undefined;
      if (!live) {
        const seen = Math.ceil((at - unixNow(client) + client.now) / PERIOD) * PERIOD;
        if (client.now > seen + grace) node = giveUp(node, client);
        else again = nextLook(seen + grace + 1 - client.now, client.now);
      }
      node = taintByConditions(node, client);
      return sooner(again, evict(node, client));
    },
  };
}
