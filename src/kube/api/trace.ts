/**
 * What the server says about its work in the world's trace: every stage of a person's change, of a component's only that it wrote.
 */
import type { Step } from '../../sim/trace.ts';
import { PART } from './core.ts';
import type { Exchange } from './exchange.ts';
import type { KubeObject } from './wire.ts';

/** What goes on all the time and tells nothing. */
const QUIET = new Set(['leases.coordination.k8s.io', 'events']);

/** `pods/default/web` */
export const about = (resource: string, namespace: string | undefined, name: string | undefined): string => [resource, namespace, name].filter((part) => part).join('/');

/** Notes a stage of a mutating request. */
export function note(x: Exchange, step: Step, object: KubeObject | undefined, facts: Readonly<Record<string, unknown>>): void {
  if (x.loopback && (step !== 'store' || QUIET.has(x.stored.groupResource))) return;
  const meta = object?.metadata;
  x.core.trace.note(step === 'store' ? 'etcd' : PART, step, about(x.stored.name, meta?.namespace ?? x.namespace, meta?.name ?? x.info.name), x.loopback ? { ...facts, user: x.user.name } : facts);
}
