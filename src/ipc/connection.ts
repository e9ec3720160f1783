import { z } from 'zod';

/** The Gateway, and who may talk to it. The token is never part of this (IP-08). */
export const connectionSchema = z.object({
  gateway: z.object({
    url: z.string(),
    mode: z.enum(['own', 'attached']),
    node: z.boolean(),
    operator: z.boolean(),
    /** What is wrong and what to do; null when connected. */
    problem: z.string().nullable(),
  }),
  /** Our own Gateway has a token that can be shown, copied and replaced. */
  hasToken: z.boolean(),
  /** Null: the Gateway could not be asked. */
  devices: z
    .array(
      z.object({
        deviceId: z.string(),
        name: z.string(),
        platform: z.string(),
        approvedAtMs: z.number(),
        isThisCompanion: z.boolean(),
        roles: z.array(
          z.object({
            role: z.string(),
            scopes: z.array(z.string()),
            lastUsedAtMs: z.number().nullable(),
            isRevoked: z.boolean(),
          }),
        ),
      }),
    )
    .nullable(),
  nodes: z
    .array(
      z.object({
        /** As the Gateway has it: for an answer, never shown. */
        id: z.string(),
        nodeId: z.string(),
        name: z.string(),
        platform: z.string(),
        isConnected: z.boolean(),
        commands: z.array(z.string()),
        isThisCompanion: z.boolean(),
        /** There is something to take away, and the Gateway lets us. */
        canRevoke: z.boolean(),
      }),
    )
    .nullable(),
});
export type Connection = z.infer<typeof connectionSchema>;

export const revokeInputSchema = z.strictObject({
  deviceId: z.string().max(200),
  role: z.string().max(50),
});

export const revokeNodeInputSchema = z.strictObject({ id: z.string().max(512) });
