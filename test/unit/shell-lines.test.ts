/**
 * 180 lines typical of lessons, compared with what real bash and GNU tools said to them (shell-lines.mjs recorded it).
 * KNOWN lists exactly the lines that differ, and why; a line that stops differing must leave it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recorded, run } from './shell-box.ts';

const { files, cases } = recorded('shell-lines.expected.json');

const KNOWN: Readonly<Record<string, string>> = {
  tree: 'the machine of the recording has no tree',
  'cut -c1-2 ko.txt': 'characters are cut, not bytes',
  'tar cf t.tar d && tar tf t.tar': 'tar is not supported here yet',
  'gzip -c nums.txt | gunzip': 'gzip is not supported here yet',
};

for (const { line, stdout, stderr, status } of cases) {
  test(`bash says the same: ${line}`, () => {
    const ours = run(line, files);
    const same = ours.stdout === stdout && ours.status === status;
    if (KNOWN[line]) assert.ok(!same, 'no longer differs: take it out of the list');
    else assert.deepEqual({ stdout: ours.stdout, status: ours.status, stderr: same ? stderr : ours.stderr }, { stdout, status, stderr });
  });
}
