import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { contentSecurityPolicy } from '#main/security/content-security-policy.ts';
import { builtRenderer } from '#support/page-bench.ts';

async function built(): Promise<readonly (readonly [string, string])[]> {
  const { folder, drop } = await builtRenderer();
  onTestFinished(drop);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(html|js|css)$/.test(file))
    .map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const);
}

test('the built pages take at most 60 KB, compressed', async () => {
  const files = await built();
  const bytes = files.reduce((sum, [, text]) => sum + gzipSync(text).length, 0);
  expect(bytes).toBeLessThanOrEqual(60 * 1_024);
  expect(bytes).toBeGreaterThan(5_000);
});

test('ES-07: the built pages name the policy themselves and hold no inline script or style', async () => {
  const pages = (await built()).filter(([file]) => file.endsWith('.html'));
  expect(pages.map(([file]) => file).toSorted()).toEqual([
    'approval.html',
    'settings.html',
    'status.html',
    'toast.html',
  ]);
  // A page cannot say who may frame it: that part is in the header alone.
  const inPage = contentSecurityPolicy.replace(" frame-ancestors 'none';", '');
  for (const [file, html] of pages) {
    expect(html, file).toContain(`content="${inPage}"`);
    expect(html, file).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
    expect(html, file).not.toMatch(/(src|href)="(?!\.\/)/);
  }
});

test('the built scripts do not even contain what validates in the main process', async () => {
  for (const [file, text] of await built()) expect(text, file).not.toContain('ZodError');
});
