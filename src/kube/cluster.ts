/**
 * Wires a cluster: store and API server, control plane, machines with their kubelets, network. What `kubeadm init` and `join` leave behind.
 * Unlike Kubernetes: the cluster is made at virtual time 0, with its images pulled and its network plugin installed; components share one clock.
 */
import type { Computer } from '../machine/computer.ts';
import { debian } from '../machine/debian.ts';
import type { Kernel } from '../machine/kernel.ts';
import { Namespace } from '../machine/namespace.ts';
import type { Machine } from '../machine/process.ts';
import type { Agenda } from '../sim/clock.ts';
import type { Change, Store } from '../sim/store.ts';
import type { Trace } from '../sim/trace.ts';
import { createApiServer, type RunningApiServer } from './api/create.ts';
import type { ApiServer } from './api/server.ts';
import { httpService } from './api/service.ts';
import type { KubeObject, Status, UserInfo } from './api/wire.ts';
import { Plane } from './control-plane.ts';
import { pathOf } from './control/client.ts';
import { kinds } from './kinds/index.ts';
import { addons, kubernetesService } from './kubeadm/addons.ts';
import { Pki } from './kubeadm/files.ts';
import { staticManifests } from './kubeadm/static-pods.ts';
import { serveOutsideNames } from './net/dns.ts';
import { createNetwork, type ClusterNetwork } from './net/network.ts';
import { createDoor } from './node/door.ts';
import type { MakeRegistry, Registry } from './node/image.ts';
import { createKubelet, type Kubelet } from './node/kubelet.ts';
import { resourceOf } from './schema/schema.ts';

/** A worker node as a lab asks for it; quantities such as `2` and `4Gi`. */
export interface NodeOrder {
  readonly name: string;
  readonly cpu?: string;
  readonly memory?: string;
}

export interface ClusterOptions {
  readonly agenda: Agenda;
  readonly kernel: Kernel;
  /** Unix milliseconds at virtual 0. */
  readonly epoch: number;
  readonly seed: string;
  readonly trace: Trace;
  readonly registry: MakeRegistry;
  /** Worker nodes besides k8s-master. */
  readonly nodes: readonly NodeOrder[];
}

const MASTER = 'k8s-master';
const FIRST_ADDRESS = 100;
const POD_CIDR = '10.244.0.0/16';
const SERVICE_CIDR = '10.96.0.0/12';
const ROUTER = '192.168.56.254';
const ADMIN: UserInfo = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:masters', 'system:authenticated'] };
/** Images that a node has from the beginning. */
const PULLED = {
  [MASTER]: ['registry.k8s.io/etcd:3.6.8-0', 'registry.k8s.io/kube-apiserver:v1.36.4', 'registry.k8s.io/kube-controller-manager:v1.36.4', 'registry.k8s.io/kube-scheduler:v1.36.4', 'registry.k8s.io/coredns/coredns:v1.14.2'],
  all: ['registry.k8s.io/kube-proxy:v1.36.4', 'registry.k8s.io/pause:3.10.1', 'registry.k8s.io/coredns/coredns:v1.14.2'],
};

export class Cluster {
  readonly api: ApiServer;
  readonly store: Store<KubeObject>;
  readonly network: ClusterNetwork;
  private readonly server: RunningApiServer;
  private readonly plane: Plane;
  private readonly pki: Pki;
  private readonly machines = new Map<string, Computer>();
  private readonly kubelets = new Map<string, Kubelet>();
  private readonly addresses: Readonly<Record<string, string>>;

  constructor(options: ClusterOptions) {
    const { agenda, epoch, seed, trace } = options;
    const orders: readonly NodeOrder[] = [{ name: MASTER }, ...options.nodes];
    const addressOf = (i: number): string => `192.168.56.${FIRST_ADDRESS + i}`;
    this.addresses = Object.fromEntries(orders.map((order, i) => [addressOf(i), order.name]));
    const address = addressOf(0);
    const server = `https://${address}:6443`;
    this.network = createNetwork({ seed, time: () => agenda.now, podCIDR: POD_CIDR });
    options.kernel.network = this.network;
    this.server = createApiServer({ clock: agenda, epoch, seed, trace, kinds });
    this.store = this.server.store;
    agenda.add('kube-apiserver', this.server);
    this.pki = new Pki(this.server.secret, epoch);
    const names = [MASTER, 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', '10.96.0.1', address];
    this.plane = new Plane({
      agenda, epoch, seed, trace, api: this.server, network: this.network, authority: this.pki.authority,
      service: httpService(this.server, { authority: this.pki.authority, names }), net: (node) => this.machines.get(node)?.net,
    });
    this.api = this.plane.door;
    this.server.kubelets = createDoor((node) => this.kubelets.get(node));
    for (const object of [...kubernetesService(address), ...addons({ address, podCIDR: POD_CIDR, serviceCIDR: SERVICE_CIDR, clusterInfo: this.pki.clusterInfo(server) })]) this.create(object);
    serveOutsideNames(this.plugged('router', ROUTER));
    const registry = options.registry(this.plane);
    orders.forEach((order, i) => this.join(options, registry, order, i));
    const master = this.machines.get(MASTER)!;
    for (const [path, text] of Object.entries(this.pki.files(server, names))) write(master, `/etc/kubernetes/${path}`, text);
    for (const [name, text] of Object.entries(staticManifests(MASTER, address, POD_CIDR, SERVICE_CIDR))) write(master, `/etc/kubernetes/manifests/${name}`, text);
    for (const kubelet of this.kubelets.values()) kubelet.start();
  }

  /** Addresses of the machines, and their names: what /etc/hosts says. */
  hosts(): Readonly<Record<string, string>> {
    return this.addresses;
  }

  /** The administrator's kubeconfig. */
  adminConfig(): string {
    return this.pki.kubeconfig(`https://192.168.56.${FIRST_ADDRESS}:6443`, 'kubernetes-admin', ['kubeadm:cluster-admins']);
  }

  /** Plugs a machine without Pods into the nodes' network. */
  plug(net: Namespace): void {
    this.network.addHost({ name: net.name, net, address: net.addresses[0]! });
  }

  /** Creates an object as the administrator, whether or not a kube-apiserver runs. Throws with the server's words when it is refused. */
  create(object: KubeObject): void {
    const resource = resourceOf(object.apiVersion, object.kind);
    if (!resource) throw new Error(`no matches for kind "${object.kind}" in version "${object.apiVersion}"`);
    const answer = this.server.handle({ method: 'POST', path: pathOf(resource, object.metadata.namespace ?? 'default'), body: object, user: ADMIN, headers: { 'user-agent': 'kubeadm' } });
    if (answer.code >= 300) throw new Error(`${object.kind} ${object.metadata.name}: ${(answer.body as Status).message ?? answer.code}`);
  }

  /** A node's machine, or a container: `pod/NAME`, `pod/NAME/CONTAINER` in namespace default. */
  machine(name: string): Machine | undefined {
    const [kind, pod, container] = name.split('/');
    if (kind !== 'pod') return this.machines.get(name);
    for (const kubelet of this.kubelets.values()) {
      const state = kubelet.find('default', pod!)?.state;
      const found = state?.containers.find((one) => one.machine && (container === undefined || one.name === container));
      if (found?.machine) return found.machine;
    }
    return undefined;
  }

  /** Changes of a resource that etcd still remembers, oldest first. */
  history(resource: string): readonly Change<KubeObject>[] {
    return this.store.history(this.server.key(resource, undefined, ''));
  }

  /** Every object that stands, as `resource/namespace/name`, without the cluster's own records. */
  names(): readonly string[] {
    return this.dump().flatMap((object) => {
      const resource = resourceOf(object.apiVersion, object.kind)?.groupResource;
      return resource ? [`${resource}/${object.metadata.namespace ?? ''}/${object.metadata.name}`] : [];
    });
  }

  /** Every object, in the order of the store's keys. */
  dump(): readonly KubeObject[] {
    return this.store.collections().flatMap((collection) => this.store.list(collection).map((entry) => entry.value));
  }

  /** Small telling figures of the control plane. */
  figures(): { readonly requests: number; readonly revision: number; readonly scheduling: number; readonly queued: number } {
    return { requests: this.plane.requests, revision: this.store.revision, scheduling: this.plane.waiting, queued: 0 };
  }

  private plugged(name: string, address: string): Namespace {
    const net = new Namespace(name, { addresses: [address], devices: [{ name: 'eth0', mac: macOf(address), mtu: 1500, up: true, addresses: [`${address}/24`] }], routes: [{ to: '192.168.56.0/24', device: 'eth0', source: address }] });
    this.plug(net);
    return net;
  }

  private join({ agenda, kernel, epoch, seed, trace }: ClusterOptions, registry: Registry, order: NodeOrder, i: number): void {
    const { name, cpu = '2', memory = '4Gi' } = order;
    const address = `192.168.56.${FIRST_ADDRESS + i}`;
    const podCIDR = `10.244.${i}.0/24`;
    const net = new Namespace(name, {
      addresses: [address], devices: [{ name: 'eth0', mac: macOf(address), mtu: 1500, up: true, addresses: [`${address}/24`] }],
      routes: [{ to: 'default', via: ROUTER, device: 'eth0' }, { to: '192.168.56.0/24', device: 'eth0', source: address }],
    });
    this.network.addHost({ name, net, address, podCIDR });
    const files = debian({ hostname: name, hosts: this.addresses });
    const machine = kernel.boot({ hostname: name, files, net, cpus: Number(cpu) });
    write(machine, '/etc/resolv.conf', `nameserver ${ROUTER}\n`);
    this.machines.set(name, machine);
    const master = i === 0;
    this.kubelets.set(name, createKubelet({
      agenda, api: this.plane.door, kernel, machine, registry, network: this.network, trace, epoch, seed,
      images: [...(master ? PULLED[MASTER]! : []), ...PULLED.all],
      node: {
        name, address, podCIDR, cpu, memory,
        ...(master && { labels: { 'node-role.kubernetes.io/control-plane': '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' }, taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }),
      },
    }));
  }
}

const macOf = (address: string): string => `08:00:27:00:38:${Number(address.split('.')[3]).toString(16).padStart(2, '0')}`;

function write(machine: Computer, path: string, text: string): void {
  machine.files.mkdir(path.slice(0, path.lastIndexOf('/')), { parents: true });
  machine.files.write(path, text);
}

/** A cluster whose machines have just been switched on; time brings it up. */
export const createCluster = (options: ClusterOptions): Cluster => new Cluster(options);

