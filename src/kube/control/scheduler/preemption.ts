/**
 * Makes room for a Pod by taking Pods of lower priority away: on which node, and which ones.
 * Stands for the plugin DefaultPreemption.
 */
import { parseRfc3339 } from '../../../sim/date.ts';
import type { PodDisruptionBudget } from '../../kinds/types.ts';
import { conditionOf } from '../condition.ts';
import { matches, selectsAll } from '../selector.ts';
import type { Cycle, Refusal } from './cycle.ts';
import type { NodeInfo, PodInfo } from './node-info.ts';
import { failure, refusalWithNominated, type Verdict } from './place.ts';

/** A node, the Pods that would have to go, and how many budgets that would break. */
interface Candidate {
  readonly node: NodeInfo;
  readonly victims: readonly PodInfo[];
  readonly violations: number;
}

const started = ({ pod }: PodInfo): number => parseRfc3339(pod.status?.startTime ?? pod.metadata.creationTimestamp ?? '') ?? 0;
/** More important first: higher priority, then running for longer. */
const byImportance = (a: PodInfo, b: PodInfo): number => b.priority - a.priority || started(a) - started(b) || (a.key < b.key ? -1 : 1);

/** Which of these would break a budget. */
function violating(pods: readonly PodInfo[], cycle: Cycle): ReadonlySet<PodInfo> {
  const budgets = cycle.client.list<PodDisruptionBudget>('poddisruptionbudgets.policy').map((budget) => ({ budget, left: budget.status?.disruptionsAllowed ?? 0 }));
  const out = new Set<PodInfo>();
  for (const info of pods) {
    for (const entry of budgets) {
      const { metadata, spec, status } = entry.budget;
      if (metadata.namespace !== info.pod.metadata.namespace || selectsAll(spec?.selector) || !matches(spec?.selector, info.pod.metadata.labels) || status?.disruptedPods?.[info.pod.metadata.name]) continue;
      if (--entry.left < 0) out.add(info);
    }
  }
  return out;
}

/** The fewest Pods of a node without which the Pod fits, or why even without all of lower priority it does not. */
function victimsOn(cycle: Cycle, node: NodeInfo, nominated: readonly PodInfo[] | undefined): Candidate | Refusal {
  const lower = [...node.pods.values()].filter((info) => info.priority < cycle.info.priority);
  if (!lower.length) return { plugin: 'DefaultPreemption', reasons: ['No preemption victims found for incoming pod'], final: true };
  const what = node.clone();
  for (const info of lower) what.remove(info.key);
  const fits = (): Refusal | undefined => {
    cycle.instead = what;
    const refusal = refusalWithNominated(cycle, what, nominated);
    cycle.instead = undefined;
    return refusal;
  };
  const refusal = fits();
  if (refusal) return refusal;
  lower.sort(byImportance);
  const breaks = violating(lower, cycle);
  const victims: PodInfo[] = [];
  let violations = 0;
  for (const info of [...lower.filter((l) => breaks.has(l)), ...lower.filter((l) => !breaks.has(l))]) {
    what.add(info);
    if (!fits()) continue;
    what.remove(info.key);
    victims.push(info);
    if (breaks.has(info)) violations++;
  }
  return { node, victims: victims.sort(byImportance), violations };
}

/** The candidate that costs least. */
function cheapest(candidates: readonly Candidate[]): Candidate {
  let left = candidates;
  const keep = (cost: (c: Candidate) => number): void => {
    const least = Math.min(...left.map(cost));
    left = left.filter((c) => cost(c) === least);
  };
  keep((c) => c.violations);
  keep((c) => c.victims[0]!.priority);
  keep((c) => c.victims.reduce((sum, v) => sum + v.priority + 2 ** 31, 0));
  keep((c) => c.victims.length);
  keep((c) => -Math.min(...c.victims.filter((v) => v.priority === c.victims[0]!.priority).map(started)));
  return left[0]!;
}

const leavingByPreemption = ({ pod }: PodInfo): boolean =>
  pod.metadata.deletionTimestamp !== undefined && conditionOf(pod.status?.conditions, 'DisruptionTarget')?.reason === 'PreemptionByScheduler';

/** Where room can be made and by whom, or the text that says why not. */
export function preempt(cycle: Cycle, verdict: Verdict, nominations: ReadonlyMap<string, readonly PodInfo[]>): Candidate | string {
  const { pod, priority } = cycle.info;
  if (pod.spec!.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const promised = pod.status?.nominatedNodeName;
  if (promised && !verdict.refusals.get(promised)?.final && [...(cycle.cache.node(promised)?.pods.values() ?? [])].some((p) => p.priority < priority && leavingByPreemption(p))) {
    return 'not eligible due to a terminating pod on the nominated node.';
  }
  const candidates: Candidate[] = [];
  const refusals = new Map<string, Refusal>();
  for (const [name, refusal] of verdict.refusals) {
    if (refusal.final) continue;
    const found = victimsOn(cycle, cycle.cache.node(name)!, nominations.get(name));
    if ('victims' in found && found.victims.length) candidates.push(found);
    else if ('victims' in found) continue;
    else refusals.set(name, found);
  }
  if (candidates.length) return cheapest(candidates);
  const total = cycle.cache.nodes.length;
  const { before: _b, absent: _a, ...rest } = verdict;
  const count = total - refusals.size;
  const absent = { count, refusal: { plugin: 'DefaultPreemption', reasons: ['Preemption is not helpful for scheduling'], final: true } };
  return failure(total, { ...rest, refusals, ...(count > 0 && { absent }) }, '');
}
