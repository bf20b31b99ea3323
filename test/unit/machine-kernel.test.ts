/** The kernel: processes, signals, pipes, waiting, late code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kernel } from '../../src/machine/kernel.ts';
import { Namespace } from '../../src/machine/namespace.ts';
import { Pipe, sinkTo } from '../../src/machine/pipe.ts';
import type { Program } from '../../src/machine/process.ts';
import { chunk } from '../../src/sim/chunk.ts';
import { Agenda } from '../../src/sim/clock.ts';

function world() {
  const agenda = new Agenda();
  const kernel = new Kernel({ agenda, epoch: 1_700_000_000_000, seed: 'test' });
  const machine = kernel.boot({ hostname: 'box', net: new Namespace('box') });
  let out = '';
  const stdout = sinkTo((text) => void (out += text));
  return { agenda, kernel, machine, stdout, read: () => out };
}

/** Does not end by itself. */
const forever: Program = function* () {
  for (;;) yield;
};

test('a process sleeps in virtual time and returns its exit code', () => {
  const { agenda, machine, stdout, read } = world();
  const task = machine.start(function* (p) {
    yield* p.sleep(1500);
    p.write(`${p.now} ${p.args[1]}\n`);
    return 3;
  }, ['prog', 'a'], { stdout });
  agenda.run(1499);
  assert.equal(task.exit, undefined);
  agenda.run(2000);
  assert.equal(task.exit, 3);
  assert.equal(read(), '1500 a\n');
  assert.equal(machine.processes.size, 0);
});

test('a parent waits for its child and sees the signal that ended it', () => {
  const { agenda, machine, stdout, read } = world();
  machine.start(function* (p) {
    const child = p.spawn(forever, ['forever']);
    yield* p.sleep(10);
    child.kill('SIGTERM');
    const code = yield* p.wait(child);
    p.write(`${code} ${child.signal} ${p.now}`);
    return 0;
  }, ['init'], { stdout });
  agenda.run(1000);
  assert.equal(read(), '143 SIGTERM 10');
});

test('a trapped signal wakes the process instead of ending it, a killed one runs its finally', () => {
  const { agenda, machine, stdout, read } = world();
  machine.start(forever, ['init'], {});
  const task = machine.start(function* (p) {
    let asked = false;
    p.trap('SIGTERM', () => void (asked = true));
    try {
      while (!asked) yield;
      p.write('asked ');
      for (;;) yield;
    } finally {
      p.write('gone');
    }
  }, ['prog'], { stdout });
  agenda.run(10);
  task.kill('SIGTERM');
  agenda.run(20);
  assert.equal(read(), 'asked ');
  task.kill('SIGKILL');
  assert.equal(read(), 'asked gone');
  assert.equal(task.exit, 137);
});

test('the first process of a container ignores what it did not ask for, except SIGKILL from outside', () => {
  const { agenda, machine } = world();
  const first = machine.start(forever, ['sleep'], {});
  const other = machine.start(forever, ['sleep'], {});
  agenda.run(1);
  first.kill('SIGTERM');
  assert.equal(first.exit, undefined);
  machine.start(function* () {
    first.kill('SIGKILL');
    return 0;
  }, ['kill'], {});
  agenda.run(2);
  assert.equal(first.exit, undefined);
  first.kill('SIGKILL');
  assert.equal(first.exit, 137);
  assert.equal(other.exit, 137, 'the rest of the container ends with it');
});

test('a pipe holds its writer back until the reader takes, and a writer without a reader dies of SIGPIPE', () => {
  const { agenda, machine, stdout, read } = world();
  let writes = 0;
  machine.start(function* (p) {
    const pipe = new Pipe();
    const writer = p.spawn(function* (w) {
      for (;;) {
        w.write('y\n'.repeat(1000));
        writes++;
        yield* w.flush();
      }
    }, ['yes'], { stdout: pipe.sink });
    const reader = p.spawn(function* (r) {
      yield* r.sleep(100);
      r.write((yield* r.readLine()) ?? '');
      return 0;
    }, ['head'], { stdin: pipe.source });
    pipe.sink.close();
    pipe.source.close!();
    yield* p.wait(reader);
    p.write(` ${yield* p.wait(writer)}`);
    return 0;
  }, ['init'], { stdout });
  agenda.run(50);
  assert.ok(writes < 40, `${writes} writes`);
  agenda.run(200);
  assert.equal(read(), 'y 141');
});

test('a stopped process keeps its wakes until it is continued', () => {
  const { agenda, machine, stdout, read } = world();
  machine.start(forever, ['init'], {});
  const task = machine.start(function* (p) {
    yield* p.sleep(10);
    p.write(String(p.now));
    return 0;
  }, ['prog'], { stdout });
  agenda.run(5);
  task.kill('SIGSTOP');
  agenda.run(100);
  assert.equal(read(), '');
  task.kill('SIGCONT');
  agenda.run(200);
  assert.equal(read(), '100');
});

test('a run that waits for late code has the same history as one that has it already', () => {
  const history = (loaded: boolean): string => {
    const { agenda, kernel, machine, stdout, read } = world();
    const late = chunk<string>('late');
    if (loaded) late.value = 'code';
    machine.start(function* (p) {
      p.spawn(function* (c) {
        c.write('[child]');
        return 0;
      }, ['child']);
      p.write(`[${yield* p.need(late)}]`);
      yield* p.sleep(5);
      p.write(`[${p.now}]`);
      return 0;
    }, ['init'], { stdout });
    agenda.run(100);
    if (!loaded) {
      assert.equal(kernel.missing, late);
      assert.equal(read(), '');
      late.value = 'code';
      kernel.provide();
      agenda.run(100);
    }
    return read();
  };
  assert.equal(history(false), history(true));
});

test('charged time lets others in', () => {
  const { agenda, machine } = world();
  machine.start(forever, ['init'], {});
  const busy = machine.start(function* (p) {
    for (;;) yield* p.charge(0.25);
  }, ['busy'], {});
  agenda.run(50);
  busy.kill('SIGINT');
  assert.equal(busy.exit, 130);
});

test('a script runs by its #! line with its path as argument', () => {
  const { agenda, machine, stdout, read } = world();
  machine.files.install('/bin/show', function* (p) {
    p.write(p.args.join('|'));
    return 0;
  });
  machine.files.write('/x', '#!/bin/show -a\n');
  machine.files.chmod('/x', 0o755);
  machine.start(function* (p) {
    const program = p.find('/x');
    assert.ok(typeof program === 'function');
    return yield* p.wait(p.spawn(program, ['/x', '1']));
  }, ['init'], { stdout });
  agenda.run(10);
  assert.equal(read(), '/bin/show|-a|/x|1');
});
