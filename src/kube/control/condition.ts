/**
 * Lists of conditions: find one, set one, take one out, with the rules about times that most controllers share.
 */

/** The common part of all kinds of conditions. */
export interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** The condition of that type. */
export function conditionOf<C extends Condition>(conditions: readonly C[] | undefined, type: string): C | undefined {
  if (conditions) for (const condition of conditions) if (condition.type === type) return condition;
  return undefined;
}

/** Is the condition of that type True? */
export const isTrue = (conditions: readonly Condition[] | undefined, type: string): boolean => conditionOf(conditions, type)?.status === 'True';

/** All but that type. */
export const withoutCondition = <C extends Condition>(conditions: readonly C[] | undefined, type: string): readonly C[] => (conditions ?? []).filter((c) => c.type !== type);

/**
 * Puts a condition at the end in place of the old one of its type; the same status and reason leave the list as it is,
 * the same status keeps the time of the last transition. The workload controllers do it so.
 */
export function putCondition<C extends Condition>(conditions: readonly C[] | undefined, condition: C): readonly C[] {
  const old = conditionOf(conditions, condition.type!);
  if (old && old.status === condition.status && old.reason === condition.reason) return conditions!;
  const kept = old && old.status === condition.status ? { ...condition, lastTransitionTime: old.lastTransitionTime } : condition;
  return [...withoutCondition(conditions, condition.type!), kept];
}

/**
 * Writes a condition where the old one of its type stands, and moves the transition time only when the status changes.
 * Stands for apimachinery's meta.SetStatusCondition.
 */
export function setCondition<C extends Condition>(conditions: readonly C[] | undefined, condition: C): readonly C[] {
  const old = conditionOf(conditions, condition.type!);
  if (!old) return [...(conditions ?? []), condition];
  const next = old.status === condition.status ? { ...condition, lastTransitionTime: old.lastTransitionTime } : condition;
  return conditions!.map((c) => (c === old ? next : c));
}
