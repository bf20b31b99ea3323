/**
 * EndpointSlices for Endpoints that somebody wrote by hand for a Service without a selector.
 * Stands for pkg/controller/endpointslicemirroring.
 */
import type { KubeObject } from '../../api/wire.ts';
import type { Endpoint, Endpoints, EndpointAddress, EndpointSlice, Service } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import type { Client, Controller } from '../controller.ts';
import { controllerRef, keyOf, quietly, split } from '../owner.ts';
import { fill, grouped, portsKey } from './fill.ts';
import { MANAGED_BY, SERVICE_NAME, SLICES } from './slices.ts';
import { TRIGGER } from './trigger.ts';

const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const shouldMirror = (endpoints: Endpoints | undefined): endpoints is Endpoints =>
  !!endpoints && endpoints.metadata.labels?.[SKIP] !== 'true' && endpoints.metadata.annotations?.[LEADER] === undefined;

const endpointOf = (address: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [address.ip!], conditions: { ready },
  ...(address.hostname && { hostname: address.hostname }),
  ...(address.targetRef && { targetRef: address.targetRef }),
  ...(address.nodeName && { nodeName: address.nodeName }),
});

function sync(endpoints: Endpoints, slices: readonly EndpointSlice[], client: Client): void {
  const { namespace, name, labels: own, annotations: all } = endpoints.metadata;
  const { [TRIGGER]: _t, [APPLIED]: _a, ...annotations } = all ?? {};
  const labels = { ...own, [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER };
  const pairs = (endpoints.subsets ?? []).flatMap((subset) => {
    const ports = (subset.ports ?? []).map((p) => ({ name: p.name ?? '', port: p.port!, protocol: p.protocol ?? 'TCP', ...(p.appProtocol && { appProtocol: p.appProtocol }) }));
    const key = portsKey(ports);
    const each = (list: readonly EndpointAddress[] | undefined, ready: boolean) =>
      (list ?? []).filter((a) => !a.ip!.includes(':')).map((a) => ({ endpoint: endpointOf(a, ready), ports, key }));
    return [...each(subset.addresses, true), ...each(subset.notReadyAddresses, false)];
  });
  const { create, update, remove } = fill(slices, grouped(pairs));
  for (const { ports, endpoints: list } of create) {
    client.create({
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
      metadata: { generateName: `${name}-`, namespace: namespace!, labels, annotations, ownerReferences: [controllerRef(endpoints)] } as unknown as EndpointSlice['metadata'],
      endpoints: list, ports,
    } as EndpointSlice);
  }
  for (const { slice, endpoints: list } of update) client.update({ ...slice, metadata: { ...slice.metadata, labels, annotations }, endpoints: list });
  for (const slice of remove) quietly(() => client.delete(SLICES, namespace, slice.metadata.name));
  const touched = new Set([...update.map((u) => u.slice), ...remove]);
  for (const slice of slices) if (!touched.has(slice) && !alike(slice.metadata.labels, labels)) client.update({ ...slice, metadata: { ...slice.metadata, labels, annotations } });
}

export function createMirroringController(): Controller {
  return {
    name: 'endpoint-slice-mirroring-controller',
    user: 'system:serviceaccount:kube-system:endpointslicemirroring-controller',
    watches: {
      endpoints: (object: KubeObject, _read, change) => (shouldMirror(object as Endpoints) || (change?.before && shouldMirror(change.before as Endpoints)) ? [keyOf(object)] : []),
      services: (object: KubeObject, read) => (read.get('endpoints', object.metadata.namespace, object.metadata.name) ? [keyOf(object)] : []),
    },
    reconcile(key, client) {
      const [namespace, name] = split(key);
      const endpoints = client.get<Endpoints>('endpoints', namespace, name);
      const service = client.get<Service>('services', namespace, name);
      const slices = client.labelled<EndpointSlice>(SLICES, namespace, { [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER });
      if (shouldMirror(endpoints) && service && !service.spec?.selector) sync(endpoints, slices, client);
      else for (const slice of slices) quietly(() => client.delete(SLICES, namespace, slice.metadata.name));
    },
  };
}
