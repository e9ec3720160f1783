import { describe, expect, test } from 'vitest';
import { createPresenceRegister } from '#core/gateway/presence.ts';
import { presenceListSchema } from '#protocol/gateway-system.ts';
import { createFakeSession } from '#support/fake-broadcaster.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const self = {
  host: 'desk',
  ip: '192.0.2.1',
  version: '1.2.3',
  platform: 'linux 6.0',
  deviceFamily: 'Linux',
  modelIdentifier: null,
};

function setUp() {
  const clock = createVirtualClock();
  const register = createPresenceRegister(self, clock);
  const others = () => register.list().slice(1);
  return { clock, register, others };
}

describe('presence register', () => {
  test('the Gateway lists itself first, in the words clients know', () => {
    const { register } = setUp();
    expect(register.list()[0]).toMatchObject({
      mode: 'gateway',
      reason: 'self',
      text: 'Gateway: desk (192.0.2.1) · app 1.2.3 · mode gateway · reason self',
    });
  });

  test('a connection shows what its handshake said, and its end', () => {
    const { register, others, clock } = setUp();
    const session = createFakeSession({
      deviceId: 'ABC',
      scopes: ['operator.read'],
      local: false,
      remoteIp: '192.0.2.7',
      client: { displayName: 'Mac', mode: 'ui', platform: 'macOS 15' },
    });
    register.arrive(session);
    expect(others()).toEqual([
      {
        host: 'Mac',
        ip: '192.0.2.7',
        version: '1.0.0',
        platform: 'macOS 15',
        mode: 'ui',
        deviceId: 'ABC',
        roles: ['operator'],
        scopes: ['operator.read'],
        instanceId: 'ABC',
        reason: 'connect',
        text: 'Node: Mac (192.0.2.7) · mode ui',
        ts: clock.now(),
      },
    ]);
    expect(presenceListSchema.safeParse(register.list()).success).toBe(true);
    expect(register.leave(session)).toBe(true);
    expect(others()[0]?.reason).toBe('disconnect');
  });

  test('a second arrival of one connection and clients of mode cli change nothing', () => {
    const { register, others } = setUp();
    const session = createFakeSession();
    register.arrive(session);
    const before = register.version;
    register.arrive(session);
    const cli = createFakeSession({ client: { mode: 'cli' } });
    register.arrive(cli);
    expect(register.leave(cli)).toBe(false);
    expect(register.version).toBe(before);
    expect(others()).toHaveLength(1);
  });

  test('two connections of one device are one entry that stays until both are gone', () => {
    const { register, others } = setUp();
    const operator = createFakeSession({ deviceId: 'd', scopes: ['operator.admin'] });
    const node = createFakeSession({ deviceId: 'd', role: 'node' });
    register.arrive(operator);
    register.arrive(node);
    expect(others()).toHaveLength(1);
    expect(others()[0]?.roles).toEqual(['operator', 'node']);
    register.leave(operator);
    expect(others()[0]?.reason).toBe('connect');
    register.leave(node);
    expect(others()[0]?.reason).toBe('disconnect');
  });

  test('a beacon expires after five minutes, an open connection does not', () => {
    const { register, others, clock } = setUp();
    register.arrive(createFakeSession({ deviceId: 'open' }));
    register.report({ text: 'Node: far', host: 'far', lastInputSeconds: 3, tags: [] });
    expect(others()[0]).toMatchObject({ host: 'far', lastInputSeconds: 3, text: 'Node: far' });
    expect(others()[0]).not.toHaveProperty('tags');
    clock.advance(5 * 60_000);
    expect(others()).toHaveLength(2);
    clock.advance(1);
    expect(others().map((entry) => entry.deviceId)).toEqual(['open']);
  });

  test('at most 200 are kept, closed ones go before open ones, and long texts are cut', () => {
    const { register, others } = setUp();
    register.arrive(createFakeSession({ deviceId: 'open' }));
    for (let n = 0; n < 300; n += 1) register.report({ text: `${n} ${'x'.repeat(5_000)}` });
    expect(others()).toHaveLength(200);
    expect(others().some((entry) => entry.deviceId === 'open')).toBe(true);
    expect(Math.max(...others().map((entry) => entry.text?.length ?? 0))).toBeLessThanOrEqual(
      1_000,
    );
  });
});
