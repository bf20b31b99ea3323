/**
 * A machine on the cluster's LAN as the network knows it: its Pods, its port mappings, the rules that its kube-proxy wrote.
 */
import type { Millis } from '../../sim/clock.ts';
import type { Random } from '../../sim/random.ts';
import type { Namespace } from '../../machine/namespace.ts';
import type { Device, Route } from '../../machine/network.ts';
import { parseCidr, toNumber, type Cidr } from './address.ts';
import type { Backend, Protocol, Rules, ServicePortRule } from './rules.ts';

/** A Pod's place in the network. */
export interface Place {
  readonly net: Namespace;
  readonly address: string;
  /** `pod default/web` */
  readonly name: string;
}

/** The loopback device that every namespace has. */
export const LOOPBACK: Device = { name: 'lo', mac: '00:00:00:00:00:00', mtu: 65_536, up: true, addresses: ['127.0.0.1/8'], index: 1 };

/** The LAN's router, and the hardware address that goes with an address on the LAN. */
const ROUTER = '192.168.56.1';
const macOf = (address: string): string => `02:42:${address.split('.').map((part) => Number(part).toString(16).padStart(2, '0')).join(':')}`;

const order = (route: Route): number => (route.to === 'default' ? -1 : toNumber(route.to.replace(/\/.*/, '')));

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
  private readonly devices: Device[];
  private readonly routes: Route[];
  /** Where each route stands in the order. */
  private readonly orders: number[];
  private indices: number;
  private readonly random: Random;
  private readonly stuck = new Map<string, { readonly backend: Backend; at: Millis }>();

  constructor(options: { name: string; net: Namespace; address: string; podCIDR?: string; random: Random }) {
    this.name = options.name;
    this.net = options.net;
    this.address = options.address;
    this.podCIDR = options.podCIDR === undefined ? undefined : parseCidr(options.podCIDR);
    this.random = options.random;
    const { net, address } = this;
    const given: readonly Device[] = net.devices.length ? net.devices : [{ name: 'eth0', mac: macOf(address), mtu: 1500, up: true, addresses: [`${address}/24`] }];
    this.devices = [...(given.some((device) => device.name === 'lo') ? [] : [LOOPBACK]), ...given].map((device, i) => ({ index: i + 1, ...device }));
    this.indices = this.devices.length;
    const out: Route[] = address === ROUTER ? [] : [{ to: 'default', via: ROUTER, device: 'eth0' }];
    this.routes = net.routes.length ? [...net.routes] : [...out, { to: '192.168.56.0/24', device: 'eth0', source: address, scope: 'proto kernel scope link' }];
    this.orders = this.routes.map(order);
    net.devices = this.devices;
    net.routes = this.routes;
  }

  /** The number that a new device gets. */
  nextIndex(): number {
    return ++this.indices;
  }

  addDevice(device: Device): void {
    this.devices.push(device);
  }

  removeDevice(device: Device): void {
    this.devices.splice(this.devices.indexOf(device), 1);
  }

  /** Routes stand in the order of their addresses, as `ip route` lists them. */
  addRoute(route: Route): void {
    const place = order(route);
    let at = this.orders.length;
    while (at > 0 && this.orders[at - 1]! > place) at--;
    this.routes.splice(at, 0, route);
    this.orders.splice(at, 0, place);
  }

  removeRoute(to: string): void {
    const at = this.routes.findIndex((route) => route.to === to);
    if (at < 0) return;
    this.routes.splice(at, 1);
    this.orders.splice(at, 1);
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
