import { pairingMessages } from '#core/messages-pairing.ts';
import type { KnownDevice, KnownNode } from '#core/pairing/directory.ts';
import { quotable, safe } from '#core/quoted.ts';
import type { ConnectionDesk } from '#host/companion/connection-desk.ts';
import type { LinkState } from '#host/node/types.ts';
import type { Connection } from '#ipc/connection.ts';

type Desk = Pick<ConnectionDesk, 'url' | 'mode' | 'deviceId' | 'links' | 'token'>;

/** The connection pane's facts, safe to show; the token is not among them (IP-08). */
export function shownConnection(
  desk: Desk,
  devices: readonly KnownDevice[] | null,
  nodes: readonly KnownNode[] | null,
): Connection {
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
    nodes: nodes?.map(shownNode) ?? null,
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

function shownNode(node: KnownNode): NonNullable<Connection['nodes']>[number] {
  return {
    nodeId: safe(node.nodeId),
    name: nameOf(node.name),
    platform: safe(node.platform ?? ''),
    isConnected: node.isConnected,
    commands: node.commands.map(safe),
  };
}
