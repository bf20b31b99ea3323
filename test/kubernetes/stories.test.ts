/** Stories recorded from a real 1.36.4 cluster, told by the simulated one: no story may be answered worse than floor.json says. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { groups, measure, readFloor } from './floor.ts';

const floor = readFloor();

describe('recorded stories', () => {
  for (const group of groups()) {
    test(`${group}: as many commands as before are answered as the real cluster did`, () => {
      const now = measure(group);
      assert.deepEqual(Object.entries(now).filter(([name, equal]) => equal < (floor[name] ?? 0)).map(([name, equal]) => `${name}: ${equal} of ${floor[name]}`), []);
      assert.deepEqual(Object.keys(floor).filter((name) => name.startsWith(`${group}/`) && now[name] === undefined), [], 'stories that are gone');
    });
  }
});
