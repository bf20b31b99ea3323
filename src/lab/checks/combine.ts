/** `all`, `any`, `none`, `later`: checks made of checks. */
import type { Check, CheckSpec, Probe } from '../lab.ts';
import { no, ok } from '../words.ts';
import { test } from './index.ts';

export interface ChecksSpec {
  readonly of: readonly CheckSpec[];
}

/** All of them pass; the first failure speaks. */
export const all: Check<ChecksSpec> = {
  name: 'all',
  fields: { of: 'checks' },
  test(spec, probe) {
    for (const one of spec.of) {
      const verdict = test(one, probe);
      if (!verdict.ok) return verdict;
    }
    return ok;
  },
};

/** One of them passes; else the first one speaks. */
export const any: Check<ChecksSpec> = {
  name: 'any',
  fields: { of: 'checks' },
  test(spec, probe) {
    const verdicts = spec.of.map((one) => test(one, probe));
    return verdicts.find((verdict) => verdict.ok) ?? verdicts[0] ?? ok;
  },
};

export interface NoneSpec extends ChecksSpec {
  /** The sentences when one of them passes. */
  readonly ko: string;
  readonly en: string;
}

/** None of them passes; stands beside something that must exist, since alone it would pass untouched. */
export const none: Check<NoneSpec> = {
  name: 'none',
  fields: { of: 'checks', ko: 'text', en: 'text' },
  test(spec, probe) {
    return spec.of.some((one) => test(one, probe).ok) ? no(spec.ko, spec.en) : ok;
  },
};

export interface LaterSpec {
  /** Virtual seconds. */
  readonly after: number;
  readonly check: CheckSpec;
}

/** The check still passes some time from now, if nobody touches anything: tried in a fork. */
export const later: Check<LaterSpec> = {
  name: 'later',
  fields: { after: 'number', check: 'check' },
  test(spec, probe) {
    const now = test(spec.check, probe);
    if (!now.ok) return now;
    const world = probe.fork();
    world.advance(spec.after * 1000);
    return test(spec.check, { ...probe, now: world.now, read: world.read, history: (resource) => world.history(resource), fork: () => world.fork() } satisfies Probe);
  },
};
