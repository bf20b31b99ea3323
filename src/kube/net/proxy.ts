/**
 * kube-proxy: follows Services and EndpointSlices and writes the rules of the nodes on which it runs.
 * Stands for pkg/proxy's change trackers and its bounded sync runner (at once after a quiet second, else once a second).
 * Unlike Kubernetes: the proxies of all nodes write in the same moment, and share what they write.
 */
import type { Agenda, Millis, Part, Stop } from '../../sim/clock.ts';
import type { Trace } from '../../sim/trace.ts';
import type { ApiServer } from '../api/server.ts';
import type { EndpointSlice, Service } from '../kinds/types.ts';
import type { ClusterNetwork } from './network.ts';
import { RuleBook, rulesOf } from './rules.ts';

const PART = 'kube-proxy';
/** Writing takes so long; and not more often than once in `INTERVAL`. */
const WRITE: Millis = 24;
const INTERVAL: Millis = 1000;
/** From the start of the program to its first rules. */
const START: Millis = 150;
const SLICES = 'endpointslices.discovery.k8s.io';

export class Proxies implements Part {
  private readonly agenda: Agenda;
  private readonly api: ApiServer;
  private readonly network: ClusterNetwork;
  private readonly trace: Trace | undefined;
  private readonly book = new RuleBook();
  private readonly dirty = new Set<string>();
  private readonly running = new Set<string>();
  private written: Millis = -Infinity;

  constructor(options: { agenda: Agenda; api: ApiServer; network: ClusterNetwork; trace?: Trace }) {
    this.agenda = options.agenda;
    this.api = options.api;
    this.network = options.network;
    this.trace = options.trace;
    this.agenda.add(PART, this);
    const note = (key: string): void => {
      this.dirty.add(key);
      if (this.running.size > 0) this.agenda.wake(PART, 'sync', Math.max(WRITE, this.written + INTERVAL - this.agenda.now));
    };
    for (const service of this.api.read.list<Service>('services')) this.dirty.add(`${service.metadata.namespace}/${service.metadata.name}`);
    this.api.hear('services', (change) => {
      const { metadata } = (change.now ?? change.before)!.value;
      note(`${metadata.namespace}/${metadata.name}`);
    });
    this.api.hear(SLICES, (change) => {
      const { metadata } = (change.now ?? change.before)!.value;
      const service = metadata.labels?.['kubernetes.io/service-name'];
      if (service) note(`${metadata.namespace}/${service}`);
    });
  }

  /** The kube-proxy of a node starts; the returned function ends it, and its rules stay as they were. */
  start(node: string): Stop {
    this.agenda.wake(PART, `node/${node}`, START);
    return () => {
      this.agenda.cancel(PART, `node/${node}`);
      if (!this.running.delete(node)) return;
      const host = this.network.host(node);
      if (host) host.rules = { cluster: new Map(this.book.cluster), external: new Map(this.book.external), node: new Map(this.book.node) };
    };
  }

  wake(key: string): void {
    if (key === 'sync') return this.write();
    const node = key.slice('node/'.length);
    const host = this.network.host(node);
    if (!host) return;
    this.running.add(node);
    if (this.dirty.size > 0) this.write();
    host.rules = this.book;
  }

  private write(): void {
    this.written = this.agenda.now;
    for (const key of this.dirty) {
      const [namespace, name] = key.split('/') as [string, string];
      const service = this.api.read.get<Service>('services', namespace, name);
      const slices = service ? this.api.read.labelled<EndpointSlice>(SLICES, namespace, { 'kubernetes.io/service-name': name }) : [];
      const rules = service ? rulesOf(service, slices) : [];
      this.book.set(key, rules);
      const backends = rules[0]?.rule.cluster.map((b) => `${b.address}:${b.port}`) ?? [];
      this.trace?.note(PART, 'route', `services/${key}`, { nodes: this.running.size, ports: rules.length, backends });
    }
    this.dirty.clear();
  }
}
