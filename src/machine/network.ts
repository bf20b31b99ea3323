/**
 * The network as programs and machines see it: namespaces with addresses, listeners, connections, name errors.
 * Stands for Linux' network stack from the socket up. Who reaches whom is decided by a Network (kube/net fills it with rules).
 */
import type { Chunk } from '../sim/chunk.ts';
import type { Millis } from '../sim/clock.ts';
import type { Answer, Incoming } from './http.ts';
import type { Process, Running, Sink, Source } from './process.ts';

export type NetErrno = 'ECONNREFUSED' | 'ETIMEDOUT' | 'EHOSTUNREACH' | 'ENETUNREACH' | 'ENOTFOUND' | 'EADDRINUSE' | 'ECONNRESET' | 'EAI_AGAIN' | 'ECERT';

export class NetError extends Error {
  readonly code: NetErrno;
  /** Host name or address it was about. */
  readonly host: string;
  readonly port: number;
  constructor(code: NetErrno, host: string, port = 0, message: string = code) {
    super(message);
    this.code = code;
    this.host = host;
    this.port = port;
  }
}

/** A network namespace: what a node, a laptop or a Pod sees of the network. */
export interface NetNamespace {
  readonly name: string;
  /** IPv4 addresses besides 127.0.0.1, the first one is the source of outgoing traffic. */
  readonly addresses: readonly string[];
  readonly devices: readonly Device[];
  readonly routes: readonly Route[];
  /** Listening sockets: what `ss -lnt` shows. */
  readonly listeners: readonly Listener[];
}

export interface Device {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** `10.244.1.3/24` */
  readonly addresses: readonly string[];
  /** Its number in its namespace, and that of the other end of a pair: `2: eth0@if14`. */
  readonly index?: number;
  readonly peer?: number;
}

export interface Route {
  /** `default` or a CIDR. */
  readonly to: string;
  readonly via?: string;
  readonly device: string;
  readonly source?: string;
  /** `link`, `host`, `proto kernel scope link`: what stands behind the device. */
  readonly scope?: string;
}

export interface Listener {
  readonly protocol: 'TCP' | 'UDP';
  /** `0.0.0.0` for all addresses. */
  readonly address: string;
  readonly port: number;
  /** Who listens; undefined for a service without a process of its own. */
  readonly process?: Process;
  /** Set by a server that speaks TLS; the connection then carries the plain text. */
  tls?: { readonly authority: string; readonly names: readonly string[] };
  /** Set by a web server: its answer to a whole request, as a connection would bring it; undefined when that takes time or the server cannot now. */
  whole?: (request: Incoming) => Answer | undefined;
  /** Waits for the next connection. */
  accept(): Running<Connection>;
  /** The next connection that waits, if one does. */
  poll(): Connection | undefined;
  /** Wakes a process when a connection arrives, for one that waits for more than that. */
  listen?(p: { poke(): void }): () => void;
  close(): void;
}

/** One end of a TCP connection. */
export interface Connection {
  readonly input: Source;
  readonly output: Sink;
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
  close(): void;
  /** Ends it with ECONNRESET on the other side. */
  reset(): void;
}

export interface Datagram {
  readonly from: { readonly address: string; readonly port: number };
  readonly body: unknown;
}

export interface HttpRequest {
  readonly method: string;
  /** `http://HOST[:PORT]/PATH` or https. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or an object that travels as JSON. */
  readonly body?: unknown;
  /** PEM of a client certificate, for TLS servers that ask for one. */
  readonly certificate?: string;
  /** PEM of the private key that belongs to `certificate`; a simulated server takes the certificate's word. */
  readonly key?: string;
  /** PEM of the authorities to trust for https; `insecure` trusts any. */
  readonly authority?: string;
  readonly insecure?: boolean;
  /** Milliseconds to wait for connection and answer together; default: for ever after a 130 s connect timeout. */
  readonly timeout?: Millis;
}

export interface HttpReply {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or the object that the server's JSON stood for. */
  readonly body: unknown;
  /** Of a watch, a followed log, an upgraded connection: what keeps coming. */
  readonly stream?: Stream;
  /** The address that answered. */
  readonly remote: { readonly address: string; readonly port: number };
}

/** Something that keeps coming: watch events (objects), log text, or the channels of an upgraded connection. */
export interface Stream {
  /** The next item, undefined when none is there now. */
  take(): unknown;
  readonly ended: boolean;
  /** Wakes the process when an item arrives or the end is reached. */
  listen(p: { poke(): void }): () => void;
  /** Client to server, where that exists: exec's standard input, a resize, a port-forward's bytes. */
  send?(item: unknown): void;
  close(): void;
}

/**
 * A server without sockets of its own: answers a request at once, as plain objects, without writing HTTP as text.
 * The API server is one. Programs reach it by `fetch` like any other server.
 */
export interface HttpService {
  readonly tls?: { readonly authority: string; readonly names: readonly string[] };
  /** The answer to this request stays as it is for as long as the service stands: who watches by asking need not ask again. */
  steady?(request: ServiceRequest): boolean;
  /** Code that must be loaded before this request can be answered. */
  needs?(request: ServiceRequest): Chunk<unknown> | undefined;
  answer(request: ServiceRequest): Omit<HttpReply, 'remote'>;
}

/** A request as an HttpService gets it. `path` holds the query; `peer` is the client's address. */
export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly certificate?: string;
  readonly peer: string;
}

/** A try to reach an address from a namespace. */
export interface Attempt {
  readonly from: NetNamespace;
  readonly source: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'ICMP';
}

/** One station of a packet's way, for the picture and for traceroute. */
export interface Hop {
  readonly where: string;
  readonly what: string;
}

/** What became of an attempt. `source` is the address that the target sees. */
export type Outcome =
  | {
      readonly ok: true;
      readonly target: NetNamespace;
      readonly address: string;
      readonly port: number;
      readonly source: string;
      readonly latency: Millis;
      readonly hops: readonly Hop[];
      /** The addresses with which those who route on the way answer a traceroute. */
      readonly routers?: readonly string[];
    }
  | { readonly ok: false; readonly error: NetErrno; readonly why: string; readonly hops: readonly Hop[] };

/** Decides who reaches whom. `Wire` in wire.ts is the plain one; kube/net's adds Services and policies. */
export interface Network {
  reach(attempt: Attempt): Outcome;
}
