import { CompanionError, type CompanionErrorCode } from '#core/errors.ts';
import { type ConnectParams, devicePayload } from '#protocol/gateway-connect.ts';
import { type GatewayError, gatewayProtocol } from '#protocol/gateway-frames.ts';
import type { Credentials } from './link-credentials.ts';
import type { Advertisement, GatewayLinkOptions } from './types.ts';

/** The `connect` of gateway §3.1, signed v2 over the nonce of this connection. */
export function connectParams(
  options: GatewayLinkOptions,
  advertisement: Advertisement,
  credentials: Credentials,
  challenge: { readonly nonce: string; readonly signedAtMs: number },
): ConnectParams {
  const { client, identity, role, scopes } = options;
  const { token, password } = credentials;
  const signed = devicePayload('v2', {
    deviceId: identity.deviceId,
    clientId: client.id,
    clientMode: client.mode,
    role,
    scopes,
    signedAtMs: challenge.signedAtMs,
    token,
    nonce: challenge.nonce,
    platform: null,
    deviceFamily: null,
  });
  return {
    minProtocol: gatewayProtocol,
    maxProtocol: gatewayProtocol,
    client,
    caps: [...advertisement.caps],
    commands: [...advertisement.commands],
    ...(Object.keys(advertisement.permissions).length === 0
      ? {}
      : { permissions: { ...advertisement.permissions } }),
    ...(options.pathEnv === undefined ? {} : { pathEnv: options.pathEnv }),
    role,
    scopes: [...scopes],
    device: {
      id: identity.deviceId,
      publicKey: identity.publicKey,
      signature: identity.sign(signed),
      signedAt: challenge.signedAtMs,
      nonce: challenge.nonce,
    },
    ...(token === null && password === null
      ? {}
      : {
          auth: {
            ...(token === null ? {} : { token }),
            ...(password === null ? {} : { password }),
          },
        }),
  };
}

/** The secret itself was refused; a throttled client (`retryAfterMs`) was not judged at all. */
export function isCredentialRefusal(error: GatewayError): boolean {
  if (error.retryAfterMs !== undefined) return false;
  return /^unauthorized\b/i.test(error.message) || detailsCode(error).startsWith('AUTH_');
}

/** One sentence for `status`: why the Gateway did not let us in. */
export function refusalText(error: GatewayError): string {
  const requestId = detail(error, 'requestId');
  if (error.code === 'NOT_PAIRED' && requestId !== null) {
    return `${error.message}: approve request ${requestId} at the Gateway`;
  }
  return `refused: ${error.message}`;
}

const knownCodes: Readonly<Record<string, CompanionErrorCode>> = {
  INVALID_REQUEST: 'INVALID_REQUEST',
  NOT_PAIRED: 'NOT_PAIRED',
  AGENT_TIMEOUT: 'TIMEOUT',
};

/** The peer's error as ours; message and details stay as they came. */
export function peerError(error: GatewayError | undefined, method: string): CompanionError {
  if (!error) return new CompanionError('UNAVAILABLE', `${method} failed without an error`);
  return new CompanionError(knownCodes[error.code] ?? 'UNAVAILABLE', error.message, {
    details: error.details,
  });
}

function detailsCode(error: GatewayError): string {
  return detail(error, 'code') ?? '';
}

function detail(error: GatewayError, key: string): string | null {
  const { details } = error;
  if (typeof details !== 'object' || details === null) return null;
  const value: unknown = Reflect.get(details, key);
  return typeof value === 'string' ? value : null;
}
