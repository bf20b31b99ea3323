/**
 * The components behind the images of the control plane: what their processes start and end.
 * Stands for the main functions of kube-apiserver, kube-controller-manager, kube-scheduler, kube-proxy; etcd is the API server's store.
 */
import type { HttpService } from '../machine/network.ts';
import type { DnsQuestion, DnsReply } from '../machine/dns.ts';
import type { Namespace } from '../machine/namespace.ts';
import type { Agenda, Stop } from '../sim/clock.ts';
import { Random } from '../sim/random.ts';
import type { Trace } from '../sim/trace.ts';
import type { ApiServer, Reader } from './api/server.ts';
import { failure } from './api/status.ts';
import type { Request, Response } from './api/wire.ts';
import { createClient, userNamed } from './control/client.ts';
import type { Client } from './control/controller.ts';
import { controllers } from './control/index.ts';
import { Runner, type Surface } from './control/run.ts';
import { Scheduler } from './control/scheduler/scheduler.ts';
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
  /** The API server as programs reach it on port 6443 of its machine. */
  readonly service: HttpService;
  /** PEM of the cluster's authority. */
  readonly authority: string;
  /** A node's own network namespace. */
  net(node: string): Namespace | undefined;
}

/** The control plane of a cluster; nothing runs until its containers start it. */
export class Plane implements ControlPlane {
  /** The API as components reach it: refused while no kube-apiserver runs. */
  readonly door: ApiServer;
  /** Requests that components and people made so far. */
  requests = 0;
  private readonly options: PlaneOptions;
  private readonly scheduler: Scheduler;
  private readonly runners: readonly Runner[];
  private readonly proxies: Proxies;
  private serving = 0;

  constructor(options: PlaneOptions) {
    this.options = options;
    const { api, agenda, trace, network } = options;
    this.door = { read: api.read, hear: (resource, listener) => api.hear(resource, listener), handle: (request) => this.handle(request) };
    const surface: Surface = { agenda, api: this.door, trace, client: (user, component) => this.client(user, component) };
    this.scheduler = new Scheduler({ agenda, api: this.door, trace, client: this.client('system:kube-scheduler', 'default-scheduler'), random: new Random(`${options.seed}/kube-scheduler`) });
    this.runners = controllers(options.authority).map((controller) => new Runner(controller, surface));
    this.proxies = new Proxies({ agenda, api: this.door, network, trace });
  }

  /** A component's client, with a stream of chance of its own. */
  client(user: string, component: string): Client {
    const { agenda, epoch, seed, trace } = this.options;
    return createClient(this.door, { user: userNamed(user), agent: component, clock: agenda, epoch, random: new Random(`${seed}/${component}`), trace });
  }

  /** How many Pods wait for the scheduler. */
  get waiting(): number {
    return this.scheduler.waiting;
  }

  start(component: Component, node: string): Stop {
    switch (component) {
      case 'kube-apiserver': {
        const stop = this.options.net(node)?.serve(6443, this.options.service);
        this.serving++;
        return once(() => {
          this.serving--;
          stop?.();
        });
      }
      case 'kube-scheduler':
        this.scheduler.start();
        return once(() => this.scheduler.stop());
      case 'kube-controller-manager':
        for (const runner of this.runners) runner.start();
        return once(() => {
          for (const runner of this.runners) runner.stop();
        });
      case 'kube-proxy':
        return once(this.proxies.start(node));
      case 'etcd':
        return () => {};
    }
  }

  resolve(question: DnsQuestion): DnsReply {
    const read: Reader = this.options.api.read;
    return answer({ domain: 'cluster.local', read }, question);
  }

  private handle(request: Request): Response {
    this.requests++;
    return this.serving > 0 ? this.options.api.handle(request) : { code: 503, body: failure(503, 'ServiceUnavailable', 'connection refused') };
  }
}

/** A stop that does something the first time only. */
function once(stop: Stop): Stop {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    stop();
  };
}
