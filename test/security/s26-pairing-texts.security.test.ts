import { expect, test } from 'vitest';
import { readPairingRequest } from '#core/pairing/requests.ts';
import { shownPairing } from '#main/state/shown-pairing.ts';
import { fakeHasher } from '#support/fakes.ts';
import { wireDevice, wireNode } from '#support/pairing.ts';

const words = (count: number, chars: number): string[] =>
  Array.from({ length: count }, (_, at) => `${at} ${'\u200B'.repeat(chars)}`.slice(0, chars));

const read = (kind: 'device' | 'node', wire: object) => readPairingRequest(kind, wire, fakeHasher);

test('S26: what a stranger asks for is told once, not once for each role it names', () => {
  const request = read(
    'device',
    wireDevice('r1', { roles: words(16, 128), scopes: words(64, 128) }),
  );
  if (!request) throw new Error('refused');
  const { means } = shownPairing(request);
  // Each strange role and each right; `operator` is nothing beyond its rights.
  expect(means).toHaveLength(16 + 64);
  expect(new Set(means).size).toBe(means.length);
});

test('S26: a request that nobody could read to its end is no request', () => {
  const device = (over: object) => read('device', wireDevice('r1', over));
  expect(device({ roles: words(17, 8) })).toBeNull();
  expect(device({ scopes: words(65, 8) })).toBeNull();
  expect(device({ scopes: words(1, 129) })).toBeNull();
  expect(device({ role: words(1, 129)[0] })).toBeNull();
  expect(read('node', wireNode('r1', { commands: words(257, 8) }))).toBeNull();
  expect(read('node', wireNode('r1', { commands: words(1, 129) }))).toBeNull();
});

test('S26: whatever a Gateway lists, one request is less than a megabyte of text', () => {
  const largest = [
    read('device', wireDevice('r1', { roles: words(16, 128), scopes: words(64, 128) })),
    read('node', wireNode('r1', { commands: words(256, 128) })),
  ];
  for (const request of largest) {
    if (!request) throw new Error('refused');
    expect(JSON.stringify(shownPairing(request)).length).toBeLessThan(1_000_000);
  }
});
