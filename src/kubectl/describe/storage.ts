/** Describes PersistentVolumes, PersistentVolumeClaims and StorageClasses. */
import { isMap, type Rec } from '../go.ts';
import { ageAt } from '../../sim/human-duration.ts';
import type { Describer, See } from './describer.ts';
import { events, eventsOf } from './events.ts';
import { annotations, formatLabels, labels } from './parts.ts';
import { bool, list, pairs, rec, text, texts } from './read.ts';
import { Sheet } from './sheet.ts';
import { volumeSource } from './volumes.ts';

const MODES: readonly (readonly [string, string])[] = [['ReadWriteOnce', 'RWO'], ['ReadOnlyMany', 'ROX'], ['ReadWriteMany', 'RWX'], ['ReadWriteOncePod', 'RWOP']];
/** Fields of a PersistentVolume's spec that name no source. */
const NO_SOURCE = new Set(['accessModes', 'capacity', 'claimRef', 'mountOptions', 'nodeAffinity', 'persistentVolumeReclaimPolicy', 'storageClassName', 'volumeAttributesClassName', 'volumeMode']);

const modes = (all: readonly string[]): string => MODES.flatMap(([long, short]) => (all.includes(long) ? [short] : [])).join(',');
const bracketed = (all: readonly string[]): string => `[${all.join(' ')}]`;

function phase(sheet: Sheet, object: Rec, see: See): void {
  const deleted = text(object, 'metadata', 'deletionTimestamp');
  sheet.field(0, 'Status', deleted ? `Terminating (lasts ${ageAt(see.unix, deleted)})` : text(object, 'status', 'phase'));
}

function nodeAffinity(sheet: Sheet, spec: Rec): void {
  const affinity = spec['nodeAffinity'];
  if (!isMap(affinity)) {
    sheet.line(0, 'Node Affinity:\t<none>');
    return;
  }
  sheet.line(0, 'Node Affinity:');
  const terms = list(affinity, 'required', 'nodeSelectorTerms');
  sheet.line(1, terms.length ? 'Required Terms:' : 'Required Terms:\t<none>');
  terms.forEach((term, i) => {
    const all = list(term, 'matchExpressions').map((one) => {
      const values = texts(one, 'values');
      return `${text(one, 'key')} ${text(one, 'operator').toLowerCase()}${values.length ? ` [${values.join(', ')}]` : ''}`;
    });
    sheet.line(2, all.length ? `Term ${i}:\t${all[0]}` : `Term ${i}:\t<none>`);
    for (const line of all.slice(1)) sheet.line(2, `\t${line}`);
  });
}

export const persistentVolume: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const spec = rec(object, 'spec');
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  sheet.field(0, 'Finalizers', bracketed(texts(object, 'metadata', 'finalizers')));
  sheet.field(0, 'StorageClass', text(spec, 'storageClassName'));
  phase(sheet, object, see);
  sheet.field(0, 'Claim', isMap(spec['claimRef']) ? `${text(spec, 'claimRef', 'namespace')}/${text(spec, 'claimRef', 'name')}` : '');
  sheet.field(0, 'Reclaim Policy', text(spec, 'persistentVolumeReclaimPolicy'));
  sheet.field(0, 'Access Modes', modes(texts(spec, 'accessModes')));
  if (spec['volumeMode'] !== undefined) sheet.field(0, 'VolumeMode', text(spec, 'volumeMode'));
  sheet.field(0, 'Capacity', pairs(spec, 'capacity')['storage'] ?? '0');
  nodeAffinity(sheet, spec);
  sheet.field(0, 'Message', text(object, 'status', 'message'));
  sheet.line(0, 'Source:');
  const kind = Object.keys(spec).find((key) => !NO_SOURCE.has(key));
  if (kind) volumeSource(sheet, kind, rec(spec, kind));
  else sheet.line(1, '<unknown>');
  events(sheet, found, see.unix);
  return sheet.text();
};

export const persistentVolumeClaim: Describer = function* (object, see) {
  const name = text(object, 'metadata', 'name');
  const pods = yield* see.list(`/api/v1/namespaces/${text(object, 'metadata', 'namespace')}/pods`);
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const spec = rec(object, 'spec');
  const bound = text(spec, 'volumeName') !== '';
  const sheet = new Sheet();
  sheet.field(0, 'Name', name);
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  sheet.field(0, 'StorageClass', text(spec, 'storageClassName'));
  phase(sheet, object, see);
  sheet.field(0, 'Volume', text(spec, 'volumeName'));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  sheet.field(0, 'Finalizers', bracketed(texts(object, 'metadata', 'finalizers')));
  sheet.field(0, 'Capacity', bound ? (pairs(object, 'status', 'capacity')['storage'] ?? '0') : '');
  sheet.field(0, 'Access Modes', bound ? modes(texts(object, 'status', 'accessModes')) : '');
  if (spec['volumeMode'] !== undefined) sheet.field(0, 'VolumeMode', text(spec, 'volumeMode'));
  const source = spec['dataSource'];
  if (isMap(source)) {
    sheet.line(0, 'DataSource:');
    if (source['apiGroup'] !== undefined) sheet.field(1, 'APIGroup', text(source, 'apiGroup'));
    sheet.field(1, 'Kind', text(source, 'kind'));
    sheet.field(1, 'Name', text(source, 'name'));
  }
  sheet.many('Used By', pods.filter((pod) => list(pod, 'spec', 'volumes').some((volume) => text(volume, 'persistentVolumeClaim', 'claimName') === name)).map((pod) => text(pod, 'metadata', 'name')).sort());
  const conditions = list(object, 'status', 'conditions');
  if (conditions.length) {
    sheet.line(0, 'Conditions:\n  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage');
    sheet.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  }
  for (const one of conditions) sheet.line(1, `${text(one, 'type')} \t${text(one, 'status')} \t${text(one, 'lastProbeTime')} \t${text(one, 'lastTransitionTime')} \t${text(one, 'reason')} \t${text(one, 'message')}`);
  events(sheet, found, see.unix);
  return sheet.text();
};

export const storageClass: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const marks = pairs(object, 'metadata', 'annotations');
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'IsDefaultClass', marks['storageclass.kubernetes.io/is-default-class'] === 'true' || marks['storageclass.beta.kubernetes.io/is-default-class'] === 'true' ? 'Yes' : 'No');
  sheet.field(0, 'Annotations', formatLabels(marks));
  sheet.field(0, 'Provisioner', text(object, 'provisioner'));
  sheet.field(0, 'Parameters', formatLabels(pairs(object, 'parameters')));
  sheet.field(0, 'AllowVolumeExpansion', object['allowVolumeExpansion'] === undefined ? '<unset>' : bool(object['allowVolumeExpansion']));
  const options = texts(object, 'mountOptions');
  sheet.line(0, options.length ? 'MountOptions:' : 'MountOptions:\t<none>');
  for (const option of options) sheet.line(1, option);
  if (object['reclaimPolicy'] !== undefined) sheet.field(0, 'ReclaimPolicy', text(object, 'reclaimPolicy'));
  if (object['volumeBindingMode'] !== undefined) sheet.field(0, 'VolumeBindingMode', text(object, 'volumeBindingMode'));
  events(sheet, found, see.unix);
  return sheet.text();
};
