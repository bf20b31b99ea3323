/** A Debian-like machine to run command lines on, with the files of a recording in /work. */
import { existsSync, readFileSync } from 'node:fs';
import { chunks } from '../../src/machine/commands/chunks.ts';
import { commands, install } from '../../src/machine/commands/index.ts';
import { Kernel } from '../../src/machine/kernel.ts';
import { Namespace } from '../../src/machine/namespace.ts';
import { sinkTo } from '../../src/machine/pipe.ts';
import { bash, sh } from '../../src/machine/shell/index.ts';
import type { Computer } from '../../src/machine/computer.ts';
import { newTree } from '../../src/machine/tree.ts';
import { Agenda } from '../../src/sim/clock.ts';

for (const chunk of chunks) {
  const url = new URL(`../../src/machine/${chunk.name}.ts`, import.meta.url);
  if (existsSync(url)) chunk.value = (await import(url.href)).suite;
}

export interface Recorded {
  readonly files: Readonly<Record<string, string>>;
  readonly cases: readonly { readonly line: string; readonly stdout: string; readonly stderr: string; readonly status: number }[];
}

/** A recording beside this file. */
export const recorded = (name: string): Recorded => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

const base = newTree();
install(base.files, commands);
base.files.install('/usr/bin/bash', bash);
base.files.install('/usr/bin/sh', sh);
base.files.symlink('usr/bin', '/bin');
for (const folder of ['/work/d', '/tmp', '/root', '/etc']) base.files.mkdir(folder, { parents: true });
base.files.write('/etc/hostname', 'vm\n');
base.files.write('/etc/passwd', 'root:x:0:0:root:/root:/bin/bash\nstudent:x:1000:1000::/home/student:/bin/bash\n');

/** A machine of its own with these files in /work. */
export function box(files: Readonly<Record<string, string>> = {}): { agenda: Agenda; machine: Computer } {
  const agenda = new Agenda();
  const kernel = new Kernel({ agenda, epoch: Date.UTC(2026, 10, 24), seed: 'lines' });
  const machine = kernel.boot({ hostname: 'vm', files: base.fork({ time: () => agenda.now }), net: new Namespace('vm'), firstPid: 100 });
  for (const name of Object.keys(files)) machine.files.write(`/work/${name}`, files[name]!);
  return { agenda, machine };
}

/** Runs a line as `bash -c` (or another shell). */
export function run(line: string, files: Readonly<Record<string, string>> = {}, program = bash, name = 'bash'): { stdout: string; stderr: string; status: number | undefined } {
  const { agenda, machine } = box(files);
  let stdout = '';
  let stderr = '';
  const env = new Map([['PATH', '/usr/local/bin:/usr/bin:/bin'], ['HOME', '/root'], ['LANG', 'C.UTF-8']]);
  const task = machine.start(program, [name, '-c', line], { cwd: '/work', env, stdout: sinkTo((text) => void (stdout += text)), stderr: sinkTo((text) => void (stderr += text)) });
  agenda.run(60_000);
  return { stdout, stderr, status: task.exit };
}
