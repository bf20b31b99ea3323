/**
 * Installs what a clean clone lacks: the packages of package-lock.json and, for tests, a Chromium. Runs on Node 20; what is in place is skipped.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const TOP = fileURLToPath(new URL('../../', import.meta.url));

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Runs a program with this repository's own Node and tools first in PATH; throws when it fails. */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: TOP, stdio: 'inherit', shell: process.platform === 'win32', ...options, env: { ...process.env, ...options.env, PATH: join(TOP, 'node_modules', '.bin') + delimiter + process.env.PATH } });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

/** SHA-256 over files and folders (names and contents). */
export function digestOf(paths) {
  const hash = createHash('sha256');
  const add = (path) => {
    const full = join(TOP, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) add(join(path, name));
    else hash.update(path.replaceAll('\\', '/')).update(readFileSync(full));
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}

/** Installs the packages when the lock file says something else than what was installed last. */
export function installPackages() {
  const stamp = join(TOP, 'node_modules', '.tabernetes');
  const want = digestOf(['package-lock.json']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return;
  console.log('Installing packages (once) …');
  const code = run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code) throw new Error(`npm ci ended with ${code}`);
  writeFileSync(stamp, want);
}

const runnable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where a Chromium is: CHROMIUM, one of the system's, or Playwright's own. */
function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const system = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const own = createRequire(join(TOP, 'package.json'))('playwright').chromium.executablePath();
  return [process.env.CHROMIUM, ...system, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', own].find((path) => path && runnable(path));
}

/** A Chromium for the tests: an existing one, else Playwright's, else Debian's package when root. Returns its path, or undefined. */
export function installChromium() {
  const found = findChromium();
  if (found) return found;
  console.log('Installing Chromium for the tests (once) …');
  run(process.platform === 'win32' ? 'npx.cmd' : 'npx', ['playwright', 'install', 'chromium'], { stdio: 'ignore' });
  const own = findChromium();
  if (own) return own;
  if (process.getuid?.() === 0 && runnable('/usr/bin/apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], { stdio: 'ignore', env });
  }
  return findChromium();
}

/** Builds the site into dist/ when something that goes into it changed. */
export function buildSite() {
  const stamp = join(TOP, 'dist', '.stamp');
  const want = digestOf(['package-lock.json', 'astro.config.mjs', 'src', 'content', 'labs']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return;
  console.log('Building the course …');
  const code = run(npm, ['run', '--silent', 'build']);
  if (code) throw new Error(`the build ended with ${code}`);
  writeFileSync(stamp, want);
}
