/**
 * The columns of Pods: what READY, STATUS and RESTARTS say about the containers (printPod of pkg/printers/internalversion/printers.go).
 */
import { parseRfc3339 } from '../../sim/date.ts';
import type { Column, Moment } from '../api/kind.ts';
import { AGE, col, NAME, wide } from './define.ts';
import type { Container, ContainerStatus, Pod } from './types.ts';

/** What one line of the table says about a Pod. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** RFC 3339 of the end of the container that ended last, if one restarted. */
  readonly restarted: string | undefined;
}

const isTrue = (pod: Pod, type: string): boolean => pod.status?.conditions?.find((c) => c.type === type)?.status === 'True';
const sidecar = (container: Container | undefined): boolean => container?.restartPolicy === 'Always';

class Restarts {
  count = 0;
  last: string | undefined;
  add(status: ContainerStatus): void {
    this.count += status.restartCount ?? 0;
    const end = status.lastState?.terminated?.finishedAt;
    if (end && (parseRfc3339(end) ?? 0) > (this.last ? parseRfc3339(this.last)! : 0)) this.last = end;
  }
}

function ended(status: ContainerStatus): string {
  const { reason, signal, exitCode } = status.state!.terminated!;
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`);
}

/** The counts and the word of a Pod's line. */
export function summary(pod: Pod): PodSummary {
  const { spec = {}, status = {} } = pod;
  const inits = spec.initContainers ?? [];
  const specs = new Map(inits.map((c) => [c.name, c]));
  const total = (spec.containers?.length ?? 0) + inits.filter(sidecar).length;
  let reason = status.reason || status.phase || '';
  if (status.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')) reason = 'SchedulingGated';
  let ready = 0;
  let all = new Restarts();
  const sidecars = new Restarts();
  let initialising = false;
  for (const [i, c] of (status.initContainerStatuses ?? []).entries()) {
    all.add(c);
    const stays = sidecar(specs.get(c.name));
    if (stays) sidecars.add(c);
    const { terminated, waiting } = c.state ?? {};
    if (terminated && !terminated.exitCode) continue;
    if (stays && c.started) {
      if (c.ready) ready++;
      continue;
    }
    initialising = true;
    if (terminated) reason = `Init:${ended(c)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') reason = `Init:${waiting.reason}`;
    else reason = `Init:${i}/${inits.length}`;
    break;
  }
  if (!initialising || isTrue(pod, 'Initialized')) {
    all = sidecars;
    let running = false;
    let failure = '';
    for (const c of [...(status.containerStatuses ?? [])].reverse()) {
      all.add(c);
      const { terminated, waiting } = c.state ?? {};
      if (waiting?.reason) reason = waiting.reason;
      else if (terminated) {
        reason = ended(c);
        if (terminated.exitCode) failure = reason;
      } else if (c.ready && c.state?.running) {
        running = true;
        ready++;
      }
    }
    if (reason === 'Completed') {
      if (running && isTrue(pod, 'Ready')) reason = 'Running';
      else if (failure) reason = failure;
      else if (running) reason = 'NotReady';
    }
  }
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') reason = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') reason = 'Terminating';
  }
  return { ready, total, reason, restarts: all.count, restarted: all.last };
}

const summaries = new WeakMap<Pod, PodSummary>();
function line(pod: Pod): PodSummary {
  let found = summaries.get(pod);
  if (!found) summaries.set(pod, (found = summary(pod)));
  return found;
}

function restarts(pod: Pod, at: Moment): string {
  const { restarts: count, restarted } = line(pod);
  return count && restarted ? `${count} (${at.age(restarted)} ago)` : String(count);
}

function gates(pod: Pod): string {
  const wanted = pod.spec?.readinessGates ?? [];
  return wanted.length === 0 ? '<none>' : `${wanted.filter((gate) => isTrue(pod, gate.conditionType ?? '')).length}/${wanted.length}`;
}

/** Columns of `kubectl get pods`. */
export const podColumns: readonly Column<Pod>[] = [
  NAME,
  col('Ready', (pod) => `${line(pod).ready}/${line(pod).total}`),
  col('Status', (pod) => line(pod).reason),
  col('Restarts', restarts),
  AGE,
  wide('IP', (pod) => pod.status?.podIPs?.[0]?.ip || '<none>'),
  wide('Node', (pod) => pod.spec?.nodeName || '<none>'),
  wide('Nominated Node', (pod) => pod.status?.nominatedNodeName || '<none>'),
  wide('Readiness Gates', gates),
];
