import { describe, expect, it, vi } from 'vitest';
import type { Clock } from '#core/ports.ts';
import {
  companionToken,
  type FakeCompanion,
  neverAborted,
  nodeOrigin,
  startFakeCompanion,
  testForwarder,
  unameRequest,
} from '#support/fake-companion.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const payload = { exitCode: 0, timedOut: false, success: true, stdout: 'x', stderr: '' };

/** A companion that proves itself on every connection and answers every `exec`. */
function startCompanion(path?: string): Promise<FakeCompanion> {
  return startFakeCompanion((message, connection) => {
    if (message.type === 'challenge') connection.prove(message);
    else connection.send({ type: 'exec-res', id: message.id, ok: true, payload });
  }, path);
}

async function start(facts: { clock?: Clock; token?: () => string } = {}) {
  const companion = await startCompanion();
  const { forward } = testForwarder(companion.path, facts);
  const run = () => forward(unameRequest, nodeOrigin, neverAborted);
  const types = () => companion.received.map(({ type }) => type);
  /** The connection for the next request was opened, and its challenge has arrived. */
  const ready = (connections: number) =>
    vi.waitFor(() => {
      expect(companion.connections).toHaveLength(connections);
      expect(types().filter((type) => type === 'challenge')).toHaveLength(connections);
    });
  return { companion, run, types, ready };
}

const answered = { ok: true, payload, delivered: true };

describe('a proved connection is kept ready for the next request (D13)', () => {
  it('whose exec is then the only thing to send', async () => {
    const { run, types, ready } = await start();
    expect(await run()).toEqual(answered);
    await ready(2);
    expect(await run()).toEqual(answered);
    expect(types().slice(0, 4)).toEqual(['challenge', 'exec', 'challenge', 'exec']);
  });

  it('and serves one request only', async () => {
    const { companion, run, ready } = await start();
    await run();
    await ready(2);
    expect(await Promise.all([run(), run(), run()])).toEqual([answered, answered, answered]);
    const [, second] = companion.connections;
    await second?.closed;
    await ready(5);
    const nonces = companion.received.filter(({ type }) => type === 'exec').map((one) => one.nonce);
    expect(new Set(nonces).size).toBe(4);
  });

  it('and is not missed when the companion hung up on it', async () => {
    const { companion, run, ready } = await start();
    await run();
    await ready(2);
    const [, second] = companion.connections;
    second?.socket.destroy();
    await second?.closed;
    await new Promise(setImmediate);
    expect(await run()).toEqual(answered);
  });

  it('and is dropped when it waited so long that the companion may be about to hang up', async () => {
    const clock = createVirtualClock();
    const { companion, run, ready } = await start({ clock });
    await run();
    await ready(2);
    clock.advance(10_000);
    expect(await run()).toEqual(answered);
    await companion.connections[1]?.closed;
    expect(companion.connections.length).toBeGreaterThanOrEqual(3);
  });

  it('and is dropped when the token is another one by now', async () => {
    let token = companionToken;
    const { companion, run, ready } = await start({ token: () => token });
    await run();
    await ready(2);
    token = 'another-token-of-thirty-two-chars';
    expect(await run()).toMatchObject({ ok: false, delivered: false });
    await companion.connections[1]?.closed;
    expect(companion.received.filter(({ type }) => type === 'exec')).toHaveLength(1);
  });

  it('and is dropped when another socket is in its place', async () => {
    const { companion, run, ready } = await start();
    await run();
    await ready(2);
    await companion.stop();
    const other = await startCompanion(companion.path);
    expect(await run()).toEqual(answered);
    expect(other.received.slice(0, 2).map(({ type }) => type)).toEqual(['challenge', 'exec']);
  });
});
