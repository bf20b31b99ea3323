/** The tables of kubectl get, against those of a real API server. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { ours } from './kinds-server.ts';
import { EXPECTED, play, type Table } from './kinds-tables.ts';

const actual = new Map((await play(ours())).map((table) => [table.resource, table]));
const expected = JSON.parse(fs.readFileSync(EXPECTED, 'utf8')) as readonly Table[];

test('every resource is a table', () => assert.deepEqual([...actual.keys()], expected.map(({ resource }) => resource)));

for (const table of expected) test(`the table of ${table.resource} has the columns and cells of the real server`, () => assert.deepEqual(actual.get(table.resource), table));
