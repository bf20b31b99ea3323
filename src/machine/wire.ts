/**
 * The plain network: one cable on which every plugged-in namespace is reachable by its addresses, without rules.
 * Stands for a switch. kube/net has a network with Services, routes and policies.
 */
import type { Stop } from '../sim/clock.ts';
import type { Namespace } from './namespace.ts';
import type { Attempt, Network, Outcome } from './network.ts';

/** Milliseconds from one machine to another. */
const LATENCY = 0.25;

export class Wire implements Network {
  private readonly plugged: Namespace[] = [];

  /** Plugs a namespace in; its addresses may change later. */
  plug(namespace: Namespace): Stop {
    this.plugged.push(namespace);
    return () => void this.plugged.splice(this.plugged.indexOf(namespace), 1);
  }

  reach(attempt: Attempt): Outcome {
    const { address, port, from } = attempt;
    const target = this.plugged.find((namespace) => namespace.addresses.includes(address));
    if (address.startsWith('127.')) return { ok: false, error: 'ECONNREFUSED', why: 'nobody listens', hops: [] };
    if (!target) return { ok: false, error: 'EHOSTUNREACH', why: `nobody on the wire has ${address}`, hops: [] };
    return { ok: true, target, address, port, source: attempt.source, latency: target === from ? 0 : LATENCY, hops: [{ where: target.name, what: 'wire' }] };
  }
}
