/**
 * The contract of a controller: watches say whom to look at, reconcile looks at the whole state and makes it as it should be.
 * Stands for client-go's informers and work queues, and controller-runtime's Reconciler.
 */
import type { Millis } from '../../sim/clock.ts';
import type { Random } from '../../sim/random.ts';
import type { GroupResource, Reader } from '../api/server.ts';
import type { KubeObject, Request, Response } from '../api/wire.ts';

/** A component's view of the cluster: the API as its own user, and time. Writes throw ApiError on refusal. */
export interface Client extends Reader {
  readonly now: Millis;
  /** RFC 3339 of this moment, for conditions. */
  readonly stamp: string;
  readonly random: Random;
  create<T extends KubeObject>(object: T): T;
  update<T extends KubeObject>(object: T): T;
  updateStatus<T extends KubeObject>(object: T): T;
  /** A merge patch (RFC 7386); `subresource` such as `status`. */
  patch(resource: GroupResource, namespace: string | undefined, name: string, patch: unknown, subresource?: string): KubeObject;
  delete(resource: GroupResource, namespace: string | undefined, name: string, options?: { gracePeriodSeconds?: number; propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'; uid?: string }): void;
  /** Any other request as this component. */
  request(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, query?: Request['query']): Response;
  /** Writes an Event about an object; equal ones within ten minutes are counted up, not added. */
  event(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void;
}

/** A refusal by the API server, as a component sees it. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/**
 * Keys to look at because an object changed: itself (`NAMESPACE/NAME`, or `NAME` without a namespace), its controlling owner, or worked out.
 * `change` holds the object before and now; it is missing when a controller starts and looks at everything there is.
 */
export type Watch = 'self' | 'owner' | ((object: KubeObject, read: Reader, change?: { readonly before?: KubeObject; readonly now?: KubeObject }) => readonly string[]);

/** A resource whose objects can be listed, watched and deleted. */
export interface Listed {
  readonly groupResource: GroupResource;
  readonly namespaced: boolean;
  readonly kind: string;
  /** `apps/v1`, the preferred version. */
  readonly apiVersion: string;
}

export interface Controller {
  /** The name it has in logs, events and user agents: `deployment-controller`. */
  readonly name: string;
  /** As whom it asks: `system:serviceaccount:kube-system:deployment-controller`. */
  readonly user: string;
  readonly watches: Readonly<Record<GroupResource, Watch>>;
  /** A watch of every resource that objects of any kind live under, custom ones as they appear. */
  every?(resource: Listed): Watch;
  /** Makes one object's world as it should be, from what is. Returns when to look again, in milliseconds, if ever. Idempotent. */
  reconcile(key: string, client: Client): Millis | void;
}
