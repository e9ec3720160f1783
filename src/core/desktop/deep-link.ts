import { z } from 'zod';

/**
 * `openclaw://agent?message=…` (node-commands §4): somebody wants an agent to be told something.
 * Any program and any web page can make one, so it is a wish and nothing else: `key`, which lets the
 * native app act without asking, is no part of it (decisions.md, "Deep links").
 */
const deepLinkSchema = z.strictObject({
  message: z
    .string()
    .max(20_000)
    .refine((text) => text.trim() !== ''),
  sessionKey: z.string().max(512).optional(),
  thinking: z.string().max(64).optional(),
  deliver: z.string().max(16).optional(),
  to: z.string().max(512).optional(),
  channel: z.string().max(64).optional(),
  timeoutSeconds: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .optional(),
});
export type DeepLink = z.infer<typeof deepLinkSchema>;

/** D1; the second belongs to the native app where that is installed. */
const schemes = ['openclaw-companion:', 'openclaw:'];

/** Percent-encoded, a message of the greatest length may be nine times as long. */
const maxChars = 200_000;

/** Whether an argument of the command line, or what the system hands over, means to be one. */
export function isDeepLink(text: string): boolean {
  return schemes.some((scheme) => text.slice(0, scheme.length).toLowerCase() === scheme);
}

/** Null for whatever is not exactly a link that we know. */
export function parseDeepLink(text: string): DeepLink | null {
  if (text.length > maxChars || !isDeepLink(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const isPlain = [url.username, url.password, url.port, url.hash].every((part) => part === '');
  if (!isPlain || url.host !== 'agent' || !['', '/'].includes(url.pathname)) return null;
  const entries = [...url.searchParams].filter(([name]) => name !== 'key');
  const values = new Map(entries);
  // Which of two values counts differs between readers: nobody shall have to guess.
  if (values.size !== entries.length) return null;
  return deepLinkSchema.safeParse(Object.fromEntries(values)).data ?? null;
}
