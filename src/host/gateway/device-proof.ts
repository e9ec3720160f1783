import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type ConnectParams, type DeviceProof, devicePayload } from '#protocol/gateway-connect.ts';

/** How far `signedAt` may be from our clock, both ways (gateway §3.2 row 10). */
const signatureLifeMs = 600_000;

/** DER head of an Ed25519 SubjectPublicKeyInfo; the raw key follows (RFC 8410). */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');
const rawKeyBytes = 32;

export type DeviceCheck =
  /** `publicKey`: the proven key, raw base64url. */
  { readonly ok: true; readonly publicKey: string } | { readonly ok: false; readonly why: string };

/**
 * Rows 9–13 of gateway §3.2. The nonce is mandatory, so v1 signatures are not accepted
 * (gateway §3.4, recommended server rule).
 */
export function checkDeviceProof(
  params: ConnectParams,
  device: DeviceProof,
  challenge: { readonly nonce: string; readonly nowMs: number },
): DeviceCheck {
  const raw = rawKey(device.publicKey);
  if (!raw || createHash('sha256').update(raw).digest('hex') !== device.id) {
    return refuse('device identity mismatch');
  }
  const key = ed25519(raw);
  if (!key) return refuse('device public key invalid');
  if (Math.abs(challenge.nowMs - device.signedAt) > signatureLifeMs) {
    return refuse('device signature expired');
  }
  if (device.nonce === undefined) return refuse('device nonce required');
  if (device.nonce !== challenge.nonce) return refuse('device nonce mismatch');
  if (!signatureHolds(params, device, key)) return refuse('device signature invalid');
  return { ok: true, publicKey: raw.toString('base64url') };
}

function refuse(why: string): DeviceCheck {
  return { ok: false, why };
}

function signatureHolds(params: ConnectParams, device: DeviceProof, key: KeyObject): boolean {
  const signature = Buffer.from(device.signature, 'base64');
  const fields = {
    deviceId: device.id,
    clientId: params.client.id,
    clientMode: params.client.mode,
    role: params.role ?? 'operator',
    scopes: params.scopes ?? [],
    signedAtMs: device.signedAt,
    token: params.auth?.token ?? null,
    nonce: device.nonce ?? null,
    platform: params.client.platform,
    deviceFamily: params.client.deviceFamily ?? null,
  };
  return (['v2', 'v3'] as const).some((version) =>
    verify(null, Buffer.from(devicePayload(version, fields), 'utf8'), key, signature),
  );
}

/** Key bytes of raw base64url, or of a PEM. */
function rawKey(text: string): Buffer | null {
  if (!text.includes('BEGIN')) return Buffer.from(text, 'base64url');
  try {
    const { x } = createPublicKey(text).export({ format: 'jwk' });
    return x === undefined ? null : Buffer.from(x, 'base64url');
  } catch {
    // Not a public key in PEM: the caller refuses it.
    return null;
  }
}

function ed25519(raw: Buffer): KeyObject | null {
  if (raw.length !== rawKeyBytes) return null;
  return createPublicKey({ key: Buffer.concat([spkiHead, raw]), format: 'der', type: 'spki' });
}
