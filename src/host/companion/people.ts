import type { PairingDesk } from '#core/pairing/types.ts';
import type { Cleanup } from '../cleanup.ts';
import { openPairingDesk } from '../node/pairing-desk.ts';
import { systemClock as clock, systemHasher as hasher, systemIds as ids } from '../system.ts';
import { type ConnectionDesk, openConnectionDesk } from './connection-desk.ts';
import type { Connections } from './connections.ts';
import type { Services } from './services.ts';
import type { CompanionOptions } from './types.ts';

/** Who wants to be let in, and who has been. */
export interface People {
  readonly pairing: PairingDesk;
  readonly connection: ConnectionDesk;
}

/** Added to the clean-up last of all: a prompt that closes must not be able to approve. */
export function openPeople(
  { notifier, log }: CompanionOptions,
  { audit }: Services,
  { gateway, links, ownToken }: Connections,
  deviceId: string,
  cleanup: Cleanup,
): People {
  const shared = { audit, clock, ids, hasher, log };
  const pairing = openPairingDesk({ ...shared, notifier, link: links.operator });
  cleanup.add('pairing', () => pairing.stop());
  const connection = openConnectionDesk({
    ...shared,
    gateway,
    links,
    pairing,
    deviceId,
    ownToken,
  });
  cleanup.add('connection', () => connection.stop());
  return { pairing, connection };
}
