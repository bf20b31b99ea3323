/**
 * What a claim to storage may ask for (ValidatePersistentVolumeClaimSpec).
 */
import { dnsLabel, dnsSubdomain } from '../../schema/names.ts';
import { compareQuantities, milliOf } from '../../schema/quantity.ts';
import type { Faults } from '../faults.ts';
import type { PersistentVolumeClaimSpec, TypedObjectReference } from '../types.ts';
import { checkSelector, checkText } from './labels.ts';

/** Ways to mount a volume. */
const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
/** A file system, or the bare device. */
export const VOLUME_MODES = ['Block', 'Filesystem'];

/** What once named the class of a volume or claim. */
export const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
export const CLASS_WARNING = 'deprecated since v1.8; use "storageClassName" attribute instead';

/** Known modes, and ReadWriteOncePod only alone. */
export function checkAccessModes(e: Faults, path: string, modes: readonly string[]): void {
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) e.unsupported(path, mode, ACCESS_MODES);
  if (modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode))) {
    e.forbidden(path, 'may not use ReadWriteOncePod with other access modes');
  }
}

function checkDataSource(e: Faults, path: string, { name, kind = '', apiGroup = '', namespace }: TypedObjectReference, update: boolean): void {
  if (!name) e.required(`${path}.name`);
  if (!kind) e.required(`${path}.kind`);
  if (!apiGroup && kind !== 'PersistentVolumeClaim') e.invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  if (apiGroup && !update) checkText(e, `${path}.apiGroup`, apiGroup, dnsSubdomain);
  if (namespace) checkText(e, `${path}.namespace`, namespace, dnsLabel);
}

/** The spec of a claim, or of a template for claims. */
export function checkClaimSpec(e: Faults, path: string, spec: PersistentVolumeClaimSpec, update = false): void {
  const { accessModes = [], dataSource, dataSourceRef, storageClassName, volumeAttributesClassName, volumeMode } = spec;
  if (accessModes.length === 0) e.required(`${path}.accessModes`, 'at least 1 access mode is required');
  checkSelector(e, `${path}.selector`, spec.selector);
  checkAccessModes(e, `${path}.accessModes`, accessModes);
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) e.required(`${path}.resources[storage]`);
  else if (compareQuantities(storage, '0') <= 0) e.invalid(`${path}.resources[storage]`, storage, 'must be greater than zero');
  if (storageClassName) checkText(e, `${path}.storageClassName`, storageClassName, dnsSubdomain);
  e.optional(`${path}.volumeMode`, volumeMode, VOLUME_MODES);
  if (dataSource) checkDataSource(e, `${path}.dataSource`, dataSource, update);
  if (dataSourceRef) checkDataSource(e, `${path}.dataSourceRef`, dataSourceRef, update);
  if (dataSource && dataSourceRef) {
    const same = dataSource.apiGroup === dataSourceRef.apiGroup && dataSource.kind === dataSourceRef.kind && dataSource.name === dataSourceRef.name;
    if (dataSourceRef.namespace) e.invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified');
    else if (!same) e.invalid(path, {}, 'must match dataSourceRef');
  }
  if (volumeAttributesClassName) checkText(e, `${path}.volumeAttributesClassName`, volumeAttributesClassName, dnsSubdomain);
}

/** Sizes of parts of bytes. */
export const claimWarnings = (path: string, { resources }: PersistentVolumeClaimSpec): readonly string[] =>
  (['requests', 'limits'] as const).flatMap((list) => {
    const amount = resources?.[list]?.storage;
    return amount !== undefined && milliOf(amount) % 1000 !== 0 ? [`${path}.resources.${list}[storage]: fractional byte value "${amount}" is invalid, must be an integer`] : [];
  });
