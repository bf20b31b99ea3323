/**
 * Binds PersistentVolumeClaims to PersistentVolumes, and does with released volumes what their policy says.
 * Stands for pkg/controller/volume/persistentvolume.
 * Unlike Kubernetes: no recycler Pods (policy Recycle fails); of the built-in deleters there is only that of hostPath below /tmp.
 */
import type { KubeObject } from '../../api/wire.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../kinds/types.ts';
import { wholeOf } from '../../schema/quantity.ts';
import { alike } from '../alike.ts';
import type { Client, Controller } from '../controller.ts';
import { keyOf, quietly, split } from '../owner.ts';
import { bestMatch, BIND_COMPLETED, BOUND_BY_CONTROLLER, CLAIMS, claimNames, claimReference, CLASSES, classOf, hasModes, isFor, sameMode, SELECTED_NODE, VOLUMES, waitsForPod } from './match.ts';

/** Unbound claims are looked at again each time this many milliseconds have passed. */
const RESYNC = 15_000;
/** Provisioners that moved out of Kubernetes long ago and are CSI drivers now. */
const MIGRATED: Readonly<Record<string, string>> = {
  'kubernetes.io/aws-ebs': 'ebs.csi.aws.com', 'kubernetes.io/gce-pd': 'pd.csi.storage.gke.io', 'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'kubernetes.io/azure-file': 'file.csi.azure.com', 'kubernetes.io/vsphere-volume': 'csi.vsphere.vmware.com', 'kubernetes.io/cinder': 'cinder.csi.openstack.org', 'kubernetes.io/portworx-volume': 'pxd.portworx.com',
};

const yes = (object: KubeObject, annotation: string): boolean => object.metadata.annotations?.[annotation] !== undefined;

function setClaimPhase(claim: PersistentVolumeClaim, phase: string, volume: PersistentVolume | undefined, client: Client): PersistentVolumeClaim {
  const status = volume
    ? { ...claim.status, phase, accessModes: volume.spec!.accessModes, capacity: { ...claim.status?.capacity, storage: volume.spec!.capacity!['storage']! } }
    : { ...(phase === 'Pending' && claim.status?.conditions ? { conditions: claim.status.conditions } : {}), phase };
  return alike(status, claim.status) ? claim : client.updateStatus({ ...claim, status } as PersistentVolumeClaim);
}

/** True when it changed. */
function setVolumePhase(volume: PersistentVolume, phase: string, client: Client, message = ''): boolean {
  if (volume.status?.phase === phase && (volume.status.message ?? '') === message) return false;
  client.updateStatus({ ...volume, status: { phase, ...(message && { message }), lastPhaseTransitionTime: volume.status?.phase === phase ? volume.status.lastPhaseTransitionTime : client.stamp } } as PersistentVolume);
  return true;
}

function bind(volume: PersistentVolume, claim: PersistentVolumeClaim, client: Client): void {
  let pv = volume;
  const ref = pv.spec!.claimRef;
  const mine = isFor(pv, claim);
  if (!mine || ref?.uid !== claim.metadata.uid) {
    const annotations = mine ? pv.metadata.annotations : { ...pv.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
    pv = client.update({ ...pv, metadata: { ...pv.metadata, ...(annotations && { annotations }) }, spec: { ...pv.spec, claimRef: claimReference(claim) } } as PersistentVolume);
  }
  setVolumePhase(pv, 'Bound', client);
  let pvc = claim;
  if (pvc.spec!.volumeName !== pv.metadata.name || !yes(pvc, BIND_COMPLETED)) {
    const annotations = { ...pvc.metadata.annotations, ...(pvc.spec!.volumeName !== pv.metadata.name && { [BOUND_BY_CONTROLLER]: 'yes' }), [BIND_COMPLETED]: 'yes' };
    pvc = client.update({ ...pvc, metadata: { ...pvc.metadata, annotations }, spec: { ...pvc.spec, volumeName: pv.metadata.name } });
  }
  setClaimPhase(pvc, 'Bound', pv, client);
}

/** Pods that use the claim and have no node yet. */
const waitingPods = (claim: PersistentVolumeClaim, client: Client): readonly string[] =>
  client.list<Pod>('pods', claim.metadata.namespace).filter((pod) => !pod.spec?.nodeName && claimNames(pod).includes(claim.metadata.name)).map((pod) => pod.metadata.name);

function provision(claim: PersistentVolumeClaim, client: Client): void {
  const name = classOf(claim);
  const found = client.get<StorageClass>(CLASSES, undefined, name);
  const fail = (message: string): void => client.event(claim, 'Warning', 'ProvisioningFailed', message);
  if (!found) return fail(`storageclass.storage.k8s.io "${name}" not found`);
  const provisioner = MIGRATED[found.provisioner!] ?? found.provisioner!;
  if (provisioner.startsWith('kubernetes.io/')) return fail(`no volume plugin matched name: ${provisioner}`);
  const key = 'volume.kubernetes.io/storage-provisioner';
  if (claim.metadata.annotations?.[key] !== provisioner) {
    client.update({ ...claim, metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, 'volume.beta.kubernetes.io/storage-provisioner': provisioner, [key]: provisioner } } });
  }
  client.event(claim, 'Normal', 'ExternalProvisioning', `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. `
    + 'If volume creation is delayed, please verify that the provisioner is running and correctly registered.');
  return undefined;
}

/** Why the volume that a claim asks for by name cannot be had. */
function unfit(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (volume.metadata.deletionTimestamp) return `the volume is marked for deletion "${volume.metadata.name}"`;
  if (wholeOf(volume.spec?.capacity?.['storage']) < wholeOf(claim.spec?.resources?.requests?.['storage'])) return 'requested PV is too small';
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match';
  if ((volume.spec?.volumeAttributesClassName ?? '') !== (claim.spec?.volumeAttributesClassName ?? '')) return 'volumeAttributesClassName does not match';
  if (!sameMode(volume, claim)) return 'incompatible volumeMode';
  return hasModes(volume, claim) ? undefined : 'incompatible accessMode';
}

function syncUnbound(claim: PersistentVolumeClaim, client: Client): void {
  const wanted = claim.spec!.volumeName;
  if (wanted) {
    const volume = client.get<PersistentVolume>(VOLUMES, undefined, wanted);
    if (volume && !volume.spec!.claimRef) {
      const why = unfit(volume, claim);
      if (!why) return bind(volume, claim, client);
      client.event(claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume "${wanted}": ${why}`);
    } else if (volume && isFor(volume, claim)) return bind(volume, claim, client);
    else if (volume) client.event(claim, 'Warning', 'FailedBinding', `volume "${wanted}" already bound to a different claim.`);
    setClaimPhase(claim, 'Pending', undefined, client);
    return undefined;
  }
  const delayed = waitsForPod(claim, client);
  const volume = bestMatch(claim, client.list<PersistentVolume>(VOLUMES), { delayed });
  if (volume) return bind(volume, claim, client);
  if (claim.spec!.storageClassName === undefined && assignDefaultClass(claim, client)) return undefined;
  if (delayed && !yes(claim, SELECTED_NODE)) {
    const pods = waitingPods(claim, client);
    const [reason, message] = pods.length === 0 ? ['WaitForFirstConsumer', 'waiting for first consumer to be created before binding']
      : ['WaitForPodScheduled', `waiting for pod${pods.length > 1 ? 's' : ''} ${pods.join(',')} to be scheduled`];
    client.event(claim, 'Normal', reason!, message!);
  } else if (classOf(claim) !== '') return provision(claim, client);
  else client.event(claim, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
  setClaimPhase(claim, 'Pending', undefined, client);
  return undefined;
}

/** A claim that never named a class gets the default one as soon as there is one. */
function assignDefaultClass(claim: PersistentVolumeClaim, client: Client): boolean {
  const defaults = client.list<StorageClass>(CLASSES).filter((c) => c.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true')
    .sort((a, b) => (a.metadata.creationTimestamp! > b.metadata.creationTimestamp! ? -1 : a.metadata.creationTimestamp! < b.metadata.creationTimestamp! ? 1 : a.metadata.name < b.metadata.name ? -1 : 1));
  if (!defaults[0]) return false;
  client.update({ ...claim, spec: { ...claim.spec, storageClassName: defaults[0].metadata.name } });
  return true;
}

function lose(claim: PersistentVolumeClaim, reason: string, message: string, client: Client): void {
  if (claim.status?.phase !== 'Lost') client.event(claim, 'Warning', reason, message);
  setClaimPhase(claim, 'Lost', undefined, client);
}

function syncClaim(key: string, client: Client): number | undefined {
  const [namespace, name] = split(key);
  const claim = client.get<PersistentVolumeClaim>(CLAIMS, namespace, name);
  if (!claim) return undefined;
  if (!yes(claim, BIND_COMPLETED)) {
    syncUnbound(claim, client);
    return client.get<PersistentVolumeClaim>(CLAIMS, namespace, name)?.status?.phase === 'Bound' ? undefined : RESYNC - (client.now % RESYNC);
  }
  const volume = claim.spec!.volumeName ? client.get<PersistentVolume>(VOLUMES, undefined, claim.spec!.volumeName) : undefined;
  if (!claim.spec!.volumeName) lose(claim, 'ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!', client);
  else if (!volume) lose(claim, 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!', client);
  else if (!volume.spec!.claimRef || volume.spec!.claimRef.uid === claim.metadata.uid) bind(volume, claim, client);
  else lose(claim, 'ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly', client);
  return undefined;
}

function fail(volume: PersistentVolume, reason: string, message: string, client: Client): void {
  if (setVolumePhase(volume, 'Failed', client, message)) client.event(volume, 'Warning', reason, message);
}

function reclaim(volume: PersistentVolume, client: Client): void {
  const { spec, metadata } = volume;
  if (spec!.persistentVolumeReclaimPolicy === 'Recycle') fail(volume, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!', client);
  if (spec!.persistentVolumeReclaimPolicy !== 'Delete') return;
  const path = spec!.hostPath?.path;
  if (path === undefined) fail(volume, 'VolumeFailedDelete', `error getting deleter volume plugin for volume "${metadata.name}": no deletable volume plugin matched`, client);
  else if (!/^\/tmp\/.+/.test(path)) fail(volume, 'VolumeFailedDelete', `host_path deleter only supports /tmp/.+ but received provided ${path}`, client);
  else quietly(() => client.delete(VOLUMES, undefined, metadata.name));
}

function syncVolume(name: string, client: Client): void {
  const volume = client.get<PersistentVolume>(VOLUMES, undefined, name);
  if (!volume) return;
  const ref = volume.spec!.claimRef;
  if (!ref?.uid) {
    setVolumePhase(volume, 'Available', client);
    return;
  }
  const claim = client.get<PersistentVolumeClaim>(CLAIMS, ref.namespace, ref.name!);
  if (claim?.metadata.uid !== ref.uid) {
    if (volume.status?.phase !== 'Released' && volume.status?.phase !== 'Failed') setVolumePhase(volume, 'Released', client);
    reclaim(client.get<PersistentVolume>(VOLUMES, undefined, name) ?? volume, client);
  } else if (!claim.spec!.volumeName) {
    if (!sameMode(volume, claim)) {
      client.event(volume, 'Warning', 'VolumeMismatch', `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${claim.metadata.name}" due to incompatible volumeMode.`);
      client.event(claim, 'Warning', 'VolumeMismatch', `Cannot bind PersistentVolume "${name}" to requested PersistentVolumeClaim due to incompatible volumeMode.`);
    } else syncClaim(keyOf(claim), client);
  } else if (claim.spec!.volumeName === name) setVolumePhase(volume, 'Bound', client);
  else {
    const byController = yes(volume, BOUND_BY_CONTROLLER);
    const { [BOUND_BY_CONTROLLER]: _b, ...annotations } = volume.metadata.annotations ?? {};
    const { claimRef: _c, ...spec } = volume.spec!;
    const { uid: _u, resourceVersion: _r, ...kept } = ref;
    const next = client.update({ ...volume, metadata: { ...volume.metadata, annotations }, spec: byController ? spec : { ...spec, claimRef: kept } } as PersistentVolume);
    setVolumePhase(next, 'Available', client);
  }
}

export const createVolumeBinder = (): Controller => ({
  name: 'persistentvolume-controller',
  user: 'system:serviceaccount:kube-system:persistent-volume-binder',
  watches: {
    [VOLUMES]: (object, _read, change) => {
      const volume = object as PersistentVolume;
      const ref = volume.spec?.claimRef;
      return change && !change.now ? (ref ? [`${ref.namespace}/${ref.name}`] : []) : [volume.metadata.name];
    },
    [CLAIMS]: (object, _read, change) => {
      const claim = object as PersistentVolumeClaim;
      return change && !change.now ? (claim.spec?.volumeName ? [claim.spec.volumeName] : []) : [keyOf(claim)];
    },
  },
  reconcile: (key, client) => (key.includes('/') ? syncClaim(key, client) : void syncVolume(key, client)),
});
