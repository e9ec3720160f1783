import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderDocument } from '#core/policy/document.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { createTestOperations, person } from '#support/policy-operations.ts';
import { openTestStore } from '#support/policy-store.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const git = { id: 'git', pattern: '/usr/bin/git', cwd: '/work', createdAt: 5 };
const ls = { id: 'ls', pattern: '/bin/ls', expiresAt: 2_000_000_000_000 };
const start: ApprovalsDocument = {
  version: 1,
  socket: { path: '/s', token: 'secret' },
  defaults: {},
  agents: { main: { allowlist: [git, ls] } },
};

async function bench() {
  const clock = createVirtualClock();
  const text = renderDocument(start);
  const fixture = await openTestStore({ text, confirmed: true, clock });
  return { clock, ...fixture, ...createTestOperations(fixture.store, clock) };
}

const removal = { kind: 'remove', ruleIds: ['git', 'ls'] } as const;

test('S17: a removal is taken back exactly, in the file and in force, and written down', async () => {
  const { change, operations, document, store, rows } = await bench();
  const undo = (await change({ ...removal, ruleIds: [...removal.ruleIds] })) ?? '';
  expect(store.resolve('main').rules).toEqual([]);
  expect(await operations.undo(undo, person)).toBe(true);
  expect(document().agents).toEqual(start.agents);
  expect(store.resolve('main').rules.map(({ id }) => id)).toEqual(['git', 'ls']);
  expect(rows).toMatchObject([
    { reason: 'policy changed (remove) in the window' },
    {
      reason: 'policy change taken back in the window',
      surface: 'window:sam',
      decidedBy: 'person',
      commandText: expect.stringContaining('"/usr/bin/git" with any arguments, only in /work'),
    },
  ]);
});

test('S17: a handle works once, for ten minutes, among the last twenty, and cannot be guessed', async () => {
  const { change, operations, clock, document } = await bench();
  const remove = () => change({ kind: 'remove', ruleIds: ['git'] });
  const once = (await remove()) ?? '';
  expect(await operations.undo(once, person)).toBe(true);
  await remove();
  expect(await operations.undo(once, person)).toBe(false);
  for (const guess of ['', '0', once.slice(1), '__proto__']) {
    expect(await operations.undo(guess, person)).toBe(false);
  }
  const settings = { askFallback: 'allowlist' } as const;
  const late = (await change({ kind: 'set', agentId: null, settings })) ?? '';
  clock.advance(10 * 60_000);
  expect(await operations.undo(late, person)).toBe(false);
  expect(document()).toMatchObject({ defaults: settings, agents: { main: { allowlist: [ls] } } });

  const oldest = (await change({ kind: 'remove', ruleIds: ['ls'] })) ?? '';
  for (let n = 0; n < 20; n += 1) {
    const ask = n % 2 === 0 ? 'always' : 'on-miss';
    await change({ kind: 'set', agentId: null, settings: { ask } });
  }
  expect(await operations.undo(oldest, person)).toBe(false);
});

test('S17: it survives that rules are used, and keeps what was noted about them', async () => {
  const { change, operations, store, clock, document, until } = await bench();
  const undo =
    (await change({ kind: 'expire', ruleId: 'git', expiresAt: 1_900_000_000_000 })) ?? '';
  const { hash } = store.current();
  store.recordUse('git', '/usr/bin/git');
  clock.advance(5_000);
  await until((snapshot) => snapshot.hash !== hash);
  expect(await operations.undo(undo, person)).toBe(true);
  expect(document().agents?.main?.allowlist?.[0]).toEqual({
    ...git,
    lastUsedAt: expect.any(Number),
    lastResolvedPath: '/usr/bin/git',
  });
});

test('S17: it tries again when the file moves at that very moment, and gives up in the end', async () => {
  const { store, clock, document } = await bench();
  let moves = 0;
  const change: typeof store.change = async (edit, hash) => {
    moves -= 1;
    return await store.change(edit, moves >= 0 ? 'another hash' : hash);
  };
  const { change: make, operations } = createTestOperations({ ...store, change }, clock);
  const undo = (await make({ kind: 'remove', ruleIds: ['git'] })) ?? '';
  moves = 3;
  expect(await operations.undo(undo, person)).toBe(false);
  expect(document().agents?.main?.allowlist).toEqual([ls]);
  moves = 2;
  expect(await operations.undo(undo, person)).toBe(true);
  expect(document().agents?.main?.allowlist).toEqual([git, ls]);
});

test('S17: it never opens more than the edit had closed', async () => {
  const { change, operations, document } = await bench();
  const closed = { kind: 'set', agentId: 'main', settings: { security: 'deny' } } as const;
  const undo = (await change(closed)) ?? '';
  // Agreed to because main stays closed.
  await change({ kind: 'set', agentId: null, settings: { security: 'full' } });
  expect(await operations.undo(undo, person)).toBe(false);
  expect(document().agents?.main?.security).toBe('deny');
});

test('S17: what waits for a person goes on waiting', async () => {
  const { change, operations, store, path, document, until } = await bench();
  const undo = (await change({ kind: 'remove', ruleIds: ['git'] })) ?? '';
  writeFileSync(path, renderDocument({ ...document(), defaults: { security: 'full' } }));
  await until(() => store.unconfirmed().length > 0);
  expect(await operations.undo(undo, person)).toBe(true);
  expect(store.resolve('main')).toMatchObject({ security: 'allowlist' });
  expect(store.resolve('main').rules.map(({ id }) => id)).toEqual(['git', 'ls']);
  expect(store.unconfirmed()).not.toEqual([]);

  const confirmed = await change({ kind: 'confirm' });
  expect(store.resolve('main').security).toBe('full');
  // A second question would be the only honest way back.
  expect(confirmed).toBeNull();
});

test('S16: nothing is taken back while the policy cannot be used', async () => {
  const { change, operations, path, until, text } = await bench();
  const undo = (await change({ kind: 'remove', ruleIds: ['git'] })) ?? '';
  writeFileSync(path, '{broken');
  await until(({ problem }) => problem !== null);
  await expect(operations.undo(undo, person)).rejects.toMatchObject({ code: 'STATE' });
  expect(text()).toBe('{broken');
});
