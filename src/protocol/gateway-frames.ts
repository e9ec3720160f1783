import { z } from 'zod';

/** Gateway frames (gateway §2) and the limits of §1. */

export const gatewayProtocol = 3;
export const maxPayloadBytes = 524_288;
/** Before `connect` a frame may be this long (decisions.md, Gateway). */
export const maxPayloadBeforeConnect = 65_536;
export const maxBufferedBytes = 1_572_864;
export const tickIntervalMs = 30_000;
export const handshakeTimeoutMs = 10_000;

/**
 * Longest id, key or name that is kept while something waits or is stored. The recorded peers have
 * no limit and stay far below; without one, what a client may have waiting has no bound (S26).
 */
export const maxNameChars = 512;

export const gatewayErrorCodes = [
  'NOT_LINKED',
  'NOT_PAIRED',
  'AGENT_TIMEOUT',
  'INVALID_REQUEST',
  'UNAVAILABLE',
] as const;

const gatewayErrorSchema = z.looseObject({
  code: z.string(),
  message: z.string(),
  details: z.unknown().optional(),
  retryable: z.boolean().optional(),
  retryAfterMs: z.int().nonnegative().optional(),
});
export type GatewayError = z.infer<typeof gatewayErrorSchema>;

/** Strict: a request with an extra key is answered with an error (gateway §2). */
export const requestFrameSchema = z.strictObject({
  type: z.literal('req'),
  id: z.string().min(1).max(maxNameChars),
  method: z.string().min(1),
  params: z.unknown().optional(),
});
export type RequestFrame = z.infer<typeof requestFrameSchema>;

export const responseFrameSchema = z.looseObject({
  type: z.literal('res'),
  id: z.string().min(1),
  ok: z.boolean(),
  payload: z.unknown().optional(),
  error: gatewayErrorSchema.optional(),
});
export type ResponseFrame = z.infer<typeof responseFrameSchema>;

export const eventFrameSchema = z.looseObject({
  type: z.literal('event'),
  event: z.string().min(1),
  payload: z.unknown().optional(),
  seq: z.int().nonnegative().optional(),
  stateVersion: z.looseObject({ presence: z.int(), health: z.int() }).optional(),
});
export type EventFrame = z.infer<typeof eventFrameSchema>;

/** Frames a client receives. */
export const serverFrameSchema = z.discriminatedUnion('type', [
  responseFrameSchema,
  eventFrameSchema,
]);
