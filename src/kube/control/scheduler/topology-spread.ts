/**
 * Spreading Pods of a kind over nodes and zones: constraints of the Pod, or the cluster's own for Pods of workloads and Services.
 * Stands for the plugin PodTopologySpread.
 */
import type { ReplicaSet, ReplicationController, Service, StatefulSet, TopologySpreadConstraint } from '../../kinds/types.ts';
import { controllerOf } from '../owner.ts';
import { holds, matches } from '../selector.ts';
import { untolerated } from '../taint.ts';
import { nodeAffinityAllows, type Cycle, type Filter } from './cycle.ts';
import type { NodeInfo } from './node-info.ts';

const HOSTNAME = 'kubernetes.io/hostname';

interface Constraint {
  readonly maxSkew: number;
  readonly key: string;
  readonly selectors: readonly unknown[];
  readonly minDomains: number;
  readonly honorAffinity: boolean;
  readonly honorTaints: boolean;
}

/** What every Pod is spread by that says nothing itself. */
const DEFAULTS: readonly (readonly [key: string, maxSkew: number])[] = [[HOSTNAME, 3], ['topology.kubernetes.io/zone', 5]];

function constraintOf(c: TopologySpreadConstraint, labels: Readonly<Record<string, string>>): Constraint {
  const picked = (c.matchLabelKeys ?? []).filter((key) => labels[key] !== undefined);
  return {
    maxSkew: c.maxSkew!, key: c.topologyKey!, minDomains: c.minDomains ?? 1,
    selectors: [c.labelSelector, ...(picked.length ? [{ matchLabels: Object.fromEntries(picked.map((key) => [key, labels[key]])) }] : [])],
    honorAffinity: (c.nodeAffinityPolicy ?? 'Honor') === 'Honor', honorTaints: c.nodeTaintsPolicy === 'Honor',
  };
}

function own(cycle: Cycle, action: string): readonly Constraint[] {
  const { spec, metadata } = cycle.info.pod;
  return (spec!.topologySpreadConstraints ?? []).filter((c) => c.whenUnsatisfiable === action).map((c) => constraintOf(c, metadata.labels ?? {}));
}

/** The selectors of everything that the Pod belongs to: its Services and its owner. */
function defaultSelectors({ info: { pod }, client }: Cycle): readonly unknown[] {
  const { namespace, labels } = pod.metadata;
  const selectors: unknown[] = client.list<Service>('services', namespace).filter((s) => s.spec?.selector && holds(s.spec.selector, labels)).map((s) => ({ matchLabels: s.spec!.selector }));
  const owner = controllerOf(pod);
  if (owner?.kind === 'ReplicaSet') selectors.push(client.get<ReplicaSet>('replicasets.apps', namespace, owner.name)?.spec?.selector);
  if (owner?.kind === 'StatefulSet') selectors.push(client.get<StatefulSet>('statefulsets.apps', namespace, owner.name)?.spec?.selector);
  if (owner?.kind === 'ReplicationController') selectors.push({ matchLabels: client.get<ReplicationController>('replicationcontrollers', namespace, owner.name)?.spec?.selector });
  return selectors.filter((s) => s !== undefined);
}

const includes = (cycle: Cycle, c: Constraint, node: NodeInfo): boolean =>
  (!c.honorAffinity || nodeAffinityAllows(cycle.info, node))
  && (!c.honorTaints || !untolerated(node.node.spec?.taints, cycle.info.pod.spec!.tolerations, ['NoSchedule', 'NoExecute']));

/** Matching Pods by node; those of a node that is looked at otherwise are counted there. */
function counter(cycle: Cycle, { selectors }: Constraint): (node: NodeInfo) => number {
  const namespace = cycle.info.pod.metadata.namespace!;
  const counts = cycle.cache.matching(namespace, selectors);
  return (node) => {
    if (node !== cycle.instead) return counts.get(node.name) ?? 0;
    let n = 0;
    for (const { pod } of node.pods.values()) if (pod.metadata.namespace === namespace && !pod.metadata.deletionTimestamp && selectors.every((s) => matches(s, pod.metadata.labels))) n++;
    return n;
  };
}

interface Hard {
  readonly constraint: Constraint;
  readonly byValue: ReadonlyMap<string, number>;
  readonly least: number;
  readonly self: number;
}

function hardStates(cycle: Cycle): readonly Hard[] {
  const constraints = own(cycle, 'DoNotSchedule');
  return constraints.map((constraint) => {
    const byValue = new Map<string, number>();
    const count = counter(cycle, constraint);
    for (const node of cycle.nodes) {
      if (!constraints.every((c) => node.labels[c.key] !== undefined) || !includes(cycle, constraint, node)) continue;
      const value = node.labels[constraint.key]!;
      byValue.set(value, (byValue.get(value) ?? 0) + count(node));
    }
    const least = byValue.size < constraint.minDomains ? 0 : Math.min(...byValue.values());
    return { constraint, byValue, least: least === Infinity ? 0 : least, self: constraint.selectors.every((s) => matches(s, cycle.info.pod.metadata.labels)) ? 1 : 0 };
  });
}

const MISMATCH = "node(s) didn't match pod topology spread constraints";

export const podTopologySpread: Filter = (cycle, node) => {
  if (!cycle.info.pod.spec!.topologySpreadConstraints) return undefined;
  for (const { constraint, byValue, least, self } of cycle.state('PodTopologySpread', () => hardStates(cycle))) {
    const value = node.labels[constraint.key];
    if (value === undefined) return { plugin: 'PodTopologySpread', reasons: [`${MISMATCH} (missing required label)`], final: true };
    if ((byValue.get(value) ?? 0) + self - least > constraint.maxSkew) return { plugin: 'PodTopologySpread', reasons: [MISMATCH], final: false };
  }
  return undefined;
};

/** How far from even each node is, 100 for the best; undefined when nothing is to be spread. */
export function spreadScores(cycle: Cycle, nodes: readonly NodeInfo[]): readonly number[] | undefined {
  const explicit = cycle.info.pod.spec!.topologySpreadConstraints !== undefined;
  let constraints = own(cycle, 'ScheduleAnyway');
  if (!explicit) {
    const selectors = defaultSelectors(cycle);
    if (selectors.length === 0) return undefined;
    constraints = DEFAULTS.map(([key, maxSkew]) => ({ key, maxSkew, selectors, minDomains: 1, honorAffinity: true, honorTaints: false }));
  }
  if (constraints.length === 0) return undefined;
  const hasAll = (node: NodeInfo): boolean => constraints.every((c) => node.labels[c.key] !== undefined);
  const ignored = (node: NodeInfo): boolean => explicit && !hasAll(node);
  const judged = nodes.filter((node) => !ignored(node));
  const parts = constraints.map((c) => {
    const count = counter(cycle, c);
    const values = new Map<string, number>();
    if (c.key !== HOSTNAME) {
      for (const node of judged) values.set(node.labels[c.key] ?? '', 0);
      for (const node of cycle.nodes) {
        const value = node.labels[c.key] ?? '';
        if (!ignored(node) && includes(cycle, c, node) && values.has(value)) values.set(value, values.get(value)! + count(node));
      }
    }
    const weight = Math.log((c.key === HOSTNAME ? judged.length : values.size) + 2);
    return (node: NodeInfo): number => {
      const value = node.labels[c.key];
      return value === undefined ? 0 : (c.key === HOSTNAME ? count(node) : values.get(value)!) * weight + c.maxSkew - 1;
    };
  });
  const raw = nodes.map((node) => (ignored(node) ? -1 : Math.round(parts.reduce((sum, part) => sum + part(node), 0))));
  const valid = raw.filter((score) => score >= 0);
  const least = Math.min(...valid);
  const most = Math.max(0, ...valid);
  return raw.map((score) => (score < 0 ? 0 : most === 0 ? 100 : Math.trunc((100 * (most + least - score)) / most)));
}
