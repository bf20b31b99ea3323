/**
 * Gives Pods their network: an address of the node's range, a pair of virtual cables, routes on both sides, mapped host ports.
 * Stands for the plugins that the recorded cluster uses: ptp with host-local addresses, and portmap.
 */
import { Random } from '../../sim/random.ts';
import { Namespace } from '../../machine/namespace.ts';
import type { Device, Route } from '../../machine/network.ts';
import { toAddress } from './address.ts';
import { LOOPBACK, type Host } from './host.ts';
import type { ClusterNetwork } from './network.ts';
import { nodeKeyOf, type Protocol } from './rules.ts';

/** A port of the node that leads to the Pod. */
export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: Protocol;
}

/** A Pod that is plugged in. */
export interface Attachment {
  readonly net: Namespace;
  readonly address: string;
}

/** The plugin of one node. */
export class Cni {
  private readonly network: ClusterNetwork;
  private readonly host: Host;
  private readonly random: Random;
  private last = 1;
  private readonly plugged = new Map<string, { readonly attachment: Attachment; readonly device: Device; readonly route: Route; readonly mapped: readonly string[] }>();

  constructor(network: ClusterNetwork, host: Host, seed: string) {
    this.network = network;
    this.host = host;
    this.random = new Random(`${seed}/cni/${host.name}`);
  }

  /** Plugs a sandbox in. `name` is what hops call it; a string is why it failed. */
  attach(sandbox: string, name: string, mappings: readonly PortMapping[] = []): Attachment | string {
    const { podCIDR, gateway } = this.host;
    if (!podCIDR) return 'plugin type="ptp" failed (add): no podCIDR was given to this node';
    const free = this.reserve(podCIDR.base, podCIDR.size);
    if (!free) {
      const range = `${toAddress(podCIDR.base + 1)}-${toAddress(podCIDR.base + podCIDR.size - 2)}`;
      return `plugin type="ptp" failed (add): failed to allocate for range 0: no IP addresses available in range set: ${range}`;
    }
    const index = this.host.nextIndex();
    const veth: Device = { name: `veth${this.random.hex(8)}`, mac: this.mac(), mtu: 1500, up: true, addresses: [`${gateway}/32`], index, peer: 2 };
    const net = new Namespace(name, {
      addresses: [free],
      devices: [LOOPBACK, { name: 'eth0', mac: this.mac(), mtu: 1500, up: true, addresses: [`${free}/${podCIDR.bits}`], index: 2, peer: index }],
      routes: [
        { to: 'default', via: gateway, device: 'eth0' },
        { to: podCIDR.text, via: gateway, device: 'eth0', source: free },
        { to: gateway, device: 'eth0', source: free, scope: 'link' },
      ],
    });
    const route: Route = { to: free, device: veth.name, scope: 'host' };
    this.host.addDevice(veth);
    this.host.addRoute(route);
    const mapped = mappings.map(({ hostPort, containerPort, protocol }) => {
      const key = nodeKeyOf(protocol, hostPort);
      this.host.hostPorts.set(key, { address: free, port: containerPort, node: this.host.name });
      return key;
    });
    const attachment = { net, address: free };
    this.plugged.set(sandbox, { attachment, device: veth, route, mapped });
    this.network.addPod(this.host, net, free, name);
    return attachment;
  }

  /** Unplugs a sandbox and gives its address back; unknown ones are nothing to it. */
  detach(sandbox: string): void {
    const found = this.plugged.get(sandbox);
    if (!found) return;
    this.plugged.delete(sandbox);
    this.network.removePod(this.host, found.attachment.net, found.attachment.address);
    for (const key of found.mapped) this.host.hostPorts.delete(key);
    this.host.removeDevice(found.device);
    this.host.removeRoute(found.route.to);
  }

  /** The next free address after the one given last. */
  private reserve(base: number, size: number): string | undefined {
    for (let tries = 0; tries < size; tries++) {
      this.last = this.last + 1 >= size - 1 ? 2 : this.last + 1;
      const address = toAddress(base + this.last);
      if (!this.host.pods.has(address)) return address;
    }
    return undefined;
  }

  /** A locally administered hardware address. */
  private mac(): string {
    const first = (((this.random.below(256) & 0xfc) | 2).toString(16)).padStart(2, '0');
    return [first, ...[1, 2, 3, 4, 5].map(() => this.random.hex(2))].join(':');
  }
}
