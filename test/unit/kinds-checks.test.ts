/** What is right and wrong with objects, against the words of a real API server. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { EXPECTED, play, type Case } from './kinds-checks.ts';
import { ours } from './kinds-server.ts';

const actual = await play(ours());
const expected = JSON.parse(fs.readFileSync(EXPECTED, 'utf8')) as readonly Case[];

for (const kind of new Set(expected.map((c) => c.kind))) {
  test(`objects of kind ${kind} are taken, filled in, refused and warned of as by the real server`, () => {
    const of = (cases: readonly Case[]): readonly Case[] => cases.filter((c) => c.kind === kind);
    for (const [i, wanted] of of(expected).entries()) assert.deepEqual(of(actual)[i], wanted);
  });
}
