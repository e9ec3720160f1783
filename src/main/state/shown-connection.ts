import { pairingMessages } from '#core/messages-pairing.ts';
import type { KnownDevice } from '#core/pairing/directory.ts';
import type { LetInNode } from '#core/pairing/node-ways.ts';
import { quotable, safe } from '#core/quoted.ts';
import type { ConnectionDesk } from '#host/companion/connection-desk.ts';
import type { LetIn } from '#host/companion/let-in.ts';
import type { LinkState } from '#host/node/types.ts';
import type { Connection } from '#ipc/connection.ts';

type Desk = Pick<ConnectionDesk, 'url' | 'mode' | 'deviceId' | 'links' | 'token'>;

/** The connection pane's facts, safe to show; the token is not among them (IP-08). */
export function shownConnection(desk: Desk, { devices, nodes }: LetIn): Connection {
  const { node, operator } = desk.links();
  return {
    gateway: {
      url: safe(desk.url),
      mode: desk.mode,
      node: node.kind === 'connected',
      operator: operator.kind === 'connected',
      problem: problemOf(node) ?? problemOf(operator),
    },
    hasToken: desk.token() !== null,
    devices: devices?.map((device) => shownDevice(device, desk.deviceId)) ?? null,
    nodes: nodes?.map((node) => shownNode(node, desk.deviceId)) ?? null,
  };
}

function problemOf(state: LinkState): string | null {
  const { notConnected, connecting } = pairingMessages.link;
  if (state.kind === 'connected') return null;
  return state.kind === 'waiting' ? notConnected(state.why) : connecting;
}

/** Names are what their bearers call themselves: the page quotes them. */
const nameOf = (name: string | null): string => (name === null ? '' : quotable(name));

function shownDevice(
  { deviceId, name, platform, approvedAtMs, roles }: KnownDevice,
  ownDeviceId: string,
): NonNullable<Connection['devices']>[number] {
  return {
    deviceId: safe(deviceId),
    name: nameOf(name),
    platform: safe(platform ?? ''),
    approvedAtMs,
    isThisCompanion: deviceId === ownDeviceId,
    roles: roles.map((one) => ({
      ...one,
      role: safe(one.role),
      scopes: one.scopes.map(safe),
    })),
  };
}

function shownNode(node: LetInNode, ownDeviceId: string): NonNullable<Connection['nodes']>[number] {
  const isThisCompanion = node.nodeId === ownDeviceId;
  return {
    id: node.nodeId,
    nodeId: safe(node.nodeId),
    name: nameOf(node.name),
    platform: safe(node.platform ?? ''),
    isConnected: node.isConnected,
    commands: node.commands.map(safe),
    isThisCompanion,
    canRevoke: !isThisCompanion && node.ways.length > 0,
  };
}
