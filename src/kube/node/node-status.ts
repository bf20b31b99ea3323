/**
 * The node itself in the API: its registration, its status, its lease.
 * Stands for pkg/kubelet/kubelet_node_status.go, nodestatus and nodelease.
 * Unlike Kubernetes: conditions of pressure are always those of a machine with room; images are listed as they come, at most 50.
 */
import { rfc3339, rfc3339Micro } from '../../sim/date.ts';
import { ApiError } from '../control/controller.ts';
import type { Lease, Node, NodeCondition, NodeStatus } from '../kinds/types.ts';
import { addQuantities, wholeOf } from '../schema/quantity.ts';
import type { Station } from './station.ts';

export const VERSION = 'v1.36.4';
export const LEASES = 'kube-node-lease';
/** Seconds after which a node that does not renew its lease counts as lost. */
const LEASE_SECONDS = 40;

/** What a node is made of. */
export interface NodeOptions {
  readonly name: string;
  readonly address: string;
  readonly podCIDR: string;
  /** Quantities: `2`, `4Gi`. */
  readonly cpu: string;
  readonly memory: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
}

const DISK = '264212084Ki';
const DISK_ALLOCATABLE = '243497856212';

/** Capacity and allocatable amounts of a machine. A part of its memory is the kernel's own, and 100Mi are kept back. */
export function amountsOf(options: NodeOptions): { readonly capacity: Readonly<Record<string, string>>; readonly allocatable: Readonly<Record<string, string>> } {
  const memory = `${Math.floor((wholeOf(options.memory) / 1024) * 0.9781) | 1}Ki`;
  const rest = { 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', pods: '110' };
  return {
    capacity: { cpu: options.cpu, 'ephemeral-storage': DISK, memory, ...rest },
    allocatable: { cpu: options.cpu, 'ephemeral-storage': DISK_ALLOCATABLE, memory: addQuantities(memory, '-102400Ki'), ...rest },
  };
}

const PRESSURES = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available', 'NodeHasSufficientMemory'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure', 'NodeHasNoDiskPressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available', 'NodeHasSufficientPID'],
] as const;

export class NodeReporter {
  private readonly station: Station;
  private readonly options: NodeOptions;
  private readonly ids: { readonly machineID: string; readonly systemUUID: string; readonly bootID: string };
  private ready = false;
  private registered = false;

  constructor(station: Station, options: NodeOptions) {
    this.station = station;
    this.options = options;
    const { random } = station;
    this.ids = { machineID: random.hex(32), systemUUID: random.uuid(), bootID: random.uuid() };
  }

  /** Puts the node into the API, or takes up the one that is there; false when the API refuses or is away. */
  register(): boolean {
    const { client } = this.station;
    const { name, labels, taints, podCIDR } = this.options;
    this.event('Starting', 'Starting kubelet.');
    const arch = {
      'beta.kubernetes.io/arch': 'amd64', 'beta.kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
    };
    const there = client.get<Node>('nodes', undefined, name);
    this.ready = false;
    this.registered = this.quietly(() => {
      if (there) return;
      client.create<Node>({
        apiVersion: 'v1', kind: 'Node',
        metadata: { name, labels: { ...arch, ...labels }, annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' } },
        spec: { podCIDR, podCIDRs: [podCIDR], ...(taints && { taints }) },
        status: this.status(undefined),
      } as Node);
    });
    if (!this.registered) return false;
    for (const [, , , event] of PRESSURES) this.event(event, `Node ${name} status is now: ${event}`);
    this.event('NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
    this.renew();
    return true;
  }

  /** Writes the node's status as it is now. */
  report(): void {
    const { client } = this.station;
    const node = client.get<Node>('nodes', undefined, this.options.name);
    if (!node) return;
    const became = !this.ready;
    this.ready = true;
    const written = this.quietly(() => client.updateStatus<Node>({ ...node, status: { ...node.status, ...this.status(node.status) } }));
    if (written && became) this.event('NodeReady', `Node ${this.options.name} status is now: NodeReady`);
  }

  /** Takes or renews the lease. A renewal time with an odd last digit stands for one that is renewed every ten seconds from then on. */
  renew(last = false): void {
    const { client, epoch, agenda } = this.station;
    const { name } = this.options;
    const node = client.get<Node>('nodes', undefined, name);
    const renewTime = rfc3339Micro(epoch + agenda.now).replace('000Z', last ? '000Z' : '001Z');
    const spec = { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime };
    const there = client.get<Lease>('leases.coordination.k8s.io', LEASES, name);
    this.quietly(() => {
      if (there) client.update<Lease>({ ...there, spec: { ...there.spec, ...spec } });
      else {
        client.create<Lease>({
          apiVersion: 'coordination.k8s.io/v1', kind: 'Lease',
          metadata: { name, namespace: LEASES, ...(node && { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid! }] }) },
          spec,
        });
      }
    });
  }

  private status(old: NodeStatus | undefined): NodeStatus {
    const { address, name } = this.options;
    const stamp = rfc3339(this.station.epoch + this.station.agenda.now);
    const { capacity, allocatable } = amountsOf(this.options);
    const condition = (type: string, status: string, reason: string, message: string): NodeCondition => {
      const before = old?.conditions?.find((c) => c.type === type);
      return { type, status, lastHeartbeatTime: stamp, lastTransitionTime: before?.status === status ? before.lastTransitionTime! : stamp, reason, message };
    };
    const features = { recursiveReadOnlyMounts: true, userNamespaces: false };
    return {
      capacity, allocatable,
      conditions: [
        ...PRESSURES.map(([type, reason, message]) => condition(type, 'False', reason, message)),
        this.ready
          ? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
          : condition('Ready', 'False', 'KubeletNotReady', 'container runtime status check may not have completed yet'),
      ],
      addresses: [{ type: 'InternalIP', address }, { type: 'Hostname', address: name }],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        ...this.ids, architecture: 'amd64', containerRuntimeVersion: 'containerd://2.2.9', kernelVersion: '6.1.0-41-amd64', kubeProxyVersion: '', kubeletVersion: VERSION,
        operatingSystem: 'linux', osImage: 'Debian GNU/Linux 12 (bookworm)',
      },
      images: this.station.images.list().slice(0, 50).map(({ reference, imageRef, image }) => ({ names: [imageRef, reference], sizeBytes: image.size })),
      features: { supplementalGroupsPolicy: true },
      declaredFeatures: [
        'ExtendWebSocketsToKubelet', 'InPlacePodLevelResourcesVerticalScaling', 'InPlacePodVerticalScalingInitContainers',
        'RestartAllContainersOnContainerExits',
      ],
      runtimeHandlers: [{ name: '', features }, { name: 'runc', features }],
    };
  }

  private event(reason: string, message: string): void {
    const { name } = this.options;
    this.quietly(() => this.station.client.event({ apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } }, 'Normal', reason, message));
  }

  private quietly(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return false;
    }
  }
}
