/**
 * Facts about an object: a path into it and what should stand there. The words in which a failed check says what it found.
 */
import type { Text, Verdict } from './lab.ts';
import { no, ok } from './words.ts';

/** One required fact. Exactly one of the conditions stands beside `at`. */
export interface Fact {
  /** `spec.replicas`, `metadata.labels['app']`, `spec.containers[0].image`, `spec.ports[*].nodePort` (any of them). */
  readonly at: string;
  readonly is?: unknown;
  readonly not?: unknown;
  readonly has?: string;
  readonly matches?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly present?: boolean;
}

export const CONDITIONS = ['is', 'not', 'has', 'matches', 'atLeast', 'atMost', 'present'] as const;

/** Every value at a path; `[*]` fans out. */
export function valuesAt(object: unknown, path: string): readonly unknown[] {
  let values: unknown[] = [object];
  for (const step of path.matchAll(/([^.[\]]+)|\[(\d+|\*)\]|\['([^']*)'\]/g)) {
    const [, name, index, quoted] = step;
    values = values.flatMap((value) => {
      if (index === '*') return Array.isArray(value) ? (value as unknown[]) : [];
      if (value === null || typeof value !== 'object') return [];
      const next = index !== undefined ? (value as unknown[])[Number(index)] : (value as Record<string, unknown>)[quoted ?? name!];
      return next === undefined ? [] : [next];
    });
  }
  return values;
}

/** Plain equality of JSON values; a number equals its decimal text, as in YAML a learner may quote it. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== typeof b && (typeof a === 'number' || typeof b === 'number')) return String(a) === String(b);
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  const left = Object.entries(a as object);
  const right = b as Record<string, unknown>;
  return left.length === Object.keys(right).length && left.every(([key, value]) => same(value, right[key]));
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function holds(fact: Fact, value: unknown): boolean {
  if ('is' in fact) return same(value, fact.is);
  if ('not' in fact) return !same(value, fact.not);
  if (fact.has !== undefined) return Array.isArray(value) ? value.some((item) => same(item, fact.has)) : String(value).includes(fact.has);
  if (fact.matches !== undefined) return new RegExp(`^(?:${fact.matches})$`, 'u').test(String(value));
  if (fact.atLeast !== undefined) return Number(value) >= fact.atLeast;
  if (fact.atMost !== undefined) return Number(value) <= fact.atMost;
  return value !== undefined;
}

function wanted(fact: Fact): Text {
  if ('is' in fact) return { ko: shown(fact.is), en: shown(fact.is) };
  if ('not' in fact) return { ko: `${shown(fact.not)} 아닌 값`, en: `anything but ${shown(fact.not)}` };
  if (fact.has !== undefined) return { ko: `"${fact.has}" 포함`, en: `something with "${fact.has}"` };
  if (fact.matches !== undefined) return { ko: `${fact.matches} 형식`, en: `the form ${fact.matches}` };
  if (fact.atLeast !== undefined) return { ko: `${fact.atLeast} 이상`, en: `at least ${fact.atLeast}` };
  if (fact.atMost !== undefined) return { ko: `${fact.atMost} 이하`, en: `at most ${fact.atMost}` };
  return { ko: '아무 값', en: 'some value' };
}

/** Whether an object shows a fact; `whose` names the object in the sentence of a failure. */
export function testFact(object: unknown, fact: Fact, whose: Text): Verdict {
  const values = valuesAt(object, fact.at);
  if (fact.present === false) {
    if (!values.length) return ok;
    return no(`${whose.ko}에 ${fact.at} 필드가 있다(${shown(values[0])}). 없어야 한다.`, `${whose.en} has ${fact.at} (${shown(values[0])}). It should not be there.`);
  }
  if ('not' in fact ? values.every((value) => holds(fact, value)) : values.some((value) => holds(fact, value))) return ok;
  const want = wanted(fact);
  if (!values.length) return no(`${whose.ko}에 ${fact.at} 필드가 없다. 있어야 할 값: ${want.ko}.`, `${whose.en} has no ${fact.at}. It should be ${want.en}.`);
  const found = values.map(shown).join(', ');
  return no(`${whose.ko}의 ${fact.at} 값이 지금 ${found}. 있어야 할 값: ${want.ko}.`, `${fact.at} of ${whose.en} is ${found}. It should be ${want.en}.`);
}
