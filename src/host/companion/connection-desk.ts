import type { DecidedBy } from '#core/approvals/types.ts';
import { CompanionError, errorText } from '#core/errors.ts';
import { pairingMessages } from '#core/messages-pairing.ts';
import {
  type KnownDevice,
  type KnownNode,
  readDevices,
  readNodes,
} from '#core/pairing/directory.ts';
import type { PairingDesk } from '#core/pairing/types.ts';
import type { AuditLog, Clock, Ids, Logger } from '#core/ports.ts';
import { newTokenRow, revocationRow } from '../audit/connection-rows.ts';
import type { GatewayInUse } from '../gateway/attach.ts';
import type { OwnToken } from '../gateway/own-token.ts';
import type { CompanionLinks } from '../node/companion-links.ts';
import type { LinkState } from '../node/types.ts';

/** The Gateway in use, and who may talk to it: for the person at this computer. */
export interface ConnectionDesk {
  readonly url: string;
  readonly mode: GatewayInUse['mode'];
  /** Our own device, as the Gateway knows it. */
  readonly deviceId: string;
  /** Both connections, as they are now. */
  links(): { readonly node: LinkState; readonly operator: LinkState };
  /** Null: the Gateway could not be asked. */
  devices(): Promise<readonly KnownDevice[] | null>;
  nodes(): Promise<readonly KnownNode[] | null>;
  /**
   * Takes a device's token away; its connections end. Never our own.
   * @returns false when there is no such token.
   * @throws CompanionError UNREACHABLE, TIMEOUT, or what the Gateway said.
   */
  revoke(target: { deviceId: string; role: string }, by: DecidedBy): Promise<boolean>;
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

const askMs = 6_000;

/** The returned `stop` ends its listening. */
export function openConnectionDesk(deps: ConnectionDeskDeps): ConnectionDesk & { stop(): void } {
  const { gateway, links, deviceId, ownToken, log } = deps;
  const { mark, changed, onChange, stop } = createMark(deps);

  const ask = async <T>(method: string, read: (answer: unknown) => T | null): Promise<T | null> => {
    try {
      const list = read(await links.operator.request(method, {}, { timeoutMs: askMs }));
      if (list === null) log.warn('connection.list.unreadable', { method });
      return list;
    } catch (error) {
      // What is known of the connection itself is shown all the same.
      log.debug('connection.list.failed', { method, error: errorText(error) });
      return null;
    }
  };
  const deed = (by: DecidedBy) => ({ by, atMs: deps.clock.now(), requestId: deps.ids.uuid() });

  return {
    url: gateway.url,
    mode: gateway.mode,
    deviceId,
    links: () => ({ node: links.node.state, operator: links.operator.state }),
    devices: () => ask('device.pair.list', readDevices),
    nodes: () => ask('node.list', readNodes),
    async revoke(target, by) {
      if (target.deviceId === deviceId || !(await revoked(links.operator, target))) return false;
      deps.audit.record(revocationRow(target.deviceId, target.role, deed(by)));
      changed();
      return true;
    },
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

async function revoked(
  operator: CompanionLinks['operator'],
  { deviceId, role }: { readonly deviceId: string; readonly role: string },
): Promise<boolean> {
  try {
    await operator.request('device.token.revoke', { deviceId, role }, { timeoutMs: askMs });
    return true;
  } catch (error) {
    const isUnknown = error instanceof CompanionError && /unknown deviceid/i.test(error.message);
    if (isUnknown) return false;
    throw error;
  }
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
