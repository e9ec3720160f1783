import { z } from 'zod';

/** Settings of the app itself. */
export const generalSchema = z.object({
  launchAtLogin: z.object({
    /** As the operating system has it. */
    status: z.enum(['on', 'off', 'needs-approval', 'unknown']),
    /** What to do about it; null when there is nothing to do. */
    help: z.string().nullable(),
  }),
  /** Null: this system has no Dock. */
  dockIcon: z.boolean().nullable(),
  /** Announce waiting requests with a notification. */
  announce: z.boolean(),
});
export type General = z.infer<typeof generalSchema>;

/** One switch at a time. */
export const generalSetInputSchema = z.union([
  z.strictObject({ launchAtLogin: z.boolean() }),
  z.strictObject({ dockIcon: z.boolean() }),
  z.strictObject({ announce: z.boolean() }),
]);

/** Everything stands still: for a while, or until a person ends it. */
export const standstillInputSchema = z.strictObject({
  /** Null: until it is ended. 0 ends it. */
  minutes: z.int().min(0).max(1_440).nullable(),
});

export const aboutSchema = z.object({
  name: z.string(),
  version: z.string(),
  bundleId: z.string(),
  /** Names and versions of what it runs on. */
  runtime: z.array(z.object({ name: z.string(), version: z.string() })),
  /** Folder of configuration, rules, history and logs. */
  stateDir: z.string(),
  licence: z.string(),
});

/** Pages and folders that a button may open: keys of a table in the main process (ES-11). */
export const linkKeys = [
  'documentation',
  'source',
  'dashboard',
  'state-folder',
  'logs-folder',
] as const;
export const linkInputSchema = z.strictObject({ link: z.enum(linkKeys) });
