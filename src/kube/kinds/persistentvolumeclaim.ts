/**
 * PersistentVolumeClaims (pkg/registry/core/persistentvolumeclaim and pkg/apis/core).
 */
import type { Draft } from '../api/kind.ts';
import { formatQuantity, parseQuantity } from '../schema/quantity.ts';
import { AGE, col, define, NAME, wide } from './define.ts';
import { at, fill, fillZero, need } from './draft.ts';
import { roundResources } from './pod-defaults.ts';
import { resetStatus } from './reset.ts';
import type { PersistentVolume, PersistentVolumeClaim } from './types.ts';

const MODES: Readonly<Record<string, string>> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' };
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** `RWO,RWX` in a fixed order. */
export const modesText = (modes: readonly string[] | undefined): string =>
  Object.keys(MODES).filter((mode) => modes?.includes(mode)).map((mode) => MODES[mode]).join(',');

/** The class of a volume or a claim: an old annotation goes before the field. */
export const classOf = (object: PersistentVolume | PersistentVolumeClaim): string => object.metadata.annotations?.[CLASS_ANNOTATION] ?? object.spec?.storageClassName ?? '';

/** Canonical text of a quantity, 0 without one. */
export function quantityText(text: string | undefined): string {
  const q = parseQuantity(text ?? '0');
  return typeof q === 'string' ? (text ?? '') : formatQuantity(q);
}

/** Defaults of a claim, also of a template for claims. */
export function defaultClaim(draft: Draft): void {
  fillZero(need(draft, 'status'), { phase: 'Pending' });
  const spec = need(draft, 'spec');
  fill(spec, { volumeMode: 'Filesystem' });
  roundResources(at(spec, 'resources'));
}

/** dataSource and dataSourceRef say the same where both can. */
function alignSources(spec: Draft): void {
  const source = at(spec, 'dataSource');
  let reference = at(spec, 'dataSourceRef');
  if (reference?.namespace) {
    delete spec.dataSourceRef;
    reference = undefined;
  }
  if (source && !reference) {
    const usable = (source.kind === 'PersistentVolumeClaim' && !source.apiGroup) || (source.kind === 'VolumeSnapshot' && source.apiGroup === 'snapshot.storage.k8s.io');
    if (usable) spec.dataSourceRef = { ...source };
    else delete spec.dataSource;
  } else if (reference && !source) spec.dataSource = { ...reference };
}

export const persistentVolumeClaim = define<PersistentVolumeClaim>({
  resource: 'persistentvolumeclaims',
  generation: false,
  columns: [
    NAME,
    col('Status', (c) => (c.metadata.deletionTimestamp ? 'Terminating' : c.status?.phase ?? '')),
    col('Volume', (c) => c.spec?.volumeName ?? ''),
    col('Capacity', (c) => (c.spec?.volumeName ? quantityText(c.status?.capacity?.storage) : '')),
    col('Access Modes', (c) => (c.spec?.volumeName ? modesText(c.status?.accessModes) : '')),
    col('StorageClass', classOf),
    col('VolumeAttributesClass', (c) => c.spec?.volumeAttributesClassName ?? '<unset>'),
    AGE,
    wide('VolumeMode', (c) => c.spec?.volumeMode ?? '<unset>'),
  ],
  default: defaultClaim,
  prepare(draft, old) {
    resetStatus(draft, old, { phase: 'Pending' });
    const spec = need(draft, 'spec');
    if (!old?.spec?.dataSource && !old?.spec?.dataSourceRef) alignSources(spec);
  },
});
