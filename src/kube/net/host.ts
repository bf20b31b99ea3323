/**
 * A machine on the cluster's LAN as the network knows it: its Pods, its port mappings, the rules that its kube-proxy wrote.
 */
import type { Millis } from '../../sim/clock.ts';
import type { Random } from '../../sim/random.ts';
import type { Namespace } from '../../machine/namespace.ts';
import { parseCidr, type Cidr } from './address.ts';
import type { Backend, Protocol, Rules, ServicePortRule } from './rules.ts';

/** A Pod's place in the network. */
export interface Place {
  readonly net: Namespace;
  readonly address: string;
  /** `pod default/web` */
  readonly name: string;
}

export class Host {
  readonly name: string;
  readonly net: Namespace;
  /** On the LAN. */
  readonly address: string;
  /** The Pods' addresses on this machine; undefined for one without Pods (the laptop). */
  podCIDR: Cidr | undefined;
  /** Pods with an address of their own, by address. */
  readonly pods = new Map<string, Place>();
  /** `PROTOCOL PORT` of the machine to a Pod's address and port: the portmap plugin. */
  readonly hostPorts = new Map<string, Backend>();
  /** What kube-proxy wrote last; undefined: nothing yet. */
  rules: Rules | undefined;
  /** Cut off from the LAN. */
  unplugged = false;
  private readonly random: Random;
  private readonly stuck = new Map<string, { readonly backend: Backend; at: Millis }>();

  constructor(options: { name: string; net: Namespace; address: string; podCIDR?: string; random: Random }) {
    this.name = options.name;
    this.net = options.net;
    this.address = options.address;
    this.podCIDR = options.podCIDR === undefined ? undefined : parseCidr(options.podCIDR);
    this.random = options.random;
  }

  /** The first address of the Pod range: what Pods have as gateway. */
  get gateway(): string {
    return this.podCIDR ? this.podCIDR.text.replace(/\d+\/\d+$/, '1') : this.address;
  }

  /** Picks the backend for a new connection from `client`. */
  choose(rule: ServicePortRule, backends: readonly Backend[], client: string, now: Millis): Backend {
    const fresh = (): Backend => backends[backends.length > 1 ? this.random.below(backends.length) : 0]!;
    if (rule.affinity === undefined) return fresh();
    const key = `${rule.name} ${rule.protocol as Protocol} ${client}`;
    const before = this.stuck.get(key);
    if (before && now - before.at <= rule.affinity * 1000) {
      const same = backends.find((b) => b.address === before.backend.address && b.port === before.backend.port);
      if (same) {
        before.at = now;
        return same;
      }
    }
    const backend = fresh();
    this.stuck.set(key, { backend, at: now });
    return backend;
  }
}
