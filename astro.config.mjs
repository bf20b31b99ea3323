/** The site's build: static pages under dist/, Korean at / and English at /en/, a strict content security policy, offline use. */
import { createHash } from 'node:crypto';
import { defineConfig } from 'astro/config';
import mdx from '@astrojs/mdx';
import { rehypeHeadingIds, unified } from '@astrojs/markdown-remark';
import cjk from 'remark-cjk-friendly';
import directive from 'remark-directive';
import { engineId } from './src/serve/engine.ts';
import { asides } from './src/site/markdown/asides.ts';
import { codeBlocks } from './src/site/markdown/code-blocks.ts';
import { headingLinks } from './src/site/markdown/heading-links.ts';
import { shortCode } from './src/site/markdown/short-code.ts';
import { offline } from './src/site/offline/offline.ts';
import { THEME_BOOT } from './src/site/theme-boot.ts';

const hash = (/** @type {string} */ text) => /** @type {const} */ (`sha256-${createHash('sha256').update(text).digest('base64')}`);

export default defineConfig({
  srcDir: './src/site',
  publicDir: './src/site/public',
  outDir: './dist',
  i18n: { locales: ['ko', 'en'], defaultLocale: 'ko', routing: { prefixDefaultLocale: false } },
  build: { inlineStylesheets: 'never' },
  security: {
    csp: {
      directives: [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "connect-src 'self'",
      ],
      scriptDirective: { hashes: [hash(THEME_BOOT)] },
    },
  },
  markdown: {
    syntaxHighlight: false,
    processor: unified({ smartypants: false, remarkPlugins: [cjk, directive, asides, codeBlocks], rehypePlugins: [rehypeHeadingIds, headingLinks, shortCode] }),
  },
  vite: {
    define: { __ENGINE__: JSON.stringify(engineId()) },
    build: { rolldownOptions: { checks: { moduleLevelDirective: false } } },
    worker: { format: 'es' },
    optimizeDeps: { include: ['@xterm/xterm', '@xterm/addon-fit', '@xterm/addon-unicode11', '@xterm/addon-web-links', 'yaml', 'nanostores', 'unbash', 'fflate'] },
  },
  devToolbar: { enabled: false },
  integrations: [mdx(), offline()],
});
