import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
} from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { execMacInput } from '#protocol/exec-socket.ts';
import { devicePayload, type SignatureVersion } from '#protocol/gateway-connect.ts';
import golden from '../vectors/handshake-signatures.json' with { type: 'json' };

/** PKCS #8 header of an Ed25519 private key; the 32-byte seed follows. */
const pkcs8Header = Buffer.from('302e020100300506032b657004220420', 'hex');
const privateKey = createPrivateKey({
  key: Buffer.concat([pkcs8Header, Buffer.from(golden.device.seedHex, 'hex')]),
  format: 'der',
  type: 'pkcs8',
});

const cases = [
  ...golden.node.map((row) => ({ ...row, who: 'node', inputs: golden.inputsNode })),
  ...golden.operator.map((row) => ({
    ...row,
    who: 'operator without a token',
    inputs: golden.inputsOperatorNoToken,
  })),
];

describe('golden handshake signatures', () => {
  test('the device id is the SHA-256 of the raw public key', () => {
    const raw = Buffer.from(golden.device.publicKeyRawBase64Url, 'base64url');
    expect(createHash('sha256').update(raw).digest('hex')).toBe(golden.device.deviceId);
    const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
    expect(x).toBe(golden.device.publicKeyRawBase64Url);
  });

  test.each(cases)('$who $version: payload and signature match byte for byte', (row) => {
    const payload = devicePayload(row.version as SignatureVersion, row.inputs);
    expect(payload).toBe(row.payload);
    const signature = sign(null, Buffer.from(payload, 'utf8'), privateKey);
    expect(signature.toString('base64url')).toBe(row.signatureBase64Url);
    expect(
      verify(null, Buffer.from(payload), createPublicKey(golden.device.publicKeyPem), signature),
    ).toBe(true);
  });

  test('v3 trims and lower-cases ASCII only, and writes absent facts as empty', () => {
    const facts = { ...golden.inputsNode, platform: ' Mac\u0130S ', deviceFamily: null };
    expect(devicePayload('v3', facts)).toMatch(/\|mac\u0130s\|$/);
  });

  test('the exec host MAC matches', () => {
    const { token, macInput, hmacSha256Hex, ...message } = golden.execHostHmac;
    expect(execMacInput(message)).toBe(macInput);
    expect(createHmac('sha256', token).update(macInput).digest('hex')).toBe(hmacSha256Hex);
  });
});
