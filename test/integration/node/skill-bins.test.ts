import { expect, onTestFinished, test } from 'vitest';
import { createSkillBins } from '#host/node/skill-bins.ts';
import type { GatewayLink, LinkState } from '#host/node/types.ts';
import type { HelloOk } from '#protocol/gateway-connect.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { type MiniConnection, startMiniGateway } from '#support/mini-gateway.ts';
import { createTestLink } from '#support/test-link.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

/** Bins over a real connection, to a Gateway that answers when the test says so. */
async function followed() {
  const clock = createVirtualClock();
  // Ticks so rare that minutes of silence do not end the connection.
  const gateway = await startMiniGateway({ unanswered: ['skills.bins'], tickIntervalMs: 600_000 });
  const { link, log, state } = await createTestLink(gateway.url, { clock });
  const bins = createSkillBins({ clock, log });
  onTestFinished(() => bins.stop());
  bins.follow(link);
  link.start();
  const connection = await gateway.nextConnection();
  await link.connected();
  const taken = () => log.lines.filter(({ event }) => event.startsWith('skill-bins.')).length;
  /** Answers the next question, and waits until the answer was taken in. */
  const answer = async (response: object, at = connection) => {
    const { id, params } = await at.nextRequest('skills.bins');
    expect(params).toEqual({});
    const before = taken();
    at.send({ type: 'res', id, ...response });
    await expect.poll(taken).toBe(before + 1);
  };
  return {
    ...{ clock, gateway, link, log, state, bins, connection, answer },
    names: () => [...bins.current()],
    tell: (names: unknown, at?: MiniConnection) =>
      answer({ ok: true, payload: { bins: names } }, at),
    fail: () => answer({ ok: false, error: { code: 'UNAVAILABLE', message: 'not today' } }),
    questions: () => connection.requests.filter(({ method }) => method === 'skills.bins').length,
  };
}

test('the names are asked for at each connection, and lower-cased', async () => {
  const { names, tell, questions } = await followed();
  expect(names()).toEqual([]);
  await tell(['gh', 'Summarize', 'gh']);
  expect(names()).toEqual(['gh', 'summarize']);
  expect(questions()).toBe(1);
});

test('nothing is trusted before there is a connection to follow', () => {
  const bins = createSkillBins({ clock: createVirtualClock(), log: createFakeLogger() });
  expect([...bins.current()]).toEqual([]);
  bins.stop();
});

test('a set older than 90 s is asked for again when somebody looks, and used meanwhile', async () => {
  const { clock, names, tell, questions, link } = await followed();
  await tell(['gh']);
  clock.advance(90_000);
  expect(names()).toEqual(['gh']);
  clock.advance(1);
  await link.request('health', {});
  expect(questions()).toBe(1);
  expect(names()).toEqual(['gh']);
  expect(names()).toEqual(['gh']);
  await tell(['jq']);
  expect(names()).toEqual(['jq']);
  expect(questions()).toBe(2);
});

test('a clock that was set back makes the set old', async () => {
  const { clock, bins, names, tell } = await followed();
  await tell(['gh']);
  const now = clock.now();
  Object.assign(clock, { now: () => now - 3_600_000 });
  bins.current();
  await tell(['jq']);
  expect(names()).toEqual(['jq']);
});

test('a failure keeps the old set, and the next question waits another 90 s', async () => {
  const { clock, bins, names, tell, fail, questions, link } = await followed();
  await tell(['gh']);
  clock.advance(90_001);
  bins.current();
  await fail();
  expect(names()).toEqual(['gh']);
  await link.request('health', {});
  expect(questions()).toBe(2);
  clock.advance(90_001);
  bins.current();
  await tell([]);
  expect(names()).toEqual([]);
});

test('an answer that never comes keeps the old set', async () => {
  const { clock, bins, names, tell, log, connection } = await followed();
  await tell(['gh']);
  clock.advance(90_001);
  bins.current();
  await connection.nextRequest('skills.bins');
  clock.advance(15_000);
  await expect.poll(() => log.lines.some(({ event }) => event === 'skill-bins.failed')).toBe(true);
  expect(names()).toEqual(['gh']);
});

test.each([
  ['no list', { ok: true, payload: {} }],
  ['nothing', { ok: true }],
  ['other things than names', { ok: true, payload: { bins: ['gh', 7] } }],
  ['a text', { ok: true, payload: { bins: 'gh' } }],
  [
    'more than 1 000 names',
    { ok: true, payload: { bins: Array.from({ length: 1_001 }, (_, n) => `bin-${n}`) } },
  ],
])('%s is no answer: the old set stays', async (_, response) => {
  const { clock, bins, names, tell, answer } = await followed();
  await tell(['gh']);
  clock.advance(90_001);
  bins.current();
  await answer(response);
  expect(names()).toEqual(['gh']);
});

test('a name that no search path finds by itself is left out', async () => {
  const { names, tell } = await followed();
  const odd = ['', '/bin/sh', './gh', '../gh', '-rf', '.hidden', 'a b', 'a\nb', '*', 'é', 'a\0'];
  await tell([...odd, '\u212A8s', 'x'.repeat(129), 'y'.repeat(128), 'g++', 'clang-format_14.1']);
  expect(names()).toEqual(['y'.repeat(128), 'g++', 'clang-format_14.1']);
});

test('losing the connection that brought the names forgets them, until the next one tells', async () => {
  const { gateway, connection, names, tell, state, link, clock } = await followed();
  await tell(['gh']);
  const down = state(({ kind }) => kind === 'waiting');
  connection.ws.terminate();
  await down;
  expect(names()).toEqual([]);
  clock.advance(30_000);
  const next = await gateway.nextConnection();
  await link.connected();
  expect(names()).toEqual([]);
  await tell(['jq'], next);
  expect(names()).toEqual(['jq']);
});

test('what an earlier connection was asked counts no more, whatever becomes of it', async () => {
  const { gateway, connection, names, tell, state, link, clock } = await followed();
  const { id } = await connection.nextRequest('skills.bins');
  const down = state(({ kind }) => kind === 'waiting');
  connection.send({ type: 'res', id, ok: true, payload: { bins: ['evil'] } });
  connection.ws.terminate();
  await down;
  expect(names()).toEqual([]);
  clock.advance(30_000);
  const next = await gateway.nextConnection();
  await link.connected();
  await tell(['gh'], next);
  expect(names()).toEqual(['gh']);
});

/** A connection whose every move the test makes. */
function steeredLink() {
  const listeners = new Set<(state: LinkState) => void>();
  const answer = Promise.withResolvers<unknown>();
  const signals: (AbortSignal | undefined)[] = [];
  const link: GatewayLink = {
    state: { kind: 'stopped' },
    start() {},
    redial() {},
    async stop() {},
    request(_method, _params, options) {
      signals.push(options?.signal);
      return answer.promise;
    },
    onEvent: () => () => undefined,
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connected: () => Promise.reject(new Error('not this one')),
    advertise() {},
  };
  const turn = (state: LinkState) => {
    for (const listener of listeners) listener(state);
  };
  return { link, listeners, signals, answer, turn };
}

const hello: HelloOk = {
  type: 'hello-ok',
  protocol: 3,
  server: { version: 'test', connId: 'c1' },
  features: {},
  snapshot: {},
  policy: { maxPayload: 1, maxBufferedBytes: 1, tickIntervalMs: 1 },
};

test('an answer that comes together with the end of its connection counts no more', async () => {
  const { link, listeners, signals, answer, turn } = steeredLink();
  const bins = createSkillBins({ clock: createVirtualClock(), log: createFakeLogger() });
  bins.follow(link);
  turn({ kind: 'connected', hello });
  answer.resolve({ bins: ['gh'] });
  turn({ kind: 'waiting', retryInMs: 500, why: 'gone' });
  await new Promise(setImmediate);
  expect([...bins.current()]).toEqual([]);
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  bins.stop();
  expect(listeners.size).toBe(0);
});

test('stopping forgets the names, leaves the link alone and asks nothing more', async () => {
  const { bins, names, tell, clock, link, questions } = await followed();
  await tell(['gh']);
  bins.stop();
  expect(names()).toEqual([]);
  clock.advance(90_001);
  bins.current();
  await link.request('health', {});
  expect(questions()).toBe(1);
});

test('following another connection drops what the first one told', async () => {
  const { bins, names, tell, clock } = await followed();
  await tell(['gh']);
  const other = await startMiniGateway({ unanswered: ['skills.bins'] });
  const second = await createTestLink(other.url, { clock });
  bins.follow(second.link);
  expect(names()).toEqual([]);
});
