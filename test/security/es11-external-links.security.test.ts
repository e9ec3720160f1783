import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { contract } from '#ipc/contract.ts';
import { aboutHandlers } from '#main/handlers/about.ts';
import { createLinks } from '#main/links.ts';
import { isExternalLink, openExternalLink } from '#main/security/external-links.ts';
import { createFakeElectron } from '#support/fake-electron.ts';

test('ES-11: a key of the table opens its constant address', async () => {
  const { module, shell } = createFakeElectron();
  expect(await openExternalLink('documentation', module.shell)).toBe(true);
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
  expect(await openExternalLink('documentation', { openExternal })).toBe(false);
});

/** The channel as it is served, over a Gateway that says where it is. */
function links(url: string, mode: 'own' | 'attached' = 'attached') {
  const { module, shell } = createFakeElectron();
  const stateDir = { root: '/home/ann/.oc', log: '/home/ann/.oc/logs/companion.jsonl' };
  const gateway = () => ({ url, mode, connected: { node: true, operator: true } });
  const openLink = createLinks({ shell: module.shell, stateDir, gateway });
  const app = { isPackaged: true, platform: 'linux' } as const;
  const handlers = aboutHandlers({ app, versions: {}, stateDir, openLink });
  const { input } = contract['links.open'];
  return {
    shell,
    open: (link: string) => handlers['links.open'](input.parse({ link }), 'settings'),
  };
}

test('ES-11: a page names a key; the folder or page behind it is made here', async () => {
  const { shell, open } = links('ws://127.0.0.1:18789');
  for (const key of ['documentation', 'source', 'dashboard', 'state-folder', 'logs-folder']) {
    expect(await open(key)).toBe(true);
  }
  expect(shell.opened).toEqual([
    'https://docs.openclaw.ai/',
    'https://github.com/openclaw/openclaw',
    'http://127.0.0.1:18789/',
    '/home/ann/.oc',
    '/home/ann/.oc/logs',
  ]);
});

test.each(['settings.camera', 'https://evil.example/', '/etc', 'toString'])(
  'ES-11: a page cannot name %s',
  async (key) => {
    const { shell, open } = links('ws://127.0.0.1:18789');
    expect(() => open(key)).toThrow();
    expect(shell.opened).toEqual([]);
  },
);

test.each([
  ['of our own', 'ws://127.0.0.1:18789', 'own'],
  ['on another computer', 'ws://192.168.1.9:18789', 'attached'],
  ['with a name that only begins like ours', 'ws://127.0.0.1.evil.example:1', 'attached'],
  ['of another kind', 'wss://127.0.0.1:18789', 'attached'],
  ['that is no address', 'nonsense', 'attached'],
] as const)('ES-11: no dashboard is opened for a Gateway %s', async (_, url, mode) => {
  const { shell, open } = links(url, mode);
  expect(await open('dashboard')).toBe(false);
  expect(shell.opened).toEqual([]);
});

test('ES-11: nothing but host and port of a Gateway gets into the address of its dashboard', async () => {
  const { shell, open } = links('ws://user:secret@localhost:4/x?token=t#f');
  await open('dashboard');
  expect(shell.opened).toEqual(['http://localhost:4/']);
});

test('a folder that the system cannot open is reported', async () => {
  const { shell, open } = links('ws://127.0.0.1:1');
  shell.openPath = async () => 'no file manager';
  expect(await open('logs-folder')).toBe(false);
});

test('ES-11: one file opens addresses and one opens folders; nothing else can', () => {
  const src = fileURLToPath(new URL('../../src/', import.meta.url));
  const using = (call: string) =>
    readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
      (file) => /\.tsx?$/.test(file) && readFileSync(src + file, 'utf8').includes(call),
    );
  expect(using('.openExternal(')).toEqual(['main/security/external-links.ts']);
  expect(using('.openPath(')).toEqual(['main/links.ts']);
});
