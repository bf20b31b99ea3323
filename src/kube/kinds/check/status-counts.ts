/**
 * Numbers in the status of what keeps Pods running: none below zero, none above what it is a part of.
 */
import type { Faults } from '../faults.ts';

type Counts = Readonly<Record<string, unknown>>;

const numberOf = (status: Counts, field: string): number => (typeof status[field] === 'number' ? status[field] : 0);

interface Rules {
  /** Fields that are no less than zero, in the order in which the server looks at them. */
  readonly counts: readonly string[];
  /** Those that are no more than `replicas`. */
  readonly within?: readonly string[];
  /** How an error names the ready ones. */
  readonly ready?: string;
}

/** Looks at the numbers of a new status beside the old one. */
export function checkCounts(e: Faults, now: object | undefined, before: object | undefined, { counts, within = [], ready }: Rules): void {
  const status = (now ?? {}) as Counts;
  for (const field of counts) e.nonNegative(`status.${field}`, numberOf(status, field));
  for (const field of within) if (numberOf(status, field) > numberOf(status, 'replicas')) e.invalid(`status.${field}`, numberOf(status, field), 'cannot be greater than status.replicas');
  const available = numberOf(status, 'availableReplicas');
  if (ready && available > numberOf(status, 'readyReplicas')) e.invalid('status.availableReplicas', available, `cannot be greater than ${ready}`);
  const collisions = numberOf(status, 'collisionCount');
  if (counts.includes('collisionCount') && collisions < numberOf((before ?? {}) as Counts, 'collisionCount')) e.invalid('status.collisionCount', collisions, 'cannot be decremented');
}
