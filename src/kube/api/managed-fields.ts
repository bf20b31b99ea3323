/**
 * metadata.managedFields: who set which field, by which request. What happened is noted at each write, the sets are worked out when
 * somebody outside asks, so that components write cheaply. Stored objects do not carry them.
 * Stands for k8s.io/apimachinery/pkg/util/managedfields.
 * Unlike Kubernetes: a component's status update makes it the owner of the whole status; tables come without managedFields.
 */
import type { Exchange } from './exchange.ts';
import { blank, compare, difference, emptySet, fromFieldsV1, isEmpty, stripped, toFieldsV1, union, type FieldSet } from './field-set.ts';
import { same } from './frozen.ts';
import { keyOf } from './keys.ts';
import { parameter } from './path.ts';
import type { Draft } from './kind.ts';
import type { KubeObject } from './wire.ts';
import type { Type } from '../schema/schema.ts';
import { fromStored } from './convert.ts';

/** The fields of one manager. */
export interface Managed {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource: string;
  readonly apiVersion: string;
  /** RFC 3339 of the last change. */
  readonly time: string;
  readonly set: FieldSet;
}

/** A write that has not been worked into the managers' sets yet. */
interface Write {
  readonly manager: string;
  readonly subresource: string;
  readonly apiVersion: string;
  readonly time: string;
  /** The object as created. */
  readonly created?: KubeObject;
  /** What an update changed and removed; missing: all of the status. */
  readonly changed?: FieldSet;
  readonly removed?: FieldSet;
}

/** What is known of one object: sets worked out so far, and the writes since. */
export interface Ledger {
  readonly managers: readonly Managed[];
  readonly writes: readonly Write[];
}

const MOST_WRITES = 12;
const MOST_MANAGERS = 10;
const NOTHING: Ledger = { managers: [], writes: [] };

/** Ledgers of objects that a dry run made and nobody stored. */
const dry = new WeakMap<KubeObject, Ledger>();
/** Components write these all the time, and nobody asks whose their fields are. */
const UNTOLD = new Set(['events', 'leases.coordination.k8s.io']);

const keyIn = (x: Exchange, object: KubeObject): string => keyOf(x.prefix, object.metadata.namespace, object.metadata.name);
const ledgerOf = (x: Exchange, object: KubeObject): Ledger | undefined => dry.get(object) ?? x.core.ledgers.get(keyIn(x, object));

function keep(x: Exchange, object: KubeObject, ledger: Ledger): void {
  if (x.dryRun) dry.set(object, ledger);
  else x.core.ledgers.set(keyIn(x, object), ledger);
}

/** The name under which a request's writer is known. */
export function managerOf(x: Exchange): string {
  const asked = parameter(x.request, 'fieldManager');
  if (asked) return asked;
  const user = x.user.name;
  if (x.loopback && user.startsWith('system:serviceaccount:kube-system:') && user.endsWith('-controller')) return 'kube-controller-manager';
  if (x.loopback && user.startsWith('system:node:')) return 'kubelet';
  const agent = x.request.headers?.['user-agent'] ?? '';
  return (agent.split('/')[0] ?? '').slice(0, 128) || 'unknown';
}

const writeOf = (x: Exchange): Pick<Write, 'manager' | 'subresource' | 'apiVersion' | 'time'> => ({
  manager: managerOf(x), subresource: x.info.subresource ?? '', apiVersion: x.resource.apiVersion, time: x.at.stamp,
});

/** Notes a creation: the writer owns what it said, else the whole object. */
export function noteCreate(x: Exchange, object: KubeObject, said: Draft | undefined): void {
  if (x.loopback && UNTOLD.has(x.stored.groupResource)) return;
  keep(x, object, { managers: [], writes: [{ ...writeOf(x), created: (said as unknown as KubeObject | undefined) ?? object }] });
}

/** What a request itself says of the managers: undefined when that is what is known already, or nothing. */
export function restated(x: Exchange, old: KubeObject, given: unknown): Ledger | undefined {
  if (x.loopback || !Array.isArray(given) || given.length === 0) return undefined;
  if (same(given, (shown(x, old).metadata as { managedFields?: unknown }).managedFields ?? [])) return undefined;
  const entries = given as readonly { manager?: string; operation?: string; subresource?: string; apiVersion?: string; time?: string; fieldsV1?: unknown }[];
  // One empty entry is the way to forget them all.
  if (entries.length === 1 && !entries[0]?.manager && !entries[0]?.operation) return NOTHING;
  const managers = entries.map((m): Managed => ({ manager: m.manager ?? '', operation: m.operation === 'Apply' ? 'Apply' : 'Update', subresource: m.subresource ?? '', apiVersion: m.apiVersion ?? x.resource.apiVersion, time: m.time ?? x.at.stamp, set: fromFieldsV1(m.fieldsV1) }));
  return { managers, writes: [] };
}

/** Notes an update: what it changed belongs to its writer now. `known` is what the request said of the managers. */
export function noteUpdate(x: Exchange, old: KubeObject, now: KubeObject, known?: Ledger): void {
  if (x.loopback && UNTOLD.has(x.stored.groupResource)) return;
  const ledger = known ?? ledgerOf(x, old) ?? NOTHING;
  const how = writeOf(x);
  const last = ledger.writes.at(-1);
  let write: Write;
  if (x.loopback && how.subresource === 'status') {
    if (last && !last.created && !last.changed && last.manager === how.manager) {
      keep(x, now, { ...ledger, writes: [...ledger.writes.slice(0, -1), how] });
      return;
    }
    write = how;
  } else {
    const changed = emptySet();
    const removed = emptySet();
    compare(old, now, rootForm(x.stored.type), changed, removed);
    write = { ...how, changed: stripped(changed), removed: stripped(removed) };
    if (isEmpty(write.changed!) && isEmpty(write.removed!)) {
      if (x.dryRun || known) keep(x, now, ledger);
      return;
    }
  }
  const next: Ledger = { managers: ledger.managers, writes: [...ledger.writes, write] };
  keep(x, now, next.writes.length > MOST_WRITES ? { managers: worked(next, now, x.stored.type), writes: [] } : next);
}

/** Sets what is known, after an apply. */
export const setManagers = (x: Exchange, object: KubeObject, managers: readonly Managed[]): void => keep(x, object, { managers, writes: [] });

/** The root of a type as a form. */
export const rootForm = (type: Type | undefined): { readonly base: 'object'; readonly type: Type } | undefined => type && { base: 'object', type };

function statusSet(object: KubeObject, type: Type | undefined): FieldSet {
  const set = emptySet();
  const base = type ? (blank(type) as KubeObject) : undefined;
  compare({ status: base?.['status'] ?? {} }, { status: object['status'] }, rootForm(type), set, emptySet());
  return stripped(set);
}

/** The managers' sets with every write worked in. */
function worked(ledger: Ledger, now: KubeObject, type: Type | undefined): readonly Managed[] {
  let managers = [...ledger.managers];
  for (const w of ledger.writes) {
    let set: FieldSet;
    let removed: FieldSet | undefined;
    if (w.created) {
      const changed = emptySet();
      compare(type ? blank(type) : { metadata: {} }, w.created, rootForm(type), changed, emptySet());
      set = stripped(changed);
      if (w.subresource === '') set.below.delete('f:status');
    } else {
      set = w.changed ?? statusSet(now, type);
      removed = w.removed;
    }
    managers = managers.map((m) => ({ ...m, set: difference(removed ? difference(m.set, removed) : m.set, isSame(m, w) ? emptySet() : set) })).filter((m) => !isEmpty(m.set));
    const own = managers.findIndex((m) => isSame(m, w));
    if (own >= 0) managers[own] = { ...managers[own]!, time: w.time, set: union(managers[own]!.set, set) };
    else if (!isEmpty(set)) managers.push({ manager: w.manager, operation: 'Update', subresource: w.subresource, apiVersion: w.apiVersion, time: w.time, set });
  }
  return capped(managers);
}

const isSame = (m: Managed, w: Write): boolean => m.operation === 'Update' && m.manager === w.manager && m.subresource === w.subresource && m.apiVersion === w.apiVersion;

/** The oldest of too many updaters are told as one. */
function capped(managers: readonly Managed[]): readonly Managed[] {
  const updates = managers.filter((m) => m.operation === 'Update' && m.subresource === '').sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  if (updates.length <= MOST_MANAGERS) return managers;
  const old = new Set(updates.slice(0, updates.length - MOST_MANAGERS + 1));
  let set = emptySet();
  for (const m of old) set = union(set, m.set);
  return [...managers.filter((m) => !old.has(m)), { ...updates[0]!, manager: 'ancient-changes', set }];
}

/** The managers of an object of the store. */
export function managersOf(x: Exchange, object: KubeObject): readonly Managed[] {
  const ledger = ledgerOf(x, object);
  if (!ledger) return [];
  if (!ledger.writes.length) return ledger.managers;
  const managers = worked(ledger, object, x.stored.type);
  if (dry.has(object)) dry.set(object, { managers, writes: [] });
  else x.core.ledgers.set(keyIn(x, object), { managers, writes: [] });
  return managers;
}

const order = (a: Managed, b: Managed): number => {
  const key = (m: Managed): string => `${m.operation}\0${m.time}\0${m.manager}\0${m.apiVersion}\0${m.subresource}`;
  return key(a) < key(b) ? -1 : 1;
};

/** What was written of the managers of an object. */
const written = new WeakMap<readonly Managed[], readonly unknown[]>();

/** An object of the store as outsiders see it: in the version asked for, with managedFields. */
export function shown(x: Exchange, object: KubeObject): KubeObject {
  const converted = fromStored(x, x.kind?.seen?.(object, x.core.unix) ?? object);
  if (x.loopback) return converted;
  const managers = managersOf(x, object);
  if (!managers.length) return converted;
  let managedFields = written.get(managers);
  if (!managedFields) {
    managedFields = [...managers].sort(order).map((m) => ({
      manager: m.manager, operation: m.operation, apiVersion: m.apiVersion, time: m.time, fieldsType: 'FieldsV1', fieldsV1: toFieldsV1(m.set), ...(m.subresource && { subresource: m.subresource }),
    }));
    written.set(managers, managedFields);
  }
  return { ...converted, metadata: { ...converted.metadata, managedFields } };
}
