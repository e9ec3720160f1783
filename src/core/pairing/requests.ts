import { z } from 'zod';
import { displayText } from '#core/display.ts';
import type { Hasher } from '#core/ports.ts';
import type { PairingKind, PairingRequest } from './types.ts';

/**
 * Reads `device.pair.*` and `node.pair.*` of any Gateway (gateway §7). Unknown keys are newer peers
 * and left out; an entry that does not fit is refused by itself, never the whole list.
 */

/** Longer names are an attack on who has to read them. */
const text = z.string().max(512);
const optional = text.nullish();

/** Names of roles, rights and commands; each is told in a sentence of its own (S26). */
const word = z.string().max(128);
const words = (most: number) => z.array(word).max(most).nullish();

const requestIdSchema = z
  .string()
  .min(1)
  .max(200)
  .refine((id) => !displayText(id).escaped);

const common = {
  requestId: requestIdSchema,
  displayName: optional,
  platform: optional,
  remoteIp: optional,
  isRepair: z.boolean().nullish(),
  ts: z.number().nonnegative(),
};

const deviceSchema = z.object({
  ...common,
  deviceId: text.min(1),
  clientId: optional,
  clientMode: optional,
  role: word.nullish(),
  roles: words(16),
  scopes: words(64),
});

const nodeSchema = z.object({
  ...common,
  nodeId: text.min(1),
  version: optional,
  coreVersion: optional,
  commands: words(256),
});

/** What {@link PairingRequest.digest} is made of. */
type Facts = Omit<PairingRequest, 'digest'>;

function deviceFacts(value: unknown): Facts | null {
  const parsed = deviceSchema.safeParse(value);
  if (!parsed.success) return null;
  const { requestId, deviceId, role, roles, scopes, clientId, clientMode } = parsed.data;
  return {
    kind: 'device',
    requestId,
    subjectId: deviceId,
    ...shared(parsed.data),
    client: joined(clientId, clientMode),
    roles: [...new Set([...(roles ?? []), ...(role ? [role] : [])])],
    scopes: [...new Set(scopes ?? [])],
    commands: [],
  };
}

function nodeFacts(value: unknown): Facts | null {
  const parsed = nodeSchema.safeParse(value);
  if (!parsed.success) return null;
  const { requestId, nodeId, version, coreVersion, commands } = parsed.data;
  return {
    kind: 'node',
    requestId,
    subjectId: nodeId,
    ...shared(parsed.data),
    client: joined(version ?? coreVersion),
    roles: ['node'],
    scopes: [],
    commands: [...new Set(commands ?? [])],
  };
}

function shared(data: z.infer<z.ZodObject<typeof common>>) {
  return {
    name: data.displayName || null,
    platform: data.platform || null,
    address: data.remoteIp || null,
    isRepair: data.isRepair ?? false,
    atMs: data.ts,
  };
}

function joined(...parts: (string | null | undefined)[]): string | null {
  return parts.filter((part) => part).join(' · ') || null;
}

/** One request, as an event or a list carries it; null when it does not fit. */
export function readPairingRequest(
  kind: PairingKind,
  value: unknown,
  hasher: Hasher,
): PairingRequest | null {
  const facts = kind === 'device' ? deviceFacts(value) : nodeFacts(value);
  return facts && { ...facts, digest: hasher.sha256Hex(JSON.stringify(facts)) };
}

const listSchema = z.object({ pending: z.array(z.unknown()) });

/** The pending part of a list; tokens, which older Gateways put into the rest, are never kept. */
export interface PairingList {
  readonly requests: readonly PairingRequest[];
  /** Entries that do not fit. */
  readonly refused: number;
}

/** Null when it is no list at all. */
export function readPairingList(
  kind: PairingKind,
  value: unknown,
  hasher: Hasher,
): PairingList | null {
  const parsed = listSchema.safeParse(value);
  if (!parsed.success) return null;
  const { pending } = parsed.data;
  const requests = pending.flatMap((one) => readPairingRequest(kind, one, hasher) ?? []);
  return { requests, refused: pending.length - requests.length };
}

const resolvedSchema = z.object({
  requestId: requestIdSchema,
  decision: z.enum(['approved', 'rejected']),
});
export type PairingResolved = z.infer<typeof resolvedSchema>;

export function readPairingResolved(value: unknown): PairingResolved | null {
  const parsed = resolvedSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
