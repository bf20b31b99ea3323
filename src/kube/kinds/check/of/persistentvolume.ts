/**
 * PersistentVolumes, and what of them may stand in an attachment (pkg/apis/core/validation).
 */
import { alike } from '../../../control/alike.ts';
import { dnsSubdomain } from '../../../schema/names.ts';
import { compareQuantities, wholeOf } from '../../../schema/quantity.ts';
import { IMMUTABLE } from '../../faults.ts';
import type { Faults } from '../../faults.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '../../types.ts';
import { checkNodeSelector } from '../affinity.ts';
import { checkAccessModes, CLASS_ANNOTATION, CLASS_WARNING, VOLUME_MODES } from '../claim.ts';
import { termWarnings } from '../deprecated.ts';
import { checkImmutable } from '../immutable.ts';
import { difference, internal } from '../internal.ts';
import { checkText } from '../labels.ts';
import { rules } from '../rules.ts';
import { checkSource } from '../volume-sources.ts';

/** In the order in which the server looks at them. */
const SOURCES = [
  'hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'flocker', 'nfs', 'rbd', 'quobyte', 'cephfs', 'iscsi', 'cinder', 'fc', 'flexVolume', 'azureFile',
  'vsphereVolume', 'photonPersistentDisk', 'portworxVolume', 'azureDisk', 'scaleIO', 'local', 'storageos', 'csi',
] as const satisfies readonly (keyof PersistentVolumeSpec)[];
const RECLAIM = ['Delete', 'Recycle', 'Retain'];
const INLINE = 'in the context of inline volumes';
const GONE: readonly (readonly [keyof PersistentVolumeSpec, string, string])[] = [
  ['cephfs', 'cephfs', 'v1.28, non-functional in v1.31+'], ['photonPersistentDisk', 'photonPersistentDisk', 'v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'v1.16, non-functional in v1.22+'], ['storageos', 'storageOS', 'v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'v1.25, non-functional in v1.26+'], ['rbd', 'rbd', 'v1.28, non-functional in v1.31+'],
];

function checkCapacity(e: Faults, path: string, capacity: Readonly<Record<string, string>>): void {
  const names = Object.keys(capacity);
  if (names.length === 0) e.required(path);
  if (names.length !== 1 || names[0] !== 'storage') e.unsupported(path, names.length ? capacity : null, ['storage']);
  for (const [name, amount] of Object.entries(capacity)) {
    if (wholeOf(amount) < 0) e.invalid(`${path}[${name}]`, wholeOf(amount), 'must be a valid resource quantity');
    if (compareQuantities(amount, '0') <= 0) e.invalid(`${path}[${name}]`, amount, 'must be greater than zero');
  }
}

/** One source, and no more. */
function checkSources(e: Faults, path: string, spec: PersistentVolumeSpec): void {
  let found = 0;
  for (const name of SOURCES) {
    if (!spec[name]) continue;
    if (found > 0 && name !== 'flexVolume') e.forbidden(`${path}.${name === 'cephfs' ? 'cephFS' : name}`, 'may not specify more than 1 volume type');
    else {
      checkSource(e, `${path}.${name === 'gcePersistentDisk' ? 'persistentDisk' : name}`, name, spec, false);
      if (name === 'local' && !spec.nodeAffinity) e.required(`${path}.nodeAffinity`, 'Local volume requires node affinity');
    }
    found++;
  }
  if (found === 0) e.required(path, 'must specify a volume type');
}

/** The root of the file system, however it is written. */
const isRoot = (path: string): boolean => path.startsWith('/') && path.split('/').every((part) => part === '' || part === '.' || part === '..');

function checkInline(e: Faults, path: string, spec: PersistentVolumeSpec): void {
  if (spec.claimRef) e.forbidden(`${path}.claimRef`, `may not be specified ${INLINE}`);
  if (Object.keys(spec.capacity ?? {}).length > 0) e.forbidden(`${path}.capacity`, `may not be specified ${INLINE}`);
  if (!spec.csi) e.required(`${path}.csi`, `has to be specified ${INLINE}`);
}

/** The spec of a volume; `inline` for one that stands in an attachment. */
export function checkVolumeSpec(e: Faults, path: string, spec: PersistentVolumeSpec, inline = false): void {
  const { accessModes = [], persistentVolumeReclaimPolicy: reclaim, nodeAffinity, storageClassName, volumeMode, volumeAttributesClassName: attributes } = spec;
  if (inline) checkInline(e, path, spec);
  if (accessModes.length === 0) e.required(`${path}.accessModes`);
  checkAccessModes(e, `${path}.accessModes`, accessModes);
  if (!inline) checkCapacity(e, `${path}.capacity`, spec.capacity ?? {});
  if (reclaim && inline && reclaim !== 'Retain') e.forbidden(`${path}.persistentVolumeReclaimPolicy`, `may only be Retain ${INLINE}`);
  else if (reclaim && !inline) e.optional(`${path}.persistentVolumeReclaimPolicy`, reclaim, RECLAIM);
  if (nodeAffinity && inline) e.forbidden(`${path}.nodeAffinity`, `may not be specified ${INLINE}`);
  else if (nodeAffinity?.required) checkNodeSelector(e, `${path}.nodeAffinity.required`, nodeAffinity.required);
  else if (nodeAffinity) e.required(`${path}.nodeAffinity.required`, 'must specify required node constraints');
  checkSources(e, path, spec);
  if (spec.hostPath && isRoot(spec.hostPath.path ?? '') && reclaim === 'Recycle') {
    e.forbidden(`${path}.persistentVolumeReclaimPolicy`, "may not be 'recycle' for a hostPath mount of '/'");
  }
  if (storageClassName && inline) e.forbidden(`${path}.storageClassName`, `may not be specified ${INLINE}`);
  else if (storageClassName) checkText(e, `${path}.storageClassName`, storageClassName, dnsSubdomain);
  if (volumeMode !== undefined && inline && volumeMode !== 'Filesystem') e.forbidden(`${path}.volumeMode`, `may not specify volumeMode other than Filesystem ${INLINE}`);
  else if (!inline) e.optional(`${path}.volumeMode`, volumeMode, VOLUME_MODES);
  if (attributes === undefined || inline) return;
  if (!attributes) e.required(`${path}.volumeAttributesClassName`, 'an empty string is disallowed');
  else checkText(e, `${path}.volumeAttributesClassName`, attributes, dnsSubdomain);
  if (!spec.csi) e.required(`${path}.csi`, 'has to be specified when using volumeAttributesClassName');
}

function checkChanges(e: Faults, spec: PersistentVolumeSpec, before: PersistentVolumeSpec): void {
  let now = spec;
  if (spec.csi?.controllerExpandSecretRef && before.csi && !before.csi.controllerExpandSecretRef) now = { ...spec, csi: { ...spec.csi, controllerExpandSecretRef: undefined! } };
  const type = 'PersistentVolumeSource';
  if (!alike(internal(now, type), internal(before, type))) {
    e.forbidden('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n${difference(before, now, type)}`);
  }
  checkImmutable(e, 'volumeMode', spec.volumeMode, before.volumeMode);
  if (before.nodeAffinity && !alike(spec.nodeAffinity, before.nodeAffinity)) {
    e.invalid('nodeAffinity', spec.nodeAffinity && internal(spec.nodeAffinity, 'VolumeNodeAffinity'), `${IMMUTABLE}, except for updating from beta label to GA`);
  }
  if (before.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    e.forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden');
  }
}

export const persistentVolume = rules<PersistentVolume>({
  check(e, { spec = {} }, old) {
    checkVolumeSpec(e, 'spec', spec);
    if (old) checkChanges(e, spec, old.spec ?? {});
  },
  warn: ({ metadata, spec = {} }) => [
    ...(metadata.annotations?.[CLASS_ANNOTATION] === undefined ? [] : [`metadata.annotations[${CLASS_ANNOTATION}]: ${CLASS_WARNING}`]),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
      ? ['spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.'] : []),
    ...(spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).flatMap((term, i) => termWarnings(`spec.nodeAffinity.required.nodeSelectorTerms[${i}]`, term, false)),
    ...GONE.flatMap(([field, shown, since]) => (spec[field] ? [`spec.${shown}: deprecated in ${since}`] : [])),
  ],
});
