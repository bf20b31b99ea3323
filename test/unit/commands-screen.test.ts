/** Programs that take the whole screen, as a terminal shows them: vi, less, watch, nano, top. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOT } from '../../src/machine/view.ts';
import { screen, type Screen } from './shell-screen.ts';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n';
const LONG = Array.from({ length: 50 }, (_, i) => `line ${i + 1}\n`).join('');

function open(files: Readonly<Record<string, string>>, line: string, rows = 10, columns = 60): Screen {
  const s = screen({ files, rows, columns, user: ROOT });
  s.type('cd /work\r');
  s.type('clear\r');
  s.type(`${line}\r`);
  return s;
}

/** What a file holds after the keys. */
async function edited(text: string, keys: string, name = 'f'): Promise<string> {
  const s = open({ [name]: text }, `vi ${name}`, 12);
  s.type(keys);
  s.type('\x1b:wq\r');
  s.type('clear\r');
  s.type(`sed 's/$/$/' ${name}\r`);
  return (await s.lines()).slice(1, -1).join('\n').replaceAll('$', '');
}

const EDITS: readonly (readonly [what: string, text: string, keys: string, result: string])[] = [
  ['i inserts before the cursor', 'abc\n', 'lix', 'axbc'],
  ['a appends behind it', 'abc\n', 'ax', 'axbc'],
  ['A appends at the end and I at the first letter', '  abc\n', 'Ax\x1bIy', '  yabcx'],
  ['o keeps the indentation', 'a:\n  b: 1\n', 'joc: 2', 'a:\n  b: 1\n  c: 2'],
  ['O opens a line above', 'b\n', 'Oa', 'a\nb'],
  ['dd takes a line and p puts it below', 'a\nb\nc\n', 'ddp', 'b\na\nc'],
  ['a count repeats', 'a\nb\nc\nd\n', '2dd', 'c\nd'],
  ['yy and P copy above', 'a\nb\n', 'jyyP', 'a\nb\nb'],
  ['dw takes a word', 'one two three\n', 'wdw', 'one three'],
  ['cw changes a word without its blank', 'one two three\n', 'wcwTWO', 'one TWO three'],
  ['d$ and D cut the rest', 'one two\none two\n', 'wd$j0wD', 'one \none '],
  ['ciw changes the word around the cursor', 'image: nginx:1.25\n', '$ciw27', 'image: nginx:1.27'],
  ['ci" changes between quotes', 'a: "x y"\n', 'ci"z', 'a: "z"'],
  ['di{ empties braces', 'a {b c} d\n', 'fbdi{', 'a {} d'],
  ['dap takes a paragraph with its gap', 'a\nb\n\nc\n', 'dap', 'c'],
  ['x and X take characters', 'abcd\n', 'xlX', 'cd'],
  ['r replaces one and R many', 'abcdef\n', 'rXlRYZ', 'XYZdef'],
  ['s substitutes a character and S a line', 'abc\n  def\n', 'sXY\x1bjSnew', 'XYbc\n  new'],
  ['~ swaps case', 'aBc\n', '3~', 'AbC'],
  ['J joins lines with one blank', 'a\n  b\n', 'J', 'a b'],
  ['>> and << shift lines', 'a\nb\n', ':set sw=2 et\r>>j2>>k<<', 'a\n  b'],
  ['> shifts a selection', 'a\nb\nc\n', ':set sw=2 et\rVj>', '  a\n  b\nc'],
  ['a dot repeats the last change', 'a\nb\nc\n', 'A!\x1bj.j.', 'a!\nb!\nc!'],
  ['u undoes and ^R does again', 'a\nb\nc\n', 'dddduu\x12', 'b\nc'],
  ['undo reaches the beginning', 'a\n', 'xix\x1bA y\x1buuu', 'a'],
  ['f and ; go to a character', 'a,b,c,d\n', 'f,;xx', 'a,b,d'],
  ['t stops before it', 'a,b,c\n', 'dt,', ',b,c'],
  ['% goes to the bracket', 'f(a, (b))c\n', 'f(%aX', 'f(a, (b))Xc'],
  ['G and gg go to the ends', 'a\nb\nc\n', 'GAx\x1bggAy', 'ay\nb\ncx'],
  ['a number goes to a line', 'a\nb\nc\n', ':2\rdd', 'a\nc'],
  ['/ finds and n goes on', 'x\nab\ny\nab\n', '/ab\rnAx', 'x\nab\ny\nabx'],
  [':s replaces on a line', 'a a\na a\n', ':s/a/b/\r', 'b a\na a'],
  [':%s with g replaces everywhere', 'a a\na a\n', ':%s/a/b/g\r', 'b b\nb b'],
  [':s knows ranges, groups and other delimiters', 'ab\nab\nab\n', ':2,$s#\\(a\\)\\(b\\)#\\2\\1#\r', 'ab\nba\nba'],
  [':d and :m move lines', 'a\nb\nc\nd\n', ':2d\r:1m$\r', 'c\nd\na'],
  [':g deletes what matches', 'a\n#b\nc\n#d\n', ':g/^#/d\r', 'a\nc'],
  ['visual selections are cut and put', 'abcdef\n', 'vlld$p', 'defabc'],
  ['visual lines are copied', 'a\nb\nc\n', 'VjyGp', 'a\nb\nc\na\nb'],
  ['ranges of the selection replace only there', 'a\na\na\n', 'Vj:s/a/b/\r', 'b\nb\na'],
  ['registers keep texts apart', 'a\nb\n', '"ayyj"byy"ap"bp', 'a\nb\na\nb'],
  ['marks come back', 'a\nb\nc\n', "majj'aAx", 'ax\nb\nc'],
  ['a macro repeats keys', 'a\nb\nc\n', 'qqA;\x1bjq2@q', 'a;\nb;\nc;'],
  ['expandtab types blanks', 'a:\n', ':set et ts=2 sw=2\ro\tb', 'a:\n  b'],
  ['a paste is not indented again', '  a\n', 'o\x1b[200~x:\n  y\n    z\x1b[201~', '  a\n  x:\n  y\n    z'],
  ['Backspace, ^W and ^U erase while typing', '\n', 'ione twx\x7fo thr\x17\x15end', 'end'],
  ['Korean text counts by characters', '안녕하세요\n', 'lxx', '안세요'],
  ['Hangul keys count as the keys they are on', 'a\nb\nc\n', 'ㅓㅇㅇ', 'a\nc'],
  ['whole syllables are taken apart', 'one two\n', '여ㅈ', 'one two'],
  ['^A adds to a number', 'replicas: 3\n', '5\x01', 'replicas: 8'],
  ['e and ge go to ends of words', 'ab cd ef\n', 'eaX', 'abX cd ef'],
  ['} goes over a paragraph', 'a\nb\n\nc\n', '}iX', 'a\nb\nX\nc'],
];

for (const [what, text, keys, result] of EDITS) {
  test(`vi: ${what}`, async () => assert.equal(await edited(text, keys), result));
}

test('vi shows the file, tildes, its name and the place of the cursor', async () => {
  const s = open({ 'pod.yaml': POD }, 'vi pod.yaml', 8);
  assert.deepEqual(await s.lines(), ['apiVersion: v1', 'kind: Pod', 'metadata:', '  name: web', '~', '~', '~', '"pod.yaml" 4L, 47B                        1,1           All']);
  s.type('jjA');
  assert.equal((await s.lines()).at(-1), '-- INSERT --                              3,10          All');
  assert.deepEqual(await s.cursor(), [9, 2]);
});

test('vi does not leave with changes, unless it must', async () => {
  const s = open({ f: 'a\n' }, 'vi f', 6);
  s.type('x:q\r');
  assert.equal((await s.lines()).at(-1), 'E37: No write since last change (add ! to override)');
  s.type(':q!\r');
  assert.deepEqual(await s.lines(), ['$ vi f', '$']);
});

test('vi says what it wrote, and what it does not know', async () => {
  const s = open({}, 'vi new.yaml', 6);
  assert.match((await s.lines()).at(-1)!, /^"new.yaml" \[New\]/);
  s.type('ia: 1\x1b:w\r');
  assert.match((await s.lines()).at(-1)!, /^"new.yaml" \[New\] 1L, 5B written/);
  s.type(':foo\r');
  assert.match((await s.lines()).at(-1)!, /^E492: Not an editor command: foo {2}/);
  s.type('/nope\r');
  assert.match((await s.lines()).at(-1)!, /^E486: Pattern not found: nope {2}/);
});

test('vi numbers lines and wraps long ones by cells', async () => {
  const s = open({ f: `${'가'.repeat(12)}\nb\n` }, 'vi f', 6, 20);
  assert.deepEqual((await s.lines()).slice(0, 3), ['가'.repeat(10), '가가', 'b']);
  s.type(':set nu\r');
  assert.deepEqual((await s.lines()).slice(0, 3), [`  1 ${'가'.repeat(8)}`, `    ${'가'.repeat(4)}`, '  2 b']);
});

test('vi in Korean: the cursor stands on whole syllables', async () => {
  const s = open({ f: '한글 a\n' }, 'vi f', 6);
  s.type('l');
  assert.deepEqual(await s.cursor(), [2, 0]);
  s.type('$');
  assert.deepEqual(await s.cursor(), [5, 0]);
  s.type(':ㅂ\r');
  assert.equal((await s.lines())[0], '$ vi f');
});

test('less shows a page, scrolls, searches and leaves the screen as it was', async () => {
  const s = open({ 'long.txt': LONG }, 'less long.txt', 6);
  assert.deepEqual(await s.lines(), ['line 1', 'line 2', 'line 3', 'line 4', 'line 5', 'long.txt']);
  s.type(' ');
  assert.deepEqual((await s.lines())[0], 'line 6');
  s.type('k');
  assert.deepEqual((await s.lines())[0], 'line 5');
  s.type('/line 3\r');
  assert.equal((await s.lines())[0], 'line 30');
  s.type('n');
  assert.equal((await s.lines())[0], 'line 31');
  s.type('N');
  assert.equal((await s.lines())[0], 'line 30');
  s.type('G');
  assert.deepEqual((await s.lines()).slice(-2), ['line 50', '(END)']);
  s.type('g');
  assert.equal((await s.lines())[0], 'line 1');
  s.type('/nope\r');
  assert.equal((await s.lines()).at(-1), 'Pattern not found  (press RETURN)');
  s.type('\rq');
  assert.deepEqual(await s.lines(), ['$ less long.txt', '$']);
});

test('less shows what comes over a pipe, before it has ended', async () => {
  const s = open({}, '(seq 8; sleep 100; echo late) | less', 6);
  assert.deepEqual((await s.lines()).slice(0, 5), ['1', '2', '3', '4', '5']);
  s.type('q', 200_000);
  assert.equal((await s.lines()).at(-1), '$');
});

test('less folds Korean lines by cells, or cuts them with -S', async () => {
  const s = open({ ko: `${'나'.repeat(13)}\nend\n` }, 'less ko', 5, 20);
  assert.deepEqual((await s.lines()).slice(0, 3), ['나'.repeat(10), '나나나', 'end']);
  s.type('-S');
  assert.deepEqual((await s.lines()).slice(0, 2), ['나'.repeat(10), 'end']);
});

test('less -F only prints what fits', async () => {
  const s = open({ f: 'a\nb\n' }, 'less -F f', 8);
  assert.deepEqual(await s.lines(), ['$ less -F f', 'a', 'b', '$']);
});

test('watch runs the command again each interval until ^C', async () => {
  const s = open({}, 'watch -n 1 "date +%S; echo 한글"', 6);
  const first = await s.lines();
  assert.match(first[0]!, /^Every 1\.0s: date \+%S; echo 한글 +vm: Tue Nov 24 /);
  const second = Number(first[2]);
  assert.equal(first[3], '한글');
  s.type('', 2000);
  assert.equal(Number((await s.lines())[2]), second + 2);
  s.type('\x03');
  assert.equal((await s.lines()).at(-1), '$');
});

test('watch -t has no title, and -g ends at a change', async () => {
  const s = open({}, 'watch -t -n 1 "echo hi"', 6);
  assert.deepEqual(await s.lines(), ['hi']);
  s.type('\x03');
  s.type('clear; watch -g -n 1 date +%S; echo done\r', 3000);
  assert.ok((await s.lines()).includes('done'));
});

test('nano types, writes with ^O, and asks before it leaves with changes', async () => {
  const s = open({ f: 'one\ntwo\n' }, 'nano f', 10);
  assert.match((await s.lines())[0]!, /^ {2}GNU nano 7\.2 +f$/);
  s.type('\x0b');
  s.type('\x0e\x15\x15');
  s.type('\x0f\r');
  assert.match((await s.lines()).join('\n'), /\[ Wrote 3 lines \]/);
  s.type('x\x18n');
  s.type('clear; cat f\r');
  assert.deepEqual(await s.lines(), ['$ cat f', 'two', 'one', 'one', '$'].slice(1));
});

test('top shows the processes and leaves with q', async () => {
  const s = open({}, 'top', 12, 80);
  const lines = await s.lines();
  assert.match(lines[0]!, /^top - \d\d:\d\d:\d\d up /);
  assert.match(lines[6]!, /^ +PID USER +PR +NI/);
  assert.match(lines.slice(7).join('\n'), / top$/m);
  s.type('q');
  assert.equal((await s.lines()).at(-1), '$');
});

test('ls makes columns and colours on a terminal, by cells', async () => {
  const s = open({ 'a': '', '파드.yaml': '', 'bb': '' }, 'ls', 6, 30);
  assert.deepEqual(await s.lines(), ['$ ls', 'a  bb  d  파드.yaml', '$']);
  assert.ok(s.heard.join('').includes('\x1b[01;34md\x1b[0m'));
});
