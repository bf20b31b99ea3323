/**
 * The hash of a Pod template: pod-template-hash, and the ends of names of ReplicaSets and ControllerRevisions.
 * Stands for controller.ComputeHash: FNV-1a of 32 bits, written with the letters of generated names.
 * Unlike Kubernetes: the hash is taken over the template's JSON with sorted keys, not over Go's own print of it, so the letters differ.
 */
import { empty } from './alike.ts';

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

function mix(hash: number, text: string): number {
  let h = hash;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** One text for everything that is alike: sorted keys, nothing empty. */
export function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const object = value as Record<string, unknown>;
  return `{${Object.keys(object).filter((key) => !empty(object[key])).sort().map((key) => `${JSON.stringify(key)}:${canonical(object[key])}`).join(',')}}`;
}

/** 32-bit FNV-1a of a text. */
export const fnv = (text: string): number => mix(0x811c9dc5, text);

/** A number as letters that spell nothing (rand.SafeEncodeString). */
export const safeLetters = (n: number): string => [...String(n)].map((digit) => LETTERS[digit.charCodeAt(0) % LETTERS.length]).join('');

/** Hashes of templates, which are frozen. */
const known = new WeakMap<object, number>();

function hashOf(template: object): number {
  const old = known.get(template);
  if (old !== undefined) return old;
  const hash = fnv(canonical(template));
  known.set(template, hash);
  return hash;
}

/** The hash of a template that never changes; `collisions` makes another one of the same template. */
export const templateHash = (template: object, collisions?: number): string =>
  safeLetters(mix(hashOf(template), collisions === undefined ? '' : String.fromCharCode(collisions & 255, collisions >> 8, 0, 0, 0, 0, 0, 0)));
