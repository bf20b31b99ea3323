/**
 * Requests that the API server hands on to a kubelet or a Pod: log, exec, attach, portforward, proxy.
 * Stands for pkg/registry/core/pod/rest and the proxies of nodes and services.
 */
import type { Exchange } from './exchange.ts';
import type { PodRequest } from './kubelet-door.ts';
import { parameter } from './path.ts';
import { badRequest, invalid, notFound, unavailable } from './status.ts';
import { existing } from './update-object.ts';
import type { KubeObject, Response } from './wire.ts';

interface PodLike extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly name: string; readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[] }[];
    readonly initContainers?: readonly { readonly name: string }[];
    readonly ephemeralContainers?: readonly { readonly name: string }[];
  };
  readonly status?: { readonly podIP?: string; readonly phase?: string };
}

/** The container that is meant. Throws a BadRequest. */
function containerOf(pod: PodLike, asked: string | undefined): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  const name = pod.metadata.name;
  if (!asked) {
    if (containers.length === 1) return containers[0]!.name;
    const all = [...initContainers, ...containers, ...ephemeralContainers].map((c) => c.name);
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`);
  }
  if (![...containers, ...initContainers, ...ephemeralContainers].some((c) => c.name === asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`);
  return asked;
}

/** Answers log, exec, attach, portforward and proxy. */
export function connect(x: Exchange): Response {
  const sub = x.info.subresource!;
  if (sub === 'proxy') return proxy(x);
  const pod = existing(x) as PodLike;
  const container = sub === 'portforward' ? undefined : containerOf(pod, parameter(x.request, 'container'));
  const node = pod.spec.nodeName;
  if (sub === 'log') checkLog(x, pod);
  if (!node) {
    if (sub === 'log') return { code: 200, headers: { 'content-type': 'text/plain' }, body: '' };
    // Told before the connection is upgraded, as plain text.
    return { code: 400, headers: { 'content-type': 'text/plain' }, body: `pod ${pod.metadata.name} does not have a host assigned` };
  }
  if (sub === 'exec' && parameter(x.request, 'command') === undefined) throw badRequest('you must specify at least 1 command for the container');
  const door = x.core.kubelets;
  if (!door) throw unavailable(`error dialing backend: no kubelet answers on ${node}`);
  const request: PodRequest = { pod, node, query: { ...x.request.query, ...(container !== undefined && { container }) } };
  if (sub === 'log') return door.logs(request);
  if (sub === 'exec') return door.exec(request);
  return sub === 'attach' ? door.attach(request) : door.portForward(request);
}

function checkLog(x: Exchange, pod: PodLike): void {
  const no = (path: string, value: unknown, detail: string): Error => invalid({ group: '', name: 'PodLogOptions' }, pod.metadata.name, [{ type: 'Invalid value', path, value, detail }]);
  for (const name of ['tailLines', 'sinceSeconds', 'limitBytes'] as const) {
    const text = parameter(x.request, name);
    if (text === undefined) continue;
    const value = Number(text);
    if (!Number.isInteger(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
    if (name === 'tailLines' && value < 0) throw no(name, value, 'must be greater than or equal to 0');
    if (name === 'sinceSeconds' && value < 1) throw no(name, value, 'must be greater than 0');
    if (name === 'limitBytes' && value < 1) throw no(name, value, 'must be greater than 0');
  }
}

/** `https:web:443`, `web:80`, `web`: scheme, name, port as proxies are asked for. */
function target(text: string): { readonly scheme: string; readonly name: string; readonly port: string } {
  const parts = text.split(':');
  if (parts.length === 3) return { scheme: parts[0] || 'http', name: parts[1]!, port: parts[2]! };
  return { scheme: 'http', name: parts[0]!, port: parts[1] ?? '' };
}

function proxy(x: Exchange): Response {
  const door = x.core.kubelets;
  const { scheme, name, port } = target(x.info.name ?? '');
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(x.request.query ?? {})) for (const one of typeof value === 'string' ? [value] : value) query.append(key, one);
  const text = query.toString();
  const request = { method: x.request.method, path: `/${x.info.rest.join('/')}${text ? `?${text}` : ''}`, scheme, body: x.request.body };
  const named: Exchange = { ...x, info: { ...x.info, name } };
  const object = existing(named);
  if (!door) throw unavailable('no kubelet answers');
  if (x.resource.name === 'nodes') return door.proxy({ node: object, ...(port && { port: Number(port) }) }, request);
  if (x.resource.name === 'pods') {
    const pod = object as PodLike;
    if (!pod.status?.podIP) throw badRequest('address not allowed');
    const found = port === '' ? pod.spec.containers[0]?.ports?.[0]?.containerPort ?? 80 : portOf(pod, port);
    return door.proxy({ pod, port: found }, request);
  }
  return door.proxy(endpointOf(named, object, port), request);
}

const portOf = (pod: PodLike, port: string): number => (/^\d+$/.test(port) ? Number(port) : (pod.spec.containers.flatMap((c) => c.ports ?? []).find((p) => p.name === port)?.containerPort ?? 0));

interface Slice extends KubeObject {
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null;
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean }; readonly targetRef?: { readonly kind?: string; readonly name?: string } }[] | null;
}

/** A ready Pod behind a Service and the port on it. */
function endpointOf(x: Exchange, service: KubeObject, port: string): { readonly pod: KubeObject; readonly port: number } {
  const ports = ((service['spec'] as { ports?: readonly { name?: string; port: number }[] } | undefined)?.ports ?? []).map((p) => ({ ...p, name: p.name ?? '' }));
  const wanted = port === '' ? (ports.length === 1 ? ports[0] : ports.find((p) => p.name === '')) : ports.find((p) => p.name === port || String(p.port) === port);
  const name = service.metadata.name;
  if (!wanted) throw unavailable(`no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`);
  const slices = x.core.read.labelled<Slice>('endpointslices.discovery.k8s.io', x.namespace!, { 'kubernetes.io/service-name': name });
  if (slices.length === 0) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  for (const slice of slices) {
    const own = slice.ports?.find((p) => (p.name ?? '') === wanted.name)?.port;
    const endpoint = slice.endpoints?.find((e) => e.conditions?.ready !== false && e.targetRef?.kind === 'Pod');
    const pod = endpoint && x.core.read.get('pods', x.namespace, endpoint.targetRef!.name ?? '');
    if (own !== undefined && pod) return { pod, port: own };
  }
  throw slices.length ? unavailable(`no endpoints available for service ${JSON.stringify(name)}`) : notFound(x.resource, name);
}
