/**
 * The phase of a Pod as it follows from its containers, and whether a container is to be started again.
 * Stands for getPhase of pkg/kubelet/kubelet_pods.go and ContainerShouldRestart; restart rules are those of 1.36.
 */
import type { Container, ContainerStatus, Pod, PodSpec } from '../kinds/types.ts';
import { restartable } from './qos.ts';
import { latest, type SeenPod } from './seen.ts';

/** Whether a container that ended with `exitCode` is started again, by its own rules and policy or the Pod's policy. */
export function restarts(container: Container, spec: PodSpec | undefined, exitCode: number): boolean {
  for (const rule of container.restartPolicyRules ?? []) {
    const within = (rule.exitCodes?.values ?? []).includes(exitCode);
    if (rule.action === 'Restart' && rule.exitCodes && within === (rule.exitCodes.operator === 'In')) return true;
  }
  const policy = container.restartPolicy ?? spec?.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Whether the runtime should start (another instance of) this container now, as far as the Pod's spec goes. */
export function shouldRun(container: Container, pod: Pod, seen: SeenPod): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  const last = latest(seen, container.name);
  if (!last || last.state === 'created') return true;
  return last.state !== 'running' && restarts(container, pod.spec, last.exitCode);
}

/** `Pending`, `Running`, `Succeeded` or `Failed`. `terminal`: nothing will be started again; `initialized`: main containers have begun. */
export function phaseOf(pod: Pod, statuses: readonly ContainerStatus[], terminal: boolean, initialized: boolean, isStatic: boolean): string {
  const spec = pod.spec;
  const byName = new Map(statuses.map((status) => [status.name, status]));
  let waitingInit = 0;
  let waitingSidecars = 0;
  let running = 0;
  let waiting = 0;
  let unknown = 0;
  let stopped = 0;
  let succeeded = 0;
  let final = 0;
  for (const container of spec?.initContainers ?? []) {
    const status = byName.get(container.name);
    const state = status?.state;
    const last = status?.lastState?.terminated;
    if (restartable(container)) {
      if (!status) unknown++;
      else if (state?.running) {
        if (!status.started) waitingSidecars++;
        running++;
      } else if (state?.waiting && !last) {
        waitingSidecars++;
        waiting++;
      }
      continue;
    }
    const ended = state?.terminated ?? (state?.waiting ? last : undefined);
    if (!ended) waitingInit++;
    else if (ended.exitCode !== 0 && !restarts(container, spec, ended.exitCode ?? 0)) return 'Failed';
  }
  for (const container of spec?.containers ?? []) {
    const status = byName.get(container.name);
    const state = status?.state;
    if (!status) unknown++;
    else if (state?.running) running++;
    else {
      const ended = state?.terminated ?? status.lastState?.terminated;
      if (!ended) {
        waiting++;
        continue;
      }
      stopped++;
      if (!restarts(container, spec, ended.exitCode ?? 0)) final++;
      if (state?.terminated && ended.exitCode === 0) succeeded++;
    }
  }
  if (waitingInit > 0 || (waitingSidecars > 0 && !initialized) || waiting > 0) return 'Pending';
  if (running > 0 && unknown === 0) return 'Running';
  if (running > 0 || stopped === 0 || unknown > 0) return 'Pending';
  const outcome = stopped === succeeded ? 'Succeeded' : 'Failed';
  if (terminal && !isStatic) return outcome;
  return stopped === final ? outcome : 'Running';
}
