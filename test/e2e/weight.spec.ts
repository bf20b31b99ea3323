/** What travels over the wire, compressed: a text page in all, and the page's own scripts of a laboratory. */
import { gzipSync } from 'node:zlib';
import { expect, LESSON, prompt, test } from './bench.ts';

interface Sent {
  readonly url: string;
  readonly bytes: number;
}

function watch(page: import('@playwright/test').Page): { sent: Sent[]; settled: () => Promise<void> } {
  const sent: Sent[] = [];
  const pending: Promise<void>[] = [];
  page.on('response', (response) => {
    if (response.status() >= 300 || response.fromServiceWorker()) return;
    pending.push(response.body().then((body) => void sent.push({ url: new URL(response.url()).pathname, bytes: gzipSync(body).length })).catch(() => {}));
  });
  return { sent, settled: () => Promise.all(pending).then(() => {}) };
}

test('a page of text weighs at most 20 KB in all', async ({ page }) => {
  const { sent, settled } = watch(page);
  await page.goto('/404.html', { waitUntil: 'load' });
  await settled();
  const own = sent.filter(({ url }) => !url.startsWith('/sw.js'));
  expect(own.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(20_000);
});

test('a phone that reads a lesson fetches neither terminal nor engine', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const { sent, settled } = watch(page);
  await page.goto(LESSON, { waitUntil: 'load' });
  await settled();
  expect(sent.filter(({ url }) => /emulator|worker|laboratory/.test(url))).toEqual([]);
});

test('the scripts of a laboratory page, without the engine, weigh at most 140 KB', async ({ page }) => {
  const { sent, settled } = watch(page);
  await page.goto(LESSON);
  await prompt(page);
  await settled();
  // What the page itself asked for: the worker's late code arrives when it may.
  const own = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname));
  const scripts = sent.filter(({ url }) => url.endsWith('.js') && own.includes(url) && !/worker|sw\.js/.test(url));
  expect(scripts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(140_000);
});
