/** Playwright on the built site (dist/), served statically on a free port by test/e2e/site.ts. DIST names another build. */
import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const system = [process.env['CHROMIUM'], '/usr/bin/chromium'].find((path) => path && existsSync(path));

export default defineConfig({
  testDir: './e2e',
  outputDir: '../test-results',
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: '../.cache/e2e.json' }]],
  globalSetup: './e2e/site.ts',
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(system && { executablePath: system }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});
