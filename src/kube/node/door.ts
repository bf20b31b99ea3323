/**
 * The kubelets as the API server reaches them: by the node of a Pod, over that node's port 10250.
 * Stands for the kubelet's HTTPS server. Unlike Kubernetes: of its own pages only /healthz and /pods are there.
 */
import { failure } from '../api/status.ts';
import type { KubeletDoor, PodRequest } from '../api/kubelet-door.ts';
import type { KubeObject, Response } from '../api/wire.ts';
import type { Node, Pod } from '../kinds/types.ts';
import { answerAttach, answerExec, containerName } from './door-exec.ts';
import { forward, proxyTo } from './door-forward.ts';
import { answerLogs, first } from './door-logs.ts';
import type { Kubelet } from './kubelet.ts';
import type { PodWorker } from './pod-worker.ts';
import type { Container } from './runtime.ts';

const PORT = 10_250;

/** The API server cannot reach the kubelet. */
function unreachable(kubelet: Kubelet | undefined, node: string, path: string, wrap: string): Response {
  const address = kubelet?.station.address;
  const why = address === undefined ? `no such host: ${node}` : `dial tcp ${address}:${PORT}: connect: connection refused`;
  const message = `${wrap}${path ? `Get "https://${address ?? node}:${PORT}${path}": ` : ''}${why}`;
  return { code: 500, body: failure(500, '', message) };
}

/** What a kubelet says itself, as text; kubectl shows it behind `unable to upgrade connection`. */
const refused = (text: string, code = 404): Response => ({ code, headers: { 'content-type': 'text/plain' }, body: text });

/** A door that finds each node's kubelet by name. */
export function createDoor(find: (node: string) => Kubelet | undefined): KubeletDoor {
  const reach = (request: PodRequest): { kubelet: Kubelet; worker: PodWorker | undefined } | undefined => {
    const kubelet = find(request.node);
    const { namespace, name } = request.pod.metadata;
    return kubelet?.running ? { kubelet, worker: kubelet.find(namespace!, name) } : undefined;
  };
  const running = (worker: PodWorker | undefined, query: PodRequest['query']): Container | undefined => worker?.state.running(containerName(query));
  const inside = (request: PodRequest, act: (kubelet: Kubelet, container: Container) => Response): Response => {
    const found = reach(request);
    if (!found) return unreachable(find(request.node), request.node, '', 'error dialing backend: ');
    const container = running(found.worker, request.query);
    return container ? act(found.kubelet, container) : refused(`container not found ("${containerName(request.query)}")`);
  };
  return {
    logs(request) {
      const found = reach(request);
      const { namespace, name } = request.pod.metadata;
      const container = first(request.query, 'container') ?? '';
      if (!found) return unreachable(find(request.node), request.node, `/containerLogs/${namespace}/${name}/${container}`, '');
      const { kubelet: { station }, worker } = found;
      if (!worker) return { code: 400, body: failure(400, 'BadRequest', `pod "${name}" cannot be found - no logs available`) };
      const time = { epoch: station.epoch, now: station.agenda.now };
      const logOf = (id: string) => worker.state.containers.find((c) => `containerd://${c.id}` === id)?.log;
      return answerLogs(name, worker.state.status ?? worker.pod.status, container, request.query, time, logOf);
    },
    exec: (request) => inside(request, ({ station }, container) => answerExec(station.runtime, container, request.query)),
    attach: (request) => inside(request, ({ station }, container) => answerAttach(station.runtime, container, request.query)),
    portForward(request) {
      const found = reach(request);
      if (!found) return unreachable(find(request.node), request.node, '', 'error dialing backend: ');
      const { kubelet: { station }, worker } = found;
      const sandbox = worker?.state.sandbox;
      if (!sandbox?.ready) return refused(`pod not found ("${request.pod.metadata.name}_${request.pod.metadata.namespace}")`);
      return forward(station.kernel, sandbox.net, sandbox.id, Number(first(request.query, 'ports') ?? first(request.query, 'port')));
    },
    proxy(to, request) {
      const object: KubeObject = 'pod' in to ? to.pod : to.node;
      const node = 'pod' in to ? ((to.pod as Pod).spec?.nodeName ?? '') : to.node.metadata.name;
      const kubelet = find(node);
      if (!kubelet?.running || !kubelet.host) return unreachable(kubelet, node, '', 'error trying to reach service: ');
      const { kernel, machine } = kubelet.station;
      if ('node' in to && (to.port === undefined || to.port === PORT)) return ownPage(kubelet, object as Node, request.path);
      const worker = 'pod' in to ? kubelet.find(object.metadata.namespace!, object.metadata.name) : undefined;
      const net = 'pod' in to ? worker?.state.sandbox?.net : machine.net;
      const address = 'pod' in to ? ((to.pod as Pod).status?.podIP ?? '') : kubelet.station.address;
      if (!net) return unreachable(kubelet, node, '', 'error trying to reach service: ');
      return proxyTo(kernel, net, address, to.port ?? PORT, request, kubelet.host, '192.168.56.100');
    },
  };
}

/** Pages of the kubelet itself. */
function ownPage(kubelet: Kubelet, _node: Node, path: string): Response {
  const page = path.replace(/\?.*/, '').replace(/\/$/, '');
  if (page === '/healthz') return refused('ok', 200);
  if (page === '/pods') return { code: 200, headers: { 'content-type': 'application/json' }, body: { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: kubelet.pods } };
  return refused(`404 page not found: ${page || '/'} of a kubelet is not supported here yet\n`);
}
