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

test('the scripts of a laboratory page, without the engine, weigh at most 140 KB', async ({ page, request }) => {
  const { sent, settled } = watch(page);
  await page.goto(LESSON);
  await prompt(page);
  await settled();
  const scripts = sent.filter(({ url }) => url.endsWith('.js') && url !== '/sw.js');
  const [worker] = page.workers();
  expect(worker, 'the engine runs').toBeDefined();
  // The engine is the worker's file and all that it imports; a browser reports these imports on the page as well, unless another worker's cache has them.
  const engine = new Set([new URL(worker!.url()).pathname]);
  for (const url of engine) {
    const text = await (await request.get(url)).text();
    for (const [, file] of text.matchAll(/(?:from|import)\s*\(?["'`]\.\/([\w.-]+\.js)["'`]/g)) engine.add(`/_astro/${file!}`);
  }
  const own = scripts.filter(({ url }) => !engine.has(url));
  expect(own.map(({ url }) => url).join(' ')).toContain('/emulator.');
  expect(own.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(140_000);
});
