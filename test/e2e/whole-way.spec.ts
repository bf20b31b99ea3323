/** The whole way of a learner: both labs by typing, with the usual mistakes, a reload in the middle and a step back; then a checkpoint that Node grades. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { linesOf, parseTranscript } from '../../src/lab/transcript.ts';
import { CHECKPOINT, expect, LESSON, prompt, run, screen, test } from './bench.ts';

const TOP = join(import.meta.dirname, '..', '..');
const solution = (lab: string): readonly string[] => linesOf(parseTranscript(readFileSync(join(TOP, 'labs', lab, 'solution.txt'), 'utf8')));
/** What the terminal shows, without the ends of its rows. */
const said = async (page: Page): Promise<string> => (await screen(page)).replaceAll('\n', '').replaceAll('\u00a0', ' ');
const tasks = (page: Page, text: string) => expect(page.locator('task-list .opener')).toContainText(text, { timeout: 30_000 });

test('the way of a Pod request: a typo, half of it, a reload, the rest, and a step back', async ({ page }) => {
  test.setTimeout(240_000);
  const lines = solution('pod-request');
  await page.goto(LESSON);
  await prompt(page);
  await run(page, 'kubectl gte pods');
  expect(await said(page)).toContain('unknown command "gte" for "kubectl"');
  await run(page, lines[0]!);
  await run(page, lines[1]!);
  await tasks(page, '1/4');
  await run(page, "echo lost | sed 's/lost/kept/' > kept.txt");
  await page.reload();
  await prompt(page);
  await tasks(page, '1/4');
  await run(page, 'cat kept.txt');
  expect(await said(page)).toMatch(/kept\.txt *kept/);
  await run(page, lines[2]!);
  await run(page, lines[3]!);
  await tasks(page, '2/4');
  for (const line of lines.slice(4)) await run(page, line);
  await tasks(page, '4/4');
  await page.locator('#tab-timeline').click();
  await page.locator('lab-timeline li').nth(7).getByRole('button').click();
  await expect(page.locator('lab-timeline li')).toHaveCount(7);
  await tasks(page, '2/4');
});

test('a Pod and a Service: the mistakes of its files give the real errors, mended they serve the page', async ({ page }) => {
  test.setTimeout(240_000);
  await page.goto('/learn/pods/pod-and-service/');
  await prompt(page);
  await run(page, 'kubectl apply -f myweb1.yaml');
  expect(await said(page)).toContain('found character that cannot start any token');
  await run(page, 'kubectl apply -f myweb-svc.yaml');
  expect(await said(page)).toContain('no kind "service" is registered for version "v1"');
  for (const line of solution('pod-and-service')) await run(page, line);
  await tasks(page, '4/4');
});

test('a checkpoint that was done in Chromium is graded in Node: each command left the same world', async ({ page }, info) => {
  test.setTimeout(240_000);
  await page.goto(CHECKPOINT);
  await prompt(page);
  for (const line of solution('checkpoint-first')) await run(page, line);
  await tasks(page, '3/3');
  await page.getByLabel('이름').fill('Kim Hana');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '제출 파일 받기' }).click();
  const file = info.outputPath('hand-in.json');
  await (await download).saveAs(file);
  const [row] = JSON.parse(execFileSync(process.execPath, [join(TOP, 'src', 'serve', 'grade.ts'), '--json', file], { encoding: 'utf8' })) as { outcome: string; tasks: unknown }[];
  expect(row).toMatchObject({ outcome: 'graded' });
});
