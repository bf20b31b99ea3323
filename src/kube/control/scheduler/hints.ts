/**
 * Which changes in the cluster are worth another try for a Pod that found no node.
 * Stands for the scheduler's queueing hints: each plugin names the events that may change its mind.
 */
import type { Node, Pod } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import type { Cycle } from './cycle.ts';
import { FILTER_OF } from './filters.ts';
import { NodeInfo } from './node-info.ts';

/** What happened. */
export type Happening =
  | { readonly kind: 'node'; readonly now: Node; readonly before?: Node }
  | { readonly kind: 'pod'; readonly now?: Pod; readonly before?: Pod }
  | { readonly kind: 'volume' };

/** Plugins that listen to Pods with a node that come, change their labels, or go. */
const BY_PODS: Readonly<Record<string, 'any' | 'gone'>> = { NodePorts: 'gone', NodeResourcesFit: 'gone', PodTopologySpread: 'any', InterPodAffinity: 'any', VolumeRestrictions: 'gone', DefaultPreemption: 'gone' };
const BY_VOLUMES = new Set(['VolumeBinding', 'VolumeRestrictions']);
/** Plugins that look at labels of nodes. */
const BY_LABELS = new Set(['PodTopologySpread', 'InterPodAffinity', 'VolumeBinding']);

/** May this happening change the mind of a plugin that refused? */
export function mayHelp(plugin: string, happening: Happening, cycle: () => Cycle): boolean {
  if (happening.kind === 'volume') return BY_VOLUMES.has(plugin);
  if (happening.kind === 'pod') return BY_PODS[plugin] === 'any' || (BY_PODS[plugin] === 'gone' && happening.before !== undefined);
  const { now, before } = happening;
  const filter = FILTER_OF[plugin];
  if (filter) {
    const known = cycle().cache.node(now.metadata.name);
    if (filter(cycle(), known ?? new NodeInfo(now))) return false;
    return !before || changed(plugin, before, now);
  }
  return !before || (BY_LABELS.has(plugin) && !alike(before.metadata.labels, now.metadata.labels)) || !alike(before.spec?.taints, now.spec?.taints);
}

const changed = (plugin: string, before: Node, now: Node): boolean =>
  plugin === 'NodeResourcesFit' ? !alike(before.status?.allocatable, now.status?.allocatable)
    : plugin === 'NodeAffinity' ? !alike(before.metadata.labels, now.metadata.labels)
      : !alike(before.spec, now.spec);
