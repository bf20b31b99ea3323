/**
 * Leader election of a component that runs once in a cluster: it works only while it holds a lease.
 * Stands for client-go's tools/leaderelection.
 */
import type { Agenda, Millis, Part } from '../../sim/clock.ts';
import { parseRfc3339 } from '../../sim/date.ts';
import type { Lease } from '../kinds/types.ts';
import { ApiError, type Client } from './controller.ts';
import { isLive, LEASES, renewTime } from './lease.ts';
import { unixNow } from './times.ts';

const NAMESPACE = 'kube-system';
const DURATION = 15;
const RETRY: Millis = 2000;
/** From the start of the process to its first try. */
const START: Millis = 30;

export interface Candidate {
  /** Name of the component and of its lease. */
  readonly name: string;
  /** The machine it runs on. */
  readonly host: string;
  readonly client: Client;
  /** The same without any kube-apiserver in between: what etcd was told last is written there when nobody answers any more. */
  readonly store: Client;
  readonly agenda: Agenda;
  /** Gives the lease back when it ends, so that the next one need not wait. */
  readonly releases: boolean;
  /** It became the leader. */
  readonly lead: () => void;
}

export class LeaderElection implements Part {
  leading = false;
  private readonly candidate: Candidate;
  private readonly identity: string;
  private seen: { readonly renewed: string; readonly at: Millis } | undefined;

  constructor(candidate: Candidate) {
    this.candidate = candidate;
    this.identity = `${candidate.host}_${candidate.client.random.uuid()}`;
  }

  private get part(): string {
    return `${this.candidate.name}-leader`;
  }

  start(): void {
    const { agenda } = this.candidate;
    agenda.add(this.part, this);
    agenda.wake(this.part, 'try', START);
  }

  /** Tries to get the lease; what stands in its way is looked at again every two seconds. */
  wake(): void {
    const { agenda, client, name, lead } = this.candidate;
    if (this.leading) return;
    try {
      const lease = client.get<Lease>(LEASES, NAMESPACE, name);
      if (lease && !this.free(lease)) {
        agenda.wake(this.part, 'try', RETRY);
        return;
      }
      const spec = { holderIdentity: this.identity, leaseDurationSeconds: DURATION, acquireTime: renewTime(unixNow(client), false), renewTime: renewTime(unixNow(client), true) };
      const held = lease
        ? client.update<Lease>({ ...lease, spec: { ...lease.spec, ...spec, leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + 1 } })
        : client.create<Lease>({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: NAMESPACE }, spec: { ...spec, leaseTransitions: 0 } });
      this.leading = true;
      client.event(held, 'Normal', 'LeaderElection', `${this.identity} became leader`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      agenda.wake(this.part, 'try', RETRY);
      return;
    }
    lead();
  }

  /** Ends: the last renewal is written, or the lease given back. `down` is since when nothing could be written, in virtual milliseconds. */
  stop(down?: Millis): void {
    const { agenda, client, store, name, releases } = this.candidate;
    agenda.remove(this.part);
    if (!this.leading) return;
    this.leading = false;
    const lease = store.get<Lease>(LEASES, NAMESPACE, name);
    if (lease?.spec?.holderIdentity !== this.identity) return;
    const seen = parseRfc3339(lease.spec.renewTime ?? '') ?? unixNow(client);
    const late = down === undefined ? 0 : Math.max(0, seen - (unixNow(client) - (agenda.now - down)));
    const last = renewTime(seen - Math.ceil(late / RETRY) * RETRY, false);
    const released = releases && down === undefined;
    store.update<Lease>({ ...lease, spec: { ...lease.spec, renewTime: released ? renewTime(unixNow(client), false) : last, ...(released && { holderIdentity: '', leaseDurationSeconds: 1 }) } });
  }

  /** Nobody holds it, or its holder has not renewed it for as long as this candidate has watched. */
  private free({ spec }: Lease): boolean {
    const { agenda } = this.candidate;
    if (!spec?.holderIdentity) return true;
    const renewed = spec.renewTime ?? '';
    if (this.seen?.renewed !== renewed) this.seen = { renewed, at: agenda.now };
    return !isLive({ spec } as Lease) && agenda.now > this.seen.at + (spec.leaseDurationSeconds ?? DURATION) * 1000;
  }
}
