/**
 * PersistentVolumeClaims (pkg/apis/core/validation).
 */
import { alike } from '../../../control/alike.ts';
import { compareQuantities, wholeOf } from '../../../schema/quantity.ts';
import type { Faults } from '../../faults.ts';
import type { PersistentVolumeClaim } from '../../types.ts';
import { checkClaimSpec, claimWarnings, CLASS_ANNOTATION, CLASS_WARNING } from '../claim.ts';
import { checkImmutable } from '../immutable.ts';
import { difference, internal } from '../internal.ts';
import { rules } from '../rules.ts';

const RESIZING = ['ControllerResizeInProgress', 'ControllerResizeInfeasible', 'NodeResizeInProgress', 'NodeResizeInfeasible', 'NodeResizePending'];
const TYPE = 'PersistentVolumeClaimSpec';
const annotation = ({ metadata }: PersistentVolumeClaim): string | undefined => metadata.annotations?.[CLASS_ANNOTATION];

function checkChanges(e: Faults, now: PersistentVolumeClaim, old: PersistentVolumeClaim): void {
  const spec = now.spec ?? {};
  const before = old.spec ?? {};
  let changed = { ...spec };
  const kept = before.volumeName ? before : { ...before, ...(spec.volumeName !== undefined && { volumeName: spec.volumeName }) };
  const class_ = annotation(old);
  if (class_ !== undefined && before.storageClassName === undefined && spec.storageClassName === class_ && (annotation(now) ?? class_) === class_) {
    delete changed.storageClassName;
  } else {
    checkImmutable(e, `metadata.annotations.${CLASS_ANNOTATION}`, annotation(now) ?? '', class_ ?? '');
    if (spec.storageClassName !== undefined && before.storageClassName === undefined && (class_ ?? spec.storageClassName) === spec.storageClassName) delete changed.storageClassName;
  }
  const size = spec.resources?.requests?.storage;
  const sizeBefore = before.resources?.requests?.storage;
  if (now.status?.phase === 'Bound') {
    if (spec.resources?.requests) changed = { ...changed, resources: { ...spec.resources, requests: { ...spec.resources.requests, storage: sizeBefore ?? '0' } } };
    const { volumeAttributesClassName: _, ...others } = changed;
    changed = { ...others, ...(before.volumeAttributesClassName !== undefined && { volumeAttributesClassName: before.volumeAttributesClassName }) };
  }
  if (!alike(internal(changed, TYPE), internal(kept, TYPE))) {
    e.forbidden('spec', `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${difference(kept, changed, TYPE)}`);
  }
  if (compareQuantities(size ?? '0', sizeBefore ?? '0') < 0 && compareQuantities(size ?? '0', old.status?.capacity?.storage ?? '0') <= 0) {
    e.forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity');
  }
  checkImmutable(e, 'volumeMode', spec.volumeMode, before.volumeMode);
  if (spec.volumeAttributesClassName !== before.volumeAttributesClassName && old.status?.currentVolumeAttributesClassName !== undefined && !spec.volumeAttributesClassName) {
    const to = spec.volumeAttributesClassName === undefined ? 'nil' : 'empty string';
    e.forbidden('spec.volumeAttributesClassName', `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`);
  }
}

export const persistentVolumeClaim = rules<PersistentVolumeClaim>({
  check(e, now, old) {
    checkClaimSpec(e, 'spec', now.spec ?? {}, old !== undefined);
    if (old) checkChanges(e, now, old);
  },
  status(e, { status }) {
    for (const [name, amount] of Object.entries(status?.capacity ?? {})) {
      if (wholeOf(amount) < 0) e.invalid(`status.capacity[${name}]`, wholeOf(amount), 'must be a valid resource quantity');
    }
    for (const [name, state] of Object.entries(status?.allocatedResourceStatuses ?? {})) if (!RESIZING.includes(state)) e.unsupported('status.allocatedResourceStatuses', name, RESIZING);
  },
  warn: (now) => [
    ...(annotation(now) === undefined ? [] : [`metadata.annotations[${CLASS_ANNOTATION}]: ${CLASS_WARNING}`]),
    ...claimWarnings('spec', now.spec ?? {}),
  ],
});
