/**
 * The volumes of a Pod: each of exactly one kind, with names of their own.
 */
import { bytes, dnsLabel, dnsSubdomain } from '../../schema/names.ts';
import { Faults } from '../faults.ts';
import type { ObjectMeta } from '../../api/wire.ts';
import type { Volume } from '../types.ts';
import { checkClaimSpec } from './claim.ts';
import { checkAnnotations, checkLabels, needText } from './labels.ts';
import { checkSource } from './volume-sources.ts';
import type { Sources } from './volume-sources.ts';

export const ONE_TYPE = 'may not specify more than 1 volume type';

/** Kinds of volumes in the order in which the server looks at them. */
const ORDER = [
  'emptyDir', 'hostPath', 'gitRepo', 'gcePersistentDisk', 'awsElasticBlockStore', 'secret', 'nfs', 'iscsi', 'glusterfs', 'flocker', 'persistentVolumeClaim', 'rbd', 'cinder',
  'cephfs', 'quobyte', 'downwardAPI', 'fc', 'flexVolume', 'configMap', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume', 'azureDisk', 'storageos',
  'projected', 'scaleIO', 'csi', 'ephemeral', 'image',
] as const satisfies readonly (keyof Volume)[];

/** Where the server's errors call a source otherwise than its field. */
export const AS_FORBIDDEN: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };
export const AS_CHECKED: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' };

/** Fields of metadata that the template of a claim may have. */
const IN_TEMPLATES = new Set(['annotations', 'labels', 'creationTimestamp']);

function checkEphemeral(e: Faults, path: string, volume: Volume, pod: ObjectMeta | undefined, at: string): void {
  const template = volume.ephemeral?.volumeClaimTemplate;
  const inside = `${path}.volumeClaimTemplate`;
  if (!template) e.required(inside);
  else {
    const metadata: Partial<ObjectMeta> = template.metadata ?? {};
    checkAnnotations(e, `${inside}.metadata.annotations`, metadata.annotations);
    checkLabels(e, `${inside}.metadata.labels`, metadata.labels);
    for (const field in metadata) if (!IN_TEMPLATES.has(field)) e.forbidden(`${inside}.metadata.${field}`, 'cannot be set');
    checkClaimSpec(e, `${inside}.spec`, template.spec ?? {});
  }
  if (!pod?.name || !volume.name) return;
  const claim = `${pod.name}-${volume.name}`;
  for (const text of dnsSubdomain(claim)) e.invalid(`${at}.name`, volume.name, `PVC name "${claim}": ${text}`);
}

function checkVolume(e: Faults, at: string, volume: Volume, pod: ObjectMeta | undefined, isPod: boolean): void {
  let found = 0;
  for (const name of ORDER) {
    const source = volume[name];
    if (source === undefined) continue;
    if (found > 0) e.forbidden(`${at}.${AS_FORBIDDEN[name] ?? name}`, ONE_TYPE);
    else {
      found++;
      if (name === 'image' && isPod && !volume.image?.reference) e.required(`${at}.image.reference`);
      checkSource(e, `${at}.${AS_CHECKED[name] ?? name}`, name, volume as unknown as Sources, true);
      if (name === 'ephemeral') checkEphemeral(e, `${at}.ephemeral`, volume, pod, at);
    }
    if (name === 'iscsi' && volume.iscsi?.initiatorName !== undefined && bytes(`${volume.name}:${volume.iscsi.targetPortal}`) > 64) {
      e.invalid(`${at}.name`, volume.name, 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.');
    }
  }
  if (found === 0) e.required(at, 'must specify a volume type');
}

/** Checks volumes and returns the good ones by name. `pod` is missing in templates. */
export function checkVolumes(e: Faults, path: string, volumes: readonly Volume[], pod: ObjectMeta | undefined, isPod: boolean): ReadonlyMap<string, Volume> {
  const good = new Map<string, Volume>();
  const made = new Set(pod?.name ? volumes.filter((v) => v.ephemeral).map((v) => `${pod.name}-${v.name}`) : []);
  for (const [i, volume] of volumes.entries()) {
    const at = `${path}[${i}]`;
    const { name = '' } = volume;
    const count = e.all.length;
    checkVolume(e, at, volume, pod, isPod);
    needText(e, `${at}.name`, name, dnsLabel);
    if (good.has(name)) e.duplicate(`${at}.name`, name);
    if (e.all.length === count) good.set(name, volume);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined && made.has(claim)) e.invalid(`${at}.persistentVolumeClaim.claimName`, claim, 'must not reference a PVC that gets created for an ephemeral volume');
  }
  return good;
}
