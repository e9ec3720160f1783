import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createNonceCache } from '#host/sockets/nonce-cache.ts';
import { systemHasher } from '#host/system.ts';
import { execLine, startExecSocket } from '#support/exec-socket.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { exchange } from '#support/raw-peer.ts';
import { socketProcess } from '#support/socket-process.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const invalidAuth = {
  ok: false,
  error: { code: 'INVALID_REQUEST', message: 'invalid auth', reason: 'hmac' },
};
const parse = (text: string): unknown => JSON.parse(text);

test('S12: a captured exec line is answered like a wrong MAC the second time', async () => {
  const { path, executed } = await startExecSocket();
  const line = execLine();
  expect(parse(await exchange(path, line))).toMatchObject({ ok: true });
  expect(parse(await exchange(path, line))).toMatchObject(invalidAuth);
  expect(executed).toHaveLength(1);
});

test('S12: of 50 copies sent at once exactly one runs', async () => {
  const { path, executed } = await startExecSocket();
  const line = execLine();
  await Promise.all(Array.from({ length: 50 }, () => exchange(path, line)));
  expect(executed).toHaveLength(1);
});

test('S12: the nonce counts, whatever id or command comes with it', async () => {
  const { path, executed } = await startExecSocket();
  const nonce = 'ab'.repeat(16);
  await exchange(path, execLine({ nonce }));
  const other = execLine({ nonce, id: 'other', request: { command: ['/bin/ls'] } });
  expect(parse(await exchange(path, other))).toMatchObject(invalidAuth);
  expect(executed).toHaveLength(1);
});

test('S12: a wrong MAC does not use up a nonce', async () => {
  const { path, executed } = await startExecSocket();
  const nonce = 'cd'.repeat(16);
  await exchange(path, execLine({ nonce, token: 'wrong' }));
  expect(parse(await exchange(path, execLine({ nonce })))).toMatchObject({ ok: true });
  expect(executed).toHaveLength(1);
});

test('S12: a replay after a restart is refused', async () => {
  const dir = tempDir();
  const line = execLine();
  const first = await startExecSocket({ dir });
  expect(parse(await exchange(first.path, line))).toMatchObject({ ok: true });
  await first.server.stop();
  const second = await startExecSocket({ dir });
  expect(parse(await exchange(second.path, line))).toMatchObject(invalidAuth);
  expect(second.executed).toEqual([]);
});

test('S12: a replay after SIGKILL in the moment of the answer is refused', async () => {
  const dir = tempDir();
  const owner = await socketProcess(dir);
  await owner.tell('start');
  const line = execLine();
  const path = join(dir, 'exec-approvals.sock');
  expect(parse(await exchange(path, line))).toMatchObject({ ok: true });
  await owner.kill();
  const next = await socketProcess(dir);
  await next.tell('start');
  expect(parse(await exchange(path, line))).toMatchObject(invalidAuth);
  expect(parse(await exchange(path, execLine()))).toMatchObject({ ok: true });
});

test('S12: no line can be replayed inside its window, at any age', async () => {
  for (const skew of [-10_000, 0, 10_000]) {
    const clock = createVirtualClock();
    const { path, executed } = await startExecSocket({ clock });
    const line = execLine({ ts: clock.now() + skew });
    expect(parse(await exchange(path, line))).toMatchObject({ ok: true });
    for (let age = 0; age <= 21_000; age += 500) {
      expect(parse(await exchange(path, line))).toMatchObject({ ok: false });
      clock.advance(500);
    }
    expect(executed).toHaveLength(1);
  }
});

test('S12: a nonce file with a torn line refuses one-shot execs for as long as a line could live', async () => {
  const dir = tempDir();
  const clock = createVirtualClock();
  writeFileSync(join(dir, 'exec-nonces.json'), '{"n":"12', { mode: 0o600 });
  const { path, executed } = await startExecSocket({ dir, clock });
  const blind = {
    ok: false,
    error: { code: 'UNAVAILABLE', reason: 'replay-guard' },
  };
  expect(parse(await exchange(path, execLine({ ts: clock.now() })))).toMatchObject(blind);
  clock.advance(20_000);
  expect(parse(await exchange(path, execLine({ ts: clock.now() })))).toMatchObject(blind);
  clock.advance(1);
  expect(parse(await exchange(path, execLine({ ts: clock.now() })))).toMatchObject({ ok: true });
  expect(executed).toHaveLength(1);
});

test('S12: a nonce file that is a symlink is neither followed nor replaced, and nothing runs', async () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'precious'), 'precious', { mode: 0o600 });
  symlinkSync(join(dir, 'precious'), join(dir, 'exec-nonces.json'));
  const { path, executed } = await startExecSocket({ dir });
  expect(parse(await exchange(path, execLine()))).toMatchObject({
    error: { reason: 'replay-guard' },
  });
  expect(readFileSync(join(dir, 'precious'), 'utf8')).toBe('precious');
  expect(executed).toEqual([]);
});

const cacheIn = (path: string, clock = createVirtualClock(), maxEntries?: number) => ({
  clock,
  cache: createNonceCache({
    path,
    clock,
    hasher: systemHasher,
    log: createFakeLogger(),
    ...(maxEntries === undefined ? {} : { maxEntries }),
  }),
});

test('S12: the nonce is in a private file before claim returns, as a hash', async () => {
  const path = join(tempDir(), 'nonces');
  const { cache } = cacheIn(path);
  await cache.open();
  expect(cache.claim('the nonce')).toBe('fresh');
  expect(readFileSync(path, 'utf8')).toContain(systemHasher.sha256Hex('the nonce'));
  expect(readFileSync(path, 'utf8')).not.toContain('the nonce');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect([cache.has('the nonce'), cache.claim('the nonce')]).toEqual([true, 'seen']);
});

test('S12: when full of live nonces it accepts nothing, and forgets only what has expired', async () => {
  const { cache, clock } = cacheIn(join(tempDir(), 'nonces'), createVirtualClock(), 2);
  await cache.open();
  expect(['a', 'b', 'c'].map((nonce) => cache.claim(nonce))).toEqual([
    'fresh',
    'fresh',
    'unavailable',
  ]);
  clock.advance(20_000);
  expect(cache.claim('a')).toBe('seen');
  clock.advance(1);
  expect(['c', 'a'].map((nonce) => cache.claim(nonce))).toEqual(['fresh', 'fresh']);
});

test('S12: the file stays small over 20 000 claims and keeps every live nonce', async () => {
  const path = join(tempDir(), 'nonces');
  const { cache, clock } = cacheIn(path);
  await cache.open();
  for (let index = 0; index < 20_000; index += 1) {
    expect(cache.claim(`n${index}`)).toBe('fresh');
    clock.advance(10);
  }
  cache.close();
  expect(statSync(path).size).toBeLessThan(1_000_000);
  const { cache: reopened } = cacheIn(path, clock);
  await reopened.open();
  const live = Array.from({ length: 2_000 }, (_, index) => `n${19_999 - index}`);
  expect(live.filter((nonce) => !reopened.has(nonce))).toEqual([]);
  expect(reopened.has('n0')).toBe(false);
});

test('S12: many live nonces are appended, not written anew for each claim', async () => {
  const path = join(tempDir(), 'nonces');
  const { cache } = cacheIn(path);
  await cache.open();
  for (let index = 0; index < 4_097; index += 1) cache.claim(`n${index}`);
  const { ino } = statSync(path);
  for (let index = 0; index < 50; index += 1) cache.claim(`m${index}`);
  expect(statSync(path).ino).toBe(ino);
});

test('S12: a nonce that cannot be written down is not accepted', async () => {
  const { cache } = cacheIn('/dev/null/nonces');
  await cache.open();
  expect(cache.claim('a')).toBe('unavailable');
});

test('S12: dates far ahead, left by a clock that was set back, do not last for ever', async () => {
  const path = join(tempDir(), 'nonces');
  const ahead = cacheIn(path, createVirtualClock(2_000_000_000_000));
  await ahead.cache.open();
  ahead.cache.claim('a');
  ahead.cache.close();
  const { cache, clock } = cacheIn(path, createVirtualClock(1_000_000_000_000));
  await cache.open();
  expect(cache.claim('a')).toBe('seen');
  clock.advance(20_001);
  expect(cache.claim('a')).toBe('fresh');
});
