import { z } from 'zod';

/**
 * Reads who has been let in: the paired parts of `device.pair.list` and `node.pair.list` (gateway
 * §7) and `node.list` (§8). An entry that does not fit is left out by itself; a token is never kept (IP-08).
 */

const text = z.string().max(512);
const optional = text.nullish();
const words = z.array(text).max(512).nullish();
const moment = z.number().nonnegative();

const tokenSchema = z.object({
  role: text.min(1),
  scopes: words,
  revokedAtMs: moment.nullish(),
  lastUsedAtMs: moment.nullish(),
});

const deviceSchema = z.object({
  deviceId: text.min(1),
  displayName: optional,
  platform: optional,
  approvedAtMs: moment,
  roles: words,
  tokens: z.array(tokenSchema).max(64).nullish(),
});

const nodeSchema = z.object({
  nodeId: text.min(1),
  displayName: optional,
  platform: optional,
  commands: words,
  connected: z.boolean().nullish(),
});

/** What a device may be, and with which token. All strings are raw. */
interface DeviceRole {
  readonly role: string;
  readonly scopes: readonly string[];
  readonly lastUsedAtMs: number | null;
  readonly isRevoked: boolean;
}

export interface KnownDevice {
  readonly deviceId: string;
  readonly name: string | null;
  readonly platform: string | null;
  readonly approvedAtMs: number;
  readonly roles: readonly DeviceRole[];
}

export interface KnownNode {
  readonly nodeId: string;
  readonly name: string | null;
  readonly platform: string | null;
  readonly isConnected: boolean;
  readonly commands: readonly string[];
}

/** Null when it is no list at all. */
export function readDevices(answer: unknown): readonly KnownDevice[] | null {
  const list = z.object({ paired: z.array(z.unknown()) }).safeParse(answer);
  return list.success ? list.data.paired.flatMap((one) => deviceOf(one) ?? []) : null;
}

/** Null when it is no list at all. */
export function readNodes(answer: unknown): readonly KnownNode[] | null {
  const list = z.object({ nodes: z.array(z.unknown()) }).safeParse(answer);
  return list.success ? list.data.nodes.flatMap((one) => nodeOf(one) ?? []) : null;
}

/** Nodes of `node.pair.list`, whose tokens stay behind. Null when it is no list at all. */
export function readPairedNodes(answer: unknown): readonly KnownNode[] | null {
  const list = z.object({ paired: z.array(z.unknown()) }).safeParse(answer);
  return list.success ? list.data.paired.flatMap((one) => nodeOf(one) ?? []) : null;
}

function deviceOf(value: unknown): KnownDevice | null {
  const parsed = deviceSchema.safeParse(value);
  if (!parsed.success) return null;
  const { deviceId, displayName, platform, approvedAtMs, tokens, roles } = parsed.data;
  const held = (tokens ?? []).map(({ role, scopes, revokedAtMs, lastUsedAtMs }) => ({
    role,
    scopes: scopes ?? [],
    lastUsedAtMs: lastUsedAtMs ?? null,
    isRevoked: revokedAtMs != null,
  }));
  const bare = (roles ?? []).filter((role) => held.every((one) => one.role !== role));
  const without = { scopes: [], lastUsedAtMs: null, isRevoked: false };
  return {
    deviceId,
    name: displayName || null,
    platform: platform || null,
    approvedAtMs,
    roles: [...held, ...bare.map((role) => ({ role, ...without }))],
  };
}

function nodeOf(value: unknown): KnownNode | null {
  const parsed = nodeSchema.safeParse(value);
  if (!parsed.success) return null;
  const { nodeId, displayName, platform, commands, connected } = parsed.data;
  return {
    nodeId,
    name: displayName || null,
    platform: platform || null,
    isConnected: connected ?? false,
    commands: commands ?? [],
  };
}
