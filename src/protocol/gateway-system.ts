import { z } from 'zod';

/** Health, presence, configuration, logs and the events every client sees (gateway §4, §5, §10). */

const optionalText = z.string().optional();

/** Hand-checked and lenient in the peers (gateway §2), so unknown keys pass. */
export const healthParamsSchema = z.looseObject({ probe: z.boolean().optional() });

const heartbeatAgentSchema = z.looseObject({ agentId: z.string() });

/** Result of `health` and payload of the `health` event. */
export const healthSchema = z.looseObject({
  ok: z.boolean(),
  ts: z.number(),
  durationMs: z.number(),
  channels: z.record(z.string(), z.unknown()),
  channelOrder: z.array(z.string()),
  channelLabels: z.record(z.string(), z.string()),
  heartbeatSeconds: z.number().optional(),
  defaultAgentId: z.string().optional(),
  agents: z.array(heartbeatAgentSchema).optional(),
  sessions: z.looseObject({ path: z.string(), count: z.number(), recent: z.array(z.unknown()) }),
});
export type Health = z.infer<typeof healthSchema>;

export const statusSchema = z.looseObject({
  heartbeat: z.looseObject({ defaultAgentId: z.string(), agents: z.array(heartbeatAgentSchema) }),
  channelSummary: z.array(z.unknown()),
  queuedSystemEvents: z.array(z.unknown()),
  sessions: z.looseObject({ count: z.number(), recent: z.array(z.unknown()) }),
});
export type Status = z.infer<typeof statusSchema>;

/** One client or machine that was seen lately. */
const presenceEntrySchema = z.looseObject({
  host: optionalText,
  ip: optionalText,
  version: optionalText,
  platform: optionalText,
  deviceFamily: optionalText,
  modelIdentifier: optionalText,
  mode: optionalText,
  lastInputSeconds: z.number().optional(),
  reason: optionalText,
  tags: z.array(z.string()).optional(),
  text: optionalText,
  ts: z.number(),
  deviceId: optionalText,
  roles: z.array(z.string()).optional(),
  scopes: z.array(z.string()).optional(),
  instanceId: optionalText,
});
export type PresenceEntry = z.infer<typeof presenceEntrySchema>;

export const presenceListSchema = z.array(presenceEntrySchema);

export const presenceEventSchema = z.looseObject({ presence: presenceListSchema });

/** A wrongly typed optional counts as absent: the peers check this method by hand. */
const lenientText = z.string().optional().catch(undefined);
const lenientList = z.array(z.string()).optional().catch(undefined);

export const systemEventParamsSchema = z.looseObject({
  text: z.string(),
  deviceId: lenientText,
  instanceId: lenientText,
  host: lenientText,
  ip: lenientText,
  mode: lenientText,
  version: lenientText,
  platform: lenientText,
  deviceFamily: lenientText,
  modelIdentifier: lenientText,
  lastInputSeconds: z.number().optional().catch(undefined),
  reason: lenientText,
  tags: lenientList,
  roles: lenientList,
  scopes: lenientList,
});
export type SystemEventParams = z.infer<typeof systemEventParamsSchema>;

/** Parameters of `config.get` and `skills.bins`. */
export const noParamsSchema = z.strictObject({});

export const configSnapshotSchema = z.looseObject({
  path: z.string(),
  exists: z.boolean(),
  raw: z.string().nullable(),
  parsed: z.unknown(),
  valid: z.boolean(),
  config: z.unknown(),
  hash: z.string(),
  issues: z.array(z.unknown()),
  warnings: z.array(z.unknown()),
  legacyIssues: z.array(z.unknown()),
});
export type ConfigSnapshot = z.infer<typeof configSnapshotSchema>;

export const skillsBinsResultSchema = z.looseObject({ bins: z.array(z.string()) });

/** `cursor` is a byte offset as an earlier answer gave it. */
export const logsTailParamsSchema = z.strictObject({
  cursor: z.int().nonnegative().optional(),
  limit: z.int().min(1).max(5_000).optional(),
  maxBytes: z.int().min(1).max(1_000_000).optional(),
});

export const logsTailResultSchema = z.looseObject({
  file: z.string(),
  cursor: z.number(),
  size: z.number(),
  lines: z.array(z.string()),
  truncated: z.boolean().optional(),
  reset: z.boolean().optional(),
});
export type LogsTailResult = z.infer<typeof logsTailResultSchema>;

export const tickEventSchema = z.looseObject({ ts: z.number() });

export const shutdownEventSchema = z.looseObject({
  reason: z.string(),
  restartExpectedMs: z.number().nullish(),
});

export const voicewakeSchema = z.looseObject({ triggers: z.array(z.string()) });
