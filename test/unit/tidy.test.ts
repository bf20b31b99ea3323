/** Rules about the code itself: who may import whom, what the engine may not use, how a file opens. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOP = fileURLToPath(new URL('../../', import.meta.url));
const LAYERS = ['sim', 'machine', 'kube', 'kubectl', 'tools', 'images', 'world', 'lab', 'grade', 'serve', 'site'];
const ENGINE = new Set(LAYERS.slice(0, -2));

/** What must not decide anything in the engine (design, decision 2). */
const BANNED: readonly [RegExp, string][] = [
  [/\bnew Date\b|\bDate\.|performance\.now|\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b|requestAnimationFrame/, 'the clock of the world'],
  [/Math\.random|\bcrypto\.(?:subtle|random|get)/, 'a seeded Random'],
  [/\basync (?:function|\(|\w+ =>)|\bawait\b|new Promise|Promise\./, 'a Program'],
  [/toLocale|\bIntl\.|localeCompare/, 'our own formatting and `<`'],
  [/globalThis\.fetch|(?:=|return|yield\*) fetch\(/, 'p.fetch'],
];

const files = (readdirSync(join(TOP, 'src'), { recursive: true }) as string[]).map((file) => file.replaceAll('\\', '/')).filter((file) => /\.(ts|mjs|astro)$/.test(file));
const textOf = (file: string): string => readFileSync(join(TOP, 'src', file), 'utf8');
/** Comments and texts out, so that only code is judged. */
const codeOf = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/[^\n]*/g, '$1').replace(/'(?:[^'\\\n]|\\.)*'/g, "''").replace(/"(?:[^"\\\n]|\\.)*"/g, '""');

test('a folder imports only from folders above it', () => {
  const wrong: string[] = [];
  for (const file of files) {
    const own = LAYERS.indexOf(file.split('/')[0]!);
    for (const [, target] of textOf(file).matchAll(/(?:from|import) '(\.[^']+)'/g)) {
      const other = normalize(join(dirname(file), target!)).replaceAll('\\', '/').split('/')[0]!;
      const rank = LAYERS.indexOf(other);
      if (rank > own) wrong.push(`src/${file}: ${LAYERS[own]} may not import ${other}`);
      if (file.startsWith('kubectl/') && other === 'kube' && !target!.endsWith('/kube/api/wire.ts')) wrong.push(`src/${file}: kubectl is a client and imports only wire types of kube, not ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('type-only imports apart, lab.ts and world.ts do not need each other at run time', () => {
  assert.doesNotMatch(textOf('world/world.ts'), /^import \{[^}]*\} from '\.\.\/lab/m);
});

test('the engine uses neither real time, nor chance, nor promises, nor locales', () => {
  const wrong: string[] = [];
  for (const file of files.filter((one) => ENGINE.has(one.split('/')[0]!) && one.endsWith('.ts'))) {
    codeOf(textOf(file)).split('\n').forEach((line, i) => {
      for (const [pattern, instead] of BANNED) if (pattern.test(line)) wrong.push(`src/${file}:${i + 1}: ${pattern.exec(line)![0]} is banned here, use ${instead}`);
    });
  }
  assert.deepEqual(wrong, []);
});

test('every file opens by saying what it is', () => {
  const wrong = files.filter((file) => !/^(?:#![^\n]*\n)?(?:\/\*\*|\/\/|---\n\s*(?:\/\*\*|\/\/))/.test(textOf(file)) && !/^---\s*---/.test(textOf(file)));
  assert.deepEqual(wrong, []);
});

test('there is no `any`', () => {
  const wrong = files.filter((file) => file.endsWith('.ts') && /(?:: |<|as )any\b/.test(codeOf(textOf(file)).replace(/`(?:[^`\\]|\\.)*`/g, '``')));
  assert.deepEqual(wrong, []);
});

test('the tree in the README is the real one', () => {
  const readme = readFileSync(join(TOP, 'README.md'), 'utf8');
  for (const layer of LAYERS) assert.match(readme, new RegExp(`src/${layer}/`), `README.md names src/${layer}/`);
});

test('every optional platform package of the lock file has its entry', () => {
  const { packages } = JSON.parse(readFileSync(join(TOP, 'package-lock.json'), 'utf8')) as { packages: Record<string, { optionalDependencies?: Record<string, string> }> };
  const missing: string[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      let at = path;
      let found = false;
      for (;;) {
        if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) found = true;
        if (found || !at) break;
        const cut = at.lastIndexOf('/node_modules/');
        at = cut < 0 ? '' : at.slice(0, cut);
      }
      if (!found) missing.push(`${path || 'package.json'} needs ${name}`);
    }
  }
  assert.deepEqual(missing, []);
});
