import { allowedCommands, type CommandLists } from '#core/gateway/command-policy.ts';
import type { NodeInfo } from '#protocol/gateway-nodes.ts';
import type { Session } from './types.ts';

/** A device that is paired for role `node`, connected or not. */
export interface PairedNode {
  readonly nodeId: string;
  /** Name given by `node.rename`; wins over what the client calls itself. */
  readonly givenName: string | null;
  readonly displayName: string | null;
  readonly platform: string | null;
  readonly remoteIp: string | null;
}

/** What the pairing store knows about nodes. In memory: no file is read on a request. */
export interface NodeDirectory {
  pairedNodes(): readonly PairedNode[];
  /** Durable before it resolves; false when the device is not paired. */
  rename(nodeId: string, displayName: string): Promise<boolean>;
  /** Calls back after every change of `pairedNodes`; returns the unsubscribe function. */
  onChange(listener: () => void): () => void;
}

export interface ConnectedNode {
  readonly nodeId: string;
  readonly session: Session;
  /** Commands of its platform after `allowCommands` and `denyCommands`. */
  readonly allowed: ReadonlySet<string>;
  /** Declared and allowed, sorted. */
  readonly commands: readonly string[];
}

export interface NodeRegistry {
  register(session: Session): ConnectedNode;
  /** True when the node went offline: a newer connection of the same identity stays (gateway §8). */
  unregister(session: Session): boolean;
  get(nodeId: string): ConnectedNode | undefined;
  /** Connected first, then by name. The same array until something changes. */
  list(): readonly NodeInfo[];
  describe(nodeId: string): NodeInfo | undefined;
  /** False for an unknown node. */
  rename(nodeId: string, displayName: string): Promise<boolean>;
  stop(): void;
}

export interface NodeRegistryDeps {
  readonly directory: NodeDirectory;
  /** `gateway.nodes.allowCommands` and `denyCommands`, read when a node connects. */
  readonly commandLists: () => CommandLists;
}

/** device.id where the handshake proved one, else client.id (gateway §8). */
export function nodeIdOf(session: Session): string {
  return session.deviceId ?? session.client.id;
}

export function createNodeRegistry(deps: NodeRegistryDeps): NodeRegistry {
  const connected = new Map<string, ConnectedNode>();
  let view: { list: readonly NodeInfo[]; byId: ReadonlyMap<string, NodeInfo> } | null = null;
  const invalidate = (): void => {
    view = null;
  };
  const unsubscribe = deps.directory.onChange(invalidate);

  const current = () => {
    view ??= buildView(connected, deps.directory.pairedNodes());
    return view;
  };

  return {
    register(session) {
      const node = toNode(session, deps.commandLists());
      connected.set(node.nodeId, node);
      invalidate();
      return node;
    },
    unregister(session) {
      const nodeId = nodeIdOf(session);
      if (connected.get(nodeId)?.session !== session) return false;
      connected.delete(nodeId);
      invalidate();
      return true;
    },
    get: (nodeId) => connected.get(nodeId),
    list: () => current().list,
    describe: (nodeId) => current().byId.get(nodeId),
    async rename(nodeId, displayName) {
      const known = await deps.directory.rename(nodeId, displayName);
      invalidate();
      return known;
    },
    stop: unsubscribe,
  };
}

function toNode(session: Session, lists: CommandLists): ConnectedNode {
  const allowed = allowedCommands(session.client, lists);
  const declared = session.connect.commands ?? [];
  return {
    nodeId: nodeIdOf(session),
    session,
    allowed,
    commands: sortedUnique(declared.filter((command) => allowed.has(command))),
  };
}

function buildView(
  connected: ReadonlyMap<string, ConnectedNode>,
  pairedNodes: readonly PairedNode[],
) {
  const paired = new Map(pairedNodes.map((node) => [node.nodeId, node]));
  const ids = new Set([...connected.keys(), ...paired.keys()]);
  const list = [...ids]
    .map((nodeId) => toEntry(nodeId, connected.get(nodeId), paired.get(nodeId)))
    .sort(byConnectionThenName);
  return { list, byId: new Map(list.map((entry) => [entry.nodeId, entry])) };
}

/** Key order of the recorded peers; absent facts are left out (gateway §8). */
function toEntry(
  nodeId: string,
  live: ConnectedNode | undefined,
  paired: PairedNode | undefined,
): NodeInfo {
  const client = live?.session.client;
  const connect = live?.session.connect;
  return {
    nodeId,
    ...optional('displayName', paired?.givenName ?? client?.displayName ?? paired?.displayName),
    ...optional('platform', client?.platform ?? paired?.platform),
    ...optional('version', client?.version),
    ...optional('deviceFamily', client?.deviceFamily),
    ...optional('modelIdentifier', client?.modelIdentifier),
    ...optional('remoteIp', live ? visibleIp(live.session) : paired?.remoteIp),
    caps: sortedUnique(connect?.caps ?? []),
    commands: [...(live?.commands ?? [])],
    ...optional('pathEnv', connect?.pathEnv),
    ...optional('permissions', connect?.permissions),
    ...optional('connectedAtMs', live?.session.connectedAtMs),
    paired: paired !== undefined,
    connected: live !== undefined,
  };
}

/** The recorded peers name an address for remote nodes only. */
function visibleIp(session: Session): string | null {
  return session.local ? null : session.remoteIp;
}

function optional<K extends string, V>(key: K, value: V | null | undefined): { [P in K]?: V } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

function byConnectionThenName(a: NodeInfo, b: NodeInfo): number {
  if (a.connected !== b.connected) return a.connected ? -1 : 1;
  const nameA = (a.displayName ?? a.nodeId).toLowerCase();
  const nameB = (b.displayName ?? b.nodeId).toLowerCase();
  if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  return a.nodeId < b.nodeId ? -1 : 1;
}

function sortedUnique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
