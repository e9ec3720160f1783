import { describe, expect, test } from 'vitest';
import { createSystemFeature } from '#host/gateway/features/system.ts';
import type { LogQuery } from '#host/gateway/log-tail.ts';
import type { Session } from '#host/gateway/types.ts';
import {
  configSnapshotSchema,
  healthSchema,
  presenceListSchema,
  statusSchema,
} from '#protocol/gateway-system.ts';
import { createFakeBroadcaster, createFakeSession } from '#support/fake-broadcaster.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

function setUp() {
  const clock = createVirtualClock();
  const broadcaster = createFakeBroadcaster();
  const queries: LogQuery[] = [];
  const feature = createSystemFeature({
    clock,
    broadcaster,
    self: {
      host: 'desk',
      ip: null,
      version: '1.2.3',
      platform: 'linux',
      deviceFamily: null,
      modelIdentifier: null,
    },
    config: () => ({
      path: '/c.json',
      exists: true,
      hash: 'h',
      value: { token: 'SECRET' },
      problem: null,
    }),
    readLog: async (query) => {
      queries.push(query);
      return { file: '/log', cursor: 0, size: 0, lines: [] };
    },
  });
  const session = createFakeSession({ deviceId: 'mac', client: { mode: 'ui' } });
  const call = (method: string, params: unknown = {}, from: Session = session) =>
    feature.methods[method]?.(params, { session: from, signal: new AbortController().signal });
  return { clock, broadcaster, feature, session, call, queries };
}

describe('system feature', () => {
  test('answers fit the recorded shapes', () => {
    const { call } = setUp();
    expect(healthSchema.safeParse(call('health', { probe: true })).success).toBe(true);
    expect(statusSchema.safeParse(call('status')).success).toBe(true);
    expect(presenceListSchema.safeParse(call('system-presence')).success).toBe(true);
    expect(configSnapshotSchema.safeParse(call('config.get')).success).toBe(true);
    expect(JSON.stringify(call('config.get'))).not.toContain('SECRET');
    expect(call('last-heartbeat')).toBeNull();
    expect(call('skills.bins')).toEqual({ bins: [] });
    expect(call('skills.bins', undefined)).toEqual({ bins: [] });
  });

  test('unknown keys are refused where the peers are strict', () => {
    const { call } = setUp();
    expect(() => call('config.get', { x: 1 })).toThrow(
      "invalid config.get params: at root: unexpected property 'x'",
    );
    expect(() => call('logs.tail', { limit: 0 })).toThrow('invalid logs.tail params: ');
    expect(() => call('logs.tail', { maxBytes: 1_000_001 })).toThrow('invalid logs.tail params: ');
  });

  test('logs.tail hands bounded queries to its reader', async () => {
    const { call, queries } = setUp();
    await call('logs.tail');
    await call('logs.tail', { cursor: 7, limit: 2, maxBytes: 9 });
    expect(queries).toEqual([
      { cursor: null, limit: 500, maxBytes: 250_000 },
      { cursor: 7, limit: 2, maxBytes: 9 },
    ]);
  });

  test('a client finds itself in the snapshot for its hello, once', () => {
    const { feature, session } = setUp();
    const { presence, stateVersion } = feature.snapshot(session);
    expect(presence.map((entry) => entry.deviceId)).toEqual([undefined, 'mac']);
    feature.connected?.(session);
    expect(feature.snapshot().presence).toHaveLength(2);
    expect(feature.snapshot().stateVersion.presence).toBe(stateVersion.presence);
    expect(feature.snapshot().stateVersion.health).toBe(stateVersion.health + 1);
  });

  test('health is broadcast after a connect, presence after a disconnect', () => {
    const { feature, session, broadcaster } = setUp();
    feature.connected?.(session);
    expect(broadcaster.sent.map(({ event }) => event)).toEqual(['health']);
    feature.disconnected?.(session);
    expect(broadcaster.sent.map(({ event }) => event)).toEqual(['health', 'presence']);
    expect(broadcaster.named('presence')[0]?.options).toMatchObject({
      stateVersion: feature.snapshot().stateVersion,
    });
    expect(broadcaster.named('presence')[0]?.payload).toMatchObject({
      presence: [{ mode: 'gateway' }, { deviceId: 'mac', reason: 'disconnect' }],
    });
  });

  test('the end of a CLI connection is not news', () => {
    const { feature, broadcaster } = setUp();
    const cli = createFakeSession({ client: { mode: 'cli' } });
    feature.connected?.(cli);
    feature.disconnected?.(cli);
    expect(broadcaster.named('presence')).toEqual([]);
  });

  test('ticks come every 30 s and health every 60 s, only while somebody is connected', () => {
    const { feature, session, broadcaster, clock } = setUp();
    const second = createFakeSession();
    clock.advance(300_000);
    expect(broadcaster.sent).toEqual([]);
    feature.connected?.(session);
    feature.connected?.(second);
    clock.advance(120_000);
    expect(broadcaster.named('tick')).toHaveLength(4);
    expect(broadcaster.named('tick')[3]?.payload).toEqual({ ts: clock.now() });
    expect(broadcaster.named('health')).toHaveLength(2 + 2);
    feature.disconnected?.(session);
    clock.advance(30_000);
    expect(broadcaster.named('tick')).toHaveLength(5);
    feature.disconnected?.(second);
    expect(clock.waiting).toBe(0);
    feature.connected?.(session);
    feature.stop?.();
    expect(clock.waiting).toBe(0);
  });

  test('a beacon is listed and broadcast; without a text it is refused', () => {
    const { call, broadcaster } = setUp();
    const beacon = { text: 'Node: TestMac', host: 'TestMac', lastInputSeconds: 'soon', extra: 1 };
    expect(call('system-event', beacon)).toEqual({ ok: true });
    expect(broadcaster.named('presence')).toHaveLength(1);
    expect(call('system-presence')).toMatchObject([{ mode: 'gateway' }, { host: 'TestMac' }]);
    for (const wrong of [{}, { text: ' ' }, { text: 5 }, undefined, 'x']) {
      expect(() => call('system-event', wrong)).toThrow('text required');
    }
    expect(broadcaster.named('presence')).toHaveLength(1);
  });
});
