import { expect, test } from 'vitest';
import type { Connection } from '#ipc/connection.ts';
import type { Output } from '#ipc/contract.ts';
import { pageTime, usePages } from '#support/page-bench.ts';
import { nodePairing, shownPairing } from './pairing-shown.ts';
import { keepLightAndDark } from './screenshots.ts';
import { snapshot } from './shown.ts';

const pages = usePages();
const minute = 60_000;
const canary = 'canary-token-7Jb2mX9qLr4TzK1vNwYs8DfGhC3pUe6a';

const id = (letter: string): string => letter.repeat(64);

const own: Connection = {
  gateway: { url: 'ws://127.0.0.1:18789', mode: 'own', node: true, operator: true, problem: null },
  hasToken: true,
  devices: [
    {
      deviceId: id('a'),
      name: 'ann’s computer',
      platform: 'linux',
      approvedAtMs: pageTime - 90 * minute,
      isThisCompanion: true,
      roles: [
        { role: 'node', scopes: [], lastUsedAtMs: pageTime - minute, isRevoked: false },
        { role: 'operator', scopes: ['operator.admin'], lastUsedAtMs: pageTime, isRevoked: false },
      ],
    },
    {
      deviceId: id('b'),
      name: 'build box',
      platform: 'linux',
      approvedAtMs: pageTime - 5 * minute,
      isThisCompanion: false,
      roles: [
        {
          role: 'operator',
          scopes: ['operator.read', 'operator.write'],
          lastUsedAtMs: null,
          isRevoked: false,
        },
        { role: 'node', scopes: [], lastUsedAtMs: null, isRevoked: true },
      ],
    },
    {
      deviceId: id('c'),
      name: '',
      platform: '',
      approvedAtMs: 0,
      isThisCompanion: false,
      roles: [],
    },
  ],
  nodes: [
    {
      id: id('a'),
      nodeId: id('a'),
      name: 'ann’s computer',
      platform: 'linux',
      isConnected: true,
      commands: ['system.run', 'system.which', 'system.notify'],
      isThisCompanion: true,
      canRevoke: false,
    },
    {
      id: 'phone\u202e',
      nodeId: 'phone\\u{202E}',
      name: '',
      platform: 'ios',
      isConnected: false,
      commands: [],
      isThisCompanion: false,
      canRevoke: true,
    },
  ],
};

const attached: Connection = {
  gateway: {
    url: 'ws://127.0.0.1:18789',
    mode: 'attached',
    node: false,
    operator: true,
    problem: 'Not connected: pairing required: approve request 7 at the Gateway. It keeps trying.',
  },
  hasToken: false,
  devices: null,
  nodes: null,
};

const at = (over: Parameters<typeof snapshot>[1] = {}) =>
  snapshot([], { section: 'connection', ...over });

const ok = <T>(value: T) => ({ ok: true, value }) as const;

async function open(
  connection: () => Connection,
  over: Parameters<typeof snapshot>[1] = {},
  revoked: Output<'connection.revoke'> = true,
) {
  const bench = await pages('settings', {
    snapshot: at(over),
    size: { width: 760, height: 560 },
    answers: {
      'connection.get': () => ok(connection()),
      'connection.revealToken': () => ok(canary),
      'connection.copyToken': () => ok(true),
      'connection.rotateToken': () => ok(null),
      'connection.revoke': () => ok(revoked),
      'connection.revokeNode': () => ok(revoked),
    },
  });
  // The page asks after it has drawn itself, which takes time of its own clock.
  await bench.wait(200);
  const deeds = async () =>
    (await bench.calls()).filter(({ channel }) => channel !== 'connection.get');
  return { ...bench, deeds };
}

const pairing = { waiting: [shownPairing(), nodePairing], current: null };

const looks = [
  { name: 'own', connection: own, over: { pairing } },
  { name: 'attached', connection: attached, over: {} },
];

test.each(looks)(
  'AP-17: connection $name has nothing axe objects to, and is not wider than its window',
  async ({ name, connection, over }) => {
    const bench = await open(() => connection, over);
    await keepLightAndDark(bench.page, `settings-connection-${name}`);
    expect(await bench.axe()).toEqual([]);
    const wider =
      'document.querySelector(".pane").scrollWidth - document.querySelector(".pane").clientWidth';
    expect(await bench.page.evaluate(wider)).toBe(0);
  },
);

test.each([
  [true, true, 'Connected'],
  [true, false, 'Connected as a node only'],
  [false, true, 'Connected as an operator only'],
  [false, false, 'Not connected'],
])('says as what it is connected: node %j, operator %j', async (node, operator, said) => {
  const { page } = await open(() => ({ ...own, gateway: { ...own.gateway, node, operator } }));
  expect(await page.locator('.row', { hasText: 'State' }).locator('b').textContent()).toBe(said);
});

test.each([
  ['replacing the token', 'Replace…'],
  ['revoking a device', /^Revoke Operator of/],
  ['revoking a node', /^Revoke the node/],
])('AP-17: the second step of %s has nothing axe objects to', async (_, name) => {
  const { page, wait, axe } = await open(() => own);
  await page.getByRole('button', { name }).click();
  await page.locator('.confirm').waitFor();
  await wait(50);
  expect(await axe()).toEqual([]);
  await wait(900);
  expect(await page.locator('#confirm-go').isDisabled()).toBe(false);
  expect(await axe()).toEqual([]);
});

test('IP-08: the token is on the page only while a person wants to see it, 30 s at most', async () => {
  const { page, wait, deeds } = await open(() => own);
  const isShown = async () => (await page.content()).includes(canary);
  expect(await isShown()).toBe(false);
  await page.click('#show-token');
  await wait(29_900);
  expect(await page.locator('#token').textContent()).toBe(canary);
  await keepLightAndDark(page, 'settings-connection-token');
  await wait(200);
  expect(await isShown()).toBe(false);
  await page.click('#show-token');
  await wait(100);
  await page.click('#show-token');
  expect(await isShown()).toBe(false);
  await page.click('#show-token');
  await wait(100);
  expect(await isShown()).toBe(true);
  await page.evaluate(`
    Object.defineProperty(document, 'hidden', { value: true });
    document.dispatchEvent(new Event('visibilitychange'));`);
  await wait(100);
  expect(await isShown()).toBe(false);
  expect((await deeds()).map(({ channel }) => channel)).toEqual(
    Array.from({ length: 3 }, () => 'connection.revealToken'),
  );
});

test('the address and the token are copied at the press of a button, each in its own way', async () => {
  const { page, deeds } = await open(() => own);
  await page.context().grantPermissions(['clipboard-read']);
  await page.click('#copy-address');
  expect(await page.locator('.say').textContent()).toBe('Copied');
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('ws://127.0.0.1:18789');
  await page.click('#copy-token');
  expect(await deeds()).toEqual([{ channel: 'connection.copyToken', input: null }]);
});

test('replacing the token says what it means first, and waits until that can have been read', async () => {
  const { page, wait, deeds, focused } = await open(() => own);
  await page.click('#replace-token');
  await wait(50);
  expect(await focused()).toBe('confirm-back');
  await keepLightAndDark(page, 'settings-connection-replace');
  await page.keyboard.press('Escape');
  expect(await page.locator('.confirm').count()).toBe(0);
  expect(await deeds()).toEqual([]);
  await page.click('#replace-token');
  await wait(50);
  await page.locator('#confirm-go').click({ force: true });
  expect(await deeds()).toEqual([]);
  await wait(900);
  expect(await page.locator('.confirm').textContent()).toContain('This cannot be undone.');
  await page.click('#confirm-go');
  expect(await deeds()).toEqual([{ channel: 'connection.rotateToken', input: null }]);
  expect(await page.locator('.say').textContent()).toBe('The token was replaced');
});

test('AP-17: everything on the pane is reached and used with the keyboard alone', async () => {
  const { page, wait, deeds, focused } = await open(() => own);
  await page.locator('#section-about').focus();
  const names: string[] = [];
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press('Tab');
    names.push(
      await page.evaluate<string>(
        'document.activeElement.ariaLabel ?? document.activeElement.textContent',
      ),
    );
  }
  expect(names).toEqual([
    'Copy the address',
    'Show',
    'Copy the token',
    'Replace…',
    'Revoke Operator of "build box"',
    '3 commands',
  ]);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await wait(900);
  expect(await focused()).toBe('confirm-back');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await deeds()).toMatchObject([{ channel: 'connection.revoke' }]);
});

test('revoking names the device and the role, and says that it cannot be undone; ours has no button', async () => {
  const { page, wait, deeds } = await open(() => own);
  const buttons = page.getByRole('button', { name: /^Revoke (Operator|Node) of/ });
  expect(await buttons.count()).toBe(1);
  await buttons.click();
  await wait(900);
  const text = await page.locator('.confirm').textContent();
  expect(text).toContain('Revoke Operator of "build box"?');
  expect(text).toContain('Replace the token too');
  expect(text).toContain('This cannot be undone.');
  await keepLightAndDark(page, 'settings-connection-revoke');
  await page.click('#confirm-go');
  const input = { deviceId: id('b'), role: 'operator' };
  expect(await deeds()).toEqual([{ channel: 'connection.revoke', input }]);
  expect(await page.locator('.say').textContent()).toBe('Revoked');
});

test('revoking a node takes two steps and means the one that is named; ours says why it has no button', async () => {
  const { page, wait, deeds, focused } = await open(() => own);
  const entry = (text: string) => page.locator('.entry', { hasText: text });
  const ours = entry('cannot be revoked here');
  expect(await ours.locator('.tag').allTextContents()).toEqual(['this companion', 'connected']);
  expect(await ours.getByRole('button').count()).toBe(0);
  await page.getByRole('button', { name: 'Revoke the node without a name' }).click();
  await wait(50);
  expect(await focused()).toBe('confirm-back');
  await page.locator('#confirm-go').click({ force: true });
  expect(await deeds()).toEqual([]);
  await wait(900);
  const text = await page.locator('.confirm').textContent();
  expect(text).toContain('Revoke the node without a name?');
  expect(text).toContain('Replace the token too');
  await keepLightAndDark(page, 'settings-connection-revoke-node');
  await page.click('#confirm-go');
  expect(await deeds()).toEqual([
    { channel: 'connection.revokeNode', input: { id: 'phone\u202e' } },
  ]);
  expect(await page.locator('.say').textContent()).toBe('Revoked');
  expect(await page.locator('.confirm').count()).toBe(0);
});

test('one second step is open at a time, whatever it is about', async () => {
  const { page, wait } = await open(() => own);
  await page.locator('.entry-role button').first().click();
  await page.getByRole('button', { name: 'Revoke the node without a name' }).click();
  await wait(50);
  expect(await page.locator('.confirm h2').allTextContents()).toEqual([
    'Revoke the node without a name?',
  ]);
});

test('says so when there was nothing to revoke any more', async () => {
  const { page, wait } = await open(() => own, {}, false);
  await page.locator('.entry-role button').first().click();
  await wait(900);
  await page.click('#confirm-go');
  expect(await page.locator('.say').textContent()).toContain('nothing to revoke');
});

test('who waits is answered in the window that shows all of it', async () => {
  const { page, deeds } = await open(() => own, { pairing });
  await page.getByRole('button', { name: 'Open: Let a node in? "old phone" (claimed)' }).click();
  expect(await deeds()).toEqual([{ channel: 'windows.open', input: { window: 'approval' } }]);
});

test('asks again when its mark has changed, and only then', async () => {
  let connection = own;
  const { page, push, wait, calls } = await open(() => connection);
  const title = page.locator('.pane h2').first();
  expect(await title.textContent()).toBe('3 devices');
  connection = { ...own, devices: [] };
  await push(at());
  await wait(100);
  expect(await title.textContent()).toBe('3 devices');
  await push(at({ marks: { connection: 1 } }));
  await wait(100);
  expect(await title.textContent()).toBe('0 devices');
  expect((await calls()).filter(({ channel }) => channel === 'connection.get')).toHaveLength(2);
});
