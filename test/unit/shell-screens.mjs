/**
 * Records what a terminal shows of real interactive bash: `node test/unit/shell-screens.mjs`. Types the keys of KEYS into `bash --norc`
 * (prompt `$ `, 60 by 12 cells) under script(1), a piece at a time, and writes the screens and cursors to shell-screens.expected.json.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

Object.assign(globalThis, { self: globalThis });
const require = createRequire(import.meta.url);
const { Terminal } = require('@xterm/headless');
const { Unicode11Addon } = require('@xterm/addon-unicode11');

/** Each is one session: pieces of keys, typed one after the other. */
export const KEYS = [
  ['echo hello\x1b[D\x1b[DX', '\r'],
  ['echo one two', '\x01', '\x0b', '\x19', '\x19', '\r'],
  ['abc def ghi', '\x1bb', '\x1bd', '\x17', '\x1bf', '\x15', '\x19'],
  ['abc', '\x02\x14', '\x05\x14', '\x1bu', '\x1bb\x1bu', '\x1f'],
  ['echo a', '\r', 'echo b\r', '\x1b[A\x1b[A', '\x1b[B', '\x10', '\x0e\x0e'],
  ['echo abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789', '\x01', '\x04\x04', '\x05', '\x7f\x7f', '\r'],
  ['echo 123456789012345678901234567890123456789012345678901', '2', '3', '\x7f', '\x7f\x7f'],
  ['echo 가나다', '\x1b[D', '\x7f', '라', '\r'],
  ['echo 가나다라마바사아자차카타파하가나다라마바사아자차카타파', '\x1b[D\x1b[D', 'x', '\x05', '\r'],
  ['for i in 1 2; do', '\r', 'echo $i\r', 'done\r', '\x1b[A'],
  ['echo "a\r', 'b"\r', '\x1b[A'],
  ['cat <<E\r', 'x\r', 'E\r', '\x1b[A'],
  ['echo x \\\r', 'y\r', '\x1b[A'],
  ['echo half', '\x03', 'echo $?\r'],
  ['sleep 5\r', '\x03', 'echo $?\r'],
  ['sleep 5; echo no\r', '\x03', 'echo $?\r'],
  ['for i in 1 2; do sleep 5; done\r', '\x03', 'echo $?\r'],
  ['while :; do :; done\r', '\x03', 'echo $?\r'],
  ['sleep 5\r', '\x1a', 'jobs\r', 'kill %1\r', '\r'],
  ['sleep 5\r', '\x1a', 'bg\r', 'fg\r', '\x03'],
  ['sleep 5\r', '\x1a', 'sleep 6\r', '\x1a', 'jobs\r', 'kill %1 %2\r', '\r'],
  ['cat\r', 'line\r', '\x04', 'echo done\r'],
  ['cat\r', 'abc\x7f\x7fX\r', 'q w\x17e\r', 'gone\x15new\r', '\x03'],
  ['read x; echo "[$x]"\r', 'typed\r'],
  ['read -p "name: " x; echo "[$x]"\r', 'me\r'],
  ['read -s x; echo "[$x]"\r', 'secret\r'],
  ['nope\r', 'echo $?\r', './nope\r', '/tmp\r'],
  ['echo )\r', 'if fi\r', 'echo $?\r'],
  ['echo "unfinished\r', '\x03', 'echo $?\r'],
  ['echo "unfinished\r', '\x04'],
  ['set -u\r', 'echo $nope; echo x\r', 'echo $?\r'],
  ['echo $((1/0)); echo x\r', 'echo $?\r'],
  ['echo one\r', '!!\r', 'echo !$ !echo\r', '!nope\r', '^one^two\r'],
  ['echo a b c\r', 'echo \x1b.', '\r'],
  ['echo apple\r', 'echo pear\r', '\x12ap', '\x07', '\x12pe', '\r'],
  ['echo apple\r', '\x12zz', '\x03', 'echo $?\r'],
  ['false\r', 'echo $?\r', 'exit 3\r'],
  ['touch aab aac; mkdir dir\r', 'ls a\t', '\t', 'b\t', '\r', 'cd d\t', '\r'],
  ['touch "a b"\r', 'ls a\t', '\r'],
  ['ech\t', 'hi\r', 'unali\t'],
  ['echo $HOM\t', '\r', 'echo ~roo\t'],
  ['ls nope\t', '\x15cat /etc/hostn\t'],
  ['printf abc\r', 'echo d\r', '\x1b[A'],
  ['printf "a\\nb"\r', 'x\x1b[Dy\r'],
  ['alias l="echo list"\r', 'l a\r', 'unalias l\r', 'l\r'],
  ['history | tail -2\r', ' echo hidden\r', 'history 1\r'],
  ['f() {\r', 'echo in f\r', '}\r', 'f\r', '\x1b[A\x1b[A'],
  ['sleep 0.1 &\r', 'wait\r', '\r'],
  ['(exit 7)\r', 'echo $?\r', 'trap "echo bye" EXIT\r', 'exit\r'],
  ['clear\r', 'echo top\r', '\x0c'],
  ['echo a; sleep 0.3; echo b\r', 'echo c\r'],
  ['true && echo y || echo n\r', 'echo x | (read a; echo $a)\r'],
  ['cd /nope\r', 'cd /tmp\r', 'pwd; cd -\r', 'cd\r', 'cd -; cd a b\r'],
  ['bash --norc\r', 'echo $SHLVL\r', '\x04', 'echo back\r'],
  ['select x in a b; do echo "$x"; break; done\r', '2\r'],
  ['echo \x16\x1b[A\r', 'echo tab\x16\there\r'],
  ['if true; then\r', 'echo 1\r', 'fi; echo 2\r', '\x1b[A'],
  ['case x in\r', 'x) echo y;;\r', 'esac\r', '\x1b[A'],
  ['{\r', 'echo g\r', '}\r', '\x1b[A'],
  ['echo a |\r', 'cat\r', '\x1b[A'],
  ['x=1\r', 'echo $x\r', 'x=$((x+1)); echo $x\r', 'echo ${x:?}${y:?msg}; echo no\r', 'echo $?\r'],
  ['readonly r=1\r', 'r=2; echo no\r', 'echo $?\r'],
  ['sleep 5 &\r', 'kill %1\r', '\r'],
  ['sleep 5 &\r', 'jobs\r', 'fg\r', '\x1a', 'kill -9 %1\r', '\r'],
  ['fg\r', 'bg\r', 'kill %1\r', 'jobs\r'],
  ['exit 1 2\r', 'logout\r', 'return\r', 'break\r'],
  ['echo a\r', 'echo b\r', '\x1b[A\x1b[A\x7fz', '\x1b[B', '\x1b[A', '\r', '\x1b[A'],
  ['echo "q\t', '\x15touch file-one\r', 'ls "file\t', '\r'],
  ['echo hi > f; cat f\r', 'ls -l | wc -l\r', 'cat < nope\r'],
  ['sh\r', 'nope\r', 'exit\r'],
  ['sleep 3 | cat\r', '\x03', 'echo ${PIPESTATUS[@]}\r'],
];

async function record(pieces) {
  const folder = mkdtempSync(join(tmpdir(), 'screen-'));
  mkdirSync(join(folder, 'home'));
  const terminal = new Terminal({ cols: 60, rows: 12, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  const child = spawn('script', ['-qfc', 'stty cols 60 rows 12; exec bash --norc', '/dev/null'], {
    cwd: join(folder, 'home'), env: { PATH: '/usr/bin:/bin', HOME: join(folder, 'home'), PS1: '$ ', TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', HISTFILE: '' },
  });
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text) => terminal.write(text));
  await wait(300);
  for (const piece of pieces) {
    if (child.exitCode === null) child.stdin.write(piece);
    await wait(350);
  }
  await wait(200);
  child.kill('SIGKILL');
  await new Promise((done) => terminal.write('', done));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: 12 }, (_, i) => active.getLine(active.baseY + i).translateToString(true).trimEnd().replaceAll(join(folder, 'home'), '/home/student'));
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  rmSync(folder, { recursive: true });
  return { keys: pieces, lines, cursor: [active.cursorX, active.cursorY] };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const out = [];
  for (let i = 0; i < KEYS.length; i += 12) out.push(...(await Promise.all(KEYS.slice(i, i + 12).map(record))));
  writeFileSync(new URL('shell-screens.expected.json', import.meta.url), `[\n${out.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
}
