/**
 * kubectl expose: a Service in front of a workload.
 * Stands for k8s.io/kubectl/pkg/cmd/expose and the polymorphic helpers about ports and selectors.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError } from '../errors.ts';
import { DRY_RUN, FILES, PRINT, RECORD, SAVE, flags, manager } from '../flags.ts';
import { isMap, plain, sortedKeys, type Rec } from '../go.ts';
import { done, dryRun } from '../modes.ts';
import { printerFor } from '../print/printer.ts';
import { typeName } from '../pods/select.ts';
import { find, infoResource, wantedOf, type Info } from '../resources.ts';
import { OVERRIDES, createMade, overridden, parseLabels, portNumber, serviceObject, type ServicePort } from './generate.ts';

const podSpec = (object: KubeObject): Rec => {
  const spec = (object['spec'] ?? {}) as Rec;
  return object.kind === 'Pod' ? spec : (((spec['template'] as Rec | undefined)?.['spec'] ?? {}) as Rec);
};

/** Numbers and protocols of what an object serves. */
function portsOf(object: KubeObject): readonly { readonly port: string; readonly protocol: string }[] {
  if (object.kind === 'Service') return (((object['spec'] as Rec)['ports'] ?? []) as readonly { readonly port: number; readonly protocol?: string }[]).map(({ port, protocol = 'TCP' }) => ({ port: String(port), protocol }));
  const containers = (podSpec(object)['containers'] ?? []) as readonly { readonly ports?: readonly { readonly containerPort: number; readonly protocol?: string }[] }[];
  return containers.flatMap((c) => (c.ports ?? []).map(({ containerPort, protocol = 'TCP' }) => ({ port: String(containerPort), protocol })));
}

const words = (labels: unknown): string => (isMap(labels) ? sortedKeys(labels).map((key) => `${key}=${String(labels[key])}`).join(',') : '');

/** The selector of an object as `k=v,…`. Throws CliError. */
function mapSelector(object: KubeObject): string {
  const spec = (object['spec'] ?? {}) as Rec;
  const selector = spec['selector'];
  if (object.kind === 'ReplicationController') return words(selector);
  if (object.kind === 'Pod') {
    const labels = object.metadata.labels;
    if (!labels || Object.keys(labels).length === 0) throw new CliError('the pod has no labels and cannot be exposed');
    return words(labels);
  }
  if (object.kind === 'Service') {
    if (!isMap(selector)) throw new CliError('the service has no pod selector set');
    return words(selector);
  }
  if (object.kind === 'Deployment' || object.kind === 'ReplicaSet') {
    const { matchLabels, matchExpressions } = (selector ?? {}) as { readonly matchLabels?: Rec; readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[] };
    if (!matchLabels || Object.keys(matchLabels).length === 0) throw new CliError(`invalid ${object.kind.toLowerCase()}: no selectors, therefore cannot be exposed`);
    if (matchExpressions?.length) throw new CliError(`couldn't convert expressions - "[${matchExpressions.map((e) => `{Key:${e.key} Operator:${e.operator} Values:${plain(e.values ?? [])}}`).join(' ')}]" to map-based selector format`);
    return words(matchLabels);
  }
  throw new CliError(`cannot extract pod selector from ${typeName(object)}`);
}

const EXPOSABLE = ['replicationcontrollers', 'services', 'pods', 'deployments.apps', 'replicasets.apps'];

/** What carries over from one exposed object to the next, as in the real one. */
interface Carried {
  selector: string;
  port: string;
  ports: string;
  labels: string;
}

function fill(k: Kubectl, info: Info, object: KubeObject, carried: Carried): ReadonlyMap<string, readonly string[]> {
  const tell = <T>(what: string, act: () => T): T => {
    try {
      return act();
    } catch (error) {
      if (error instanceof CliError) throw new CliError(`couldn't ${what} introspection: ${error.message}`);
      throw error;
    }
  };
  if (!EXPOSABLE.includes(infoResource(info))) throw new CliError(`cannot expose a ${info.mapping.kind}${info.mapping.group && `.${info.mapping.group}`}`);
  if (!carried.selector) carried.selector = tell('retrieve selectors via --selector flag or', () => mapSelector(object));
  const there = portsOf(object);
  if (!carried.port) {
    const numbers = [...new Set(there.map(({ port }) => port))];
    if (numbers.length === 0 && k.flags.text('cluster-ip') !== 'None') throw new CliError("couldn't find port via --port flag or introspection");
    if (numbers.length === 1) carried.port = numbers[0]!;
    else if (numbers.length) carried.ports = numbers.join(',');
  }
  if (!carried.labels) carried.labels = words(object.metadata.labels);
  const protocols = new Map<string, string[]>();
  for (const { port, protocol } of there) {
    const known = protocols.get(port);
    if (!known) protocols.set(port, [protocol]);
    else if (!known.includes(protocol)) known.push(protocol);
  }
  return protocols;
}

function service(k: Kubectl, name: string, carried: Carried, protocols: ReadonlyMap<string, readonly string[]>): KubeObject {
  const { flags: f } = k;
  if (!carried.selector) throw new CliError('selector must be specified');
  const selector = parseLabels(carried.selector);
  const labels = carried.labels ? parseLabels(carried.labels) : undefined;
  const list = (carried.ports || carried.port).split(',').filter((text) => text !== '' || carried.port.includes(','));
  const target = f.text('target-port');
  const targetPort = (port: number): number | string => (target ? (/^-?\d+$/.test(target) ? Number(target) : target) : port);
  const ports = list.flatMap((text, i): ServicePort[] => {
    const port = portNumber(text);
    const numbered = list.length > 1 ? `port-${i + 1}` : '';
    const found = f.text('protocol') ? undefined : protocols.get(text);
    const chosen = found ?? [f.text('protocol') || 'TCP'];
    return chosen.map((protocol) => {
      const label = chosen.length > 1 ? `port-${i + 1}-${protocol.toLowerCase()}` : numbered;
      return { ...(label && { name: label }), protocol, port, targetPort: targetPort(port) };
    });
  });
  const affinity = f.text('session-affinity');
  if (affinity && affinity !== 'None' && affinity !== 'ClientIP') throw new CliError(`unknown session affinity: ${affinity}`);
  const more = {
    clusterIP: f.text('cluster-ip'), type: f.text('type'), externalIPs: f.text('external-ip') && [f.text('external-ip')], sessionAffinity: affinity, loadBalancerIP: f.text('type') === 'LoadBalancer' ? f.text('load-balancer-ip') : '',
  };
  return serviceObject({ name: f.text('name') || name, selector, ports, ...(labels && { labels }), more: Object.fromEntries(Object.entries(more).filter(([, value]) => value !== '')) });
}

export const expose: Verb = {
  name: 'expose',
  use: '(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  flags: [
    ...PRINT, ...RECORD, ...FILES, ...DRY_RUN, ...SAVE, ...OVERRIDES, ...manager('kubectl-expose'),
    ...flags("protocol=''", "port=''", "type=''", "load-balancer-ip=''", "selector=''", "l labels=''", "target-port=''", "external-ip=''", "name=''", "session-affinity=''", "cluster-ip=''"),
  ],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const mode = dryRun(k);
    const printer = yield* printerFor(k, { operation: done('exposed', mode), ordered: true });
    const { selector: _, ...wanted } = wantedOf(k);
    const found = yield* find(k, { ...wanted, args: k.args, keepGoing: true, flatten: true });
    const carried: Carried = { selector: f.text('selector'), port: f.text('port'), ports: '', labels: f.text('labels') };
    yield* found.each(function* (info) {
      const protocols = fill(k, info, info.object!, carried);
      const made = overridden(k, service(k, info.name.slice(0, 63), carried, protocols));
      k.out(printer.print(yield* createMade(k, made, '', 'Service', 'v1', mode)));
    });
  },
};
