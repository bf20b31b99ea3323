/**
 * Fields that stay as they were made.
 */
import { alike } from '../../control/alike.ts';
import { IMMUTABLE } from '../faults.ts';
import type { Faults } from '../faults.ts';

/** The field may not differ from what it was. `shown` is what the error shows of it. */
export function checkImmutable(e: Faults, path: string, now: unknown, old: unknown, shown: unknown = now): void {
  if (!alike(now, old)) e.invalid(path, shown, IMMUTABLE);
}
