import type { Channel, snapshotEvent as SnapshotEvent } from './contract.ts';

/**
 * Names of the contract without its schemas, so that the preload script, which runs before every
 * page, does not carry a schema library. The types below make the compiler keep both lists equal.
 */
const names: Readonly<Record<Channel, true>> = {
  'snapshot.get': true,
  'approvals.decide': true,
  'approvals.denyMany': true,
  'approvals.copy': true,
  'windows.open': true,
  'windows.close': true,
  'app.quit': true,
};

export function isChannel(name: unknown): name is Channel {
  return typeof name === 'string' && Object.hasOwn(names, name);
}

export const snapshotChannel: typeof SnapshotEvent = 'snapshot';
