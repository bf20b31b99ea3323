/**
 * Finds the node for a Pod: every node through the filters, those that pass through the scores, the best one wins.
 * Stands for schedulePod of pkg/scheduler/schedule_one.go.
 */
import type { Random } from '../../../sim/random.ts';
import type { Cycle, Filter, Refusal } from './cycle.ts';
import { SINGLE_FILTERS } from './filters.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import type { NodeInfo, PodInfo } from './node-info.ts';
import { scoresOf } from './scores.ts';
import { podTopologySpread } from './topology-spread.ts';
import { claimsRefusal, volumeBinding, volumeRestrictions } from './volume-binding.ts';

/** All filters in the order in which they are asked; the first no counts. */
const FILTERS: readonly Filter[] = [...SINGLE_FILTERS, volumeRestrictions, volumeBinding, podTopologySpread, interPodAffinity];

/** At least so many nodes that will do are looked for in a large cluster. */
const ENOUGH = 100;

/** What came of it: per node a refusal or, for those that will do, scores by plugin. */
export interface Verdict {
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** Why no node was looked at. */
  readonly before?: Refusal;
  /** Nodes that a plugin's word left out beforehand, and what is said of them. */
  readonly absent?: { readonly count: number; readonly refusal: Refusal };
  readonly scores: ReadonlyMap<string, readonly number[]>;
  readonly nodes: readonly NodeInfo[];
  readonly totals: readonly number[];
  readonly chosen: NodeInfo | undefined;
}

/** The first filter that says no. */
export function refusalOf(cycle: Cycle, node: NodeInfo): Refusal | undefined {
  for (const filter of FILTERS) {
    const refusal = filter(cycle, node);
    if (refusal) return refusal;
  }
  return undefined;
}

/** The same with Pods of at least the same priority that were promised this node, as if they were there already. */
export function refusalWithNominated(cycle: Cycle, node: NodeInfo, nominated: readonly PodInfo[] | undefined): Refusal | undefined {
  const promised = nominated?.filter((other) => other.key !== cycle.info.key && other.priority >= cycle.info.priority);
  if (!promised?.length) return refusalOf(cycle, node);
  const fuller = node.clone();
  for (const other of promised) fuller.add(other);
  const before = cycle.instead;
  cycle.instead = fuller;
  const refusal = refusalOf(cycle, fuller);
  cycle.instead = before;
  return refusal ?? refusalOf(cycle, node);
}

/** Node names that a required affinity by metadata.name leaves (daemon Pods); undefined for all. */
function named({ pod }: PodInfo): readonly string[] | undefined {
  const terms = pod.spec!.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!terms?.length) return undefined;
  const names = new Set<string>();
  for (const term of terms) {
    const fields = (term.matchFields ?? []).filter((f) => f.key === 'metadata.name' && f.operator === 'In');
    if (!fields.length) return undefined;
    for (const name of fields[0]!.values ?? []) if (fields.every((f) => f.values?.includes(name))) names.add(name);
  }
  return [...names].sort();
}

/** How many nodes that will do are enough. */
function enough(nodes: number): number {
  if (nodes < ENOUGH) return nodes;
  const percentage = Math.max(5, 50 - Math.trunc(nodes / 125));
  return Math.max(ENOUGH, Math.trunc((nodes * percentage) / 100));
}

/** Looks at the nodes; `start` is where the last search ended, `random` decides between equals. */
export function place(cycle: Cycle, nominations: ReadonlyMap<string, readonly PodInfo[]>, start: number, random: Random): Verdict & { readonly processed: number } {
  const refusals = new Map<string, Refusal>();
  const nothing = { refusals, scores: new Map<string, readonly number[]>(), nodes: [], totals: [], chosen: undefined };
  const before = claimsRefusal(cycle);
  if (before) return { ...nothing, before, processed: 0 };
  const all = cycle.cache.nodes;
  const names = named(cycle.info);
  const candidates = names ? names.flatMap((name) => cycle.cache.node(name) ?? []) : all;
  const most = enough(candidates.length);
  const feasible: NodeInfo[] = [];
  const promised = cycle.info.pod.status?.nominatedNodeName;
  const there = promised ? cycle.cache.node(promised) : undefined;
  if (there && !refusalWithNominated(cycle, there, nominations.get(there.name))) feasible.push(there);
  else {
    for (let i = 0; i < candidates.length && feasible.length < most; i++) {
      const node = candidates[(start + i) % candidates.length]!;
      const refusal = refusalWithNominated(cycle, node, nominations.get(node.name));
      if (refusal) refusals.set(node.name, refusal);
      else feasible.push(node);
    }
  }
  const left = all.length - candidates.length;
  const absent = names && left > 0 ? { count: left, refusal: { plugin: 'NodeAffinity', reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"], final: true } } : undefined;
  const processed = feasible.length + refusals.size;
  if (feasible.length === 0) return { ...nothing, ...(absent && { absent }), processed };
  const scores = feasible.length === 1 ? new Map<string, readonly number[]>() : scoresOf(cycle, feasible);
  const totals = feasible.map((_, i) => [...scores.values()].reduce((sum, list) => sum + list[i]!, 0));
  const best = Math.max(...totals);
  const equals = feasible.filter((_, i) => totals[i] === best);
  return { refusals, ...(absent && { absent }), scores, nodes: feasible, totals, chosen: equals[equals.length > 1 ? random.below(equals.length) : 0], processed };
}

/** `1 Insufficient cpu, 2 node(s) had untolerated taint(s)`: reasons with how many nodes give them, in the order of the texts. */
export function histogram(refusals: Iterable<Refusal>, absent?: { readonly count: number; readonly refusal: Refusal }): string {
  const counts = new Map<string, number>();
  const add = (reason: string, n: number): void => void counts.set(reason, (counts.get(reason) ?? 0) + n);
  for (const { reasons } of refusals) for (const reason of reasons) add(reason, 1);
  if (absent) for (const reason of absent.refusal.reasons) add(reason, absent.count);
  return [...counts].map(([reason, n]) => `${n} ${reason}`).sort().join(', ');
}

/** The FailedScheduling text; `more` is what the plugins after the filters say. */
export function failure(total: number, { refusals, before, absent }: Verdict, more: string): string {
  const said = before ? before.reasons.join(', ') : histogram(refusals.values(), absent);
  return `0/${total} nodes are available:${said ? ` ${said}.` : ''}${more ? ` ${more}` : ''}`;
}
