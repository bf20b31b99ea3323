/**
 * How good each node that will do is: every plugin's 0 to 100, times its weight.
 * Stands for the score plugins of the default profile and their weights.
 */
import type { Container } from '../../kinds/types.ts';
import { termMatches } from '../selector.ts';
import { tolerates } from '../taint.ts';
import type { Cycle } from './cycle.ts';
import { affinityScores } from './inter-pod-affinity.ts';
import type { NodeInfo } from './node-info.ts';
import { spreadScores } from './topology-spread.ts';

const MIB = 1024 * 1024;

/** Scales to 0 to 100 by the largest; `reverse` makes little good. */
function normalised(raw: readonly number[], reverse = false): readonly number[] {
  const most = Math.max(...raw);
  if (most === 0) return raw.map(() => (reverse ? 100 : 0));
  return raw.map((score) => (reverse ? 100 - Math.trunc((100 * score) / most) : Math.trunc((100 * score) / most)));
}

/** Nodes with the largest part left free are best. */
function leastAllocated({ info }: Cycle, { allocatable, spread }: NodeInfo): number {
  let sum = 0;
  let weights = 0;
  for (const name of ['cpu', 'memory']) {
    const all = allocatable[name] ?? 0;
    if (all === 0) continue;
    const asked = (spread[name] ?? 0) + (info.spread[name] ?? 0);
    sum += asked > all ? 0 : Math.trunc(((all - asked) * 100) / all);
    weights++;
  }
  return weights === 0 ? 0 : Math.trunc(sum / weights);
}

function balance(asked: readonly number[], all: readonly number[]): number {
  const parts = asked.flatMap((n, i) => (all[i] ? [Math.min(1, n / all[i]!)] : []));
  return Math.trunc((1 - (parts.length === 2 ? Math.abs((parts[0]! - parts[1]!) / 2) : 0)) * 100);
}

/** Nodes whose CPU and memory are used to the same degree are best. */
function balancedAllocation({ info }: Cycle, { allocatable, requested }: NodeInfo): number {
  const names = ['cpu', 'memory'];
  const all = names.map((n) => allocatable[n] ?? 0);
  const before = names.map((n) => requested[n] ?? 0);
  const after = before.map((n, i) => n + (info.requests[names[i]!] ?? 0));
  return 50 + Math.trunc((50 + balance(after, all) - balance(before, all)) / 2);
}

const withTag = (name: string): string => (name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name);

/** Nodes that have the images already, the larger the better. */
function imageLocality(cycle: Cycle, node: NodeInfo): number {
  const { info, cache } = cycle;
  const holders = cycle.state('ImageLocality', () => new Map<string, number>());
  const containers: readonly Container[] = [...(info.pod.spec!.initContainers ?? []), ...(info.pod.spec!.containers ?? [])];
  let sum = 0;
  for (const { image = '' } of containers) {
    const name = withTag(image);
    const size = node.image(name);
    if (size === undefined) continue;
    let nodes = holders.get(name);
    if (nodes === undefined) holders.set(name, (nodes = cache.nodes.reduce((n, other) => n + (other.image(name) === undefined ? 0 : 1), 0)));
    sum += Math.trunc((size * nodes) / cache.nodes.length);
  }
  const least = 23 * MIB;
  const most = 1000 * MIB * containers.length;
  return Math.trunc((100 * (Math.min(Math.max(sum, least), most) - least)) / (most - least));
}

const refused = ({ info }: Cycle, { node }: NodeInfo): number =>
  (node.spec?.taints ?? []).filter((t) => t.effect === 'PreferNoSchedule' && !info.pod.spec!.tolerations?.some((toleration) => tolerates(toleration, t))).length;

function preferred({ info }: Cycle, { labels, name }: NodeInfo): number {
  const terms = info.pod.spec!.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.reduce((sum, { preference, weight }) => sum + (preference && termMatches(preference, labels, name) ? weight! : 0), 0);
}

type Scorer = (cycle: Cycle, nodes: readonly NodeInfo[]) => readonly number[] | undefined;
const each = (score: (cycle: Cycle, node: NodeInfo) => number): Scorer => (cycle, nodes) => nodes.map((node) => score(cycle, node));

const SCORERS: readonly (readonly [plugin: string, weight: number, scorer: Scorer])[] = [
  ['TaintToleration', 3, (cycle, nodes) => normalised(nodes.map((node) => refused(cycle, node)), true)],
  ['NodeAffinity', 2, (cycle, nodes) => (cycle.info.pod.spec!.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ? normalised(nodes.map((node) => preferred(cycle, node))) : undefined)],
  ['NodeResourcesFit', 1, each(leastAllocated)],
  ['PodTopologySpread', 2, spreadScores],
  ['InterPodAffinity', 2, affinityScores],
  ['NodeResourcesBalancedAllocation', 1, (cycle, nodes) => (cycle.info.requests['cpu'] || cycle.info.requests['memory'] ? nodes.map((node) => balancedAllocation(cycle, node)) : undefined)],
  ['ImageLocality', 1, each(imageLocality)],
];

/** Weighted scores by plugin, in the order of `nodes`; plugins without an opinion are missing. */
export function scoresOf(cycle: Cycle, nodes: readonly NodeInfo[]): ReadonlyMap<string, readonly number[]> {
  const out = new Map<string, readonly number[]>();
  for (const [plugin, weight, scorer] of SCORERS) {
    const scores = scorer(cycle, nodes);
    if (scores) out.set(plugin, scores.map((score) => score * weight));
  }
  return out;
}
