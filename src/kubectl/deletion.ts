/**
 * What deleting commands share: --cascade, grace periods, and waiting until an object is gone.
 * Stands for kubectl's delete flags and the wait for deletion of kubectl wait.
 */
import type { KubeObject, WatchEvent } from '../kube/api/wire.ts';
import type { Running } from '../machine/process.ts';
import type { Kubectl } from './command.ts';
import { CliError, isNotFound } from './errors.ts';
import { infoName, pathOf, type Info } from './resources.ts';
import { eachEvent } from './watch.ts';
import type { DeleteOptions } from './write.ts';

/** --cascade as a propagation policy. Throws CliError. */
export function cascade(k: Kubectl): string {
  const given = k.flags.text('cascade');
  const named: Record<string, string> = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' };
  if (Object.hasOwn(named, given)) return named[given]!;
  const yes = ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(given);
  if (!yes && !['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(given)) throw new CliError(`invalid cascade value (${given}). Must be "background", "foreground", or "orphan"`);
  const instead = yes ? 'background' : 'orphan';
  k.err(`warning: --cascade=${given} is deprecated (boolean value) and can be replaced with --cascade=${instead}.\n`);
  return named[instead]!;
}

/** The options of a deletion; a negative grace period is none. */
export const deleteOptions = (propagationPolicy: string, grace: number): DeleteOptions => ({ ...(grace >= 0 && { gracePeriodSeconds: grace }), propagationPolicy });

/** Nobody waits longer than a week. */
export const WEEK = 168 * 3_600_000;

export const timedOut = (info: Info): CliError => new CliError(`timed out waiting for the condition on ${infoName(info)}`);

/** Waits until an object is gone, or another one has its name; `timeout` in milliseconds. Throws CliError when it stays. */
export function* waitGone(k: Kubectl, info: Info, uid: string | undefined, timeout: number): Running<KubeObject | undefined> {
  if (info.name === '') throw new CliError('resource name must be provided');
  let object: KubeObject;
  try {
    object = yield* k.client.object({ path: pathOf(info.mapping, info.namespace, info.name) });
  } catch (error) {
    if (isNotFound(error)) return info.object;
    throw error;
  }
  const same = (other: KubeObject): boolean => uid === undefined || other.metadata.uid === uid;
  if (!same(object)) return object;
  if (timeout === 0) throw new CliError(`condition not met for ${infoName(info)}`);
  const until = k.p.now + timeout;
  const path = pathOf(info.mapping, info.namespace);
  const fieldSelector = `metadata.name=${info.name}`;
  for (;;) {
    const list = yield* k.client.object<KubeObject & { readonly items: readonly KubeObject[] }>({ path, query: { fieldSelector } });
    if (!list.items.some(same)) return object;
    const over = yield* eachEvent(k, { path, query: { watch: 'true', fieldSelector, resourceVersion: list.metadata.resourceVersion, allowWatchBookmarks: 'true' } }, (event: WatchEvent) => event.type !== 'DELETED', until);
    if (over) return object;
    if (k.p.now >= until) throw timedOut(info);
  }
}
