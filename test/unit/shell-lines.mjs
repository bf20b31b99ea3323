/**
 * Records what the real bash and GNU tools of this machine say to each line of a list:
 * `node test/unit/shell-lines.mjs LINES.json test/unit/shell-lines.expected.json` (`files`: name to text, and `lines`), or
 * `node test/unit/shell-lines.mjs test/unit/shell-language.lines.txt test/unit/shell-language.expected.json` (a line each; after § with \n, \t and \\ as in C).
 * Each line runs by `bash -c` (or the shell named third) in a fresh folder with the files and a subfolder `d`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [from, to, shell = 'bash'] = process.argv.slice(2);
const text = readFileSync(from, 'utf8');
const codes = { n: '\n', t: '\t', '\\': '\\' };
const plain = (line) => (line.startsWith('§') ? line.slice(1).replace(/\\([nt\\])/g, (_, code) => codes[code]) : line);
const { files, lines } = from.endsWith('.json') ? JSON.parse(text) : { files: { 'nums.txt': '10\n9\n2\n33\n1\n' }, lines: text.split('\n').filter(Boolean).map(plain) };
const all = { ...files, 'd/a.yml': 'a: 1\n', 'd/b.txt': 'b\n' };
const cases = lines.map((line) => {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'));
  mkdirSync(join(folder, 'd'));
  for (const [name, body] of Object.entries(all)) writeFileSync(join(folder, name), body);
  const run = spawnSync(shell, ['-c', line], {
    cwd: folder, encoding: 'utf8', timeout: 10_000, input: '',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/root', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
  });
  rmSync(folder, { recursive: true });
  return { line, stdout: run.stdout.replaceAll(folder, '/work'), stderr: run.stderr.replaceAll(folder, '/work'), status: run.status };
});
writeFileSync(to, `${JSON.stringify({ files: all, cases }, undefined, 1)}\n`);
