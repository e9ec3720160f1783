import { expect, test } from 'vitest';
import { isExternalLink, openExternalLink } from '#main/security/external-links.ts';
import { createFakeElectron } from '#support/fake-electron.ts';

test('ES-11: a key of the table opens its constant address', async () => {
  const { module, shell } = createFakeElectron();
  expect(await openExternalLink('docs', module.shell)).toBe(true);
  expect(await openExternalLink('settings.screen-recording', module.shell)).toBe(true);
  expect(shell.opened).toEqual([
    'https://docs.openclaw.ai/',
    'x-apple.systempreferences:com.apple.preference.security?Privacy_ScreenCapture',
  ]);
});

test.each([
  'https://evil.example/',
  'file:///etc/passwd',
  'toString',
  '__proto__',
  '',
  7,
  null,
  {},
])('ES-11: %j is not a key and opens nothing', async (key) => {
  const { module, shell } = createFakeElectron();
  expect(isExternalLink(key)).toBe(false);
  expect(await openExternalLink(key, module.shell)).toBe(false);
  expect(shell.opened).toEqual([]);
});

test('an address the system cannot open is reported, not thrown', async () => {
  const openExternal = () => Promise.reject(new Error('no browser'));
  expect(await openExternalLink('docs', { openExternal })).toBe(false);
});
