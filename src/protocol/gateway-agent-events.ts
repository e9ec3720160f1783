import { z } from 'zod';
import { maxNameChars } from './gateway-frames.ts';

const name = z.string().max(maxNameChars);
const word = z.string().max(64);
/** What is not as expected is left out: the rest still tells that somebody is at work. */
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** Event `agent` of a Gateway that runs agents; only what an activity line needs (node-commands §6). */
export const agentEventSchema = z.object({
  runId: name.min(1),
  /** Rises within one run. */
  seq: z.int().nonnegative(),
  /** `lifecycle`, `tool`, `assistant`, `error`, and whatever newer versions add. */
  stream: word,
  sessionKey: maybe(name),
  data: z.object({
    /** `start`, `end`, `error` of a run; `start`, `update`, `result` of a tool. */
    phase: maybe(word),
    name: maybe(name),
    toolCallId: maybe(name),
    args: maybe(
      z.object({
        command: maybe(z.string()),
        path: maybe(z.string()),
        file_path: maybe(z.string()),
      }),
    ),
  }),
});
export type AgentEvent = z.infer<typeof agentEventSchema>;
