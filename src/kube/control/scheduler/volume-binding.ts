/**
 * Claims of a Pod: those that are bound must be reachable from the node, those that wait get a volume that fits.
 * Stands for the plugins VolumeBinding and VolumeRestrictions (ReadWriteOncePod).
 */
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../kinds/types.ts';
import type { Client } from '../controller.ts';
import { bestMatch, BIND_COMPLETED, BOUND_BY_CONTROLLER, CLAIMS, claimNames, claimReference, CLASSES, classOf, isFor, reachable, SELECTED_NODE, VOLUMES, waitsForPod } from '../volumes/match.ts';
import type { Cycle, Filter, Refusal } from './cycle.ts';

interface Claims {
  readonly bound: readonly PersistentVolumeClaim[];
  readonly waiting: readonly PersistentVolumeClaim[];
  readonly refusal?: Refusal;
}

const no = (reason: string, plugin = 'VolumeBinding'): Refusal => ({ plugin, reasons: [reason], final: true });
const isBound = (claim: PersistentVolumeClaim): boolean => !!claim.spec?.volumeName && claim.metadata.annotations?.[BIND_COMPLETED] !== undefined;

/** The claims of a Pod, and what is wrong with them wherever it may run. */
export function claimsOf(pod: Pod, client: Client): Claims {
  const bound: PersistentVolumeClaim[] = [];
  const waiting: PersistentVolumeClaim[] = [];
  const namespace = pod.metadata.namespace!;
  let immediate = false;
  for (const name of claimNames(pod)) {
    const claim = client.get<PersistentVolumeClaim>(CLAIMS, namespace, name);
    if (!claim) {
      const own = pod.spec!.volumes!.some((v) => v.ephemeral && `${pod.metadata.name}-${v.name}` === name);
      return { bound, waiting, refusal: no(own ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"` : `persistentvolumeclaim "${name}" not found`) };
    }
    if (claim.status?.phase === 'Lost') return { bound, waiting, refusal: no(`persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec!.volumeName}"`) };
    if (claim.metadata.deletionTimestamp) return { bound, waiting, refusal: no(`persistentvolumeclaim "${name}" is being deleted`) };
    if (isBound(claim)) bound.push(claim);
    else if (waitsForPod(claim, client) && !claim.spec!.volumeName) waiting.push(claim);
    else immediate = true;
  }
  return { bound, waiting, ...(immediate && { refusal: no('pod has unbound immediate PersistentVolumeClaims') }) };
}

const hasClaims = (pod: Pod): boolean => !!pod.spec!.volumes?.some((v) => v.persistentVolumeClaim || v.ephemeral);

/** What is wrong with the Pod's claims before any node is looked at. */
export const claimsRefusal = ({ info, client }: Cycle): Refusal | undefined => (hasClaims(info.pod) ? claimsOf(info.pod, client).refusal : undefined);

/** The volumes that the waiting claims would get on a node; undefined when one gets none. A claim with a provisioner gets null: it will be made there. */
function chosen(waiting: readonly PersistentVolumeClaim[], cycle: Cycle, nodeName: string): ReadonlyMap<string, PersistentVolume | null> | undefined {
  const { client, cache } = cycle;
  const node = cache.node(nodeName)!.node;
  const taken = new Set<string>();
  const out = new Map<string, PersistentVolume | null>();
  for (const claim of waiting) {
    const volume = bestMatch(claim, client.list<PersistentVolume>(VOLUMES), { node, taken });
    if (volume) {
      taken.add(volume.metadata.name);
      out.set(claim.metadata.name, volume);
      continue;
    }
    const provisioner = client.get<StorageClass>(CLASSES, undefined, classOf(claim))?.provisioner;
    if (!provisioner || provisioner === 'kubernetes.io/no-provisioner') return undefined;
    out.set(claim.metadata.name, null);
  }
  return out;
}

export const volumeBinding: Filter = (cycle, node) => {
  const { info, client } = cycle;
  if (!hasClaims(info.pod)) return undefined;
  const { bound, waiting } = cycle.state('VolumeBinding', () => claimsOf(info.pod, client));
  const reasons: string[] = [];
  for (const claim of bound) {
    const volume = client.get<PersistentVolume>(VOLUMES, undefined, claim.spec!.volumeName!);
    if (!volume) reasons.push('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
    else if (!reachable(volume, node.node)) reasons.push("node(s) didn't match PersistentVolume's node affinity");
  }
  if (waiting.length && !chosen(waiting, cycle, node.name)) reasons.push("node(s) didn't find available persistent volumes to bind");
  return reasons.length ? { plugin: 'VolumeBinding', reasons: [...new Set(reasons)], final: true } : undefined;
};

/** A claim for one Pod alone is not used by another one. */
export const volumeRestrictions: Filter = ({ info, client, cache }, node) => {
  if (!hasClaims(info.pod)) return undefined;
  const namespace = info.pod.metadata.namespace!;
  const alone = claimNames(info.pod).filter((name) => client.get<PersistentVolumeClaim>(CLAIMS, namespace, name)?.spec?.accessModes?.includes('ReadWriteOncePod'));
  if (!alone.length) return undefined;
  for (const other of cache.nodes) {
    for (const { pod } of (other.name === node.name ? node : other).pods.values()) {
      if (pod.metadata.namespace === namespace && claimNames(pod).some((name) => alone.includes(name))) {
        return { plugin: 'VolumeRestrictions', final: false, reasons: ['node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod'] };
      }
    }
  }
  return undefined;
};

/** Gives the waiting claims their volumes on the node; true when all of them are bound, false when the binder still has to do its part. */
export function bindClaims(cycle: Cycle, nodeName: string): boolean {
  const { info, client } = cycle;
  if (!hasClaims(info.pod)) return true;
  const { waiting } = claimsOf(info.pod, client);
  const volumes = waiting.length ? chosen(waiting, cycle, nodeName) : undefined;
  for (const claim of waiting) {
    const volume = volumes?.get(claim.metadata.name);
    if (volume && !(volume.spec?.claimRef?.uid && isFor(volume, claim))) {
      client.update({ ...volume, metadata: { ...volume.metadata, annotations: { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' } }, spec: { ...volume.spec, claimRef: claimReference(claim) } } as PersistentVolume);
    } else if (volume === null && claim.metadata.annotations?.[SELECTED_NODE] !== nodeName) {
      client.patch(CLAIMS, claim.metadata.namespace, claim.metadata.name, { metadata: { annotations: { [SELECTED_NODE]: nodeName } } });
    }
  }
  return waiting.length === 0;
}
