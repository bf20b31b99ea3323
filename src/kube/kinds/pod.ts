/**
 * Pods (pkg/registry/core/pod and pkg/apis/core).
 */
import type { Draft, Surroundings } from '../api/kind.ts';
import { qosClass } from '../node/qos.ts';
import { checkImageText } from './check/container.ts';
import { checkPodSpec } from './check/pod-spec.ts';
import { checkPodStatus, checkPodUpdate } from './check/pod-update.ts';
import { checkPodAnnotations } from './check/template.ts';
import { checked, define } from './define.ts';
import type { Faults } from './faults.ts';
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

function checkPod(e: Faults, object: Pod, old: Pod | undefined): void {
  const spec = object.spec ?? {};
  checkPodAnnotations(e, 'metadata.annotations', object.metadata.annotations, spec);
  checkPodSpec(e, 'spec', spec, object.metadata, true);
  if (!spec.serviceAccountName) {
    for (const [i, { projected }] of (spec.volumes ?? []).entries()) {
      for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
        if (serviceAccountToken) e.forbidden(`spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`, 'must not be specified when serviceAccountName is not set');
      }
    }
  }
  for (const list of ['containers', 'initContainers'] as const) for (const [i, c] of (spec[list] ?? []).entries()) checkImageText(e, `spec.${list}[${i}]`, c);
  if (old) return checkPodUpdate(e, object, old);
  if (spec.ephemeralContainers?.length) e.forbidden('spec.ephemeralContainers', 'cannot be set on create');
  if (spec.nodeName && spec.schedulingGates?.length) e.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared');
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
  validate: checked(checkPod),
  validateStatus: checked((e, object: Pod, old) => checkPodStatus(e, object, old!)),
  prepareStatus: (status, old) => fillZero(status, { qosClass: old.status?.qosClass }),
  graceSeconds({ spec, status }, asked) {
    const period = asked ?? spec?.terminationGracePeriodSeconds ?? 0;
    if (!spec?.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
    return period < 0 ? 1 : period;
  },
});
