/**
 * Port-forward into a Pod, and HTTP requests to a Pod or the node through the API server.
 * Stands for the CRI streaming server's portforward and the kubelet's own pages.
 * Unlike Kubernetes: a proxied request is answered in no time; a server that waits before it answers gives an error.
 */
import { connect } from '../../machine/connection.ts';
import { requestOver } from '../../machine/http.ts';
import type { Kernel } from '../../machine/kernel.ts';
import type { Namespace, Socket } from '../../machine/namespace.ts';
import { NetError } from '../../machine/network.ts';
import type { Process } from '../../machine/process.ts';
import type { Task } from '../../machine/task.ts';
import { failure } from '../api/status.ts';
import type { Response } from '../api/wire.ts';
import { asService, goNetError, wholeReply } from './ask.ts';
import { Queue } from './feed.ts';

const LATENCY = 0.5;

/** Opens a connection to a port inside a Pod. */
export function forward(kernel: Kernel, net: Namespace, sandbox: string, port: number): Response {
  const head = { code: 101, headers: { upgrade: 'websocket' } };
  const socket = net.at('127.0.0.1', port);
  if (!socket?.listener) {
    const inside = `failed to connect to localhost:${port} inside namespace "${sandbox}"`;
    const refused = 'connect: connection refused';
    const dialled = `IPv4: dial tcp4 127.0.0.1:${port}: ${refused} IPv6 dial tcp6 [::1]:${port}: ${refused} `;
    const why = `error forwarding port ${port} to pod ${sandbox}, uid : failed to execute portforward in network namespace "/var/run/netns/cni": ${inside}, ${dialled}`;
    const queue = new Queue();
    queue.push({ status: failure(500, 'InternalError', why) });
    queue.end();
    return { ...head, feed: queue };
  }
  const local = { address: '127.0.0.1', port: net.freePort() };
  const there = { address: '127.0.0.1', port };
  const { client, server } = connect(kernel.later, LATENCY, { client: local, dialled: there, seen: local, reached: there });
  const queue: Queue = new Queue({
    send(item) {
      const { data } = item as { data?: string };
      if (data !== undefined) client.output.write(data);
      else client.output.close();
    },
    closed() {
      stop();
      client.close();
    },
  });
  const pump = (): void => {
    try {
      for (;;) {
        const data = client.input.take();
        if (data === '') return;
        if (data !== undefined) {
          queue.push({ data });
          continue;
        }
        break;
      }
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    }
    stop();
    queue.end();
  };
  const stop = client.input.listen({ poke: pump });
  socket.listener.arrive(server);
  return { ...head, feed: queue };
}

/** A request as the proxies hand it on. */
export interface Proxied {
  readonly method: string;
  readonly path: string;
  readonly scheme: string;
  readonly body?: unknown;
}

const ROUNDS = 1000;

/** Asks whoever stands at a socket, letting its processes run in this very moment. */
function converse(
  kernel: Kernel, socket: Socket, host: Task, request: Proxied, headers: Readonly<Record<string, string>>, peer: string,
): { status: number; headers: Record<string, string>; body: string } | undefined {
  const end = { address: peer, port: 40_000 };
  const { client, server } = connect(kernel.later, 0, { client: end, dialled: end, seen: end, reached: { address: peer, port: socket.port } });
  socket.listener!.arrive(server);
  const talk = requestOver(host, client, { ...request, host: `${peer}:${socket.port}`, headers });
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const step = talk.next();
      if (step.done) return step.value;
      for (const process of socket.listener!.process?.machine.processes.values() ?? []) kernel.wake((process as Task).key);
    }
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  } finally {
    talk.return(undefined as never);
    client.close();
  }
  return undefined;
}

/** Hands an HTTP request to a port of a namespace. */
export function proxyTo(kernel: Kernel, net: Namespace, address: string, port: number, request: Proxied, host: Process, peer: string): Response {
  const failed = (why: string): Response => {
    const message = `error trying to reach service: ${why}`;
    return { code: 503, body: failure(503, 'ServiceUnavailable', message, { causes: [{ message }] }) };
  };
  const socket = net.at(address, port);
  if (!socket) return failed(goNetError(new NetError('ECONNREFUSED', address, port), address, port));
  const headers = { 'User-Agent': 'kube-apiserver', 'X-Forwarded-For': '127.0.0.1, 192.168.56.100', 'Accept-Encoding': 'gzip' };
  if (socket.service) {
    const reply = socket.service.answer(asService({ ...request, headers }, peer));
    return { code: reply.status, headers: { ...reply.headers }, body: reply.body };
  }
  const whole = wholeReply(socket, asService({ ...request, headers: { Host: `${address}:${port}`, ...headers } }, peer));
  const reply = whole ?? (socket.listener && converse(kernel, socket, host as Task, request, headers, peer));
  if (!reply) return failed('EOF');
  return { code: reply.status, headers: reply.headers, body: reply.body };
}
