import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writePrivateFile } from '#host/store/private-file.ts';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { nodeInvokeParamsSchema } from '#protocol/gateway-nodes.ts';
import { connectAs, helloAs, newTestIdentity, openRaw } from '#support/raw-gateway-client.ts';
import { tempDir } from '#support/temp-dir.ts';
import { startTestGateway, testToken as token } from '#support/test-gateway.ts';

const long = 'x'.repeat(513);

test.each([
  ['displayName', { client: { displayName: long } }],
  ['platform', { client: { platform: long } }],
  ['a scope', { scopes: [long] }],
  ['65 scopes', { scopes: Array.from({ length: 65 }, (_, n) => `scope.${n}`) }],
])('S26: nobody is paired under an endless %s', async (_what, as) => {
  const { url, devices } = await startTestGateway();
  const response = await connectAs(await openRaw(url), {
    token,
    identity: newTestIdentity(),
    ...as,
  });
  expect(response).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
  expect(response.error?.message).toMatch(/must NOT have more than (512 characters|64 items)/);
  expect(devices.list()).toEqual({ pending: [], paired: [] });
});

test('S26: the id of a request, which is kept until its answer, has a limit', async () => {
  const { url } = await startTestGateway();
  const raw = await openRaw(url);
  await helloAs(raw, { token, identity: newTestIdentity(), scopes: ['operator.pairing'] });
  expect(await raw.request('device.pair.list', {}, 'x'.repeat(512))).toMatchObject({ ok: true });
  expect(await raw.request('device.pair.list', {}, long)).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('must NOT have more than 512 characters') },
  });
});

test('S26: so has the key of a call, which is kept for minutes', () => {
  const call = { nodeId: 'n', command: 'system.which' };
  const parsed = (idempotencyKey: string) =>
    nodeInvokeParamsSchema.safeParse({ ...call, idempotencyKey }).success;
  expect([parsed('x'.repeat(512)), parsed(long)]).toEqual([true, false]);
});

test('S26: devices that pair themselves without end leave a file that the next start can read', async () => {
  const stateDir = resolveStateDir(tempDir(), {});
  const { url, devices, gateway } = await startTestGateway({ stateDir });
  const first = newTestIdentity();
  for (let n = 0; n < 270; n += 1) {
    const raw = await openRaw(url);
    const client = { displayName: `${n}`.padEnd(512, 'x') };
    await helloAs(raw, { token, identity: n === 0 ? first : newTestIdentity(), client });
    raw.ws.terminate();
  }
  expect(devices.list().paired).toHaveLength(256);
  await gateway.stop('again');
  expect(statSync(stateDir.devicesPaired).size).toBeLessThan(1024 * 1024);
  const again = await startTestGateway({ stateDir });
  expect(again.devices.list().paired).toHaveLength(256);
  // One that was forgotten comes back as it came.
  await helloAs(await openRaw(again.url), { token, identity: first });
});

test('S26: a file is never made larger than what is read back', async () => {
  const path = `${tempDir()}/big.json`;
  await writePrivateFile(path, 'good');
  await expect(writePrivateFile(path, 'x'.repeat(16 * 1024 * 1024 + 1))).rejects.toMatchObject({
    code: 'STATE',
  });
  expect(statSync(path).size).toBe(4);
});
