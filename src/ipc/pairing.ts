import { z } from 'zod';

/** A device or node that wants to be let in (app-features §9). Every text is safe to show. */
export const shownPairingSchema = z.object({
  kind: z.enum(['device', 'node']),
  requestId: z.string(),
  /** Digest of what is shown; an answer carries it back (S24). */
  digest: z.string(),
  title: z.string(),
  /** Name, id, platform, role, scopes, address: what the asker says is `claimed`. */
  facts: z.array(z.object({ label: z.string(), text: z.string(), claimed: z.boolean() })),
  /** What approving means, one sentence each. */
  means: z.array(z.string()),
  /** It was let in before, under another key or with fewer rights. */
  isRepair: z.boolean(),
  atMs: z.number(),
});
export type ShownPairing = z.infer<typeof shownPairingSchema>;

export const pairingStateSchema = z.object({
  /** Oldest first. */
  waiting: z.array(shownPairingSchema),
  /** The one that the window shows when no command waits; null after "Later". */
  current: z.string().nullable(),
});

export const pairingDecideInputSchema = z.strictObject({
  kind: z.enum(['device', 'node']),
  requestId: z.string().max(200),
  digest: z.string().max(200),
  /** `later`: stays pending, and is not shown again by itself. */
  decision: z.enum(['approve', 'reject', 'later']),
});

/** `gone`: answered elsewhere or expired. `changed`: it asks for something else now. */
export const pairingResultSchema = z.enum(['done', 'gone', 'changed']);
