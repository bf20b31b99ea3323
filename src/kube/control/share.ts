/**
 * Numbers that may be written as a percentage of a whole: maxSurge, maxUnavailable, minAvailable.
 * Stands for apimachinery's intstr.GetScaledValueFromIntOrPercent.
 */

/** `value` itself, or its share of `whole` (0 to n), rounded up or down; 0 when it is missing or no number. */
export function share(value: number | string | undefined, whole: number, up: boolean): number {
  if (typeof value === 'number') return value;
  const m = /^(\d+)%$/.exec(value ?? '');
  if (!m) return 0;
  const part = (Number(m[1]) * whole) / 100;
  return up ? Math.ceil(part) : Math.floor(part);
}

/** maxSurge and maxUnavailable of a roll-out: never both zero, or nothing would move. */
export function fenceposts(maxSurge: number | string | undefined, maxUnavailable: number | string | undefined, desired: number): { surge: number; unavailable: number } {
  const surge = share(maxSurge, desired, true);
  const unavailable = share(maxUnavailable, desired, false);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}
