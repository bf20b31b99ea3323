/**
 * The one door to the cluster: what kube-apiserver is. Every component and every client goes through it.
 */
import type { Change } from '../../sim/store.ts';
import type { KubeObject, Request, Response } from './wire.ts';

/** `pods`, `deployments.apps`: a resource with its group, as RBAC and errors write it. */
export type GroupResource = string;

/** Cheap reading for components in the same process: their informer caches. Objects are frozen; lists are in the order of keys. */
export interface Reader {
  get<T extends KubeObject = KubeObject>(resource: GroupResource, namespace: string | undefined, name: string): T | undefined;
  list<T extends KubeObject = KubeObject>(resource: GroupResource, namespace?: string): readonly T[];
  /** Pods bound to a node. */
  podsOn<T extends KubeObject = KubeObject>(node: string): readonly T[];
  /** Objects whose controlling owner has this uid. */
  ownedBy<T extends KubeObject = KubeObject>(resource: GroupResource, uid: string): readonly T[];
  /** Objects of which any owner, controlling or not, has this uid. */
  dependents?<T extends KubeObject = KubeObject>(resource: GroupResource, uid: string): readonly T[];
  /** Objects of a namespace that carry all of these labels. */
  labelled<T extends KubeObject = KubeObject>(resource: GroupResource, namespace: string, labels: Readonly<Record<string, string>>): readonly T[];
}

export interface ApiServer {
  /** Answers a request: authentication, authorisation, admission, defaults, validation, storage. Never throws on bad input. */
  handle(request: Request): Response;
  readonly read: Reader;
  /** Hear every change of a resource; a listener only takes note. */
  hear(resource: GroupResource, listener: (change: Change<KubeObject>) => void): () => void;
}
