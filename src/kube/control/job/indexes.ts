/**
 * Completion indexes: sets of numbers as Jobs write them (`0-2,4`), and the index of a Pod.
 * Stands for pkg/controller/job/indexed_job_utils.go.
 */
import type { Job, Pod } from '../../kinds/types.ts';

export const INDEX = 'batch.kubernetes.io/job-completion-index';
/** How often Pods of this index have failed before. */
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';

export const isIndexed = ({ spec }: Job): boolean => spec?.completionMode === 'Indexed';

/** -1 for a Pod without one. */
export function indexOf(pod: Pod): number {
  const text = pod.metadata.annotations?.[INDEX];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : -1;
}

/** Reads `0-2,4`, leaving out what is not below `completions`. */
export function readIndexes(text: string | undefined, completions: number): Set<number> {
  const out = new Set<number>();
  for (const part of (text ?? '').split(',')) {
    const m = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (m) for (let i = Number(m[1]); i <= Math.min(Number(m[2] ?? m[1]), completions - 1); i++) out.add(i);
  }
  return out;
}

/** Writes indexes as intervals; two neighbours stay apart by a comma, as Kubernetes has it. */
export function writeIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length;) {
    let j = i;
    while (j + 1 < sorted.length && sorted[j + 1] === sorted[j]! + 1) j++;
    parts.push(j === i ? `${sorted[i]}` : j === i + 1 ? `${sorted[i]},${sorted[j]}` : `${sorted[i]}-${sorted[j]}`);
    i = j + 1;
  }
  return parts.join(',');
}

/** The first `count` indexes that nobody works on and that are not done. */
export function pendingIndexes(count: number, completions: number, taken: ReadonlySet<number>): readonly number[] {
  const out: number[] = [];
  for (let i = 0; i < completions && out.length < count; i++) if (!taken.has(i)) out.push(i);
  return out;
}
