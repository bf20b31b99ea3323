/**
 * Containers of a Pod: ports, mounts, devices, policies (validateContainers and its kin of pkg/apis/core/validation).
 */
import { dnsLabel, portName, portNumber } from '../../schema/names.ts';
import type { Faults } from '../faults.ts';
import type { Container, ContainerPort, PodSpec, Volume, VolumeMount } from '../types.ts';
import { checkEnv, checkEnvFrom } from './env.ts';
import { checkLifecycle, checkProbes } from './handlers.ts';
import { needText } from './labels.ts';
import { checkDescending } from './paths.ts';
import { checkContainerResourceName, checkRequirements } from './resources.ts';
import { checkSecurity } from './security.ts';

/** What containers are looked at with: the rest of their Pod. */
export interface Surrounding {
  readonly spec: PodSpec;
  /** The good volumes by name. */
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: readonly string[];
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function checkPorts(e: Faults, path: string, ports: readonly ContainerPort[]): void {
  const names = new Set<string>();
  for (const [i, { name, containerPort, hostPort, protocol }] of ports.entries()) {
    const at = `${path}[${i}]`;
    if (name) {
      const wrong = portName(name);
      if (wrong.length > 0) e.each(`${at}.name`, name, wrong);
      else if (names.has(name)) e.duplicate(`${at}.name`, name);
      else names.add(name);
    }
    if (!containerPort) e.required(`${at}.containerPort`);
    else e.each(`${at}.containerPort`, containerPort, portNumber(containerPort));
    if (hostPort) e.each(`${at}.hostPort`, hostPort, portNumber(hostPort));
    e.oneOf(`${at}.protocol`, protocol, PROTOCOLS);
  }
}

function checkPropagation(e: Faults, path: string, mode: string, privileged: boolean): void {
  e.optional(path, mode, ['Bidirectional', 'HostToContainer', 'None']);
  if (mode === 'Bidirectional' && !privileged) e.forbidden(path, 'Bidirectional mount propagation is available only to privileged containers');
}

function checkRecursion(e: Faults, path: string, { recursiveReadOnly: mode, readOnly, mountPropagation }: VolumeMount): void {
  if (mode === undefined || mode === 'Disabled') return;
  if (mode !== 'Enabled' && mode !== 'IfPossible') {
    e.unsupported(path, mode, ['Disabled', 'Enabled', 'IfPossible']);
    return;
  }
  if (!readOnly) e.forbidden(path, 'may only be specified when readOnly is true');
  if (mountPropagation !== undefined && mountPropagation !== 'None') e.forbidden(path, 'may only be specified when mountPropagation is None or not specified');
}

function checkMounts(e: Faults, path: string, { volumeMounts = [], volumeDevices = [], securityContext }: Container, volumes: ReadonlyMap<string, Volume>): void {
  const places = new Set<string>();
  for (const [i, mount] of volumeMounts.entries()) {
    const at = `${path}[${i}]`;
    const { name = '', mountPath = '', subPath, subPathExpr } = mount;
    if (!name) e.required(`${at}.name`);
    if (!volumes.has(name)) e.notFound(`${at}.name`, name);
    if (!mountPath) e.required(`${at}.mountPath`);
    if (places.has(mountPath)) e.invalid(`${at}.mountPath`, mountPath, 'must be unique');
    places.add(mountPath);
    if (volumeDevices.some((d) => (d.name ?? '') === name)) e.invalid(`${at}.name`, name, 'must not already exist in volumeDevices');
    if (volumeDevices.some((d) => (d.devicePath ?? '') === mountPath)) e.invalid(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices');
    if (subPath) checkDescending(e, `${path}.subPath`, subPath);
    if (subPathExpr) {
      if (subPath) e.invalid(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive');
      checkDescending(e, `${path}.subPathExpr`, subPathExpr);
    }
    if (mount.mountPropagation !== undefined) checkPropagation(e, `${path}.mountPropagation`, mount.mountPropagation, securityContext?.privileged === true);
    checkRecursion(e, `${path}.recursiveReadOnly`, mount);
  }
}

function checkDevices(e: Faults, path: string, { volumeMounts = [], volumeDevices = [] }: Container, volumes: ReadonlyMap<string, Volume>): void {
  const paths = new Set<string>();
  const names = new Set<string>();
  for (const [i, { name = '', devicePath = '' }] of volumeDevices.entries()) {
    const at = `${path}[${i}]`;
    const volume = volumes.get(name);
    if (!name) e.required(`${at}.name`);
    if (names.has(name)) e.invalid(`${at}.name`, name, 'must be unique');
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      e.invalid(`${at}.name`, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode');
    }
    if (!volume) e.notFound(`${at}.name`, name);
    if (!devicePath) e.required(`${at}.devicePath`);
    if (paths.has(devicePath)) e.invalid(`${at}.devicePath`, devicePath, 'must be unique');
    if (devicePath.split('/').includes('..')) e.invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')");
    else paths.add(devicePath);
    if (volumeMounts.some((m) => (m.name ?? '') === name)) e.invalid(`${at}.name`, name, 'must not already exist in volumeMounts');
    if (volumeMounts.some((m) => (m.mountPath ?? '') === devicePath)) e.invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts');
    if (name) names.add(name);
  }
}

function checkResizePolicy(e: Faults, path: string, policies: NonNullable<Container['resizePolicy']>, podPolicy: string | undefined): void {
  const seen = new Set<string>();
  for (const [i, { resourceName = '', restartPolicy = '' }] of policies.entries()) {
    if (seen.has(resourceName)) e.duplicate(`${path}[${i}]`, resourceName);
    seen.add(resourceName);
    e.oneOf(path, resourceName, ['cpu', 'memory']);
    e.oneOf(path, restartPolicy, ['NotRequired', 'RestartContainer']);
    if (podPolicy === 'Never' && restartPolicy !== 'NotRequired') e.invalid(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
  }
}

/** What all containers have in common. */
export function checkCommon(e: Faults, path: string, c: Container, { spec, volumes, claims }: Surrounding): void {
  needText(e, `${path}.name`, c.name, dnsLabel);
  if (!c.image) e.required(`${path}.image`);
  e.oneOf(`${path}.terminationMessagePolicy`, c.terminationMessagePolicy, ['File', 'FallbackToLogsOnError']);
  checkPorts(e, `${path}.ports`, c.ports ?? []);
  checkEnv(e, `${path}.env`, c.env ?? []);
  checkEnvFrom(e, `${path}.envFrom`, c.envFrom ?? []);
  checkMounts(e, `${path}.volumeMounts`, c, volumes);
  checkDevices(e, `${path}.volumeDevices`, c, volumes);
  e.oneOf(`${path}.imagePullPolicy`, c.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']);
  checkRequirements(e, `${path}.resources`, c.resources ?? {}, checkContainerResourceName, claims);
  checkResizePolicy(e, `${path}.resizePolicy`, c.resizePolicy ?? [], spec.restartPolicy);
  checkSecurity(e, `${path}.securityContext`, c.securityContext, spec.hostUsers !== false);
}

function checkRestartRules(e: Faults, path: string, { restartPolicy, restartPolicyRules: rules = [] }: Container): void {
  if (restartPolicy === undefined) {
    if (rules.length > 0) e.required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used');
    else return;
  } else e.optional(`${path}.restartPolicy`, restartPolicy, ['Always', 'Never', 'OnFailure']);
  if (rules.length > 20) e.tooMany(`${path}.restartPolicyRules`, rules.length, 20);
  for (const [i, { action = '', exitCodes }] of rules.entries()) {
    const at = `${path}.restartPolicyRules[${i}]`;
    e.optional(`${at}.action`, action, ['Restart', 'RestartAllContainers']);
    if (!exitCodes) {
      e.required(`${at}.exitCodes`, 'must be specified');
      continue;
    }
    e.optional(`${at}.exitCodes.operator`, exitCodes.operator ?? '', ['In', 'NotIn']);
    if ((exitCodes.values?.length ?? 0) > 255) e.tooMany(`${at}.exitCodes.values`, exitCodes.values!.length, 255);
  }
}

function checkHostPorts(e: Faults, path: string, containers: readonly Container[]): void {
  const taken = new Set<string>();
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { protocol, hostIP = '', hostPort }] of ports.entries()) {
      if (!hostPort) continue;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) e.duplicate(`${path}[${i}].ports[${j}].hostPort`, key);
      taken.add(key);
    }
  }
}

/** The containers proper. */
export function checkContainers(e: Faults, path: string, around: Surrounding): void {
  const { terminationGracePeriodSeconds: grace } = around.spec;
  const containers = around.spec.containers ?? [];
  if (containers.length === 0) {
    e.required(path);
    return;
  }
  const names = new Set<string>();
  for (const [i, c] of containers.entries()) {
    const at = `${path}[${i}]`;
    checkCommon(e, at, c, around);
    if (names.has(c.name ?? '')) e.duplicate(`${at}.name`, c.name ?? '');
    names.add(c.name ?? '');
    if (c.lifecycle) checkLifecycle(e, `${at}.lifecycle`, c.lifecycle, grace);
    checkProbes(e, at, c);
    checkRestartRules(e, at, c);
  }
  checkHostPorts(e, path, containers);
}

/** Init containers; those that restart always are sidecars and may have probes and hooks. */
export function checkInitContainers(e: Faults, path: string, around: Surrounding): void {
  const { initContainers = [], terminationGracePeriodSeconds: grace } = around.spec;
  const names = new Set((around.spec.containers ?? []).map((c) => c.name ?? ''));
  for (const [i, c] of initContainers.entries()) {
    const at = `${path}[${i}]`;
    checkCommon(e, at, c, around);
    if (c.restartPolicy === undefined) {
      if (c.restartPolicyRules?.length) e.required(`${at}.restartPolicy`, 'must specify restartPolicy when restart rules are used');
    } else checkRestartRules(e, at, c);
    if (names.has(c.name ?? '')) e.duplicate(`${at}.name`, c.name ?? '');
    else if (c.name) names.add(c.name);
    checkHostPorts(e, path, [c]);
    const sidecar = c.restartPolicy === 'Always';
    if (sidecar) {
      if (c.lifecycle) checkLifecycle(e, `${at}.lifecycle`, c.lifecycle, grace);
      checkProbes(e, at, c);
    } else {
      for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
        if (c[field]) e.forbidden(`${at}.${field}`, 'may not be set for init containers without restartPolicy=Always');
      }
      for (const [j, { restartPolicy }] of (c.resizePolicy ?? []).entries()) {
        if (restartPolicy === 'RestartContainer') e.invalid(`${at}.resizePolicy[${j}].restartPolicy`, restartPolicy, "must not be set to 'RestartContainer' for non-sidecar initContainers");
      }
    }
  }
}

const NOT_EPHEMERAL = ['ports', 'resources', 'resizePolicy', 'restartPolicy', 'restartPolicyRules', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const;

/** Containers that were put into a running Pod to look around. */
export function checkEphemeralContainers(e: Faults, path: string, around: Surrounding): void {
  const { containers, initContainers = [], ephemeralContainers = [] } = around.spec;
  const others = new Set([...(containers ?? []), ...initContainers].map((c) => c.name ?? ''));
  const names = new Set(others);
  for (const [i, c] of ephemeralContainers.entries()) {
    const at = `${path}[${i}]`;
    checkCommon(e, at, c, around);
    checkImageText(e, at, c);
    if (names.has(c.name ?? '')) e.duplicate(`${at}.name`, c.name ?? '');
    names.add(c.name ?? '');
    if (c.targetContainerName && !others.has(c.targetContainerName)) e.notFound(`${at}.targetContainerName`, c.targetContainerName);
    for (const field of NOT_EPHEMERAL) {
      const value = c[field];
      const given = Array.isArray(value) ? value.length > 0 : typeof value === 'object' ? Object.keys(value).length > 0 : value !== undefined;
      if (given) e.forbidden(`${at}.${field}`, 'cannot be set for an Ephemeral Container');
    }
    for (const [j, { subPath, subPathExpr }] of (c.volumeMounts ?? []).entries()) {
      if (subPath) e.forbidden(`${at}.volumeMounts[${j}].subPath`, 'cannot be set for an Ephemeral Container');
      if (subPathExpr) e.forbidden(`${at}.volumeMounts[${j}].subPathExpr`, 'cannot be set for an Ephemeral Container');
    }
  }
}

/** Images of Pods (not of templates) have no space around them. */
export function checkImageText(e: Faults, path: string, { image = '' }: Container): void {
  if (image.trim() !== image) e.invalid(`${path}.image`, image, 'must not have leading or trailing whitespace');
}
