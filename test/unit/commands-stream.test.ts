/** Filters pass lines on as they come, hold nothing back, and end when nobody reads; busybox speaks its own words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { box as machineBox } from './commands/box.ts';
import { bash } from '../../src/machine/shell/index.ts';
import { sinkTo } from '../../src/machine/pipe.ts';
import { box } from './shell-box.ts';

/** What a line has written after so many virtual milliseconds. */
function after(line: string, ...moments: number[]): string[] {
  const { agenda, machine } = box({});
  let out = '';
  machine.start(bash, ['bash', '-c', line], { cwd: '/work', env: new Map([['PATH', '/usr/bin:/bin'], ['HOME', '/root']]), stdout: sinkTo((text) => void (out += text)), stderr: sinkTo((text) => void (out += text)) });
  return moments.map((at) => {
    agenda.run(at);
    return out;
  });
}

const SLOW = '(echo web 1; sleep 5; echo db 2; sleep 5; echo web 3)';

for (const filter of [
  'grep w', 'sed -n /w/p', 'awk \'/w/ {print}\'', 'grep w | sed s/w/w/ | awk \'{print $0}\' | cat', 'tee /tmp/x | grep w', 'cut -d" " -f1,2 | grep w', 'tr x y | grep w', 'jq -R -r . | grep w', 'head -n 5 | grep w', 'tail -n +1 | grep w',
  'cat -v | grep w', 'nl -w1 -s: | sed "s/^.://" | grep w', 'uniq | grep w', 'fold | grep w', 'rev | rev | grep w', 'xargs -L1 echo | grep w', 'grep --line-buffered w', 'expand | grep w', 'paste - | grep w', 'less | grep w',
]) {
  test(`lines come through as they are written: ${filter}`, () => {
    assert.deepEqual(after(`${SLOW} | ${filter}`, 1000, 11_000), ['web 1\n', 'web 1\nweb 3\n']);
  });
}

test('what only waits for the end gives nothing before it', () => {
  assert.deepEqual(after(`${SLOW} | sort`, 6000, 11_000), ['', 'db 2\nweb 1\nweb 3\n']);
  assert.deepEqual(after(`${SLOW} | wc -l`, 6000, 11_000), ['', '3\n']);
  assert.deepEqual(after(`${SLOW} | sed '$d'`, 6000, 11_000), ['web 1\n', 'web 1\ndb 2\n']);
});

test('jq takes values from a pipe as soon as they are whole', () => {
  assert.deepEqual(after(`(echo '{"a":1}'; sleep 5; echo '{"a":'; sleep 1; echo '2}') | jq .a`, 1000, 5500, 7000), ['1\n', '1\n', '1\n2\n']);
});

test('a reader that leaves ends the writer', () => {
  assert.deepEqual(after('yes | head -n 2; echo $?', 1000), ['y\ny\n0\n']);
  assert.deepEqual(after('seq 1000000 | head -n 1; echo ok', 1000), ['1\nok\n']);
  assert.deepEqual(after("awk 'BEGIN{while(1) print \"x\"}' | sed 2q; echo ok", 1000), ['x\nx\nok\n']);
});

test('a loop of awk lets time pass, so that it can be interrupted', () => {
  assert.deepEqual(after("timeout 2 awk 'BEGIN{while(1) i++}'; echo $?", 1000, 3000), ['', '124\n']);
});

test('tail -f goes on with what is appended', () => {
  assert.deepEqual(after('echo a > f; tail -f f & sleep 3; echo b >> f; sleep 3; echo c >> f; sleep 2; kill %1', 2000, 4500, 9000), ['a\n', 'a\nb\n', 'a\nb\nc\n']);
});

test('awk runs commands and reads from them', () => {
  assert.deepEqual(after('seq 3 | awk \'{print | "sort -rn"} END{close("sort -rn"); "echo hi" | getline x; print x; system("echo there")}\'', 1000), ['3\n2\n1\nhi\nthere\n']);
});

test('find and xargs run commands one after another', () => {
  assert.deepEqual(after('mkdir d1; touch d1/a d1/b; find d1 -type f -exec sh -c \'echo "<$1>"\' _ {} \\; ; find d1 -type f | xargs -I{} sh -c "echo {}!"', 1000), ['<d1/a>\n<d1/b>\nd1/a!\nd1/b!\n']);
});

test('a pattern that backtracks for ever elsewhere is quick', () => {
  const { run } = machineBox({ f: `${'a'.repeat(5000)}!\n` });
  assert.equal(run("grep -E '^(a+)+$' f").code, 1);
  assert.equal(run("grep -Ec '(a|aa)*b' f").out, '0\n');
  assert.equal(run("sed -E 's/(a*)*!/x/' f").out, 'x\n');
});

const BUSYBOX: readonly (readonly [line: string, out: string, err: string, code: number])[] = [
  ['ls nope', '', 'ls: nope: No such file or directory\n', 1],
  ['cat nope', '', "cat: can't open 'nope': No such file or directory\n", 1],
  ['rm nope', '', "rm: can't remove 'nope': No such file or directory\n", 1],
  ['mkdir d', '', "mkdir: can't create directory 'd': File exists\n", 1],
  ['cp nope x', '', "cp: can't stat 'nope': No such file or directory\n", 1],
  ['head -n x f', '', "head: invalid number 'x'\n", 1],
  ['wc f', '        2         2         4 f\n', '', 0],
  ['seq 2', '1\n2\n', '', 0],
  ['ps', 'PID   USER     TIME  COMMAND\n    1 root      0:00 ps\n', '', 0],
  ['uname -o', 'Linux\n', '', 0],
  ['sh -c "echo hi | sed s/h/H/ | awk {print}"', 'Hi\n', '', 0],
  ['busybox echo hi', 'hi\n', '', 0],
  ['busybox nope', '', 'nope: applet not found\n', 127],
  ['date -d nope', '', "date: invalid date 'nope'\n", 1],
  ['env nope', '', "env: can't execute 'nope': No such file or directory\n", 127],
];

for (const [line, out, err, code] of BUSYBOX) {
  test(`busybox: ${line}`, () => assert.deepEqual(machineBox({ f: 'a\nb\n', 'd/': '' }, 'busybox').run(line), { out, err, code }));
}

test('busybox complains about options with its usage', () => {
  assert.match(machineBox({}, 'busybox').run('ls --foo').err, /^ls: unrecognized option '--foo'\nBusyBox v1\.\d+\.\d+ .*\n\nUsage: ls /);
});

test('programs that are missing say so and what to use instead', () => {
  const { run } = machineBox({});
  assert.deepEqual(run('systemctl status kubelet').err, 'systemctl: is not supported here yet: services of this machine are not managed here; see `ps aux` for what runs\n');
  assert.equal(run('man ls').out, 'Manual pages are not kept here. Short help: ls --help\n');
});
