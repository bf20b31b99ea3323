/**
 * Ends containers: preStop hook, the stop signal, the grace period, SIGKILL; sidecars after the others, in reverse order.
 * Stands for killContainer and terminationOrdering of pkg/kubelet/kuberuntime.
 */
import type { Millis } from '../../sim/clock.ts';
import type { Container as Spec, Pod } from '../kinds/types.ts';
import { pause, type Steps } from './fiber.ts';
import { runHook } from './handler.ts';
import type { Recorder } from './image-store.ts';
import { restartable } from './qos.ts';
import type { Container } from './runtime.ts';
import { between, type Station } from './station.ts';

/** The runtime gives every container at least so long. */
const LEAST_GRACE = 2;
/** From the end of a process until the runtime says so. */
const NOTICE: readonly [Millis, Millis] = [15, 15];

/** Why a container is killed: a probe may have a grace period of its own. */
export type KillReason = 'startup' | 'liveness' | undefined;

/** Seconds of grace. */
function graceOf(pod: Pod, spec: Spec, why: KillReason): number {
  const asked = pod.metadata.deletionGracePeriodSeconds;
  if (asked !== undefined) return asked;
  const probe = why === 'startup' ? spec.startupProbe : why === 'liveness' ? spec.livenessProbe : undefined;
  return probe?.terminationGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30;
}

/** Runs steps, but not past a virtual time; false when they were not done by then. */
function* within(now: () => Millis, steps: Steps<unknown>, deadline: Millis): Steps<boolean> {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) return true;
      if (now() >= deadline) return false;
      yield typeof step.value === 'number' ? Math.min(step.value, deadline) : deadline;
      if (now() >= deadline) return false;
    }
  } finally {
    steps.return(undefined);
  }
}

export interface KillOptions {
  /** As it is now: its grace may be shortened meanwhile. */
  readonly pod: () => Pod;
  readonly spec: Spec;
  readonly container: Container;
  readonly podIP: string;
  readonly record: Recorder;
  /** Of the Killing event; by default `Stopping container NAME`. */
  readonly message?: string;
  readonly why?: KillReason;
  /** Seconds, instead of what the Pod says. */
  readonly grace?: number;
  /** Containers that are to end before this one gets its signal. */
  readonly after?: readonly Container[];
}

/** Ends one container. `key` is the fiber's; it must be poked when a container of the Pod ends. */
export function* killContainer(station: Station, key: string, options: KillOptions): Steps {
  const { agenda, runtime, random } = station;
  const { pod, spec, container, record } = options;
  const now = (): Millis => agenda.now;
  const allowed = (): number => options.grace ?? graceOf(pod(), spec, options.why);
  let grace = allowed();
  const first = grace;
  record('Normal', 'Killing', options.message ?? `Stopping container ${spec.name}`);
  station.note('stop', pod(), { container: spec.name, id: container.id, grace });
  const hook = spec.lifecycle?.preStop;
  if (hook && grace > 0) {
    const began = now();
    let failed: string | undefined;
    const steps = (function* (): Steps {
      failed = yield* runHook(station, key, hook, pod(), spec, container, options.podIP);
    })();
    yield* within(now, steps, began + grace * 1000);
    if (failed !== undefined) record('Warning', 'FailedPreStopHook', 'PreStopHook failed');
    grace -= Math.floor((now() - began) / 1000);
  }
  const waiting = (): boolean => (options.after ?? []).some((other) => other.state === 'running');
  if (grace > 0 && waiting()) {
    const began = now();
    const until = began + grace * 1000;
    while (waiting() && now() < until) yield until;
    grace -= Math.floor((now() - began) / 1000);
  }
  const began = now();
  const until = (): Millis => began + Math.max(Math.min(grace, grace + allowed() - first), LEAST_GRACE) * 1000;
  if (container.state === 'running') runtime.signal(container, container.config.stopSignal);
  while (container.state === 'running' && now() < until()) yield until();
  if (container.state === 'running') runtime.signal(container, 'SIGKILL');
  while (container.state === 'running') yield;
  yield* pause(now, between(random, ...NOTICE));
}

/** The containers that a sidecar waits for when everything ends: the main ones, and the sidecars after it. */
export function before(pod: Pod, spec: Spec, running: readonly Container[]): readonly Container[] {
  const init = pod.spec?.initContainers ?? [];
  const index = init.findIndex((c) => c.name === spec.name);
  if (index < 0 || !restartable(spec)) return [];
  const names = new Set([...(pod.spec?.containers ?? []), ...init.slice(index + 1).filter(restartable)].map((c) => c.name));
  return running.filter((c) => names.has(c.name));
}
