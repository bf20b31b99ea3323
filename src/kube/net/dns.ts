/**
 * The names of a cluster: Services, the Pods behind headless ones, Pods by address, reverse names; and what little is outside.
 * Stands for CoreDNS with its kubernetes plugin as kubeadm configures it (pods insecure, fallthrough for reverse names, ttl 30).
 * Unlike CoreDNS: no zone transfers, no cache, no SOA in answers; the Corefile's other plugins are not read.
 */
import type { DnsQuestion, DnsRecord, DnsReply } from '../../machine/dns.ts';
import type { Namespace } from '../../machine/namespace.ts';
import type { Reader } from '../api/server.ts';
import type { EndpointSlice, Service } from '../kinds/types.ts';

const TTL = 30;
const SLICES = 'endpointslices.discovery.k8s.io';
const OUTSIDE: Readonly<Record<string, string>> = { 'example.com': '93.184.215.14', 'www.example.com': '93.184.215.14' };

const none = (code: DnsReply['code'], authoritative: boolean): DnsReply => ({ code, answers: [], authoritative });

/** What the name servers outside of the cluster say: of all the world only example.com is there. */
export function outsideNames(question: DnsQuestion): DnsReply {
  const name = question.name.toLowerCase();
  const address = OUTSIDE[name];
  if (!address) return none('NXDOMAIN', false);
  const answers: DnsRecord[] = question.type === 'A' || question.type === 'ANY' ? [{ name, type: 'A', ttl: 300, value: address }] : [];
  return { code: 'NOERROR', answers };
}

/** Puts a name server for the outside at port 53 of a machine (the LAN's router, the learner's laptop). */
export const serveOutsideNames = (net: Namespace): (() => void) =>
  net.answer(53, (asked) => ({ from: asked.from, body: outsideNames(asked.body as DnsQuestion) }));

/** One name behind a headless Service. */
interface Member {
  /** `web-0`, or `10-244-1-3` of a Pod without a hostname. */
  readonly host: string;
  readonly address: string;
  readonly ports: EndpointSlice['ports'];
}

function membersOf(read: Reader, service: Service): readonly Member[] {
  const { namespace, name } = service.metadata;
  const out: Member[] = [];
  for (const slice of read.labelled<EndpointSlice>(SLICES, namespace!, { 'kubernetes.io/service-name': name })) {
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.conditions?.ready === false && !service.spec?.publishNotReadyAddresses) continue;
      for (const address of endpoint.addresses ?? []) out.push({ host: endpoint.hostname ?? address.replace(/\./g, '-'), address, ports: slice.ports });
    }
  }
  return out;
}

/** A server of names for a cluster. */
export interface Names {
  /** The cluster's domain, `cluster.local`. */
  readonly domain: string;
  readonly read: Reader;
  /** Who is asked about names that are not the cluster's. */
  readonly upstream?: (question: DnsQuestion) => DnsReply;
}

/** Answers one question. */
export function answer(names: Names, question: DnsQuestion): DnsReply {
  const name = question.name.toLowerCase().replace(/\.$/, '');
  const upstream = names.upstream ?? outsideNames;
  if (name.endsWith('.in-addr.arpa')) return reverse(names, name, question) ?? upstream(question);
  if (name !== names.domain && !name.endsWith(`.${names.domain}`)) return upstream(question);
  const labels = name.slice(0, Math.max(0, name.length - names.domain.length - 1)).split('.').filter(Boolean).reverse();
  const [kind, namespace, object, ...rest] = labels;
  if (kind === undefined || ((kind === 'svc' || kind === 'pod') && namespace === undefined)) return none('NOERROR', true);
  if (kind !== 'svc' && kind !== 'pod') return none('NXDOMAIN', true);
  if (!names.read.get('namespaces', undefined, namespace!)) return none('NXDOMAIN', true);
  if (object === undefined) return none('NOERROR', true);
  if (kind === 'pod') return podName(name, object, rest, question);
  const service = names.read.get<Service>('services', namespace, object);
  if (!service) return none('NXDOMAIN', true);
  return serviceName(names, service, name, rest.reverse(), question);
}

const wants = (question: DnsQuestion, type: DnsRecord['type']): boolean => question.type === type || question.type === 'ANY';
const found = (answers: readonly DnsRecord[]): DnsReply => ({ code: 'NOERROR', answers, authoritative: true });
const address = (name: string, value: string): DnsRecord => ({ name, type: 'A', ttl: TTL, value });

/** `10-244-1-3.default.pod.cluster.local` is answered for any address that is one. */
function podName(name: string, object: string, rest: readonly string[], question: DnsQuestion): DnsReply {
  const value = object.replace(/-/g, '.');
  if (rest.length > 0 || !/^(\d{1,3}\.){3}\d{1,3}$/.test(value)) return none('NXDOMAIN', true);
  return found(wants(question, 'A') ? [address(name, value)] : []);
}

/** A Service itself, `_port._protocol` below it, or a member of a headless one. `below` is what stands before its name, in reading order. */
function serviceName(names: Names, service: Service, name: string, below: readonly string[], question: DnsQuestion): DnsReply {
  const { spec } = service;
  const full = `${service.metadata.name}.${service.metadata.namespace}.svc.${names.domain}`;
  if (spec?.type === 'ExternalName') return below.length > 0 ? none('NXDOMAIN', true) : externalName(names, name, spec.externalName ?? '', question);
  const headless = spec?.clusterIP === 'None';
  const members = headless ? membersOf(names.read, service) : [];
  const [first, second] = below;
  if (first?.startsWith('_') && second?.startsWith('_') && below.length === 2) return portName(service, members, name, full, first.slice(1), second.slice(1), question);
  if (below.length > 1) return none('NXDOMAIN', true);
  if (below.length === 1) {
    const some = members.filter((m) => m.host.toLowerCase() === first);
    if (some.length === 0) return none('NXDOMAIN', true);
    return found(wants(question, 'A') ? some.map((m) => address(name, m.address)) : []);
  }
  if (headless && members.length === 0) return none('NXDOMAIN', true);
  const addresses = headless ? [...new Set(members.map((m) => m.address))] : spec?.clusterIP ? [spec.clusterIP] : [];
  if (wants(question, 'SRV')) {
    const asked = { ...question, type: 'SRV' as const };
    const all = (spec?.ports ?? []).flatMap((port) => portName(service, members, name, full, port.name ?? '', (port.protocol ?? 'TCP').toLowerCase(), asked).answers);
    return found(all);
  }
  return found(wants(question, 'A') ? addresses.map((value) => address(name, value)) : []);
}

function externalName(names: Names, name: string, target: string, question: DnsQuestion): DnsReply {
  const alias: DnsRecord = { name, type: 'CNAME', ttl: TTL, value: target };
  if (question.type === 'CNAME') return found([alias]);
  const further = answer(names, { name: target, type: question.type });
  return { code: 'NOERROR', answers: [alias, ...further.answers], authoritative: true };
}

function portName(
  service: Service, members: readonly Member[], name: string, full: string, port: string, protocol: string, question: DnsQuestion,
): DnsReply {
  const fits = (p: { name?: string; protocol?: string }): boolean => (p.name ?? '') === port && (p.protocol ?? 'TCP').toLowerCase() === protocol;
  const answers: DnsRecord[] = [];
  if (service.spec?.clusterIP === 'None') {
    for (const m of members) for (const p of (m.ports ?? []).filter(fits)) answers.push({ name, type: 'SRV', ttl: TTL, value: `0 100 ${p.port} ${m.host}.${full}` });
    const weight = Math.floor(100 / Math.max(1, answers.length));
    answers.forEach((record, i) => (answers[i] = { ...record, value: record.value.replace('0 100', `0 ${weight}`) }));
  } else for (const p of (service.spec?.ports ?? []).filter(fits)) answers.push({ name, type: 'SRV', ttl: TTL, value: `0 100 ${p.port} ${full}` });
  if (answers.length === 0) return none('NXDOMAIN', true);
  return found(wants(question, 'SRV') ? answers : []);
}

/** `3.1.244.10.in-addr.arpa` of a Service or of an endpoint with a name; undefined when it is neither. */
function reverse(names: Names, name: string, question: DnsQuestion): DnsReply | undefined {
  const value = name.replace(/\.in-addr\.arpa$/, '').split('.').reverse().join('.');
  const point = (target: string): DnsReply => found(wants(question, 'PTR') ? [{ name, type: 'PTR', ttl: TTL, value: `${target}.svc.${names.domain}` }] : []);
  for (const service of names.read.list<Service>('services')) {
    if (service.spec?.clusterIP === value) return point(`${service.metadata.name}.${service.metadata.namespace}`);
  }
  for (const slice of names.read.list<EndpointSlice>(SLICES)) {
    const service = slice.metadata.labels?.['kubernetes.io/service-name'];
    const endpoint = slice.endpoints?.find((e) => e.addresses?.includes(value));
    if (!service || !endpoint) continue;
    return point(`${endpoint.hostname ?? value.replace(/\./g, '-')}.${service}.${slice.metadata.namespace}`);
  }
  return undefined;
}
