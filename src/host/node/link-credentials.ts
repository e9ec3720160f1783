import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import type { DeviceTokenKey, DeviceTokens } from './device-tokens.ts';
import type { GatewayLinkOptions } from './types.ts';

/** What one attempt proves itself with. */
export interface Credentials {
  /** `auth.token`: the stored device token if there is one, else the shared token. */
  readonly token: string | null;
  readonly password: string | null;
  /** `token` came from the device token store. */
  readonly stored: boolean;
  /** There is a shared secret to fall back to when the stored token is refused. */
  readonly fallback: boolean;
}

/** Secrets of one link: its stored device token and the shared secret of its Gateway. */
export interface LinkCredentials {
  /** Reads both again. Device token first, then the shared token; a password goes along. */
  read(): Promise<Credentials>;
  /** Keeps the token a Gateway issued. */
  issued(token: string): void;
  /** Forgets a stored token the Gateway refused; it is not offered again. */
  refused(token: string | null): void;
}

export function createLinkCredentials(
  key: DeviceTokenKey,
  shared: GatewayLinkOptions['credentials'],
  deps: { readonly tokens: DeviceTokens; readonly log: Logger },
): LinkCredentials {
  let refused: string | null = null;
  // A broken store must not end the connection: the shared secret may still do.
  const storeFailed = (error: unknown) =>
    deps.log.warn('gateway.link.token-store', { error: errorText(error) });

  return {
    async read() {
      let stored: string | null = null;
      try {
        stored = await deps.tokens.get(key);
      } catch (error) {
        storeFailed(error);
      }
      if (stored === refused) stored = null;
      const { token, password } = await shared();
      return {
        token: stored ?? (token || null),
        password: password || null,
        stored: stored !== null,
        fallback: Boolean(token || password),
      };
    },
    issued(token) {
      deps.tokens.set(key, token).catch(storeFailed);
    },
    refused(token) {
      refused = token;
      deps.log.info('gateway.link.token-refused', { url: key.url });
      deps.tokens.remove(key).catch(storeFailed);
    },
  };
}
