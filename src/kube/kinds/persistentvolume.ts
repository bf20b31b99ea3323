/**
 * PersistentVolumes (pkg/registry/core/persistentvolume and pkg/apis/core).
 */
import { AGE, col, define, NAME, wide } from './define.ts';
import { fill, fillZero, need } from './draft.ts';
import { classOf, modesText, quantityText } from './persistentvolumeclaim.ts';
import { defaultVolumeSource, roundResources } from './pod-defaults.ts';
import { resetStatus } from './reset.ts';
import type { PersistentVolume } from './types.ts';

export const persistentVolume = define<PersistentVolume>({
  resource: 'persistentvolumes',
  generation: false,
  columns: [
    NAME,
    col('Capacity', (v) => quantityText(v.spec?.capacity?.storage)),
    col('Access Modes', (v) => modesText(v.spec?.accessModes)),
    col('Reclaim Policy', (v) => v.spec?.persistentVolumeReclaimPolicy ?? ''),
    col('Status', (v) => (v.metadata.deletionTimestamp ? 'Terminating' : v.status?.phase ?? '')),
    col('Claim', (v) => (v.spec?.claimRef ? `${v.spec.claimRef.namespace ?? ''}/${v.spec.claimRef.name ?? ''}` : '')),
    col('StorageClass', classOf),
    col('VolumeAttributesClass', (v) => v.spec?.volumeAttributesClassName ?? '<unset>'),
    col('Reason', (v) => v.status?.reason ?? ''),
    AGE,
    wide('VolumeMode', (v) => v.spec?.volumeMode ?? '<unset>'),
  ],
  default(draft) {
    fillZero(need(draft, 'status'), { phase: 'Pending' });
    const spec = need(draft, 'spec');
    fillZero(spec, { persistentVolumeReclaimPolicy: 'Retain' });
    fill(spec, { volumeMode: 'Filesystem' });
    defaultVolumeSource(spec);
    roundResources({ limits: spec.capacity });
  },
  prepare: (draft, old, { stamp }) => resetStatus(draft, old, { phase: 'Pending', lastPhaseTransitionTime: stamp }),
  prepareStatus(status, { status: before = {} }, { stamp }) {
    if (status.phase === before.phase) fill(status, { lastPhaseTransitionTime: before.lastPhaseTransitionTime });
    else if (!status.lastPhaseTransitionTime || status.lastPhaseTransitionTime === before.lastPhaseTransitionTime) status.lastPhaseTransitionTime = stamp;
  },
});
