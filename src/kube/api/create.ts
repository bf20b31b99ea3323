/**
 * Makes an API server: the one door to a simulated cluster, with what a fresh server brings along.
 * Stands for the start of kube-apiserver and its bootstrap hooks.
 */
import type { Part } from '../../sim/clock.ts';
import type { Change, Store } from '../../sim/store.ts';
import type { Trace } from '../../sim/trace.ts';
import { Core, type ApiServerOptions } from './core.ts';
import { startBootstrap } from './bootstrap.ts';
import { handle } from './handle.ts';
import { Housekeeping } from './housekeeping.ts';
import { keyOf } from './keys.ts';
import type { KubeletDoor } from './kubelet-door.ts';
import type { ApiServer, GroupResource } from './server.ts';
import type { KubeObject, Request, Response } from './wire.ts';

export { PART } from './core.ts';
export type { ApiServerOptions } from './core.ts';

/** An API server with its store; a Part of the agenda under the name `kube-apiserver`. */
export interface RunningApiServer extends ApiServer, Part {
  readonly store: Store<KubeObject>;
  readonly trace: Trace;
  /** What stands for the private key of the cluster's authority: whoever issues certificates signs with it. */
  readonly secret: string;
  /** Set when the machines are there. */
  kubelets: KubeletDoor | undefined;
  /** `/registry/pods/default/web`: where an object stands in the store. */
  key(resource: GroupResource, namespace: string | undefined, name: string): string;
}

/** Makes a server with an empty cluster: the system's namespaces, roles, priority classes and API services. */
export function createApiServer(options: ApiServerOptions): RunningApiServer {
  const core = new Core(options);
  const housekeeping = new Housekeeping(core);
  startBootstrap(core);
  return {
    store: core.store,
    trace: core.trace,
    secret: core.secret,
    read: core.read,
    get kubelets(): KubeletDoor | undefined {
      return core.kubelets;
    },
    set kubelets(door: KubeletDoor | undefined) {
      core.kubelets = door;
    },
    handle: (request: Request): Response => handle(core, request),
    hear(resource: GroupResource, listener: (change: Change<KubeObject>) => void): () => void {
      core.read.keep(resource);
      return core.store.watch(core.prefix(resource), listener);
    },
    key: (resource, namespace, name) => keyOf(core.prefix(resource), namespace, name),
    wake: (key: string): void => housekeeping.wake(key),
  };
}
