import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const folder = fileURLToPath(new URL('./__screenshots__/', import.meta.url));

/**
 * Pictures for people to look at. Fonts differ between machines, so a picture that is there stays,
 * unless `OPENCLAW_SCREENSHOTS=write` asks for new ones; nothing is compared.
 */
async function keepScreenshot(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  expect(picture.length).toBeGreaterThan(1_000);
  const file = `${folder}${name}.png`;
  if (existsSync(file) && process.env.OPENCLAW_SCREENSHOTS !== 'write') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, picture);
}

/** Both looks of a page as it stands; it stays light. */
export async function keepLightAndDark(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await keepScreenshot(page, `${name}-${colorScheme}`);
  }
}
