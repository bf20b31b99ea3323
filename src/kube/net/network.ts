/**
 * Who reaches whom in the cluster: the machines' LAN, one range of Pod addresses per node, and Services as kube-proxy's rules rewrite them.
 * Stands for the kernels' routing, netfilter's nat table and the static routes between the nodes. All decisions are in `reach`.
 * Unlike Linux: decided once per connection, no packets, no MTU, no NetworkPolicies (as with the recorded cluster's CNI), IPv4 only.
 */
import type { Millis } from '../../sim/clock.ts';
import { Random } from '../../sim/random.ts';
import type { Namespace } from '../../machine/namespace.ts';
import type { Attempt, Hop, Network, NetErrno, Outcome } from '../../machine/network.ts';
import { parseCidr, toNumber, within } from './address.ts';
import { Host } from './host.ts';
import { keyOf, nodeKeyOf, type Backend, type Entrance, type ServicePortRule } from './rules.ts';

/** Milliseconds for a step within a machine, and from one machine to another. */
const INSIDE: Millis = 0.03125;
const ACROSS: Millis = 0.21875;
/** More machines than this on one way is a loop. */
const MOST_HOPS = 8;

const LAN = parseCidr('192.168.56.0/24');

/** A packet under way. */
interface Packet {
  source: string;
  address: string;
  port: number;
  latency: Millis;
  readonly hops: Hop[];
  readonly routers: string[];
  /** Set once a Service's rule rewrote it: it is not rewritten again on that machine. */
  masquerade: boolean;
}

type Verdict = { readonly backend: Backend } | { readonly error: NetErrno; readonly why: string };

export class ClusterNetwork implements Network {
  /** All Pod addresses of the cluster. */
  readonly podRange;
  private readonly time: () => Millis;
  private readonly seed: string;
  private readonly hosts = new Map<string, Host>();
  private readonly byAddress = new Map<string, Host>();
  private readonly homes = new WeakMap<object, Host>();
  private readonly podHomes = new WeakMap<object, { readonly host: Host; readonly name: string }>();

  /** `time` tells virtual time, for affinity that ends. */
  constructor(options: { seed: string; time: () => Millis; podCIDR?: string }) {
    this.seed = options.seed;
    this.time = options.time;
    this.podRange = parseCidr(options.podCIDR ?? '10.244.0.0/16');
  }

  /** Plugs a machine into the LAN: a node with its range of Pod addresses, or the learner's laptop without. */
  addHost(options: { name: string; net: Namespace; address: string; podCIDR?: string }): Host {
    const host = new Host({ ...options, random: new Random(`${this.seed}/kube-proxy/${options.name}`) });
    for (const other of this.hosts.values()) {
      if (host.podCIDR && other.podCIDR) other.addRoute({ to: host.podCIDR.text, via: host.address, device: 'eth0' });
      if (other.podCIDR && host.podCIDR) host.addRoute({ to: other.podCIDR.text, via: other.address, device: 'eth0' });
    }
    this.hosts.set(host.name, host);
    this.byAddress.set(host.address, host);
    this.homes.set(host.net, host);
    return host;
  }

  /** Takes a machine away for good. */
  removeHost(name: string): void {
    const host = this.hosts.get(name);
    if (!host) return;
    this.hosts.delete(name);
    this.byAddress.delete(host.address);
    for (const other of this.hosts.values()) if (host.podCIDR) other.removeRoute(host.podCIDR.text);
  }

  host(name: string): Host | undefined {
    return this.hosts.get(name);
  }

  /** All machines, in the order in which they came. */
  get machines(): readonly Host[] {
    return [...this.hosts.values()];
  }

  /** A Pod's namespace is at home on this machine. */
  addPod(host: Host, net: Namespace, address: string, name: string): void {
    host.pods.set(address, { net, address, name });
    this.podHomes.set(net, { host, name });
  }

  removePod(host: Host, net: Namespace, address: string): void {
    host.pods.delete(address);
    this.podHomes.delete(net);
  }

  reach(attempt: Attempt): Outcome {
    const packet: Packet = { source: attempt.source, address: attempt.address, port: attempt.port, latency: 0, hops: [], routers: [], masquerade: false };
    const pod = this.podHomes.get(attempt.from);
    const host = pod?.host ?? this.homes.get(attempt.from);
    const fail = (error: NetErrno, why: string): Outcome => ({ ok: false, error, why, hops: packet.hops });
    if (!host) return fail('ENETUNREACH', 'this machine is not plugged in');
    packet.hops.push({ where: pod ? pod.name : host.name, what: `to ${attempt.address}:${attempt.port}` });
    const own = attempt.from.addresses;
    if (pod && (own.includes(attempt.address) || attempt.address.startsWith('127.'))) return this.deliver(packet, attempt.from as Namespace, pod.name);
    if (pod) packet.latency += INSIDE;
    return this.route(packet, host, attempt, pod === undefined);
  }

  /** From machine to machine, until somebody takes the packet or it is lost. `local`: it was made on the machine itself. */
  private route(packet: Packet, first: Host, attempt: Attempt, local: boolean): Outcome {
    const fail = (error: NetErrno, why: string): Outcome => ({ ok: false, error, why, hops: packet.hops });
    let host = first;
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      const verdict = this.rewrite(packet, host, attempt, local && hop === 0);
      if (verdict && 'error' in verdict) return fail(verdict.error, verdict.why);
      const { address } = packet;
      const number = toNumber(address);
      const place = host.pods.get(address);
      const here = host.net.has(address) || (host.podCIDR !== undefined && address === host.gateway);
      if (!here && !(local && hop === 0)) packet.routers.push(hop === 0 ? host.gateway : host.address);
      if (place) {
        packet.latency += INSIDE;
        if (packet.masquerade || (local && hop === 0)) packet.source = host.gateway;
        packet.hops.push({ where: place.name, what: `eth0 ${address}` });
        return this.deliver(packet, place.net, place.name);
      }
      if (here) {
        if (packet.masquerade) packet.source = host.address;
        return this.deliver(packet, host.net, host.name);
      }
      const next = within(LAN, number) ? this.byAddress.get(address) : within(this.podRange, number) ? this.ownerOf(number) : undefined;
      if (host.unplugged || next?.unplugged) return fail(within(LAN, number) ? 'EHOSTUNREACH' : 'ETIMEDOUT', `${(host.unplugged ? host : next!).name} is cut off`);
      if (!next) {
        if (within(LAN, number)) return fail('EHOSTUNREACH', `nobody has ${address}`);
        return fail('ETIMEDOUT', `${address} is not in this cluster, and outside nobody answers`);
      }
      if (next === host) return fail('ETIMEDOUT', `no Pod has ${address}`);
      if (packet.masquerade || (within(this.podRange, toNumber(packet.source)) && !within(this.podRange, number))) packet.source = host.address;
      packet.masquerade = false;
      packet.latency += ACROSS;
      packet.hops.push({ where: next.name, what: `eth0 ${next.address}` });
      host = next;
    }
    return fail('ETIMEDOUT', 'the way never ends');
  }

  private deliver(packet: Packet, target: Namespace, where: string): Outcome {
    const { address, port, source, latency, hops, routers } = packet;
    if (hops.at(-1)?.where !== where) hops.push({ where, what: address });
    return { ok: true, target, address, port, source, latency, hops, routers };
  }

  private ownerOf(address: number): Host | undefined {
    for (const host of this.hosts.values()) if (host.podCIDR && within(host.podCIDR, address)) return host;
    return undefined;
  }

  /** What the machine's nat table does to the packet: a new destination, a refusal, or nothing. */
  private rewrite(packet: Packet, host: Host, attempt: Attempt, local: boolean): Verdict | undefined {
    const { protocol } = attempt;
    if (protocol === 'ICMP') return undefined;
    const mine = host.net.has(packet.address);
    const mapped = mine ? host.hostPorts.get(nodeKeyOf(protocol, packet.port)) : undefined;
    if (mapped) {
      const masquerade = mapped.address === packet.source || packet.source.startsWith('127.');
      return this.redirect(packet, host, mapped, 'portmap', masquerade);
    }
    const { rules } = host;
    if (!rules) return undefined;
    const key = keyOf(protocol, packet.address, packet.port);
    const found = rules.cluster.get(key);
    if (found) return this.service(packet, host, found, 'cluster', local);
    const external = rules.external.get(key);
    if (external) return this.service(packet, host, external, 'external', local);
    const node = mine ? rules.node.get(nodeKeyOf(protocol, packet.port)) : undefined;
    return node && this.service(packet, host, node, 'node', local);
  }

  private service(packet: Packet, host: Host, rule: ServicePortRule, entrance: Entrance, local: boolean): Verdict {
    const fromPod = within(this.podRange, toNumber(packet.source));
    const inside = local || fromPod;
    const onlyLocal = entrance === 'cluster' ? rule.internalLocal : rule.externalLocal && !inside;
    const backends = onlyLocal ? (rule.local.get(host.name) ?? []) : rule.cluster;
    if (backends.length === 0) {
      const some = rule.cluster.length > 0 || [...rule.local.values()].some((b) => b.length > 0);
      if (onlyLocal && some) return { error: 'ETIMEDOUT', why: `${rule.name} has no endpoints on ${host.name}, and its policy is Local` };
      return { error: 'ECONNREFUSED', why: `${rule.name} has no endpoints` };
    }
    const backend = host.choose(rule, backends, packet.source, this.time());
    const hairpin = backend.address === packet.source;
    const masquerade = hairpin || (entrance === 'cluster' ? !fromPod : !onlyLocal);
    return this.redirect(packet, host, backend, rule.name, masquerade);
  }

  private redirect(packet: Packet, host: Host, backend: Backend, name: string, masquerade: boolean): Verdict {
    packet.address = backend.address;
    packet.port = backend.port;
    packet.latency += INSIDE;
    packet.masquerade ||= masquerade;
    packet.hops.push({ where: host.name, what: `${name} -> ${backend.address}:${backend.port}` });
    return { backend };
  }
}

/** The cluster's network, to be put into `Kernel.network`. */
export const createNetwork = (options: { seed: string; time: () => Millis; podCIDR?: string }): ClusterNetwork => new ClusterNetwork(options);
