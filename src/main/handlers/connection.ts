import type { Clipboard } from 'electron';
import { CompanionError, errorText } from '#core/errors.ts';
import { pairingMessages } from '#core/messages-pairing.ts';
import type { Logger } from '#core/ports.ts';
import type { ConnectionDesk } from '#host/companion/connection-desk.ts';
import type { Handlers } from '#ipc/router.ts';
import { shownConnection } from '../state/shown-connection.ts';

export interface ConnectionHandlersDeps {
  readonly connection: ConnectionDesk;
  readonly clipboard: Pick<Clipboard, 'writeText'>;
  /** Name of the person at this computer, for the audit. */
  readonly who: string | null;
  readonly log: Logger;
}

type ConnectionChannel = Extract<keyof Handlers, `connection.${string}`>;

/** The Gateway of the settings window. The token leaves only when a person asks for it (IP-08). */
export function connectionHandlers(
  deps: ConnectionHandlersDeps,
): Pick<Handlers, ConnectionChannel> {
  const { connection, clipboard, who, log } = deps;
  const person = { surface: 'window', who } as const;
  const token = (): string => {
    const present = connection.token();
    if (present === null) throw new CompanionError('UNAVAILABLE', pairingMessages.noOwnToken);
    return present;
  };
  return {
    async 'connection.get'() {
      return shownConnection(connection, await connection.letIn());
    },
    'connection.revealToken': token,
    async 'connection.copyToken'() {
      try {
        await clipboard.writeText(token());
        return true;
      } catch (error) {
        if (error instanceof CompanionError) throw error;
        log.warn('clipboard.failed', { error: errorText(error) });
        return false;
      }
    },
    async 'connection.rotateToken'() {
      await connection.replaceToken(person);
      return null;
    },
    'connection.revoke': (target) => connection.revoke(target, person),
    'connection.revokeNode': ({ id }) => connection.revokeNode(id, person),
  };
}
