/**
 * The spec of a Pod, in a Pod or in a template (ValidatePodSpec of pkg/apis/core/validation).
 */
import type { ObjectMeta } from '../../api/wire.ts';
import { between, bytes, dnsLabel, dnsSubdomain, dnsSubdomainUnderscored, labelKey } from '../../schema/names.ts';
import { compareQuantities } from '../../schema/quantity.ts';
import type { Faults } from '../faults.ts';
import { together } from '../pod-defaults.ts';
import type { PodDNSConfig, PodSpec } from '../types.ts';
import { checkAffinity, checkSpread, checkTolerations } from './affinity.ts';
import { containersOf } from './containers-of.ts';
import { checkContainers, checkEphemeralContainers, checkInitContainers } from './container.ts';
import { checkIp } from './ip.ts';
import { checkLabels, checkText } from './labels.ts';
import { checkContainerResourceName, checkPodResourceName, checkRequirements, isHugePages } from './resources.ts';
import type { Amounts } from './resources.ts';
import { checkPodSecurity } from './security.ts';
import { checkVolumes } from './volumes.ts';
import { checkHostProcess, checkLinux, checkWindows } from './windows.ts';

function checkDns(e: Faults, path: string, config: PodDNSConfig | undefined, policy: string | undefined): void {
  const { nameservers = [], searches = [], options = [] } = config ?? {};
  if (policy === 'None') {
    if (!config) return e.required(path, 'must provide `dnsConfig` when `dnsPolicy` is None');
    if (nameservers.length === 0) return e.required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None');
  }
  if (nameservers.length > 3) e.invalid(`${path}.nameservers`, nameservers, 'must not have more than 3 nameservers');
  for (const [i, server] of nameservers.entries()) checkIp(e, `${path}.nameservers[${i}]`, server);
  if (searches.length > 32) e.invalid(`${path}.searches`, searches, 'must not have more than 32 search paths');
  if (bytes(searches.join(' ')) > 2048) e.invalid(`${path}.searches`, searches, 'must not have more than 2048 characters (including spaces) in the search list');
  for (const [i, search] of searches.entries()) if (search !== '.') checkText(e, `${path}.searches[${i}]`, search.replace(/\.$/, ''), dnsSubdomainUnderscored);
  for (const [i, { name }] of options.entries()) if (!name) e.required(`${path}.options[${i}]`, 'must not be empty');
}

function checkPodClaims(e: Faults, path: string, { resourceClaims = [] }: PodSpec): readonly string[] {
  const names: string[] = [];
  for (const [i, claim] of resourceClaims.entries()) {
    const at = `${path}[${i}]`;
    const { name = '', resourceClaimName: own, resourceClaimTemplateName: template } = claim;
    const shown = { Name: name, ResourceClaimName: own ?? null, ResourceClaimTemplateName: template ?? null };
    if (!name) e.required(`${at}.name`);
    else if (names.includes(name)) e.duplicate(`${at}.name`, name);
    else {
      checkText(e, `${at}.name`, name, dnsLabel);
      names.push(name);
    }
    if (own !== undefined && template !== undefined) e.invalid(at, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
    if (own === undefined && template === undefined) e.invalid(at, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
    if (own !== undefined) checkText(e, `${at}.resourceClaimName`, own, dnsSubdomain);
    if (template !== undefined) checkText(e, `${at}.resourceClaimTemplateName`, template, dnsSubdomain);
  }
  return names;
}

/** Amounts for the Pod as a whole against those of its containers. */
function checkPodResources(e: Faults, path: string, spec: PodSpec, claims: readonly string[]): void {
  const { resources } = spec;
  if (!resources) return;
  if (spec.os?.name === 'windows') return e.forbidden(path, 'may not be set for a windows pod');
  if (resources.claims) e.forbidden(`${path}.claims`, 'claims may not be set for Resources at pod-level');
  checkRequirements(e, path, resources, checkPodResourceName, claims);
  const requests = (resources.requests ?? {}) as Amounts;
  const limits = (resources.limits ?? {}) as Amounts;
  const asked = together(spec as never, 'requests');
  for (const name of Object.keys(asked).sort()) {
    if (requests[name] !== undefined && compareQuantities(asked[name], requests[name]) > 0) {
      e.invalid(`${path}.requests[${name}]`, requests[name], `must be greater than or equal to aggregate container requests of ${asked[name]}`);
    }
  }
  const most = together(spec as never, 'limits');
  for (const name of Object.keys(most).sort()) {
    if (isHugePages(name) && limits[name] !== undefined && compareQuantities(most[name], limits[name]) > 0) {
      e.invalid(`${path}.limits[${name}]`, limits[name], `must be greater than or equal to aggregate container limits of ${most[name]}`);
    }
  }
  for (const [i, c] of (spec.containers ?? []).entries()) {
    for (const [name, limit] of Object.entries((c.resources?.limits ?? {}) as Amounts)) {
      if (limits[name] !== undefined && compareQuantities(limit, limits[name]) > 0) {
        e.invalid(`${path}.containers[${i}][${name}].limits`, limit, `must be less than or equal to pod limits of ${limits[name]}`);
      }
    }
  }
}

function checkHostUsers(e: Faults, path: string, spec: PodSpec): void {
  if (spec.hostUsers !== false) return;
  const off = 'when `hostUsers` is false';
  if (spec.hostNetwork) e.forbidden(`${path}.hostNetwork`, off);
  if (spec.hostPID) e.forbidden(`${path}.HostPID`, off);
  if (spec.hostIPC) e.forbidden(`${path}.HostIPC`, off);
  for (const [c, at] of containersOf(spec, path)) if (c.volumeDevices?.length) e.forbidden(`${at}.volumeDevices`, off);
}

function checkHostname(e: Faults, path: string, { hostnameOverride: name, setHostnameAsFQDN, hostNetwork }: PodSpec): void {
  if (name === undefined) return;
  const at = `${path}.hostnameOverride`;
  if (setHostnameAsFQDN) e.forbidden(at, 'may not be specified when setHostnameAsFQDN is true');
  if (hostNetwork) e.forbidden(at, 'may not be specified when hostNetwork is true');
  if (bytes(name) > 64) e.tooLong(at, 64);
  checkText(e, at, name, dnsSubdomain);
}

function checkFileVariables(e: Faults, path: string, spec: PodSpec): void {
  for (const [c, at] of containersOf(spec, path)) {
    for (const [i, { valueFrom }] of (c.env ?? []).entries()) {
      if (!valueFrom?.fileKeyRef) continue;
      const { volumeName = '' } = valueFrom.fileKeyRef;
      const volume = spec.volumes?.find((v) => v.name === volumeName);
      const where = `${at}.env[${i}].valueFrom.fileKeyRef.volumeName`;
      if (!volume) e.notFound(where, volumeName);
      else if (!volume.emptyDir) e.invalid(where, volumeName, 'referenced volume must be of type emptyDir');
    }
  }
}

function checkGates(e: Faults, path: string, { readinessGates = [], schedulingGates = [] }: PodSpec): void {
  for (const [i, { conditionType = '' }] of readinessGates.entries()) checkText(e, `${path}.readinessGates[${i}].conditionType`, conditionType, labelKey);
  const seen = new Set<string>();
  for (const [i, { name = '' }] of schedulingGates.entries()) {
    const at = `${path}.schedulingGates[${i}]`;
    checkText(e, at, name, labelKey);
    if (seen.has(name)) e.duplicate(at, name);
    seen.add(name);
  }
}

/** Fields that are one name. */
const NAMES = [['serviceAccountName', dnsSubdomain], ['nodeName', dnsSubdomain]] as const;
const MORE_NAMES = [['hostname', dnsLabel], ['subdomain', dnsLabel]] as const;

/** `metadata` is that of the Pod, and missing in templates. */
export function checkPodSpec(e: Faults, path: string, spec: PodSpec, metadata: ObjectMeta | undefined, isPod: boolean): void {
  if (spec.terminationGracePeriodSeconds === undefined) e.required(`${path}.terminationGracePeriodSeconds`);
  const volumes = checkVolumes(e, `${path}.volumes`, spec.volumes ?? [], metadata, isPod);
  const claims = checkPodClaims(e, `${path}.resourceClaims`, spec);
  const around = { spec, volumes, claims: (spec.resourceClaims ?? []).map((c) => c.name ?? '').filter(Boolean) };
  checkContainers(e, `${path}.containers`, around);
  checkInitContainers(e, `${path}.initContainers`, around);
  checkEphemeralContainers(e, `${path}.ephemeralContainers`, around);
  checkPodResources(e, `${path}.resources`, spec, claims);
  if (spec.hostNetwork) {
    for (const [i, { ports = [] }] of (spec.containers ?? []).entries()) {
      for (const [j, { hostPort = 0, containerPort = 0 }] of ports.entries()) {
        if ((isPod || hostPort !== 0) && hostPort !== containerPort) e.invalid(`${path}.containers[${i}].ports[${j}].hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true');
      }
    }
  }
  e.oneOf(`${path}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']);
  e.oneOf(`${path}.dnsPolicy`, spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']);
  checkLabels(e, `${path}.nodeSelector`, spec.nodeSelector);
  checkPodSecurity(e, `${path}.securityContext`, spec);
  checkAffinity(e, `${path}.affinity`, spec.affinity ?? {});
  checkDns(e, `${path}.dnsConfig`, spec.dnsConfig, spec.dnsPolicy);
  checkGates(e, path, spec);
  checkSpread(e, `${path}.topologySpreadConstraints`, spec.topologySpreadConstraints ?? []);
  checkHostProcess(e, path, spec);
  checkHostUsers(e, path, spec);
  checkHostname(e, path, spec);
  for (const [field, validator] of NAMES) if (spec[field]) checkText(e, `${path}.${field}`, spec[field], validator);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > 2_147_483_647)) e.invalid(`${path}.activeDeadlineSeconds`, deadline, between(1, 2_147_483_647));
  for (const [field, validator] of MORE_NAMES) if (spec[field]) checkText(e, `${path}.${field}`, spec[field], validator);
  checkTolerations(e, `${path}.tolerations`, spec.tolerations ?? []);
  for (const [i, { ip = '', hostnames = [] }] of (spec.hostAliases ?? []).entries()) {
    checkIp(e, `${path}.hostAliases[${i}].ip`, ip);
    for (const [j, name] of hostnames.entries()) checkText(e, `${path}.hostAliases[${i}].hostnames[${j}]`, name, dnsSubdomain);
  }
  if (spec.priorityClassName) checkText(e, `${path}.priorityClassName`, spec.priorityClassName, dnsSubdomain);
  if (spec.runtimeClassName !== undefined) checkText(e, `${path}.runtimeClassName`, spec.runtimeClassName, dnsSubdomain);
  if (spec.preemptionPolicy !== undefined) e.oneOf(`${path}.preemptionPolicy`, spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  if (spec.overhead) checkRequirements(e, `${path}.overhead`, { limits: spec.overhead }, checkContainerResourceName);
  if (spec.os) {
    const { name } = spec.os;
    if (!name) e.required(`${path}.os.name`);
    else if (name !== 'linux' && name !== 'windows') e.unsupported(`${path}.os`, name, ['linux', 'windows']);
    else if (name === 'linux') checkLinux(e, path, spec);
    else checkWindows(e, path, spec);
  }
  checkFileVariables(e, path, spec);
}
