import { z } from 'zod';
import { maxNameChars } from './gateway-frames.ts';

/** What is not as expected is left out: the rest still tells how the channel is. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

const channelHealthSchema = z.object({
  configured: maybe(z.boolean()),
  /** Only of channels that a person links, as a phone; absent elsewhere. */
  linked: maybe(z.boolean()),
  probe: maybe(
    z.object({
      ok: z.boolean(),
      status: maybe(z.number()),
      error: maybe(z.string().max(maxNameChars)),
      elapsedMs: maybe(z.number()),
    }),
  ),
});
export type ChannelHealth = z.infer<typeof channelHealthSchema>;

/** Answer to `health`, and payload of the event of that name (gateway §7); only its channels. */
export const gatewayHealthSchema = z.object({
  channels: z.record(z.string(), channelHealthSchema.catch({})).default({}),
});
