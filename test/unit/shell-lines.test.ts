/**
 * 180 lines typical of lessons, compared with what real bash and GNU tools said to them (shell-lines.mjs recorded it).
 * KNOWN lists exactly the lines that differ, and why; a line that stops differing must leave it.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commands, install } from '../../src/machine/commands/index.ts';
import { chunks } from '../../src/machine/commands/chunks.ts';
import { Kernel } from '../../src/machine/kernel.ts';
import { Namespace } from '../../src/machine/namespace.ts';
import { sinkTo } from '../../src/machine/pipe.ts';
import { bash } from '../../src/machine/shell/index.ts';
import { newTree } from '../../src/machine/tree.ts';
import { Agenda } from '../../src/sim/clock.ts';

interface Recorded {
  readonly files: Readonly<Record<string, string>>;
  readonly cases: readonly { readonly line: string; readonly stdout: string; readonly stderr: string; readonly status: number }[];
}

const { files, cases }: Recorded = JSON.parse(readFileSync(new URL('shell-lines.expected.json', import.meta.url), 'utf8'));

const KNOWN: Readonly<Record<string, string>> = {
};

for (const chunk of chunks) {
  const url = new URL(`../../src/machine/${chunk.name}.ts`, import.meta.url);
  if (existsSync(url)) chunk.value = (await import(url.href)).suite;
}
const base = newTree();
install(base.files, commands);
base.files.install('/bin/bash', bash);
base.files.mkdir('/work/d', { parents: true });
base.files.mkdir('/tmp');
for (const name of Object.keys(files)) base.files.write(`/work/${name}`, files[name]!);

/** Runs a line as `bash -c` in a fresh machine. */
function run(line: string): { stdout: string; stderr: string; status: number | undefined } {
  const agenda = new Agenda();
  const kernel = new Kernel({ agenda, epoch: Date.UTC(2026, 10, 24), seed: 'lines' });
  const machine = kernel.boot({ hostname: 'vm', files: base.fork(), net: new Namespace('vm'), firstPid: 100 });
  let stdout = '';
  let stderr = '';
  const env = new Map([['PATH', '/usr/bin:/bin'], ['HOME', '/root'], ['LANG', 'C.UTF-8']]);
  const task = machine.start(bash, ['bash', '-c', line], { cwd: '/work', env, stdout: sinkTo((text) => void (stdout += text)), stderr: sinkTo((text) => void (stderr += text)) });
  agenda.run(60_000);
  return { stdout, stderr, status: task.exit };
}

for (const { line, stdout, stderr, status } of cases) {
  test(`bash says the same: ${line}`, () => {
    const ours = run(line);
    const same = ours.stdout === stdout && ours.status === status;
    if (KNOWN[line]) assert.ok(!same, 'no longer differs: take it out of the list');
    else assert.deepEqual({ stdout: ours.stdout, status: ours.status, stderr: same ? stderr : ours.stderr }, { stdout, status, stderr });
  });
}
