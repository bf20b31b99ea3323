/**
 * Writes down what is checked of a kind: the whole object, its status after a write to it, and what is only warned of.
 */
import type { KubeObject } from '../../api/wire.ts';
import { Faults } from '../faults.ts';
import type { Checks } from '../late.ts';

interface Rules<T extends KubeObject> {
  /** `old` is missing for a new object. */
  check?(e: Faults, now: T, old: T | undefined): void;
  status?(e: Faults, now: T, old: T): void;
  warn?(now: T, old: T | undefined): readonly string[];
}

/** The checks of a kind whose objects are `T`. */
export const rules = <T extends KubeObject>({ check, status, warn }: Rules<T>): Checks => {
  const checks: Checks = {
    ...(check && {
      validate(now, old) {
        const e = new Faults();
        check(e, now as unknown as T, old as unknown as T | undefined);
        return e.all;
      },
    }),
    ...(status && {
      validateStatus(now, old) {
        const e = new Faults();
        status(e, now as unknown as T, old as unknown as T);
        return e.all;
      },
    }),
    ...(warn && { warnings: (now, old) => warn(now as unknown as T, old as unknown as T | undefined) }),
  };
  return checks;
};
