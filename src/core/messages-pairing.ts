import type { PairingKind, PairingRequest } from './pairing/types.ts';
import { claimed, quoted, safe } from './quoted.ts';

/**
 * Words about devices and nodes that want to be let in, and about what becomes of them (D16).
 * Parameters are raw; what comes from others is made safe to show in here.
 */

const things: Readonly<Record<PairingKind, string>> = { device: 'Device', node: 'Node' };

/** Rights of an operator, as far as we know them (gateway §6). */
const scopes: Readonly<Record<string, string>> = {
  'operator.admin':
    'It may do everything: run commands, answer in your place, change settings, let others in.',
  'operator.approvals': 'It may answer requests in your place, and so allow commands.',
  'operator.pairing': 'It may let other devices in, and shut them out.',
  'operator.write': 'It may send commands to your nodes and messages to your agents.',
  'operator.read': 'It may read what your agents and nodes do.',
};

/** Widest first: the sentence that matters most is read first. */
const scopeOrder = Object.keys(scopes);

function rightsOf(asked: readonly string[]): readonly string[] {
  const known = scopeOrder.filter((scope) => asked.includes(scope));
  const unknown = asked.filter((scope) => !Object.hasOwn(scopes, scope));
  return [
    ...known.map((scope) => scopes[scope] ?? ''),
    ...unknown.map((scope) => `It gets the right ${quoted(scope)}, which is not known here.`),
  ];
}

const nodeRole = 'It becomes a node: agents may run on it what it offers.';

/** What its roles mean together: its rights are the same in each of them. */
function rolesMean(roles: readonly string[], asked: readonly string[]): readonly string[] {
  const others = roles.filter((role) => role !== 'node');
  const rights = others.length > 0 ? rightsOf(asked) : [];
  const isBare = others.includes('operator') && rights.length === 0;
  return [
    ...others
      .filter((role) => role !== 'operator')
      .map((role) => `It gets the role ${quoted(role)}, not known here.`),
    ...rights,
    ...(isBare ? ['It may connect, and gets no right beyond that.'] : []),
    ...(others.length < roles.length ? [nodeRole] : []),
  ];
}

/** What approving means, one sentence each. */
function means({ kind, roles, scopes: asked, isRepair }: PairingRequest): readonly string[] {
  const repair = isRepair
    ? ['It was let in before. Now it asks for more, or comes with another key.']
    : [];
  // A Gateway takes who names no role for an operator (gateway §3.1).
  const wanted = roles.length === 0 ? ['operator'] : roles;
  return [...repair, ...(kind === 'node' ? [nodeRole] : rolesMean(wanted, asked))];
}

const nameOf = ({ name, subjectId }: PairingRequest): string =>
  `${name === null ? 'without a name' : claimed(name)}, ${safe(subjectId)}`;

export const pairingMessages = {
  title: (kind: PairingKind): string => (kind === 'device' ? 'Let a device in?' : 'Let a node in?'),
  means,
  labels: {
    name: 'Name',
    id: { device: 'Device ID', node: 'Node ID' },
    platform: 'Platform',
    client: 'Program',
    address: 'Address',
    roles: 'Role',
    scopes: 'Rights',
    commands: 'Commands',
  },
  noName: 'it gave none',
  noRights: 'none',
  /** Shown while something waits; the notification itself answers nothing (AP-14). */
  announcement: {
    title: (kind: PairingKind): string => `${things[kind]} asks to be let in`,
    body: (request: PairingRequest): string =>
      `${request.name === null ? 'It gave no name' : claimed(request.name)}. It stays out until you answer.`,
  },
  /** Somebody else answered (app-features §9). */
  elsewhere: {
    title: (kind: PairingKind, decision: 'approved' | 'rejected'): string =>
      `${things[kind]} pairing ${decision}`,
    body: (request: PairingRequest): string => `${nameOf(request)}. Answered elsewhere.`,
  },
  audit: {
    approve: (request: PairingRequest): string => `Let in a ${request.kind}: ${nameOf(request)}`,
    reject: (request: PairingRequest): string =>
      `Turned away a ${request.kind}: ${nameOf(request)}`,
    revoke: (deviceId: string, role: string): string =>
      `Revoked the ${safe(role)} token of the device ${safe(deviceId)}`,
    removeNode: (nodeId: string): string => `Removed the pairing of the node ${safe(nodeId)}`,
    rotate: 'Replaced the token of the Gateway',
    confirmed: 'confirmed by the Gateway',
    unconfirmed: (why: string): string => `sent, but not confirmed by the Gateway: ${safe(why)}`,
  },
  /** Of one connection to the Gateway. */
  link: {
    notConnected: (why: string): string => `Not connected: ${safe(why)}. It keeps trying.`,
    connecting: 'Connecting.',
  },
  unreadable: 'The Gateway sent a list that cannot be read. Nothing was answered.',
  stopping: 'The companion is stopping. Nothing was answered.',
  ownNode:
    'This is the node of this companion itself. It cannot be revoked here; quit the companion to take it away.',
  noOwnToken: 'The Gateway in use has no token that this companion could show or replace.',
} as const;
