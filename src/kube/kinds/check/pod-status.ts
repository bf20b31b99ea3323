/**
 * What the status of a Pod may become (ValidatePodStatusUpdate).
 */
import { dnsSubdomain, labelKey } from '../../schema/names.ts';
import type { Faults } from '../faults.ts';
import type { Container, ContainerStatus, Pod } from '../types.ts';
import { checkImmutable } from './immutable.ts';
import { checkIp, familyOf } from './ip.ts';
import { checkText } from './labels.ts';

const SYSTEM = ['PodScheduled', 'Ready', 'Initialized'];

/** A container that ended for good stays ended. */
function checkTransitions(e: Faults, path: string, now: readonly ContainerStatus[], old: readonly ContainerStatus[], mayRestart: (name: string, exitCode: number) => boolean): void {
  for (const [i, { name, state }] of old.entries()) {
    if (!state?.terminated) continue;
    const after = now.find((s) => s.name === name);
    if (after && !after.state?.terminated && !mayRestart(name ?? '', state.terminated.exitCode ?? 0)) e.forbidden(`${path}[${i}].state`, 'may not be transitioned to non-terminated state');
  }
}

/** Whether a container with this exit code is started again. */
function restarts(container: Container | undefined, podPolicy: string | undefined, exitCode: number): boolean {
  for (const { action, exitCodes } of container?.restartPolicyRules ?? []) {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    if (action && (exitCodes?.operator === 'In' ? listed : !listed)) return true;
  }
  const policy = container?.restartPolicy ?? podPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

type Addresses = readonly { readonly ip?: string }[];

function checkAddresses(e: Faults, path: string, now: Addresses, old: Addresses = []): void {
  const list = now.map(({ ip = '' }) => ip);
  for (const [i, ip] of list.entries()) checkIp(e, `${path}[${i}]`, ip, old.map((before) => before.ip ?? ''));
  if (list.length > 2 || (list.length === 2 && new Set(list.map(familyOf)).size < 2)) {
    e.invalid(path, list.map((ip) => ({ IP: ip })), 'may specify no more than one IP for each IP family');
  }
}

/** A new status of a Pod. */
export function checkPodStatus(e: Faults, { spec = {}, status = {} }: Pod, { status: old = {} }: Pod): void {
  for (const [i, { type = '' }] of (status.conditions ?? []).entries()) if (!SYSTEM.includes(type)) checkText(e, `status.conditions[${i}].Type`, type, labelKey);
  const nominated = status.nominatedNodeName;
  if (nominated && nominated !== old.nominatedNodeName) {
    checkText(e, 'status.nominatedNodeName', nominated, dnsSubdomain);
    if (spec.nodeName) e.forbidden('status.nominatedNodeName', 'may not be set on pods that are already bound to a node');
  }
  checkImmutable(e, 'status.qosClass', status.qosClass, old.qosClass);
  const again = (list: readonly Container[] | undefined) => (name: string, exitCode: number): boolean => restarts(list?.find((c) => c.name === name), spec.restartPolicy, exitCode);
  checkTransitions(e, 'status.containerStatuses', status.containerStatuses ?? [], old.containerStatuses ?? [], again(spec.containers));
  checkTransitions(e, 'status.initContainerStatuses', status.initContainerStatuses ?? [], old.initContainerStatuses ?? [], again(spec.initContainers));
  checkTransitions(e, 'status.ephemeralContainerStatuses', status.ephemeralContainerStatuses ?? [], old.ephemeralContainerStatuses ?? [], () => false);
  checkAddresses(e, 'status.podIPs', status.podIPs ?? [], old.podIPs);
  const { hostIP, hostIPs = [] } = status;
  if (hostIPs.length > 0 && hostIP !== hostIPs[0]!.ip) e.invalid('status.hostIPs[0].ip', hostIPs[0]!.ip, 'must be equal to `hostIP`');
  checkAddresses(e, 'status.hostIPs', hostIPs, old.hostIPs);
}
