import type { KnownDevice, KnownNode } from './directory.ts';

/** What lets a node in: a token of its device (gateway §7.1), or the older node pairing (§7.2). */
type NodeWay = 'device' | 'pairing';

/** A node, and what of it can be taken away; empty: nothing that the Gateway lets us take. */
export interface LetInNode extends KnownNode {
  readonly ways: readonly NodeWay[];
}

interface Kept {
  readonly devices: readonly KnownDevice[];
  /** Of the older pairing, where nothing else tells of a node that is not connected. */
  readonly paired: readonly KnownNode[];
  /** Whether the Gateway knows the method. */
  readonly knows: (method: string) => boolean;
}

/** Nodes of both stores, those of the Gateway's own list first. */
export function letInNodes(nodes: readonly KnownNode[], kept: Kept): readonly LetInNode[] {
  const listed = new Set(nodes.map(({ nodeId }) => nodeId));
  const others = kept.paired.filter(({ nodeId }) => !listed.has(nodeId));
  return [...nodes, ...others].map((node) => ({ ...node, ways: waysOf(node.nodeId, kept) }));
}

function waysOf(nodeId: string, { devices, paired, knows }: Kept): readonly NodeWay[] {
  const device = devices.find(({ deviceId }) => deviceId === nodeId);
  const hasToken = device?.roles.some(({ role, isRevoked }) => role === 'node' && !isRevoked);
  const isPaired = paired.some((one) => one.nodeId === nodeId);
  return [
    ...(hasToken && knows('device.token.revoke') ? ['device' as const] : []),
    ...(isPaired && knows('node.pair.remove') ? ['pairing' as const] : []),
  ];
}
