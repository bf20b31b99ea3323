/**
 * kubectl port-forward: connections to ports here go on in a Pod.
 * Stands for k8s.io/kubectl/pkg/cmd/portforward and client-go's tools/portforward.
 * Unlike Kubernetes: each connection opens a way of its own through the API server, so that a Pod's end is noticed at the next connection.
 */
import type { KubeObject, Status } from '../../kube/api/wire.ts';
import { NetError, type Connection, type Listener, type Stream } from '../../machine/network.ts';
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { list, text, value } from '../describe/read.ts';
import { klog } from '../discovery.ts';
import { CliError } from '../errors.ts';
import { flags } from '../flags.ts';
import { ParseError, parseInteger, quote, type Rec } from '../go.ts';
import { attachable } from '../pods/select.ts';
import { upgrade } from '../pods/session.ts';
import { find, known } from '../resources.ts';

interface Ports {
  local: number;
  readonly remote: number;
}

/** `8080:80`, `80` or `:80` as texts. */
function split(given: string): readonly [string, string] {
  const parts = given.split(':');
  return parts.length === 2 ? [parts[0]!, parts[1]!] : [parts[0]!, parts[0]!];
}
const joined = (local: string, remote: string, of: string = remote): string => (local === of ? remote : `${local}:${remote}`);
const isNumber = (word: string): boolean => /^[-+]?\d+$/.test(word);

/** The number of a Pod's named port. Throws CliError. */
function podPort(pod: KubeObject, name: string): number {
  const containers = [...list(pod, 'spec', 'containers'), ...list(pod, 'spec', 'initContainers')];
  const found = containers.flatMap((container) => list(container, 'ports')).find((port) => text(port, 'name') === name);
  if (!found) throw new CliError(`Pod '${pod.metadata.name}' does not have a named port '${name}'`);
  return Number(found['containerPort']);
}

function servicePort(service: KubeObject, name: string): number {
  const found = list(service, 'spec', 'ports').find((port) => text(port, 'name') === name);
  if (!found) throw new CliError(`Service '${service.metadata.name}' does not have a named port '${name}'`);
  return Number(found['port']);
}

/** Where a Service's port leads in one of its Pods. Throws CliError. */
function targetPort(service: KubeObject, pod: KubeObject, port: number): number {
  const found = list(service, 'spec', 'ports').find((one) => one['port'] === port);
  if (!found) throw new CliError(`Service ${service.metadata.name} does not have a service port ${port}`);
  if (text(service, 'spec', 'clusterIP') === 'None') return port;
  const target = found['targetPort'];
  return typeof target === 'string' ? podPort(pod, target) : Number(target) || port;
}

/** Ports that speak UDP only cannot be forwarded. Throws CliError. */
function refuseUdp(given: readonly string[], ports: readonly Rec[], field: string, numberOf: (name: string) => number): void {
  const speaks = (protocol: string): readonly unknown[] => ports.filter((port) => (text(port, 'protocol') || 'TCP') === protocol).map((port) => port[field]);
  const tcp = speaks('TCP');
  const only = speaks('UDP').filter((port) => !tcp.includes(port));
  for (const one of given) {
    const [, remote] = split(one);
    if (only.includes(isNumber(remote) ? Number(remote) : numberOf(remote))) throw new CliError(`UDP protocol is not supported for ${remote}`);
  }
}

/** Ports with names and Service ports as LOCAL:CONTAINER numbers. Throws CliError. */
function translate(given: readonly string[], object: KubeObject, pod: KubeObject): readonly string[] {
  if (object.kind === 'Service') {
    refuseUdp(given, list(object, 'spec', 'ports'), 'port', (name) => servicePort(object, name));
    return given.map((one) => {
      const [local, remote] = split(one);
      const port = isNumber(remote) ? Number(remote) : servicePort(object, remote);
      return joined(!isNumber(remote) && local === remote ? String(port) : local, String(targetPort(object, pod, port)));
    });
  }
  refuseUdp(given, list(pod, 'spec', 'containers').flatMap((container) => list(container, 'ports')), 'containerPort', (name) => podPort(pod, name));
  return given.map((one) => {
    const [local, remote] = split(one);
    if (remote === '') throw new CliError('remote port cannot be empty');
    return joined(local, isNumber(remote) ? remote : String(podPort(pod, remote)), remote);
  });
}

function portNumber(word: string, which: string): number {
  try {
    return parseInteger(word, 16, 10, 'ParseUint');
  } catch (error) {
    if (error instanceof ParseError) throw new CliError(`error parsing ${which} port '${word}': ${error.message}`);
    throw error;
  }
}

function parsePorts(given: string): Ports {
  const parts = given.split(':');
  if (parts.length > 2) throw new CliError(`invalid port format '${given}'`);
  const local = portNumber(parts.length === 2 ? parts[0] || '0' : parts[0]!, 'local');
  const remote = portNumber(parts.at(-1)!, 'remote');
  if (remote === 0) throw new CliError('remote port must be > 0');
  return { local, remote };
}

/** An address to listen on; of a name's addresses one must work, of others all. */
interface Address {
  readonly address: string;
  readonly family: 4 | 6;
  readonly mode: 'all' | 'any';
}

function addressesOf(words: readonly string[]): readonly Address[] {
  const found = new Map<string, Address>();
  for (const address of words) {
    if (address === 'localhost') {
      if (!found.has('127.0.0.1')) found.set('127.0.0.1', { address: '127.0.0.1', family: 4, mode: 'all' });
      if (!found.has('::1')) found.set('::1', { address: '::1', family: 6, mode: 'all' });
    } else if (/^(\d{1,3}\.){3}\d{1,3}$/.test(address) && address.split('.').every((part) => Number(part) < 256)) found.set(address, { address, family: 4, mode: 'any' });
    else if (/^[0-9a-f:]*:[0-9a-f:.]*$/i.test(address)) found.set(address, { address, family: 6, mode: 'any' });
    else throw new CliError(`${address} is not a valid IP`);
  }
  return [...found.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

interface Door {
  readonly listener: Listener;
  readonly ports: Ports;
}

/** Opens a port on all addresses. Throws CliError. */
function open(k: Kubectl, addresses: readonly Address[], ports: Ports): readonly Door[] {
  const doors: Door[] = [];
  const errors: string[] = [];
  const worked = new Set<string>();
  const failed = new Set<string>();
  for (const { address, family, mode } of addresses) {
    const host = family === 6 ? `[${address}]` : address;
    try {
      const listener = k.p.listen(ports.local, address);
      ports.local = listener.port;
      doors.push({ listener, ports });
      worked.add(mode);
      k.out(`Forwarding from ${host}:${ports.local} -> ${ports.remote}\n`);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const why = error.code === 'EADDRINUSE' ? 'address already in use' : 'cannot assign requested address';
      errors.push(`unable to create listener: Error listen tcp${family} ${host}:${ports.local}: bind: ${why}`);
      failed.add(mode);
    }
  }
  if (failed.has('any') || (failed.has('all') && !worked.has('all'))) throw new CliError(`Listeners failed to create with the following errors: [${errors.join(' ')}]`);
  return doors;
}

/** One connection and its way into the Pod. */
interface Link {
  readonly here: Connection;
  readonly there: Stream;
  readonly ports: Ports;
  readonly stops: readonly (() => void)[];
  sent: boolean;
}

/** The way to the Pod is lost. Logs why. */
function lost(k: Kubectl, { local, remote }: Ports, why: string): CliError {
  klog(k.p, 'E', 'portforward.go:522', `"Unhandled Error" err=${quote(`an error occurred forwarding ${local} -> ${remote}: ${why}`)}`);
  return new CliError('lost connection to pod');
}

/** Carries what has come, both ways; true when the link is over. Throws CliError. */
function carry(k: Kubectl, link: Link): boolean {
  const { here, there } = link;
  try {
    for (let data = here.input.take(); data !== '' && !link.sent; data = here.input.take()) {
      there.send?.(data === undefined ? {} : { data });
      link.sent = data === undefined;
    }
    for (let item = there.take(); item !== undefined; item = there.take()) {
      const { data, status } = item as { readonly data?: string; readonly status?: Status };
      if (status?.status === 'Failure') throw lost(k, link.ports, status.message ?? '');
      if (data !== undefined) here.output.write(data);
    }
    return there.ended;
  } catch (error) {
    if (error instanceof NetError) return true;
    throw error;
  }
}

function close({ here, there, stops }: Link): void {
  for (const stop of stops) stop();
  here.close();
  there.close();
}

/** Forwards until it is interrupted. Throws CliError. */
function* serve(k: Kubectl, path: string, doors: readonly Door[]): Running<void> {
  const { p } = k;
  let stopped = false;
  p.trap('SIGINT', () => (stopped = true));
  let links: Link[] = [];
  const stops = doors.map(({ listener }) => listener.listen?.(p));
  try {
    while (!stopped) {
      for (const { listener, ports } of doors) {
        for (let here = listener.poll(); here; here = listener.poll()) {
          k.out(`Handling connection for ${ports.local}\n`);
          try {
            const there = yield* upgrade(k, path, { ports: ports.remote });
            links.push({ here, there, ports, stops: [here.input.listen(p), there.listen(p)], sent: false });
          } catch (error) {
            here.close();
            if (!known(error)) throw error;
            throw lost(k, ports, error.message);
          }
        }
      }
      const over = links.filter((link) => carry(k, link));
      over.forEach(close);
      links = links.filter((link) => !over.includes(link));
      yield* p.flush();
      if (!stopped) yield;
    }
  } finally {
    for (const stop of stops) stop?.();
    links.forEach(close);
  }
}

export const portForward: Verb = {
  name: 'port-forward',
  use: 'TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  flags: flags('pod-running-timeout=1m0s', 'address=[localhost]'),
  complete: 'pods',
  *run(k) {
    const { args, flags: f } = k;
    if (args.length < 2) throw k.usage('TYPE/NAME and list of ports are required for port-forward');
    const { name: namespace } = k.namespace;
    const timeout = f.number('pod-running-timeout');
    if (timeout <= 0) throw k.usage('--pod-running-timeout must be higher than zero');
    const name = args[0]!;
    const found = yield* find(k, { namespace, args: [name.includes('/') ? name : `pods/${name}`], keepGoing: true });
    const object = (yield* found.all())[0]!.object!;
    const pod = yield* attachable(k, object, timeout);
    const given = translate(args.slice(1), object, pod);
    const path = `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}`;
    const phase = String(value(yield* k.client.object({ path }), 'status', 'phase') ?? '');
    if (phase !== 'Running') throw new CliError(`unable to forward port because pod is not running. Current status=${phase}`);
    const addresses = addressesOf(f.list('address'));
    const all = given.map(parsePorts);
    const doors: Door[] = [];
    try {
      for (const ports of all) {
        try {
          doors.push(...open(k, addresses, ports));
        } catch (error) {
          if (!(error instanceof CliError)) throw error;
          k.err(`Unable to listen on port ${ports.local}: ${error.message}\n`);
        }
      }
      if (!doors.length) throw new CliError(`unable to listen on any of the requested ports: [${all.map(({ local, remote }) => `{${local} ${remote}}`).join(' ')}]`);
      yield* serve(k, `${path}/portforward`, doors);
    } finally {
      for (const { listener } of doors) listener.close();
    }
  },
};
