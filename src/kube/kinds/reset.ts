/**
 * What most kinds do before an object is written: clients write the spec, controllers the status.
 */
import type { Draft } from '../api/kind.ts';
import type { KubeObject } from '../api/wire.ts';

/** A new object starts with `fresh` as its status; an update keeps the status that stands. */
export function resetStatus(draft: Draft, old: KubeObject | undefined, fresh: Draft = {}): void {
  if (!old) draft.status = fresh;
  else if (old.status === undefined) delete draft.status;
  else draft.status = old.status;
}

/** For kinds whose only preparation is that. */
export const statusOnly = (draft: Draft, old: KubeObject | undefined): void => resetStatus(draft, old);
