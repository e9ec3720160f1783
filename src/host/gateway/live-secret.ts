import type { CompanionConfig } from '#core/config.ts';
import { CompanionError } from '#core/errors.ts';
import type { GatewayAuth } from './auth.ts';

/** The shared secret of our own Gateway, as it is now. Never logged. */
export interface LiveSecret {
  /** Another object after every change. */
  current(): GatewayAuth;
  /** From here on only this token is accepted. */
  replace(token: string): void;
}

/** @throws CompanionError STATE when the configuration names no secret for its mode. */
export function createLiveSecret(
  { gateway: { auth } }: CompanionConfig,
  configPath: string,
): LiveSecret {
  let current = secretOf(auth, configPath);
  return {
    current: () => current,
    replace(token) {
      current = { mode: 'token', token };
    },
  };
}

function secretOf(auth: CompanionConfig['gateway']['auth'], configPath: string): GatewayAuth {
  if (auth.mode === 'token' && auth.token) return { mode: 'token', token: auth.token };
  if (auth.mode === 'password' && auth.password) {
    return { mode: 'password', password: auth.password };
  }
  throw new CompanionError('STATE', `${configPath} names no gateway.auth.${auth.mode}`, {
    hint: 'Add it, or remove gateway.auth to get a fresh token.',
  });
}
