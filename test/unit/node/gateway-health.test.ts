import { expect, it, onTestFinished } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import { watchGatewayHealth } from '#host/node/gateway-health.ts';
import { createFakeLink, settled } from '#support/pairing.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const ok = { channels: { telegram: { configured: true } } };
const loggedOut = { channels: { whatsapp: { configured: true, linked: false } } };

async function bench(answer: () => unknown = () => ok) {
  const clock = createVirtualClock();
  const fake = createFakeLink();
  fake.answer('health', answer as never);
  const watch = watchGatewayHealth({ link: fake.link, clock });
  onTestFinished(() => watch.stop());
  let changes = 0;
  watch.onChange(() => {
    changes += 1;
  });
  await settled();
  return { ...fake, clock, watch, changes: () => changes, kind: () => watch.current()?.kind };
}

it('asks once on each connection, then follows what the Gateway tells, without a timer', async () => {
  const { clock, watch, count, event, kind, changes } = await bench();
  expect(watch.current()).toEqual({ kind: 'ok', atMs: clock.now() });
  clock.advance(60_000);
  event('health', loggedOut);
  expect(watch.current()).toEqual({ kind: 'login-required', atMs: clock.now() });
  event('tick', ok);
  event('health', 'hostile');
  expect(kind()).toBe('login-required');
  expect([count('health'), changes(), clock.waiting]).toEqual([1, 2, 0]);
});

it('knows nothing without a connection, and asks again with the next one', async () => {
  const { lose, connect, count, kind } = await bench();
  lose();
  expect(kind()).toBeUndefined();
  connect();
  await settled();
  expect([kind(), count('health')]).toEqual(['ok', 2]);
});

it('says that the Gateway did not say, and drops what comes over a connection that is gone', async () => {
  const answers: ((value: unknown) => void)[] = [];
  const { lose, connect, kind } = await bench(
    () => new Promise((resolve) => void answers.push(resolve)),
  );
  lose();
  connect();
  answers[0]?.(ok);
  await settled();
  expect(kind()).toBeUndefined();
  answers[1]?.(loggedOut);
  await settled();
  expect(kind()).toBe('login-required');

  const failing = await bench(() => {
    throw new CompanionError('TIMEOUT', 'no answer');
  });
  expect(failing.watch.current()).toMatchObject({ kind: 'failed', detail: 'no answer' });
});

it('hears nothing after its end', async () => {
  const { watch, event, listeners, kind } = await bench();
  watch.stop();
  event('health', loggedOut);
  expect([kind(), listeners()]).toEqual(['ok', 0]);
});
