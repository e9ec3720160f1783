import { describe, expect, it, onTestFinished } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import { PairingWatch } from '#host/node/pairing-watch.ts';
import { createFakeLogger, fakeHasher } from '#support/fakes.ts';
import { createFakeLink, settled, wireDevice, wireNode } from '#support/pairing.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

async function bench(prepare: (fake: ReturnType<typeof createFakeLink>) => void = () => undefined) {
  const clock = createVirtualClock();
  const fake = createFakeLink();
  fake.lists({});
  prepare(fake);
  const log = createFakeLogger();
  const resolved: string[] = [];
  let changes = 0;
  const watch = new PairingWatch({
    link: fake.link,
    clock,
    hasher: fakeHasher,
    log,
    onResolved: (request, decision) => void resolved.push(`${request.requestId} ${decision}`),
  });
  watch.onChange(() => {
    changes += 1;
  });
  onTestFinished(() => watch.stop());
  await settled();
  const ids = () => watch.list().map(({ kind, requestId }) => `${kind} ${requestId}`);
  const advance = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  return { ...fake, clock, log, watch, resolved, ids, advance, changes: () => changes };
}

const start = 1_770_000_000_000;

describe('following who wants to be let in (app-features §9)', () => {
  it('lists both kinds at every connection, oldest first', async () => {
    const { ids, lose, connect, count } = await bench((fake) =>
      fake.lists({
        device: [wireDevice('d2', { ts: start + 2 }), wireDevice('d1', { ts: start + 1 })],
        node: [wireNode('n0')],
      }),
    );
    expect(ids()).toEqual(['node n0', 'device d1', 'device d2']);
    lose();
    expect(ids()).toHaveLength(3);
    connect();
    await settled();
    expect(count('device.pair.list')).toBe(2);
  });

  it('what was missed while the connection was down goes with the next list', async () => {
    const { ids, lose, connect, lists, changes } = await bench((fake) =>
      fake.lists({ device: [wireDevice('d1')], node: [wireNode('n1')] }),
    );
    const before = changes();
    lose();
    lists({ device: [wireDevice('d2')], node: [wireNode('n1')] });
    connect();
    await settled();
    expect(ids()).toEqual(['device d2', 'node n1']);
    expect(changes()).toBeGreaterThan(before);
  });

  it('follows the events of both kinds', async () => {
    const { ids, event, resolved } = await bench();
    event('device.pair.requested', wireDevice('d1'));
    event('node.pair.requested', wireNode('n1', { ts: start + 1 }));
    expect(ids()).toEqual(['device d1', 'node n1']);
    event('device.pair.resolved', { requestId: 'd1', decision: 'approved' });
    event('node.pair.resolved', { requestId: 'unheard of', decision: 'approved' });
    expect(ids()).toEqual(['node n1']);
    expect(resolved).toEqual(['d1 approved']);
  });

  it('tries a list eight times, more and more patiently, then waits for the next connection', async () => {
    let failures = 0;
    const fail = () => {
      failures += 1;
      throw new CompanionError('TIMEOUT', 'no answer');
    };
    const { advance, clock, connect } = await bench((fake) => fake.answer('node.pair.list', fail));
    const seen: number[] = [];
    for (const pause of [200, 400, 800, 1_600, 2_000, 2_000, 2_000]) {
      await advance(pause - 1);
      seen.push(failures);
      await advance(1);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(failures).toBe(8);
    await advance(60_000);
    expect(failures).toBe(8);
    expect(clock.waiting).toBe(0);
    connect();
    expect(failures).toBe(9);
  });

  it('does not ask again where the Gateway does not know the method', async () => {
    const { count, advance, clock } = await bench((fake) =>
      fake.answer('node.pair.list', () => {
        throw new CompanionError('INVALID_REQUEST', 'unknown method: node.pair.list');
      }),
    );
    await advance(10_000);
    expect(count('node.pair.list')).toBe(1);
    expect(clock.waiting).toBe(0);
  });

  it('looks again every 15 s while something waits, and has no timer when nothing does', async () => {
    const { advance, count, event, lists, clock, ids } = await bench();
    expect(clock.waiting).toBe(0);
    await advance(60_000);
    expect(count('device.pair.list')).toBe(1);
    event('device.pair.requested', wireDevice('d1', { ts: clock.now() }));
    lists({ device: [wireDevice('d1', { ts: clock.now() })] });
    await advance(14_999);
    expect(count('device.pair.list')).toBe(1);
    await advance(1);
    expect(count('device.pair.list')).toBe(2);
    await advance(15_000);
    expect(count('device.pair.list')).toBe(3);
    lists({});
    await advance(15_000);
    expect(ids()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('looks again 250 ms after a number is missing, and not at every gap', async () => {
    const { event, advance, count, lists, ids } = await bench();
    event('tick', {}, 4);
    event('tick', {}, 5);
    await advance(1_000);
    expect(count('device.pair.list')).toBe(1);
    lists({ device: [wireDevice('d1')] });
    event('tick', {}, 7);
    event('tick', {}, 9);
    await advance(249);
    expect(count('device.pair.list')).toBe(1);
    await advance(1);
    expect(count('device.pair.list')).toBe(2);
    expect(ids()).toEqual(['device d1']);
    event('tick', {}, 11);
    await advance(4_999);
    expect(count('device.pair.list')).toBe(2);
    await advance(1);
    expect(count('device.pair.list')).toBe(3);
  });

  it('a reconnect starts counting anew', async () => {
    const { event, lose, connect, advance, count } = await bench();
    event('tick', {}, 4);
    lose();
    connect();
    await settled();
    event('tick', {}, 900);
    await advance(1_000);
    expect(count('device.pair.list')).toBe(2);
  });

  it('what an event told while the list was under way is not undone by it', async () => {
    const { event, ids, answer, advance } = await bench((fake) =>
      fake.lists({ device: [wireDevice('old')] }),
    );
    const { promise, resolve } = Promise.withResolvers<unknown>();
    answer('device.pair.list', () => promise);
    await advance(15_000);
    event('device.pair.requested', wireDevice('new'));
    event('device.pair.resolved', { requestId: 'old', decision: 'rejected' });
    resolve({ pending: [wireDevice('old')], paired: [] });
    await settled();
    expect(ids()).toEqual(['device new']);
  });

  it('while the Gateway is away, requests expire by their time', async () => {
    const { ids, lose, advance, clock } = await bench((fake) =>
      fake.lists({ device: [wireDevice('d1'), wireDevice('d2', { ts: start + 60_000 })] }),
    );
    lose();
    await advance(5 * 60_000);
    expect(ids()).toHaveLength(2);
    await advance(1_000);
    expect(ids()).toEqual(['device d2']);
    await advance(60_000);
    expect(ids()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('a request from the far future makes no timer that fires at once, again and again', async () => {
    const { lose, clock, ids } = await bench((fake) =>
      fake.lists({ device: [wireDevice('d1', { ts: 8e15 })] }),
    );
    lose();
    expect(clock.waiting).toBe(1);
    clock.advance(60 * 60_000);
    expect(clock.waiting).toBe(1);
    expect(ids()).toEqual(['device d1']);
  });

  it('S26: keeps the 128 of each kind that wait longest', async () => {
    const flood = Array.from({ length: 300 }, (_, index) =>
      wireDevice(`d${index}`, { ts: start + index }),
    );
    const { ids } = await bench((fake) => fake.lists({ device: flood, node: [wireNode('n1')] }));
    expect(ids()).toHaveLength(129);
    expect(ids()).toContain('device d127');
    expect(ids()).toContain('node n1');
  });

  it('refuses garbage entry by entry, and says so without its content', async () => {
    const { ids, event, log } = await bench((fake) =>
      fake.lists({ device: [wireDevice('d1'), { evil: 'canary' }], node: 'canary' }),
    );
    event('device.pair.requested', 'canary');
    event('device.pair.resolved', { requestId: 'd1', decision: 'canary' });
    event('node.pair.requested', { requestId: 'n', nodeId: 'canary' });
    expect(ids()).toEqual(['device d1']);
    expect(
      log.lines.filter(({ level }) => level === 'warn').map(({ event: name }) => name),
    ).toEqual([
      'pairing.entries.refused',
      'pairing.list.unreadable',
      'pairing.entries.refused',
      'pairing.entries.refused',
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('canary');
  });

  it('stopping leaves no timer and no listener', async () => {
    const { watch, clock, listeners, ids, event } = await bench((fake) =>
      fake.lists({ device: [wireDevice('d1')] }),
    );
    event('tick', {}, 1);
    event('tick', {}, 5);
    expect(clock.waiting).toBe(2);
    watch.stop();
    expect(clock.waiting).toBe(0);
    expect(listeners()).toBe(0);
    expect(ids()).toEqual([]);
  });
});
