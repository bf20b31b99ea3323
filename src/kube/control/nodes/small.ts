/**
 * Small controllers of nodes and their Pods: Pod ranges, the ttl annotation, and Pods that nobody will ever clear away.
 * Stands for pkg/controller/nodeipam, ttl and podgc.
 */
import type { Node, Pod, PodCondition } from '../../kinds/types.ts';
import { setCondition } from '../condition.ts';
import type { Client, Controller } from '../controller.ts';
import { quietly } from '../owner.ts';
import { isTerminal } from '../pods.ts';

/** Gives every node a /24 of the Pods' range (`10.244.0.0/16`). */
export const createNodeIpam = (range: string): Controller => ({
  name: 'node-ipam-controller',
  user: 'system:serviceaccount:kube-system:node-controller',
  watches: { nodes: (node, _read, change) => (change && (!change.now || change.before) ? [] : [node.metadata.name]) },
  reconcile(name, client) {
    const node = client.get<Node>('nodes', undefined, name);
    if (!node || node.spec?.podCIDR) return;
    const taken = new Set(client.list<Node>('nodes').map((n) => n.spec?.podCIDR));
    const prefix = range.split('.').slice(0, 2).join('.');
    for (let i = 0; i < 256; i++) {
      const podCIDR = `${prefix}.${i}.0/24`;
      if (taken.has(podCIDR)) continue;
      client.patch('nodes', undefined, name, { spec: { podCIDR, podCIDRs: [podCIDR] } });
      return;
    }
    client.event(node, 'Normal', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`);
  },
});

const TTL = 'node.alpha.kubernetes.io/ttl';

/** How long kubelets may keep what they know of secrets and config maps: the more nodes, the longer. */
export const createTtlController = (): Controller => ({
  name: 'ttl-controller',
  user: 'system:serviceaccount:kube-system:ttl-controller',
  watches: { nodes: (node, _read, change) => (!change || (change.now && !change.before) ? [node.metadata.name] : []) },
  reconcile(name, client) {
    const node = client.get<Node>('nodes', undefined, name);
    if (!node) return;
    const count = client.list('nodes').length;
    const ttl = String(count <= 100 ? 0 : count <= 500 ? 15 : count <= 1000 ? 30 : count <= 2000 ? 60 : 300);
    if (node.metadata.annotations?.[TTL] !== ttl) client.patch('nodes', undefined, name, { metadata: { annotations: { [TTL]: ttl } } });
  },
});

/** So many ended Pods are kept. */
const KEPT = 12_500;
/** How often the collector comes by, and how long a vanished node is waited for, in milliseconds. */
const ROUND = 20_000;
const QUARANTINE = 40_000;

function clearAway(pod: Pod, client: Client, condition?: PodCondition): void {
  const { namespace, name } = pod.metadata;
  if (!isTerminal(pod)) {
    const conditions = condition ? setCondition(pod.status?.conditions, condition) : pod.status?.conditions;
    quietly(() => client.patch('pods', namespace, name, { status: { phase: 'Failed', ...(conditions && { conditions }) } }, 'status'));
  }
  quietly(() => client.delete('pods', namespace, name, { gracePeriodSeconds: 0 }));
}

/** Deletes Pods of nodes that are gone, Pods that were deleted before they had a node, and too many ended ones. Keys are names of nodes, or `round`. */
export function createPodCollector(): Controller {
  const missing = new Map<string, number>();
  const toRound = (client: Client): number => ROUND - (client.now % ROUND);
  return {
    name: 'pod-garbage-collector-controller',
    user: 'system:serviceaccount:kube-system:pod-garbage-collector',
    watches: {
      nodes: (node, _read, change) => (change && !change.now ? [`node/${node.metadata.name}`] : []),
      pods: (object, read, change) => {
        const pod = (change ? change.now : object) as Pod | undefined;
        if (!pod) return [];
        const { nodeName } = pod.spec!;
        if (!nodeName) return pod.metadata.deletionTimestamp ? ['unscheduled'] : [];
        if (!read.get('nodes', undefined, nodeName)) return [`node/${nodeName}`];
        return isTerminal(pod) && (!change?.before || !isTerminal(change.before as Pod)) ? ['ended'] : [];
      },
    },
    reconcile(key, client) {
      if (key === 'unscheduled') {
        for (const pod of client.list<Pod>('pods')) if (!pod.spec!.nodeName && pod.metadata.deletionTimestamp) clearAway(pod, client);
        return undefined;
      }
      if (key === 'ended') {
        const ended = client.list<Pod>('pods').filter(isTerminal);
        const oldest = [...ended].sort((a, b) => (a.metadata.creationTimestamp! < b.metadata.creationTimestamp! ? -1 : a.metadata.creationTimestamp! > b.metadata.creationTimestamp! ? 1 : a.metadata.uid! < b.metadata.uid! ? -1 : 1));
        for (const pod of oldest.slice(0, Math.max(0, ended.length - KEPT))) clearAway(pod, client);
        return undefined;
      }
      const node = key.slice('node/'.length);
      if (client.get('nodes', undefined, node) || client.podsOn(node).length === 0) {
        missing.delete(node);
        return undefined;
      }
      const from = missing.get(node);
      if (from === undefined || client.now - from < QUARANTINE) {
        if (from === undefined) missing.set(node, client.now + toRound(client));
        return toRound(client);
      }
      const condition: PodCondition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists', lastTransitionTime: client.stamp };
      for (const pod of client.podsOn<Pod>(node)) clearAway(pod, client, condition);
      return undefined;
    },
  };
}
