/**
 * Cluster addresses and node ports of Services: which ones a Service gets, keeps, and may not have
 * (pkg/registry/core/service/storage/alloc.go with its allocators of addresses and ports).
 * Unlike Kubernetes: what is taken is read off the Services themselves, and the cluster knows IPv4 only.
 */
import type { Draft, FieldError, Surroundings } from '../api/kind.ts';
import { familyOf, formatIp, parseCidr, parseIp } from './check/ip.ts';
import { checkClusterIps } from './check/service-ips.ts';
import { Faults } from './faults.ts';
import { each } from './draft.ts';
import type { IPAddress, Service, ServiceCIDR, ServicePort, ServiceSpec } from './types.ts';

type Spec = { -readonly [K in keyof ServiceSpec]: ServiceSpec[K] };
type Port = { -readonly [K in keyof ServicePort]: ServicePort[K] };

/** Range of cluster addresses of a cluster that kubeadm made. */
const RANGE = '10.96.0.0/12';
const FIRST_PORT = 30_000;
const PORTS = 2768;
/** How many of the first addresses and ports are left to those who ask for one. */
const FIXED_ADDRESSES = 256;
const FIXED_PORTS = 86;
/** A dry run shows the number after the last one it was given, or after this one. */
const NO_PORT = 32_768;

/** Carries what is wrong out of the allocation, which stops at the first thing. */
class Refused extends Error {
  readonly errors: readonly FieldError[];
  constructor(errors: readonly FieldError[]) {
    super();
    this.errors = errors;
  }
}

function refuse(path: string, value: unknown, detail: string): never {
  const e = new Faults();
  e.invalid(path, value, detail);
  throw new Refused(e.all);
}

export const isHeadless = ({ clusterIPs }: ServiceSpec): boolean => clusterIPs?.length === 1 && clusterIPs[0] === 'None';
/** Whether traffic from outside stays on the node that got it, so that somebody has to ask which nodes have endpoints. */
export const needsHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec): boolean => type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
const mayHavePorts = ({ type }: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer';
const getsPorts = (spec: ServiceSpec): boolean => spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
const same = (a: readonly string[] = [], b: readonly string[] = []): boolean => a.length === b.length && a.every((x, i) => x === b[i]);
const numbers = ({ ports = [] }: ServiceSpec): readonly number[] => ports.map((p) => p.nodePort ?? 0).filter(Boolean);

function toNumber(text: string): number {
  const ip = parseIp(text);
  return ip && !ip.v6 ? ip.parts.reduce((n, part) => n * 256 + part, 0) : NaN;
}
const toText = (n: number): string => formatIp({ v6: false, parts: [24, 16, 8, 0].map((shift) => (n >>> shift) & 255), strict: true, mapped: false });

/** The ranges of the cluster, each as its first address and its size. */
function ranges(at: Surroundings): readonly { readonly text: string; readonly base: number; readonly size: number }[] {
  const objects = at.read.list<ServiceCIDR>('servicecidrs.networking.k8s.io').flatMap((c) => c.spec?.cidrs ?? []);
  return (objects.length > 0 ? objects : [RANGE]).map((text) => ({ text, base: toNumber(text.split('/')[0]!), size: 2 ** (32 - (parseCidr(text)?.length ?? 32)) })).filter((r) => !Number.isNaN(r.base));
}

function takenAddresses(at: Surroundings): ReadonlySet<string> {
  const services = at.read.list<Service>('services').flatMap((s) => s.spec?.clusterIPs ?? []);
  return new Set([...services, ...at.read.list<IPAddress>('ipaddresses.networking.k8s.io').map((ip) => ip.metadata.name)]);
}

/** The first free one of a stretch of numbers, from a random place on. */
function pick(at: Surroundings, from: number, count: number, free: (n: number) => boolean): number | undefined {
  if (count <= 0) return undefined;
  const start = at.random.below(count);
  for (let i = 0; i < count; i++) {
    const n = from + ((start + i) % count);
    if (free(n)) return n;
  }
  return undefined;
}

function nextAddress(spec: Spec, at: Surroundings): string {
  const all = ranges(at);
  if (at.dryRun) return toText(all[0]!.base);
  const taken = takenAddresses(at);
  const free = (n: number): boolean => !taken.has(toText(n));
  for (const { base, size } of all) {
    // neither the network's own address nor the last one is given away
    const usable = size - 2;
    const fixed = size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 16)), FIXED_ADDRESSES);
    const found = pick(at, base + fixed, size - 1 - fixed, free) ?? pick(at, base + 1, Math.min(fixed, usable) - 1, free);
    if (found !== undefined) return toText(found);
  }
  return refuse('spec.clusterIPs', spec.clusterIPs, 'failed to allocate IP: range is full');
}

function takeAddress(spec: Spec, ip: string, at: Surroundings): void {
  const n = toNumber(ip);
  const range = ranges(at).find(({ base, size }) => n >= base && n < base + size);
  const failed = (why: string): never => refuse('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${ip}: ${why}`);
  if (!range) failed('the provided network does not match the current range');
  else if (n === range.base || n === range.base + range.size - 1) failed(`the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${range.text}`);
  else if (!at.dryRun && takenAddresses(at).has(ip)) failed('provided IP is already allocated');
}

function allocateAddresses(spec: Spec, at: Surroundings): void {
  if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === 'None') return;
  const ips = [...(spec.clusterIPs ?? [])];
  for (const [i] of (spec.ipFamilies ?? []).entries()) {
    if (ips[i]) takeAddress(spec, ips[i], at);
    else ips[i] = nextAddress(spec, at);
  }
  spec.clusterIPs = ips;
  spec.clusterIP = ips[0];
}

/** Policy and families of a Service, from what was asked for and what the cluster has. */
function settleFamilies(spec: Spec, old: ServiceSpec | undefined): void {
  if (spec.type === 'ExternalName') return;
  const unchanged = old && spec.ipFamilyPolicy === 'PreferDualStack' && old.ipFamilyPolicy === 'PreferDualStack' && old.type === spec.type && same(old.clusterIPs, spec.clusterIPs) && same(old.ipFamilies, spec.ipFamilies);
  if (unchanged) return;
  const selectorless = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? (selectorless ? 'RequireDualStack' : 'SingleStack');
  const e = new Faults();
  checkClusterIps(e, spec, old);
  if (e.all.length > 0) throw new Refused(e.all);
  const policy = spec.ipFamilyPolicy;
  const wrong = (path: string, value: unknown, detail: string): void => e.invalid(`spec.${path}`, value, detail);
  if (old) {
    if (policy === 'SingleStack') {
      if (same(old.clusterIPs, spec.clusterIPs) && (spec.clusterIPs?.length ?? 0) > 1) spec.clusterIPs = spec.clusterIPs!.slice(0, 1);
      if (same(old.ipFamilies, spec.ipFamilies) && (spec.ipFamilies?.length ?? 0) > 1) spec.ipFamilies = spec.ipFamilies!.slice(0, 1);
    } else {
      const fewer = (now: readonly string[] = [], before: readonly string[] = []): boolean => now.length > 0 && now.length < before.length;
      if (fewer(spec.clusterIPs, old.clusterIPs)) wrong('ipFamilyPolicy', policy, "must be 'SingleStack' to release the secondary cluster IP");
      if (fewer(spec.ipFamilies, old.ipFamilies)) wrong('ipFamilyPolicy', policy, "must be 'SingleStack' to release the secondary IP family");
    }
  }
  if (policy === 'SingleStack') {
    if (spec.clusterIPs?.length === 2) wrong('ipFamilyPolicy', policy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified");
    if (spec.ipFamilies?.length === 2) wrong('ipFamilyPolicy', policy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified");
  }
  const families = [...(spec.ipFamilies ?? [])];
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === 'None') break;
    if (i < families.length) continue;
    if (familyOf(ip) === 'IPv6') wrong(`clusterIPs[${i}]`, spec.clusterIPs, 'IPv6 is not configured on this cluster');
    else families.push('IPv4');
  }
  if (e.all.length > 0) throw new Refused(e.all);
  if (selectorless) {
    if (families.length === 0) families.push('IPv4');
    if (families.length < 2 && policy !== 'SingleStack') families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');
  } else {
    if (policy === 'RequireDualStack') wrong('ipFamilyPolicy', policy, 'this cluster is not configured for dual-stack services');
    for (const [i, family] of families.entries()) if (family !== 'IPv4') wrong(`ipFamilies[${i}]`, family, 'not configured on this cluster');
    if (e.all.length > 0) throw new Refused(e.all);
    if (families.length === 0) families.push('IPv4');
  }
  spec.ipFamilies = families;
}

/** Node ports while one Service is worked on: taken ones are those of the others and those given to it just now. */
class NodePorts {
  private readonly taken: Set<number>;
  private last = 0;
  private readonly at: Surroundings;
  constructor(at: Surroundings, self: Draft) {
    this.at = at;
    const { name, namespace } = self.metadata as Service['metadata'];
    const others = at.read.list<Service>('services').filter((s) => s.metadata.name !== name || s.metadata.namespace !== namespace);
    this.taken = new Set(others.flatMap(({ spec = {} }) => [...numbers(spec), spec.healthCheckNodePort ?? 0]));
  }
  take(port: number, path: string): void {
    const outside = port < FIRST_PORT || port >= FIRST_PORT + PORTS;
    if (outside && !this.at.dryRun) refuse(path, port, `provided port is not in the valid range. The range of valid ports is ${FIRST_PORT}-${FIRST_PORT + PORTS - 1}`);
    if (this.taken.has(port)) refuse(path, port, 'provided port is already allocated');
    this.taken.add(port);
    this.last = Math.max(this.last, port);
  }
  next(): number {
    if (this.at.dryRun) return (this.last = (this.last || NO_PORT) + 1);
    const free = (n: number): boolean => !this.taken.has(n);
    const found = pick(this.at, FIRST_PORT + FIXED_PORTS, PORTS - FIXED_PORTS, free) ?? pick(this.at, FIRST_PORT, FIXED_PORTS, free);
    if (found === undefined) return refuse('spec.ports', null, 'failed to allocate a nodePort: range is full');
    this.taken.add(found);
    return found;
  }
}

function newPorts(spec: Spec, ports: readonly Port[], free: NodePorts): void {
  const given = new Map<number, number>();
  for (const [i, port] of ports.entries()) {
    if (!port.nodePort && !getsPorts(spec)) continue;
    const path = `spec.ports[${i}].nodePort`;
    const before = given.get(port.port!);
    if (before === undefined) {
      const wanted = ports.find((p) => p.port === port.port && p.nodePort)?.nodePort;
      if (wanted) free.take(wanted, path);
      port.nodePort = wanted ?? free.next();
      given.set(port.port!, port.nodePort);
    } else if (!port.nodePort) port.nodePort = before;
    else if (port.nodePort !== before) free.take(port.nodePort, path);
  }
}

function changedPorts(spec: Spec, ports: readonly Port[], old: ServiceSpec, free: NodePorts): void {
  const kept = new Set(numbers(old));
  for (const [i, port] of ports.entries()) {
    if (!port.nodePort && !getsPorts(spec)) continue;
    if (!port.nodePort) port.nodePort = free.next();
    else if (!kept.has(port.nodePort)) {
      free.take(port.nodePort, `spec.ports[${i}].nodePort`);
      kept.add(port.nodePort);
    }
  }
}

/** What an update leaves out is as it was. */
function keepAllocated(spec: Spec, ports: readonly Port[], old: ServiceSpec): void {
  if (old.type !== 'ExternalName' && spec.type !== 'ExternalName') {
    spec.clusterIP ||= old.clusterIP;
    if (!spec.clusterIPs?.length && old.clusterIPs?.length) spec.clusterIPs = old.clusterIPs;
  }
  if (getsPorts(old) && getsPorts(spec)) {
    const used = new Set(numbers(old).filter((n) => numbers(spec).includes(n)));
    for (const port of ports) {
      const before = old.ports?.findLast((p) => (p.name ?? '') === (port.name ?? ''))?.nodePort;
      if (!port.nodePort && before && !used.has(before)) port.nodePort = before;
    }
  }
  if (needsHealthCheck(old) && needsHealthCheck(spec)) spec.healthCheckNodePort ||= old.healthCheckNodePort;
  if (old.clusterIP !== spec.clusterIP && same(old.clusterIPs, spec.clusterIPs)) {
    if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
    else delete spec.clusterIPs;
  }
}

/** What the new type cannot have goes, unless it was changed as well. */
function dropForeign(spec: Spec, ports: readonly Port[], old: ServiceSpec): void {
  if (old.type !== 'ExternalName' && spec.type === 'ExternalName') {
    if (spec.clusterIP === old.clusterIP && same(spec.clusterIPs, old.clusterIPs)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (same(spec.ipFamilies, old.ipFamilies)) delete spec.ipFamilies;
    if (spec.ipFamilyPolicy === old.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (mayHavePorts(old) && !mayHavePorts(spec) && numbers(spec).every((n) => numbers(old).includes(n))) for (const port of ports) delete port.nodePort;
  if (needsHealthCheck(old) && !needsHealthCheck(spec) && spec.healthCheckNodePort === old.healthCheckNodePort) delete spec.healthCheckNodePort;
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (old.allocateLoadBalancerNodePorts === spec.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts;
    if (old.loadBalancerClass === spec.loadBalancerClass) delete spec.loadBalancerClass;
  }
  const outside = (s: ServiceSpec): boolean => mayHavePorts(s) || (s.type === 'ClusterIP' && (s.externalIPs?.length ?? 0) > 0);
  if (outside(old) && !outside(spec) && spec.externalTrafficPolicy === old.externalTrafficPolicy) delete spec.externalTrafficPolicy;
}

function allocate(draft: Draft, oldService: Service | undefined, at: Surroundings): void {
  const spec = draft.spec as Spec;
  const ports = each(spec as Draft, 'ports') as readonly Port[];
  const old = oldService?.spec;
  if (old) keepAllocated(spec, ports, old);
  else if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
  settleFamilies(spec, old);
  if (!old || (old.type === 'ExternalName' && spec.type !== 'ExternalName')) allocateAddresses(spec, at);
  const free = new NodePorts(at, draft);
  if (mayHavePorts(spec)) {
    if (old) changedPorts(spec, ports, old, free);
    else newPorts(spec, ports, free);
  }
  if (needsHealthCheck(spec) && !(old && needsHealthCheck(old))) {
    if (spec.healthCheckNodePort) free.take(spec.healthCheckNodePort, 'spec.healthCheckNodePort');
    else spec.healthCheckNodePort = free.next();
  }
  if (old) dropForeign(spec, ports, old);
}

/** Gives a Service its addresses and ports; errors refuse it. */
export function allocateService(draft: Draft, old: Service | undefined, at: Surroundings): readonly FieldError[] {
  try {
    allocate(draft, old, at);
    return [];
  } catch (error) {
    if (error instanceof Refused) return error.errors;
    throw error;
  }
}
