/** Every transcript in this folder, typed anew, says what it says. `REWRITE=1` (`npm test -- --rewrite`) writes it down instead; the diff is the review. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tell } from '../../src/serve/story.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.txt')).sort()) {
  const path = join(FOLDER, name);
  const text = readFileSync(path, 'utf8');
  test(`${name}: ${/^# (.*)/.exec(text)?.[1] ?? 'a story'}`, () => {
    const said = tell(text);
    if (process.env['REWRITE']) writeFileSync(path, said);
    else assert.equal(said, text);
  });
}
