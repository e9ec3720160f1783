import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { ExecResult } from '#core/exec/types.ts';
import type { Ids } from '#core/ports.ts';
import { systemIds } from '#host/system.ts';
import {
  aborted,
  type ExecCall,
  execLine,
  okResult,
  startExecSocket,
} from '#support/exec-socket.ts';
import { type RawPeer, rawPeer } from '#support/raw-peer.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

/** An execute that waits, and says how its signal fared. */
function slowExecution() {
  const started = Promise.withResolvers<ExecCall>();
  const finish = Promise.withResolvers<void>();
  return {
    started: started.promise,
    finish: () => finish.resolve(),
    async execute(call: ExecCall) {
      started.resolve(call);
      await Promise.race([finish.promise, aborted(call.signal)]);
      return okResult;
    },
  };
}

/** Closes both directions and waits until the kernel knows. */
async function leave(peer: RawPeer): Promise<void> {
  peer.destroy();
  await once(peer.socket, 'close');
}

/** Polls wait for a condition, not for a time: a busy machine may need long. */
describe('request lifetime (exec-ipc §1.6)', () => {
  test('a half-close keeps the work alive and gets the answer', async () => {
    const clock = createVirtualClock(Date.now());
    const slow = slowExecution();
    const { path } = await startExecSocket({ ...slow, clock });
    const peer = await rawPeer(path);
    peer.send(execLine({ ts: clock.now() }));
    peer.end();
    const { signal } = await slow.started;
    await expect.poll(() => clock.waiting).toBe(1);
    clock.advance(60_000);
    expect(signal.aborted).toBe(false);
    slow.finish();
    expect(JSON.parse(await peer.closed)).toMatchObject({ ok: true });
    expect(clock.waiting).toBe(0);
  });

  test('a full close without a half-close aborts at once, without any timer', async () => {
    const clock = createVirtualClock(Date.now());
    const slow = slowExecution();
    const { path } = await startExecSocket({ ...slow, clock });
    const peer = await rawPeer(path);
    peer.send(execLine({ ts: clock.now() }));
    const { signal } = await slow.started;
    peer.destroy();
    await aborted(signal);
  });

  test.each([
    ['a half-close', ''],
    ['a half-close that ends the line', '\n'],
  ])('a full close after %s is noticed at the next look, 250 ms later', async (_name, cut) => {
    const clock = createVirtualClock(Date.now());
    const slow = slowExecution();
    const { path } = await startExecSocket({ ...slow, clock });
    const peer = await rawPeer(path);
    peer.send(execLine({ ts: clock.now() }).replace(cut, ''));
    peer.end();
    const { signal } = await slow.started;
    await expect.poll(() => clock.waiting).toBe(1);
    await leave(peer);
    expect(signal.aborted).toBe(false);
    clock.advance(250);
    expect(signal.aborted).toBe(true);
  });

  test('a reset aborts too: a peer that closes with our challenge answer unread', async () => {
    const slow = slowExecution();
    const challenged = Promise.withResolvers<void>();
    const ids: Ids = {
      ...systemIds,
      token(bytes) {
        if (bytes === 24) challenged.resolve();
        return 'f'.repeat(48);
      },
    };
    const { path, log } = await startExecSocket({ ...slow, ids });
    const socket = connect(path).pause();
    socket.write('{"type":"challenge","id":"c","nonce":"aaaaaaaaaaaaaaaa"}\n');
    await challenged.promise;
    // The answer goes out in the turn of the event loop that made the server nonce.
    await new Promise((resolve) => setImmediate(resolve));
    socket.write(execLine({ serverNonce: 'f'.repeat(48) }));
    const { signal } = await slow.started;
    socket.destroy();
    await aborted(signal);
    expect(log.lines.map(({ event }) => event)).toContain('socket.peer.error');
  });

  test('a peer that leaves right after its line is not run, or is aborted at once', async () => {
    const { path, executed } = await startExecSocket({
      execute: ({ signal }) => aborted(signal).then(() => okResult),
    });
    const peer = await rawPeer(path);
    peer.socket.end(execLine(), () => peer.destroy());
    const next = await rawPeer(path);
    next.send(execLine());
    await expect.poll(() => executed.some((call) => !call.signal.aborted)).toBe(true);
    expect(executed.filter((call) => !call.signal.aborted)).toHaveLength(1);
  });

  test('a prompt is cancelled the same way', async () => {
    const { path, prompted } = await startExecSocket({
      prompt: async (_request, signal) => aborted(signal).then(() => null),
    });
    const peer = await rawPeer(path);
    peer.send(
      '{"type":"request","token":"q0Zk3vYw8Jm2N5b7X1cR4tUe6hLaSdFg","id":"p","request":{"command":"ls"}}\n',
    );
    peer.end();
    await expect.poll(() => prompted.length).toBe(1);
    peer.destroy();
    await expect.poll(() => prompted[0]?.signal.aborted).toBe(true);
  });

  test('stop cancels the work, waits for it, and writes nothing', async () => {
    const started = Promise.withResolvers<ExecCall>();
    const finish = Promise.withResolvers<ExecResult>();
    const { path, server } = await startExecSocket({
      execute(call) {
        started.resolve(call);
        return finish.promise;
      },
    });
    const peer = await rawPeer(path);
    peer.send(execLine());
    const { signal } = await started.promise;
    let stopped = false;
    const stop = server.stop().then(() => {
      stopped = true;
    });
    expect(signal.aborted).toBe(true);
    expect(await peer.closed).toBe('');
    expect(stopped).toBe(false);
    finish.resolve(okResult);
    await stop;
  });

  test('bytes after the line are read and ignored, however many', async () => {
    const slow = slowExecution();
    const { path, executed } = await startExecSocket(slow);
    const peer = await rawPeer(path);
    peer.send(execLine() + execLine());
    const { signal } = await slow.started;
    // Far more than the kernel holds: when it is written, the server has read most of it.
    await new Promise((resolve) => peer.socket.write(execLine().repeat(10_000), resolve));
    expect([executed.length, signal.aborted]).toEqual([1, false]);
    slow.finish();
    expect(JSON.parse(await peer.line())).toMatchObject({ ok: true });
    expect(executed).toHaveLength(1);
  });
});

test('the bytes of a line may come one by one, and without a newline before EOF', async () => {
  const { path, executed } = await startExecSocket();
  const peer = await rawPeer(path);
  for (const byte of Buffer.from(execLine().trimEnd())) peer.send(Uint8Array.of(byte));
  peer.end();
  expect(JSON.parse(await peer.closed)).toMatchObject({ ok: true });
  expect(executed).toHaveLength(1);
});

test('a reader that stops taking the answer is dropped after the idle time', async () => {
  const big = 'x'.repeat(8_000_000);
  const { path, log } = await startExecSocket({
    // Holds for the second client too, which may be held up on a busy machine.
    limits: { idleMs: 2_000 },
    execute: () =>
      Promise.resolve({
        ok: true,
        payload: { timedOut: false, success: true, stdout: big, stderr: '' },
      }),
  });
  const peer = await rawPeer(path);
  peer.socket.pause();
  peer.send(execLine());
  await expect
    .poll(() => log.lines.some((line) => line.fields?.why === 'answer not taken'))
    .toBe(true);
  // A second client is not held up by the first one's full buffer.
  const other = await rawPeer(path);
  other.send(execLine());
  expect((await other.closed).length).toBeGreaterThan(8_000_000);
  peer.socket.resume();
  expect((await peer.closed).length).toBeLessThan(8_000_000);
});
