/**
 * Runs a controller on the agenda: hears changes, queues keys, reconciles them one after the other, tries again with back-off.
 * Stands for client-go's informers, the rate-limited work queue and the workers of kube-controller-manager.
 * Unlike Kubernetes: informer caches are never behind the API server; only waking up takes time.
 */
import type { Agenda, Millis, Part, Stop } from '../../sim/clock.ts';
import type { Change } from '../../sim/store.ts';
import type { Trace } from '../../sim/trace.ts';
import type { ApiServer, GroupResource } from '../api/server.ts';
import type { KubeObject } from '../api/wire.ts';
import { ApiError, type Client, type Controller, type Watch } from './controller.ts';
import { DEFINITIONS, listed } from './listed.ts';
import { keyOf, ownerKey } from './owner.ts';

/** From a write to the wake of who watches: the watch's way and the queue. */
export const LATENCY: Millis = 5;
const LEAST_BACKOFF: Millis = 5;
const MOST_BACKOFF: Millis = 1_000_000;

/** Worth a note in the trace: what people made, not what the cluster keeps for itself. */
export const isPeoples = ({ metadata: { namespace } }: KubeObject): boolean => namespace !== undefined && !namespace.startsWith('kube-');

/** What a runner needs of its cluster. */
export interface Surface {
  readonly agenda: Agenda;
  readonly api: Pick<ApiServer, 'hear' | 'read'>;
  readonly trace: Trace;
  /** A client as this user (`system:serviceaccount:…`) and component (user agent, source of events). */
  client(user: string, component: string): Client;
}

export class Runner implements Part {
  readonly controller: Controller;
  private readonly surface: Surface;
  private readonly client: Client;
  private readonly failures = new Map<string, number>();
  /** Keys that wait, and whether the trace was told of them. */
  private readonly waiting = new Map<string, boolean>();
  private stops: Stop[] = [];

  constructor(controller: Controller, surface: Surface) {
    this.controller = controller;
    this.surface = surface;
    this.client = surface.client(controller.user, controller.name);
  }

  /** Looks at everything there is, and from then on at what changes. */
  start(): void {
    if (this.stops.length) return;
    const { agenda, api } = this.surface;
    agenda.add(this.controller.name, this);
    for (const [resource, watch] of Object.entries(this.controller.watches)) this.hear(resource, watch);
    const { every } = this.controller;
    if (!every) return;
    const heard = new Set<GroupResource>();
    const more = (): void => {
      for (const resource of listed(api.read)) {
        if (heard.has(resource.groupResource)) continue;
        heard.add(resource.groupResource);
        this.hear(resource.groupResource, every(resource));
      }
    };
    more();
    this.stops.push(api.hear(DEFINITIONS, more));
  }

  private hear(resource: GroupResource, watch: Watch): void {
    const { api } = this.surface;
    this.stops.push(api.hear(resource, (change) => this.heard(resource, watch, change)));
    for (const object of api.read.list(resource)) this.queue(resource, object, this.keys(watch, object), 'ADDED');
  }

  /** Forgets the queue and hears no more; `start` begins anew. */
  stop(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
    this.failures.clear();
    this.waiting.clear();
    this.surface.agenda.remove(this.controller.name);
  }

  /** How many keys changes have put into the queue. */
  get queued(): number {
    return this.waiting.size;
  }

  wake(key: string): void {
    const { agenda, trace } = this.surface;
    const { controller } = this;
    if (this.waiting.get(key)) trace.note(controller.name, 'reconcile', key);
    this.waiting.delete(key);
    try {
      const again = controller.reconcile(key, this.client);
      this.failures.delete(key);
      if (again !== undefined) agenda.wake(controller.name, key, again);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const failures = this.failures.get(key) ?? 0;
      this.failures.set(key, failures + 1);
      agenda.wake(controller.name, key, Math.min(MOST_BACKOFF, LEAST_BACKOFF * 2 ** failures));
    }
  }

  private heard(resource: GroupResource, watch: Watch, { now, before }: Change<KubeObject>): void {
    const object = (now ?? before)!.value;
    const keys = this.keys(watch, object, { ...(before && { before: before.value }), ...(now && { now: now.value }) });
    if (keys.length) this.queue(resource, object, keys, now ? (before ? 'MODIFIED' : 'ADDED') : 'DELETED');
  }

  private keys(watch: Watch, object: KubeObject, change?: { before?: KubeObject; now?: KubeObject }): readonly string[] {
    if (watch === 'self') return [keyOf(object)];
    if (watch !== 'owner') return watch(object, this.surface.api.read, change);
    const kind = object.metadata.ownerReferences?.find((r) => r.controller)?.kind;
    const key = kind && ownerKey(object, kind);
    return key ? [key] : [];
  }

  private queue(resource: GroupResource, object: KubeObject, keys: readonly string[], type: string): void {
    const { agenda, trace } = this.surface;
    const { name } = this.controller;
    const told = isPeoples(object);
    if (told && keys.length) trace.note(name, 'watch', `${resource}/${keyOf(object)}`, { watcher: name, type });
    for (const key of keys) {
      const known = this.waiting.get(key);
      if (told && !known) trace.note(name, 'queue', key);
      if (!known) this.waiting.set(key, told);
      agenda.wake(name, key, LATENCY);
    }
  }
}
