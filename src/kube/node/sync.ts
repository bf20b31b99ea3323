/**
 * One look at a Pod that is to run: volumes, sandbox, what is to be killed and started.
 * Stands for syncPod of pkg/kubelet and SyncPod of pkg/kubelet/kuberuntime.
 */
import type { Millis } from '../../sim/clock.ts';
import type { Container as Spec, Pod } from '../kinds/types.ts';
import { actionsFor } from './actions.ts';
import type { Steps } from './fiber.ts';
import { goDuration } from './go-duration.ts';
import { before, killContainer, type KillReason } from './kill.ts';
import type { PodState } from './pod-state.ts';
import { restartable } from './qos.ts';
import type { Container } from './runtime.ts';
import { startSandbox, stopSandbox } from './sandbox.ts';
import { startContainer, type Setting } from './start.ts';
import { formatPod } from './station.ts';
import type { Reason } from './status.ts';

/** What came of a look. */
export interface Outcome {
  /** The Pod has ended by itself. */
  readonly terminal: boolean;
  /** Something failed: look again, not before `retry` if that is known. */
  readonly failed: boolean;
  readonly retry?: Millis;
  /** Something was started or ended: look what became of it. */
  readonly worked: boolean;
}

const POLL: Millis = 300;
const MOUNT: Millis = 100;
const PATIENCE: Millis = 123_000;
const FIRST_RETRY: Millis = 500;
const LAST_RETRY: Millis = 122_000;

/** Waits for the volumes; false when they are not there in time, or the Pod is being deleted. */
function* mountVolumes(state: PodState): Steps<boolean> {
  const { station, volumes } = state;
  const { agenda } = station;
  if (volumes.ready(state.pod)) return true;
  const record = state.recorder();
  const began = agenda.now;
  let retry = began + MOUNT;
  let wait = FIRST_RETRY;
  for (;;) {
    if (agenda.now >= retry) {
      const failed = volumes.setUp(state.pod, state.surroundings, agenda.now);
      for (const { volume, why } of failed) record('Warning', 'FailedMount', `MountVolume.SetUp failed for volume "${volume}" : ${why}`);
      retry = agenda.now + wait;
      wait = Math.min(2 * wait, LAST_RETRY);
      if (failed.length === 0) {
        const done = began + Math.ceil((agenda.now - began) / POLL) * POLL;
        while (agenda.now < done) yield done;
        return true;
      }
    }
    if (state.pod.metadata.deletionTimestamp) return false;
    if (agenda.now - began >= PATIENCE) {
      const missing = (state.pod.spec?.volumes ?? []).map((v) => v.name).join(' ');
      const rest = 'unattached volumes=[], failed to process volumes=[]: context deadline exceeded';
      record('Warning', 'FailedMount', `Unable to attach or mount volumes: unmounted volumes=[${missing}], ${rest}`);
      return false;
    }
    yield Math.min(retry, began + PATIENCE);
  }
}

/** Ends one container of a Pod, as part of a longer work. `key` is the fiber's. */
export function kill(
  state: PodState, key: string, container: Container, options: { message?: string; why?: KillReason; grace?: number; after?: readonly Container[] } = {},
): Steps {
  const spec = state.spec(container.name) ?? { name: container.name };
  return killContainer(state.station, key, { pod: () => state.pod, spec, container, podIP: state.podIP ?? state.station.address, record: state.recorder(spec), ...options });
}

/** Ends all containers at the same time, sidecars in their order, then the sandbox. */
export function* killAll(state: PodState, grace?: number): Steps {
  const { fibers } = state.station;
  const running = state.containers.filter((c) => c.state === 'running');
  let left = running.length;
  for (const container of running) {
    const key = `${state.uid}!${container.id}`;
    const spec = state.spec(container.name);
    const after = spec && (state.pod.spec?.initContainers ?? []).some(restartable) ? before(state.pod, spec, running) : [];
    const steps = (function* (): Steps {
      yield* kill(state, key, container, { after, ...(grace !== undefined && { grace }) });
      left--;
      fibers.poke(state.uid);
    })();
    fibers.start(key, steps);
  }
  while (left > 0) yield;
  yield* stopSandbox(state);
}

/** Whether a container that has ended is still to wait before its next start; then why, and until when. */
function waitingFor(state: PodState, spec: Spec, ends: ReadonlyMap<string, Millis>): { reason: Reason; until: Millis } | undefined {
  const ended = ends.get(spec.name!);
  if (ended === undefined) return undefined;
  const { now } = state.station.agenda;
  const backoff = state.backoff(spec);
  if (!backoff.waiting(ended, now)) {
    backoff.next(ended, now);
    return undefined;
  }
  const pod = formatPod(state.pod);
  state.recorder(spec)('Warning', 'BackOff', `Back-off restarting failed container ${spec.name} in pod ${pod}`);
  const message = `back-off ${goDuration(backoff.pause)} restarting failed container=${spec.name} pod=${pod}`;
  return { reason: { reason: 'CrashLoopBackOff', message }, until: ended + backoff.pause };
}

/** Looks at a Pod and does what is to be done. */
export function* syncPod(state: PodState, kubeletStarted: Millis, ended: (container: Container) => void): Steps<Outcome> {
  const { station, prober } = state;
  const key = state.uid;
  const status = state.makeStatus(false);
  state.setStatus(status);
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return { terminal: true, failed: false, worked: false };
  if (!(yield* mountVolumes(state))) return { terminal: false, failed: true, worked: false };
  state.volumes.refresh(state.pod, state.surroundings, station.agenda.now);
  prober.add(state.pod, kubeletStarted);
  const actions = actionsFor(state.pod, state.seen, {
    startup: (id) => prober.result('startup', id),
    liveness: (id) => prober.result('liveness', id),
    changed: (spec, running) => (running as Container).config.requested !== spec.image,
  });
  // Who had ended when the look began: a container killed in this look starts again at once.
  const ends = new Map<string, Millis>();
  for (const c of state.containers) if (c.state === 'exited' && !ends.has(c.name)) ends.set(c.name, c.finished);
  let failed = false;
  let retry: Millis | undefined;
  let worked = actions.kill.length > 0;
  if (actions.killPod) {
    yield* killAll(state);
    if (actions.createSandbox) state.containers = state.containers.filter((c) => !(state.pod.spec?.initContainers ?? []).some((i) => i.name === c.name));
  } else {
    for (const { id, message, why } of actions.kill) {
      const container = state.containers.find((c) => c.id === id);
      if (container?.state === 'running') yield* kill(state, key, container, { message, why: why === 'changed' ? undefined : why });
    }
  }
  if (actions.createSandbox) {
    worked = true;
    if ((yield* startSandbox(state)) !== undefined) return { terminal: false, failed: true, worked: false };
    state.sandboxReady();
  }
  if (!state.sandbox?.ready) return { terminal: false, failed, worked };
  const setting = settingOf(state, ended);
  const start = function* (spec: Spec): Steps<boolean> {
    const waiting = waitingFor(state, spec, ends);
    const before = state.latest(spec.name);
    const reason = waiting ? waiting.reason : yield* startContainer(station, key, setting, spec);
    if (state.latest(spec.name) !== before) worked = true;
    if (waiting && (retry === undefined || waiting.until < retry)) retry = waiting.until;
    state.setReason(spec.name!, reason);
    if (reason) failed = true;
    return reason === undefined;
  };
  for (const spec of actions.ephemeral) yield* start(spec);
  for (const spec of actions.init) if (!(yield* start(spec)) && !restartable(spec)) return { terminal: false, failed, worked, ...(retry !== undefined && { retry }) };
  for (const spec of actions.main) yield* start(spec);
  return { terminal: false, failed, worked, ...(retry !== undefined && { retry }) };
}

function settingOf(state: PodState, ended: (container: Container) => void): Setting {
  const { pod } = state;
  return {
    pod: pod as Pod,
    sandbox: state.sandbox!,
    volumes: state.volumes,
    files: state.podFiles(),
    podIP: state.pod.spec?.hostNetwork ? state.station.address : state.sandbox!.address,
    container: (name) => state.latest(name),
    recorder: (spec) => state.recorder(spec),
    keep(container) {
      state.containers.unshift(container);
      state.prune();
    },
    started: (container) => state.prober.renew(container.name, container.id),
    ended,
    kill: (container, message) => kill(state, state.uid, container, { message }),
  };
}
