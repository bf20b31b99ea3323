/**
 * Records what the real tools of this machine print for the lines of cases.txt (LANG=C.UTF-8) into recorded.json.
 * AWK and TREE name a gawk and a tree to record with, where the machine's own are others.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { words } from './words.mjs';

const here = new URL('.', import.meta.url).pathname;
const files = JSON.parse(readFileSync(join(here, 'files.json'), 'utf8'));
const out = [];
for (const text of readFileSync(join(here, 'cases.txt'), 'utf8').split('\n')) {
  if (!text || text.startsWith('#')) continue;
  // The order of a folder is the file system's: such lines are compared without it.
  const loose = text.startsWith('~ ');
  const line = loose ? text.slice(2) : text;
  const dir = mkdtempSync(join(tmpdir(), 'case-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  const args = words(line);
  const at = args.indexOf('<');
  const input = at < 0 ? '' : readFileSync(join(dir, args.splice(at, 2)[1]));
  const real = { awk: process.env.AWK, tree: process.env.TREE }[args[0]] ?? args[0];
  const ran = spawnSync(real, args.slice(1), {
    cwd: dir, input, argv0: args[0], encoding: 'utf8', timeout: 10_000,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH ?? '' },
  });
  if (ran.error) throw new Error(`${line}: ${ran.error.message}`);
  out.push({ line, ...(loose && { loose }), out: ran.stdout, err: ran.stderr, code: ran.status });
  rmSync(dir, { recursive: true });
}
writeFileSync(join(here, 'recorded.json'), `[\n${out.map((x) => JSON.stringify(x)).join(',\n')}\n]\n`);
