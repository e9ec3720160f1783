import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAppProtocol, pageSchemePrivileges } from '#main/security/app-protocol.ts';
import { contentSecurityPolicy } from '#main/security/content-security-policy.ts';
import { tempDir } from '#support/temp-dir.ts';

function setUp() {
  const dir = tempDir();
  const root = join(dir, 'renderer');
  mkdirSync(join(root, 'assets', 'folder.js'), { recursive: true });
  mkdirSync(join(dir, 'renderer-other'));
  writeFileSync(join(root, 'approval.html'), '<!doctype html>');
  writeFileSync(join(root, 'assets', 'approval-1a.js'), 'export {};');
  writeFileSync(join(root, 'assets', 'style.css'), 'body {}');
  writeFileSync(join(root, 'secret.json'), 'SECRET');
  writeFileSync(join(root, '.hidden.js'), 'SECRET');
  writeFileSync(join(dir, 'outside.js'), 'SECRET');
  writeFileSync(join(dir, 'renderer-other', 'x.js'), 'SECRET');
  const serve = createAppProtocol({ root });
  /** Addresses as they come, without the normalising that `Request` does. */
  const raw = (url: string, method = 'GET') => serve({ url, method } as Request);
  return { raw };
}

test.each([
  ['approval.html', 'text/html; charset=utf-8', '<!doctype html>'],
  ['assets/approval-1a.js', 'text/javascript; charset=utf-8', 'export {};'],
  ['assets/style.css', 'text/css; charset=utf-8', 'body {}'],
  ['approval.html?x=1#y', 'text/html; charset=utf-8', '<!doctype html>'],
])('ES-14: %s is served as %s', async (path, type, body) => {
  const response = await setUp().raw(`app://companion/${path}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(await response.text()).toBe(body);
});

test.each([
  'app://companion/',
  'app://companion/nothing.html',
  'app://companion/assets',
  'app://companion/assets/folder.js',
  'app://companion/secret.json',
  'app://companion/.hidden.js',
  'app://companion/../outside.js',
  'app://companion/..%2foutside.js',
  'app://companion/%2e%2e/outside.js',
  'app://companion/assets/../../outside.js',
  'app://companion/..\\outside.js',
  'app://companion//etc/passwd',
  'app://companion/approval.html%00.js',
  'app://companion/../renderer-other/x.js',
  'app://companion:1/approval.html',
  'app://user@evil/approval.html',
  'app://evil/approval.html',
  'file:///approval.html',
  'https://companion/approval.html',
  'nothing',
])('ES-14: %s is not there', async (url) => {
  const response = await setUp().raw(url);
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('');
});

test.each(['POST', 'HEAD', 'PUT', 'OPTIONS', 'get'])(
  'ES-14: %s is not answered',
  async (method) => {
    expect((await setUp().raw('app://companion/approval.html', method)).status).toBe(404);
  },
);

test('ES-14: whatever the path, nothing outside the folder comes back', async () => {
  const { raw } = setUp();
  const piece = fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    '%2f',
    '\\',
    '',
    'outside.js',
    'renderer-other',
    'x.js',
    'assets',
    '%5c',
    '\0',
    '.hidden.js',
    'secret.json',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
      const response = await raw(`app://companion/${pieces.join('/')}`);
      expect(await response.text()).not.toContain('SECRET');
    }),
  );
});

test('ES-07: every answer carries the policy, also the one for what is not there', async () => {
  const { raw } = setUp();
  for (const path of ['approval.html', 'nothing']) {
    const { headers } = await raw(`app://companion/${path}`);
    expect(headers.get('content-security-policy')).toBe(contentSecurityPolicy);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('ES-07: the policy is the strict one, word for word', () => {
  expect(contentSecurityPolicy).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  );
});

test('ES-14: the scheme is standard and secure and has no other privilege', () => {
  expect(pageSchemePrivileges).toEqual({
    scheme: 'app',
    privileges: { standard: true, secure: true },
  });
});
