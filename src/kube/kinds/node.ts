/**
 * Nodes (pkg/registry/core/node and pkg/apis/core).
 */
import type { Draft } from '../api/kind.ts';
import { AGE, col, define, NAME, wide } from './define.ts';
import { at } from './draft.ts';
import { resetStatus } from './reset.ts';
import type { Node } from './types.ts';

const ROLE = 'node-role.kubernetes.io/';

function status({ spec, status: { conditions = [] } = {} }: Node): string {
  const ready = conditions.findLast((c) => c.type === 'Ready');
  return `${ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'}${spec?.unschedulable ? ',SchedulingDisabled' : ''}`;
}

function roles({ metadata: { labels = {} } }: Node): string {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(labels)) {
    if (key.startsWith(ROLE) && key.length > ROLE.length) found.add(key.slice(ROLE.length));
    else if (key === 'kubernetes.io/role' && value) found.add(value);
  }
  return [...found].sort().join(',') || '<none>';
}

const address = (node: Node, type: string): string => node.status?.addresses?.find((a) => a.type === type)?.address ?? '<none>';

/** What a node has is what Pods can have, unless it says otherwise. */
function defaultAllocatable(status: Draft): void {
  if (!status.allocatable && status.capacity) status.allocatable = { ...(status.capacity as object) };
}

export const node = define<Node>({
  resource: 'nodes',
  columns: [
    NAME,
    col('Status', status),
    col('Roles', roles),
    AGE,
    col('Version', (n) => n.status?.nodeInfo?.kubeletVersion ?? ''),
    wide('Internal-IP', (n) => address(n, 'InternalIP')),
    wide('External-IP', (n) => address(n, 'ExternalIP')),
    wide('OS-Image', (n) => n.status?.nodeInfo?.osImage || '<unknown>'),
    wide('Kernel-Version', ({ status: { nodeInfo: info = {} } = {} }) => (info.kernelVersion || '<unknown>') + (info.architecture ? ` (${info.architecture})` : '')),
    wide('Container-Runtime', (n) => n.status?.nodeInfo?.containerRuntimeVersion || '<unknown>'),
  ],
  prepareStatus: defaultAllocatable,
  default(draft) {
    const own = at(draft, 'status');
    if (own) defaultAllocatable(own);
    const spec = at(draft, 'spec');
    if (!spec) return;
    // the one range and the first of all are the same field
    const ranges = (spec.podCIDRs ?? []) as readonly string[];
    if (spec.podCIDR && spec.podCIDR !== ranges[0]) spec.podCIDRs = [spec.podCIDR];
    else if (ranges[0] !== undefined) spec.podCIDR = ranges[0];
  },
  generation: false,
  prepare(draft, old) {
    if (old) resetStatus(draft, old);
    else delete at(draft, 'spec')?.configSource;
  },
  selectable: { 'spec.unschedulable': (n) => String(n.spec?.unschedulable ?? false) },
});
