/** `happened`: an object once showed certain facts, now or in the history that etcd still remembers. */
import { testFact, type Fact } from '../facts.ts';
import type { Check } from '../lab.ts';
import { called, no, ok, subject } from '../words.ts';
import { namespaceOf } from './object.ts';

export interface HappenedSpec {
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly facts: readonly Fact[];
  /** The sentences of a failure; without them the check says what is missing in general words. */
  readonly ko?: string;
  readonly en?: string;
}

export const happened: Check<HappenedSpec> = {
  name: 'happened',
  fields: { kind: 'text', name: 'text?', namespace: 'text?', facts: 'facts', ko: 'text?', en: 'text?' },
  test(spec, probe) {
    const namespace = namespaceOf(spec);
    const seen = probe.history(spec.kind).flatMap((change) => (change.now ? [change.now.value] : []));
    const candidates = [...seen, ...probe.read.list(spec.kind, namespace)].filter((one) => one.metadata.namespace === namespace && (spec.name === undefined || one.metadata.name === spec.name));
    if (candidates.some((one) => spec.facts.every((fact) => testFact(one, fact, { ko: '', en: '' }).ok))) return ok;
    if (spec.ko && spec.en) return no(spec.ko, spec.en);
    const what = called(spec.kind, spec.name ?? '');
    if (!candidates.length) return no(`${subject(what.ko.trim())} 아직 없다.`, `There has been no ${what.en.trim()} yet.`);
    const first = candidates.at(-1)!;
    return spec.facts.map((fact) => testFact(first, fact, called(spec.kind, first.metadata.name))).find((verdict) => !verdict.ok) ?? no(`${subject(what.ko.trim())} 아직 그런 상태였던 적이 없다.`, `${what.en.trim()} has not been in that state yet.`);
  },
};
