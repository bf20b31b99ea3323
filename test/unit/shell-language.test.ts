/**
 * The language of bash line by line, compared with real bash: output, errors and status (shell-lines.mjs recorded it).
 * KNOWN lists exactly the lines that differ, and why; a line that stops differing must leave it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recorded, run } from './shell-box.ts';

const { files, cases } = recorded('shell-language.expected.json');

const KNOWN: Readonly<Record<string, string>> = {
  'shopt -s extglob; echo !(*.txt) @(d|nums).* +(n|u)*; x=aab; echo ${x##+(a)}': 'the parser knows extended patterns without being asked',
  'bash nope.sh; echo $?; bash -c; echo $?; bash --nope; echo $?': 'no usage after an unknown option',
  '[[ a b ]]': 'reported as any other syntax error',
  'coproc cat; echo $?': 'no coprocesses',
};

for (const { line, stdout, stderr, status } of cases) {
  test(`bash says the same: ${line}`, () => {
    const ours = run(line, files);
    if (KNOWN[line]) assert.notDeepEqual(ours, { stdout, stderr, status }, 'no longer differs: take it out of the list');
    else assert.deepEqual(ours, { stdout, stderr, status });
  });
}
