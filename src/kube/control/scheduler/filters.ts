/**
 * The filters that look at one node alone: cordoned, named, tainted, selected, free ports, enough of everything.
 * Stands for the plugins NodeUnschedulable, NodeName, TaintToleration, NodeAffinity, NodePorts and NodeResourcesFit.
 */
import { tolerates, untolerated, UNSCHEDULABLE } from '../taint.ts';
import { nodeAffinityAllows, type Filter, type Refusal } from './cycle.ts';
import type { NodeInfo } from './node-info.ts';

const no = (plugin: string, reason: string, final: boolean): Refusal => ({ plugin, reasons: [reason], final });

const UNSCHEDULABLE_TAINT = { key: UNSCHEDULABLE, effect: 'NoSchedule' };

const nodeUnschedulable: Filter = ({ info }, { node }) =>
  node.spec?.unschedulable && !info.pod.spec!.tolerations?.some((t) => tolerates(t, UNSCHEDULABLE_TAINT))
    ? no('NodeUnschedulable', 'node(s) were unschedulable', true) : undefined;

const nodeName: Filter = ({ info }, { name }) =>
  info.pod.spec!.nodeName && info.pod.spec!.nodeName !== name ? no('NodeName', "node(s) didn't match the requested node name", true) : undefined;

const taintToleration: Filter = ({ info }, { node }) =>
  untolerated(node.spec?.taints, info.pod.spec!.tolerations, ['NoSchedule', 'NoExecute']) ? no('TaintToleration', 'node(s) had untolerated taint(s)', true) : undefined;

const nodeAffinity: Filter = ({ info }, node) =>
  nodeAffinityAllows(info, node) ? undefined : no('NodeAffinity', "node(s) didn't match Pod's node affinity/selector", true);

/** Ports of the same protocol and number clash when either is bound to all addresses or both to the same. */
function clash(a: string, b: string): boolean {
  const [protocolA, addressA, portA] = a.split(' ');
  const [protocolB, addressB, portB] = b.split(' ');
  return protocolA === protocolB && portA === portB && (addressA === addressB || addressA === '0.0.0.0' || addressB === '0.0.0.0');
}

const nodePorts: Filter = ({ info }, node) => {
  if (!info.ports.length) return undefined;
  for (const other of node.pods.values()) {
    if (other.ports.some((taken) => info.ports.some((wanted) => clash(taken, wanted)))) return no('NodePorts', "node(s) didn't have free ports for the requested pod ports", false);
  }
  return undefined;
};

/** What of the requests a node cannot give: as texts, and whether it could never. */
export function lacking(requests: Readonly<Record<string, number>>, node: NodeInfo): { reasons: string[]; never: boolean } {
  const reasons: string[] = [];
  let never = false;
  const { allocatable, requested } = node;
  if (node.pods.size + 1 > (allocatable['pods'] ?? 0)) reasons.push('Too many pods');
  for (const name in requests) {
    const wanted = requests[name]!;
    if (wanted <= 0) continue;
    const all = allocatable[name] ?? 0;
    if (wanted <= all - (requested[name] ?? 0)) continue;
    reasons.push(`Insufficient ${name}`);
    never ||= wanted > all;
  }
  return { reasons, never };
}

const nodeResourcesFit: Filter = ({ info }, node) => {
  const { reasons, never } = lacking(info.requests, node);
  return reasons.length ? { plugin: 'NodeResourcesFit', reasons, final: never } : undefined;
};

/** In the order in which they are asked. */
export const SINGLE_FILTERS: readonly Filter[] = [nodeUnschedulable, nodeName, taintToleration, nodeAffinity, nodePorts, nodeResourcesFit];

/** By the plugin's name, to ask one again. */
export const FILTER_OF: Readonly<Record<string, Filter>> = {
  NodeUnschedulable: nodeUnschedulable, NodeName: nodeName, TaintToleration: taintToleration, NodeAffinity: nodeAffinity, NodeResourcesFit: nodeResourcesFit,
};
