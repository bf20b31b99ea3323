/**
 * Records what the real bash and GNU tools of this machine say to each line of a list: `node test/unit/shell-lines.mjs LINES.json`.
 * The list holds `files` (name to text) and `lines`; each line runs in a fresh folder with the files and a subfolder `d`.
 * Writes shell-lines.expected.json beside this script: the files, and per line its standard output and status.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { files, lines } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const extra = { 'd/a.yml': 'a: 1\n', 'd/b.txt': 'b\n' };
const all = { ...files, ...extra };
const cases = lines.map((line) => {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'));
  mkdirSync(join(folder, 'd'));
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  const run = spawnSync('bash', ['-c', line], {
    cwd: folder, encoding: 'utf8', timeout: 10_000, input: '',
    env: { PATH: process.env.PATH, HOME: '/root', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
  });
  rmSync(folder, { recursive: true });
  return { line, stdout: run.stdout, stderr: run.stderr.replaceAll(folder, '.'), status: run.status };
});
writeFileSync(new URL('shell-lines.expected.json', import.meta.url), `${JSON.stringify({ files: all, cases }, undefined, 1)}\n`);
