/** The line discipline of a terminal, seen on a screen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kernel } from '../../src/machine/kernel.ts';
import { Namespace } from '../../src/machine/namespace.ts';
import type { Process, Program, Running } from '../../src/machine/process.ts';
import { openTerminal } from '../../src/machine/tty.ts';
import { Agenda } from '../../src/sim/clock.ts';

/** A terminal with one program on it; `type` types and lets a moment pass. */
function terminal(program: Program) {
  const agenda = new Agenda();
  const kernel = new Kernel({ agenda, epoch: 0, seed: 'test' });
  const machine = kernel.boot({ hostname: 'box', net: new Namespace('box'), firstPid: 100 });
  const screen = openTerminal(machine, 80, 24);
  let out = '';
  screen.hear((text) => void (out += text));
  const task = machine.start(program, ['program'], { stdin: screen.input, stdout: screen.output, stderr: screen.output, tty: screen.tty });
  const type = (keys: string): string => {
    out = '';
    screen.type(keys);
    agenda.run(agenda.now + 10);
    return out;
  };
  type('');
  return { agenda, screen, task, type, all: () => out };
}

function* lines(p: Process): Running<number> {
  for (let line = yield* p.readLine(); line !== undefined; line = yield* p.readLine()) p.write(`<${line}>\n`);
  p.write('end');
  return 0;
}

test('a line reaches the program at Enter, echoed and edited before', () => {
  const { type, task } = terminal(lines);
  assert.equal(type('ab\x7fc'), 'ab\b \bc');
  assert.equal(type('\r'), '\r\n<ac>\r\n');
  assert.equal(type('x\x15y\r'), 'x\b \by\r\n<y>\r\n');
  assert.equal(type('one two\x17\x17z\r'), `one two${'\b'.repeat(3)}   ${'\b'.repeat(3)}${'\b'.repeat(4)}    ${'\b'.repeat(4)}z\r\n<z>\r\n`);
  assert.equal(type('\x04'), 'end');
  assert.equal(task.exit, 0);
});

test('Hangul takes two cells when it is erased', () => {
  const { type } = terminal(lines);
  assert.equal(type('안\x7f녕\r'), '안\b\b  \b\b녕\r\n<녕>\r\n');
});

test('^D after text gives the text without ending the input', () => {
  const { type } = terminal(function* (p) {
    p.write(`[${yield* p.read()}]`);
    p.write(`[${yield* p.read()}]`);
    return 0;
  });
  assert.equal(type('ab\x04'), 'ab[ab]');
  assert.equal(type('\x04'), '[undefined]');
});

test('^C interrupts the foreground group and forgets the line', () => {
  const { type, task } = terminal(lines);
  assert.equal(type('ab\x03'), 'ab^C');
  assert.equal(task.signal, 'SIGINT');
});

test('a raw program gets every key as it comes, and what was typed before', () => {
  const { type } = terminal(function* (p) {
    yield* p.sleep(25);
    p.tty!.mode = 'raw';
    for (;;) p.write(JSON.stringify(yield* p.read()));
  });
  assert.equal(type('ab'), 'ab');
  assert.equal(type(''), '"ab"');
  assert.equal(type('\x03\r\x1b[A'), JSON.stringify('\x03\r\x1b[A'));
});

test('a password is not echoed', () => {
  const { type } = terminal(function* (p) {
    p.tty!.echo = false;
    const word = yield* p.readLine();
    p.write(`(${word})`);
    return 0;
  });
  assert.equal(type('secret\r'), '(secret)');
});

test('a paste is bracketed for a program that asked', () => {
  const { screen, agenda, type, all } = terminal(function* (p) {
    p.tty!.mode = 'raw';
    p.write('\x1b[?2004h');
    for (;;) p.write(JSON.stringify(yield* p.read()));
  });
  type('');
  screen.paste('a\nb');
  agenda.run(agenda.now + 1);
  assert.equal(all(), JSON.stringify('\x1b[200~a\rb\x1b[201~'));
});

test('a background reader is stopped, a hangup ends everybody', () => {
  const { screen, task, agenda } = terminal(function* (p) {
    const child = p.spawn(lines, ['lines'], { group: true });
    yield* p.sleep(5);
    p.write(String(child.stopped));
    for (;;) yield;
  });
  agenda.run(agenda.now + 10);
  screen.hangup();
  assert.equal(task.signal, 'SIGHUP');
});

test('a flood waits for the screen', () => {
  let lines = 0;
  const { agenda } = terminal(function* (p) {
    for (;;) {
      p.write('y\n');
      lines++;
      yield* p.flush();
    }
  });
  agenda.run(100);
  assert.ok(lines > 10_000 && lines < 100_000, String(lines));
});
