/**
 * EndpointSlices of Services with a selector: the addresses of their Pods, and which of these are ready.
 * Stands for pkg/controller/endpointslice.
 * Unlike Kubernetes: no topology-aware hints by CPU share (service.kubernetes.io/topology-mode); trafficDistribution is followed.
 */
import type { KubeObject } from '../../api/wire.ts';
import type { DiscoveryEndpointPort, Endpoint, EndpointSlice, Node, Pod, Service, ServicePort } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import type { Client, Controller } from '../controller.ts';
import { controllerRef, quietly, split } from '../owner.ts';
import { isReady, isSidecar, isTerminal } from '../pods.ts';
import { isTerminatingNamespace } from '../workload.ts';
import { Facts } from './facts.ts';
import { fill, grouped, identity, portsKey } from './fill.ts';
import { ServicesOf } from './services-of.ts';
import { changedAt, TRIGGER, Triggers } from './trigger.ts';

export const SLICES = 'endpointslices.discovery.k8s.io';
export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const HEADLESS = 'service.kubernetes.io/headless';
const MANAGER = 'endpointslice-controller.k8s.io';
const ZONE = 'topology.kubernetes.io/zone';

export const isHeadless = ({ spec }: Service): boolean => !spec?.clusterIP || spec.clusterIP === 'None';

/** A Pod that has an address and has not ended. Pods being deleted count when `terminating` says so. */
export const hasAddress = (pod: Pod, terminating: boolean): boolean =>
  !isTerminal(pod) && !!pod.status?.podIP && (terminating || pod.metadata.deletionTimestamp === undefined);

/** A Pod with a host name of its own under the Service's name. */
export const namedIn = (pod: Pod, service: Service): boolean => !!pod.spec?.hostname && pod.spec.subdomain === service.metadata.name;

/** The number behind a Service's target port on this Pod; undefined when no container has a port of that name. */
export function targetPort(pod: Pod, port: ServicePort): number | undefined {
  if (typeof port.targetPort === 'number') return port.targetPort;
  for (const container of [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? []).filter(isSidecar)]) {
    const found = container.ports?.find((p) => p.name === port.targetPort && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'));
    if (found) return found.containerPort;
  }
  return undefined;
}

function endpointOf(pod: Pod, service: Service, client: Client): Endpoint {
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const node = pod.spec?.nodeName;
  const zone = node === undefined ? undefined : client.get<Node>('nodes', undefined, node)?.metadata.labels?.[ZONE];
  const way = service.spec?.trafficDistribution;
  const hints = ready && way !== undefined && {
    ...(zone && { forZones: [{ name: zone }] }),
    ...(node && way === 'PreferSameNode' && { forNodes: [{ name: node }] }),
  };
  return {
    addresses: (pod.status!.podIPs ?? [{ ip: pod.status!.podIP! }]).map((ip) => ip.ip!).filter((ip) => !ip.includes(':')),
    conditions: { ready, serving, terminating },
    ...(namedIn(pod, service) && { hostname: pod.spec!.hostname! }),
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace!, name: pod.metadata.name, uid: pod.metadata.uid! },
    ...(node && { nodeName: node }),
    ...(zone && { zone }),
    ...(hints && Object.keys(hints).length > 0 && { hints }),
  };
}

const portsOf = (pod: Pod, service: Service): readonly DiscoveryEndpointPort[] =>
  (service.spec?.ports ?? []).flatMap((port) => {
    const number = targetPort(pod, port);
    return number === undefined ? [] : [{ name: port.name ?? '', port: number, protocol: port.protocol ?? 'TCP', ...(port.appProtocol && { appProtocol: port.appProtocol }) }];
  });

/** Labels of a Service's slices: its own, and those that say whose they are. */
const labelsOf = (service: Service): Readonly<Record<string, string>> => {
  const { [HEADLESS]: _h, ...own } = service.metadata.labels ?? {};
  return { ...own, ...(isHeadless(service) && { [HEADLESS]: '' }), [SERVICE_NAME]: service.metadata.name, [MANAGED_BY]: MANAGER };
};

/** What a slice needs to know of a Pod; `endpoint` is missing as long as it has no address. */
interface Fact {
  readonly name: string;
  readonly at: number | undefined;
  endpoint: Endpoint | undefined;
  readonly ports: readonly DiscoveryEndpointPort[];
  readonly key: string;
}

type Placed = Fact & { readonly endpoint: Endpoint };
const isPlaced = (fact: Fact): fact is Placed => fact.endpoint !== undefined;

function factOf(pod: Pod, service: Service, client: Client): Fact {
  const ports = portsOf(pod, service);
  return { name: pod.metadata.name, at: changedAt(pod), endpoint: hasAddress(pod, true) ? endpointOf(pod, service, client) : undefined, ports, key: portsKey(ports) };
}

function sync(service: Service, client: Client, facts: readonly Fact[], trigger: string | undefined): void {
  const { namespace, name } = service.metadata;
  const slices = client.labelled<EndpointSlice>(SLICES, namespace!, { [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER }).filter((s) => !s.metadata.deletionTimestamp);
  const placed = facts.filter(isPlaced);
  const { create, update, remove } = fill(slices, grouped(placed));
  const labels = labelsOf(service);
  const annotations = (slice?: EndpointSlice): Record<string, string> => {
    const { [TRIGGER]: _t, ...rest } = slice?.metadata.annotations ?? {};
    return trigger === undefined ? rest : { ...rest, [TRIGGER]: trigger };
  };
  const stored = new Map<string, Endpoint>();
  const keep = (slice: EndpointSlice): void => {
    for (const endpoint of slice.endpoints ?? []) stored.set(identity(endpoint), endpoint);
  };
  const write = (slice: EndpointSlice, ports: EndpointSlice['ports'], endpoints: EndpointSlice['endpoints']): void => {
    keep(client.update({ ...slice, metadata: { ...slice.metadata, labels, annotations: annotations(slice) }, endpoints, ports } as EndpointSlice));
  };
  const fresh = create.length || slices.length > 0 ? [...create] : [{ ports: undefined, endpoints: [] }];
  const spare = [...remove];
  if (!create.length && !update.length && spare.length === slices.length && slices.length > 0) {
    const last = spare.shift()!;
    if (last.endpoints?.length || last.ports?.length) write(last, undefined, []);
  }
  for (const { ports, endpoints } of fresh) {
    const reuse = spare.shift();
    if (reuse) {
      write(reuse, ports, endpoints);
      continue;
    }
    keep(client.create({
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
      metadata: { generateName: `${name}-`, namespace: namespace!, labels, annotations: annotations(), ownerReferences: [controllerRef(service)] } as unknown as EndpointSlice['metadata'],
      endpoints, ports,
    } as unknown as EndpointSlice));
  }
  for (const { slice, endpoints } of update) write(slice, slice.ports, endpoints);
  for (const slice of spare) quietly(() => client.delete(SLICES, namespace, slice.metadata.name));
  const touched = new Set([...update.map((u) => u.slice), ...remove]);
  for (const slice of slices) if (!touched.has(slice) && !alike(slice.metadata.labels, labels)) write(slice, slice.ports, slice.endpoints);
  // What the store holds is the same object the next time, so that comparing costs nothing.
  if (stored.size) for (const fact of placed as Fact[]) fact.endpoint = stored.get(identity(fact.endpoint!)) ?? fact.endpoint;
}

export function createEndpointSliceController(): Controller {
  const services = new ServicesOf();
  const triggers = new Triggers();
  let asked: Client;
  const facts = new Facts<Fact>((pod, service) => factOf(pod, service, asked));
  return {
    name: 'endpoint-slice-controller',
    user: 'system:serviceaccount:kube-system:endpointslice-controller',
    watches: {
      services: services.services(),
      pods: services.pods(),
      nodes: (_node, _read, change) => {
        if (change?.before?.metadata.labels?.[ZONE] !== change?.now?.metadata.labels?.[ZONE]) facts.clear();
        return [];
      },
      [SLICES]: (slice: KubeObject, _read, change) => {
        const { labels = {}, namespace } = slice.metadata;
        const own = labels[MANAGED_BY] === MANAGER && labels[SERVICE_NAME] !== undefined;
        return own && change && !(change.now && !change.before) ? [`${namespace}/${labels[SERVICE_NAME]}`] : [];
      },
    },
    reconcile(key, client) {
      const [namespace, name] = split(key);
      const service = client.get<Service>('services', namespace, name);
      if (!service) {
        triggers.forget(key);
        facts.forget(key);
      }
      if (!service?.spec?.selector || service.spec.type === 'ExternalName' || service.metadata.deletionTimestamp) return;
      try {
        asked = client;
        const known = facts.of(key, service, client.labelled<Pod>('pods', namespace, service.spec.selector));
        sync(service, client, known, triggers.next(key, service, known.map(({ name: pod, at }) => [pod, at])));
      } catch (error) {
        if (!isTerminatingNamespace(error)) throw error;
      }
    },
  };
}
