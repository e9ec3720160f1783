import { expect, test } from 'vitest';
import { startControlSocket } from '#support/control-socket.ts';
import { execLine, okResult, startExecSocket } from '#support/exec-socket.ts';
import { exchange, rawPeer } from '#support/raw-peer.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

/** Polls wait for a condition, not for a time: a busy machine may need long. */
test('S26: a silent connection is closed after 15 s', async () => {
  const clock = createVirtualClock();
  const { path, log } = await startExecSocket({ clock });
  const peer = await rawPeer(path);
  await expect.poll(() => clock.waiting).toBe(2);
  clock.advance(14_999);
  expect(log.lines.some((line) => line.event === 'socket.connection.dropped')).toBe(false);
  clock.advance(1);
  expect(await peer.closed).toBe('');
  expect(clock.waiting).toBe(0);
});

test('S26: a line that drips in byte by byte is closed after 30 s', async () => {
  const clock = createVirtualClock();
  const { path, log, executed } = await startExecSocket({ clock });
  const peer = await rawPeer(path);
  await expect.poll(() => clock.waiting).toBe(2);
  const started = clock.now();
  const dropped = () => log.lines.find((line) => line.event === 'socket.connection.dropped');
  while (dropped() === undefined && clock.now() - started < 60_000) {
    peer.send('{');
    // Until the server has read the byte: it then waits another 15 s from now.
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);
  }
  expect(await peer.closed).toBe('');
  expect(clock.now() - started).toBe(30_000);
  expect(dropped()?.fields).toEqual({ why: 'line too slow' });
  expect(executed).toEqual([]);
});

test('S26: a wait for the exec after a challenge is bounded too', async () => {
  const clock = createVirtualClock();
  const { path } = await startExecSocket({ clock });
  const peer = await rawPeer(path);
  peer.send('{"type":"challenge","id":"c","nonce":"aaaaaaaaaaaaaaaa"}\n');
  await peer.line();
  await expect.poll(() => clock.waiting).toBe(2);
  clock.advance(15_000);
  await peer.closed;
  expect(clock.waiting).toBe(0);
});

test('S26: silent connections beyond the cap make room; an honest client is served at once', async () => {
  const { path } = await startExecSocket({ limits: { connections: 8 } });
  const silent = [];
  for (let index = 0; index < 40; index += 1) silent.push(await rawPeer(path));
  const from = performance.now();
  expect(JSON.parse(await exchange(path, execLine()))).toMatchObject({ ok: true });
  expect(performance.now() - from).toBeLessThan(5_000);
  expect(await silent[0]?.closed).toBe('');
});

test('S26: connections that are being answered are never dropped for new ones', async () => {
  const release = Promise.withResolvers<typeof okResult>();
  const { path, executed } = await startExecSocket({
    limits: { connections: 2 },
    execute: () => release.promise,
  });
  const busy = [exchange(path, execLine()), exchange(path, execLine())];
  await expect.poll(() => executed.length).toBe(2);
  expect(await exchange(path, execLine())).toBe('');
  release.resolve(okResult);
  for (const text of await Promise.all(busy)) expect(JSON.parse(text)).toMatchObject({ ok: true });
});

test('S26: a flood without a newline is closed at the line cap', async () => {
  const { path, executed } = await startExecSocket();
  const peer = await rawPeer(path);
  peer.send('x'.repeat(256_001));
  expect(await peer.closed).toBe('');
  expect(executed).toEqual([]);
});

test('S26: control.sock holds few connections, because its lines may be large', async () => {
  const { path, log } = await startControlSocket();
  const half = `{"op":"${'x'.repeat(100_000)}`;
  const slow = [];
  for (let index = 0; index < 65; index += 1) slow.push(await rawPeer(path));
  for (const peer of slow) peer.send(half);
  expect(await slow[0]?.closed).toBe('');
  const dropped = log.lines.find((line) => line.event === 'socket.connection.dropped');
  expect(dropped?.fields).toEqual({ why: 'too many connections' });
  const request = `${JSON.stringify({ op: 'status' })}\n`;
  expect(JSON.parse(await exchange(path, request))).toMatchObject({ ok: true });
});
