/**
 * Windows Pods: what they may not have, and what only they may have.
 */
import type { Faults } from '../faults.ts';
import type { PodSpec } from '../types.ts';
import { containersOf } from './containers-of.ts';

const OF_PODS = [
  'securityContext.appArmorProfile', 'securityContext.seLinuxOptions', 'hostUsers', 'hostPID', 'hostIPC', 'securityContext.seccompProfile', 'securityContext.fsGroup',
  'securityContext.fsGroupChangePolicy', 'securityContext.sysctls', 'shareProcessNamespace', 'securityContext.runAsUser', 'securityContext.runAsGroup',
  'securityContext.supplementalGroups', 'securityContext.supplementalGroupsPolicy', 'securityContext.seLinuxChangePolicy',
];
const OF_CONTAINERS = [
  'appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem', 'privileged', 'allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup',
] as const;

const given = (spec: PodSpec, field: string): boolean => {
  let value: unknown = spec;
  for (const part of field.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value !== undefined && !(field.startsWith('host') && field !== 'hostUsers' && value === false) && !(Array.isArray(value) && value.length === 0);
};

/** Fields of Linux in a Windows Pod. */
export function checkWindows(e: Faults, path: string, spec: PodSpec): void {
  const text = 'cannot be set for a windows pod';
  for (const field of OF_PODS) if (given(spec, field)) e.forbidden(`${path}.${field}`, text);
  for (const [{ securityContext: sc }, at] of containersOf(spec, path)) for (const field of OF_CONTAINERS) if (sc?.[field] !== undefined) e.forbidden(`${at}.securityContext.${field}`, text);
}

/** Options of Windows in a Linux Pod. */
export function checkLinux(e: Faults, path: string, spec: PodSpec): void {
  const text = 'windows options cannot be set for a linux pod';
  if (spec.securityContext?.windowsOptions) e.forbidden(`${path}.securityContext.windowsOptions`, text);
  for (const [{ securityContext: sc }, at] of containersOf(spec, path)) if (sc?.windowsOptions) e.forbidden(`${at}.securityContext.windowsOptions`, text);
}

/** Host processes: all containers or none, and on the host's network. */
export function checkHostProcess(e: Faults, path: string, spec: PodSpec): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const all = containersOf(spec, path);
  let count = 0;
  for (const [{ securityContext: sc }, at] of all) {
    const own = sc?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      e.invalid(`${at}.securityContext.windowsOptions.hostProcess`, own, `pod hostProcess value must be identical if both are specified, was ${ofPod}`);
    }
    if (own ?? ofPod) count++;
  }
  if (count === 0) return;
  if (count !== all.length) e.invalid(path, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers');
  if (!spec.hostNetwork) e.invalid(`${path}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers');
}
