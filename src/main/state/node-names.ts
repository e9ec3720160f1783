import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import type { ConnectionDesk } from '#host/companion/connection-desk.ts';

export interface NodeNamesDeps {
  readonly connection: Pick<ConnectionDesk, 'nodes' | 'onChange'>;
  /** The names are others now. */
  readonly changed: () => void;
  readonly log: Logger;
}

/** Names of the connected nodes, for the menu: asked for after every change, never in between. */
export interface NodeNames {
  current(): readonly string[];
  close(): void;
}

export function followNodeNames({ connection, changed, log }: NodeNamesDeps): NodeNames {
  let names: readonly string[] = [];
  let turn = 0;
  const look = async (): Promise<void> => {
    turn += 1;
    const mine = turn;
    try {
      const nodes = (await connection.nodes()) ?? [];
      if (mine !== turn) return;
      const now = nodes
        .filter((node) => node.isConnected)
        .map(({ name, nodeId }) => name ?? nodeId);
      if (JSON.stringify(now) === JSON.stringify(names)) return;
      names = now;
      changed();
    } catch (error) {
      log.debug('tray.nodes.failed', { error: errorText(error) });
    }
  };
  const stop = connection.onChange(() => void look());
  void look();
  return {
    current: () => names,
    close() {
      turn += 1;
      stop();
    },
  };
}
