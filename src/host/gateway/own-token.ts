import type { Ids, Logger } from '#core/ports.ts';
import { replaceGatewayToken } from '#host/store/config-store.ts';
import { createSerialQueue } from '#host/store/serial-queue.ts';
import type { Gateway } from './gateway.ts';
import type { LiveSecret } from './live-secret.ts';

/** The token that opens our own Gateway. */
export interface OwnToken {
  /** Null in password mode. A secret: for the eyes of a person, never for a log. */
  current(): string | null;
  /**
   * Makes a new one. From then on the old one opens nothing, and who came in with it is out; devices
   * keep the tokens of their own.
   * @throws CompanionError STATE when the configuration cannot be written: then nothing changes.
   */
  replace(): Promise<void>;
}

export interface OwnTokenDeps {
  readonly secret: LiveSecret;
  readonly gateway: Pick<Gateway, 'closeOutdated'>;
  readonly configPath: string;
  readonly ids: Ids;
  readonly log: Logger;
  /** Our own connections: cutting them would end the commands that run through them. */
  readonly isOwnConnection: (connId: string) => boolean;
}

export function createOwnToken(deps: OwnTokenDeps): OwnToken {
  const { secret, gateway, configPath, ids, log } = deps;
  const turns = createSerialQueue();
  return {
    current() {
      const auth = secret.current();
      return auth.mode === 'token' ? auth.token : null;
    },
    replace: () =>
      turns.run(async () => {
        secret.replace(await replaceGatewayToken(configPath, ids));
        gateway.closeOutdated((session) => deps.isOwnConnection(session.connId));
        log.info('gateway.token.replaced');
      }),
  };
}
