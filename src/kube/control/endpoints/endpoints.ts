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
import { ServicesOf } from './services-of.ts';
import { hasAddress, HEADLESS, isHeadless, namedIn, targetPort } from './slices.ts';
import { TRIGGER, Triggers } from './trigger.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
/** Most addresses in one object. */
const MOST = 1000;

const number = (ip: string): number => ip.split('.').reduce((n, part) => n * 256 + Number(part), 0);
const byAddress = (a: EndpointAddress, b: EndpointAddress): number => number(a.ip!) - number(b.ip!) || ((a.targetRef?.uid ?? '') < (b.targetRef?.uid ?? '') ? -1 : 1);

/** One subset for each set of addresses' ports: addresses with all the same ports stand together. */
function subsetsOf(service: Service, pods: readonly Pod[]): readonly EndpointSubset[] {
  const { ports = [], publishNotReadyAddresses: all = false } = service.spec!;
  const groups = new Map<string, { ports: readonly EndpointPort[]; addresses: EndpointAddress[]; notReadyAddresses: EndpointAddress[] }>();
  for (const pod of pods) {
    if (!hasAddress(pod, all)) continue;
    const own = ports.flatMap((port): readonly EndpointPort[] => {
      const target = targetPort(pod, port);
      return target === undefined ? [] : [{ ...(port.name && { name: port.name }), port: target, protocol: port.protocol ?? 'TCP', ...(port.appProtocol && { appProtocol: port.appProtocol }) }];
    }).reverse();
    if (!own.length && (ports.length || service.spec!.clusterIP !== 'None')) continue;
    const key = canonical(own);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { ports: own, addresses: [], notReadyAddresses: [] }));
    (all || isReady(pod) ? group.addresses : group.notReadyAddresses).push({
      ip: pod.status!.podIP!,
      ...(namedIn(pod, service) && { hostname: pod.spec!.hostname! }),
      ...(pod.spec!.nodeName && { nodeName: pod.spec!.nodeName }),
      targetRef: { kind: 'Pod', namespace: pod.metadata.namespace!, name: pod.metadata.name, uid: pod.metadata.uid! },
    });
  }
  return [...groups.values()].map(({ ports: own, addresses, notReadyAddresses }) => ({
    ...(addresses.length && { addresses: addresses.sort(byAddress).slice(0, MOST) }),
    ...(notReadyAddresses.length && { notReadyAddresses: notReadyAddresses.sort(byAddress).slice(0, Math.max(0, MOST - addresses.length)) }),
    ...(own.length && { ports: own }),
  }));
}

function sync(service: Service, client: Client, triggers: Triggers, key: string): void {
  const { namespace, name } = service.metadata;
  const pods = client.labelled<Pod>('pods', namespace!, service.spec!.selector!);
  const trigger = triggers.next(key, service, pods);
  const subsets = subsetsOf(service, pods);
  const { [HEADLESS]: _h, ...own } = service.metadata.labels ?? {};
  const labels = { ...own, ...(isHeadless(service) && { [HEADLESS]: '' }), [MANAGED_BY]: 'endpoint-controller' };
  const old = client.get<Endpoints>('endpoints', namespace, name);
  if (old && alike(old.subsets, subsets) && alike(old.metadata.labels, labels)) return;
  const { [TRIGGER]: _t, [OVER_CAPACITY]: _o, ...rest } = old?.metadata.annotations ?? {};
  const full = subsets.reduce((n, s) => n + (s.addresses?.length ?? 0) + (s.notReadyAddresses?.length ?? 0), 0) >= MOST && pods.length > MOST;
  const annotations = { ...rest, ...(trigger && { [TRIGGER]: trigger }), ...(full && { [OVER_CAPACITY]: 'truncated' }) };
  if (old) client.update({ ...old, metadata: { ...old.metadata, labels, annotations }, subsets } as Endpoints);
  else client.create({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace: namespace!, labels, annotations }, subsets } as Endpoints);
}

export function createEndpointsController(): Controller {
  const services = new ServicesOf();
  const triggers = new Triggers();
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
        if (client.get('endpoints', namespace, name)) quietly(() => client.delete('endpoints', namespace, name));
        return;
      }
      if (!service.spec?.selector || service.spec.type === 'ExternalName') return;
      try {
        sync(service, client, triggers, key);
      } catch (error) {
        if (!isTerminatingNamespace(error)) throw error;
      }
    },
  };
}
