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
  'approvals.extend': true,
  'approvals.askAgain': true,
  'pairing.decide': true,
  'history.page': true,
  'history.summary': true,
  'rules.list': true,
  'rules.preview': true,
  'rules.apply': true,
  'rules.undo': true,
  'permissions.list': true,
  'permissions.act': true,
  'connection.get': true,
  'connection.revealToken': true,
  'connection.copyToken': true,
  'connection.rotateToken': true,
  'connection.revoke': true,
  'connection.revokeNode': true,
  'general.get': true,
  'general.set': true,
  'standstill.set': true,
  'pauses.resume': true,
  'logs.tail': true,
  'logs.write': true,
  'logs.export': true,
  'about.get': true,
  'links.open': true,
  'windows.open': true,
  'windows.close': true,
  'app.quit': true,
};

export function isChannel(name: unknown): name is Channel {
  return typeof name === 'string' && Object.hasOwn(names, name);
}

export const snapshotChannel: typeof SnapshotEvent = 'snapshot';
