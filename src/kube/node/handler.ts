/**
 * Runs what probes and lifecycle hooks ask for: a command in the container, an HTTP request, a TCP connection, gRPC health.
 * Stands for pkg/probe and pkg/kubelet/lifecycle.
 */
import type { Millis } from '../../sim/clock.ts';
import { sinkTo } from '../../machine/pipe.ts';
import type { Container as Spec, HTTPGetAction, LifecycleHandler, Pod, Probe } from '../kinds/types.ts';
import { askGrpc, askHttp, askTcp, asService, serviceAt } from './ask.ts';
import { expand } from './expand.ts';
import { pause, type Steps } from './fiber.ts';
import { goDuration } from './go-duration.ts';
import type { Container } from './runtime.ts';
import { formatPod, type Station } from './station.ts';

/** From the request to the first step of a command in a container. */
const EXEC: Millis = 35;
const OUTPUT = 10 * 1024;

/** How a command in a container ended: its exit code and output, a timeout, or why it could not be started. */
type Ran = { readonly code: number; readonly output: string } | { readonly timedOut: true } | { readonly error: string };

/** Runs a command in a container, for at most `timeout` milliseconds. `key` is the fiber's. */
export function* runInside(station: Station, key: string, container: Container, command: readonly string[], timeout: Millis): Steps<Ran> {
  const { agenda, runtime, fibers } = station;
  yield* pause(() => agenda.now, EXEC);
  if (container.state !== 'running') return { error: 'container is not running' };
  let output = '';
  const sink = sinkTo((text) => void (output.length < OUTPUT && (output += text)));
  const process = runtime.exec(container, command, { stdout: sink, stderr: sink });
  if (typeof process === 'string') return { error: `rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${runtime.newId()}": ${process}` };
  process.whenDone(() => fibers.poke(key));
  const deadline = agenda.now + timeout;
  try {
    while (process.exit === undefined && agenda.now < deadline) {
      if (timeout === Infinity) yield;
      else yield deadline;
    }
  } finally {
    process.kill('SIGKILL');
  }
  if (process.signal === 'SIGKILL' && agenda.now >= deadline) return { timedOut: true };
  return { code: process.exit ?? 137, output };
}

/** A port by number or by its name among the container's; undefined when there is none of that name. */
export function portOf(port: number | string | undefined, container: Spec): number | undefined {
  if (typeof port === 'number') return port;
  return container.ports?.find((p) => p.name === port)?.containerPort ?? (/^\d+$/.test(port ?? '') ? Number(port) : undefined);
}

interface HttpTarget {
  readonly method: string;
  readonly scheme: string;
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

function httpTarget(get: HTTPGetAction, container: Spec, podIP: string, agent: string): HttpTarget | undefined {
  const port = portOf(get.port, container);
  if (port === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (const { name, value } of get.httpHeaders ?? []) headers[name!] = value ?? '';
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  if (!given.has('user-agent')) headers['User-Agent'] = agent;
  if (!given.has('accept')) headers['Accept'] = '*/*';
  headers['Connection'] = 'close';
  const path = get.path ?? '/';
  return { method: 'GET', scheme: (get.scheme ?? 'HTTP').toLowerCase(), address: get.host || podIP, port, path: path.startsWith('/') ? path : `/${path}`, headers };
}

/** What a probe found. `steady`: the server says that it will always answer so. */
export type Found =
  | { readonly result: 'success'; readonly steady?: boolean }
  | { readonly result: 'warning' | 'failure'; readonly output: string }
  | { readonly result: 'unknown'; readonly error: string };

/** Probes a container once. */
export function* runProbe(station: Station, key: string, probe: Probe, spec: Spec, container: Container, podIP: string): Steps<Found> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec) {
    const values = new Map((spec.env ?? []).map((e) => [e.name!, e.value ?? '']));
    const command = (probe.exec.command ?? []).map((word) => expand(word, (name) => values.get(name)));
    const ran = yield* runInside(station, key, container, command, timeout);
    if ('error' in ran) return { result: 'unknown', error: ran.error };
    if ('timedOut' in ran) return { result: 'failure', output: `command timed out: ${quote(command.join(' '))} timed out after ${goDuration(timeout)}` };
    return ran.code === 0 ? { result: 'success' } : { result: 'failure', output: ran.output };
  }
  if (probe.httpGet) return yield* probeHttp(station, key, probe.httpGet, spec, podIP, timeout);
  const action = probe.tcpSocket ?? probe.grpc;
  if (!action) return { result: 'unknown', error: `missing probe handler for ${spec.name}` };
  const port = portOf(action.port, spec);
  if (port === undefined) return { result: 'unknown', error: `couldn't find port: ${action.port}` };
  const why = probe.tcpSocket
    ? yield* askTcp(station, key, probe.tcpSocket.host || podIP, port, timeout)
    : yield* askGrpc(station, key, podIP, port, probe.grpc!.service ?? '', timeout);
  return why === undefined ? { result: 'success' } : { result: 'failure', output: why };
}

function* probeHttp(station: Station, key: string, get: HTTPGetAction, spec: Spec, podIP: string, timeout: Millis): Steps<Found> {
  let target = httpTarget(get, spec, podIP, 'kube-probe/1.36');
  if (!target) return { result: 'unknown', error: `couldn't find port: ${get.port}` };
  for (let redirects = 0; redirects < 10; redirects++) {
    const reply = yield* askHttp(station, key, target, timeout);
    if (typeof reply === 'string') return { result: 'failure', output: reply };
    if (reply.status < 200 || reply.status >= 400) return { result: 'failure', output: `HTTP probe failed with statuscode: ${reply.status}` };
    const direct = serviceAt(station, target.address, target.port);
    if (reply.status < 300) return { result: 'success', steady: direct?.service.steady?.(asService(target, direct.source)) ?? false };
    const to = /^(?:(https?):\/\/([^:/]+)(?::(\d+))?)?(\/.*)?$/.exec(reply.headers['location'] ?? '');
    if (!to || (to[2] && to[2] !== target.address)) return { result: 'warning', output: `Probe terminated redirects, Response body: ${String(reply.body)}` };
    target = { ...target, scheme: to[1] ?? target.scheme, port: to[3] ? Number(to[3]) : target.port, path: to[4] ?? '/' };
  }
  return { result: 'failure', output: 'stopped after 10 redirects' };
}

const quote = (text: string): string => JSON.stringify(text);

/** Runs a lifecycle hook; undefined when it went well, else the message of PostStartHookError. */
export function* runHook(station: Station, key: string, hook: LifecycleHandler, pod: Pod, spec: Spec, container: Container, podIP: string): Steps<string | undefined> {
  const where = `for Container ${quote(spec.name!)} in Pod ${quote(formatPod(pod))}`;
  const what = (kind: string, detail: string): string => `${kind} lifecycle hook (${detail}) ${where} failed - error: `;
  if (hook.exec) {
    const command = hook.exec.command ?? [];
    const ran = yield* runInside(station, key, container, command, Infinity);
    const about = what('Exec', `[${command.join(' ')}]`);
    if ('error' in ran) return `${about}${ran.error}, message: ""`;
    if ('timedOut' in ran) return `${about}command timed out, message: ""`;
    return ran.code === 0 ? undefined : `${about}command '${command.join(' ')}' exited with ${ran.code}: ${ran.output}, message: ${quote(ran.output)}`;
  }
  if (hook.httpGet) {
    const target = httpTarget(hook.httpGet, spec, podIP, 'kube-lifecycle/1.36');
    if (!target) return `${what('HTTP', hook.httpGet.path ?? '')}couldn't find port: ${hook.httpGet.port}`;
    const reply = yield* askHttp(station, key, target, 30_000);
    return typeof reply === 'string' ? `${what('HTTP', hook.httpGet.path ?? '')}${reply}` : undefined;
  }
  if (hook.sleep) {
    const until = station.agenda.now + (hook.sleep.seconds ?? 0) * 1000;
    while (station.agenda.now < until && container.state === 'running') yield until;
  }
  return undefined;
}
