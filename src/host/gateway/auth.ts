import { CompanionError } from '#core/errors.ts';
import type { AuthThrottle } from '#core/gateway/auth-throttle.ts';
import type { DeviceClaim } from '#core/gateway/pairing.ts';
import type { ConnectParams } from '#protocol/gateway-connect.ts';
import type { GatewayError } from '#protocol/gateway-frames.ts';
import type { DeviceRegistry } from './device-registry.ts';
import { secretsEqual } from './secrets.ts';

/** The shared secret of this Gateway (gateway §3.3). There is no mode without one. */
export type GatewayAuth =
  | { readonly mode: 'token'; readonly token: string }
  | { readonly mode: 'password'; readonly password: string };

export interface Authenticator {
  /**
   * Checks the shared secret, then the device token of a proven device. Counts against the throttle
   * before it compares anything (S3).
   */
  check(params: ConnectParams, address: string, claim: DeviceClaim | null): AuthVerdict;
}

export type AuthVerdict =
  | { readonly ok: false; readonly error: GatewayError }
  | {
      readonly ok: true;
      /** False once the shared secret that let it in has been replaced. */
      readonly holds: () => boolean;
    };

/**
 * @param secret the present one, read at every check.
 * @throws CompanionError STATE when the secret is empty.
 */
export function createAuthenticator(
  secret: () => GatewayAuth,
  devices: DeviceRegistry,
  throttle: AuthThrottle,
): Authenticator {
  requireSecret(secret());
  return {
    check(params, address, claim) {
      const auth = secret();
      const presented = params.auth?.[auth.mode] ?? '';
      const deviceToken = claim ? (params.auth?.token ?? '') : '';
      const mode = params.client.mode;
      if (presented === '' && deviceToken === '')
        return refused(unauthorized(auth, 'missing', mode));

      // A device that proved its key has a window of its own: strangers cannot use it up.
      const paired = claim !== null && devices.isPaired(claim.deviceId, claim.publicKey);
      const attempt = throttle.attempt(paired ? `device:${claim.deviceId}` : `peer:${address}`);
      if (!attempt.allowed) return refused(tooManyAttempts(attempt.retryAfterMs));

      const bySecret = secretsEqual(textOf(auth), presented);
      const accepted =
        bySecret ||
        (claim !== null && deviceToken !== '' && devices.acceptsToken(claim, deviceToken));
      if (!accepted) {
        return refused(unauthorized(auth, presented === '' ? 'missing' : 'mismatch', mode));
      }
      attempt.succeeded();
      return { ok: true, holds: () => !bySecret || secret() === auth };
    },
  };
}

function textOf(auth: GatewayAuth): string {
  return auth.mode === 'token' ? auth.token : auth.password;
}

function requireSecret(auth: GatewayAuth): void {
  if (textOf(auth) !== '') return;
  throw new CompanionError('STATE', `the gateway has no ${auth.mode} to ask for`, {
    hint: `Set gateway.auth.${auth.mode} in config.json.`,
  });
}

function refused(error: GatewayError): AuthVerdict {
  return { ok: false, error };
}

function unauthorized(
  { mode }: GatewayAuth,
  what: 'missing' | 'mismatch',
  clientMode: string,
): GatewayError {
  return {
    code: 'INVALID_REQUEST',
    message: `unauthorized: gateway ${mode} ${what} (${hint(mode, clientMode)})`,
  };
}

function hint(mode: GatewayAuth['mode'], clientMode: string): string {
  return clientMode === 'cli'
    ? `set gateway.remote.${mode} to match gateway.auth.${mode}`
    : `provide gateway auth ${mode}`;
}

function tooManyAttempts(retryAfterMs: number): GatewayError {
  return {
    code: 'INVALID_REQUEST',
    message: `unauthorized: too many failed attempts (retry in ${Math.ceil(retryAfterMs / 1_000)} s)`,
    details: { code: 'AUTH_RATE_LIMITED' },
    retryable: true,
    retryAfterMs,
  };
}
