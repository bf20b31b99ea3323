/**
 * The kubelet of one node: registers it, hears which Pods are bound to it, has a worker for each, answers the API server's questions.
 * Stands for cmd/kubelet with pkg/kubelet; containerd, CNI and the image store stand behind it.
 * Unlike Kubernetes: one relist phase per node instead of a drifting ticker; no evictions, no image garbage collection, no in-place resize.
 */
import type { Agenda, Millis, Stop } from '../../sim/clock.ts';
import { Random } from '../../sim/random.ts';
import type { Trace } from '../../sim/trace.ts';
import type { Computer } from '../../machine/computer.ts';
import type { Kernel } from '../../machine/kernel.ts';
import type { Process } from '../../machine/process.ts';
import type { FileTree } from '../../machine/tree.ts';
import type { ApiServer } from '../api/server.ts';
import { createClient, userNamed } from '../control/client.ts';
import type { Node, Pod } from '../kinds/types.ts';
import { Cni } from '../net/cni.ts';
import type { ClusterNetwork } from '../net/network.ts';
import { admit } from './admission.ts';
import { COMMAND, daemon } from './daemon.ts';
import { Fibers } from './fiber.ts';
import { subscribe } from './hub.ts';
import type { Registry } from './image.ts';
import { ImageStore } from './image-store.ts';
import { amountsOf, NodeReporter, type NodeOptions } from './node-status.ts';
import type { PodState } from './pod-state.ts';
import { PodWorker } from './pod-worker.ts';
import { Runtime } from './runtime.ts';
import { deleteMirror, isMirror, MANIFESTS, readManifests, reconcileMirror } from './static-pods.ts';
import { aboutPod, type Station } from './station.ts';

export interface KubeletOptions {
  readonly agenda: Agenda;
  readonly api: ApiServer;
  readonly kernel: Kernel;
  /** The node's machine. */
  readonly machine: Computer;
  readonly registry: Registry;
  readonly network: ClusterNetwork;
  readonly trace: Trace;
  /** Unix milliseconds at virtual 0. */
  readonly epoch: number;
  readonly seed: string;
  readonly node: NodeOptions;
  /** Images that are on the node from the beginning. */
  readonly images?: readonly string[];
  /** Default 10.96.0.10 and cluster.local. */
  readonly clusterDNS?: string;
  readonly clusterDomain?: string;
}

const SECOND: Millis = 1000;
const REGISTER: Millis = 120;
const READY: Millis = 800;
const REPORT: Millis = 300_000;
const AGAIN: Millis = 200;
const MOST_AGAIN: Millis = 7_000;
/** How often what the API did not take is sent again. */
const RESEND: Millis = 10_000;
const RESTART: Millis = 10_000;
/** How long after a change in the manifests folder it is read. */
const INOTIFY: Millis = 60;

export class Kubelet {
  readonly node: string;
  readonly station: Station;
  private readonly options: KubeletOptions;
  private readonly reporter: NodeReporter;
  private readonly workers = new Map<string, PodWorker>();
  /** Uids of static Pods by the uid of their image in the API. */
  private readonly mirrors = new Map<string, string>();
  private stops: Stop[] = [];
  private started: Millis = 0;
  private again: Millis = AGAIN;
  /** Statuses that the API did not take. */
  private readonly unsent = new Set<PodState>();
  private process: Process | undefined;

  constructor(options: KubeletOptions) {
    const { agenda, kernel, machine, network, node, seed, epoch, trace, registry } = options;
    this.options = options;
    this.node = node.name;
    const part = `kubelet/${node.name}`;
    const random = new Random(`${seed}/${part}`);
    const relist = random.below(SECOND);
    const tick = random.below(SECOND);
    const after = (phase: Millis, at: Millis): Millis => phase + (Math.floor((at - phase) / SECOND) + 1) * SECOND;
    const host = network.host(node.name) ?? network.addHost({ name: node.name, net: machine.net, address: node.address, podCIDR: node.podCIDR });
    const whole = { get now() { return Math.floor(agenda.now); }, wake: agenda.wake.bind(agenda), cancel: agenda.cancel.bind(agenda) };
    const client = createClient(options.api, { user: userNamed(`system:node:${node.name}`), agent: 'kubelet', host: node.name, clock: whole, epoch, random, trace });
    const read = (path: string): string => (machine.files.exists(path) ? machine.files.read(path) : '');
    this.station = {
      node: node.name, part, address: node.address, agenda, kernel, machine, client, random, trace, epoch,
      runtime: new Runtime(kernel, machine, seed),
      images: new ImageStore(registry, () => agenda.now, options.images ?? []),
      cni: new Cni(network, host, seed),
      fibers: new Fibers(agenda, part, (key) => this.woken(key)),
      host: { address: node.address, allocatable: amountsOf(node).allocatable },
      names: () => ({
        hostname: machine.hostname, hosts: read('/etc/hosts'), resolv: read('/etc/resolv.conf'),
        clusterDNS: options.clusterDNS ?? '10.96.0.10', clusterDomain: options.clusterDomain ?? 'cluster.local',
      }),
      nextRelist: (at) => after(relist, at),
      nextTick: (at) => after(tick, at),
      resend: (state) => {
        this.unsent.add(state);
        this.station.fibers.poke('#unsent', RESEND);
      },
      note: (step, pod, facts = {}) => {
        if (!pod.metadata.namespace?.startsWith('kube-')) trace.note('kubelet', step, aboutPod(pod), { node: node.name, ...facts });
      },
    };
    this.reporter = new NodeReporter(this.station, node);
  }

  get running(): boolean {
    return this.process !== undefined;
  }

  /** Begins to work: static Pods at once, the others as soon as the node is registered. */
  start(): void {
    if (this.process) return;
    const { agenda, machine } = this.station;
    this.started = agenda.now;
    this.process = machine.start(daemon, COMMAND, {});
    const { process } = this;
    process.whenDone(() => {
      if (this.process !== process) return;
      this.stop();
      this.station.fibers.poke('#restart', RESTART);
    });
    const tree = machine.files.mounts()[0]!.tree as FileTree;
    tree.heard = (names) => {
      if (this.process && `/${names.join('/')}`.startsWith(MANIFESTS)) this.station.fibers.poke('#manifests', INOTIFY);
    };
    for (const worker of this.workers.values()) worker.ask(0);
    this.readManifests();
    this.station.fibers.poke('#register', REGISTER);
  }

  /** The kubelet's process ends; containers go on running, the lease is no longer renewed. */
  stop(): void {
    const { process } = this;
    if (!process) return;
    this.process = undefined;
    for (const stop of this.stops.splice(0)) stop();
    for (const key of ['#register', '#ready', '#report', '#manifests', '#restart', '#unsent']) this.station.fibers.stop(key);
    this.station.fibers.stopAll();
    this.reporter.renew(true);
    process.kill('SIGKILL');
  }

  /** The process that stands for the kubelet on its machine. */
  get host(): Process | undefined {
    return this.process;
  }

  /** The worker of a Pod of the API, by namespace and name. */
  find(namespace: string, name: string): PodWorker | undefined {
    const pod = this.station.client.get<Pod>('pods', namespace, name);
    const uid = pod?.metadata.uid ?? '';
    return this.workers.get(this.mirrors.get(uid) ?? uid) ?? [...this.workers.values()].find((w) => w.pod.metadata.namespace === namespace && w.pod.metadata.name === name);
  }

  /** All Pods that the kubelet knows. */
  get pods(): readonly Pod[] {
    return [...this.workers.values()].map((worker) => worker.pod);
  }

  private woken(key: string): void {
    if (!this.process && key !== '#restart') return;
    if (key === '#register') this.register();
    else if (key === '#ready' || key === '#report') {
      this.reporter.report();
      this.station.fibers.poke('#report', REPORT);
    } else if (key === '#manifests') this.readManifests();
    else if (key === '#restart') this.start();
    else if (key === '#unsent') this.sendAgain();
    else if (key.includes('|')) this.workers.get(key.slice(0, key.indexOf('|')))?.state.prober.tick(key);
    else this.workers.get(key)?.wake();
  }

  private sendAgain(): void {
    const states = [...this.unsent];
    this.unsent.clear();
    for (const state of states) if (this.workers.get(state.uid)?.state === state) state.tell();
  }

  private register(): void {
    const { fibers, client } = this.station;
    if (!this.reporter.register()) {
      fibers.poke('#register', this.again);
      this.again = Math.min(2 * this.again, MOST_AGAIN);
      return;
    }
    this.again = AGAIN;
    this.stops.push(subscribe(this.options.api, this.node, {
      pod: (pod) => this.heard(pod),
      gone: (pod) => this.gone(pod),
      source: (namespace, source) => {
        for (const worker of this.workers.values()) if (worker.pod.metadata.namespace === namespace) worker.sourceChanged(source);
      },
    }));
    fibers.poke('#ready', READY);
    if (this.unsent.size > 0) fibers.poke('#unsent', RESEND);
    const there = client.podsOn<Pod>(this.node);
    for (const pod of there) this.heard(pod);
    const uids = new Set(there.map((pod) => pod.metadata.uid));
    for (const worker of this.workers.values()) {
      if (worker.state.isStatic) worker.ask(0);
      else if (!uids.has(worker.state.uid)) worker.orphaned();
    }
  }

  private heard(pod: Pod): void {
    if (isMirror(pod)) {
      const uid = pod.metadata.annotations!['kubernetes.io/config.hash']!;
      this.mirrors.set(pod.metadata.uid!, uid);
      const worker = this.workers.get(uid);
      if (worker && worker.state.mirror?.metadata.uid === pod.metadata.uid) {
        worker.state.mirror = pod;
        worker.state.shown(pod.status);
      }
      if (pod.metadata.deletionTimestamp) worker?.ask(INOTIFY);
      return;
    }
    const worker = this.workers.get(pod.metadata.uid!);
    if (worker) return worker.update(pod);
    this.employ(pod, false).ask(20);
  }

  private gone(pod: Pod): void {
    const uid = pod.metadata.uid!;
    const hash = this.mirrors.get(uid);
    if (hash !== undefined) {
      this.mirrors.delete(uid);
      return void this.workers.get(hash)?.ask(INOTIFY);
    }
    const worker = this.workers.get(uid);
    if (!worker) return;
    worker.update(pod);
    worker.orphaned();
  }

  private employ(pod: Pod, isStatic: boolean): PodWorker {
    const worker = new PodWorker(this.station, pod, isStatic, {
      started: this.started,
      admit: (asked) => {
        const others: Pod[] = [];
        for (const other of this.workers.values()) if (other.active && other.admitted && other.state.uid !== asked.metadata.uid) others.push(other.pod);
        return admit(asked, others, this.station.client.get<Node>('nodes', undefined, this.node));
      },
      mirror: (state) => reconcileMirror(state),
      gone: (done) => this.dismiss(done),
    });
    this.workers.set(worker.state.uid, worker);
    return worker;
  }

  /** Forgets a Pod and what is left of it. */
  private dismiss(worker: PodWorker): void {
    const { state } = worker;
    const { runtime } = this.station;
    for (const container of state.containers) runtime.remove(container);
    if (state.sandbox) runtime.removeSandbox(state.sandbox);
    if (state.isStatic) deleteMirror(state);
    if (this.workers.get(state.uid) === worker) this.workers.delete(state.uid);
  }

  private readManifests(): void {
    const found = readManifests(this.station);
    for (const worker of this.workers.values()) if (worker.state.isStatic && !worker.orphan && !found.has(worker.state.uid)) worker.orphaned();
    for (const [uid, pod] of found) if (!this.workers.has(uid)) this.employ(pod, true).ask(20);
  }
}

/** The kubelet of a node, not yet started. */
export const createKubelet = (options: KubeletOptions): Kubelet => new Kubelet(options);
