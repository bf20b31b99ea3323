/**
 * Works for one Pod, one thing after the other: looks at it, ends it, forgets it; and knows when it is to look again.
 * Stands for pkg/kubelet/pod_workers.go with syncTerminatingPod and syncTerminatedPod.
 * Unlike Kubernetes: nothing is looked at again without a reason; the minute's resync happens only when something of it can have changed.
 */
import type { Millis } from '../../sim/clock.ts';
import { parseRfc3339, rfc3339 } from '../../sim/date.ts';
import { alike } from '../control/alike.ts';
import type { Container as Spec, ContainerStatus, Pod, PodStatus } from '../kinds/types.ts';
import { pause, type Steps } from './fiber.ts';
import { PodState } from './pod-state.ts';
import { sourcesOf } from './projected.ts';
import { qosClass } from './qos.ts';
import type { Rejection } from './admission.ts';
import type { Container } from './runtime.ts';
import { between, type Station } from './station.ts';
import { killAll, syncPod } from './sync.ts';

/** From a change in the API until the worker looks; from work done until the runtime is asked what became of it. */
const HEAR: readonly [Millis, Millis] = [14, 14];
const RELIST: Millis = 6;
const RETRY: Millis = 10_000;
const RESYNC: Millis = 60_000;
/** Until volumes are unmounted and the cgroup is gone. */
const CLEAN: Millis = 90;

/** What a worker asks of its kubelet. */
export interface Employer {
  readonly started: Millis;
  admit(pod: Pod): Rejection | undefined;
  /** Creates or replaces a static Pod's mirror. */
  mirror(state: PodState): void;
  /** The Pod has ended and is gone from the API. */
  gone(worker: PodWorker): void;
}

export class PodWorker {
  readonly state: PodState;
  /** The Pod is no longer in the API, or its file is gone. */
  orphan = false;
  private readonly station: Station;
  private readonly employer: Employer;
  private stage: 'new' | 'sync' | 'terminating' | 'terminated' | 'done' = 'new';
  private due: Millis = Infinity;
  private looked: Millis = -Infinity;
  private relisted: Millis = -Infinity;

  constructor(station: Station, pod: Pod, isStatic: boolean, employer: Employer) {
    this.station = station;
    this.employer = employer;
    this.state = new PodState(station, pod, isStatic, () => this.ask(RELIST));
  }

  get pod(): Pod {
    return this.state.pod;
  }

  /** Counts for admission: it may use resources. */
  get active(): boolean {
    return this.stage !== 'done' && this.stage !== 'terminated' && !this.state.stopped;
  }

  /** Was let in; before that it counts for nobody. */
  get admitted(): boolean {
    return this.stage !== 'new';
  }

  /** Look again after so many milliseconds. */
  ask(delay: Millis): void {
    const at = this.station.agenda.now + delay;
    if (at < this.due) this.due = at;
    this.station.fibers.poke(this.state.uid, delay);
  }

  /** The API shows the Pod like this now. What the kubelet wrote itself is no news. */
  update(pod: Pod): void {
    const before = this.state.pod;
    this.state.pod = pod;
    this.state.shown(pod.status);
    const a = before.metadata;
    const b = pod.metadata;
    const gates = pod.spec?.readinessGates?.length ? !alike(before.status?.conditions, pod.status?.conditions) : false;
    const same = a.generation === b.generation && a.deletionTimestamp === b.deletionTimestamp && a.deletionGracePeriodSeconds === b.deletionGracePeriodSeconds &&
      (a.labels === b.labels || alike(a.labels, b.labels)) && (a.annotations === b.annotations || alike(a.annotations, b.annotations)) && !gates;
    if (same) return;
    if (b.deletionTimestamp) for (const container of this.state.containers) this.station.fibers.poke(`${this.state.uid}!${container.id}`);
    this.ask(between(this.station.random, ...HEAR));
  }

  /** The Pod is gone from the API (or its file from the folder): whatever still runs is ended. */
  orphaned(): void {
    this.orphan = true;
    if (this.stage === 'done') return this.employer.gone(this);
    this.ask(between(this.station.random, ...HEAR));
  }

  /** A ConfigMap or Secret has changed: its files follow with the Pod's next resync. */
  sourceChanged(source: string): void {
    if (this.stage !== 'sync' || !(this.pod.spec?.volumes ?? []).some((v) => sourcesOf(v).includes(source))) return;
    const interval = between(this.station.random, RESYNC, RESYNC / 2);
    const { now } = this.station.agenda;
    const last = this.looked + Math.floor(Math.max(0, now - this.looked) / interval) * interval;
    this.ask(this.station.nextTick(last + interval) - now);
  }

  /** The agenda woke this Pod while nothing was going on. */
  wake(): void {
    const { agenda, fibers } = this.station;
    if (this.due > agenda.now) {
      if (this.due < Infinity) fibers.poke(this.state.uid, this.due - agenda.now);
      return;
    }
    fibers.start(this.state.uid, this.run());
  }

  /** Works until there is nothing to do for now. */
  private *run(): Steps {
    const { station } = this;
    const { agenda } = station;
    while (this.due <= agenda.now && this.stage !== 'done') {
      this.due = Infinity;
      yield* this.fresh();
      yield* this.turn();
      this.looked = agenda.now;
    }
    if (this.due < Infinity) station.fibers.poke(this.state.uid, this.due - agenda.now);
  }

  /** Waits until the runtime was looked at after the last turn. */
  private *fresh(): Steps {
    const { agenda, nextRelist } = this.station;
    if (this.looked === -Infinity || this.relisted > this.looked) return;
    const until = nextRelist(this.looked);
    while (agenda.now < until && this.relisted <= this.looked) yield until;
  }

  private *turn(): Steps {
    const { state } = this;
    const deleted = state.pod.metadata.deletionTimestamp !== undefined || this.orphan;
    if (this.stage === 'new') {
      const rejection = deleted ? undefined : this.employer.admit(state.pod);
      if (rejection) return this.reject(rejection);
      this.stage = 'sync';
    }
    if (this.stage === 'sync' && (deleted || this.overdue())) this.stage = 'terminating';
    if (this.stage === 'sync') yield* this.sync();
    else if (this.stage === 'terminating') yield* this.terminate();
    else if (this.stage === 'terminated' && (deleted || !state.stopped)) yield* this.finish();
  }

  private *sync(): Steps {
    const { state, station } = this;
    const { agenda, random } = station;
    station.note('sync', state.pod, {});
    if (state.isStatic) this.employer.mirror(state);
    // Of each name, the container that ended last is all that the runtime keeps.
    state.prune();
    const outcome = yield* syncPod(state, this.employer.started, (container) => this.ended(container));
    if (outcome.terminal) {
      this.stage = 'terminating';
      return this.ask(0);
    }
    if (outcome.failed) {
      const wait = Math.min(Math.max(0, (outcome.retry ?? agenda.now + RETRY) - agenda.now), RESYNC);
      this.ask(station.nextTick(agenda.now + wait + random.below(Math.floor(wait / 2) + 1)) - agenda.now);
      if (outcome.worked) this.ask(station.nextRelist(agenda.now) - agenda.now);
    } else if (outcome.worked) {
      this.relisted = agenda.now + RELIST;
      this.ask(RELIST);
    }
    const limit = state.pod.spec?.activeDeadlineSeconds;
    if (limit !== undefined) this.ask(Math.max(0, this.beginning() + limit * 1000 - agenda.now));
  }

  /** Everything that runs is ended. */
  private *terminate(): Steps {
    const { state } = this;
    const status = state.makeStatus(false);
    const late = { phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' };
    state.setStatus(this.overdue() ? { ...status, ...late } : status);
    state.prober.quiet();
    yield* killAll(state, this.orphan && state.pod.metadata.deletionTimestamp === undefined && !state.isStatic ? 1 : undefined);
    state.prober.stop();
    state.setStatus(state.makeStatus(true));
    this.stage = 'terminated';
    state.stopped = false;
    this.ask(0);
  }

  /** Nothing runs any more: the last status, and the end in the API if it was asked for. */
  private *finish(): Steps {
    const { state, station } = this;
    if (!state.stopped) {
      yield* pause(() => station.agenda.now, CLEAN);
      state.stopped = true;
      state.setStatus(this.final(state.makeStatus(true)));
      state.tell();
    }
    station.images.forget(state.uid);
    const { metadata } = state.pod;
    if (!this.orphan && metadata.deletionTimestamp && !state.isStatic) {
      const gone = station.client.get('pods', metadata.namespace, metadata.name)?.metadata.uid !== metadata.uid;
      const end = (): void => station.client.delete('pods', metadata.namespace, metadata.name, { gracePeriodSeconds: 0, uid: metadata.uid! });
      if (!gone && !state.quietly(end)) return this.ask(RETRY);
    }
    if (this.orphan || metadata.deletionTimestamp) {
      this.stage = 'done';
      this.employer.gone(this);
    }
  }

  /** No container is left without an end, and the phase is one. */
  private final(status: PodStatus): PodStatus {
    if (this.state.isStatic) return status;
    const lost = (s: ContainerStatus): ContainerStatus => s.state?.terminated ? s : {
      ...s, ready: false,
      state: {
        terminated: {
          reason: 'ContainerStatusUnknown', message: 'The container could not be located when the pod was terminated', exitCode: 137,
          startedAt: null as unknown as string, finishedAt: null as unknown as string,
        },
      },
    };
    const initialized = !this.pod.spec?.initContainers?.length || (status.containerStatuses ?? []).some((s) => s.state?.running || s.state?.terminated);
    const phase = status.phase === 'Succeeded' || status.phase === 'Failed' ? status.phase : 'Failed';
    return { ...status, phase, ...(initialized && status.containerStatuses && { containerStatuses: status.containerStatuses.map(lost) }) };
  }

  private ended(container: Container): void {
    const { station, state } = this;
    station.note('stop', state.pod, { container: container.name, exitCode: container.exitCode, reason: container.reason });
    state.prober.renew(container.name, '');
    for (const other of state.containers) station.fibers.poke(`${state.uid}!${other.id}`);
    if (station.fibers.has(state.uid)) station.fibers.poke(state.uid);
    this.ask(station.nextRelist(station.agenda.now) - station.agenda.now);
  }

  private reject({ reason, message }: Rejection): void {
    const { state, station } = this;
    state.recorder()('Warning', reason, message);
    const generation = state.pod.metadata.generation;
    state.stopped = true;
    this.stage = 'terminated';
    state.setStatus({
      ...(generation && { observedGeneration: generation }), conditions: state.pod.status?.conditions ?? [],
      phase: 'Failed', reason, message: `Pod was rejected: ${message}`, qosClass: qosClass(state.pod), startTime: rfc3339(station.epoch + station.agenda.now),
    });
  }

  /** Virtual time at which the Pod began here. */
  private beginning(): Millis {
    return (parseRfc3339(this.state.status?.startTime ?? '') ?? Infinity) - this.station.epoch;
  }

  private overdue(): boolean {
    const limit = this.pod.spec?.activeDeadlineSeconds;
    return limit !== undefined && this.station.agenda.now >= this.beginning() + limit * 1000;
  }

  /** The containers that a door may look for. */
  find(name: string): { readonly spec: Spec | undefined; readonly container: Container | undefined } {
    return { spec: this.state.spec(name), container: this.state.latest(name) };
  }
}
