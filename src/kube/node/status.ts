/**
 * The status of a Pod as the API shows it, made from what the runtime sees, what probes found and why starts failed.
 * Stands for generateAPIPodStatus and convertToAPIContainerStatuses of pkg/kubelet/kubelet_pods.go.
 * Unlike Kubernetes: resources in the status are those of the spec, never read back from cgroups; nothing is resized in place.
 */
import type { Millis } from '../../sim/clock.ts';
import { rfc3339 } from '../../sim/date.ts';
import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from '../kinds/types.ts';
import { conditionsOf } from './conditions.ts';
import { phaseOf, shouldRun } from './phase.ts';
import { podAmounts, qosClass, restartable } from './qos.ts';
import type { SeenContainer, SeenPod } from './seen.ts';

/** Why a container could not be started the last time: `ErrImagePull` and its message. */
export interface Reason {
  readonly reason: string;
  readonly message: string;
}

/** What the status depends on besides the Pod itself. */
export interface Knowledge {
  readonly seen: SeenPod;
  /** The status that was made last; undefined the first time. */
  readonly old: PodStatus | undefined;
  /** By container name. */
  readonly reasons: ReadonlyMap<string, Reason>;
  /** Startup probe: true when it has none or has succeeded for this container. */
  started(name: string, id: string): boolean;
  /** Readiness probe: true when it has none or has succeeded for this container. */
  ready(name: string, id: string): boolean;
  /** Everything was stopped; nothing will be started again. */
  readonly terminal: boolean;
  readonly isStatic: boolean;
  readonly hostIP: string;
  /** Unix milliseconds at virtual time 0. */
  readonly epoch: number;
  readonly now: Millis;
}

const LOST = { exitCode: 137, reason: 'ContainerStatusUnknown', finishedAt: null as unknown as string, startedAt: null as unknown as string };

function stateOf(c: SeenContainer, epoch: number): ContainerState {
  if (c.state === 'running') return { running: { startedAt: rfc3339(epoch + c.started) } };
  if (c.state === 'created') return { waiting: {} };
  return {
    terminated: {
      exitCode: c.exitCode,
      ...(c.reason ? { reason: c.reason } : {}),
      ...(c.message ? { message: c.message } : {}),
      startedAt: rfc3339(epoch + c.started),
      finishedAt: rfc3339(epoch + c.finished),
      containerID: `containerd://${c.id}`,
    },
  };
}

const mounts = (container: Container): Partial<ContainerStatus> =>
  container.volumeMounts?.length
    ? {
        volumeMounts: container.volumeMounts.map((m) => ({
          mountPath: m.mountPath, name: m.name, ...(m.readOnly ? { readOnly: true, recursiveReadOnly: m.recursiveReadOnly === 'Enabled' ? 'Enabled' : 'Disabled' } : {}),
        })),
      }
    : {};

function statusOf(pod: Pod, container: Container, kind: 'init' | 'main' | 'ephemeral', k: Knowledge): ContainerStatus {
  const name = container.name!;
  const all = k.seen.containers.filter((c) => c.name === name);
  const [current, previous] = all;
  const before = (kind === 'main' ? k.old?.containerStatuses : kind === 'init' ? k.old?.initContainerStatuses : k.old?.ephemeralContainerStatuses)
    ?.find((s) => s.name === name);
  const fallback = (pod.spec?.initContainers?.length ?? 0) > 0 ? 'PodInitializing' : 'ContainerCreating';
  let state: ContainerState = { waiting: { reason: fallback } };
  let lastState: ContainerState = before?.lastState ?? {};
  let restartCount = before?.restartCount ?? 0;
  if (current) {
    state = stateOf(current, k.epoch);
    restartCount = current.attempt;
    if (previous) lastState = stateOf(previous, k.epoch);
    else if (before?.state?.terminated && before.containerID !== `containerd://${current.id}`) lastState = before.state;
  } else if (before?.state?.terminated) {
    state = before.state;
  } else if (before?.state?.running) {
    lastState = before.lastState?.terminated
      ? before.lastState
      : { terminated: { ...LOST, message: 'The container could not be located when the pod was deleted.  The container used to be Running' } };
    if (!pod.metadata.deletionTimestamp) restartCount++;
  }
  const why = k.reasons.get(name);
  const finished = kind === 'init' && current?.state === 'exited' && current.exitCode === 0;
  if (why && !finished && kind !== 'ephemeral' && shouldRun(container, pod, k.seen)) {
    if (state.terminated) lastState = state;
    state = { waiting: { reason: why.reason, ...(why.message ? { message: why.message } : {}) } };
  } else if (why && kind === 'ephemeral' && !current) {
    state = { waiting: { reason: why.reason, ...(why.message ? { message: why.message } : {}) } };
  }
  const running = state.running !== undefined;
  const started = running && k.started(name, current!.id);
  const ready = kind === 'init' && !restartable(container) ? state.terminated?.exitCode === 0 : started && kind !== 'ephemeral' && k.ready(name, current!.id);
  const resources = container.resources ?? {};
  return {
    name,
    image: current?.image ?? container.image ?? '',
    imageID: current?.imageRef ?? '',
    ...(current ? { containerID: `containerd://${current.id}` } : {}),
    state,
    lastState,
    ready,
    restartCount,
    ...(kind === 'ephemeral' ? {} : { started }),
    ...(current && kind !== 'ephemeral'
      ? { resources, ...(Object.keys(resources.requests ?? {}).length ? { allocatedResources: resources.requests as Record<string, string> } : {}) }
      : {}),
    ...(current?.state === 'running' ? { user: { linux: { uid: current.uid, gid: current.gid, supplementalGroups: current.groups } } } : {}),
    ...mounts(container),
  };
}

/** What the status says of the Pod's resources as a whole. */
function whole(pod: Pod): Partial<PodStatus> {
  const requests = podAmounts(pod, 'requests');
  const limits = podAmounts(pod, 'limits');
  const some = (map: Readonly<Record<string, string>>): boolean => Object.keys(map).length > 0;
  return {
    ...(some(requests) ? { allocatedResources: requests } : {}),
    resources: { ...(some(limits) ? { limits } : {}), ...(some(requests) ? { requests } : {}) },
  };
}

/** The new status. */
export function statusFor(pod: Pod, k: Knowledge): PodStatus {
  const spec = pod.spec ?? {};
  const stamp = rfc3339(k.epoch + k.now);
  const old = k.old ?? pod.status;
  const containerStatuses = (spec.containers ?? []).map((c) => statusOf(pod, c, 'main', k)).sort((a, b) => (a.name! < b.name! ? -1 : 1));
  const initContainerStatuses = (spec.initContainers ?? []).map((c) => statusOf(pod, c, 'init', k));
  const ephemeral = (spec.ephemeralContainers ?? []).map((c) => statusOf(pod, c, 'ephemeral', k));
  const statuses = initContainerStatuses.length ? [...initContainerStatuses, ...containerStatuses] : containerStatuses;
  const begun = k.seen.sandbox?.ready === true && (spec.containers ?? []).some((c) => k.seen.containers.some((s) => s.name === c.name));
  const final = [old?.phase, pod.status?.phase].find((phase) => phase === 'Failed' || phase === 'Succeeded');
  const phase = final ?? phaseOf(pod, statuses, k.terminal, begun, k.isStatic);
  const address = spec.hostNetwork ? k.hostIP : (k.seen.addresses[0] ?? old?.podIP);
  const generation = pod.metadata.generation;
  return {
    ...(old?.phase === phase && old.reason ? { reason: old.reason } : {}),
    ...(old?.phase === phase && old.message ? { message: old.message } : {}),
    phase,
    conditions: conditionsOf(pod, statuses, phase, k.seen.sandbox?.ready === true, old?.conditions ?? [], stamp),
    ...(containerStatuses.length ? { containerStatuses } : {}),
    ...(initContainerStatuses.length ? { initContainerStatuses } : {}),
    ...(ephemeral.length ? { ephemeralContainerStatuses: ephemeral } : {}),
    hostIP: k.hostIP,
    hostIPs: [{ ip: k.hostIP }],
    ...(address ? { podIP: address, podIPs: [{ ip: address }] } : {}),
    ...(generation ? { observedGeneration: generation } : {}),
    ...whole(pod),
    qosClass: qosClass(pod),
    startTime: old?.startTime ?? stamp,
  };
}
