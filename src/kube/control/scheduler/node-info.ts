/**
 * What the scheduler knows of a node and of the Pods on it, kept up to date change by change.
 * Stands for pkg/scheduler/framework's NodeInfo and PodInfo.
 */
import type { LabelSelector, Node, Pod, PodAffinityTerm } from '../../kinds/types.ts';
import { keyOf } from '../owner.ts';
import { matches, type Labels } from '../selector.ts';
import { amounts, demandOf, type Amounts } from './requests.ts';

/** A term of Pod affinity, ready to be asked. */
export interface Term {
  readonly topologyKey: string;
  readonly namespaces: readonly string[];
  readonly namespaceSelector: LabelSelector | undefined;
  readonly selectors: readonly LabelSelector[];
}

export interface WeightedTerm {
  readonly term: Term;
  readonly weight: number;
}

/** A Pod as the scheduler looks at it again and again. */
export class PodInfo {
  readonly key: string;
  readonly pod: Pod;
  readonly requests: Amounts;
  readonly spread: Amounts;
  readonly ports: readonly string[];
  readonly affinity: readonly Term[];
  readonly antiAffinity: readonly Term[];
  readonly preferred: readonly WeightedTerm[];

  constructor(pod: Pod) {
    this.key = keyOf(pod);
    this.pod = pod;
    ({ requests: this.requests, spread: this.spread } = demandOf(pod));
    const all = [...(pod.spec!.containers ?? []), ...(pod.spec!.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')];
    this.ports = all.flatMap((c) => c.ports ?? []).filter((p) => p.hostPort).map((p) => `${p.protocol ?? 'TCP'} ${p.hostIP || '0.0.0.0'} ${p.hostPort}`);
    const { podAffinity: near, podAntiAffinity: apart } = pod.spec!.affinity ?? {};
    const termsOf = (list: readonly PodAffinityTerm[] | undefined): readonly Term[] => (list ? list.map((t) => termOf(t, pod)) : NO_TERMS);
    this.affinity = termsOf(near?.requiredDuringSchedulingIgnoredDuringExecution);
    this.antiAffinity = termsOf(apart?.requiredDuringSchedulingIgnoredDuringExecution);
    this.preferred = [
      ...(near?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((w) => ({ term: termOf(w.podAffinityTerm!, pod), weight: w.weight! })),
      ...(apart?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((w) => ({ term: termOf(w.podAffinityTerm!, pod), weight: -w.weight! })),
    ];
  }

  get priority(): number {
    return this.pod.spec!.priority ?? 0;
  }

  /** Others look at its affinity when they are placed. */
  get attracts(): boolean {
    return this.affinity.length > 0 || this.preferred.length > 0;
  }
}

const NO_TERMS: readonly Term[] = [];

function termOf(term: PodAffinityTerm, pod: Pod): Term {
  const labels = pod.metadata.labels ?? {};
  const picked = (keys: readonly string[] | undefined, operator: string) =>
    (keys ?? []).filter((key) => labels[key] !== undefined).map((key) => ({ key, operator, values: [labels[key]!] }));
  const more = [...picked(term.matchLabelKeys, 'In'), ...picked(term.mismatchLabelKeys, 'NotIn')];
  return {
    topologyKey: term.topologyKey!,
    namespaces: term.namespaces?.length || term.namespaceSelector ? (term.namespaces ?? []) : [pod.metadata.namespace!],
    namespaceSelector: term.namespaceSelector,
    selectors: term.labelSelector ? [term.labelSelector, ...(more.length ? [{ matchExpressions: more }] : [])] : [],
  };
}

/** Does a term speak of this Pod? `namespaceLabels` gives the labels of a namespace. */
export function termMatches(term: Term, pod: Pod, namespaceLabels: (namespace: string) => Labels | undefined): boolean {
  const namespace = pod.metadata.namespace!;
  if (!term.namespaces.includes(namespace) && !(term.namespaceSelector && matches(term.namespaceSelector, namespaceLabels(namespace)))) return false;
  return term.selectors.length > 0 && term.selectors.every((selector) => matches(selector, pod.metadata.labels));
}

export class NodeInfo {
  node: Node;
  allocatable: Amounts;
  readonly pods = new Map<string, PodInfo>();
  readonly requested: Record<string, number> = {};
  /** As requested, with the usual amounts for Pods that ask for nothing. */
  readonly spread: Record<string, number> = {};
  private readonly images = new Map<string, number>();

  constructor(node: Node) {
    this.node = node;
    this.allocatable = {};
    this.set(node);
  }

  get name(): string {
    return this.node.metadata.name;
  }

  /** Labels of the node. */
  get labels(): Labels {
    return this.node.metadata.labels ?? NO_LABELS;
  }

  /** Bytes of an image that is there, by any of its names; undefined when it is not. */
  image(name: string): number | undefined {
    return this.images.get(name);
  }

  set(node: Node): void {
    this.node = node;
    this.allocatable = amounts(node.status?.allocatable);
    this.images.clear();
    for (const image of node.status?.images ?? []) for (const name of image.names ?? []) this.images.set(name, image.sizeBytes ?? 0);
  }

  add(info: PodInfo): void {
    this.pods.set(info.key, info);
    this.count(info, 1);
  }

  remove(key: string): PodInfo | undefined {
    const info = this.pods.get(key);
    if (!info) return undefined;
    this.pods.delete(key);
    this.count(info, -1);
    return info;
  }

  private count({ requests, spread }: PodInfo, sign: 1 | -1): void {
    for (const name in requests) this.requested[name] = (this.requested[name] ?? 0) + sign * requests[name]!;
    for (const name in spread) this.spread[name] = (this.spread[name] ?? 0) + sign * spread[name]!;
  }

  /** A copy that can be changed to see what would be. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.node);
    for (const info of this.pods.values()) copy.add(info);
    return copy;
  }
}

const NO_LABELS: Labels = {};
