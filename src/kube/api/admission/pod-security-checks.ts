/**
 * The Pod Security Standards: what `baseline` and `restricted` forbid, in the words of the real checks.
 * Stands for k8s.io/pod-security-admission/policy. A check gets the Pod's metadata, its spec and the minor version of the policy.
 */
interface Profile {
  readonly type?: string;
}

interface SecurityContext {
  readonly allowPrivilegeEscalation?: boolean;
  readonly appArmorProfile?: Profile;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly privileged?: boolean;
  readonly procMount?: string;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: Profile;
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly sysctls?: readonly { readonly name: string }[];
  readonly windowsOptions?: { readonly hostProcess?: boolean };
}

interface Handler {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}

interface Container {
  readonly name: string;
  readonly securityContext?: SecurityContext;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly livenessProbe?: Handler;
  readonly readinessProbe?: Handler;
  readonly startupProbe?: Handler;
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler };
}

export interface CheckedSpec {
  readonly initContainers?: readonly Container[];
  readonly containers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly securityContext?: SecurityContext;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostUsers?: boolean;
  readonly os?: { readonly name?: string };
}

/** What is wrong: a short reason, and who does it. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

interface Pod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: CheckedSpec;
  readonly minor: number;
}

type Check = (pod: Pod) => Violation | undefined;

const quoted = (list: readonly string[]): string => list.map((one) => `"${one}"`).join(', ');
const several = (one: string, count: number): string => (count === 1 ? one : `${one}s`);
const sorted = (list: Iterable<string>): readonly string[] => [...new Set(list)].sort();
const all = (spec: CheckedSpec): readonly Container[] => [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
const named = (bad: readonly Container[]): string => `${several('container', bad.length)} ${quoted(bad.map((c) => c.name))}`;
const windows = (pod: Pod): boolean => pod.minor >= 25 && pod.spec.os?.name === 'windows';
const relaxed = (pod: Pod): boolean => pod.minor >= 35 && pod.spec.hostUsers === false;

/** Pod and containers that set something bad: `pod and container "a"`; the detail is made of them. */
function setters({ spec }: Pod, bad: (context: SecurityContext) => boolean, reason: string, detail: (who: string) => string): Violation | undefined {
  const who: string[] = [];
  if (spec.securityContext && bad(spec.securityContext)) who.push('pod');
  const containers = all(spec).filter((c) => c.securityContext && bad(c.securityContext));
  if (containers.length) who.push(named(containers));
  return who.length ? { reason, detail: detail(who.join(' and ')) } : undefined;
}

/** Containers alone. */
function containers({ spec }: Pod, bad: (context: SecurityContext | undefined) => boolean, reason: string, detail: (who: string) => string): Violation | undefined {
  const found = all(spec).filter((c) => bad(c.securityContext));
  return found.length ? { reason, detail: detail(named(found)) } : undefined;
}

/** Neither the Pod nor the container says what must be said. */
function silent({ spec }: Pod, said: (context: SecurityContext | undefined) => boolean, reason: string, must: string): Violation | undefined {
  if (said(spec.securityContext)) return undefined;
  const found = all(spec).filter((c) => !said(c.securityContext));
  return found.length ? { reason, detail: `pod or ${named(found)} must set ${must}` } : undefined;
}

const goodArmor = (p: Profile | undefined): boolean => !p || p.type === 'RuntimeDefault' || p.type === 'Localhost';
const ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

function appArmor(pod: Pod): Violation | undefined {
  const contexts = [pod.spec.securityContext, ...all(pod.spec).map((c) => c.securityContext)];
  const annotations = Object.entries(pod.annotations).filter(([key, value]) => key.startsWith(ARMOR) && value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/')).map(([key, value]) => `${key}="${value}"`).sort();
  const values = [...sorted(contexts.flatMap((c) => (goodArmor(c?.appArmorProfile) ? [] : [c!.appArmorProfile!.type ?? '']))), ...annotations];
  if (!values.length) return undefined;
  const who = setters(pod, (c) => !goodArmor(c.appArmorProfile), '', (text) => text)?.detail;
  const by = [who, annotations.length ? several('annotation', annotations.length) : ''].filter((part) => part).join(' and ');
  return { reason: several('forbidden AppArmor profile', values.length), detail: `${by} must not set AppArmor profile type to ${quoted(values)}` };
}

const CAPABILITIES = new Set(['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT']);
const added = (pod: Pod, good: (capability: string) => boolean): readonly string[] => sorted(all(pod.spec).flatMap((c) => (c.securityContext?.capabilities?.add ?? []).filter((one) => !good(one))));

const capabilities: Check = (pod) =>
  containers(pod, (c) => !!c?.capabilities?.add?.some((one) => !CAPABILITIES.has(one)), 'non-default capabilities', (who) => `${who} must not include ${quoted(added(pod, (one) => CAPABILITIES.has(one)))} in securityContext.capabilities.add`);

const restrictedCapabilities: Check = (pod) => {
  if (windows(pod)) return undefined;
  const keeps = containers(pod, (c) => !c?.capabilities?.drop?.includes('ALL'), '', (who) => `${who} must set securityContext.capabilities.drop=["ALL"]`);
  const good = (one: string): boolean => one === 'NET_BIND_SERVICE';
  const adds = containers(pod, (c) => !!c?.capabilities?.add?.some((one) => !good(one)), '', (who) => `${who} must not include ${quoted(added(pod, good))} in securityContext.capabilities.add`);
  const details = [keeps?.detail, adds?.detail].filter((text) => text !== undefined);
  return details.length ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
};

const hostNamespaces: Check = ({ spec }) => {
  const found = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name]).map((name) => `${name}=true`);
  return found.length ? { reason: 'host namespaces', detail: found.join(', ') } : undefined;
};

const hostPath: Check = ({ spec }) => {
  const found = (spec.volumes ?? []).filter((v) => v['hostPath']).map((v) => v['name'] as string);
  return found.length ? { reason: 'hostPath volumes', detail: `${several('volume', found.length)} ${quoted(found)}` } : undefined;
};

const hostPorts: Check = ({ spec }) => {
  const found = all(spec).filter((c) => c.ports?.some((p) => p.hostPort));
  const ports = sorted(found.flatMap((c) => (c.ports ?? []).filter((p) => p.hostPort).map((p) => String(p.hostPort))));
  return found.length ? { reason: 'hostPort', detail: `${named(found)} ${found.length === 1 ? 'uses' : 'use'} ${several('hostPort', ports.length)} ${ports.join(', ')}` } : undefined;
};

const hostProbes: Check = ({ spec, minor }) => {
  if (minor < 34) return undefined;
  const hosts = (c: Container): readonly string[] => [c.livenessProbe, c.readinessProbe, c.startupProbe, c.lifecycle?.postStart, c.lifecycle?.preStop].flatMap((h) => [h?.httpGet?.host ?? '', h?.tcpSocket?.host ?? '']).filter((h) => h !== '');
  const found = all(spec).filter((c) => hosts(c).length);
  const names = sorted(found.map((c) => c.name));
  const bad = sorted(found.flatMap(hosts));
  return found.length ? { reason: 'probe or lifecycle host', detail: `${several('container', names.length)} ${quoted(names)} ${names.length === 1 ? 'uses' : 'use'} ${several('probe or lifecycle host', bad.length)} ${quoted(bad)}` } : undefined;
};

const procMount: Check = (pod) =>
  containers(pod, (c) => c?.procMount !== undefined && c.procMount !== 'Default', 'procMount', (who) => `${who} must not set securityContext.procMount to ${quoted(sorted(all(pod.spec).flatMap((c) => (c.securityContext?.procMount && c.securityContext.procMount !== 'Default' ? [c.securityContext.procMount] : []))))}`);

const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'];

const volumes: Check = ({ spec }) => {
  const found = (spec.volumes ?? []).filter((v) => !VOLUMES.some((type) => v[type]));
  const types = sorted(found.map((v) => Object.keys(v).find((key) => key !== 'name') ?? 'unknown'));
  return found.length ? { reason: 'restricted volume types', detail: `${several('volume', found.length)} ${quoted(found.map((v) => v['name'] as string))} ${found.length === 1 ? 'uses' : 'use'} ${several('restricted volume type', types.length)} ${quoted(types)}` } : undefined;
};

const NON_ROOT = 'runAsNonRoot != true';
const runAsNonRoot: Check = (pod) => {
  if (relaxed(pod)) return undefined;
  return setters(pod, (c) => c.runAsNonRoot === false, NON_ROOT, (who) => `${who} must not set securityContext.runAsNonRoot=false`) ?? silent(pod, (c) => c?.runAsNonRoot === true, NON_ROOT, 'securityContext.runAsNonRoot=true');
};

const SELINUX = ['', 'container_t', 'container_init_t', 'container_kvm_t'];
const seLinux: Check = (pod) => {
  const allowed = pod.minor >= 31 ? [...SELINUX, 'container_engine_t'] : SELINUX;
  const badType = (c: SecurityContext): boolean => !!c.seLinuxOptions && !allowed.includes(c.seLinuxOptions.type ?? '');
  const contexts = [pod.spec.securityContext, ...all(pod.spec).map((c) => c.securityContext)].filter((c) => c !== undefined);
  const types = sorted(contexts.filter(badType).map((c) => c.seLinuxOptions!.type!));
  const wrong = [
    types.length ? `${several('type', types.length)} ${quoted(types)}` : '', contexts.some((c) => c.seLinuxOptions?.user) ? 'user may not be set' : '', contexts.some((c) => c.seLinuxOptions?.role) ? 'role may not be set' : '',
  ].filter((text) => text);
  return setters(pod, (c) => badType(c) || !!c.seLinuxOptions?.user || !!c.seLinuxOptions?.role, 'seLinuxOptions', (who) => `${who} set forbidden securityContext.seLinuxOptions: ${wrong.join('; ')}`);
};

const goodSeccomp = (p: Profile | undefined): boolean => p?.type === 'Localhost' || p?.type === 'RuntimeDefault';
const seccomp: Check = (pod) => {
  const bad = (c: SecurityContext | undefined): boolean => !!c?.seccompProfile && !goodSeccomp(c.seccompProfile);
  const values = sorted([pod.spec.securityContext, ...all(pod.spec).map((c) => c.securityContext)].filter(bad).map((c) => c!.seccompProfile!.type ?? ''));
  return setters(pod, bad, 'seccompProfile', (who) => `${who} must not set securityContext.seccompProfile.type to ${quoted(values)}`);
};
const restrictedSeccomp: Check = (pod) =>
  windows(pod) ? undefined : (seccomp(pod) ?? silent(pod, (c) => goodSeccomp(c?.seccompProfile), 'seccompProfile', 'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'));

/** Allowed sysctls, with the minor version that brought them. */
const SYSCTLS: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0, 'net.ipv4.ip_local_port_range': 0, 'net.ipv4.tcp_syncookies': 0, 'net.ipv4.ping_group_range': 0, 'net.ipv4.ip_unprivileged_port_start': 0, 'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29, 'net.ipv4.tcp_fin_timeout': 29, 'net.ipv4.tcp_keepalive_intvl': 29, 'net.ipv4.tcp_keepalive_probes': 29, 'net.ipv4.tcp_rmem': 32, 'net.ipv4.tcp_wmem': 32,
};
const sysctls: Check = ({ spec, minor }) => {
  const found = (spec.securityContext?.sysctls ?? []).map((s) => s.name).filter((name) => !((Object.hasOwn(SYSCTLS, name) ? SYSCTLS[name]! : Infinity) <= minor));
  return found.length ? { reason: 'forbidden sysctls', detail: found.join(', ') } : undefined;
};

/** In the order of their names, which is that of the messages. */
const BASELINE: readonly (readonly [string, Check])[] = [
  ['appArmorProfile', appArmor], ['capabilities_baseline', capabilities], ['hostNamespaces', hostNamespaces], ['hostPathVolumes', hostPath], ['hostPorts', hostPorts], ['hostProbesAndHostLifecycle', hostProbes],
  ['privileged', (pod) => containers(pod, (c) => c?.privileged === true, 'privileged', (who) => `${who} must not set securityContext.privileged=true`)],
  ['procMount', (pod) => (relaxed(pod) ? undefined : procMount(pod))], ['seLinuxOptions', seLinux], ['seccompProfile_baseline', seccomp], ['sysctls', sysctls],
  ['windowsHostProcess', (pod) => setters(pod, (c) => c.windowsOptions?.hostProcess === true, 'hostProcess', (who) => `${who} must not set securityContext.windowsOptions.hostProcess=true`)],
];
const RESTRICTED: readonly Check[] = [
  (pod) => (windows(pod) ? undefined : containers(pod, (c) => c?.allowPrivilegeEscalation !== false, 'allowPrivilegeEscalation != false', (who) => `${who} must set securityContext.allowPrivilegeEscalation=false`)),
  restrictedCapabilities, (pod) => (pod.minor >= 35 ? procMount(pod) : undefined), volumes, runAsNonRoot,
  (pod) => (relaxed(pod) ? undefined : setters(pod, (c) => c.runAsUser === 0, 'runAsUser=0', (who) => `${who} must not set runAsUser=0`)), restrictedSeccomp,
];
/** Baseline checks that a restricted one replaces. */
const REPLACED = new Set(['capabilities_baseline', 'hostPathVolumes', 'procMount', 'seccompProfile_baseline']);

/** Everything that a Pod violates of a level. `minor` is the policy's version: 36 for v1.36. */
export function violations(level: string, minor: number, annotations: Readonly<Record<string, string>>, spec: CheckedSpec): readonly Violation[] {
  if (level === 'privileged') return [];
  const pod: Pod = { annotations, spec, minor };
  const checks = level === 'baseline' ? BASELINE.map(([, check]) => check) : [...BASELINE.filter(([name]) => !REPLACED.has(name)).map(([, check]) => check), ...RESTRICTED];
  return checks.flatMap((check) => check(pod) ?? []);
}
