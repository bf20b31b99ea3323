/**
 * The time of the change that an update of endpoints answers to: the annotation endpoints.kubernetes.io/last-change-trigger-time.
 * Stands for k8s.io/endpointslice/util/trigger_time_tracker.go.
 */
import { parseRfc3339, rfc3339 } from '../../../sim/date.ts';
import type { Pod, Service } from '../../kinds/types.ts';
import { conditionOf } from '../condition.ts';

export const TRIGGER = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Unix milliseconds since when a Pod is as ready as it is. */
export const changedAt = (pod: Pod): number | undefined => parseRfc3339(conditionOf(pod.status?.conditions, 'Ready')?.lastTransitionTime ?? '');

export class Triggers {
  private readonly seen = new Map<string, { service: number; pods: Map<string, number> }>();

  /** The earliest change since the last call, RFC 3339; undefined when nothing with a time changed. `pods` are names with the times of their changes. */
  next(key: string, service: Service, pods: Iterable<readonly [name: string, at: number | undefined]>): string | undefined {
    const old = this.seen.get(key);
    const now = { service: parseRfc3339(service.metadata.creationTimestamp ?? '') ?? 0, pods: new Map<string, number>() };
    let least = !old || old.service < now.service ? now.service : Infinity;
    for (const [name, at] of pods) {
      if (at === undefined) continue;
      now.pods.set(name, at);
      if (old && at > (old.pods.get(name) ?? 0)) least = Math.min(least, at);
    }
    this.seen.set(key, now);
    return least === Infinity ? undefined : rfc3339(least);
  }

  forget(key: string): void {
    this.seen.delete(key);
  }
}
