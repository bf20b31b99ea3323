/**
 * One try to place a Pod: the Pod, the nodes, and what plugins work out beforehand.
 * Stands for the CycleState of the scheduling framework.
 */
import type { Namespace, NodeSelectorTerm } from '../../kinds/types.ts';
import type { Client } from '../controller.ts';
import { termMatches, type Labels } from '../selector.ts';
import type { Cache } from './cache.ts';
import type { NodeInfo, PodInfo } from './node-info.ts';

/** Why a node will not do. `final`: taking other Pods away would not help. */
export interface Refusal {
  readonly plugin: string;
  readonly reasons: readonly string[];
  readonly final: boolean;
}

/** A plugin's word on one node; undefined is yes. */
export type Filter = (cycle: Cycle, node: NodeInfo) => Refusal | undefined;

export class Cycle {
  readonly info: PodInfo;
  readonly cache: Cache;
  readonly client: Client;
  /** A node looked at with Pods taken away or put there: plugins that count use it instead of the one of that name. */
  instead: NodeInfo | undefined;
  private readonly states = new Map<string, unknown>();

  constructor(info: PodInfo, cache: Cache, client: Client) {
    this.info = info;
    this.cache = cache;
    this.client = client;
  }

  /** What a plugin has worked out for this try, made when first asked for. */
  state<T>(plugin: string, make: () => T): T {
    if (this.instead) return make();
    if (!this.states.has(plugin)) this.states.set(plugin, make());
    return this.states.get(plugin) as T;
  }

  /** All nodes, with the one that is looked at otherwise in its place. */
  get nodes(): readonly NodeInfo[] {
    const { instead } = this;
    return instead ? this.cache.nodes.map((node) => (node.name === instead.name ? instead : node)) : this.cache.nodes;
  }

  namespaceLabels = (namespace: string): Labels | undefined => this.client.get<Namespace>('namespaces', undefined, namespace)?.metadata.labels;
}

/** Do the Pod's node selector and required node affinity allow this node? */
export function nodeAffinityAllows({ pod }: PodInfo, { labels, name }: NodeInfo): boolean {
  const { nodeSelector, affinity } = pod.spec!;
  for (const key in nodeSelector) if (labels[key] !== nodeSelector[key]) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || (required.nodeSelectorTerms ?? []).some((term: NodeSelectorTerm) => termMatches(term, labels, name));
}
