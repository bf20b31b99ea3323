/**
 * Pods (pkg/registry/core/pod and pkg/apis/core).
 */
import type { Draft, Surroundings } from '../api/kind.ts';
import { qosClass } from '../node/qos.ts';
import { define } from './define.ts';
import { at, each, empty, fillZero } from './draft.ts';
import { podColumns } from './pod-columns.ts';
import { defaultPod } from './pod-defaults.ts';
import { resetStatus } from './reset.ts';
import type { LabelSelector, Pod } from './types.ts';

/** Turns matchLabelKeys into expressions of the selector beside them, with the Pod's own labels. */
function expandKeys(term: Draft, labels: Draft, list: string, operator: string): void {
  const selector = at(term, 'labelSelector');
  const keys = term[list];
  if (!selector || !Array.isArray(keys)) return;
  const more = keys.filter((key) => String(key) in labels).map((key) => ({ key, operator, values: [labels[String(key)]] }));
  if (more.length > 0) selector.matchExpressions = [...((selector as LabelSelector).matchExpressions ?? []), ...more];
}

function expandSelectors(draft: Draft): void {
  const labels = at(at(draft, 'metadata'), 'labels') ?? {};
  const spec = at(draft, 'spec');
  for (const side of ['podAffinity', 'podAntiAffinity']) {
    const affinity = at(at(spec, 'affinity'), side);
    const terms = [
      ...each(affinity, 'requiredDuringSchedulingIgnoredDuringExecution'),
      ...each(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').map((preferred) => at(preferred, 'podAffinityTerm') ?? {}),
    ];
    for (const term of terms) {
      expandKeys(term, labels, 'matchLabelKeys', 'In');
      expandKeys(term, labels, 'mismatchLabelKeys', 'NotIn');
    }
  }
  for (const constraint of each(spec, 'topologySpreadConstraints')) expandKeys(constraint, labels, 'matchLabelKeys', 'In');
}

function preparePod(draft: Draft, old: Pod | undefined, { stamp }: Surroundings): void {
  resetStatus(draft, old, { phase: 'Pending', qosClass: qosClass(draft as unknown as Pod) });
  if (old) return;
  if (!empty(at(draft, 'spec'), 'schedulingGates')) {
    at(draft, 'status')!.conditions = [
      { type: 'PodScheduled', status: 'False', lastProbeTime: null, lastTransitionTime: stamp, reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' },
    ];
  }
  expandSelectors(draft);
}

export const pod = define<Pod>({
  resource: 'pods',
  columns: podColumns,
  selectable: {
    'spec.nodeName': (p) => p.spec?.nodeName ?? '',
    'spec.restartPolicy': (p) => p.spec?.restartPolicy ?? '',
    'spec.schedulerName': (p) => p.spec?.schedulerName ?? '',
    'spec.serviceAccountName': (p) => p.spec?.serviceAccountName ?? '',
    'spec.hostNetwork': (p) => String(p.spec?.hostNetwork ?? false),
    'status.phase': (p) => p.status?.phase ?? '',
    'status.podIP': (p) => p.status?.podIPs?.[0]?.ip ?? '',
    'status.podIPs': () => '',
    'status.nominatedNodeName': (p) => p.status?.nominatedNodeName ?? '',
    'spec.host': (p) => p.spec?.nodeName ?? '',
  },
  default: defaultPod,
  prepare: preparePod,
  prepareStatus: (status, old) => fillZero(status, { qosClass: old.status?.qosClass }),
  graceSeconds({ spec, status }, asked) {
    const period = asked ?? spec?.terminationGracePeriodSeconds ?? 0;
    if (!spec?.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
    return period < 0 ? 1 : period;
  },
});
