/**
 * Writes events as a component does: equal ones are counted up, many alike are combined, too many are dropped.
 * Stands for client-go's tools/record with its EventCorrelator.
 */
import type { Clock, Millis } from '../../sim/clock.ts';
import { rfc3339 } from '../../sim/date.ts';
import type { Random } from '../../sim/random.ts';
import type { KubeObject } from '../api/wire.ts';
import { ApiError, type Client } from './controller.ts';

interface Source {
  readonly component: string;
  readonly host?: string;
  readonly clock: Clock;
  readonly epoch: number;
  readonly random: Random;
}

/** An event that was written, to be counted up when it happens again. */
interface Written {
  readonly namespace: string;
  readonly name: string;
  readonly first: string;
  count: number;
}

/** Events of one object and reason whose messages differ. */
interface Alike {
  readonly messages: Set<string>;
  last: Millis;
}

/** A bucket of tokens for one object. */
interface Budget {
  tokens: number;
  at: Millis;
}

const MOST_ALIKE = 10;
const ALIKE_WITHIN = 600_000;
const BURST = 25;
const REFILL = 300_000;
const KEPT = 4096;

/** The oldest entry of a map that has grown too large falls out. */
function keep<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.delete(key);
  map.set(key, value);
  if (map.size > KEPT) map.delete(map.keys().next().value as K);
  return value;
}

export class EventRecorder {
  private readonly client: Client;
  private readonly source: Source;
  private readonly written = new Map<string, Written>();
  private readonly alike = new Map<string, Alike>();
  private readonly budgets = new Map<string, Budget>();

  constructor(client: Client, source: Source) {
    this.client = client;
    this.source = source;
  }

  /** Writes an event about an object, or counts an equal one up. */
  record(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string, fieldPath: string | undefined): void {
    const { metadata: meta, kind, apiVersion } = about;
    const { component, host, clock, epoch, random } = this.source;
    const object = `${apiVersion}/${kind}/${meta.namespace ?? ''}/${meta.name}/${meta.uid ?? ''}/${fieldPath ?? ''}`;
    const { text, key } = this.combine(`${object}\0${type}\0${reason}`, message);
    if (!this.allowed(object)) return;
    const unix = epoch + clock.now;
    const stamp = rfc3339(unix);
    const known = this.written.get(key);
    if (known) {
      const count = known.count + 1;
      try {
        this.client.patch('events', known.namespace, known.name, { count, lastTimestamp: stamp, message: text });
        known.count = count;
        keep(this.written, key, known);
        return;
      } catch (error) {
        // The event is forgotten after an hour: it is written anew with its count.
        if (!(error instanceof ApiError) || error.code !== 404) return;
      }
    }
    const namespace = meta.namespace ?? 'default';
    const nano = BigInt(Math.floor(unix)) * 1_000_000n + BigInt(random.below(1_000_000));
    const name = `${meta.name}.${nano.toString(16)}`;
    const first = known?.first ?? stamp;
    const count = (known?.count ?? 0) + 1;
    try {
      this.client.create<KubeObject>({
        apiVersion: 'v1', kind: 'Event', metadata: { name, namespace },
        involvedObject: {
          kind, ...(meta.namespace && { namespace: meta.namespace }), name: meta.name, ...(meta.uid && { uid: meta.uid }), apiVersion,
          ...(meta.resourceVersion && { resourceVersion: meta.resourceVersion }), ...(fieldPath && { fieldPath }),
        },
        reason, message: text, source: { component, ...(host && { host }) }, firstTimestamp: first, lastTimestamp: stamp, count, type,
        eventTime: null, reportingComponent: component, reportingInstance: host ?? '',
      });
    } catch (error) {
      // Nobody waits for an event; a terminating namespace refuses it.
      if (!(error instanceof ApiError)) throw error;
      return;
    }
    keep(this.written, key, { namespace, name, first, count });
  }

  /** Events that differ only in their message are told as one, once there are many of them within ten minutes. */
  private combine(group: string, message: string): { readonly text: string; readonly key: string } {
    const { now } = this.source.clock;
    let alike = this.alike.get(group);
    if (!alike || now - alike.last > ALIKE_WITHIN) alike = { messages: new Set(), last: now };
    keep(this.alike, group, alike);
    alike.last = now;
    alike.messages.add(message);
    if (alike.messages.size <= MOST_ALIKE) return { text: message, key: `${group}\0${message}` };
    const oldest = alike.messages.values().next().value as string;
    alike.messages.delete(oldest);
    return { text: `(combined from similar events): ${message}`, key: group };
  }

  /** 25 events about an object at once, then one every five minutes. */
  private allowed(object: string): boolean {
    const { now } = this.source.clock;
    const budget = this.budgets.get(object) ?? { tokens: BURST, at: now };
    budget.tokens = Math.min(BURST, budget.tokens + (now - budget.at) / REFILL);
    budget.at = now;
    keep(this.budgets, object, budget);
    if (budget.tokens < 1) return false;
    budget.tokens--;
    return true;
  }
}
