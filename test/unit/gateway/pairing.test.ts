import { describe, expect, it } from 'vitest';
import {
  acceptableToken,
  approveDevice,
  covers,
  type DeviceClaim,
  deviceView,
  freshToken,
  isExpired,
  needsPairing,
  newPending,
  pendingTtlMs,
  scopeNotHeld,
  unusedLongest,
  withToken,
} from '#core/gateway/pairing.ts';
import type { PairedDevice } from '#protocol/gateway-devices.ts';

const now = 1_770_000_000_000;

const claim: DeviceClaim = {
  deviceId: 'device-1',
  publicKey: 'key-1',
  displayName: 'Mac',
  platform: 'macOS 15.3.0',
  clientId: 'openclaw-macos',
  clientMode: 'ui',
  role: 'operator',
  scopes: ['operator.read'],
  remoteIp: null,
};

function paired(change: Partial<DeviceClaim> = {}): PairedDevice {
  return approveDevice(
    undefined,
    newPending({ ...claim, ...change }, undefined, 'r', now),
    't',
    now,
  );
}

describe('whether a device must be paired first', () => {
  it.each<[string, Partial<DeviceClaim>, boolean]>([
    ['the same again', {}, false],
    ['fewer scopes', { scopes: [] }, false],
    ['one scope more', { scopes: ['operator.read', 'operator.write'] }, true],
    ['another scope', { scopes: ['operator.admin'] }, true],
    ['another role', { role: 'node' }, true],
    ['another key under the same id', { publicKey: 'key-2' }, true],
  ])('%s: %o → %s', (_title, change, expected) => {
    expect(needsPairing(paired(), { ...claim, ...change })).toBe(expected);
  });

  it('an unknown device always', () => {
    expect(needsPairing(undefined, claim)).toBe(true);
  });

  it('admin covers nothing but itself: what is granted is literal', () => {
    expect(covers(['operator.admin'], ['operator.read'])).toBe(false);
    expect(covers([], [])).toBe(true);
  });
});

describe('approving', () => {
  it('merges roles and scopes, keeps the first date and gives the role a token of its own', () => {
    const node = { ...claim, role: 'node', scopes: [] } as const;
    const later = approveDevice(paired(), newPending(node, paired(), 'r2', now), 't2', now + 5);
    expect(later).toEqual({
      deviceId: 'device-1',
      publicKey: 'key-1',
      displayName: 'Mac',
      platform: 'macOS 15.3.0',
      clientId: 'openclaw-macos',
      clientMode: 'ui',
      role: 'node',
      roles: ['operator', 'node'],
      scopes: ['operator.read'],
      createdAtMs: now,
      approvedAtMs: now + 5,
      tokens: {
        operator: { token: 't', role: 'operator', scopes: ['operator.read'], createdAtMs: now },
        node: { token: 't2', role: 'node', scopes: [], createdAtMs: now + 5 },
      },
    });
  });

  it('says that a known device repairs its pairing', () => {
    expect(newPending(claim, paired(), 'r', now)).toMatchObject({ isRepair: true, silent: false });
    expect(newPending(claim, undefined, 'r', now)).toMatchObject({ isRepair: false });
  });

  it('expires a request after five minutes, not before', () => {
    const pending = newPending(claim, undefined, 'r', now);
    expect(isExpired(pending, now + pendingTtlMs)).toBe(false);
    expect(isExpired(pending, now + pendingTtlMs + 1)).toBe(true);
  });
});

describe('device tokens', () => {
  it.each<[string, Partial<DeviceClaim>, boolean]>([
    ['same device, role and scopes', {}, true],
    ['fewer scopes', { scopes: [] }, true],
    ['a scope more', { scopes: ['operator.write'] }, false],
    ['another role', { role: 'node', scopes: [] }, false],
    ['another key', { publicKey: 'key-2' }, false],
  ])('are acceptable for %s: %o → %s', (_title, change, expected) => {
    expect(acceptableToken(paired(), { ...claim, ...change }) !== null).toBe(expected);
  });

  it('are not acceptable once revoked', () => {
    const device = paired();
    const token = acceptableToken(device, claim);
    expect(token).not.toBeNull();
    if (!token) return;
    const revoked = withToken(device, { ...token, revokedAtMs: now });
    expect(acceptableToken(revoked, claim)).toBeNull();
  });

  it('keep their birthday when they are replaced, and forget a revocation', () => {
    const old = { ...freshToken(null, 'operator', [], 'a', now), revokedAtMs: now + 1 };
    expect(freshToken(old, 'operator', ['operator.read'], 'b', now + 2)).toEqual({
      token: 'b',
      role: 'operator',
      scopes: ['operator.read'],
      createdAtMs: now,
      rotatedAtMs: now + 2,
    });
  });

  it('never show in the view of a device', () => {
    const view = deviceView(paired());
    expect(view.tokens).toEqual([
      { role: 'operator', scopes: ['operator.read'], createdAtMs: now },
    ]);
  });
});

describe('S22: who may hand on a scope', () => {
  it.each<[readonly string[], readonly string[], string | null]>([
    [['operator.admin'], ['operator.admin', 'anything'], null],
    [['operator.pairing'], [], null],
    [['operator.pairing'], ['operator.pairing'], null],
    [['operator.pairing'], ['operator.pairing', 'operator.admin'], 'operator.admin'],
    [['operator.pairing', 'operator.write'], ['operator.read'], null],
    [['operator.pairing', 'operator.read'], ['operator.write'], 'operator.write'],
  ])('holding %j, granting %j lacks %j', (held, granted, missing) => {
    expect(scopeNotHeld(new Set(held), granted)).toBe(missing);
  });
});

describe('what agents pile up (S26)', () => {
  const device = (n: number, change: Partial<PairedDevice> = {}): PairedDevice => ({
    ...paired({ deviceId: `d${n}` }),
    approvedAtMs: now + n,
    silent: true,
    ...change,
  });
  const many = Array.from({ length: 258 }, (_, n) => device(n));

  it('of more than 256 devices that paired themselves, those unused longest go', () => {
    expect(unusedLongest(many.slice(0, 256))).toEqual([]);
    expect(unusedLongest(many)).toEqual(['d0', 'd1']);
    const used = {
      operator: { ...freshToken(null, 'operator', [], 't', now), lastUsedAtMs: now + 999 },
    };
    expect(unusedLongest([device(0, { tokens: used }), ...many.slice(1)])).toEqual(['d1', 'd2']);
  });

  it('what a person approved is never forgotten, whatever it asked for since', () => {
    const request = (silent: boolean) => ({ ...newPending(claim, undefined, 'r', now), silent });
    const byPerson = approveDevice(undefined, request(false), 't', now);
    expect(approveDevice(byPerson, request(true), 't', now).silent).toBeUndefined();
    const byItself = approveDevice(undefined, request(true), 't', now);
    expect(byItself.silent).toBe(true);
    expect(approveDevice(byItself, request(true), 't', now).silent).toBe(true);
    expect(approveDevice(byItself, request(false), 't', now).silent).toBeUndefined();
    expect(deviceView(byItself)).not.toHaveProperty('silent');
    const old = many.map((one) => ({ ...one, silent: undefined, approvedAtMs: 0 }));
    expect(unusedLongest([...old, ...many])).toEqual(['d0', 'd1']);
  });

  it('a device that asks for ever new scopes keeps the latest 64', () => {
    let held = paired();
    for (let n = 0; n < 10; n += 1) {
      const scopes = Array.from({ length: 20 }, (_, m) => `scope.${n}.${m}`);
      held = approveDevice(held, newPending({ ...claim, scopes }, held, 'r', now), 't', now);
      expect(needsPairing(held, { ...claim, scopes })).toBe(false);
    }
    expect(held.scopes).toHaveLength(64);
  });
});
