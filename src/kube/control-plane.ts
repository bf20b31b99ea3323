/**
 * The components behind the images of the control plane: what their processes start and end.
 * Stands for the main functions of kube-apiserver, etcd, kube-controller-manager, kube-scheduler and kube-proxy.
 * Unlike Kubernetes: etcd is the API server's store, and keeps what it has when its process ends.
 */
import type { DnsQuestion, DnsReply } from '../machine/dns.ts';
import type { HttpService } from '../machine/network.ts';
import type { Namespace } from '../machine/namespace.ts';
import type { Agenda, Millis, Part, Stop } from '../sim/clock.ts';
import { Random } from '../sim/random.ts';
import type { Trace } from '../sim/trace.ts';
import { APISERVER } from './api/bootstrap.ts';
import type { ApiServer } from './api/server.ts';
import { createClient, userNamed } from './control/client.ts';
import type { Client } from './control/controller.ts';
import { gated } from './control/gate.ts';
import { controllers } from './control/index.ts';
import { LeaderElection } from './control/leader.ts';
import { LEASES, renewTime } from './control/lease.ts';
import { Runner } from './control/run.ts';
import { Scheduler, SCHEDULER } from './control/scheduler/scheduler.ts';
import type { Lease } from './kinds/types.ts';
import { answer } from './net/dns.ts';
import type { ClusterNetwork } from './net/network.ts';
import { Proxies } from './net/proxy.ts';
import type { Component, ControlPlane } from './node/image.ts';

export interface PlaneOptions {
  readonly agenda: Agenda;
  /** Unix milliseconds at virtual 0. */
  readonly epoch: number;
  readonly seed: string;
  readonly trace: Trace;
  readonly api: ApiServer;
  readonly network: ClusterNetwork;
  /** An API server as programs reach it on port 6443 of its machine. */
  service(api: ApiServer): HttpService;
  /** PEM of the cluster's authority, and what stands for its private key. */
  readonly authority: string;
  readonly secret: string;
  readonly podRange: string;
  /** `192.168.56.100:6443` */
  readonly endpoint: string;
  /** A node's own network namespace. */
  net(node: string): Namespace | undefined;
}

const PART = 'control-plane';
const CONTROLLERS = 'kube-controller-manager';
/** A leader that cannot renew its lease for so long gives up. */
const RENEW_DEADLINE: Millis = 10_000;
/** So long a kube-apiserver tries to reach etcd when it starts, and so long the kubelet's probes bear one that has lost it. */
const ETCD_DEADLINE: Millis = 20_000;
const PATIENCE: Millis = 90_000;

/** The control plane of a cluster; nothing runs until its containers start it. */
export class Plane implements ControlPlane, Part {
  /** The API as components reach it: refused while no kube-apiserver runs. */
  readonly door: ApiServer;
  /** Requests that were made so far. */
  requests = 0;
  private readonly options: PlaneOptions;
  private readonly scheduler: Scheduler;
  private runners: readonly Runner[] = [];
  private readonly streams = new Map<string, Random>();
  /** Since when no kube-apiserver with an etcd answers. */
  private down: Millis | undefined;
  private readonly proxies: Proxies;
  private readonly running = new Map<Component, number>();
  /** What ends the leaders when they lose their lease, and API servers without etcd. */
  private readonly leaders = new Map<Component, () => void>();
  private readonly servers = new Map<string, { opened: Stop | undefined; open: () => void; lost: (() => void) | undefined }>();
  private readonly service: HttpService;

  constructor(options: PlaneOptions) {
    this.options = options;
    const { api, agenda, trace, network, endpoint } = options;
    agenda.add(PART, this);
    const power = () => ({ apiserver: this.serving, etcd: this.runs('etcd') });
    this.door = gated(api, endpoint, power, () => this.requests++);
    this.service = { ...options.service(this.door), steady: ({ path }) => this.runs('etcd') && /^\/(livez|readyz|healthz)/.test(path) };
    this.scheduler = new Scheduler({ agenda, api: this.door, trace, client: this.client('system:kube-scheduler', SCHEDULER), random: new Random(`${options.seed}/kube-scheduler`) });
    this.proxies = new Proxies({ agenda, api: this.door, network, trace });
  }

  /** A component's client, with a stream of chance of its own. */
  client(user: string, component: string, api: ApiServer = this.door): Client {
    const { agenda, epoch, seed, trace } = this.options;
    let random = this.streams.get(component);
    if (!random) this.streams.set(component, (random = new Random(`${seed}/${component}`)));
    return createClient(api, { user: userNamed(user), agent: component, clock: agenda, epoch, random, trace });
  }

  /** The controllers begin with empty heads. */
  private control(): void {
    const { agenda, trace, authority, secret, podRange } = this.options;
    const surface = { agenda, api: this.door, trace, client: (user: string, component: string) => this.client(user, component) };
    this.runners = controllers({ authority, secret, podRange }).map((controller) => new Runner(controller, surface));
    for (const runner of this.runners) runner.start();
  }

  /** How many Pods wait for the scheduler. */
  get waiting(): number {
    return this.scheduler.waiting;
  }

  /** How many keys wait for a controller. */
  get queued(): number {
    return this.runners.reduce((n, runner) => n + runner.queued, 0);
  }

  /** `lost` is called when the component cannot go on and its process has to end with an error. */
  start(component: Component, node: string, lost?: () => void): Stop {
    const { agenda } = this.options;
    this.running.set(component, (this.running.get(component) ?? 0) + 1);
    const stop = this.begin(component, node, lost);
    this.look();
    let done = false;
    return () => {
      if (done) return;
      done = true;
      stop();
      this.running.set(component, this.running.get(component)! - 1);
      this.look();
      if (component === 'kube-apiserver' || component === 'etcd') agenda.wake(PART, 'leaders', RENEW_DEADLINE);
      if (component === 'etcd') agenda.wake(PART, 'servers', PATIENCE);
    };
  }

  /** Leaders that could not renew their leases give up, and API servers that have no etcd. */
  wake(key: string): void {
    const { agenda } = this.options;
    if (key === 'leaders') {
      if (this.down === undefined || agenda.now - this.down < RENEW_DEADLINE) return;
      for (const lose of [...this.leaders.values()]) lose();
    } else if (!this.runs('etcd')) for (const { lost } of [...this.servers.values()]) lost?.();
  }

  /** Takes note of whether anything can be read and written. */
  private look(): void {
    if (this.serving && this.runs('etcd')) this.down = undefined;
    else this.down ??= this.options.agenda.now;
  }

  /** Does any kube-apiserver answer? */
  private get serving(): boolean {
    for (const { opened } of this.servers.values()) if (opened) return true;
    return false;
  }

  resolve(question: DnsQuestion): DnsReply {
    return answer({ domain: 'cluster.local', read: this.options.api.read }, question);
  }

  private runs(component: Component): boolean {
    return (this.running.get(component) ?? 0) > 0;
  }

  private begin(component: Component, node: string, lost: (() => void) | undefined): Stop {
    switch (component) {
      case 'etcd':
        for (const server of this.servers.values()) server.open();
        return () => {};
      case 'kube-proxy': return this.proxies.start(node);
      case 'kube-apiserver': return this.serve(node, lost);
      case 'kube-scheduler': {
        return this.lead(component, node, { agent: SCHEDULER, user: 'system:kube-scheduler', releases: true, begin: () => this.scheduler.start(), end: () => this.scheduler.stop(), lost });
      }
      case CONTROLLERS: {
        return this.lead(component, node, {
          agent: CONTROLLERS, user: 'system:kube-controller-manager', releases: false, lost,
          begin: () => this.control(),
          end: () => {
            for (const runner of this.runners) runner.stop();
            this.runners = [];
          },
        });
      }
    }
  }

  private lead(component: Component, host: string, how: { agent: string; user: string; releases: boolean; begin: () => void; end: () => void; lost: (() => void) | undefined }): Stop {
    const { agenda } = this.options;
    const election = new LeaderElection({ name: component, host, client: this.client(how.user, how.agent), store: this.client(how.user, how.agent, this.options.api), agenda, releases: how.releases, lead: how.begin });
    election.start();
    this.leaders.set(component, () => {
      if (!election.leading) return;
      election.stop(this.down);
      how.end();
      if (how.lost) how.lost();
      else election.start();
    });
    return () => {
      this.leaders.delete(component);
      how.end();
      election.stop(this.down);
    };
  }

  /** A kube-apiserver opens its port as soon as it reaches etcd, and shows itself by a lease. */
  private serve(node: string, lost: (() => void) | undefined): Stop {
    const { seed, net, agenda } = this.options;
    const random = new Random(`${seed}/kube-apiserver/${node}`);
    const name = `apiserver-${random.letters(26)}`;
    const holder = `${name}_${random.uuid()}`;
    const server = {
      opened: undefined as Stop | undefined, lost,
      open: () => {
        if (server.opened) return;
        server.opened = net(node)?.serve(6443, this.service) ?? (() => {});
        this.identity(name, holder, node, true);
      },
    };
    this.servers.set(node, server);
    if (this.runs('etcd')) server.open();
    else agenda.wake(PART, 'servers', ETCD_DEADLINE);
    return () => {
      if (this.servers.get(node) === server) this.servers.delete(node);
      if (!server.opened) return;
      this.identity(name, holder, node, false);
      server.opened();
      server.opened = undefined;
    };
  }

  /** The lease of a server; `live` when it goes on renewing it. */
  private identity(name: string, holderIdentity: string, node: string, live: boolean): void {
    const { api, agenda, epoch, endpoint } = this.options;
    const client = createClient(api, { user: APISERVER, agent: 'kube-apiserver', clock: agenda, epoch, random: new Random(name) });
    const spec = { holderIdentity, leaseDurationSeconds: 3600, renewTime: renewTime(epoch + agenda.now, live) };
    const there = client.get<Lease>(LEASES, 'kube-system', name);
    if (there) client.update<Lease>({ ...there, spec });
    else {
      const labels = { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': node };
      const metadata = { name, namespace: 'kube-system', annotations: { 'kubernetes.io/peer-advertise-address': endpoint }, labels };
      client.create<Lease>({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', spec, metadata });
    }
  }
}
