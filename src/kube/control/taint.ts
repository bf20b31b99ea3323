/**
 * Taints of nodes and what tolerates them.
 * Stands for component-helpers' scheduling/corev1 helpers.
 */
import type { Taint, Toleration } from '../kinds/types.ts';

/** Does this toleration bear that taint? */
export function tolerates({ effect, key, operator = 'Equal', value = '' }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (!key && operator !== 'Exists') return false;
  return operator === 'Exists' || (operator === 'Equal' && value === (taint.value ?? ''));
}

/** The first taint with one of these effects that nothing tolerates. */
export const untolerated = (taints: readonly Taint[] | undefined, tolerations: readonly Toleration[] | undefined, effects: readonly string[]): Taint | undefined =>
  taints?.find((taint) => effects.includes(taint.effect!) && !tolerations?.some((t) => tolerates(t, taint)));

/** Taints with the same key and effect are the same taint. */
export const sameTaint = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

/** `node.kubernetes.io/not-ready` and its like. */
export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
export const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
