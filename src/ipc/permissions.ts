import { z } from 'zod';

/** What the operating system lets this app do (app-features §7). */

export const capabilities = [
  'notifications',
  'screenRecording',
  'accessibility',
  'automation',
  'microphone',
  'camera',
] as const;
export type Capability = (typeof capabilities)[number];

const permissionRowSchema = z.object({
  capability: z.enum(capabilities),
  title: z.string(),
  /** What of this app needs it. */
  neededBy: z.string(),
  /**
   * `not-granted`: asked for; whether it was refused, or is still being asked, the system does not
   * tell. `not-effective`: was granted to this copy and is not now. `not-here`: nothing to grant.
   */
  state: z.enum([
    'granted',
    'refused',
    'not-asked',
    'not-granted',
    'unknown',
    'not-effective',
    'not-here',
  ]),
  /** What to do about it, or what it means; null when there is nothing to say. */
  help: z.string().nullable(),
  /** What the one button does; null: there is none. */
  action: z.enum(['request', 'open-settings']).nullable(),
});
export type PermissionRow = z.infer<typeof permissionRowSchema>;

export const permissionsSchema = z.object({
  /** Who has to hold them: what a person looks for in the system's list. */
  holder: z.object({ name: z.string(), bundleId: z.string(), path: z.string() }),
  /** Why grants given to this copy would not last; null when they do. */
  warning: z.string().nullable(),
  rows: z.array(permissionRowSchema),
});

export const permissionActInputSchema = z.strictObject({ capability: z.enum(capabilities) });
