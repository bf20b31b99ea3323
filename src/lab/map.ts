/**
 * The map's view of the cluster, read through the API like everything else: nodes with their Pods, Services with their endpoints.
 */
import type { Reader } from '../kube/api/server.ts';
import type { KubeObject } from '../kube/api/wire.ts';
import type { ComponentView, MapView, NodeView, PodView, ServiceView, State } from './protocol.ts';

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: { readonly running?: object; readonly waiting?: { readonly reason?: string; readonly message?: string }; readonly terminated?: { readonly exitCode: number; readonly reason?: string } };
}
interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}
interface Pod extends KubeObject {
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly name: string; readonly resources?: { readonly requests?: Readonly<Record<string, string>> } }[] };
  readonly status?: { readonly phase?: string; readonly reason?: string; readonly podIP?: string; readonly conditions?: readonly Condition[]; readonly containerStatuses?: readonly ContainerStatus[]; readonly initContainerStatuses?: readonly ContainerStatus[] };
}
interface Node extends KubeObject {
  readonly spec: { readonly unschedulable?: boolean };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly addresses?: readonly { readonly type: string; readonly address: string }[]; readonly allocatable?: Readonly<Record<string, string>> };
}
interface Service extends KubeObject {
  readonly spec: {
    readonly type?: string; readonly clusterIP?: string; readonly selector?: Readonly<Record<string, string>>; readonly externalIPs?: readonly string[];
    readonly ports?: readonly { readonly port: number; readonly protocol?: string; readonly nodePort?: number }[];
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}
interface Slice extends KubeObject {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean }; readonly targetRef?: { readonly uid?: string } }[];
}

const UNITS: Readonly<Record<string, number>> = { m: 1e-3, k: 1e3, Ki: 1024, M: 1e6, Mi: 1024 ** 2, G: 1e9, Gi: 1024 ** 3, Ti: 1024 ** 4 };

/** A quantity as a number, near enough for a bar. */
function amount(quantity: string | undefined): number {
  const match = /^([0-9.]+)([a-zA-Z]*)$/.exec(quantity ?? '0');
  return match ? Number(match[1]) * (match[2] ? (UNITS[match[2]] ?? 1) : 1) : 0;
}

const isSystem = (namespace: string | undefined): boolean => namespace !== undefined && (namespace.startsWith('kube-') || namespace.endsWith('-system'));

function stateOf(container: ContainerStatus): State {
  const { running, waiting, terminated } = container.state ?? {};
  if (running) return container.ready ? 'running' : 'waiting';
  if (terminated) return terminated.exitCode === 0 ? 'ending' : 'failing';
  return waiting?.reason && /Back|Err|Invalid|Never/.test(waiting.reason) ? 'failing' : 'waiting';
}

const isReady = (conditions: readonly Condition[] | undefined): boolean => conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;

/** What the STATUS column of `kubectl get pods` says, in its main cases. */
function statusOf(pod: Pod): string {
  const status = pod.status ?? {};
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  const init = status.initContainerStatuses?.find((one) => one.state?.waiting?.reason && one.state.waiting.reason !== 'PodInitializing');
  const stuck = (init ?? status.containerStatuses?.find((one) => one.state?.waiting?.reason))?.state?.waiting?.reason;
  if (stuck && status.phase !== 'Succeeded' && status.phase !== 'Failed') return stuck;
  const ended = status.containerStatuses?.find((one) => one.state?.terminated)?.state?.terminated;
  if (ended && !status.containerStatuses?.some((one) => one.state?.running)) return ended.reason ?? `ExitCode:${ended.exitCode}`;
  return status.reason ?? status.phase ?? 'Pending';
}

function podView(pod: Pod): PodView {
  const status = pod.status ?? {};
  const containers = pod.spec.containers.map(({ name }) => {
    const found = status.containerStatuses?.find((one) => one.name === name);
    return { name, state: found ? stateOf(found) : ('waiting' as const), ready: found?.ready ?? false };
  });
  const text = statusOf(pod);
  const state: State = pod.metadata.deletionTimestamp || status.phase === 'Succeeded' ? 'ending'
    : status.phase === 'Unknown' ? 'unknown'
    : status.phase === 'Failed' || containers.some((one) => one.state === 'failing') ? 'failing'
    : isReady(status.conditions) ? 'running' : 'waiting';
  const unscheduled = status.conditions?.find((one) => one.type === 'PodScheduled' && one.status === 'False')?.message;
  const why = unscheduled ?? status.containerStatuses?.find((one) => one.state?.waiting?.message)?.state?.waiting?.message;
  const owner = pod.metadata.ownerReferences?.find((one) => one.controller);
  return {
    uid: pod.metadata.uid!, namespace: pod.metadata.namespace!, name: pod.metadata.name, state, status: text,
    ready: containers.filter((one) => one.ready).length, containers,
    restarts: (status.containerStatuses ?? []).reduce((sum, one) => sum + one.restartCount, 0),
    ...(status.podIP && { ip: status.podIP }),
    labels: pod.metadata.labels ?? {}, system: isSystem(pod.metadata.namespace),
    ...(owner && { owner: `${owner.kind}/${owner.name}` }),
    ...(why && { why }),
  };
}

function nodeView(node: Node, read: Reader): NodeView {
  const pods = read.podsOn<Pod>(node.metadata.name);
  const ready = node.status?.conditions?.find((one) => one.type === 'Ready');
  const living = pods.filter((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed');
  const share = (resource: string): number => {
    const asked = living.reduce((sum, pod) => sum + pod.spec.containers.reduce((inner, one) => inner + amount(one.resources?.requests?.[resource]), 0), 0);
    return Math.min(1, asked / (amount(node.status?.allocatable?.[resource]) || 1));
  };
  return {
    name: node.metadata.name,
    address: node.status?.addresses?.find((one) => one.type === 'InternalIP')?.address ?? '',
    roles: Object.keys(node.metadata.labels ?? {}).flatMap((label) => (label.startsWith('node-role.kubernetes.io/') ? [label.slice(24)] : [])),
    state: ready?.status === 'True' ? (node.spec.unschedulable ? 'waiting' : 'running') : ready?.status === 'Unknown' ? 'unknown' : 'failing',
    status: [ready?.status === 'True' ? 'Ready' : 'NotReady', ...(node.spec.unschedulable ? ['SchedulingDisabled'] : [])].join(','),
    cpu: share('cpu'),
    memory: share('memory'),
    pods: pods.map(podView),
  };
}

function serviceView(service: Service, read: Reader): ServiceView {
  const { spec } = service;
  const slices = read.labelled<Slice>('endpointslices.discovery.k8s.io', service.metadata.namespace!, { 'kubernetes.io/service-name': service.metadata.name });
  return {
    namespace: service.metadata.namespace!, name: service.metadata.name, type: spec.type ?? 'ClusterIP', address: spec.clusterIP ?? '',
    ports: (spec.ports ?? []).map((port) => (port.nodePort ? `${port.port}:${port.nodePort}/${port.protocol ?? 'TCP'}` : `${port.port}/${port.protocol ?? 'TCP'}`)),
    selector: spec.selector ?? {},
    external: [...(spec.externalIPs ?? []), ...(service.status?.loadBalancer?.ingress ?? []).flatMap((one) => (one.ip ? [one.ip] : []))],
    endpoints: slices.flatMap((slice) => slice.endpoints ?? []).flatMap((one) => (one.targetRef?.uid ? [{ uid: one.targetRef.uid, ready: one.conditions?.ready !== false }] : [])),
    system: isSystem(service.metadata.namespace) || (service.metadata.namespace === 'default' && service.metadata.name === 'kubernetes'),
  };
}

/** Figures of the control plane that the world knows: requests so far, the store's revision, length of queues. */
export interface Figures {
  readonly requests: number;
  readonly revision: number;
  readonly scheduling: number;
  readonly queued: number;
}

const COMPONENTS = ['kube-apiserver', 'etcd', 'kube-scheduler', 'kube-controller-manager'] as const;

/** Everything the map shows, as it is now. */
export function mapView(read: Reader, figures: Figures): MapView {
  const nodes = read.list<Node>('nodes').map((node) => nodeView(node, read));
  const figure: Record<ComponentView['name'], number> = { 'kube-apiserver': figures.requests, etcd: figures.revision, 'kube-scheduler': figures.scheduling, 'kube-controller-manager': figures.queued };
  const components = COMPONENTS.map((name): ComponentView => {
    const pods = nodes.flatMap((node) => node.pods.filter((pod) => pod.namespace === 'kube-system' && pod.name === `${name}-${node.name}`));
    return { name, state: pods.find((pod) => pod.state === 'running')?.state ?? pods[0]?.state ?? 'unknown', figure: figure[name] };
  });
  const pending = read.list<Pod>('pods').filter((pod) => !pod.spec.nodeName).map(podView);
  return { nodes, pending, services: read.list<Service>('services').map((service) => serviceView(service, read)), components };
}
