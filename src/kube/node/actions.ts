/**
 * What is to be done so that a Pod becomes as its spec says: a new sandbox, containers to kill, to start, or the end.
 * Stands for computePodActions and computeInitContainerActions of pkg/kubelet/kuberuntime.
 * Unlike Kubernetes: no resizing in place, no RestartAllContainers rules.
 */
import type { Container, Pod } from '../kinds/types.ts';
import { shouldRun } from './phase.ts';
import { restartable } from './qos.ts';
import { latest, type SeenContainer, type SeenPod } from './seen.ts';

/** A container to be killed before the Pod goes on. */
export interface Kill {
  readonly container: Container;
  readonly id: string;
  /** Of its Killing event. */
  readonly message: string;
  readonly why: 'startup' | 'liveness' | 'changed';
}

export interface Actions {
  /** Everything ends: nothing is to be started any more, or a new sandbox is needed. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  readonly kill: readonly Kill[];
  readonly ephemeral: readonly Container[];
  readonly init: readonly Container[];
  readonly main: readonly Container[];
}

/** What probes say of a running container; undefined: nothing yet. */
export interface ProbeResults {
  startup(id: string): boolean | undefined;
  liveness(id: string): boolean | undefined;
  /** Whether a running container's image or definition is not the one it was started with. */
  changed(container: Container, running: SeenContainer): boolean;
}

const NOTHING = { killPod: false, createSandbox: false, kill: [], ephemeral: [], init: [], main: [] };

const restartsOnFailure = (pod: Pod): boolean => pod.spec?.restartPolicy !== 'Never';

/** The next step of initialization. */
function initActions(pod: Pod, seen: SeenPod, probes: ProbeResults): { done: boolean; failed: boolean; start: Container[]; kill: Kill[] } {
  const all = pod.spec?.initContainers ?? [];
  const start: Container[] = [];
  const kill: Kill[] = [];
  if (all.length === 0) return { done: true, failed: false, start, kill };
  let done = (pod.spec?.containers ?? []).some((c) => ['created', 'running'].includes(latest(seen, c.name)?.state ?? ''));
  let before = done;
  for (let i = all.length - 1; i >= 0; i--) {
    const container = all[i]!;
    const last = latest(seen, container.name);
    const sidecar = restartable(container);
    if (!last) {
      if (before && sidecar) start.push(container);
      continue;
    }
    if (before && !sidecar) continue;
    const wasBefore = before;
    before = true;
    const first = (): void => {
      if (i === all.length - 1) done = true;
      else if (!wasBefore) start.push(all[i + 1]!);
    };
    const end = (message: string, why: Kill['why']): void => {
      kill.push({ container, id: last.id, message: `Init container ${container.name} ${message}`, why });
      start.push(container);
    };
    if (last.state === 'created') start.push(container);
    else if (last.state === 'running') {
      if (!sidecar) continue;
      if (container.startupProbe) {
        const startup = probes.startup(last.id);
        if (startup === false) end('failed startup probe', 'startup');
        if (startup !== true) continue;
      }
      first();
      if (probes.changed(container, last)) end('definition changed', 'changed');
      else if (container.livenessProbe && probes.liveness(last.id) === false) end('failed liveness probe', 'liveness');
    } else if (sidecar) start.push(container);
    else if (last.exitCode !== 0) {
      if (!shouldRun(container, pod, seen)) return { done: false, failed: true, start: [], kill };
      start.push(container);
    } else first();
  }
  if (!before) start.push(all[0]!);
  return { done, failed: false, start: start.reverse(), kill };
}

/** What to do now. */
export function actionsFor(pod: Pod, seen: SeenPod, probes: ProbeResults): Actions {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec ?? {};
  if (!seen.sandbox?.ready) {
    if (!restartsOnFailure(pod) && seen.sandbox && seen.containers.length > 0) return { ...NOTHING, killPod: true };
    const done = (c: Container): boolean => {
      const last = latest(seen, c.name);
      return (c.restartPolicy ?? pod.spec?.restartPolicy) === 'OnFailure' && last?.state === 'exited' && last.exitCode === 0;
    };
    const main = containers.filter((c) => !done(c));
    if (main.length === 0 && seen.containers.length > 0) return { ...NOTHING, killPod: true };
    return { ...NOTHING, killPod: true, createSandbox: true, init: initContainers.slice(0, 1), main: initContainers.length ? [] : main };
  }
  const ephemeral = ephemeralContainers.filter((c) => !latest(seen, c.name)) as readonly Container[];
  const init = initActions(pod, seen, probes);
  if (init.failed) return { ...NOTHING, killPod: true, ephemeral };
  if (!init.done) return { ...NOTHING, kill: init.kill, ephemeral, init: init.start };
  const main: Container[] = [];
  const kill = [...init.kill];
  let kept = 0;
  for (const container of containers) {
    const last = latest(seen, container.name);
    if (last?.state !== 'running') {
      if (shouldRun(container, pod, seen)) main.push(container);
      continue;
    }
    const policy = container.restartPolicy ?? pod.spec?.restartPolicy;
    let restart = policy !== 'Never';
    let message: string | undefined;
    let why: Kill['why'] = 'changed';
    if (probes.changed(container, last)) {
      message = `Container ${container.name} definition changed`;
      restart = true;
    } else if (probes.liveness(last.id) === false) {
      message = `Container ${container.name} failed liveness probe`;
      why = 'liveness';
    } else if (probes.startup(last.id) === false) {
      message = `Container ${container.name} failed startup probe`;
      why = 'startup';
    }
    if (message === undefined) {
      kept++;
      continue;
    }
    if (restart) main.push(container);
    kill.push({ container, id: last.id, message: restart ? `${message}, will be restarted` : message, why });
  }
  if (kept === 0 && main.length === 0) return { ...NOTHING, killPod: true, ephemeral };
  return { killPod: false, createSandbox: false, kill, ephemeral, init: init.start, main };
}
