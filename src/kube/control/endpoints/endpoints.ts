/**
 * The old Endpoints objects of Services with a selector, for those who still read them.
 * Stands for pkg/controller/endpoint.
 */
import type { EndpointAddress, EndpointPort, Endpoints, EndpointSubset, Pod, Service } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import type { Client, Controller } from '../controller.ts';
import { canonical } from '../hash.ts';
import { quietly, split } from '../owner.ts';
import { isReady } from '../pods.ts';
import { isTerminatingNamespace } from '../workload.ts';
import { Facts } from './facts.ts';
import { ServicesOf } from './services-of.ts';
import { hasAddress, HEADLESS, isHeadless, namedIn, targetPort } from './slices.ts';
import { changedAt, TRIGGER, Triggers } from './trigger.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
/** Most addresses in one object. */
const MOST = 1000;

/** What the object needs to know of a Pod; `address` is missing for one that does not count. */
interface Fact {
  readonly name: string;
  readonly at: number | undefined;
  readonly ready: boolean;
  readonly uid: string;
  address: EndpointAddress | undefined;
  /** The address as a number. */
  readonly number: number;
  readonly ports: readonly EndpointPort[];
  readonly key: string;
}

const byAddress = (a: Fact, b: Fact): number => a.number - b.number || (a.uid < b.uid ? -1 : 1);

function factOf(pod: Pod, service: Service): Fact {
  const { ports = [], publishNotReadyAddresses: all = false, clusterIP } = service.spec!;
  const own = ports.flatMap((port): readonly EndpointPort[] => {
    const target = targetPort(pod, port);
    return target === undefined ? [] : [{ ...(port.name && { name: port.name }), port: target, protocol: port.protocol ?? 'TCP', ...(port.appProtocol && { appProtocol: port.appProtocol }) }];
  }).reverse();
  const counts = hasAddress(pod, all) && (own.length > 0 || (!ports.length && clusterIP === 'None'));
  const uid = pod.metadata.uid!;
  const address = counts ? {
    ip: pod.status!.podIP!,
    ...(namedIn(pod, service) && { hostname: pod.spec!.hostname! }),
    ...(pod.spec!.nodeName && { nodeName: pod.spec!.nodeName }),
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace!, name: pod.metadata.name, uid },
  } : undefined;
  const number = address ? address.ip.split('.').reduce((n, part) => n * 256 + Number(part), 0) : 0;
  return { name: pod.metadata.name, at: changedAt(pod), ready: all || isReady(pod), uid, address, number, ports: own, key: canonical(own) };
}

/** One subset for each set of addresses' ports: addresses with all the same ports stand together. */
function subsetsOf(facts: readonly Fact[]): readonly EndpointSubset[] {
  const groups = new Map<string, { ports: readonly EndpointPort[]; ready: Fact[]; other: Fact[] }>();
  for (const fact of facts) {
    if (!fact.address) continue;
    let group = groups.get(fact.key);
    if (!group) groups.set(fact.key, (group = { ports: fact.ports, ready: [], other: [] }));
    (fact.ready ? group.ready : group.other).push(fact);
  }
  const addresses = (list: Fact[], most: number): EndpointAddress[] => list.sort(byAddress).slice(0, most).map((fact) => fact.address!);
  return [...groups.values()].map(({ ports, ready, other }) => ({
    ...(ready.length && { addresses: addresses(ready, MOST) }),
    ...(other.length && { notReadyAddresses: addresses(other, Math.max(0, MOST - ready.length)) }),
    ...(ports.length && { ports }),
  }));
}

function sync(service: Service, client: Client, facts: readonly Fact[], trigger: string | undefined): void {
  const { namespace, name } = service.metadata;
  const subsets = subsetsOf(facts);
  const { [HEADLESS]: _h, ...own } = service.metadata.labels ?? {};
  const labels = { ...own, ...(isHeadless(service) && { [HEADLESS]: '' }), [MANAGED_BY]: 'endpoint-controller' };
  const old = client.get<Endpoints>('endpoints', namespace, name);
  if (old && alike(old.subsets, subsets) && alike(old.metadata.labels, labels)) return;
  const { [TRIGGER]: _t, [OVER_CAPACITY]: _o, ...rest } = old?.metadata.annotations ?? {};
  const full = subsets.reduce((n, s) => n + (s.addresses?.length ?? 0) + (s.notReadyAddresses?.length ?? 0), 0) >= MOST && facts.length > MOST;
  const annotations = { ...rest, ...(trigger && { [TRIGGER]: trigger }), ...(full && { [OVER_CAPACITY]: 'truncated' }) };
  const now = old ? client.update({ ...old, metadata: { ...old.metadata, labels, annotations }, subsets } as Endpoints)
    : client.create({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace: namespace!, labels, annotations }, subsets } as Endpoints);
  // What the store holds is the same object the next time, so that comparing costs nothing.
  const stored = new Map((now.subsets ?? []).flatMap((s) => [...(s.addresses ?? []), ...(s.notReadyAddresses ?? [])]).map((address) => [address.targetRef?.uid, address]));
  for (const fact of facts) if (fact.address) fact.address = stored.get(fact.uid) ?? fact.address;
}

export function createEndpointsController(): Controller {
  const services = new ServicesOf();
  const triggers = new Triggers();
  const facts = new Facts<Fact>(factOf);
  return {
    name: 'endpoint-controller',
    user: 'system:serviceaccount:kube-system:endpoint-controller',
    watches: {
      services: services.services(),
      pods: services.pods(),
      endpoints: (object, read, change) => (change && !change.now && read.get('services', object.metadata.namespace, object.metadata.name) ? [`${object.metadata.namespace}/${object.metadata.name}`] : []),
    },
    reconcile(key, client) {
      const [namespace, name] = split(key);
      const service = client.get<Service>('services', namespace, name);
      if (!service) {
        triggers.forget(key);
        facts.forget(key);
        if (client.get('endpoints', namespace, name)) quietly(() => client.delete('endpoints', namespace, name));
        return;
      }
      if (!service.spec?.selector || service.spec.type === 'ExternalName') return;
      try {
        const known = facts.of(key, service, client.labelled<Pod>('pods', namespace, service.spec.selector));
        sync(service, client, known, triggers.next(key, service, known.map(({ name: pod, at }) => [pod, at])));
      } catch (error) {
        if (!isTerminatingNamespace(error)) throw error;
      }
    },
  };
}
