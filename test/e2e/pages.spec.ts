/** Every kind of page: accessible, without sideways scrolling on a phone, in both languages and themes. */
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { CHECKPOINT, expect, inEnglish, KINDS, LESSON, prompt, run, test } from './bench.ts';

const hasBench = (path: string): boolean => path === '/' || path.includes('/labs/') || path.includes('/learn/');

for (const [name, path] of KINDS) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${name} has no accessibility fault that axe finds, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(colorScheme === 'light' ? path : inEnglish(path));
      if (hasBench(path)) await prompt(page);
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .exclude('.xterm')
        .analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
    });
  }

  test(`${name} does not scroll sideways at 390 pixels`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const address of [path, inEnglish(path)]) {
      await page.goto(address);
      if (path === '/') await prompt(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    }
  });
}

test('the theme goes round system, light, dark, and stays on the next page', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/about/');
  const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const system = await paper();
  const button = page.locator('theme-switch button');
  await button.click();
  expect(await paper()).toBe(system);
  await button.click();
  const dark = await paper();
  expect(dark).not.toBe(system);
  await page.goto('/instructor/');
  expect(await paper()).toBe(dark);
  await button.click();
  expect(await paper()).toBe(system);
});

test('the language switch keeps the page', async ({ page }) => {
  await page.goto(LESSON);
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page).toHaveURL(/\/en\/learn\/architecture\/pod-request\/$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('link', { name: '한국어' }).click();
  await expect(page).toHaveURL(new RegExp(`${LESSON}$`));
});

test('the splitter is moved by keyboard and remembered', async ({ page }) => {
  await page.goto(LESSON);
  const bar = page.locator('.beside > split-bar');
  const width = async (): Promise<number> => (await page.locator('article').boundingBox())!.width;
  const before = await width();
  await bar.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const wider = await width();
  expect(wider).toBeGreaterThan(before + 20);
  expect(Number(await bar.getAttribute('aria-valuenow'))).toBe(47);
  await page.reload();
  expect(Math.abs((await width()) - wider)).toBeLessThan(3);
});

test('a search finds the middle of a Korean word', async ({ page }) => {
  await page.goto('/about/');
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox').fill('케줄러');
  await expect(page.locator('.search li').first()).toContainText('스케줄러');
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog')).toBeHidden();
});

test('the pages open without a network once they were visited', async ({ page, context }) => {
  await page.goto('/about/');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect(page.locator('[data-offline]')).not.toBeEmpty({ timeout: 30_000 });
  await context.setOffline(true);
  await page.goto(LESSON);
  await prompt(page);
  await context.setOffline(false);
});

test('every view of the laboratory, and a hand-in opened, has no fault that axe finds', async ({ page }) => {
  test.setTimeout(120_000);
  const faults = async (): Promise<string[]> => {
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).exclude('.xterm').analyze();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  };
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(LESSON);
  await prompt(page);
  await run(page, 'kubectl create deployment web --image=nginx');
  await page.locator('task-list .opener').click();
  await page.locator('.hint').first().click();
  await page.locator('.picture .pod').first().click();
  expect(await faults()).toEqual([]);
  for (const tab of ['#tab-flow', '#tab-files', '#tab-timeline']) {
    await page.locator(tab).click();
    if (tab === '#tab-flow') await page.locator('.message.filter').click();
    expect(await faults(), tab).toEqual([]);
  }
  await page.goto(CHECKPOINT);
  await prompt(page);
  await run(page, 'kubectl get pods');
  await page.getByLabel('이름').fill('김하나');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '제출 파일 받기' }).click();
  const file = await (await download).path();
  await page.goto('/instructor/');
  await page.locator('input[type=file]').setInputFiles([{ name: 'one.json', mimeType: 'application/json', buffer: await readFile(file) }]);
  await page.locator('.results tbody tr button').click();
  await expect(page.locator('.replay .pod')).not.toHaveCount(0, { timeout: 30_000 });
  expect(await faults(), 'review').toEqual([]);
});

test('the solution opens after an honest try, not before', async ({ page }) => {
  await page.goto(LESSON);
  await prompt(page);
  await page.locator('task-list .opener').click();
  await expect(page.locator('.solve').first()).toBeDisabled();
  for (let seen = 1; (await page.locator('task-list li').first().locator('.hint').count()) > 0; seen++) {
    await page.locator('task-list li').first().locator('.hint').click();
    await expect(page.locator('task-list li').first().locator('.hint-text')).toHaveCount(seen);
  }
  await page.locator('.solve').first().click();
  await expect(page.locator('#solution-shown')).toContainText('kubectl');
  await expect(page.locator('#debrief')).toBeHidden();
});
