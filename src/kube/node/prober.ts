/**
 * The probes of one Pod: when each is run, what its results mean.
 * Stands for pkg/kubelet/prober. A probe ticks from the moment in which the Pod's volumes are there; nothing ticks that cannot change anything:
 * not before the container runs, not during its initial delay, not after a server has said that it will always answer alike.
 */
import type { Millis } from '../../sim/clock.ts';
import type { Container as Spec, Pod, Probe } from '../kinds/types.ts';
import { runProbe, type Found } from './handler.ts';
import { restartable } from './qos.ts';
import type { Container } from './runtime.ts';
import type { Recorder } from './image-store.ts';
import type { Station } from './station.ts';
import type { Steps } from './fiber.ts';

export type ProbeType = 'startup' | 'readiness' | 'liveness';
const TYPES: readonly ProbeType[] = ['startup', 'readiness', 'liveness'];
const WORDS = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' } as const;

/** What a probe is about to look at. */
export interface Patient {
  readonly pod: Pod;
  readonly podIP: string;
  /** The running container of this name, if there is one. */
  container(name: string): Container | undefined;
  recorder(container: Spec): Recorder;
  /** A result has changed: the Pod is to be looked at. */
  changed(): void;
}

interface Worker {
  readonly key: string;
  readonly type: ProbeType;
  readonly spec: Spec;
  readonly probe: Probe;
  /** The container that the results are about. */
  id: string;
  result: boolean | undefined;
  last: boolean | undefined;
  run: number;
  /** No more until there is another container. */
  held: boolean;
  steady: boolean;
  /** A tick of the period; moved by a manual run. */
  base: Millis;
}

export class Prober {
  private readonly station: Station;
  private readonly patient: Patient;
  private readonly workers = new Map<string, Worker>();

  constructor(station: Station, patient: Patient) {
    this.station = station;
    this.patient = patient;
  }

  /** Begins to tick; `kubeletStarted` is when the kubelet did, whose first probes are spread over their period. */
  add(pod: Pod, kubeletStarted: Millis): void {
    const { agenda, random } = this.station;
    const all = [...(pod.spec?.initContainers ?? []).filter(restartable), ...(pod.spec?.containers ?? [])];
    for (const spec of all) {
      for (const type of TYPES) {
        const probe = spec[`${type}Probe`];
        const key = `${pod.metadata.uid}|${spec.name}|${type}`;
        if (!probe || this.workers.has(key)) continue;
        const period = (probe.periodSeconds ?? 10) * 1000;
        const spread = agenda.now - kubeletStarted < period ? random.below(period) : 0;
        this.workers.set(key, { key, type, spec, probe, id: '', result: undefined, last: undefined, run: 0, held: false, steady: false, base: agenda.now + spread });
      }
    }
  }

  /** No more ticks; of the given types only, if given. */
  stop(types: readonly ProbeType[] = TYPES): void {
    for (const [key, worker] of this.workers) {
      if (!types.includes(worker.type)) continue;
      this.station.fibers.stop(key);
      this.workers.delete(key);
    }
  }

  /** Startup and liveness: the Pod is ending, and what they think counts no more. */
  quiet(): void {
    this.stop(['startup', 'liveness']);
  }

  /** A container runs now, or has ended: results about the one before are void. */
  renew(name: string, id: string): void {
    for (const worker of this.workers.values()) {
      if (worker.spec.name !== name) continue;
      this.station.fibers.stop(worker.key);
      worker.id = id;
      worker.result = worker.type === 'liveness' ? true : worker.type === 'readiness' ? false : undefined;
      worker.held = worker.steady = false;
      if (id !== '') this.plan(worker);
    }
  }

  /** Whether a container has passed its startup probe, or has none. */
  started(name: string, id: string): boolean {
    const worker = this.of(name, 'startup');
    return !worker || (worker.id === id && worker.result === true);
  }

  /** Whether a container passes its readiness probe, or has none. A probe that has not succeeded is run at once. */
  ready(name: string, id: string): boolean {
    const worker = this.of(name, 'readiness');
    if (!worker) return true;
    if (worker.id === id && worker.result === true) return true;
    if (worker.id === id && !this.station.fibers.has(worker.key)) {
      worker.base = this.station.agenda.now;
      this.tick(worker.key);
    }
    return false;
  }

  /** The result about a container: undefined before there is one. */
  result(type: 'startup' | 'liveness', id: string): boolean | undefined {
    for (const worker of this.workers.values()) if (worker.type === type && worker.id === id) return worker.result;
    return undefined;
  }

  /** A tick of a probe; false when it is not one of this Pod's. */
  tick(key: string): boolean {
    const worker = this.workers.get(key);
    if (!worker) return false;
    const { fibers } = this.station;
    const container = this.patient.container(worker.spec.name!);
    if (!container || container.id !== worker.id || worker.held || worker.steady || fibers.has(key)) return true;
    const started = worker.type === 'startup' || this.started(worker.spec.name!, worker.id);
    if (worker.type === 'startup' && worker.result === true) return true;
    if (!started) return true;
    if (this.delayed(worker, container)) this.plan(worker);
    else fibers.start(key, this.probe(worker, container));
    return true;
  }

  private of(name: string, type: ProbeType): Worker | undefined {
    return this.workers.get(`${this.patient.pod.metadata.uid}|${name}|${type}`);
  }

  private delayed(worker: Worker, container: Container): boolean {
    return Math.floor((this.station.agenda.now - container.started) / 1000) < (worker.probe.initialDelaySeconds ?? 0);
  }

  /** Asks for the next tick at which the probe can run. */
  private plan(worker: Worker): void {
    const { agenda, fibers } = this.station;
    const container = this.patient.container(worker.spec.name!);
    const period = (worker.probe.periodSeconds ?? 10) * 1000;
    const earliest = Math.max(agenda.now + 1, (container?.started ?? 0) + (worker.probe.initialDelaySeconds ?? 0) * 1000);
    const at = worker.base + Math.max(0, Math.ceil((earliest - worker.base) / period)) * period;
    fibers.poke(worker.key, at - agenda.now);
  }

  private *probe(worker: Worker, container: Container): Steps {
    const { station, patient } = this;
    const { probe, spec, type, key, id } = worker;
    let found: Found = { result: 'success' };
    for (let tries = 0; tries < 3; tries++) {
      found = yield* runProbe(station, key, probe, spec, container, patient.podIP);
      if (found.result !== 'unknown') break;
    }
    if (worker.id !== id || this.workers.get(key) !== worker) return;
    station.note('probe', patient.pod, { container: spec.name, type, ...found });
    const record = patient.recorder(spec);
    if (found.result === 'unknown') record('Warning', 'Unhealthy', `${WORDS[type]} probe errored and resulted in unknown state: ${found.error}`);
    else {
      if (found.result === 'warning') record('Warning', 'ProbeWarning', `${WORDS[type]} probe warning: ${found.output}`);
      if (found.result === 'failure') record('Warning', 'Unhealthy', `${WORDS[type]} probe failed: ${found.output}`);
      this.count(worker, found.result !== 'failure');
      worker.steady = found.result === 'success' && found.steady === true && worker.result === true;
    }
    if (!worker.held && !worker.steady && !(type === 'startup' && worker.result === true)) this.plan(worker);
  }

  private count(worker: Worker, success: boolean): void {
    worker.run = worker.last === success ? worker.run + 1 : 1;
    worker.last = success;
    const enough = success ? (worker.probe.successThreshold ?? 1) : (worker.probe.failureThreshold ?? 3);
    if (worker.run < enough) return;
    const changed = worker.result !== success;
    worker.result = success;
    if ((worker.type === 'liveness' && !success) || worker.type === 'startup') {
      worker.held = true;
      worker.run = 0;
    }
    if (worker.type === 'startup' && success) for (const other of this.workers.values()) if (other.spec === worker.spec && other !== worker) this.plan(other);
    if (changed) this.patient.changed();
  }
}
