/**
 * Leases that are renewed again and again without anybody waking up: a renewal time is a function of time while its holder lives.
 * A holder that begins writes a time whose last digit is odd; one that ends writes the last real time, whose last digit is even.
 * Stands for the renewals of kubelets, of leader election and of kube-apiserver's identity.
 */
import { parseRfc3339, rfc3339Micro } from '../../sim/date.ts';
import type { Kind } from '../api/kind.ts';
import type { KubeObject } from '../api/wire.ts';
import type { Lease } from '../kinds/types.ts';

export const LEASES = 'leases.coordination.k8s.io';
/** The namespace of the nodes' leases. */
export const NODE_LEASES = 'kube-node-lease';

/** Milliseconds between renewals: of nodes and API servers, and of leaders. */
const SLOW = 10_000;
const FAST = 2000;

/** Is somebody renewing it? */
export const isLive = (lease: Lease | undefined): boolean => /[13579]Z$/.test(lease?.spec?.renewTime ?? '');

/** The time to write for a holder that lives on (`live`), or that renews for the last time. */
export const renewTime = (unix: number, live: boolean): string => rfc3339Micro(unix).replace('000Z', live ? '001Z' : '000Z');

const periodOf = ({ metadata, spec }: Lease): number => (metadata.namespace === NODE_LEASES || (spec?.leaseDurationSeconds ?? 0) > 60 ? SLOW : FAST);

/** The lease as it would be if every renewal had been written. */
export function renewed(lease: Lease, unix: number): Lease {
  if (!isLive(lease)) return lease;
  const from = parseRfc3339(lease.spec!.renewTime!)!;
  const period = periodOf(lease);
  const times = Math.floor((unix - from) / period);
  return times <= 0 ? lease : { ...lease, spec: { ...lease.spec, renewTime: renewTime(from + times * period, true) } };
}

/** The kinds with leases that renew themselves. */
export const withRenewals = (kinds: readonly Kind[]): readonly Kind[] =>
  kinds.map((kind) => (kind.resource === LEASES ? { ...kind, seen: (object: KubeObject, unix: number) => renewed(object as Lease, unix) } : kind));
