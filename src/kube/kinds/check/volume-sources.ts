/**
 * What volumes are made of, in Pods and in PersistentVolumes (validate…VolumeSource of pkg/apis/core/validation).
 */
import { between, bytes, dnsLabel, dnsSubdomain } from '../../schema/names.ts';
import { compareQuantities } from '../../schema/quantity.ts';
import type { Faults } from '../faults.ts';
import type { CSIPersistentVolumeSource, KeyToPath, PersistentVolumeSpec, ProjectedVolumeSource, SecretReference, Volume } from '../types.ts';
import { checkDownwardFile } from './downward.ts';
import { checkText, needText } from './labels.ts';
import { checkFilePath, checkMode, checkNoBacksteps, checkDescending } from './paths.ts';

/** Any source in either place; fields that both have mean the same. */
type Sources = Omit<Volume, 'csi' | 'iscsi' | 'flexVolume'> & Omit<PersistentVolumeSpec, 'claimRef'>;
type Source = { readonly [field: string]: unknown };

/** Fields without which a source is none. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  gitRepo: ['repository'], gcePersistentDisk: ['pdName'], awsElasticBlockStore: ['volumeID'], secret: ['secretName'], configMap: ['name'], persistentVolumeClaim: ['claimName'],
  nfs: ['server', 'path'], iscsi: ['targetPortal'], glusterfs: ['endpoints', 'path'], rbd: ['monitors', 'image'], cinder: ['volumeID'], cephfs: ['monitors'],
  flexVolume: ['driver'], azureFile: ['secretName', 'shareName'], vsphereVolume: ['volumePath'], photonPersistentDisk: ['pdID'], portworxVolume: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'], scaleIO: ['gateway', 'system', 'volumeName'],
};

const HOST_PATHS = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];
const IQN = { iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/, eui: /^eui.[A-Za-z0-9]{16}$/, naa: /^naa.[A-Za-z0-9]{32}$/ };
const REPEATED = 'conflicting duplicate paths';

const empty = (value: unknown): boolean => (value ?? '') === '' || (Array.isArray(value) && value.length === 0);

function checkKey(e: Faults, path: string, { key, path: file, mode }: KeyToPath): void {
  if (!key) e.required(`${path}.key`);
  if (!file) e.required(`${path}.path`);
  checkFilePath(e, `${path}.path`, file ?? '');
  checkMode(e, `${path}.mode`, mode);
}

/** The name of a CSI driver. */
export function checkDriverName(e: Faults, path: string, name: string | undefined): void {
  if (!name) {
    e.required(path);
    return;
  }
  if (bytes(name) > 63) e.tooLong(path, 63);
  e.each(path, name, dnsSubdomain(name.toLowerCase()));
}

function checkSecretReference(e: Faults, path: string, ref: SecretReference | undefined): void {
  if (!ref) return;
  needText(e, `${path}.name`, ref.name, dnsSubdomain);
  needText(e, `${path}.namespace`, ref.namespace, dnsLabel);
}

function checkInitiator(e: Faults, path: string, name: string, wrongStart: string): void {
  const kind = (['iqn', 'eui', 'naa'] as const).find((k) => name.startsWith(k));
  if (!kind) e.invalid(path, name, wrongStart);
  else if (!IQN[kind].test(name)) e.invalid(path, name, 'must be valid format');
}

function checkLun(e: Faults, path: string, lun: number): void {
  if (lun < 0 || lun > 255) e.invalid(path, lun, between(0, 255));
}

function checkProjected(e: Faults, path: string, { defaultMode, sources }: ProjectedVolumeSource): void {
  checkMode(e, `${path}.defaultMode`, defaultMode);
  const files = new Set<string>();
  const once = (file: string | undefined, shown: string): void => {
    if (!file) return;
    if (files.has(file)) e.invalid(path, shown, REPEATED);
    files.add(file);
  };
  for (const [i, { secret, configMap, downwardAPI, serviceAccountToken }] of (sources ?? []).entries()) {
    const at = `${path}.sources[${i}]`;
    for (const [name, source] of [['secret', secret], ['configMap', configMap]] as const) {
      if (!source) continue;
      if (!source.name) e.required(`${at}.${name}.name`);
      for (const [j, item] of (source.items ?? []).entries()) {
        checkKey(e, `${at}.${name}.items[${j}]`, item);
        once(item.path, source.name ?? '');
      }
    }
    for (const file of downwardAPI?.items ?? []) {
      checkDownwardFile(e, `${at}.downwardAPI`, file);
      once(file.path, file.path ?? '');
    }
    if (serviceAccountToken) {
      const { expirationSeconds = 0, path: file } = serviceAccountToken;
      const where = `${at}.serviceAccountToken.expirationSeconds`;
      if (expirationSeconds < 600) e.invalid(where, expirationSeconds, 'may not specify a duration less than 10 minutes');
      if (expirationSeconds > 2 ** 32) e.invalid(where, expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
      if (!file) e.required(`${path}.path`);
      else checkFilePath(e, `${path}.path`, file);
    }
    if ([secret, configMap, downwardAPI, serviceAccountToken].filter(Boolean).length > 1) e.forbidden(at, 'may not specify more than 1 volume type per source');
  }
}

/** What one source has to have besides the fields that it needs. `inPod` tells Pods' volumes from PersistentVolumes. */
const CHECKS: Readonly<Record<string, (e: Faults, path: string, s: Sources, inPod: boolean) => void>> = {
  emptyDir(e, path, { emptyDir }) {
    if (emptyDir?.sizeLimit && compareQuantities(emptyDir.sizeLimit, '0') < 0) e.forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity');
  },
  hostPath(e, path, { hostPath }) {
    if (!hostPath?.path) {
      e.required(`${path}.path`);
      return;
    }
    checkNoBacksteps(e, `${path}.path`, hostPath.path);
    e.optional(`${path}.type`, hostPath.type, HOST_PATHS);
  },
  gitRepo: (e, path, { gitRepo }) => checkDescending(e, `${path}.directory`, gitRepo?.directory ?? ''),
  gcePersistentDisk(e, path, { gcePersistentDisk: { partition = 0 } = {} }) {
    if (partition < 0 || partition > 255) e.invalid(`${path}.partition`, partition, between(1, 255));
  },
  awsElasticBlockStore(e, path, { awsElasticBlockStore: { partition = 0 } = {} }) {
    if (partition < 0 || partition > 255) e.invalid(`${path}.partition`, partition, between(1, 255));
  },
  secret(e, path, { secret: { defaultMode, items = [] } = {} }) {
    checkMode(e, `${path}.defaultMode`, defaultMode);
    for (const [i, item] of items.entries()) checkKey(e, `${path}.items[${i}]`, item);
  },
  configMap(e, path, { configMap: { defaultMode, items = [] } = {} }) {
    checkMode(e, `${path}.defaultMode`, defaultMode);
    for (const [i, item] of items.entries()) checkKey(e, `${path}.items[${i}]`, item);
  },
  nfs(e, path, { nfs }) {
    if (!nfs?.path?.startsWith('/')) e.invalid(`${path}.path`, nfs?.path ?? '', 'must be an absolute path');
  },
  iscsi(e, path, { iscsi: { iqn, lun = 0, chapAuthDiscovery, chapAuthSession, secretRef, initiatorName } = {} }, inPod) {
    const wrongStart = inPod ? 'must be valid format starting with iqn, eui, or naa' : 'must be valid format';
    if (!iqn) e.required(`${path}.iqn`);
    else checkInitiator(e, `${path}.iqn`, iqn, wrongStart);
    checkLun(e, `${path}.lun`, lun);
    if ((chapAuthDiscovery || chapAuthSession) && !secretRef) e.required(`${path}.secretRef`);
    if (!inPod && secretRef && !secretRef.name) e.required(`${path}.secretRef.name`);
    if (initiatorName !== undefined) checkInitiator(e, `${path}.initiatorname`, initiatorName, wrongStart);
  },
  glusterfs(e, path, { glusterfs }, inPod) {
    const space = glusterfs?.endpointsNamespace;
    if (inPod || space === undefined) return;
    if (space === '') e.invalid(`${path}.endpointsNamespace`, space, 'if the endpointnamespace is set, it must be a valid namespace name');
    else checkText(e, `${path}.endpointsNamespace`, space, dnsLabel);
  },
  flocker(e, path, { flocker: { datasetName = '', datasetUUID = '' } = {} }) {
    if (!datasetName && !datasetUUID) e.required(path, 'one of datasetName and datasetUUID is required');
    if (datasetName && datasetUUID) e.invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously');
    if (datasetName.includes('/')) e.invalid(`${path}.datasetName`, datasetName, "must not contain '/'");
  },
  cinder(e, path, { cinder }, inPod) {
    if (cinder?.secretRef && !cinder.secretRef.name) e.required(`${path}.secretRef.name`);
    if (!inPod && cinder?.secretRef && !cinder.secretRef.namespace) e.required(`${path}.secretRef.namespace`);
  },
  quobyte(e, path, { quobyte: { registry = '', tenant = '', volume } = {} }) {
    const pairs = 'must be a host:port pair or multiple pairs separated by commas';
    if (!registry) e.required(`${path}.registry`, pairs);
    else if (tenant.length >= 65) e.required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters');
    else for (const pair of registry.split(',')) if (!/^([^:[\]]*|\[[^[\]]*\]):[^:]*$/.test(pair)) e.invalid(`${path}.registry`, registry, pairs);
    if (!volume) e.required(`${path}.volume`);
  },
  downwardAPI(e, path, { downwardAPI: { defaultMode, items = [] } = {} }) {
    checkMode(e, `${path}.defaultMode`, defaultMode);
    for (const file of items) checkDownwardFile(e, path, file);
  },
  fc(e, path, { fc: { targetWWNs = [], wwids = [], lun } = {} }) {
    if (targetWWNs.length + wwids.length === 0) e.required(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both');
    if (targetWWNs.length > 0 && wwids.length > 0) e.invalid(`${path}.targetWWNs`, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously');
    if (targetWWNs.length === 0) return;
    if (lun === undefined) e.required(`${path}.lun`, 'lun is required if targetWWNs is specified');
    else checkLun(e, `${path}.lun`, lun);
  },
  flexVolume(e, path, { flexVolume }) {
    for (const key in flexVolume?.options) {
      const domain = `.${key.split('/')[0]!.toLowerCase()}`;
      if (domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io')) e.invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved');
    }
  },
  azureFile(e, path, { azureFile }, inPod) {
    if (!inPod && azureFile?.secretNamespace === '') e.required(`${path}.secretNamespace`);
  },
  azureDisk(e, path, { azureDisk: { cachingMode, kind, diskURI = '' } = {} }) {
    e.optional(`${path}.cachingMode`, cachingMode, ['None', 'ReadOnly', 'ReadWrite']);
    e.optional(`${path}.kind`, kind, ['Dedicated', 'Managed', 'Shared']);
    const managed = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
    if (kind === 'Managed' && !diskURI.startsWith('/subscriptions/')) e.unsupported(`${path}.diskURI`, diskURI, [managed]);
    if (kind !== undefined && kind !== 'Managed' && !diskURI.startsWith('https://')) {
      e.unsupported(`${path}.diskURI`, diskURI, ['https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd']);
    }
  },
  storageos(e, path, { storageos: { volumeName, volumeNamespace, secretRef } = {} }, inPod) {
    needText(e, `${path}.volumeName`, volumeName, dnsLabel);
    if (volumeNamespace) checkText(e, `${path}.volumeNamespace`, volumeNamespace, dnsLabel);
    if (secretRef && !secretRef.name) e.required(`${path}.secretRef.name`);
    if (!inPod && secretRef && !(secretRef as SecretReference).namespace) e.required(`${path}.secretRef.namespace`);
  },
  projected: (e, path, { projected }) => checkProjected(e, path, projected ?? {}),
  csi(e, path, { csi: all = {} }, inPod) {
    checkDriverName(e, `${path}.driver`, all.driver);
    if (inPod) {
      const secret = all.nodePublishSecretRef;
      if (secret && !secret.name) e.required(`${path}.nodePublishSecretRef.name`);
      else if (secret) checkText(e, `${path}.name`, secret.name!, dnsSubdomain);
      return;
    }
    if (!all.volumeHandle) e.required(`${path}.volumeHandle`);
    for (const field of ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'] as const satisfies readonly (keyof CSIPersistentVolumeSource)[]) {
      checkSecretReference(e, `${path}.${field}`, all[field]);
    }
  },
  image(e, path, { image }) {
    e.oneOf(`${path}.pullPolicy`, image?.pullPolicy, ['Always', 'IfNotPresent', 'Never']);
  },
  local(e, path, { local }) {
    if (!local?.path) e.required(`${path}.path`);
    else checkNoBacksteps(e, `${path}.path`, local.path);
  },
};

/** One source of a volume: the fields that it needs, then what they may be. `path` is that of the source in errors. */
export function checkSource(e: Faults, path: string, name: string, volume: Sources, inPod: boolean): void {
  const source = (volume as Source)[name] as Source;
  for (const field of NEEDED[name] ?? []) if (empty(source[field])) e.required(`${path}.${field}`);
  CHECKS[name]?.(e, path, volume, inPod);
}

export type { Sources };
