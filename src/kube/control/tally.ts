/**
 * Counts of a set's Pods that follow every change, so that one Pod's readiness does not mean a walk over all of them.
 * Stands for nothing in Kubernetes, which counts anew each time.
 */
import type { KubeObject } from '../api/wire.ts';
import type { Pod } from '../kinds/types.ts';
import { controllerOf } from './owner.ts';
import { isActive, isReady, isTerminating } from './pods.ts';
import { holds, matches, type Labels } from './selector.ts';

/** How many Pods there are of each sort. */
export interface Counts {
  active: number;
  ready: number;
  /** With all labels of the template. */
  full: number;
  terminating: number;
  /** Controlled by the set, but not what its selector means. */
  stray: number;
}

/** What the Pods of a set are held against. */
export interface Measure {
  readonly uid: string;
  readonly generation: number;
  readonly selector: unknown;
  readonly labels: Labels;
}

interface Entry extends Counts {
  readonly measure: Measure;
}

function count(entry: Entry, pod: Pod, by: 1 | -1): void {
  const { labels } = pod.metadata;
  const { measure } = entry;
  if (!matches(measure.selector, labels)) entry.stray += by;
  else if (isTerminating(pod)) entry.terminating += by;
  if (!isActive(pod)) return;
  entry.active += by;
  if (holds(measure.labels, labels)) entry.full += by;
  if (isReady(pod)) entry.ready += by;
}

export class Tally {
  private readonly entries = new Map<string, Entry>();

  /** Takes note of what a watch saw. */
  note(before: KubeObject | undefined, now: KubeObject | undefined): void {
    if (before) this.move(before as Pod, -1);
    if (now) this.move(now as Pod, 1);
  }

  private move(pod: Pod, by: 1 | -1): void {
    if (!this.entries.size) return;
    const owner = controllerOf(pod);
    const entry = owner && this.entries.get(`${pod.metadata.namespace}/${owner.name}`);
    if (entry && entry.measure.uid === owner.uid) count(entry, pod, by);
  }

  /** The counts of a set; undefined when they are not known for what it is now. */
  of(key: string, { uid, generation }: Pick<Measure, 'uid' | 'generation'>): Counts | undefined {
    const entry = this.entries.get(key);
    return entry?.measure.uid === uid && entry.measure.generation === generation ? entry : undefined;
  }

  /** Counts a set's Pods once and follows them from now on. */
  begin(key: string, measure: Measure, pods: readonly Pod[]): void {
    const entry: Entry = { measure, active: 0, ready: 0, full: 0, terminating: 0, stray: 0 };
    for (const pod of pods) count(entry, pod, 1);
    this.entries.set(key, entry);
  }

  /** Follows a set no longer. */
  end(key: string): void {
    this.entries.delete(key);
  }
}
