/**
 * `npm test`: installs what is needed and runs every test. The last line is `N passed, N failed`.
 * `npm test -- --rewrite` writes transcripts anew; `npm test -- unit` or `-- e2e` runs one part.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TOP, buildSite, installChromium, installPackages, run } from '../src/serve/install.mjs';

const args = process.argv.slice(2);
const parts = args.filter((arg) => !arg.startsWith('-'));
const wanted = (part) => parts.length === 0 || parts.includes(part);
const sum = { passed: 0, failed: 0, skipped: 0 };
const add = (passed, failed, skipped = 0) => {
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
};

installPackages();
mkdirSync(join(TOP, '.cache'), { recursive: true });
const node = join(TOP, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const env = args.includes('--rewrite') ? { REWRITE: '1' } : {};

/** Runs the node:test files of some folders and counts. */
function nodeTests(folders) {
  const files = folders.flatMap((folder) => (existsSync(join(TOP, folder)) ? readdirSync(join(TOP, folder)).filter((name) => name.endsWith('.test.ts')).map((name) => join(folder, name)) : []));
  const tap = join(TOP, '.cache', 'unit.tap');
  const code = run(node, ['--test', '--test-reporter=dot', '--test-reporter-destination=stdout', '--test-reporter=tap', `--test-reporter-destination=${tap}`, ...files], { env });
  const text = readFileSync(tap, 'utf8');
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  add(count('pass'), count('fail') + count('cancelled') || (code ? 1 : 0), count('skipped') + count('todo'));
  if (code) console.log(text.split('\n').filter((line) => /^\s*not ok/.test(line)).join('\n'));
}

/** A program that passes or fails as a whole. */
function whole(name, program, programArgs) {
  const ok = run(program, programArgs) === 0;
  console.log(`${ok ? 'passed' : 'FAILED'}: ${name}`);
  add(ok ? 1 : 0, ok ? 0 : 1);
}

function pageTests() {
  const chromium = installChromium();
  if (!chromium) {
    console.log('FAILED: no Chromium is here and none can be installed; set CHROMIUM to one.');
    add(0, 1);
    return;
  }
  try {
    buildSite();
  } catch (error) {
    console.log(`FAILED: ${error.message}`);
    add(0, 1);
    return;
  }
  const out = join(TOP, '.cache', 'pages.json');
  const code = run(node, [join(TOP, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', '-c', 'test/playwright.config.ts', '--reporter=line,json'], { env: { CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: out } });
  const { stats } = JSON.parse(readFileSync(out, 'utf8'));
  add(stats.expected + stats.flaky, stats.unexpected || (code ? 1 : 0), stats.skipped);
}

if (wanted('unit')) nodeTests(['test/unit', 'test/transcripts', 'test/kubernetes', 'test/labs']);
if (wanted('types')) {
  run(node, ['node_modules/astro/bin/astro.mjs', 'sync']);
  whole('types', node, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json']);
  whole('lint', process.platform === 'win32' ? 'oxlint.cmd' : 'oxlint', ['--quiet', 'src', 'test']);
}
if (wanted('e2e')) pageTests();
console.log(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
process.exit(sum.failed ? 1 : 0);
