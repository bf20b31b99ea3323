/**
 * What the server warns of in Pods and their templates (pkg/api/pod/warnings.go).
 */
import type { ObjectMeta } from '../../api/wire.ts';
import { dnsLabel } from '../../schema/names.ts';
import { milliOf } from '../../schema/quantity.ts';
import type { Container, ContainerPort, EnvVar, PodSpec, PodTemplateSpec, Volume } from '../types.ts';
import { claimWarnings } from './claim.ts';
import { containersOf } from './containers-of.ts';
import { labelWarnings, termWarnings } from './deprecated.ts';
import { ipWarnings } from './ip.ts';
import { overlaps } from './overlaps.ts';
import { APPARMOR, SECCOMP, SECCOMP_OF } from './template.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const NOBODY = 'a null labelSelector results in matching no pod';
const USE_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead';
const ANNOTATIONS: readonly (readonly [string, string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
];
/** Sources that are given up, in the order in which the server looks at them. */
const GONE: readonly (readonly [keyof Volume, string, string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'v1.11, non-functional in v1.16+'], ['gitRepo', 'gitRepo', 'v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'v1.16, non-functional in v1.22+'], ['flocker', 'flocker', 'v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'v1.22, non-functional in v1.25+'], ['quobyte', 'quobyte', 'v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'v1.25, non-functional in v1.26+'], ['cephfs', 'cephfs', 'v1.28, non-functional in v1.31+'], ['rbd', 'rbd', 'v1.28, non-functional in v1.31+'],
];
const IN_BYTES = ['memory', 'ephemeral-storage'] as const;

type Amounts = Readonly<Record<string, string>>;

const fractions = (path: string, amounts: Amounts = {}, name: string): readonly string[] =>
  amounts[name] !== undefined && milliOf(amounts[name]) % 1000 !== 0 ? [`${path}[${name}]: fractional byte value "${amounts[name]}" is invalid, must be an integer`] : [];

/** Names that a list says twice. */
const repeated = (path: string, what: string, names: readonly string[]): readonly string[] =>
  names.flatMap((name, i) => (names.indexOf(name) < i ? [`${path}[${i}].${what}: duplicate ${what} "${name}"`] : []));

function ofPlacement(at: string, { nodeSelector = {}, affinity = {}, topologySpreadConstraints = [] }: PodSpec): string[] {
  const { nodeAffinity } = affinity;
  return [
    ...Object.keys(nodeSelector).flatMap((key) => labelWarnings(`${at}.nodeSelector[${key}]`, key)),
    ...(nodeAffinity?.[REQUIRED]?.nodeSelectorTerms ?? []).flatMap((term, i) => termWarnings(`${at}.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms[${i}]`, term, false)),
    ...(nodeAffinity?.[PREFERRED] ?? []).flatMap(({ preference = {} }, i) => termWarnings(`${at}.affinity.nodeAffinity.${PREFERRED}[${i}].preference`, preference, true)),
    ...topologySpreadConstraints.flatMap(({ topologyKey = '', labelSelector }, i) => [
      ...labelWarnings(`${at}.topologySpreadConstraints[${i}].topologyKey`, topologyKey, true),
      ...(labelSelector ? [] : [`${at}.topologySpreadConstraints[${i}].labelSelector: ${NOBODY}`]),
    ]),
  ];
}

const ofVolumes = (at: string, volumes: readonly Volume[]): string[] => [
  ...volumes.flatMap((volume, i) => [
    ...GONE.flatMap(([field, shown, since]) => (volume[field] ? [`${at}.volumes[${i}].${shown}: deprecated in ${since}`] : [])),
    ...claimWarnings(`${at}.volumes[${i}].ephemeral.volumeClaimTemplate.spec`, volume.ephemeral?.volumeClaimTemplate?.spec ?? {}),
  ]),
  ...overlaps(volumes),
];

/** Variables that hide one before them, instead of adding to it. */
const ofEnv = (path: string, env: readonly EnvVar[]): readonly string[] =>
  env.flatMap(({ name = '', value = '', valueFrom }, i) => {
    const reference = `$(${name})`;
    const before = env.findIndex((other) => (other.name ?? '') === name) < i;
    return before && (valueFrom || value === reference || !value.includes(reference)) ? [`${path}.env[${i}]: hides previous definition of "${name}", which may be dropped when using apply`] : [];
  });

function ofContainer(path: string, { name = '', env = [], resources, securityContext }: Container, annotationsAt: string, annotations: Amounts, isTemplate: boolean): readonly string[] {
  const noted = (key: string, text: string): readonly string[] => (annotations[key] === undefined ? [] : [`${annotationsAt}[${key}]: ${text}`]);
  return [
    ...(securityContext?.seccompProfile ? [] : noted(SECCOMP_OF + name, USE_SECCOMP)),
    ...(!isTemplate || securityContext?.appArmorProfile ? [] : noted(APPARMOR + name, 'deprecated since v1.30; use the "appArmorProfile" field instead')),
    ...IN_BYTES.flatMap((kind) => (['limits', 'requests'] as const).flatMap((list) => fractions(`${path}.resources.${list}`, resources?.[list], kind))),
    ...ofEnv(path, env),
  ];
}

type Port = readonly [string, ContainerPort];

const shown = ({ name = '', hostPort = 0, containerPort = 0, protocol = '', hostIP = '' }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;

function betweenPorts([at, port]: Port, [other, before]: Port): readonly string[] {
  if (port.containerPort !== before.containerPort || port.protocol !== before.protocol) return [];
  const [ip, ipBefore] = [port.hostIP ?? '', before.hostIP ?? ''];
  const [host, hostBefore] = [port.hostPort ?? 0, before.hostPort ?? 0];
  if (ip === ipBefore && host === hostBefore) return [`${at}: duplicate port definition with ${other}`];
  if (host === 0 || hostBefore === 0) return [`${at}: overlapping port definition with ${other}`];
  return host === hostBefore && (ip === '') !== (ipBefore === '') ? [`${at}: dangerously ambiguous port definition with ${other}`] : [];
}

function ofPorts(ports: readonly Port[]): string[] {
  return [
    ...ports.flatMap((port, i) => [
      ...(port[1].hostIP && !port[1].hostPort ? [`${port[0]}: hostIP set without hostPort: ${shown(port[1])}`] : []),
      ...ports.slice(0, i).flatMap((before) => betweenPorts(port, before)),
    ]),
    ...ports.flatMap(([at, { name }], i) => {
      const first = name ? ports.findIndex(([, before]) => before.name === name) : i;
      const other = ports[first]![0];
      return first < i ? [`${at}: duplicate port name "${name}" with ${other}, services and probes that select ports by name will use ${other}`] : [];
    }),
  ];
}

function ofPodAffinity(at: string, { affinity = {} }: PodSpec): string[] {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => [
    ...(affinity[kind]?.[REQUIRED] ?? []).flatMap(({ labelSelector }, i) => (labelSelector ? [] : [`${at}.affinity.${kind}.${REQUIRED}[${i}].labelSelector: ${NOBODY}`])),
    ...(affinity[kind]?.[PREFERRED] ?? []).flatMap(({ podAffinityTerm }, i) =>
      podAffinityTerm?.labelSelector ? [] : [`${at}.affinity.${kind}.${PREFERRED}[${i}].podAffinityTerm.labelSelector: ${NOBODY}`]),
  ]);
}

/** Everything to be warned of. `path` is that of the template, with a dot at its end; none for a Pod. */
export function podWarnings(path: string, spec: PodSpec, metadata: Partial<ObjectMeta>): readonly string[] {
  const annotations = metadata.annotations ?? {};
  const at = `${path}spec`;
  const annotationsAt = `${path}metadata.annotations`;
  const containers = containersOf(spec, at);
  const secrets = (spec.imagePullSecrets ?? []).map(({ name = '' }) => name);
  const aliases = (spec.hostAliases ?? []).map(({ ip = '' }) => ip);
  return [
    ...ofPlacement(at, spec),
    ...ANNOTATIONS.flatMap(([key, text]) => (annotations[key] === undefined ? [] : [`${annotationsAt}[${key}]: ${text}`])),
    ...ofVolumes(at, spec.volumes ?? []),
    ...repeated(`${at}.hostAliases`, 'ip', aliases),
    ...repeated(`${at}.imagePullSecrets`, 'name', secrets),
    ...secrets.flatMap((name, i) => (name ? [] : [`${at}.imagePullSecrets[${i}].name: invalid empty name ""`])),
    ...IN_BYTES.flatMap((kind) => fractions(`${at}.overhead`, spec.overhead, kind)),
    ...(annotations[SECCOMP] !== undefined && !spec.securityContext?.seccompProfile ? [`${annotationsAt}[${SECCOMP}]: ${USE_SECCOMP}`] : []),
    ...containers.flatMap(([container, where]) => ofContainer(where, container, annotationsAt, annotations, path !== '')),
    ...ofPorts(containers.flatMap(([{ ports = [] }, where]) => ports.map((port, i) => [`${where}.ports[${i}]`, port] as const))),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0 ? [`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`] : []),
    ...ofPodAffinity(at, spec),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((ip, i) => ipWarnings(`${at}.dnsConfig.nameservers[${i}]`, ip)),
    ...aliases.flatMap((ip, i) => ipWarnings(`${at}.hostAliases[${i}].ip`, ip)),
  ];
}

/** A name that Pods get theirs from should do as a host name, too. */
export function nameWarnings(name: string, use = 'Pod names and hostnames'): readonly string[] {
  const wrong = dnsLabel(name);
  return wrong.length ? [`metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(' ')}]`] : [];
}

/** The warnings of a template. */
export const templateWarnings = (path: string, { spec = {}, metadata }: PodTemplateSpec): readonly string[] => podWarnings(`${path}.`, spec, metadata ?? {});

interface Templated {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly template?: PodTemplateSpec };
}

/** Warnings of what keeps Pods running: of its name when it is new, of its template when it changed. */
export const workloadWarnings = ({ metadata, spec }: Templated, old: Templated | undefined, named: boolean): readonly string[] => [
  ...(named && !old ? nameWarnings(metadata.name) : []),
  ...(metadata.generation === old?.metadata.generation ? [] : templateWarnings('spec.template', spec?.template ?? {})),
];
