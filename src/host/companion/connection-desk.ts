import type { DecidedBy } from '#core/approvals/types.ts';
import { CompanionError, errorText } from '#core/errors.ts';
import { pairingMessages } from '#core/messages-pairing.ts';
import type { PairingDesk } from '#core/pairing/types.ts';
import type { AuditLog, Clock, Ids, Logger } from '#core/ports.ts';
import { newTokenRow } from '../audit/connection-rows.ts';
import type { GatewayInUse } from '../gateway/attach.ts';
import type { OwnToken } from '../gateway/own-token.ts';
import type { CompanionLinks } from '../node/companion-links.ts';
import type { LinkState } from '../node/types.ts';
import { createLetInReader, type LetInReader } from './let-in.ts';
import { createShutOut, type ShutOut } from './shut-out.ts';

/** The Gateway in use, and who may talk to it: for the person at this computer. */
export interface ConnectionDesk extends ShutOut {
  readonly url: string;
  readonly mode: GatewayInUse['mode'];
  /** Our own device, as the Gateway knows it. */
  readonly deviceId: string;
  /** Both connections, as they are now. */
  links(): { readonly node: LinkState; readonly operator: LinkState };
  /** Null: the Gateway could not be asked. */
  devices: LetInReader['devices'];
  nodes: LetInReader['nodes'];
  letIn: LetInReader['all'];
  /** The token of our own Gateway; null for a Gateway that is not ours, and in password mode. */
  token(): string | null;
  /** @throws CompanionError UNAVAILABLE where there is no token of ours; STATE when nothing changed. */
  replaceToken(by: DecidedBy): Promise<void>;
  /** Rises when any of this may have changed. */
  mark(): number;
  /** Told when {@link mark} has risen; returns the function that stops it. */
  onChange(listener: () => void): () => void;
}

export interface ConnectionDeskDeps {
  readonly gateway: Pick<GatewayInUse, 'url' | 'mode'>;
  readonly links: Pick<CompanionLinks, 'node' | 'operator'>;
  readonly pairing: Pick<PairingDesk, 'onChange'>;
  readonly deviceId: string;
  /** Null for a Gateway that is not ours. */
  readonly ownToken: OwnToken | null;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

/** Gateways tell `health` when somebody came and `presence` when somebody left (gateway §5). */
const news: ReadonlySet<string> = new Set([
  'health',
  'presence',
  'device.pair.resolved',
  'node.pair.resolved',
]);

/** The returned `stop` ends its listening. */
export function openConnectionDesk(deps: ConnectionDeskDeps): ConnectionDesk & { stop(): void } {
  const { gateway, links, deviceId, ownToken, log } = deps;
  const { mark, changed, onChange, stop } = createMark(deps);

  const letIn = createLetInReader({ operator: links.operator, log });
  const deed = (by: DecidedBy) => ({ by, atMs: deps.clock.now(), requestId: deps.ids.uuid() });
  const shutOut = createShutOut({
    operator: links.operator,
    letIn,
    deviceId,
    deed,
    done(row) {
      deps.audit.record(row);
      changed();
    },
  });

  return {
    url: gateway.url,
    mode: gateway.mode,
    deviceId,
    links: () => ({ node: links.node.state, operator: links.operator.state }),
    devices: letIn.devices,
    nodes: letIn.nodes,
    letIn: letIn.all,
    ...shutOut,
    token: () => ownToken?.current() ?? null,
    async replaceToken(by) {
      if (ownToken === null || ownToken.current() === null) {
        throw new CompanionError('UNAVAILABLE', pairingMessages.noOwnToken);
      }
      await ownToken.replace();
      deps.audit.record(newTokenRow(deed(by)));
      changed();
    },
    mark,
    onChange,
    stop,
  };
}

function createMark({ links, pairing, log }: ConnectionDeskDeps) {
  const listeners = new Set<() => void>();
  let mark = 0;
  const changed = (): void => {
    mark += 1;
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        // What was done stays done, whoever could not be told.
        log.error('connection.listener', { error: errorText(error) });
      }
    }
  };
  const stops = [
    links.node.onState(changed),
    links.operator.onState(changed),
    links.operator.onEvent(({ event }) => {
      if (news.has(event)) changed();
    }),
    pairing.onChange(changed),
  ];
  return {
    mark: () => mark,
    changed,
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop() {
      for (const one of stops) one();
      listeners.clear();
    },
  };
}
