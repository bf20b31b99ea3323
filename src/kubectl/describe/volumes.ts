/** Volumes of a Pod or a template: a line or two per source. */
import { isMap, type Rec } from '../go.ts';
import { list, pairs, text } from './read.ts';
import { labelLines } from './parts.ts';
import type { Sheet } from './sheet.ts';

/** Title of a source, and the fields it shows: label and path. A `?` field shows true or false. */
const SOURCES: Readonly<Record<string, readonly [title: string, ...fields: readonly (readonly [label: string, name: string])[]]>> = {
  secret: ['Secret (a volume populated by a Secret)', ['SecretName', 'secretName'], ['Optional', 'optional?']],
  configMap: ['ConfigMap (a volume populated by a ConfigMap)', ['Name', 'name'], ['Optional', 'optional?']],
  persistentVolumeClaim: ['PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)', ['ClaimName', 'claimName'], ['ReadOnly', 'readOnly?']],
  nfs: ['NFS (an NFS mount that lasts the lifetime of a pod)', ['Server', 'server'], ['Path', 'path'], ['ReadOnly', 'readOnly?']],
  image: ['Image (a container image or OCI artifact)', ['Reference', 'reference'], ['PullPolicy', 'pullPolicy']],
  local: ['LocalVolume (a persistent volume backed by local storage on a node)', ['Path', 'path']],
  csi: ['CSI (a Container Storage Interface (CSI) volume source)', ['Driver', 'driver'], ['FSType', 'fsType'], ['ReadOnly', 'readOnly?']],
};

function projected(sheet: Sheet, source: Rec): void {
  sheet.field(2, 'Type', 'Projected (a volume that contains injected data from multiple sources)');
  for (const one of list(source, 'sources')) {
    if (isMap(one['secret'])) {
      sheet.field(2, 'SecretName', text(one, 'secret', 'name'));
      sheet.field(2, 'Optional', one['secret']['optional'] === true);
    } else if (one['downwardAPI']) sheet.field(2, 'DownwardAPI', true);
    else if (isMap(one['configMap'])) {
      sheet.field(2, 'ConfigMapName', text(one, 'configMap', 'name'));
      sheet.field(2, 'Optional', one['configMap']['optional'] === true);
    } else if (isMap(one['serviceAccountToken'])) sheet.field(2, 'TokenExpirationSeconds', text(one, 'serviceAccountToken', 'expirationSeconds'));
  }
}

/** The lines of one volume source; `kind` is its field in the volume. */
export function volumeSource(sheet: Sheet, kind: string, source: Rec): void {
  switch (kind) {
    case 'hostPath':
      sheet.field(2, 'Type', 'HostPath (bare host directory volume)');
      sheet.field(2, 'Path', text(source, 'path'));
      sheet.field(2, 'HostPathType', source['type'] === undefined ? '<none>' : text(source, 'type'));
      return;
    case 'emptyDir':
      sheet.field(2, 'Type', "EmptyDir (a temporary directory that shares a pod's lifetime)");
      sheet.field(2, 'Medium', text(source, 'medium'));
      sheet.field(2, 'SizeLimit', text(source, 'sizeLimit') || '<unset>');
      return;
    case 'downwardAPI':
      sheet.field(2, 'Type', 'DownwardAPI (a volume populated by information about the pod)');
      sheet.line(2, 'Items:');
      for (const item of list(source, 'items')) sheet.line(3, `${text(item, 'fieldRef', 'fieldPath') || text(item, 'resourceFieldRef', 'resource')} -> ${text(item, 'path')}`);
      return;
    case 'projected':
      projected(sheet, source);
      return;
  }
  const known = SOURCES[kind];
  if (!known) {
    sheet.line(1, '<unknown>');
    return;
  }
  const [title, ...fields] = known;
  sheet.field(2, 'Type', title);
  for (const [label, name] of fields) sheet.field(2, label, name.endsWith('?') ? source[name.slice(0, -1)] === true : text(source, name));
  if (kind === 'csi') sheet.many('VolumeAttributes', labelLines(pairs(source, 'volumeAttributes')), '    ');
}

/** All volumes of a Pod spec; `space` indents those of a template. */
export function volumes(sheet: Sheet, spec: Rec, space: string): void {
  const all = list(spec, 'volumes');
  sheet.line(0, all.length ? `${space}Volumes:` : `${space}Volumes:\t<none>`);
  for (const volume of all) {
    sheet.line(1, `${space && ' '}${text(volume, 'name')}:`);
    const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'emptyDir';
    volumeSource(sheet, kind, isMap(volume[kind]) ? volume[kind] : {});
  }
}
