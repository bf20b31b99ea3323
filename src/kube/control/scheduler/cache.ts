/**
 * All nodes with their Pods, and counts of Pods by selector that are kept rather than taken anew for every Pod.
 * Stands for pkg/scheduler/backend/cache.
 */
import type { Node, Pod } from '../../kinds/types.ts';
import { canonical } from '../hash.ts';
import { isTerminal } from '../pods.ts';
import { matches } from '../selector.ts';
import { NodeInfo, PodInfo } from './node-info.ts';

/** Pods of a namespace that match some selectors, counted by node. */
interface Count {
  readonly namespace: string;
  readonly selectors: readonly unknown[];
  readonly byNode: Map<string, number>;
}

const ZONE = 'topology.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';
/** Selectors whose counts are kept. */
const KEPT = 200;

export class Cache {
  private readonly byName = new Map<string, NodeInfo>();
  private readonly homes = new Map<string, string>();
  private readonly counts = new Map<string, Count>();
  /** Pods that have affinity terms of some kind, with their nodes. */
  readonly attracting = new Map<string, { readonly info: PodInfo; readonly node: string }>();
  readonly repelling = new Map<string, { readonly info: PodInfo; readonly node: string }>();
  private order: readonly NodeInfo[] | undefined;

  /** Nodes zone by zone in turn, in the order in which they came. */
  get nodes(): readonly NodeInfo[] {
    if (this.order) return this.order;
    const zones = new Map<string, NodeInfo[]>();
    for (const info of this.byName.values()) {
      const zone = `${info.labels[REGION] ?? ''}:${info.labels[ZONE] ?? ''}`;
      const there = zones.get(zone);
      if (there) there.push(info);
      else zones.set(zone, [info]);
    }
    const out: NodeInfo[] = [];
    const lists = [...zones.values()];
    for (let i = 0; out.length < this.byName.size; i++) for (const list of lists) if (list[i]) out.push(list[i]!);
    return (this.order = out);
  }

  node(name: string): NodeInfo | undefined {
    return this.byName.get(name);
  }

  setNode(node: Node): void {
    const known = this.byName.get(node.metadata.name);
    if (!known) this.byName.set(node.metadata.name, new NodeInfo(node));
    else known.set(node);
    this.order = undefined;
  }

  removeNode(name: string): void {
    const info = this.byName.get(name);
    if (!info) return;
    for (const key of [...info.pods.keys()]) this.forget(key);
    this.byName.delete(name);
    this.order = undefined;
  }

  /** A Pod as it is now: on a node and not ended, it counts there. True when that changed. */
  setPod(pod: Pod, key: string): boolean {
    const home = isTerminal(pod) ? undefined : pod.spec!.nodeName;
    const was = this.homes.get(key);
    if (was !== undefined) {
      const old = this.byName.get(was)?.pods.get(key);
      if (was === home && old && old.pod.spec === pod.spec && old.pod.metadata.labels === pod.metadata.labels && old.pod.metadata.deletionTimestamp === pod.metadata.deletionTimestamp
        && old.pod.status?.containerStatuses?.some((s) => s.allocatedResources) === pod.status?.containerStatuses?.some((s) => s.allocatedResources)) return false;
      this.forget(key);
    }
    if (!home) return was !== undefined;
    const node = this.byName.get(home);
    if (!node) return false;
    const info = new PodInfo(pod);
    node.add(info);
    this.homes.set(key, home);
    if (info.attracts) this.attracting.set(key, { info, node: home });
    if (info.antiAffinity.length) this.repelling.set(key, { info, node: home });
    this.tally(pod, home, 1);
    return true;
  }

  /** A Pod that is gone. True when it counted. */
  forget(key: string): boolean {
    const home = this.homes.get(key);
    if (home === undefined) return false;
    this.homes.delete(key);
    this.attracting.delete(key);
    this.repelling.delete(key);
    const info = this.byName.get(home)?.remove(key);
    if (info) this.tally(info.pod, home, -1);
    return true;
  }

  clear(): void {
    for (const map of [this.byName, this.homes, this.counts, this.attracting, this.repelling]) map.clear();
    this.order = undefined;
  }

  /** How many Pods of the namespace match all these selectors, by node; Pods being deleted do not count. */
  matching(namespace: string, selectors: readonly unknown[]): ReadonlyMap<string, number> {
    const key = `${namespace} ${selectors.map(canonical).join()}`;
    const known = this.counts.get(key);
    if (known) return known.byNode;
    const count: Count = { namespace, selectors, byNode: new Map() };
    if (this.counts.size >= KEPT) this.counts.delete(this.counts.keys().next().value!);
    this.counts.set(key, count);
    for (const node of this.byName.values()) for (const { pod } of node.pods.values()) tally(count, pod, node.name, 1);
    return count.byNode;
  }

  private tally(pod: Pod, node: string, by: 1 | -1): void {
    for (const count of this.counts.values()) tally(count, pod, node, by);
  }
}

function tally({ namespace, selectors, byNode }: Count, pod: Pod, node: string, by: 1 | -1): void {
  if (pod.metadata.namespace !== namespace || pod.metadata.deletionTimestamp || !selectors.every((s) => matches(s, pod.metadata.labels))) return;
  byNode.set(node, (byNode.get(node) ?? 0) + by);
}
