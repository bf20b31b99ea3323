/** Astro integration: writes /sw.js with a list of everything that the build made, each file with its hash. Must come last. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';

const sha = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('base64url').slice(0, 10);
/** Not needed offline, or found under another name. */
const LEFT_OUT = /(^\/sw\.js|\.map|^\/lesson\.png)$/;

export const offline = (): AstroIntegration => ({
  name: 'offline',
  hooks: {
    'astro:build:done': ({ dir, logger }) => {
      const root = fileURLToPath(dir);
      const list = readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `/${`${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').slice(root.length).replace(/^\/+/, '')}`)
        .filter((path) => !LEFT_OUT.test(path))
        .sort()
        .map((path) => [path === '/404.html' ? path : path.replace(/index\.html$/, ''), sha(readFileSync(new URL(`.${path}`, dir)))]);
      const worker = readFileSync(new URL('./sw.js', import.meta.url), 'utf8')
        .replace('/*@manifest*/', () => JSON.stringify(list))
        .replace('/*@version*/', sha(JSON.stringify(list)));
      writeFileSync(new URL('sw.js', dir), worker);
      logger.info(`${list.length} files for offline use`);
    },
  },
});
