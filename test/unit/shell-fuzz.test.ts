/** Random lines with random ^C, ^Z and ^D: the shell neither breaks nor stops answering. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTerminal } from '../../src/machine/tty.ts';
import { bash } from '../../src/machine/shell/index.ts';
import { Random } from '../../src/sim/random.ts';
import { box } from './shell-box.ts';

const LINES = [
  'sleep 5', 'sleep 3 &', 'cat', 'cat | cat', 'yes', 'yes | head -3', 'while :; do :; done', 'while true; do sleep 1; echo x; done', 'for i in 1 2 3; do echo $i; sleep 0.2; done',
  'read x; echo $x', '(sleep 2; echo late) &', 'f() { sleep 1; f; }; f', 'jobs', 'fg', 'bg', 'kill %1', 'wait', 'echo "open', 'cat <<E', 'if true; then', 'ls | while read f; do echo $f; done',
  'trap "echo int" INT', 'trap - INT', 'bash', 'sh', 'exec 3>f', 'x=$(sleep 1; echo y); echo $x', 'cat <(sleep 1; echo z)', 'time sleep 0.3', 'set -x', 'set +x', 'select a in b c; do echo $a; done',
  'sleep 1 | sleep 2', '! sleep 0.1', 'history', '!!', 'cd /; pwd', 'echo a > /dev/full', 'timeout 1 cat', 'yes > /dev/null', 'tail -f /work/nums.txt', '{ cat; }', 'seq 100000', 'echo ${x:?no}', 'exit_not',
];
const KEYS = ['\x03', '\x1a', '\x04', '\r', '\t', '\t\t', '\x1b[A', '\x12ec', '\x07', '\x15', 'y\r', '\x1b[D', '\x17', '\x0c', '가', '\x7f', '\x1c', '\x1b', '\x19', '1\r'];

function session(seed: string): void {
  const random = new Random(seed);
  const { agenda, machine } = box({ 'nums.txt': '1\n2\n' });
  machine.start(function* () {
    for (;;) yield;
  }, ['init'], {});
  const terminal = openTerminal(machine, 20 + random.below(80), 10);
  let out = '';
  terminal.hear((text) => void (out = (out + text).slice(-4000)));
  const env = new Map([['PATH', '/usr/bin'], ['HOME', '/work'], ['PS1', '$ ']]);
  const start = () => machine.start(bash, ['bash'], { stdin: terminal.input, stdout: terminal.output, stderr: terminal.output, tty: terminal.tty, env, cwd: '/work' });
  let task = start();
  agenda.run(10);
  const keys: string[] = [];
  const press = (text: string, ms: number): void => {
    keys.push(JSON.stringify(text));
    terminal.type(text);
    agenda.run(agenda.now + ms);
    if (task.exit !== undefined) {
      terminal.tty.foreground = 0;
      task = start();
      agenda.run(agenda.now + 10);
    }
  };
  for (let i = 0; i < 40; i++) {
    if (random.below(3) > 0) press(`${LINES[random.below(LINES.length)]!}\r`, random.below(1500));
    else press(KEYS[random.below(KEYS.length)]!, random.below(300));
  }
  // Nested shells and stopped jobs may stand in the way; in the end something answers.
  for (let i = 0; i < 60 && !/alive=42/.test(out); i++) {
    press('\x03', 20);
    press('\x03', 20);
    if (i > 5) press(i % 2 ? '\x1c' : '\x04', 50);
    if (i > 30) press(`kill -9 -1\r`, 50);
    out = '';
    press("\x15echo alive=$((6*7))\r", 200);
  }
  assert.match(out, /alive=42/, `${seed}: ${keys.join(' ')}`);
}

for (let i = 0; i < 20; i++) test(`a random session goes on: ${i}`, () => session(`fuzz ${i}`));
