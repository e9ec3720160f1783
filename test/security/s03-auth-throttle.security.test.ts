import { describe, expect, it } from 'vitest';
import { throttleBudget, throttleWindowMs } from '#core/gateway/auth-throttle.ts';
import { connectAs, helloAs, newTestIdentity, openRaw } from '#support/raw-gateway-client.ts';
import { startTestGateway, testToken } from '#support/test-gateway.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

/** Wrong tokens in parallel from loopback, half of them with a device and a junk device token. */
async function guess(url: string, times: number): Promise<string[]> {
  const sockets = await Promise.all(Array.from({ length: times }, () => openRaw(url)));
  const responses = await Promise.all(
    sockets.map((raw, n) =>
      connectAs(raw, {
        token: `wrong-${n}`,
        ...(n % 2 === 0 ? {} : { identity: newTestIdentity() }),
      }),
    ),
  );
  return responses.map((response) => response.error?.message ?? 'let in');
}

const evaluated = (messages: readonly string[]) =>
  messages.filter((message) => message.includes('gateway token mismatch'));

describe('S3: guessing the shared secret', () => {
  it('evaluates at most ten of twenty parallel wrong tokens, junk device tokens included', async () => {
    const { url } = await startTestGateway();
    const messages = await guess(url, 20);
    expect(evaluated(messages)).toHaveLength(throttleBudget);
    const throttled = messages.filter((message) => message.includes('too many failed attempts'));
    expect(throttled).toHaveLength(20 - throttleBudget);
  });

  it('says when to come back, and closes 1008', async () => {
    const { url } = await startTestGateway();
    await guess(url, throttleBudget);
    const raw = await openRaw(url);
    const response = await connectAs(raw, { token: testToken });
    expect(response.error).toEqual({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^unauthorized: too many failed attempts \(retry in \d+ s\)$/),
      details: { code: 'AUTH_RATE_LIMITED' },
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
    expect(response.error?.retryAfterMs).toBeLessThanOrEqual(throttleWindowMs);
    expect(await raw.closed).toMatchObject({ code: 1008 });
  });

  it('lets the right secret in ten seconds later at the latest', async () => {
    const clock = createVirtualClock();
    const { url } = await startTestGateway({ clock });
    await guess(url, 20);
    clock.advance(throttleWindowMs / 2);
    await guess(url, 20);
    clock.advance(throttleWindowMs / 2);
    expect((await connectAs(await openRaw(url), { token: testToken })).ok).toBe(true);
  });

  it('never keeps a paired device out because strangers guess', async () => {
    const { url } = await startTestGateway();
    const identity = newTestIdentity();
    await helloAs(await openRaw(url), { token: testToken, identity });
    await guess(url, 20);
    await helloAs(await openRaw(url), { token: testToken, identity });
  });

  it('never throttles a client that is right, however often it connects', async () => {
    const { url } = await startTestGateway();
    for (let n = 0; n < 3 * throttleBudget; n += 1) {
      await helloAs(await openRaw(url), { token: testToken });
    }
  });

  it('counts the guesses of a paired device against that device', async () => {
    const { url } = await startTestGateway();
    const identity = newTestIdentity();
    await helloAs(await openRaw(url), { token: testToken, identity });
    const guesses = await Promise.all(
      Array.from({ length: 20 }, async (_, n) =>
        connectAs(await openRaw(url), { token: `wrong-${n}`, identity }),
      ),
    );
    const messages = guesses.map((response) => response.error?.message ?? 'let in');
    expect(evaluated(messages)).toHaveLength(throttleBudget);
    expect((await connectAs(await openRaw(url), { token: testToken })).ok).toBe(true);
  });

  it('writes no secret to the log', async () => {
    const { url, log } = await startTestGateway();
    await guess(url, throttleBudget - 1);
    await helloAs(await openRaw(url), { token: testToken, identity: newTestIdentity() });
    expect(JSON.stringify(log.lines)).not.toMatch(/wrong-\d|test-gateway-token/);
  });
});
