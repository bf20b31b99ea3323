/** From handing in to the gradebook: three files, one of them tampered with and one damaged. */
import { readFile } from 'node:fs/promises';
import { CHECKPOINT, expect, prompt, run, test } from './bench.ts';

test('a hand-in is graded by replay; a claim counts for nothing, a damaged file stops nothing', async ({ page }, info) => {
  test.setTimeout(120_000);
  await page.goto(CHECKPOINT);
  await prompt(page);
  await run(page, 'kubectl create namespace store');
  await run(page, 'kubectl -n store create deployment shop --image=nginx:1.25 --replicas=3');
  await expect(page.locator('task-list .opener')).toContainText('1/', { timeout: 30_000 });
  await page.getByRole('textbox', { name: /순서대로/ }).fill('레플리카셋 컨트롤러가 지켜보다가 알아챈다.');
  await page.getByLabel('이름').fill('김하나');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '제출 파일 받기' }).click();
  const honest = info.outputPath('one.json');
  await (await download).saveAs(honest);

  const text = await readFile(honest, 'utf8');
  const tampered = JSON.parse(text) as { learner: { name: string }; claim: { tasks: string[] } };
  tampered.learner.name = '=1+1';
  tampered.claim.tasks = ['shop', 'door', 'mended'];
  await page.goto('/instructor/');
  await page.locator('input[type=file]').setInputFiles([
    { name: 'one.json', mimeType: 'application/json', buffer: Buffer.from(text) },
    { name: 'two.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(tampered)) },
    { name: 'three.json', mimeType: 'application/json', buffer: Buffer.from(text.slice(0, 900)) },
  ]);
  const rows = page.locator('.results tbody tr');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toContainText('채점됨', { timeout: 60_000 });
  await expect(rows.nth(0)).toContainText('20/100');
  await expect(rows.nth(1)).toContainText('20/100', { timeout: 60_000 });
  await expect(rows.nth(1)).toContainText('SHA-256');
  await expect(rows.nth(2)).toContainText('읽을 수 없음');

  await rows.nth(0).getByRole('button').click();
  await expect(page.locator('.replay .pod')).not.toHaveCount(0, { timeout: 30_000 });
  await page.keyboard.press('1');
  await expect(page.locator('.total')).toContainText('30/100');
  await page.getByRole('button', { name: '다음 명령으로' }).click();
  await expect(page.locator('.replay .xterm-rows')).toContainText('create namespace store');
  await page.getByRole('textbox', { name: '덧붙이는 말' }).fill('좋은 시작');
  await page.locator('.comments .act').click();
  await expect(page.locator('.comments li')).toContainText('좋은 시작');
  await page.locator('.review-bar h2').focus();
  await page.keyboard.press('Escape');

  const sheet = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV 저장' }).click();
  const csv = await readFile(await (await sheet).path(), 'utf8');
  expect(csv).toContain("'=1+1");
  expect(csv).toContain('김하나');
  expect(csv).toContain('좋은 시작');

  // Marks outlive the page; the same file is graded again and finds them.
  await page.reload();
  await page.locator('input[type=file]').setInputFiles([honest]);
  await expect(rows.nth(0)).toContainText('30/100', { timeout: 60_000 });
});

test('a link carries a small cluster to another browser', async ({ page, browser }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/');
  await prompt(page);
  await run(page, 'kubectl create namespace carried');
  await page.getByRole('button', { name: '실습실 메뉴' }).click();
  await page.getByRole('button', { name: '이 상태로 가는 링크 복사' }).click();
  await expect(page.locator('.toast')).toContainText('링크를 복사했다');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await (await browser.newContext()).newPage();
  await other.goto(link);
  await prompt(other);
  await expect(other.locator('lab-timeline li')).toHaveCount(1);
  expect(other.url()).not.toContain('#world');
});
