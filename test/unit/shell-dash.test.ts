/**
 * What Debian's sh says, compared with real dash: output, errors and status (shell-lines.mjs recorded it).
 * KNOWN lists exactly the lines that differ, and why; a line that stops differing must leave it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sh } from '../../src/machine/shell/index.ts';
import { recorded, run } from './shell-box.ts';

const { files, cases } = recorded('shell-dash.expected.json');

const KNOWN: Readonly<Record<string, string>> = {
  'case x in': 'expecting is not named for case',
  'cat <': 'a missing target at the end is a newline',
  'test a = ; echo $?': 'judged by its first operand',
  'command -v cd ls if nope; echo $?': 'every name is looked up, as in bash',
  'kill -l 9; kill 99999; kill abc': 'an illegal number does not end the shell',
  "echo {a,b} $'a' *.txt": "$'…' is understood",
  'sleep 1 & kill $!; wait $!; echo $?': 'the death of a job is not told in a script',
  'let x=1; echo $?; declare x; echo $?; function f; echo $?': 'function is a keyword of the parser',
  'hash; jobs; fg; echo $?; bg; echo $?': 'fg and bg fail with 1',
};

for (const { line, stdout, stderr, status } of cases) {
  test(`dash says the same: ${line}`, () => {
    const ours = run(line, files, sh, 'dash');
    if (KNOWN[line]) assert.notDeepEqual(ours, { stdout, stderr, status }, 'no longer differs: take it out of the list');
    else assert.deepEqual(ours, { stdout, stderr, status });
  });
}
