/**
 * The recorded manifests of test/kubernetes/valid and invalid against the API server: every case that is not on the list of known
 * differences is equal, and the list only shrinks. `node test/unit/api-corpus.ts --write` takes off what is equal by now.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { casesOf, knownDifferences, play } from './api-corpus.ts';

const known = new Set(knownDifferences());

for (const group of ['valid', 'invalid'] as const) {
  test(`${group} manifests are answered as the recorded cluster answered them, but for ${[...known].filter((k) => k.startsWith(`${group}/`)).length} known differences`, () => {
    for (const name of casesOf(group)) {
      if (known.has(`${group}/${name}`)) continue;
      const { expected, actual } = play(group, name);
      assert.equal(actual, expected, `${group}/${name}`);
    }
  });
}
