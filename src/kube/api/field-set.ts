/**
 * Sets of fields: which paths of an object, in the tree form of FieldsV1 (`f:spec`, `k:{"name":"web"}`, `v:"x"`, `.`).
 * Stands for sigs.k8s.io/structured-merge-diff's fieldpath and typed packages.
 */
import { absentValue } from '../schema/decode.ts';
import type { Field, Shape, Type } from '../schema/schema.ts';
import { same } from './frozen.ts';

/** A place in the tree: whether it belongs to the set itself, and what lies below. */
export interface FieldSet {
  member: boolean;
  readonly below: Map<string, FieldSet>;
}

type Plain = Readonly<Record<string, unknown>>;
/** What is known of a value's form; undefined for custom resources: maps are granular, lists atomic. */
type Form = Shape | Field | undefined;

export const emptySet = (): FieldSet => ({ member: false, below: new Map() });
export const isEmpty = (set: FieldSet): boolean => !set.member && [...set.below.values()].every(isEmpty);

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

function child(set: FieldSet, step: string): FieldSet {
  let found = set.below.get(step);
  if (!found) set.below.set(step, (found = emptySet()));
  return found;
}

/** Drops branches that hold nothing. */
export function pruned(set: FieldSet): FieldSet {
  const out: FieldSet = { member: set.member, below: new Map() };
  for (const [step, sub] of set.below) {
    const kept = pruned(sub);
    if (kept.member || kept.below.size) out.below.set(step, kept);
  }
  return out;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const out: FieldSet = { member: a.member || b.member, below: new Map(a.below) };
  for (const [step, sub] of b.below) {
    const own = out.below.get(step);
    out.below.set(step, own ? union(own, sub) : sub);
  }
  return out;
}

export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const out: FieldSet = { member: a.member && !b.member, below: new Map() };
  for (const [step, sub] of a.below) {
    const other = b.below.get(step);
    const rest = other ? difference(sub, other) : sub;
    if (rest.member || rest.below.size) out.below.set(step, rest);
  }
  return out;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const out: FieldSet = { member: a.member && b.member, below: new Map() };
  for (const [step, sub] of a.below) {
    const other = b.below.get(step);
    if (!other) continue;
    const both = intersection(sub, other);
    if (both.member || both.below.size) out.below.set(step, both);
  }
  return out;
}

/** Every path below and including this place. */
export const covers = (set: FieldSet, step: string): boolean => set.below.has(step);

export const sameSet = (a: FieldSet, b: FieldSet): boolean => isEmpty(difference(a, b)) && isEmpty(difference(b, a));

/** As it stands in managedFields. */
export function toFieldsV1(set: FieldSet): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (set.member && set.below.size) out['.'] = {};
  for (const step of [...set.below.keys()].sort()) out[step] = toFieldsV1(set.below.get(step)!);
  return out;
}

/** Reads it back. */
export function fromFieldsV1(fields: unknown): FieldSet {
  const set = emptySet();
  for (const [step, sub] of Object.entries(isPlain(fields) ? fields : {})) {
    if (step === '.') set.member = true;
    else {
      const inner = fromFieldsV1(sub);
      if (!inner.below.size) inner.member = true;
      set.below.set(step, inner);
    }
  }
  return set;
}

const isAtomic = (form: Form): boolean => {
  if (!form) return false;
  if (form.base === 'any' || ('atomic' in form && form.atomic)) return true;
  if (form.base === 'object') return !!form.type?.atomic;
  return form.base === 'list' && !('listType' in form && form.listType !== 'atomic');
};

const fieldOf = (type: Type | undefined, name: string): Field | undefined => type?.fields.get(name);

/** The form of an element or a field of a granular value. */
const inner = (form: Form, name: string): Form => (form?.base === 'map' ? form.of : form?.base === 'object' ? fieldOf(form.type, name) : undefined);

/** The step to an item of a list: by its keys, or by its value in a set. */
function stepTo(item: unknown, form: Field): string {
  if (form.listType === 'set') return `v:${JSON.stringify(item)}`;
  const keys: Record<string, unknown> = {};
  for (const key of [...form.keys].sort()) {
    const value = (item as Plain)[key] ?? form.of?.type?.fields.get(key)?.default;
    if (value !== undefined) keys[key] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

function items(list: unknown, form: Field): Map<string, unknown> {
  const out = new Map<string, unknown>();
  for (const item of Array.isArray(list) ? (list as readonly unknown[]) : []) out.set(stepTo(item, form), item);
  return out;
}

/** Fields of an applied configuration: leaves, items, entries of maps, and what is empty. */
export function setOf(value: unknown, form: Form, set: FieldSet): void {
  if (isAtomic(form) || (!isPlain(value) && !(Array.isArray(value) && form?.base === 'list'))) {
    set.member = true;
    return;
  }
  if (isPlain(value)) {
    for (const [name, part] of Object.entries(value)) {
      const sub = child(set, `f:${name}`);
      const declared = form?.base === 'object';
      setOf(part, inner(form, name), sub);
      if (part === null || (isPlain(part) && Object.keys(part).length === 0) || (!declared && form !== undefined)) sub.member = true;
    }
    return;
  }
  for (const [step, item] of items(value, form as Field)) {
    const sub = child(set, step);
    setOf(item, form!.of, sub);
    sub.member = true;
  }
}

/** What differs between two states: `changed` holds what was added or has another value, `removed` what is gone. */
export interface Comparison {
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

/** Compares two states of a value. */
export function compare(old: unknown, now: unknown, form: Form, changed: FieldSet, removed: FieldSet): void {
  if (old === now) return;
  if (now === undefined) return whole(old, form, removed);
  if (old === undefined) return whole(now, form, changed);
  if (isAtomic(form) || (!isPlain(now) && !(Array.isArray(now) && form?.base === 'list'))) {
    if (!same(old, now)) changed.member = true;
    return;
  }
  if (isPlain(now)) {
    const before: Plain = isPlain(old) ? old : {};
    for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
      if (before[name] === now[name]) continue;
      compare(before[name], now[name], inner(form, name), child(changed, `f:${name}`), child(removed, `f:${name}`));
    }
    return;
  }
  const before = items(old, form as Field);
  const after = items(now, form as Field);
  for (const [step, item] of after) compare(before.get(step), item, form!.of, child(changed, step), child(removed, step));
  for (const [step, item] of before) if (!after.has(step)) whole(item, form!.of, child(removed, step));
}

/** A value that is there as a whole: every place in it. */
function whole(value: unknown, form: Form, set: FieldSet): void {
  set.member = true;
  if (isAtomic(form)) return;
  if (isPlain(value)) for (const [name, part] of Object.entries(value)) whole(part, inner(form, name), child(set, `f:${name}`));
  else if (Array.isArray(value) && form?.base === 'list') for (const [step, item] of items(value, form as Field)) whole(item, form.of, child(set, step));
}

/** What a new object is compared with: one of which nothing was said. */
export const blank = (type: Type): unknown => absentValue({ base: 'object', type });

const IGNORED = ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'];

/** Without what nobody owns: identity and what the server keeps. */
export function stripped(set: FieldSet): FieldSet {
  const below = new Map(set.below);
  below.delete('f:apiVersion');
  below.delete('f:kind');
  const meta = below.get('f:metadata');
  if (meta) {
    const kept = new Map(meta.below);
    for (const name of IGNORED) kept.delete(`f:${name}`);
    below.set('f:metadata', { member: false, below: kept });
  }
  return pruned({ member: false, below });
}

/** Every member as a path: `.spec.containers[name="web"].image`. */
export function pathsOf(set: FieldSet, at = ''): readonly string[] {
  const out: string[] = set.member ? [at] : [];
  for (const [step, sub] of [...set.below].sort(([a], [b]) => (a < b ? -1 : 1))) out.push(...pathsOf(sub, at + written(step)));
  return out;
}

function written(step: string): string {
  if (step.startsWith('f:')) return `.${step.slice(2)}`;
  if (step.startsWith('v:')) return `[=${step.slice(2)}]`;
  const keys = JSON.parse(step.slice(2)) as Plain;
  return `[${Object.entries(keys).map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}

/** The live value with the applied one merged in. */
export function merged(live: unknown, applied: unknown, form: Form): unknown {
  if (applied === undefined) return live;
  if (live === undefined || live === null || isAtomic(form)) return applied;
  if (isPlain(applied) && isPlain(live)) {
    const out: Record<string, unknown> = { ...live };
    for (const [name, part] of Object.entries(applied)) out[name] = merged(live[name], part, inner(form, name));
    return out;
  }
  if (Array.isArray(applied) && Array.isArray(live) && form?.base === 'list') {
    const own = items(live, form as Field);
    const wanted = items(applied, form as Field);
    return interleaved(own, wanted).map((step) => merged(own.get(step), wanted.get(step), form.of));
  }
  return applied;
}

/** The order of two lists in one: that of the applied list, with what only the live one has where it was. */
function interleaved(own: ReadonlyMap<string, unknown>, wanted: ReadonlyMap<string, unknown>): readonly string[] {
  const out: string[] = [];
  const left = [...own.keys()];
  let i = 0;
  for (const step of wanted.keys()) {
    const at = left.indexOf(step);
    if (at >= i) {
      for (; i < at; i++) if (!wanted.has(left[i]!)) out.push(left[i]!);
      i = at + 1;
    }
    out.push(step);
  }
  for (; i < left.length; i++) if (!wanted.has(left[i]!)) out.push(left[i]!);
  return [...new Set(out)];
}

/** The value without the members of a set; what holds something that is `kept` stays itself. */
export function without(value: unknown, set: FieldSet, kept: FieldSet | undefined, form: Form): unknown {
  const holds = (step: string): FieldSet | undefined => kept?.below.get(step);
  const goes = (step: string, sub: FieldSet): boolean => {
    const held = holds(step);
    return sub.member && (!held || isEmpty(held));
  };
  if (isPlain(value) && !isAtomic(form)) {
    const out: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(value)) {
      const step = `f:${name}`;
      const sub = set.below.get(step);
      if (!sub) out[name] = part;
      else if (!goes(step, sub)) out[name] = without(part, sub, holds(step), inner(form, name));
      else if (sub.below.size && (isPlain(part) || Array.isArray(part))) {
        const rest = without(part, sub, undefined, inner(form, name));
        if (Array.isArray(rest) ? rest.length : Object.keys(rest as Plain).length) out[name] = rest;
      }
    }
    return out;
  }
  if (Array.isArray(value) && form?.base === 'list' && !isAtomic(form)) {
    const out: unknown[] = [];
    for (const [step, item] of items(value, form as Field)) {
      const sub = set.below.get(step);
      if (!sub) out.push(item);
      else if (!goes(step, sub)) out.push(without(item, sub, holds(step), form.of));
    }
    return out;
  }
  return value;
}
