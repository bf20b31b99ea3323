/** What a shell does as a process: streaming, replacing itself, signals, standard input, limits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kernel } from '../../src/machine/kernel.ts';
import { Namespace } from '../../src/machine/namespace.ts';
import { Pipe, sinkTo } from '../../src/machine/pipe.ts';
import { ash, bash } from '../../src/machine/shell/index.ts';
import { Agenda } from '../../src/sim/clock.ts';
import { box, run } from './shell-box.ts';

/** A container whose first process is `args`. */
function container(args: readonly string[], program = bash) {
  const { machine: model } = box({ 'nums.txt': '1\n2\n3\n' });
  const agenda = new Agenda();
  const kernel = new Kernel({ agenda, epoch: 0, seed: 'c' });
  const machine = kernel.boot({ hostname: 'c', files: model.files.mounts()[0]!.tree, net: new Namespace('c') });
  const heard: [number, string][] = [];
  const stdin = new Pipe();
  const sink = sinkTo((text) => void heard.push([agenda.now, text]));
  const task = machine.start(program, args, { stdin: stdin.source, stdout: sink, stderr: sink, env: new Map([['PATH', '/usr/bin']]), cwd: '/work' });
  return { agenda, machine, task, heard, stdin: stdin.sink, text: () => heard.map(([, text]) => text).join('') };
}

test('a pipeline streams: each line arrives when it is written', () => {
  const { agenda, heard, task } = container(['bash', '-c', 'while :; do echo tick; sleep 1; done | grep --line-buffered tick | head -3']);
  agenda.run(10_000);
  assert.deepEqual(heard.map(([at, text]) => [Math.round(at / 1000), text]), [[0, 'tick\n'], [1, 'tick\n'], [2, 'tick\n']]);
  assert.equal(task.exit, 0);
});

test('the last command takes over its shell, so that it is process 1', () => {
  for (const [program, name] of [[bash, 'bash'], [ash, 'sh']] as const) {
    const { agenda, machine, task } = container([name, '-c', 'cd /; sleep 3600'], program);
    agenda.run(100);
    assert.deepEqual([...machine.processes.values()].map((one) => one.args.join(' ')), ['sleep 3600']);
    task.kill('SIGTERM');
    assert.equal(task.exit, undefined, 'process 1 without a handler ignores SIGTERM');
  }
});

test('a shell with a trap as process 1 ends when it is asked to', () => {
  const { agenda, task, text } = container(['bash', '-c', "trap 'echo asked; exit 0' TERM; while :; do sleep 1; done"]);
  agenda.run(2500);
  task.kill('SIGTERM');
  agenda.run(5000);
  assert.equal(text(), 'asked\n');
  assert.equal(task.exit, 0);
});

test('wait is left at once by a trapped signal', () => {
  const { agenda, task, heard } = container(['bash', '-c', "trap 'echo asked; exit 3' TERM; sleep 100 & wait"]);
  agenda.run(1000);
  task.kill('SIGTERM');
  agenda.run(1100);
  assert.equal(task.exit, 3);
  assert.equal(heard[0]![0], 1000);
});

test('standard input is read line by line, so that commands read what follows them', () => {
  const { agenda, stdin, text, task } = container(['bash']);
  stdin.write('echo one\nread x\n');
  agenda.run(100);
  assert.equal(text(), 'one\n');
  stdin.write('value\necho "got $x"\ncat\nrest\n');
  agenda.run(200);
  assert.equal(text(), 'one\ngot value\nrest\n');
  stdin.close();
  agenda.run(300);
  assert.equal(task.exit, 0);
});

test('a redirected process substitution streams without end', () => {
  assert.equal(run('while read x; do echo $x; break; done < <(yes); head -2 < <(yes no)').stdout, 'y\nno\nno\n');
});

test('a function that calls itself for ever is stopped', () => {
  const { stderr, status } = run('f() { f; }; f');
  assert.match(stderr, /f: maximum function nesting level exceeded \(120\)/);
  assert.equal(status, 1);
});

test('a busy loop leaves time to others', () => {
  const { agenda, heard } = container(['bash', '-c', 'while :; do :; done & sleep 1; echo still here; kill $!; wait; echo done']);
  agenda.run(3000);
  assert.deepEqual(heard.map(([, text]) => text), ['still here\n', 'done\n']);
});

test('a full pipe holds back its writer, also when that is a builtin', () => {
  const { agenda, task } = container(['bash', '-c', 'i=0; while :; do echo 0123456789; i=$((i+1)); echo $i > n; done | sleep 100']);
  agenda.run(60_000);
  assert.ok(Number(task.machine.files.read('/work/n')) < 7000);
});

test('the same line at the same moment has the same history', () => {
  const history = (): string => {
    const { agenda, heard } = container(['bash', '-c', 'for i in 1 2 3; do (sleep 0.$i; echo $i $RANDOM) & done; wait; echo $SECONDS | cat; seq 100 | sort -R | head -3']);
    agenda.run(5000);
    return JSON.stringify(heard);
  };
  assert.equal(history(), history());
});
