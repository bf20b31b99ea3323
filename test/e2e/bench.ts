/** What tests of pages share: a page that notes every violation of the content security policy, and a hand for the terminal. */
import { test as base, expect, type Page } from '@playwright/test';

export { expect };

/** `violations` must be empty when the test ends. */
export const test = base.extend<{ violations: string[] }>({
  baseURL: async ({}, use) => use(process.env['SITE']!),
  violations: [
    async ({ page }, use) => {
      const seen: string[] = [];
      await page.exposeFunction('noteViolation', (text: string) => seen.push(text));
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          void (window as unknown as { noteViolation(text: string): void }).noteViolation(
            `${event.effectiveDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
          );
        });
      });
      page.on('pageerror', (error) => seen.push(`error: ${error.message}`));
      await use(seen);
      expect(seen).toEqual([]);
    },
    { auto: true },
  ],
});

/** Waits until the laboratory's world stands and its terminal shows a prompt. */
export async function prompt(page: Page): Promise<void> {
  await expect(page.locator('lab-bench.ready')).toBeVisible();
  // xterm draws only what is in view.
  await page.locator('lab-terminal').scrollIntoViewIfNeeded();
  await expect(page.locator('.xterm-rows')).toContainText('$');
}

/** Types a line into the terminal and waits until it has ended. */
export async function run(page: Page, line: string): Promise<void> {
  const before = await page.locator('lab-timeline li').count();
  await page.locator('lab-terminal .screen:not([hidden])').click();
  await page.keyboard.type(`${line}\n`);
  await expect(page.locator('lab-timeline li')).toHaveCount(before + 1);
  await expect(page.locator('lab-timeline li').last().locator('.code')).not.toContainText(/도는 중|running/, { timeout: 60_000 });
}

/** What the terminal shows. */
export const screen = (page: Page): Promise<string> => page.locator('.screen:not([hidden]) .xterm-rows').innerText();

/** Pages of each kind, in Korean. */
export const LESSON = '/learn/architecture/pod-request/';
export const CHECKPOINT = '/labs/checkpoint-first/';
export const KINDS: readonly (readonly [name: string, path: string])[] = [
  ['home', '/'],
  ['lesson', LESSON],
  ['lab', '/labs/pod-and-service/'],
  ['checkpoint', CHECKPOINT],
  ['instructor', '/instructor/'],
  ['about', '/about/'],
];
/** The same page in English. */
export const inEnglish = (path: string): string => `/en${path}`;
