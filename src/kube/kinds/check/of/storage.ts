/**
 * StorageClasses and the kinds around CSI (pkg/apis/storage/validation).
 */
import { alike } from '../../../control/alike.ts';
import { bytes, dnsSubdomain, labelKey } from '../../../schema/names.ts';
import { compareQuantities } from '../../../schema/quantity.ts';
import { IMMUTABLE, NEGATIVE } from '../../faults.ts';
import type { Faults } from '../../faults.ts';
import type {
  CSIDriver, CSINode, CSINodeDriver, CSIStorageCapacity, StorageClass, TokenRequest, TopologySelectorTerm, VolumeAttachment, VolumeAttributesClass, VolumeError,
} from '../../types.ts';
import { labelWarnings, selectorWarnings } from '../deprecated.ts';
import { checkImmutable } from '../immutable.ts';
import { checkSelector, checkText } from '../labels.ts';
import { rules } from '../rules.ts';
import { checkDriverName } from '../volume-sources.ts';
import { checkVolumeSpec } from './persistentvolume.ts';

type Parameters = Readonly<Record<string, string>>;

const MOST_PARAMETERS = 512;
const MOST_BYTES = 256 * 1024;
const MOST_MESSAGE = 1024;
const MOST_NODE_ID = 192;

function checkProvisioner(e: Faults, path: string, name = ''): void {
  if (!name) e.required(path);
  else checkText(e, path, name.toLowerCase(), labelKey);
}

function checkParameters(e: Faults, path: string, parameters: Parameters = {}, needed: boolean): void {
  const all = Object.entries(parameters);
  if (all.length > MOST_PARAMETERS) return e.tooLong(path, MOST_PARAMETERS);
  let size = 0;
  for (const [key, value] of all) {
    if (key === '') e.invalid(path, key, 'field can not be empty.');
    size += bytes(key) + bytes(value);
  }
  if (size > MOST_BYTES) e.tooLong(path, MOST_BYTES);
  if (needed && all.length === 0) e.required(path, 'must contain at least one key/value pair');
}

function checkTopologies(e: Faults, topologies: readonly TopologySelectorTerm[]): void {
  // the real one takes each term to follow as many empty ones as there are terms
  const seen: string[] = topologies.map(() => '[]');
  for (const [i, { matchLabelExpressions: list = [] }] of topologies.entries()) {
    const at = `allowedTopologies[${i}].matchLabelExpressions`;
    for (const [j, { key = '', values }] of list.entries()) {
      if ((values ?? []).length === 0) e.required(`${at}[${j}].values`);
      for (const [k, value] of (values ?? []).entries()) if (values!.indexOf(value) < k) e.duplicate(`${at}[${j}].values[${k}]`, value);
      checkText(e, `${at}[${j}].key`, key, labelKey);
      if (list.findIndex((other) => (other.key ?? '') === key) < j) e.duplicate(`${at}[${j}].key`, key);
    }
    const same = JSON.stringify(list.map(({ key, values }) => [key, [...(values ?? [])].sort()]).sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)));
    for (const before of seen) if (before === same) e.duplicate(at, '');
    seen.push(same);
  }
}

export const storageClass = rules<StorageClass>({
  check(e, now, old) {
    const { provisioner = '', parameters, reclaimPolicy, volumeBindingMode, allowedTopologies } = now;
    checkProvisioner(e, 'provisioner', provisioner);
    checkParameters(e, 'parameters', parameters, false);
    if (reclaimPolicy) e.optional('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']);
    if (volumeBindingMode === undefined) e.required('volumeBindingMode');
    else e.optional('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']);
    checkTopologies(e, allowedTopologies ?? []);
    if (!old) return;
    checkImmutable(e, 'parameters', parameters, old.parameters);
    checkImmutable(e, 'provisioner', provisioner, old.provisioner ?? '');
    for (const field of ['reclaimPolicy', 'volumeBindingMode'] as const) checkImmutable(e, field, now[field], old[field]);
  },
  warn: ({ allowedTopologies }) =>
    (allowedTopologies ?? []).flatMap(({ matchLabelExpressions }, i) =>
      (matchLabelExpressions ?? []).flatMap(({ key = '' }, j) => labelWarnings(`allowedTopologies[${i}].matchLabelExpressions[${j}].key`, key))),
});

export const volumeAttributesClass = rules<VolumeAttributesClass>({
  check(e, { driverName, parameters }, old) {
    if (old && driverName !== old.driverName) e.forbidden('driverName', 'updates to driverName are forbidden.');
    if (old && !alike(parameters, old.parameters)) e.forbidden('parameters', 'updates to parameters are forbidden.');
    checkProvisioner(e, 'driverName', driverName);
    checkParameters(e, 'parameters', parameters, true);
  },
});

function checkError(e: Faults, path: string, error: VolumeError | undefined): void {
  if (bytes(error?.message ?? '') > MOST_MESSAGE) e.tooLong(`${path}.message`, MOST_BYTES);
  if (error?.errorCode !== undefined && error.errorCode < 0) e.invalid(`${path}.errorCode`, error.errorCode, 'must be between 0 and 2147483647, inclusive');
}

const EXACTLY_ONE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

export const volumeAttachment = rules<VolumeAttachment>({
  check(e, { spec = {}, status = {} }, old) {
    checkDriverName(e, 'spec.attacher', spec.attacher);
    const { inlineVolumeSpec: inline, persistentVolumeName: name } = spec.source ?? {};
    if (!inline && name === undefined) e.required('spec.source', EXACTLY_ONE);
    else if (inline && name !== undefined) e.forbidden('spec.source', EXACTLY_ONE);
    else if (inline) checkVolumeSpec(e, 'spec.source.inlineVolumeSpec', inline, true);
    else if (!name) e.required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName');
    checkText(e, 'spec.nodeName', spec.nodeName ?? '', dnsSubdomain);
    const size = Object.entries(status.attachmentMetadata ?? {}).reduce((sum, [key, value]) => sum + bytes(key) + bytes(value), 0);
    if (size > MOST_BYTES) e.tooLong('status.attachmentMetadata', MOST_BYTES);
    checkError(e, 'status.attachError', status.attachError);
    checkError(e, 'status.detachError', status.detachError);
    if (name !== undefined) checkText(e, 'spec.source.persistentVolumeName', name, dnsSubdomain);
    if (old) checkImmutable(e, 'spec', spec, old.spec);
  },
});

function checkNodeDriver(e: Faults, path: string, { name, nodeID = '', allocatable, topologyKeys }: CSINodeDriver, names: readonly (string | undefined)[]): void {
  checkDriverName(e, `${path}.name`, name);
  if (!nodeID) e.required(`${path}.nodeID`);
  if (bytes(nodeID) > MOST_NODE_ID) e.invalid(`${path}.nodeID`, nodeID, `must be ${MOST_NODE_ID} characters or less`);
  e.nonNegative(`${path}.allocatable.count`, allocatable?.count);
  if (names.includes(name)) e.duplicate(`${path}.name`, name);
  for (const [i, key] of (topologyKeys ?? []).entries()) {
    if (!key) e.required(path);
    if (topologyKeys!.indexOf(key) < i) e.duplicate(path, key);
    checkText(e, path, key, labelKey);
  }
}

export const csiNode = rules<CSINode>({
  check(e, { spec }, old) {
    const drivers = spec?.drivers ?? [];
    for (const [i, driver] of drivers.entries()) checkNodeDriver(e, `spec.drivers[${i}]`, driver, drivers.slice(0, i).map(({ name }) => name));
    for (const before of old?.spec?.drivers ?? []) {
      for (const now of drivers) {
        if (now.name !== before.name) continue;
        const shown = { Name: now.name ?? '', NodeID: now.nodeID ?? '', TopologyKeys: now.topologyKeys ?? null, Allocatable: null };
        checkImmutable(e, 'spec.drivers', { ...now, allocatable: null }, { ...before, allocatable: null }, shown);
      }
    }
  },
});

function checkTokens(e: Faults, path: string, requests: readonly TokenRequest[]): void {
  const seen = new Set<string>();
  for (const [i, { audience = '', expirationSeconds: seconds }] of requests.entries()) {
    if (seen.has(audience)) {
      e.duplicate(`${path}[${i}].audience`, audience);
      continue;
    }
    seen.add(audience);
    if (seconds !== undefined && seconds < 600) e.invalid(`${path}[${i}].expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes');
    if (seconds !== undefined && seconds > 2 ** 32) e.invalid(`${path}[${i}].expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds');
  }
}

const IN_SECRETS = 'spec.serviceAccountTokenInSecrets';

export const csiDriver = rules<CSIDriver>({
  check(e, { spec = {} }, old) {
    const { tokenRequests = [], volumeLifecycleModes = [], nodeAllocatableUpdatePeriodSeconds: period } = spec;
    e.optional('spec.fsGroupPolicy', spec.fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType']);
    checkTokens(e, 'spec.tokenRequests', tokenRequests);
    for (const mode of volumeLifecycleModes) e.optional('spec.volumeLifecycleModes', mode, ['Persistent', 'Ephemeral']);
    if (period !== undefined && period < 10) e.invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds');
    if (spec.serviceAccountTokenInSecrets !== undefined && tokenRequests.length === 0) {
      e.invalid(IN_SECRETS, spec.serviceAccountTokenInSecrets, 'serviceAccountTokenInSecrets is set but no tokenRequests are specified');
    }
    if (!old) return;
    checkImmutable(e, 'spec.attachedRequired', spec.attachRequired, old.spec?.attachRequired);
    checkImmutable(e, 'spec.volumeLifecycleModes', spec.volumeLifecycleModes, old.spec?.volumeLifecycleModes);
  },
  warn: ({ spec = {} }, old) =>
    spec.tokenRequests?.length && spec.serviceAccountTokenInSecrets === undefined && !alike(spec.tokenRequests, old?.spec?.tokenRequests)
      ? [`${IN_SECRETS} is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes`]
      : [],
});

export const csiStorageCapacity = rules<CSIStorageCapacity>({
  check(e, { nodeTopology, storageClassName = '', capacity }, old) {
    checkSelector(e, 'nodeTopology', nodeTopology);
    checkText(e, 'storageClassName', storageClassName, dnsSubdomain);
    if (capacity !== undefined && compareQuantities(capacity, '0') < 0) e.invalid('capacity', capacity, NEGATIVE);
    if (!old) return;
    checkImmutable(e, 'nodeTopology', nodeTopology, old.nodeTopology);
    if (storageClassName !== (old.storageClassName ?? '')) e.invalid('storageClassName', storageClassName, IMMUTABLE);
  },
  warn: ({ nodeTopology }) => selectorWarnings('nodeTopology', nodeTopology),
});
