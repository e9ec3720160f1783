import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LinkState } from '#host/node/types.ts';
import { type MiniConnection, startMiniGateway } from '#support/mini-gateway.ts';
import { createTestLink } from '#support/test-link.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const garbage = fc.oneof(
  fc.string(),
  fc.uint8Array({ maxLength: 200 }),
  fc.json(),
  fc.constantFrom(
    '',
    'null',
    '[]',
    '{"type":"res"}',
    '{"type":"event"}',
    '{"type":"req","id":"1","method":"connect"}',
    '{"type":"event","event":"connect.challenge","payload":{"nonce":"again","ts":1}}',
    '{"type":"event","event":"shutdown","payload":{"restartExpectedMs":"soon"}}',
    '{"type":"event","event":"node.invoke.request","payload":7}',
    `{"type":"event","event":"x","payload":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  ),
  fc.record({
    type: fc.constantFrom('res', 'event', 'req', 'hello-ok', 1, null),
    id: fc.oneof(fc.string(), fc.integer()),
    ok: fc.oneof(fc.boolean(), fc.string()),
    event: fc.oneof(fc.string(), fc.integer()),
    payload: fc.jsonValue(),
    error: fc.jsonValue(),
    seq: fc.oneof(fc.integer(), fc.double()),
  }),
);

test('random frames of a server never crash a connected link', async () => {
  const gateway = await startMiniGateway();
  const { link, log } = await createTestLink(gateway.url);
  link.start();
  const connection = await gateway.nextConnection();
  await link.connected();
  await fc.assert(
    fc.asyncProperty(fc.array(garbage, { maxLength: 20 }), async (frames) => {
      for (const frame of frames) connection.send(frame);
      await expect(link.request('health', {})).resolves.toEqual({ ok: true });
    }),
    { numRuns: 150 },
  );
  expect(link.state.kind).toBe('connected');
  // A flood of garbage is one line, not one per frame.
  expect(log.lines.filter(({ event }) => event === 'gateway.link.ignored')).toHaveLength(1);
});

test('random frames in the place of a hello never let a link in and never crash it', async () => {
  const clock = createVirtualClock();
  const gateway = await startMiniGateway({ handshake: false });
  const { link, state } = await createTestLink(gateway.url, { clock });
  link.start();
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(garbage, { maxLength: 10 }),
      fc.jsonValue(),
      async (frames, hello) => {
        await expect.poll(() => gateway.connections.length).toBe(seen + 1);
        const connection = gateway.connections[seen++] as MiniConnection;
        for (const frame of frames) connection.send(frame);
        connection.event('connect.challenge', { nonce: 'n', ts: 1 });
        const { id } = await connection.nextRequest('connect');
        const waiting = state(({ kind }) => kind === 'waiting');
        connection.send({ type: 'res', id, ok: true, payload: hello });
        const { retryInMs } = (await waiting) as Extract<LinkState, { kind: 'waiting' }>;
        await connection.closed;
        clock.advance(retryInMs);
      },
    ),
    { numRuns: 50 },
  );
});

test('a hundred disconnects at every step of the handshake are survived', async () => {
  const clock = createVirtualClock();
  const steps = ['on open', 'after the challenge', 'after connect', 'after hello'] as const;
  let step: (typeof steps)[number] | 'never' = 'on open';
  const gateway = await startMiniGateway({
    handshake: true,
    judge: (_params, connection) => {
      if (step === 'after connect') connection.ws.terminate();
      return null;
    },
  });
  const { link, state } = await createTestLink(gateway.url, { clock });
  for (step of steps) {
    for (let i = 0; i < 25; i += 1) {
      const before = gateway.connections.length;
      const cut = expect.poll(() => gateway.connections.length, { interval: 1 }).toBe(before + 1);
      if (i === 0 && step === 'on open') link.start();
      await cut;
      const connection = gateway.connections.at(-1);
      if (step === 'on open') connection?.ws.terminate();
      if (step === 'after the challenge') connection?.ws.close(1000);
      if (step === 'after hello') {
        await state(({ kind }) => kind === 'connected');
        connection?.ws.terminate();
      }
      const waiting = await state(({ kind }) => kind === 'waiting');
      clock.advance((waiting as { retryInMs: number }).retryInMs);
    }
  }
  step = 'never';
  await state(({ kind }) => kind === 'connected');
  await expect(link.request('health', {})).resolves.toEqual({ ok: true });
});
