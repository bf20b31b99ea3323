/**
 * Pods: the whole of ValidatePodCreate and ValidatePodUpdate.
 */
import type { Faults } from '../../faults.ts';
import type { Pod } from '../../types.ts';
import { checkImageText } from '../container.ts';
import { checkPodSpec } from '../pod-spec.ts';
import { checkDebugging, checkResize } from '../pod-parts.ts';
import { checkPodStatus } from '../pod-status.ts';
import { checkPodUpdate } from '../pod-update.ts';
import { nameWarnings, podWarnings } from '../pod-warnings.ts';
import { rules } from '../rules.ts';
import { checkPodAnnotations } from '../template.ts';

function checkPod(e: Faults, object: Pod, old: Pod | undefined, part: string | undefined): void {
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
  if (old && part === 'ephemeralcontainers') return checkDebugging(e, object, old);
  if (old && part === 'resize') return checkResize(e, object, old);
  if (old) return checkPodUpdate(e, object, old);
  if (spec.ephemeralContainers?.length) e.forbidden('spec.ephemeralContainers', 'cannot be set on create');
  if (spec.nodeName && spec.schedulingGates?.length) e.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared');
}

export const pod = rules<Pod>({
  check: checkPod,
  status: checkPodStatus,
  warn: ({ metadata, spec = {} }, old) => (old ? [] : [...nameWarnings(metadata.name, "the Pod's hostname"), ...podWarnings('', spec, metadata)]),
});
