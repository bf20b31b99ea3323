/**
 * References to fields of the Pod and to amounts of its containers, in environment variables and files (the downward API).
 */
import { labelKey } from '../../schema/names.ts';
import type { Faults } from '../faults.ts';
import type { DownwardAPIVolumeFile, ObjectFieldSelector, ResourceFieldSelector } from '../types.ts';
import { checkText } from './labels.ts';
import { checkFilePath, checkMode } from './paths.ts';

const LABELS = /^(.*)\['(.*)'\]$/;
const KNOWN = [
  'metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName',
  'spec.schedulerName', 'status.phase', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs', 'spec.host',
];
const IN_FILES = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
const IN_ENV = ['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'];
const AMOUNTS = ['limits.cpu', 'limits.ephemeral-storage', 'limits.memory', 'requests.cpu', 'requests.ephemeral-storage', 'requests.memory'];
const SIZES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];
const ANY_SIZE = `only divisor's values ${SIZES.join(', ')} are supported with the`;

function checkField(e: Faults, path: string, { apiVersion, fieldPath }: ObjectFieldSelector, supported: readonly string[]): void {
  if (!apiVersion) {
    e.required(`${path}.apiVersion`);
    return;
  }
  if (!fieldPath) {
    e.required(`${path}.fieldPath`);
    return;
  }
  const refuse = (why: string): void => e.invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${why}`);
  const subscript = LABELS.exec(fieldPath);
  if (apiVersion !== 'v1') refuse(`unsupported pod version: ${apiVersion}`);
  else if (subscript) {
    const [, of, key] = subscript as unknown as [string, string, string];
    if (of === 'metadata.annotations') checkText(e, path, key.toLowerCase(), labelKey);
    else if (of === 'metadata.labels') checkText(e, path, key, labelKey);
    else refuse(`field label does not support subscript: ${fieldPath}`);
  } else if (!KNOWN.includes(fieldPath)) refuse(`field label not supported: ${fieldPath}`);
  else {
    const meant = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
    if (!supported.includes(meant)) e.unsupported(`${path}.fieldPath`, meant, supported);
  }
}

function checkAmountOf(e: Faults, path: string, { containerName, resource = '', divisor = '0' }: ResourceFieldSelector, inFile: boolean): void {
  const huge = resource.startsWith('requests.hugepages-') || resource.startsWith('limits.hugepages-');
  if (inFile && !containerName) e.required(`${path}.containerName`);
  else if (!resource) e.required(`${path}.resource`);
  else if (!AMOUNTS.includes(resource) && !huge) e.unsupported(`${path}.resource`, resource, AMOUNTS);
  if (divisor === '0') return;
  const refuse = (text: string): void => e.invalid(`${path}.divisor`, resource, text);
  if (resource.endsWith('.cpu')) {
    if (divisor !== '1' && divisor !== '1m') refuse("only divisor's values 1m and 1 are supported with the cpu resource");
  } else if (!SIZES.includes(divisor)) {
    if (resource.endsWith('.memory')) refuse(`${ANY_SIZE} memory resource`);
    else if (resource.endsWith('.ephemeral-storage')) refuse(`${ANY_SIZE} local ephemeral storage resource`);
    else if (huge) refuse(`${ANY_SIZE} hugepages resource`);
  }
}

/** A field of the Pod as the value of a variable. */
export const checkFieldOfEnv = (e: Faults, path: string, ref: ObjectFieldSelector): void => checkField(e, path, ref, IN_ENV);
/** An amount of a container as the value of a variable. */
export const checkAmountOfEnv = (e: Faults, path: string, ref: ResourceFieldSelector): void => checkAmountOf(e, path, ref, false);

/** A file with a field or an amount. */
export function checkDownwardFile(e: Faults, path: string, { path: file, fieldRef, resourceFieldRef, mode }: DownwardAPIVolumeFile): void {
  if (!file) e.required(`${path}.path`);
  checkFilePath(e, `${path}.path`, file ?? '');
  if (fieldRef) {
    checkField(e, `${path}.fieldRef`, fieldRef, IN_FILES);
    if (resourceFieldRef) e.invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
  } else if (resourceFieldRef) checkAmountOf(e, `${path}.resourceFieldRef`, resourceFieldRef, true);
  else e.required(path, 'one of fieldRef and resourceFieldRef is required');
  checkMode(e, `${path}.mode`, mode);
}
