/**
 * A network namespace: addresses, devices, routes, and who listens. Stands for Linux' netns with its socket table.
 * Unlike Linux: ports are bound per address or for all, SO_REUSEPORT does not exist.
 */
import type { Stop } from '../sim/clock.ts';
import type { Connection, Datagram, Device, HttpService, Listener, NetNamespace, Route } from './network.ts';
import { NetError } from './network.ts';
import { Waiters } from './pipe.ts';
import type { Process, Running, Wakeable } from './process.ts';

const ANY = '0.0.0.0';

/** What answers at a port: a listening process, a service without a process, or a datagram's answer. */
export interface Socket {
  readonly address: string;
  readonly port: number;
  readonly listener?: ListenerQueue;
  readonly service?: HttpService;
  /** Whose the service is. */
  readonly process?: Process;
  readonly answer?: (question: Datagram) => Datagram | undefined;
}

/** A listening TCP or UDP socket. */
export class ListenerQueue implements Listener {
  readonly protocol: 'TCP' | 'UDP';
  readonly address: string;
  readonly port: number;
  readonly process?: Process;
  tls?: { readonly authority: string; readonly names: readonly string[] };
  whole?: Listener['whole'];
  private readonly queue: Connection[] = [];
  private readonly waiters = new Waiters();
  private closed = false;
  private readonly release: Stop;

  constructor(protocol: 'TCP' | 'UDP', address: string, port: number, release: Stop, process?: Process) {
    this.protocol = protocol;
    this.address = address;
    this.port = port;
    this.release = release;
    if (process) this.process = process;
  }

  *accept(): Running<Connection> {
    const stop = this.process ? this.waiters.listen(this.process) : undefined;
    try {
      for (;;) {
        const next = this.poll();
        if (next) return next;
        yield;
      }
    } finally {
      stop?.();
    }
  }

  poll(): Connection | undefined {
    return this.queue.shift();
  }

  /** Wakes `p` when a connection arrives. */
  listen(p: Wakeable): Stop {
    return this.waiters.listen(p);
  }

  /** A connection has arrived. */
  arrive(connection: Connection): void {
    if (this.closed) return connection.reset();
    this.queue.push(connection);
    this.waiters.poke();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.release();
    for (const connection of this.queue) connection.reset();
  }
}

export class Namespace implements NetNamespace {
  readonly name: string;
  addresses: readonly string[];
  devices: readonly Device[];
  routes: readonly Route[];
  private readonly tcp = new Map<number, Socket[]>();
  private readonly udp = new Map<number, Socket[]>();
  private ephemeral = 32_768;

  constructor(name: string, options: { addresses?: readonly string[]; devices?: readonly Device[]; routes?: readonly Route[] } = {}) {
    this.name = name;
    this.addresses = options.addresses ?? [];
    this.devices = options.devices ?? [];
    this.routes = options.routes ?? [];
  }

  get listeners(): readonly Listener[] {
    const out: Listener[] = [];
    for (const [table, protocol] of [[this.tcp, 'TCP'], [this.udp, 'UDP']] as const) {
      for (const sockets of table.values()) {
        for (const socket of sockets) out.push(socket.listener ?? new ListenerQueue(protocol, socket.address, socket.port, () => {}, socket.process));
      }
    }
    return out.sort((a, b) => (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : a.port - b.port || (a.address < b.address ? -1 : 1)));
  }

  /** Puts a server that answers as objects at a TCP port, for one address or all. Throws NetError EADDRINUSE. */
  serve(port: number, service: HttpService, address: string = ANY, process?: Process): Stop {
    return this.bind(this.tcp, { address, port, service, ...(process && { process }) });
  }

  /** Answers UDP datagrams at a port without a process. Throws NetError EADDRINUSE. */
  answer(port: number, answer: (question: Datagram) => Datagram | undefined, address: string = ANY): Stop {
    return this.bind(this.udp, { address, port, answer });
  }

  /** Opens a listening socket for a process; port 0 takes a free one. Throws NetError EADDRINUSE. */
  listen(protocol: 'TCP' | 'UDP', port: number, address: string, process?: Process, answer?: (question: Datagram) => Datagram | undefined): ListenerQueue {
    const table = protocol === 'TCP' ? this.tcp : this.udp;
    const number = port === 0 ? this.freePort() : port;
    const listener = new ListenerQueue(protocol, address, number, () => release(), process);
    const release = this.bind(table, { address, port: number, listener, ...(answer && { answer }) });
    return listener;
  }

  /** What stands at an address and TCP port of this namespace. */
  at(address: string, port: number): Socket | undefined {
    return find(this.tcp, address, port);
  }

  /** What answers datagrams at an address and UDP port. */
  udpAt(address: string, port: number): Socket | undefined {
    return find(this.udp, address, port);
  }

  /** A port for an outgoing connection. */
  freePort(): number {
    do this.ephemeral = this.ephemeral >= 60_999 ? 32_768 : this.ephemeral + 1;
    while (this.tcp.has(this.ephemeral));
    return this.ephemeral;
  }

  /** Is this one of the namespace's own addresses? */
  has(address: string): boolean {
    return address.startsWith('127.') || this.addresses.includes(address);
  }

  private bind(table: Map<number, Socket[]>, socket: Socket): Stop {
    const there = table.get(socket.port);
    if (there?.some((other) => other.address === socket.address || other.address === ANY || socket.address === ANY)) {
      throw new NetError('EADDRINUSE', socket.address, socket.port, 'Address already in use');
    }
    if (there) there.push(socket);
    else table.set(socket.port, [socket]);
    return () => {
      const rest = (table.get(socket.port) ?? []).filter((other) => other !== socket);
      if (rest.length > 0) table.set(socket.port, rest);
      else table.delete(socket.port);
    };
  }
}

function find(table: Map<number, Socket[]>, address: string, port: number): Socket | undefined {
  const sockets = table.get(port);
  return sockets?.find((socket) => socket.address === address) ?? sockets?.find((socket) => socket.address === ANY);
}
