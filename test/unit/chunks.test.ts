/** Late code: whatever a program may wait for, the site knows how to load. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const SRC = join(import.meta.dirname, '..', '..', 'src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(SRC, file), 'utf8'));
const names = [...new Set(sources.flatMap((text) => [...text.matchAll(/\bchunk<.*>\('([a-z]+\/[a-z-]+)'\)/g)].map((match) => match[1]!)))];
const site = readFileSync(join(SRC, 'site', 'chunks.ts'), 'utf8');

test('every chunk can be loaded by the page', () => {
  const commands = /machine\/commands\/\{([^}]*)\}/.exec(site)![1]!.split(',');
  const missing = names.filter((name) => {
    const [part, rest] = name.split('/') as [string, string];
    if (part === 'commands') return !commands.includes(rest);
    if (part === 'kubectl') return !existsSync(join(SRC, 'kubectl', 'chunks', `${rest}.ts`));
    return !site.includes(`'${name}'`);
  });
  assert.deepEqual(missing, []);
  assert.ok(names.length > 30);
});
