/**
 * Writes down what is checked of a kind: the whole object, its status after a write to it, and what is only warned of.
 */
import type { KubeObject } from '../../api/wire.ts';
import { Faults } from '../faults.ts';
import type { Checks } from '../late.ts';

interface Rules<T extends KubeObject> {
  /** Kinds whose finalizers may have any name. */
  readonly anyFinalizer?: boolean;
  /** `old` is missing for a new object; `part` is the subresource that the update came through. */
  check?(e: Faults, now: T, old: T | undefined, part: string | undefined): void;
  status?(e: Faults, now: T, old: T): void;
  warn?(now: T, old: T | undefined): readonly string[];
}

const FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** Finalizers without a domain are the server's own. */
function checkFinalizers(e: Faults, { metadata }: KubeObject): void {
  for (const [i, name] of (metadata.finalizers ?? []).entries()) {
    if (!name.includes('/') && !FINALIZERS.includes(name)) e.invalid(`metadata.finalizers[${i}]`, name, 'name is neither a standard finalizer name nor is it fully qualified');
  }
}

/** The checks of a kind whose objects are `T`. */
export const rules = <T extends KubeObject>({ anyFinalizer = false, check, status, warn }: Rules<T>): Checks => {
  const checks: Checks = {
    ...(!anyFinalizer || check ? {
      validate(now, old, { subresource }) {
        const e = new Faults();
        if (!anyFinalizer) checkFinalizers(e, now);
        check?.(e, now as unknown as T, old as unknown as T | undefined, subresource);
        return e.all;
      },
    } : {}),
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
