/** The line editor and the interactive shell, seen on the screen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ash, installCommands, sh, shell } from '../../src/machine/shell/index.ts';
import { screen } from './shell-screen.ts';

test('typing, moving and erasing within a line', async () => {
  const s = screen();
  s.type('echo hello wrld');
  s.type('\x1b[D\x1b[D\x1b[Do');
  assert.deepEqual(await s.lines(), ['$ echo hello world']);
  s.type('\x01X\x05Y\x02\x02\x7f');
  assert.deepEqual(await s.lines(), ['$ Xecho hello wordY']);
  s.type('\x01\x1b[3~\r');
  assert.deepEqual(await s.lines(), ['$ echo hello worldY'.replace('ldY', 'dY'), 'hello wordY', '$']);
});

test('words: Alt-B, Alt-F, Ctrl-W, Alt-D, Ctrl-U, Ctrl-K and yanking them back', async () => {
  const s = screen();
  s.type('one two three');
  s.type('\x1bb\x1bb\x1bd');
  assert.deepEqual(await s.lines(), ['$ one  three']);
  s.type('\x05\x17');
  assert.deepEqual(await s.lines(), ['$ one']);
  s.type('\x15');
  assert.deepEqual(await s.lines(), ['$']);
  s.type('\x19');
  assert.deepEqual(await s.lines(), ['$ one  three']);
  s.type('\x01\x1b[1;5C\x0b');
  assert.deepEqual(await s.lines(), ['$ one']);
  s.type('\x19\x1by');
  assert.equal((await s.lines())[0], '$ oneone  three');
  s.type('\x1f\x1f\x1f\x1f');
  assert.ok((await s.lines())[0]!.startsWith('$'));
});

test('history by arrows keeps what was being typed', async () => {
  const s = screen();
  s.type('echo 1\recho 2\r');
  s.type('ech');
  s.type('\x1b[A');
  assert.equal((await s.lines()).at(-1), '$ echo 2');
  s.type('\x1b[A');
  assert.equal((await s.lines()).at(-1), '$ echo 1');
  s.type('\x1b[B\x1b[B');
  assert.equal((await s.lines()).at(-1), '$ ech');
});

test('Ctrl-R finds an older line, again an older one, and runs it', async () => {
  const s = screen();
  s.type('echo apple\recho pear\recho apricot\r');
  s.type('\x12ap');
  assert.equal((await s.lines()).at(-1), "(reverse-i-search)`ap': echo apricot");
  s.type('\x12');
  assert.equal((await s.lines()).at(-1), "(reverse-i-search)`ap': echo apple");
  s.type('\r');
  assert.deepEqual((await s.lines()).slice(-3), ['$ echo apple', 'apple', '$']);
  s.type('\x12zzz');
  assert.equal((await s.lines()).at(-1), "(failed reverse-i-search)`zzz':");
  s.type('\x07');
  assert.equal((await s.lines()).at(-1), '$');
});

test('a long line wraps, and is edited across the wrap', async () => {
  const s = screen({ columns: 20 });
  s.type('echo abcdefghijklmnopqrstuvwxyz');
  assert.deepEqual(await s.lines(), ['$ echo abcdefghijklm', 'nopqrstuvwxyz']);
  s.type('\x01');
  assert.deepEqual(await s.cursor(), [2, 0]);
  s.type('\x1b[3~'.repeat(5));
  assert.deepEqual(await s.lines(), ['$ abcdefghijklmnopqr', 'stuvwxyz']);
  s.type('\x05');
  assert.deepEqual(await s.cursor(), [8, 1]);
  s.type('\x15echo 123456789012345678');
  assert.deepEqual(await s.cursor(), [5, 1]);
  s.type('\x7f'.repeat(6));
  assert.deepEqual(await s.lines(), ['$ echo 123456789012']);
});

test('a line that ends exactly at the margin leaves the cursor on the next row', async () => {
  const s = screen({ columns: 20 });
  s.type('echo 1234567890123');
  assert.deepEqual(await s.cursor(), [0, 1]);
  s.type('4');
  assert.deepEqual(await s.lines(), ['$ echo 1234567890123', '4']);
  s.type('\x7f\x7f');
  assert.deepEqual(await s.lines(), ['$ echo 123456789012']);
});

test('Hangul takes two cells: moving, erasing, wrapping', async () => {
  const s = screen({ columns: 20 });
  s.type('echo 쿠버네티스');
  assert.deepEqual(await s.cursor(), [17, 0]);
  s.type('\x1b[D\x1b[D');
  assert.deepEqual(await s.cursor(), [13, 0]);
  s.type('\x7f');
  assert.deepEqual(await s.lines(), ['$ echo 쿠버티스']);
  s.type('\x05가나다');
  assert.deepEqual(await s.lines(), ['$ echo 쿠버티스가나', '다']);
  s.type('\x7f\x7f\x7f다\r');
  assert.deepEqual((await s.lines()).slice(-2), ['쿠버티스다', '$']);
});

test('an open quote, a loop and a here document ask for more lines, which become one in the history', async () => {
  const s = screen();
  s.type('for i in 1 2; do\recho $i\rdone\r');
  assert.deepEqual(await s.lines(), ['$ for i in 1 2; do', '> echo $i', '> done', '1', '2', '$']);
  s.type('\x1b[A');
  assert.equal((await s.lines()).at(-1), '$ for i in 1 2; do echo $i; done');
  s.type('\x15cat <<E\ra $((1+1))\rE\r');
  assert.deepEqual((await s.lines()).slice(-5), ['$ cat <<E', '> a $((1+1))', '> E', 'a 2', '$']);
  s.type('echo "a\rb"\r');
  assert.deepEqual((await s.lines()).slice(-5), ['$ echo "a', '> b"', 'a', 'b', '$']);
});

test('^C gives up a line; at a loop of builtins and at a program it interrupts', async () => {
  const s = screen();
  s.type('echo half\x03');
  assert.deepEqual(await s.lines(), ['$ echo half^C', '$']);
  s.type('echo $?\r');
  assert.equal((await s.lines()).at(-2), '130');
  s.type('while :; do :; done\r', 200);
  s.type('\x03');
  assert.deepEqual((await s.lines()).slice(-2), ['^C', '$']);
  s.type('sleep 100; echo never\r', 500);
  s.type('\x03');
  assert.deepEqual((await s.lines()).slice(-3), ['$ sleep 100; echo never', '^C', '$']);
  s.type('for i in 1 2 3; do sleep 5; done\r', 500);
  s.type('\x03');
  assert.deepEqual((await s.lines()).slice(-2), ['^C', '$']);
});

test('^Z stops a program; jobs, bg, fg and kill handle it', async () => {
  const s = screen({ rows: 40 });
  s.type('sleep 100\r', 500);
  s.type('\x1a');
  assert.deepEqual((await s.lines()).slice(-3), ['^Z', '[1]+  Stopped                 sleep 100', '$']);
  s.type('sleep 200 &\r');
  assert.match((await s.lines()).at(-2)!, /^\[2\] \d+$/);
  s.type('jobs\r');
  assert.deepEqual((await s.lines()).slice(-3), ['[1]+  Stopped                 sleep 100', '[2]-  Running                 sleep 200 &', '$']);
  s.type('bg\r');
  assert.equal((await s.lines()).at(-2), '[1]+ sleep 100 &');
  s.type('fg %2\r', 300);
  s.type('\x03');
  assert.deepEqual((await s.lines()).slice(-4), ['$ fg %2', 'sleep 200', '^C', '$']);
  s.type('kill %1\r');
  s.type('\r');
  assert.deepEqual((await s.lines()).slice(-2), ['[1]+  Terminated              sleep 100', '$']);
  s.type('sleep 0.2 &\r', 500);
  s.type('\r');
  assert.deepEqual((await s.lines()).slice(-2), ['[1]+  Done                    sleep 0.2', '$']);
});

test('Tab completes commands, files, folders and variables', async () => {
  const s = screen({ files: { 'long name.txt': 'x\n' } });
  s.type('cp /work/l* .\r');
  s.type('basen\t');
  assert.equal((await s.lines()).at(-1), '$ basename');
  s.type('lo\t');
  assert.equal((await s.lines()).at(-1), '$ basename long\\ name.txt');
  s.type('\x15mkdir -p dir/sub; touch dir/one.yaml dir/one.yml\r');
  s.type('cat di\tone\t');
  assert.equal((await s.lines()).at(-1), '$ cat dir/one.y');
  s.type('\t\t');
  assert.deepEqual((await s.lines()).slice(-2), ['one.yaml  one.yml', '$ cat dir/one.y']);
  s.type('a\t');
  assert.equal((await s.lines()).at(-1), '$ cat dir/one.yaml');
  s.type('\x15echo $HOM\t');
  assert.equal((await s.lines()).at(-1), '$ echo $HOME/');
  s.type('\x15complete -W "alpha beta" tool\rtool al\t');
  assert.equal((await s.lines()).at(-1), '$ tool alpha');
});

test('history expansion, history, and aliases', async () => {
  const s = screen({ rows: 30 });
  s.type('echo one two\r!!\r');
  assert.deepEqual((await s.lines()).slice(-4), ['$ !!', 'echo one two', 'one two', '$']);
  s.type('echo last: !$\r');
  assert.deepEqual((await s.lines()).slice(-3), ['echo last: two', 'last: two', '$']);
  s.type('!nope\r');
  assert.equal((await s.lines()).at(-2), 'bash: !nope: event not found');
  s.type("alias k='echo kubectl'\rk get pods\r");
  assert.equal((await s.lines()).at(-2), 'kubectl get pods');
  s.type('history 2\r');
  assert.deepEqual((await s.lines()).slice(-3), ['    5  k get pods', '    6  history 2', '$']);
});

test('a bracketed paste of several lines waits for Enter', async () => {
  const s = screen();
  s.paste('echo a\necho b');
  assert.deepEqual(await s.lines(), ['$ echo a', 'echo b']);
  s.type('\r');
  assert.deepEqual(await s.lines(), ['$ echo a', 'echo b', 'a', 'b', '$']);
});

test('what is typed ahead goes to the program that reads, then to the prompt', async () => {
  const s = screen();
  s.type('cat\rhello\r');
  assert.deepEqual(await s.lines(), ['$ cat', 'hello']);
  s.type('world\r');
  assert.deepEqual(await s.lines(), ['$ cat', 'hello', 'world', 'world']);
  s.type('\x04');
  assert.equal((await s.lines()).at(-1), '$');
  s.type('read x; echo "got $x"\rvalue\r');
  assert.deepEqual((await s.lines()).slice(-3), ['$ read x; echo "got $x"', 'got value', '$']);
});

test('the prompt shows user, host and folder, with colours that take no room', async () => {
  const s = screen({ columns: 40, prompt: '\\[\\e[38;5;34m\\]\\u@\\h\\[\\e[0m\\]:\\w\\$ ' });
  s.type('cd /work/d');
  assert.deepEqual(await s.cursor(), ['student@vm:~$ cd /work/d'.length, 0]);
  s.type('\r');
  assert.equal((await s.lines()).at(-1), 'student@vm:/work/d$');
});

test('errors speak without a line number, syntax errors take one line', async () => {
  const s = screen();
  s.type('nope\recho )\r./x\r');
  assert.deepEqual(await s.lines(), ['$ nope', 'bash: nope: command not found', '$ echo )', "bash: syntax error near unexpected token `)'", '$ ./x', 'bash: ./x: No such file or directory', '$']);
});

test('^D leaves, a login shell says logout', async () => {
  const s = screen({ args: ['-bash'] });
  s.type('nope\r');
  assert.equal((await s.lines()).at(-2), '-bash: nope: command not found');
  s.type('bash\r');
  s.type('\x04');
  assert.deepEqual((await s.lines()).slice(-2), ['exit', '$']);
  s.type('exit\r');
  assert.equal((await s.lines()).at(-1), 'logout');
});

test('dash and ash have their own prompts and words', async () => {
  const debian = screen({ program: sh, args: ['sh'], prompt: '$ ' });
  debian.type('nope\r');
  assert.deepEqual(await debian.lines(), ['$ nope', 'sh: 1: nope: not found', '$']);
  const busybox = screen({ program: ash, args: ['sh'], prompt: '\\w \\$ ' });
  busybox.type('nope\rcd /nope\r');
  assert.deepEqual(await busybox.lines(), ['~ $ nope', 'sh: nope: not found', '~ $ cd /nope', "sh: cd: can't cd to /nope: No such file or directory", '~ $']);
});

test('the host hears each command with its exit code', () => {
  const heard: string[] = [];
  const s = screen({ program: shell('bash', { onCommand: (line, when, code) => heard.push(`${when} ${line} ${code}`) }) });
  s.type('false\r\rfor i in 1\rdo false; done\rsleep 9\r', 500);
  s.type('\x03');
  s.type('echo (\r');
  assert.deepEqual(heard, ['start false 0', 'end false 1', 'start for i in 1\ndo false; done 0', 'end for i in 1\ndo false; done 1', 'start sleep 9 0', 'end sleep 9 130', 'start echo ( 0', 'end echo ( 2']);
});

test('a change of the width draws the line anew', async () => {
  const s = screen({ columns: 40 });
  s.type('echo abcdefghijklmnopqrstuvwxyz');
  s.resize(20, 12);
  s.type('!');
  assert.equal((await s.lines()).join('').replace(/\s/g, ''), '$echoabcdefghijklmnopqrstuvwxyz!');
});

test('an unset variable or a failed expansion ends the line, not the shell', async () => {
  const s = screen();
  s.type('set -u\recho $nope; echo not here\recho here $?\r');
  assert.deepEqual((await s.lines()).slice(-4), ['bash: nope: unbound variable', '$ echo here $?', 'here 1', '$']);
});

test('a prompt after output without a line end stands behind it, and its line is edited in place', async () => {
  const s = screen();
  s.type('printf abc\recho 13\x1b[D2');
  assert.equal((await s.lines()).at(-1), 'abc$ echo 123');
  s.type('\x0c');
  assert.deepEqual(await s.lines(), ['$ echo 123']);
  s.type('4\r');
  assert.equal((await s.lines()).at(-2), '1243');
});

test('a command offers its own words, with notes; an alias and a registered function lead to them too', async () => {
  const s = screen();
  installCommands(s.machine.files, [{
    name: 'kubectl',
    summary: 'control clusters',
    *main() {
      return 0;
    },
    *complete(words) {
      if (words.length > 2) return words[1] === 'get' ? [{ text: 'pods' }, { text: '--output=', open: true }] : undefined;
      return [{ text: 'get', note: 'Display one or many resources' }, { text: 'describe', note: 'Show details' }, { text: 'delete', note: 'Delete resources' }];
    },
  }]);
  s.type('kubectl d\t');
  assert.equal((await s.lines()).at(-1), '$ kubectl de');
  s.type('\t\t');
  assert.deepEqual((await s.lines()).slice(-3), ['describe  (Show details)', 'delete    (Delete resources)', '$ kubectl de']);
  s.type('s\t');
  assert.equal((await s.lines()).at(-1), '$ kubectl describe');
  s.type('\x15kubectl get --o\t');
  assert.deepEqual(await s.cursor(), ['$ kubectl get --output='.length, (await s.lines()).length - 1]);
  s.type('\x15alias k=kubectl\rk get po\t');
  assert.equal((await s.lines()).at(-1), '$ k get pods');
  s.type('\x15complete -F __start_kubectl kc\rkc g\t');
  assert.equal((await s.lines()).at(-1), '$ kc get');
  s.type('\x15_tool() { COMPREPLY=($(compgen -W "one two" -- "$2")); }; complete -F _tool tool; echo | kubectl ge\t');
  assert.equal((await s.lines()).at(-1)!.slice(-12), ' kubectl get');
  s.type('\x15_tool() { COMPREPLY=($(compgen -W "one two" -- "$2")); }; complete -F _tool tool\rtool t\t');
  assert.equal((await s.lines()).at(-1), '$ tool two');
});
