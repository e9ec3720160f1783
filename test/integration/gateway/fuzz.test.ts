import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectChallengeSchema } from '#protocol/gateway-connect.ts';
import { connectParams, helloAs, newTestIdentity, openRaw } from '#support/raw-gateway-client.ts';
import { startTestGateway, testToken } from '#support/test-gateway.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const methodName = fc.constantFrom('connect', 'test.run', 'device.pair.list', 'health', '', 'x');

/** Frames from plain noise to almost right. */
const frame = fc.oneof(
  fc.string(),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.json(),
  fc
    .record({
      type: fc.constantFrom('req', 'res', 'event', 'x'),
      id: fc.oneof(fc.string(), fc.integer()),
      method: methodName,
      params: fc.jsonValue(),
    })
    .map((value) => JSON.stringify(value)),
  fc
    .record({ auth: fc.jsonValue(), device: fc.jsonValue(), client: fc.jsonValue() })
    .map((params) => JSON.stringify({ type: 'req', id: 'c', method: 'connect', params })),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
  fc.integer({ min: 1, max: 5_000 }).map((depth) => {
    const nested = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    return `{"type":"req","id":"n","method":"device.pair.list","params":${nested}}`;
  }),
);

function setUp() {
  let runs = 0;
  const run = () => {
    runs += 1;
  };
  return {
    runs: () => runs,
    gateway: startTestGateway({ features: () => [{ methods: { 'test.run': run } }] }),
  };
}

describe('garbage', () => {
  it('before connect closes that connection only, and runs nothing', async () => {
    const { gateway, runs } = setUp();
    const { url } = await gateway;
    await fc.assert(
      fc.asyncProperty(frame, async (first) => {
        const raw = await openRaw(url);
        raw.send(first);
        const { code } = await raw.closed;
        expect([1000, 1002, 1007, 1008, 1009]).toContain(code);
      }),
      { numRuns: 300 },
    );
    expect(runs()).toBe(0);
    await helloAs(await openRaw(url), { token: testToken });
  });

  it('after connect is ignored or answered with an error, and runs nothing', async () => {
    const { gateway, runs } = setUp();
    const { url } = await gateway;
    const raw = await openRaw(url);
    await helloAs(raw, { token: testToken, identity: newTestIdentity() });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 20 }), async (frames) => {
        for (const one of frames) raw.send(one);
        const answer = await raw.request('no.such.method', {});
        expect(answer.error?.message).toBe('missing scope: operator.admin');
      }),
      { numRuns: 100 },
    );
    const answers = raw.frames.filter((one) => one.type === 'res').slice(1);
    expect(answers.filter((one) => one.ok)).toEqual([]);
    expect(runs()).toBe(0);
  });

  it('as raw bytes on the port is refused, and the Gateway still serves', async () => {
    const { url, port } = await startTestGateway();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 500 }), async (bytes) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {});
        socket.resume();
        socket.end(bytes);
        await new Promise((resolve) => socket.once('close', resolve));
      }),
      { numRuns: 100 },
    );
    await helloAs(await openRaw(url), { token: testToken });
  });
});

describe('a hundred abrupt disconnects at each step leave nothing behind', () => {
  const upgradeHead = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n';
  const tcp = (port: number, text: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(text, () => socket.resetAndDestroy());
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });

  const steps: readonly (readonly [string, (url: string, port: number) => Promise<unknown>])[] = [
    ['after TCP connect', (_url, port) => tcp(port, '')],
    ['in the middle of the upgrade', (_url, port) => tcp(port, upgradeHead)],
    ['right after open', async (url) => (await openRaw(url)).ws.terminate()],
    [
      'after the challenge',
      async (url) => {
        const raw = await openRaw(url);
        await raw.nextEvent('connect.challenge');
        raw.ws.terminate();
      },
    ],
    [
      'in the middle of the connect frame',
      async (url) => {
        const raw = await openRaw(url);
        raw.ws.send('{"type":"req","id":"c",', { fin: false });
        raw.ws.terminate();
      },
    ],
    [
      'with connect sent and no answer read',
      async (url) => {
        const raw = await openRaw(url);
        const { payload } = await raw.nextEvent('connect.challenge');
        const challenge = connectChallengeSchema.parse(payload);
        const params = connectParams({ token: testToken, identity: newTestIdentity() }, challenge);
        const connectFrame = JSON.stringify({ type: 'req', id: 'c', method: 'connect', params });
        await new Promise((resolve) => raw.ws.send(connectFrame, resolve));
        raw.ws.terminate();
      },
    ],
    [
      'after hello-ok',
      async (url) => {
        const raw = await openRaw(url);
        await helloAs(raw, { token: testToken });
        raw.ws.terminate();
      },
    ],
    [
      'with a request in flight',
      async (url) => {
        const raw = await openRaw(url);
        await helloAs(raw, {
          token: testToken,
          identity: newTestIdentity(),
          scopes: ['operator.admin'],
        });
        raw.send({ type: 'req', id: 'w', method: 'test.wait', params: {} });
        raw.ws.terminate();
      },
    ],
  ];

  it.each(steps)('%s', async (_title, step) => {
    const clock = createVirtualClock();
    const { url, port, gateway, log } = await startTestGateway({
      clock,
      features: () => [
        {
          methods: {
            'test.wait': (_params, { signal }) =>
              new Promise((resolve) => signal.addEventListener('abort', () => resolve(null))),
          },
        },
      ],
    });
    for (let n = 0; n < 10; n += 1) {
      await Promise.all(Array.from({ length: 10 }, () => step(url, port)));
    }
    await expect.poll(() => gateway.broadcaster.sessions.size).toBe(0);
    await expect.poll(() => clock.waiting).toBe(0);
    expect(log.lines.filter((line) => line.level === 'error')).toEqual([]);
    await helloAs(await openRaw(url), { token: testToken });
  });
});
