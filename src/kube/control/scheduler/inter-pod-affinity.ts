/**
 * Pods that want to be near others, or apart from them: by topology, required and preferred.
 * Stands for the plugin InterPodAffinity.
 */
import type { Cycle, Filter } from './cycle.ts';
import { termMatches, type NodeInfo, type PodInfo, type Term } from './node-info.ts';

type Pairs = Map<string, number>;

interface Required {
  /** Topology values where an existing Pod does not want this one. */
  readonly repelled: Pairs;
  readonly near: Pairs;
  readonly apart: Pairs;
}

/** What a preferred or, of Pods already there, a required term weighs. */
const HARD_WEIGHT = 1;

function mark(pairs: Pairs, node: NodeInfo, topologyKey: string, by: number): void {
  const value = node.labels[topologyKey];
  if (value === undefined) return;
  const key = `${topologyKey}=${value}`;
  pairs.set(key, (pairs.get(key) ?? 0) + by);
}

/** Existing Pods with terms, with the node on which they are, seen as the cycle looks at the nodes. */
function* existing({ cache, instead }: Cycle, which: 'attracting' | 'repelling'): Generator<readonly [PodInfo, NodeInfo]> {
  for (const { info, node } of cache[which].values()) {
    if (instead?.name === node) continue;
    const there = cache.node(node);
    if (there) yield [info, there];
  }
  if (!instead) return;
  for (const info of instead.pods.values()) if (which === 'repelling' ? info.antiAffinity.length : info.attracts) yield [info, instead];
}

function required(cycle: Cycle): Required {
  const { info, namespaceLabels } = cycle;
  const state: Required = { repelled: new Map(), near: new Map(), apart: new Map() };
  for (const [other, node] of existing(cycle, 'repelling')) {
    for (const term of other.antiAffinity) if (termMatches(term, info.pod, namespaceLabels)) mark(state.repelled, node, term.topologyKey, 1);
  }
  if (!info.affinity.length && !info.antiAffinity.length) return state;
  for (const node of cycle.nodes) {
    for (const { pod } of node.pods.values()) {
      if (info.affinity.length && info.affinity.every((t) => termMatches(t, pod, namespaceLabels))) for (const t of info.affinity) mark(state.near, node, t.topologyKey, 1);
      for (const t of info.antiAffinity) if (termMatches(t, pod, namespaceLabels)) mark(state.apart, node, t.topologyKey, 1);
    }
  }
  return state;
}

function nearEnough(cycle: Cycle, { near }: Required, node: NodeInfo): boolean {
  const { affinity, pod } = cycle.info;
  let found = true;
  for (const { topologyKey } of affinity) {
    const value = node.labels[topologyKey];
    if (value === undefined) return false;
    if (!near.get(`${topologyKey}=${value}`)) found = false;
  }
  return found || (near.size === 0 && affinity.every((t: Term) => termMatches(t, pod, cycle.namespaceLabels)));
}

export const interPodAffinity: Filter = (cycle, node) => {
  const { info, cache } = cycle;
  if (!info.affinity.length && !info.antiAffinity.length && cache.repelling.size === 0) return undefined;
  const state = cycle.state('InterPodAffinity', () => required(cycle));
  const no = (reason: string, final: boolean) => ({ plugin: 'InterPodAffinity', reasons: [reason], final });
  if (info.affinity.length && !nearEnough(cycle, state, node)) return no("node(s) didn't match pod affinity rules", true);
  const at = (key: string): string => `${key}=${node.labels[key]}`;
  if (info.antiAffinity.some((t) => state.apart.get(at(t.topologyKey)))) return no("node(s) didn't match pod anti-affinity rules", false);
  if (state.repelled.size && Object.keys(node.labels).some((key) => state.repelled.get(at(key)))) return no("node(s) didn't satisfy existing pods anti-affinity rules", false);
  return undefined;
};

/** How welcome the Pod is on each node, 0 to 100; undefined when nobody has a preference. */
export function affinityScores(cycle: Cycle, nodes: readonly NodeInfo[]): readonly number[] | undefined {
  const { info, cache, namespaceLabels } = cycle;
  if (!info.preferred.length && cache.attracting.size === 0) return undefined;
  const scores: Pairs = new Map();
  for (const [other, node] of existing(cycle, 'attracting')) {
    for (const term of other.affinity) if (termMatches(term, info.pod, namespaceLabels)) mark(scores, node, term.topologyKey, HARD_WEIGHT);
    for (const { term, weight } of other.preferred) if (termMatches(term, info.pod, namespaceLabels)) mark(scores, node, term.topologyKey, weight);
  }
  if (info.preferred.length) {
    for (const node of cycle.nodes) {
      for (const { pod } of node.pods.values()) for (const { term, weight } of info.preferred) if (termMatches(term, pod, namespaceLabels)) mark(scores, node, term.topologyKey, weight);
    }
  }
  if (scores.size === 0) return undefined;
  const raw = nodes.map(({ labels }) => {
    let sum = 0;
    for (const key in labels) sum += scores.get(`${key}=${labels[key]}`) ?? 0;
    return sum;
  });
  const least = Math.min(...raw);
  const span = Math.max(...raw) - least;
  return raw.map((score) => (span > 0 ? Math.trunc((100 * (score - least)) / span) : 0));
}
