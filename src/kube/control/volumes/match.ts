/**
 * Which PersistentVolume fits a claim.
 * Stands for component-helpers' storage/volume.
 */
import type { Node, PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../kinds/types.ts';
import type { Reader } from '../../api/server.ts';
import { compareQuantities } from '../../schema/quantity.ts';
import { matches, termMatches } from '../selector.ts';

export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const CLASS = 'volume.beta.kubernetes.io/storage-class';
export const CLAIMS = 'persistentvolumeclaims';
export const VOLUMES = 'persistentvolumes';
export const CLASSES = 'storageclasses.storage.k8s.io';

/** The class of a volume or a claim; '' without one. */
export const classOf = (object: PersistentVolume | PersistentVolumeClaim): string => object.metadata.annotations?.[CLASS] ?? object.spec?.storageClassName ?? '';

/** Is the volume bound to this claim, or kept for one of its name? */
export function isFor({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const ref = spec?.claimRef;
  return ref?.name === claim.metadata.name && ref.namespace === claim.metadata.namespace && (!ref.uid || ref.uid === claim.metadata.uid);
}

/** Does binding wait for the first Pod that uses the claim? */
export const waitsForPod = (claim: PersistentVolumeClaim, read: Reader): boolean => {
  const name = classOf(claim);
  return name !== '' && read.get<StorageClass>(CLASSES, undefined, name)?.volumeBindingMode === 'WaitForFirstConsumer';
};

export const hasModes = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec?.accessModes ?? []).every((mode) => volume.spec?.accessModes?.includes(mode));

export const sameMode = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (volume.spec?.volumeMode ?? 'Filesystem') === (claim.spec?.volumeMode ?? 'Filesystem');

/** Can the volume be reached from the node? */
export function reachable(volume: PersistentVolume, node: Node): boolean {
  const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms;
  return !terms || terms.some((term) => termMatches(term, node.metadata.labels ?? {}, node.metadata.name));
}

const storage = (list: Readonly<Record<string, string>> | undefined): string => list?.['storage'] ?? '0';

/** Big enough? */
export const holdsEnough = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  compareQuantities(storage(volume.spec?.capacity), storage(claim.spec?.resources?.requests)) >= 0;

const by = (a: PersistentVolume, b: PersistentVolume): number =>
  (a.spec?.accessModes?.length ?? 0) - (b.spec?.accessModes?.length ?? 0) || compareQuantities(storage(a.spec?.capacity), storage(b.spec?.capacity))
  || (a.metadata.name < b.metadata.name ? -1 : 1);

/**
 * The volume that is kept for a claim, or the smallest free one that fits, those with the fewest access modes first.
 * With a node only what can be reached from there; without one, `delayed` binding takes kept volumes only.
 */
export function bestMatch(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[], options: { node?: Node; delayed?: boolean; taken?: ReadonlySet<string> } = {}): PersistentVolume | undefined {
  const { node, delayed, taken } = options;
  const free: PersistentVolume[] = [];
  for (const volume of volumes) {
    if (taken?.has(volume.metadata.name) || (volume.spec?.claimRef && !isFor(volume, claim))) continue;
    if (!holdsEnough(volume, claim) || !sameMode(volume, claim) || volume.metadata.deletionTimestamp || !hasModes(volume, claim)) continue;
    if ((volume.spec?.volumeAttributesClassName ?? '') !== (claim.spec?.volumeAttributesClassName ?? '')) continue;
    const near = !node || reachable(volume, node);
    if (isFor(volume, claim)) return near ? volume : undefined;
    if ((!node && delayed) || volume.status?.phase !== 'Available' || !near || classOf(volume) !== classOf(claim)) continue;
    if (claim.spec?.selector && !matches(claim.spec.selector, volume.metadata.labels)) continue;
    free.push(volume);
  }
  return free.sort(by)[0];
}

/** The claims that a Pod's volumes name, generic ephemeral ones included. */
export const claimNames = (pod: { readonly metadata: { readonly name: string }; readonly spec?: { readonly volumes?: readonly { readonly name?: string; readonly persistentVolumeClaim?: { readonly claimName?: string }; readonly ephemeral?: unknown }[] } }): readonly string[] =>
  (pod.spec?.volumes ?? []).flatMap((v) => (v.persistentVolumeClaim ? [v.persistentVolumeClaim.claimName!] : v.ephemeral ? [`${pod.metadata.name}-${v.name}`] : []));

/** A reference to a claim, as a volume keeps it. */
export const claimReference = (claim: PersistentVolumeClaim) => ({
  kind: 'PersistentVolumeClaim', namespace: claim.metadata.namespace!, name: claim.metadata.name, uid: claim.metadata.uid!, apiVersion: 'v1', resourceVersion: claim.metadata.resourceVersion!,
});
