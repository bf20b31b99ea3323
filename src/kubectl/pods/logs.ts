/**
 * The logs of an object's containers: which requests they take, and printing what comes.
 * Stands for kubectl's logsforobject and the consuming half of cmd/logs.
 * Unlike Kubernetes: logs of several containers come in the order of the Pods; the real order is random.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Stream } from '../../machine/network.ts';
import type { Running } from '../../machine/process.ts';
import type { Query } from '../client.ts';
import type { Kubectl } from '../command.ts';
import { CliError, StatusError } from '../errors.ts';
import { quote } from '../go.ts';
import { known } from '../resources.ts';
import { DEFAULT_CONTAINER, containerNamed, defaulted, hasOthers, unfit, type Pod } from './containers.ts';
import { BY_LOGGING, podsOf, selectorOf, typeName } from './select.ts';

/** One container's log. */
export interface LogRequest {
  readonly pod: string;
  readonly namespace: string;
  readonly container: string;
}

export interface LogsWanted {
  readonly container: string;
  readonly allContainers: boolean;
  readonly allPods: boolean;
  /** Milliseconds to wait for a Pod. */
  readonly timeout: number;
}

function ofPod(k: Kubectl, pod: Pod, wanted: LogsWanted): LogRequest[] {
  const { name, namespace = '', annotations } = pod.metadata;
  const { spec } = pod;
  if (wanted.allContainers) return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])].map((c) => ({ pod: name, namespace, container: c.name }));
  let container = wanted.container;
  const usual = annotations?.[DEFAULT_CONTAINER];
  if (container === '' && usual) {
    if (containerNamed(pod, usual)) container = usual;
    else k.err(`Default container name ${quote(usual)} not found in pod ${name}\n`);
  }
  if (container === '') {
    container = spec.containers[0]!.name;
    if (hasOthers(pod) && !wanted.allPods) k.err(defaulted(pod, container));
  }
  if (!containerNamed(pod, container)) throw unfit(pod, container);
  return [{ pod: name, namespace, container }];
}

/** The requests that an object's logs take. Throws CliError. */
export function* logRequests(k: Kubectl, object: KubeObject, wanted: LogsWanted): Running<readonly LogRequest[]> {
  if (object.kind === 'PodList') return (object as unknown as { readonly items: readonly Pod[] }).items.flatMap((pod) => ofPod(k, pod, wanted));
  if (object.kind === 'Pod') return ofPod(k, object as Pod, wanted);
  let selector: string;
  try {
    selector = selectorOf(object);
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`cannot get the logs from ${typeName(object)}: ${error.message}`);
    throw error;
  }
  const pods = yield* podsOf(k, object.metadata.namespace ?? '', selector, wanted.timeout, BY_LOGGING);
  if (pods.length > 1 && wanted.allPods) return pods.flatMap((pod) => ofPod(k, pod, wanted));
  if (pods.length > 1) k.err(`Found ${pods.length} pods, using pod/${pods[0]!.metadata.name}\n`);
  return ofPod(k, pods[0]!, wanted);
}

/** Where the text of one log goes, line by line when there is a prefix. */
class Printer {
  private readonly write: (text: string) => void;
  private readonly prefix: string;
  private rest = '';

  constructor(write: (text: string) => void, prefix: string) {
    this.write = write;
    this.prefix = prefix;
  }

  take(text: string): void {
    if (!this.prefix) return this.write(text);
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) this.write(`${this.prefix}${line}\n`);
  }

  end(): void {
    if (this.rest) this.write(this.prefix + this.rest);
    this.rest = '';
  }
}

export interface Consuming {
  readonly query: Query;
  readonly follow: boolean;
  readonly prefix: boolean;
  readonly ignoreErrors: boolean;
  /** Milliseconds during which a log that cannot be followed yet is asked for again. */
  readonly timeout: number;
}

const askFor = (k: Kubectl, request: LogRequest, query: Query) =>
  k.client.ask({ path: `/api/v1/namespaces/${request.namespace}/pods/${request.pod}/log`, query: { ...query, container: request.container }, accept: 'application/json, */*' });

/** A log that is being read: a stream, or what it said at once. */
interface Open {
  readonly stream: Stream | undefined;
  readonly printer: Printer;
}

function* open(k: Kubectl, request: LogRequest, how: Consuming): Running<Open | undefined> {
  const printer = new Printer((text) => k.out(text), how.prefix ? `[pod/${request.pod}/${request.container}] ` : '');
  const until = k.p.now + how.timeout;
  for (;;) {
    try {
      const reply = yield* askFor(k, request, how.query);
      if (typeof reply.body === 'string' && !reply.stream) {
        printer.take(reply.body);
        printer.end();
      }
      return { stream: reply.stream, printer };
    } catch (error) {
      if (!known(error)) throw error;
      if (how.ignoreErrors) {
        k.out(`error: ${error.message}\n`);
        return undefined;
      }
      if (!how.follow) throw error;
      k.err(`${error.message}\n`);
      if (!(error instanceof StatusError)) throw error;
      if (k.p.now + 1000 > until) throw new CliError('context deadline exceeded');
      yield* k.p.sleep(1000);
    }
  }
}

/** Prints logs: one after the other, or all at once while they are followed. */
export function* printLogs(k: Kubectl, requests: readonly LogRequest[], how: Consuming): Running<void> {
  if (!how.follow || requests.length === 1) {
    for (const request of requests) {
      const log = yield* open(k, request, how);
      if (log?.stream) yield* drain(k, [log]);
    }
    return;
  }
  const logs: Open[] = [];
  for (const request of requests) {
    const log = yield* open(k, request, how);
    if (log?.stream) logs.push(log);
  }
  yield* drain(k, logs);
}

function* drain(k: Kubectl, logs: readonly Open[]): Running<void> {
  const stops = logs.map(({ stream }) => stream!.listen(k.p));
  try {
    for (;;) {
      for (const { stream, printer } of logs) {
        for (let text = stream!.take(); text !== undefined; text = stream!.take()) printer.take(String(text));
        if (stream!.ended) printer.end();
      }
      yield* k.p.flush();
      if (logs.every(({ stream }) => stream!.ended)) return;
      yield;
    }
  } finally {
    for (const stop of stops) stop();
    for (const { stream } of logs) stream!.close();
  }
}
