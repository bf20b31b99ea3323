/**
 * The API server as its clients in the same process find it: answering, without its store, or not there.
 * Stands for the TCP port 6443 and for the connection from kube-apiserver to etcd.
 * Unlike Kubernetes: without etcd every request fails at once instead of after a minute.
 */
import type { ApiServer } from '../api/server.ts';
import { failure } from '../api/status.ts';
import type { Request, Response } from '../api/wire.ts';

/** Which of the two run. */
export interface Power {
  readonly apiserver: boolean;
  readonly etcd: boolean;
}

const NOBODY = 503;

/** A path in a client's words: `get nodes`, `post pods`. */
const asked = ({ method, path }: Request): string => `${method.toLowerCase()} ${/\/([a-z]+)(?:\/[^/]+)?(?:\/[a-z]+)?$/.exec(path)?.[1] ?? path}`;

/** Health pages of a server whose store does not answer. */
function sick({ path }: Request): Response | undefined {
  const page = /^\/(healthz|livez|readyz)/.exec(path)?.[1];
  if (!page) return undefined;
  const why = '[-]etcd failed: reason withheld\n';
  return { code: 500, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `[+]ping ok\n[+]log ok\n${why}${page} check failed\n` };
}

/** The same server with the power that it has at each moment; `endpoint` is its `host:port`, `count` hears of every request that arrives. */
export const gated = (api: ApiServer, endpoint: string, power: () => Power, count: () => void): ApiServer => ({
  read: api.read,
  hear: (resource, listener) => api.hear(resource, listener),
  handle(request) {
    const { apiserver, etcd } = power();
    if (!apiserver) return { code: NOBODY, body: failure(NOBODY, 'ServiceUnavailable', `${request.method[0]}${request.method.slice(1).toLowerCase()} "https://${endpoint}${request.path}": dial tcp ${endpoint}: connect: connection refused`) };
    count();
    if (etcd) return api.handle(request);
    const timeout = `the server was unable to return a response in the time allotted, but may still be processing the request (${asked(request)})`;
    return sick(request) ?? { code: 504, body: failure(504, 'Timeout', timeout) };
  },
});
