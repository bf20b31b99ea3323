/** The laboratory's own parts: terminal, map, the way of a request, files, timeline, clock. */
import { expect, LESSON, prompt, run, screen, test } from './bench.ts';

test('the ghost line is taken with Tab and makes a cluster move', async ({ page }) => {
  await page.goto('/');
  await prompt(page);
  await expect(page.locator('.xterm-rows')).toContainText('--replicas=3');
  await page.locator('.screen').click();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('.rooms .pod.running')).toHaveCount(3, { timeout: 20_000 });
});

test('the map is walked by arrow keys, and tells of what is focused', async ({ page }) => {
  await page.goto('/');
  await prompt(page);
  await page.locator('.picture .plate').first().focus();
  await expect(page.locator('.side-note')).toContainText('k8s-master');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.side-note')).toContainText(/kube-apiserver|etcd|kube-scheduler|controller/);
  await page.keyboard.press('Escape');
  await expect(page.locator('.side-note')).toBeHidden();
  await page.getByRole('button', { name: '표로 보기' }).click();
  await expect(page.locator('.tables')).toContainText('k8s-node2');
});

test('a command line of the text is sent to the terminal and is marked once it was run', async ({ page }) => {
  await page.goto(LESSON);
  await prompt(page);
  const line = page.locator('send-line').first();
  await line.getByRole('button').click();
  await expect(line).toHaveClass(/ran/, { timeout: 20_000 });
});

test('the way of a request shows what its answer does not: watching, placing, starting', async ({ page }) => {
  await page.goto(LESSON);
  await prompt(page);
  await run(page, 'kubectl create deployment web --image=nginx');
  await page.getByRole('tab', { name: 'API 흐름' }).click();
  await expect(page.locator('.message.start')).toHaveCount(1, { timeout: 20_000 });
  await expect(page.locator('.message').first()).toContainText('POST deployments');
  await page.locator('.message').first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.message-note')).toContainText('인증');
  await page.locator('.message.filter').click();
  await expect(page.locator('.message-note table')).toContainText('k8s-master');
});

test('one goes back before a command, and can undo that', async ({ page }) => {
  await page.goto(LESSON);
  await prompt(page);
  await run(page, 'echo one > first.txt');
  await run(page, 'echo two > second.txt');
  await page.locator('#tab-timeline').click();
  await page.locator('lab-timeline li').nth(1).getByRole('button').click();
  await expect(page.locator('lab-timeline li')).toHaveCount(1);
  await page.getByRole('button', { name: '되돌리기' }).click();
  await expect(page.locator('lab-timeline li')).toHaveCount(2);
});

test('a file is made in the editor and stands in the terminal, with errors named before', async ({ page }) => {
  await page.goto(LESSON);
  await prompt(page);
  await page.locator('#tab-files').click();
  await page.getByRole('textbox', { name: '새 파일' }).fill('pod.yaml');
  await page.keyboard.press('Enter');
  await expect(page.locator('.cm-content')).toBeFocused();
  await page.keyboard.type('apiVersion: v1\nkind: service\n');
  await expect(page.locator('.cm-lint-marker-error').first()).toBeVisible();
  await page.keyboard.press('Control+s');
  await run(page, 'cat pod.yaml');
  expect(await screen(page)).toContain('kind: service');
});

test('a reload, and the other language, find the cluster as it was', async ({ page }) => {
  await page.goto(LESSON);
  await prompt(page);
  await run(page, 'echo here > kept.txt');
  await page.reload();
  await prompt(page);
  await expect(page.locator('lab-timeline li')).toHaveCount(1);
  await page.getByRole('link', { name: 'English' }).click();
  await prompt(page);
  await expect(page.locator('lab-timeline li')).toHaveCount(1);
});

test('a second terminal opens when the first is busy, and F6 leaves a terminal', async ({ page }) => {
  await page.goto('/');
  await prompt(page);
  await page.locator('.screen').click();
  await page.keyboard.type('sleep 1000\n');
  await page.waitForTimeout(500);
  await page.locator('.try button').first().click();
  await expect(page.locator('.term-tab')).toHaveCount(2);
  await expect(page.locator('.xterm-helper-textarea').nth(1)).toBeFocused();
  await page.keyboard.press('F6');
  await expect(page.locator('.xterm-helper-textarea').nth(1)).not.toBeFocused();
});

test('on a phone the laboratory is a sheet with keys above the keyboard', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(LESSON);
  await page.getByRole('button', { name: '실습실 열기' }).click();
  await prompt(page);
  await page.locator('.screen').click();
  await page.keyboard.type('kubec');
  await page.locator('.key-bar').getByRole('button', { name: 'Tab' }).click();
  await expect(page.locator('.xterm-rows')).toContainText('kubectl');
  await page.getByRole('tab', { name: '지도' }).click();
  await expect(page.locator('.picture')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: '실습실 내리기' }).click();
  await expect(page.locator('.picture')).toBeHidden();
});
