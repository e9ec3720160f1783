import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkDeviceProof } from '#host/gateway/device-proof.ts';
import type { ConnectParams } from '#protocol/gateway-connect.ts';

const inputsSchema = z.looseObject({
  clientId: z.literal('openclaw-macos'),
  clientMode: z.enum(['node', 'ui']),
  role: z.string(),
  scopes: z.array(z.string()),
  signedAtMs: z.number(),
  token: z.string().nullable(),
  nonce: z.string(),
  platform: z.string(),
  deviceFamily: z.string(),
});
const signaturesSchema = z.array(
  z.looseObject({ version: z.string(), signatureBase64Url: z.string() }),
);
const golden = z
  .looseObject({
    device: z.looseObject({
      deviceId: z.string(),
      publicKeyRawBase64Url: z.string(),
      publicKeyPem: z.string(),
    }),
    inputsNode: inputsSchema,
    node: signaturesSchema,
    inputsOperatorNoToken: inputsSchema,
    operator: signaturesSchema,
  })
  .parse(
    JSON.parse(
      readFileSync(new URL('../../vectors/handshake-signatures.json', import.meta.url), 'utf8'),
    ),
  );

function check(inputs: z.infer<typeof inputsSchema>, signature: string, publicKey: string) {
  const device = {
    id: golden.device.deviceId,
    publicKey,
    signature,
    signedAt: inputs.signedAtMs,
    nonce: inputs.nonce,
  };
  const params: ConnectParams = {
    minProtocol: 3,
    maxProtocol: 3,
    client: {
      id: inputs.clientId,
      version: '1',
      mode: inputs.clientMode,
      platform: inputs.platform,
      deviceFamily: inputs.deviceFamily,
    },
    role: inputs.role,
    scopes: inputs.scopes,
    ...(inputs.token === null ? {} : { auth: { token: inputs.token } }),
    device,
  };
  return checkDeviceProof(params, device, { nonce: inputs.nonce, nowMs: inputs.signedAtMs });
}

const cases = [
  ...golden.node.map((one) => ({ ...one, who: 'node', inputs: golden.inputsNode })),
  ...golden.operator.map((one) => ({
    ...one,
    who: 'operator',
    inputs: golden.inputsOperatorNoToken,
  })),
];

describe('device proof against the golden signatures (gateway §3.4)', () => {
  const raw = golden.device.publicKeyRawBase64Url;

  it.each(cases)('$who $version', ({ version, inputs, signatureBase64Url }) => {
    const expected =
      version === 'v1'
        ? { ok: false, why: 'device signature invalid' }
        : { ok: true, publicKey: raw };
    expect(check(inputs, signatureBase64Url, raw)).toEqual(expected);
    expect(check(inputs, signatureBase64Url, golden.device.publicKeyPem)).toEqual(expected);
    const standard = Buffer.from(signatureBase64Url, 'base64url').toString('base64');
    expect(check(inputs, standard, raw)).toEqual(expected);
  });

  it('refuses a signature with one bit changed, cut or empty, without throwing', () => {
    const good = Buffer.from(golden.node[1]?.signatureBase64Url ?? '', 'base64url');
    const flipped = Buffer.from(good);
    flipped[10] = (flipped[10] ?? 0) ^ 1;
    for (const bad of [flipped, good.subarray(1), Buffer.alloc(0), Buffer.alloc(64)]) {
      expect(check(golden.inputsNode, bad.toString('base64url'), raw)).toEqual({
        ok: false,
        why: 'device signature invalid',
      });
    }
  });
});
