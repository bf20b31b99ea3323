/**
 * Wires a cluster: store and API server, control plane, machines with their kubelets, network. What `kubeadm init` and `join` leave behind.
 * Unlike Kubernetes: the cluster is made at virtual time 0, with its images pulled and its network plugin installed; components share one clock.
 */
import type { Computer } from '../machine/computer.ts';
import { debian } from '../machine/debian.ts';
import type { Kernel } from '../machine/kernel.ts';
import { Namespace } from '../machine/namespace.ts';
import type { Machine } from '../machine/process.ts';
import { init } from '../machine/login.ts';
import { sshd } from '../machine/ssh.ts';
import type { Agenda, Millis, Part } from '../sim/clock.ts';
import type { Change, Store } from '../sim/store.ts';
import type { Trace } from '../sim/trace.ts';
import { signingRequest } from './api/certificate.ts';
import { createApiServer, type RunningApiServer } from './api/create.ts';
import type { ApiServer } from './api/server.ts';
import { httpService } from './api/service.ts';
import type { KubeObject, Status, UserInfo } from './api/wire.ts';
import { Plane } from './control-plane.ts';
import { pathOf, userNamed } from './control/client.ts';
import { withRenewals } from './control/lease.ts';
import { kinds } from './kinds/index.ts';
import { credentials, type Credentials } from './kubeadm/credentials.ts';
import { writeNodeFiles } from './kubeadm/files.ts';
import { COREDNS_VERSION, kubeadmObjects } from './kubeadm/objects.ts';
import { ETCD_VERSION, type Plane as Made } from './kubeadm/manifests.ts';
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

const PART = 'cluster';
const MASTER = 'k8s-master';
const VERSION = 'v1.36.4';
const FIRST_ADDRESS = 100;
const ROUTER = '192.168.56.254';
const ADMIN: UserInfo = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:masters', 'system:authenticated'] };
/** The first worker joins when the control plane stands, the others one after the other. */
const JOIN: Millis = 12_000;
const JOIN_STEP: Millis = 300;
/** As whom a joining kubelet asks for its certificate. */
const JOINING: UserInfo = { name: 'system:bootstrap:abcdef', groups: ['system:bootstrappers', 'system:bootstrappers:kubeadm:default-node-token', 'system:authenticated'] };
const CSI_NODES = 'csinodes.storage.k8s.io';
const MIGRATED = 'kubernetes.io/aws-ebs,kubernetes.io/azure-disk,kubernetes.io/azure-file,kubernetes.io/cinder,kubernetes.io/gce-pd,kubernetes.io/portworx-volume,kubernetes.io/vsphere-volume';
/** Images that the nodes have from the beginning. */
const PULLED = {
  main: [`etcd:${ETCD_VERSION}`, ...['apiserver', 'controller-manager', 'scheduler'].map((name) => `kube-${name}:${VERSION}`)],
  all: [`kube-proxy:${VERSION}`, `coredns/coredns:${COREDNS_VERSION}`, 'pause:3.10.2'],
};

export class Cluster implements Part {
  readonly api: ApiServer;
  readonly store: Store<KubeObject>;
  readonly network: ClusterNetwork;
  private readonly server: RunningApiServer;
  private readonly plane: Plane;
  private readonly made: Made;
  private readonly credentials: Credentials;
  private readonly machines = new Map<string, Computer>();
  private readonly kubelets = new Map<string, Kubelet>();
  private readonly addresses: Readonly<Record<string, string>>;

  constructor(options: ClusterOptions) {
    const { agenda, epoch, seed, trace } = options;
    const orders: readonly NodeOrder[] = [{ name: MASTER }, ...options.nodes];
    this.addresses = Object.fromEntries(orders.map((order, i) => [addressOf(i), order.name]));
    const address = addressOf(0);
    this.made = { node: MASTER, address, podRange: '10.244.0.0/16', serviceRange: '10.96.0.0/12', version: VERSION };
    const { podRange } = this.made;
    this.network = createNetwork({ seed, time: () => agenda.now, podCIDR: podRange });
    options.kernel.network = this.network;
    this.server = createApiServer({ clock: agenda, epoch, seed, trace, kinds: withRenewals(kinds) });
    this.store = this.server.store;
    agenda.add('kube-apiserver', this.server);
    agenda.add(PART, this);
    this.credentials = credentials(this.made, this.server.secret, epoch);
    const { authority } = this.credentials;
    const names = [MASTER, 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', '10.96.0.1', address];
    this.plane = new Plane({
      agenda, epoch, seed, trace, api: this.server, network: this.network, authority, secret: this.server.secret, podRange, endpoint: `${address}:6443`,
      service: (door) => httpService({ ...this.server, handle: (request) => door.handle(request) }, { authority, names }),
      net: (node) => this.machines.get(node)?.net,
    });
    this.api = this.plane.door;
    this.server.kubelets = createDoor((node) => this.kubelets.get(node));
    for (const { by, object } of kubeadmObjects(this.made, this.credentials, epoch)) this.create(object, by);
    this.server.hear('nodes', ({ now, before }) => {
      if (now && !before) agenda.wake(PART, `joined/${now.value.metadata.name}`);
    });
    serveOutsideNames(this.plugged('router', ROUTER));
    const registry = options.registry(this.plane);
    orders.forEach((order, i) => this.join(options, registry, order, i));
  }

  /** A machine's kubelet starts for the first time, or a node has registered and gets what belongs to it. */
  wake(key: string): void {
    const [what, name] = key.split('/') as [string, string];
    if (what === 'join') return this.kubelets.get(name)?.start();
    const node = this.server.read.get('nodes', undefined, name);
    if (!node || this.server.read.get(CSI_NODES, undefined, name)) return;
    const user = userNamed(`system:node:${name}`);
    this.asKubelet(user, '/apis/storage.k8s.io/v1/csinodes', {
      apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', spec: { drivers: null },
      metadata: { name, annotations: { 'storage.alpha.kubernetes.io/migrated-plugins': MIGRATED }, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid! }] },
    });
    this.asKubelet(name === MASTER ? user : JOINING, '/apis/certificates.k8s.io/v1/certificatesigningrequests', {
      apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { generateName: 'csr-' },
      spec: { signerName: 'kubernetes.io/kube-apiserver-client-kubelet', usages: ['digital signature', 'client auth'], request: btoa(signingRequest(user.name, ['system:nodes'])) },
    });
  }

  private asKubelet(user: UserInfo, path: string, body: unknown): void {
    this.api.handle({ method: 'POST', path, body, user, headers: { 'user-agent': 'kubelet' } });
  }

  /** Addresses of the machines, and their names: what /etc/hosts says. */
  hosts(): Readonly<Record<string, string>> {
    return this.addresses;
  }

  /** The administrator's kubeconfig. */
  adminConfig(): string {
    return this.credentials.configs['admin.conf']!;
  }

  /** Plugs a machine without Pods into the nodes' network. */
  plug(net: Namespace): void {
    this.network.addHost({ name: net.name, net, address: net.addresses[0]! });
  }

  /** Creates an object as the administrator, whether or not a kube-apiserver runs. Throws with the server's words when it is refused. */
  create(object: KubeObject, by = 'kubeadm'): void {
    const resource = resourceOf(object.apiVersion, object.kind);
    if (!resource) throw new Error(`no matches for kind "${object.kind}" in version "${object.apiVersion}"`);
    const answer = this.server.handle({ method: 'POST', path: pathOf(resource, object.metadata.namespace ?? 'default'), body: object, user: ADMIN, headers: { 'user-agent': by } });
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

  /** The kubelet of a node, to start and stop it. */
  kubelet(node: string): Kubelet | undefined {
    return this.kubelets.get(node);
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
    return { requests: this.plane.requests, revision: this.store.revision, scheduling: this.plane.waiting, queued: this.plane.queued };
  }

  private plugged(name: string, address: string): Namespace {
    const net = new Namespace(name, { addresses: [address], devices: [{ name: 'eth0', mac: macOf(address), mtu: 1500, up: true, addresses: [`${address}/24`] }], routes: [{ to: '192.168.56.0/24', device: 'eth0', source: address }] });
    this.plug(net);
    return net;
  }

  private join({ agenda, kernel, epoch, seed, trace }: ClusterOptions, registry: Registry, order: NodeOrder, i: number): void {
    const { name, cpu = '2', memory = '4Gi' } = order;
    const address = addressOf(i);
    const podCIDR = `10.244.${i}.0/24`;
    const net = new Namespace(name, {
      addresses: [address], devices: [{ name: 'eth0', mac: macOf(address), mtu: 1500, up: true, addresses: [`${address}/24`] }],
      routes: [{ to: 'default', via: ROUTER, device: 'eth0' }, { to: '192.168.56.0/24', device: 'eth0', source: address }],
    });
    this.network.addHost({ name, net, address, podCIDR });
    const files = debian({ hostname: name, hosts: this.addresses });
    const machine = kernel.boot({ hostname: name, files, net, cpus: Number(cpu) });
    write(machine, '/etc/resolv.conf', `nameserver ${ROUTER}\n`);
    machine.start(init, ['/sbin/init'], {});
    machine.start(sshd, ['sshd: /usr/sbin/sshd -D'], {});
    this.machines.set(name, machine);
    const main = i === 0;
    writeNodeFiles(machine.files, { name, podCIDR, main }, this.made, this.credentials, epoch);
    const control = {
      labels: { 'node-role.kubernetes.io/control-plane': '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' },
      taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
    };
    this.kubelets.set(name, createKubelet({
      agenda, api: this.plane.door, kernel, machine, registry, network: this.network, trace, epoch, seed,
      images: [...(main ? PULLED.main : []), ...PULLED.all].map((image) => `registry.k8s.io/${image}`),
      node: { name, address, podCIDR, cpu, memory, ...(main && control) },
    }));
    agenda.wake(PART, `join/${name}`, main ? 0 : JOIN + (i - 1) * JOIN_STEP);
  }
}

const addressOf = (i: number): string => `192.168.56.${FIRST_ADDRESS + i}`;
const macOf = (address: string): string => `08:00:27:00:38:${Number(address.split('.')[3]).toString(16).padStart(2, '0')}`;

function write(machine: Computer, path: string, text: string): void {
  machine.files.mkdir(path.slice(0, path.lastIndexOf('/')), { parents: true });
  machine.files.write(path, text);
}

/** A cluster whose machines have just been switched on; time brings it up. */
export const createCluster = (options: ClusterOptions): Cluster => new Cluster(options);

