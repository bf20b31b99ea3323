/**
 * Gives every Pod without a node the best one, one Pod after the other, and says why when there is none.
 * Stands for kube-scheduler with its default profile.
 * Unlike Kubernetes: binding happens within the try, not beside it; no extenders, dynamic resource allocation, Pod groups or CSI volume limits.
 */
import type { Agenda, Millis, Part, Stop } from '../../../sim/clock.ts';
import type { Random } from '../../../sim/random.ts';
import type { Change } from '../../../sim/store.ts';
import type { Trace } from '../../../sim/trace.ts';
import type { ApiServer } from '../../api/server.ts';
import type { KubeObject } from '../../api/wire.ts';
import type { Node, Pod, PodCondition } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import { conditionOf, setCondition } from '../condition.ts';
import { ApiError, type Client } from '../controller.ts';
import { keyOf, quietly, split } from '../owner.ts';
import { isPeoples, LATENCY } from '../run.ts';
import { isTerminal } from '../pods.ts';
import { Cache } from './cache.ts';
import { Cycle } from './cycle.ts';
import { mayHelp, type Happening } from './hints.ts';
import { PodInfo } from './node-info.ts';
import { failure, place, type Verdict } from './place.ts';
import { preempt } from './preemption.ts';
import { Queue, type Waiting } from './queue.ts';
import { bindClaims } from './volume-binding.ts';

const NAME = 'kube-scheduler';
/** The name under which Pods ask for it, and that its Events carry. */
export const SCHEDULER = 'default-scheduler';
/** One try takes so long. */
const EFFORT: Millis = 2;
/** A Pod for which nothing changed is tried again after this time all the same. */
const LEFTOVER: Millis = 300_000;
const NEXT = 'next';
/** Longest message of an Event, in characters. */
const LONGEST = 1024;

export interface SchedulerOptions {
  readonly agenda: Agenda;
  readonly api: Pick<ApiServer, 'hear' | 'read'>;
  readonly trace: Trace;
  readonly client: Client;
  readonly random: Random;
}

const isMine = (pod: Pod): boolean => !pod.spec?.nodeName && pod.spec?.schedulerName === SCHEDULER && !pod.metadata.deletionTimestamp && !isTerminal(pod);
const isGated = (pod: Pod): boolean => !!pod.spec?.schedulingGates?.length;

export class Scheduler implements Part {
  private readonly options: SchedulerOptions;
  private readonly cache = new Cache();
  private readonly queue = new Queue();
  private readonly nominations = new Map<string, PodInfo[]>();
  private stops: Stop[] = [];
  private start0 = 0;

  constructor(options: SchedulerOptions) {
    this.options = options;
  }

  /** How many Pods wait for a node. */
  get waiting(): number {
    return this.queue.size;
  }

  start(): void {
    if (this.stops.length) return;
    const { agenda, api } = this.options;
    agenda.add(NAME, this);
    const hear = (resource: string, listener: (change: Change<KubeObject>) => void): void => void this.stops.push(api.hear(resource, listener));
    hear('nodes', (change) => this.nodeChanged(change.before?.value as Node | undefined, change.now?.value as Node | undefined));
    hear('pods', (change) => this.podChanged(change.before?.value as Pod | undefined, change.now?.value as Pod | undefined));
    for (const resource of ['persistentvolumeclaims', 'persistentvolumes', 'storageclasses.storage.k8s.io']) hear(resource, (change) => { if (change.now) this.happened({ kind: 'volume' }); });
    for (const node of api.read.list<Node>('nodes')) this.nodeChanged(undefined, node);
    for (const pod of api.read.list<Pod>('pods')) this.podChanged(undefined, pod);
  }

  stop(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
    this.cache.clear();
    this.queue.clear();
    this.nominations.clear();
    this.options.agenda.remove(NAME);
  }

  wake(key: string): void {
    const { agenda } = this.options;
    if (key !== NEXT) {
      const waiting = this.queue.unschedulable.get(key);
      if (waiting && agenda.now - waiting.tried >= LEFTOVER) this.queue.revive(waiting, agenda.now);
      else if (waiting) agenda.wake(NAME, key, waiting.tried + LEFTOVER - agenda.now);
    }
    const next = this.queue.pop(agenda.now);
    if (!next) return;
    this.schedule(next);
    agenda.wake(NAME, NEXT, EFFORT);
  }

  private nodeChanged(before: Node | undefined, now: Node | undefined): void {
    if (!now) {
      this.cache.removeNode(before!.metadata.name);
      return;
    }
    if (before && before.spec === now.spec && before.metadata.labels === now.metadata.labels && before.status?.allocatable === now.status?.allocatable && before.status?.images === now.status?.images) return;
    const known = this.cache.node(now.metadata.name);
    this.cache.setNode(now);
    if (!known) for (const pod of this.options.api.read.podsOn<Pod>(now.metadata.name)) this.cache.setPod(pod, keyOf(pod));
    this.happened({ kind: 'node', now, ...(known && before && { before }) });
  }

  private podChanged(before: Pod | undefined, now: Pod | undefined): void {
    const key = keyOf((now ?? before)!);
    if (!now || isTerminal(now) || now.spec!.nodeName) {
      const counted = now ? this.cache.setPod(now, key) : this.cache.forget(key);
      this.queue.remove(key);
      this.nominate(key, undefined);
      if (counted) this.happened({ kind: 'pod', ...(!now || isTerminal(now) ? { before: before ?? now! } : { now }) });
      return;
    }
    if (!isMine(now)) {
      this.queue.remove(key);
      this.nominate(key, undefined);
      return;
    }
    if (before && (before.spec === now.spec || alike(before.spec, now.spec)) && (before.metadata.labels === now.metadata.labels || alike(before.metadata.labels, now.metadata.labels))) return;
    if (isGated(now)) return;
    this.queue.add(key, now.spec!.priority ?? 0);
    const { agenda, trace } = this.options;
    if (isPeoples(now)) {
      trace.note(NAME, 'watch', `pods/${key}`, { watcher: NAME, type: before ? 'MODIFIED' : 'ADDED' });
      trace.note(NAME, 'queue', `pods/${key}`);
    }
    agenda.wake(NAME, NEXT, LATENCY);
  }

  /** Pods that a change may help are tried again. */
  private happened(happening: Happening): void {
    const { agenda, api, client } = this.options;
    for (const waiting of [...this.queue.unschedulable.values()]) {
      const [namespace, name] = split(waiting.key);
      let cycle: Cycle | undefined;
      const look = (): Cycle => (cycle ??= new Cycle(new PodInfo(api.read.get<Pod>('pods', namespace, name)!), this.cache, client));
      if (waiting.plugins.size > 0 && ![...waiting.plugins].some((plugin) => mayHelp(plugin, happening, look))) continue;
      this.queue.revive(waiting, agenda.now);
      agenda.wake(NAME, NEXT, LATENCY);
    }
  }

  private nominate(key: string, promise: { info: PodInfo; node: string } | undefined): void {
    for (const [node, infos] of this.nominations) {
      const left = infos.filter((info) => info.key !== key);
      if (left.length === infos.length) continue;
      if (left.length) this.nominations.set(node, left);
      else this.nominations.delete(node);
    }
    if (promise) this.nominations.set(promise.node, [...(this.nominations.get(promise.node) ?? []), promise.info]);
  }

  private schedule(waiting: Waiting): void {
    const { agenda, api, client, random } = this.options;
    const [namespace, name] = split(waiting.key);
    const pod = api.read.get<Pod>('pods', namespace, name);
    if (!pod || !isMine(pod) || isGated(pod)) return;
    const cycle = new Cycle(new PodInfo(pod), this.cache, client);
    const total = this.cache.nodes.length;
    try {
      const verdict = place(cycle, this.nominations, this.start0, random);
      if (total) this.start0 = (this.start0 + verdict.processed) % total;
      this.explain(pod, verdict);
      if (verdict.chosen) this.bind(cycle, verdict.chosen.name, waiting);
      else this.refuse(cycle, verdict, waiting);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 404) return;
      agenda.wake(NAME, NEXT, this.queue.fail(waiting, agenda.now));
    }
  }

  private bind(cycle: Cycle, node: string, waiting: Waiting): void {
    const { client, trace, agenda } = this.options;
    const { pod } = cycle.info;
    const { namespace, name, uid } = pod.metadata;
    if (!bindClaims(cycle, node)) {
      this.queue.reject(waiting, new Set(['VolumeBinding']), agenda.now);
      return;
    }
    const answer = client.request('POST', `/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
      apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace, uid }, target: { kind: 'Node', name: node },
    });
    if (answer.code >= 300) throw new ApiError(answer.code, 'BindingRejected', String((answer.body as { message?: string } | undefined)?.message ?? ''));
    this.nominate(waiting.key, undefined);
    if (isPeoples(pod)) trace.note(NAME, 'bind', `pods/${waiting.key}`, { node });
    client.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`);
  }

  private refuse(cycle: Cycle, verdict: Verdict, waiting: Waiting): void {
    const { agenda, client } = this.options;
    const { pod } = cycle.info;
    const total = this.cache.nodes.length;
    let message: string;
    let node: string | undefined;
    if (total === 0) message = 'no nodes available to schedule pods';
    else {
      const room = preempt(cycle, verdict, this.nominations);
      if (typeof room === 'string') message = failure(total, verdict, `no new claims to deallocate, preemption: ${room}`);
      else {
        message = failure(total, verdict, '');
        node = room.node.name;
        this.takeAway(cycle, node, room.victims);
      }
    }
    const all = verdict.before ? [verdict.before] : [...verdict.refusals.values(), ...(verdict.absent ? [verdict.absent.refusal] : [])];
    this.queue.reject(waiting, new Set(total === 0 ? ['NodeName'] : all.map((r) => r.plugin)), agenda.now);
    agenda.wake(NAME, waiting.key, LEFTOVER);
    this.nominate(waiting.key, node === undefined ? undefined : { info: cycle.info, node });
    client.event(pod, 'Warning', 'FailedScheduling', message.length > LONGEST ? `${message.slice(0, LONGEST - 4)} ...` : message);
    const old = conditionOf(pod.status?.conditions, 'PodScheduled');
    const same = old?.status === 'False' && old.reason === 'Unschedulable' && old.message === message;
    if (same && node === pod.status?.nominatedNodeName) return;
    const next: PodCondition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: client.stamp };
    const fresh = client.get<Pod>('pods', pod.metadata.namespace, pod.metadata.name);
    if (!fresh) return;
    const { nominatedNodeName: _n, ...status } = fresh.status ?? {};
    client.updateStatus({ ...fresh, status: { ...status, ...(node !== undefined ? { nominatedNodeName: node } : {}), conditions: setCondition(fresh.status?.conditions, next) } });
  }

  /** Deletes the victims on the node; Pods of lower priority that were promised it lose that promise. */
  private takeAway({ info, client }: Cycle, node: string, victims: readonly PodInfo[]): void {
    for (const other of this.nominations.get(node) ?? []) {
      if (other.priority >= info.priority || other.key === info.key) continue;
      this.nominate(other.key, undefined);
      quietly(() => client.patch('pods', other.pod.metadata.namespace, other.pod.metadata.name, { status: { nominatedNodeName: null } }, 'status'));
    }
    for (const { pod } of victims) {
      const { namespace, name, uid, deletionTimestamp } = pod.metadata;
      if (deletionTimestamp) continue;
      const fresh = client.get<Pod>('pods', namespace, name);
      if (!fresh || fresh.metadata.uid !== uid) continue;
      const condition: PodCondition = {
        type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', lastTransitionTime: client.stamp,
        message: `${SCHEDULER}: preempting to accommodate a higher priority pod`,
      };
      quietly(() => client.updateStatus({ ...fresh, status: { ...fresh.status, conditions: setCondition(fresh.status?.conditions, condition) } }));
      quietly(() => client.delete('pods', namespace, name));
      client.event(fresh, 'Normal', 'Preempted', `Preempted by pod ${info.pod.metadata.uid} on node ${node}`);
    }
  }

  /** The verdict per node, for the page's table; worked out when somebody reads it. */
  private explain(pod: Pod, verdict: Verdict): void {
    if (!isPeoples(pod)) return;
    const { trace } = this.options;
    const about = `pods/${keyOf(pod)}`;
    const all = this.cache.nodes;
    const { nodes, before, refusals, absent, scores, totals, chosen } = verdict;
    trace.note(NAME, 'filter', about, {
      get nodes() {
        const fit = new Set(nodes);
        return Object.fromEntries(all.map((node) => {
          const refusal = refusals.get(node.name) ?? before ?? (fit.has(node) ? undefined : absent?.refusal);
          return [node.name, refusal ? { plugin: refusal.plugin, reasons: refusal.reasons } : {}];
        }));
      },
    });
    if (nodes.length === 0) return;
    trace.note(NAME, 'score', about, {
      get nodes() {
        return Object.fromEntries(nodes.map((node, i) => [node.name, { total: totals[i]!, plugins: Object.fromEntries([...scores].map(([plugin, list]) => [plugin, list[i]!])) }]));
      },
      chosen: chosen!.name,
    });
  }
}
