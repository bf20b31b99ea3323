/**
 * Sessions with interactive bash, compared with what a terminal showed of the real one (shell-screens.mjs recorded it): lines and cursor.
 * KNOWN lists exactly the sessions that differ, by their keys, and why; one that stops differing must leave it.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { screen } from './shell-screen.ts';

const sessions: readonly { keys: readonly string[]; lines: readonly string[]; cursor: readonly [number, number] }[] = JSON.parse(readFileSync(new URL('shell-screens.expected.json', import.meta.url), 'utf8'));

const KNOWN: Readonly<Record<string, string>> = {
  'abc|\x02\x14|\x05\x14|\x1bu|\x1bb\x1bu|\x1f': 'undoing a change of case puts the cursor where it was',
  'echo "unfinished\r|\x04': '^D gives the prompt again instead of PS2',
};

/** Process numbers differ. */
const plain = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/^(\[\d+\]) \d+$/, '$1 PID'));

for (const { keys, lines, cursor } of sessions) {
  const name = keys.join('|');
  test(`the screen is bash's: ${JSON.stringify(name)}`, async () => {
    const s = screen({ args: ['bash', '--norc'], user: { name: 'root', uid: 0, gid: 0, home: '/home/student', shell: '/bin/bash' } });
    for (const piece of keys) s.type(piece, 350);
    const ours = { lines: plain(await s.lines()), cursor: await s.cursor() };
    if (KNOWN[name]) assert.notDeepEqual(ours, { lines: plain(lines), cursor }, 'no longer differs: take it out of the list');
    else assert.deepEqual(ours, { lines: plain(lines), cursor });
  });
}
