import { z } from 'zod';

/** OpenClaw's own default, so that peers find us without being told (gateway §1). */
const defaultGatewayPort = 18_789;

const commandNames = z.array(z.string().min(1)).default([]);

/** `config.json` (architecture §4). Unknown keys are kept on every write. */
export const companionConfigSchema = z.looseObject({
  version: z.literal(1),
  gateway: z
    .looseObject({
      port: z.int().min(0).max(65_535).default(defaultGatewayPort),
      bind: z.literal('loopback').default('loopback'),
      auth: z
        .looseObject({
          mode: z.enum(['token', 'password']).default('token'),
          token: z.string().trim().min(1).optional(),
          password: z.string().min(1).optional(),
        })
        .prefault({}),
      nodes: z
        .looseObject({ allowCommands: commandNames, denyCommands: commandNames })
        .prefault({}),
      allowedOrigins: z.array(z.string().min(1)).default([]),
      /** Lets approvals claimed by this Gateway's callers count (D6). */
      trustApprovals: z.boolean().default(false),
    })
    .prefault({}),
  log: z
    .looseObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') })
    .prefault({}),
  /** `path`: search path for commands instead of the built-in one (decisions, "Environment"). */
  env: z.looseObject({ path: z.string().min(1).optional() }).prefault({}),
  /** Lets the node host of an OpenClaw on this computer forward its commands to us (D3). */
  serveOpenClawNodeHost: z.boolean().default(false),
  /** The desktop app itself. */
  desktop: z
    .looseObject({
      /** Announce waiting requests with a notification. */
      announce: z.boolean().default(true),
      /** macOS: an icon in the Dock besides the one in the menu bar. */
      dockIcon: z.boolean().default(false),
    })
    .prefault({}),
});
export type CompanionConfig = z.infer<typeof companionConfigSchema>;
