/**
 * What the API server asks of the machines' kubelets: logs, exec, attach, port-forward, and their own pages by the node proxy.
 * Stands for the kubelet's HTTPS server on port 10250 as kube-apiserver's registry/core/pod/rest uses it. kube/node implements it.
 */
import type { KubeObject, Response } from './wire.ts';

/** A request about a Pod that has a node. `query` is the request's own, repeated parameters as lists. */
export interface PodRequest {
  readonly pod: KubeObject;
  readonly node: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
}

/** Each answers a Response (perhaps with a Feed) or a Status as its body when it cannot; see wire.ts for what the feeds carry. */
export interface KubeletDoor {
  /** GET …/log: `container`, `follow`, `previous`, `tailLines`, `sinceSeconds`, `sinceTime`, `timestamps`, `limitBytes`. The container exists in the Pod. */
  logs(request: PodRequest): Response;
  /** `container`, `command` (repeated), `stdin`, `stdout`, `stderr`, `tty`. */
  exec(request: PodRequest): Response;
  attach(request: PodRequest): Response;
  /** `ports`: a feed that carries `{ data }` both ways, one per forwarded connection. */
  portForward(request: PodRequest): Response;
  /** An HTTP request to a port of a Pod, a Service's endpoint or a node, through the API server. `path` begins with a slash. */
  proxy(to: { readonly pod: KubeObject; readonly port: number } | { readonly node: KubeObject; readonly port?: number }, request: { readonly method: string; readonly path: string; readonly scheme: string; readonly body?: unknown }): Response;
}
