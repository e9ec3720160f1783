import { createPrivateKey } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDeviceIdentity } from '#host/node/device-identity.ts';
import { openDeviceTokens } from '#host/node/device-tokens.ts';
import { systemClock } from '#host/system.ts';
import { tempDir } from '#support/temp-dir.ts';
import vectors from '../../vectors/handshake-signatures.json' with { type: 'json' };

const load = (path: string) => loadDeviceIdentity(path, { clock: systemClock });

function vectorFile(): { privateKeyPem: string; publicKeyPem: string; deviceId: string } {
  // PKCS #8 of an Ed25519 key is a fixed prefix and the seed.
  const pkcs8 = Buffer.from(`302e020100300506032b657004220420${vectors.device.seedHex}`, 'hex');
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return {
    deviceId: vectors.device.deviceId,
    publicKeyPem: vectors.device.publicKeyPem,
    privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function writeIdentity(change: object = {}): string {
  const path = join(tempDir(), 'identity.json');
  const file = { version: 1, createdAtMs: 1, ...vectorFile(), ...change };
  writeFileSync(path, JSON.stringify(file), { mode: 0o600 });
  return path;
}

test('a stored identity signs byte for byte like the real peers (handshake-signatures.json)', async () => {
  const identity = await load(writeIdentity());
  expect(identity.deviceId).toBe(vectors.device.deviceId);
  expect(identity.publicKey).toBe(vectors.device.publicKeyRawBase64Url);
  for (const { payload, signatureBase64Url } of [...vectors.node, ...vectors.operator]) {
    expect(identity.sign(payload)).toBe(signatureBase64Url);
  }
});

test('a new identity is 0600 in a private folder and stays the same', async () => {
  const path = join(tempDir(), 'identity', 'companion.json');
  const first = await load(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  const second = await load(path);
  expect(second.deviceId).toBe(first.deviceId);
  expect(second.sign('x')).toBe(first.sign('x'));
  expect(JSON.stringify(first)).not.toContain('PRIVATE');
});

test('two processes that start together end with one identity', async () => {
  const path = join(tempDir(), 'identity.json');
  await Promise.all([load(path), load(path)]);
  const stored = JSON.parse(readFileSync(path, 'utf8'));
  expect((await load(path)).deviceId).toBe(stored.deviceId);
});

test.each([
  ['no JSON', '{'],
  ['another version', JSON.stringify({ version: 2, ...vectorFile(), createdAtMs: 1 })],
  ['a foreign device id', { deviceId: 'f'.repeat(64) }],
  ['an unreadable key', { privateKeyPem: 'secret-looking-text' }],
  ['the public key of another device', { publicKeyPem: otherPublicKey() }],
])('a damaged file (%s) is an error with a hint and stays as it is', async (_what, damage) => {
  const path = writeIdentity(typeof damage === 'string' ? {} : damage);
  if (typeof damage === 'string') writeFileSync(path, damage);
  const before = readFileSync(path, 'utf8');
  const error = await load(path).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'STATE', hint: expect.stringContaining('backup') });
  expect(String(error)).not.toContain('secret-looking-text');
  expect(readFileSync(path, 'utf8')).toBe(before);
});

function otherPublicKey(): string {
  return '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n';
}

test('device tokens are kept per Gateway, device and role, 0600', async () => {
  const path = join(tempDir(), 'identity', 'device-auth.json');
  const tokens = openDeviceTokens(path);
  const key = { url: 'ws://a', deviceId: 'd', role: 'node' } as const;
  expect(await tokens.get(key)).toBe(null);
  await Promise.all([
    tokens.set(key, 'one'),
    tokens.set({ ...key, url: 'ws://b' }, 'two'),
    tokens.set({ ...key, role: 'operator' }, 'three'),
    tokens.set({ ...key, deviceId: 'e' }, 'four'),
  ]);
  const reopened = openDeviceTokens(path);
  expect(await reopened.get(key)).toBe('one');
  expect(await reopened.get({ ...key, url: 'ws://b' })).toBe('two');
  expect(await reopened.get({ ...key, role: 'operator' })).toBe('three');
  expect(await reopened.get({ ...key, deviceId: 'e' })).toBe('four');
  await reopened.remove(key);
  expect(await tokens.get(key)).toBe(null);
  expect(await tokens.get({ ...key, role: 'operator' })).toBe('three');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a damaged token file is an error, is not replaced, and does not block later updates', async () => {
  const path = join(tempDir(), 'device-auth.json');
  writeFileSync(path, '{"version":1,"secret":"t0ken"}', { mode: 0o600 });
  const tokens = openDeviceTokens(path);
  const key = { url: 'ws://a', deviceId: 'd', role: 'node' } as const;
  await expect(tokens.get(key)).rejects.toMatchObject({ code: 'STATE' });
  const failed = await tokens.set(key, 'x').catch((error: unknown) => error);
  expect(String(failed)).not.toContain('t0ken');
  expect(readFileSync(path, 'utf8')).toContain('t0ken');
  writeFileSync(path, '{"version":2,"gateways":{}}');
  await tokens.set(key, 'x');
  expect(await tokens.get(key)).toBe('x');
});
