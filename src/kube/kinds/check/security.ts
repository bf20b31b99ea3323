/**
 * Security contexts of Pods and containers, profiles, sysctls, and what Windows Pods may not have.
 */
import { dnsSubdomain, unixId } from '../../schema/names.ts';
import type { Faults } from '../faults.ts';
import { internal } from './internal.ts';
import type { AppArmorProfile, PodSecurityContext, PodSpec, SeccompProfile, SecurityContext, WindowsSecurityContextOptions } from '../types.ts';
import { checkDescending } from './paths.ts';

const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function checkSeccomp(e: Faults, path: string, profile: SeccompProfile | undefined): void {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  if (!type) e.required(`${path}.type`, 'type is required when seccompProfile is set');
  else if (!PROFILES.includes(type)) e.unsupported(`${path}.type`, type, PROFILES);
  if (type === 'Localhost') {
    if (localhostProfile === undefined) e.required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost');
    else checkDescending(e, `${path}.localhostProfile`, localhostProfile);
  } else if (localhostProfile !== undefined) {
    e.invalid(`${path}.localhostProfile`, { Type: type ?? '', LocalhostProfile: localhostProfile }, 'can only be set when seccomp type is Localhost');
  }
}

function checkAppArmor(e: Faults, path: string, profile: AppArmorProfile | undefined): void {
  if (!profile) return;
  const { type, localhostProfile: local } = profile;
  const at = `${path}.localhostProfile`;
  if (type === 'Localhost') {
    if (!local) e.required(at, 'must be set when AppArmor type is Localhost');
    else if (local.trim() !== local) e.invalid(at, local, 'must not be padded with whitespace');
    if (local && local.length > 4095) e.tooLong(at, 4095);
  } else if (type === 'RuntimeDefault' || type === 'Unconfined') {
    if (local !== undefined) e.invalid(at, local, 'can only be set when AppArmor type is Localhost');
  } else if (!type) e.required(`${path}.type`, 'type is required when appArmorProfile is set');
  else e.unsupported(`${path}.type`, type, PROFILES);
}

const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DOMAIN = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

function windowsUser(name: string): readonly string[] {
  const parts = name.split('\\');
  if (name === '') return ['cannot be an empty string'];
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(name)) return ['cannot contain control characters'];
  if (parts.length > 2) return ['cannot contain more than one backslash'];
  const user = parts.at(-1)!;
  const domain = parts.length === 2 ? parts[0]! : undefined;
  const wrong: string[] = [];
  if (domain && domain.length >= 256) wrong.push("'s Domain length must be under 256 characters");
  if (domain !== undefined && !NETBIOS.test(domain) && !DOMAIN.test(domain)) wrong.push("'s Domain doesn't match the NetBios nor the DNS format");
  if (user === '') wrong.push("'s User cannot be empty");
  else if (user.length > 104) wrong.push("'s User length must not be longer than 104 characters");
  if (/^[. ]+$/.test(user)) wrong.push("'s User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) wrong.push('\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  return wrong;
}

function checkWindowsOptions(e: Faults, path: string, options: WindowsSecurityContextOptions | undefined): void {
  if (!options) return;
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options;
  if (gmsaCredentialSpecName !== undefined) e.each(`${path}.gmsaCredentialSpecName`, gmsaCredentialSpecName, dnsSubdomain(gmsaCredentialSpecName));
  if (gmsaCredentialSpec === '') e.invalid(`${path}.gmsaCredentialSpec`, '', 'gmsaCredentialSpec cannot be an empty string');
  else if (gmsaCredentialSpec && gmsaCredentialSpec.length > 65_536) e.invalid(`${path}.gmsaCredentialSpec`, gmsaCredentialSpec, 'gmsaCredentialSpec size must be under 64 KiB');
  if (runAsUserName !== undefined) e.each(`${path}.runAsUserName`, runAsUserName, windowsUser(runAsUserName).map((text) => `runAsUserName${text.startsWith("'") ? '' : ' '}${text}`));
}

const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL = `^(${SEGMENT}[\\./])*${SEGMENT}$`;
const sysctlForm = new RegExp(SYSCTL);
const IPC = ['kernel.sem'];
const IPC_PREFIXES = ['kernel.shm', 'kernel.msg', 'fs.mqueue.'];

function checkSysctls(e: Faults, path: string, sysctls: NonNullable<PodSecurityContext['sysctls']>, { hostNetwork, hostIPC }: PodSpec): void {
  const names = new Set<string>();
  for (const [i, { name = '' }] of sysctls.entries()) {
    const at = `${path}[${i}].name`;
    if (!name) e.required(at);
    else if (name.length > 253 || !sysctlForm.test(name)) e.invalid(at, name, `must have at most 253 characters and match regex ${SYSCTL}`);
    else if (names.has(name)) e.duplicate(at, name);
    const dotted = name.includes('/') && !name.slice(0, name.indexOf('/')).includes('.') ? name.replaceAll('/', '.') : name;
    if (hostNetwork && dotted.startsWith('net.')) e.invalid(at, name, "may not be specified when 'hostNetwork' is true");
    else if (hostIPC && (IPC.includes(dotted) || IPC_PREFIXES.some((prefix) => dotted.startsWith(prefix)))) e.invalid(at, name, "may not be specified when 'hostIPC' is true");
    names.add(name);
  }
}

/** The security context of a Pod. */
export function checkPodSecurity(e: Faults, path: string, spec: PodSpec): void {
  const sc = spec.securityContext;
  if (!sc) return;
  for (const field of ['fsGroup', 'runAsUser', 'runAsGroup'] as const) if (sc[field] !== undefined) e.each(`${path}.${field}`, sc[field], unixId(sc[field]));
  for (const [i, group] of (sc.supplementalGroups ?? []).entries()) e.each(`${path}.supplementalGroups[${i}]`, group, unixId(group));
  if (spec.shareProcessNamespace && spec.hostPID) e.invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled');
  checkSysctls(e, `${path}.sysctls`, sc.sysctls ?? [], spec);
  e.optional(`${path}.fsGroupChangePolicy`, sc.fsGroupChangePolicy, ['Always', 'OnRootMismatch']);
  checkSeccomp(e, `${path}.seccompProfile`, sc.seccompProfile);
  checkWindowsOptions(e, `${path}.windowsOptions`, sc.windowsOptions);
  checkAppArmor(e, `${path}.appArmorProfile`, sc.appArmorProfile);
  e.optional(`${path}.supplementalGroupsPolicy`, sc.supplementalGroupsPolicy, ['Merge', 'Strict']);
  e.optional(`${path}.seLinuxChangePolicy`, sc.seLinuxChangePolicy, ['Recursive']);
}

/** The security context of a container. `hostUsers` false: the Pod has users of its own. */
export function checkSecurity(e: Faults, path: string, sc: SecurityContext | undefined, hostUsers: boolean): void {
  if (!sc) return;
  for (const field of ['runAsUser', 'runAsGroup'] as const) if (sc[field] !== undefined) e.each(`${path}.${field}`, sc[field], unixId(sc[field]));
  e.optional(`${path}.procMount`, sc.procMount, ['Default', 'Unmasked']);
  if (hostUsers && sc.procMount === 'Unmasked') e.invalid(`${path}.procMount`, sc.procMount, '`hostUsers` must be false to use `Unmasked`');
  checkSeccomp(e, `${path}.seccompProfile`, sc.seccompProfile);
  if (sc.allowPrivilegeEscalation === false) {
    const both = (what: string): void => e.invalid(path, internal(sc, 'SecurityContext'), `cannot set \`allowPrivilegeEscalation\` to false and ${what}`);
    if (sc.privileged) both('`privileged` to true');
    for (const capability of sc.capabilities?.add ?? []) if (capability === 'CAP_SYS_ADMIN') both('`capabilities.Add` CAP_SYS_ADMIN');
  }
  checkWindowsOptions(e, `${path}.windowsOptions`, sc.windowsOptions);
  checkAppArmor(e, `${path}.appArmorProfile`, sc.appArmorProfile);
}
