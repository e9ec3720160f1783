import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readPairingList,
  readPairingRequest,
  readPairingResolved,
} from '#core/pairing/requests.ts';
import { fakeHasher } from '#support/fakes.ts';
import { wireDevice, wireNode } from '#support/pairing.ts';

const device = (over: object = {}) =>
  readPairingRequest('device', wireDevice('r1', over), fakeHasher);
const node = (over: object = {}) => readPairingRequest('node', wireNode('r1', over), fakeHasher);

describe('reading who wants to be let in', () => {
  it('takes a device with its role and rights, once each', () => {
    expect(device({ roles: ['operator', 'node'], scopes: ['a', 'b', 'a'] })).toEqual({
      kind: 'device',
      requestId: 'r1',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      subjectId: 'device-r1',
      name: 'build box',
      platform: 'linux',
      client: 'cli · cli',
      address: '192.0.2.7',
      roles: ['operator', 'node'],
      scopes: ['a', 'b'],
      commands: [],
      isRepair: false,
      atMs: 1_770_000_000_000,
    });
  });

  it('takes a node with what it offers, and absent or null facts as not told', () => {
    expect(node({ displayName: null, remoteIp: null })).toMatchObject({
      kind: 'node',
      subjectId: 'node-r1',
      name: null,
      client: '2026.2.6',
      address: null,
      roles: ['node'],
      commands: ['camera.snap'],
    });
  });

  it.each([
    ['name', { displayName: 'other' }],
    ['platform', { platform: 'other' }],
    ['address', { remoteIp: '192.0.2.8' }],
    ['role', { role: 'node' }],
    ['rights', { scopes: ['operator.admin'] }],
    ['id', { deviceId: 'other' }],
    ['repair', { isRepair: true }],
    ['time', { ts: 5 }],
  ])('S24: another %s is another digest', (_what, over) => {
    expect(device(over)?.digest).not.toBe(device()?.digest);
  });

  it('S24: the same words in two kinds are two digests', () => {
    const both = {
      deviceId: 'x',
      nodeId: 'x',
      scopes: [],
      commands: [],
      clientId: '',
      version: '',
    };
    const one = readPairingRequest('device', { ...wireDevice('r1'), ...both }, fakeHasher);
    const other = readPairingRequest('node', { ...wireDevice('r1'), ...both }, fakeHasher);
    expect(one?.digest).not.toBe(other?.digest);
  });

  it.each([
    ['no id', { requestId: undefined }],
    ['an empty id', { requestId: '' }],
    ['an id that cannot be seen', { requestId: 'a\u202eb' }],
    ['an id too long to answer', { requestId: 'x'.repeat(201) }],
    ['no time', { ts: undefined }],
    ['a time that is none', { ts: Number.POSITIVE_INFINITY }],
    ['a name without end', { displayName: 'x'.repeat(513) }],
    ['rights without end', { scopes: Array.from({ length: 257 }, String) }],
    ['rights that are no words', { scopes: [1] }],
  ])('refuses an entry with %s', (_what, over) => {
    expect(device(over)).toBeNull();
  });

  it('keeps the rest of a list when an entry does not fit', () => {
    const pending = [wireDevice('r1'), { requestId: 'r2' }, null, wireDevice('r3')];
    const list = readPairingList('device', { pending, paired: 'whatever' }, fakeHasher);
    expect(list?.requests.map(({ requestId }) => requestId)).toEqual(['r1', 'r3']);
    expect(list?.refused).toBe(2);
  });

  it('never keeps a token, which older Gateways put into the list of nodes', () => {
    const pending = [wireNode('r1', { token: 'canary-token' })];
    const list = readPairingList('node', { pending, paired: pending }, fakeHasher);
    expect(list?.requests).toHaveLength(1);
    expect(JSON.stringify(list)).not.toContain('canary');
  });

  it('never throws, whatever a Gateway sends', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('device', 'node'), (value, kind) => {
        readPairingList(kind, value, fakeHasher);
        readPairingList(kind, { pending: value }, fakeHasher);
        readPairingList(kind, { pending: [value] }, fakeHasher);
        readPairingRequest(kind, value, fakeHasher);
        readPairingResolved(value);
      }),
    );
  });

  it('refuses an end that says nothing known', () => {
    expect(readPairingResolved({ requestId: 'r1', decision: 'approved' })).not.toBeNull();
    expect(readPairingResolved({ requestId: 'r1', decision: 'postponed' })).toBeNull();
  });
});
