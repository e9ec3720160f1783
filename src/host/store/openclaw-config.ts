import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import JSON5 from 'json5';
import { z } from 'zod';

/** The two secrets of OpenClaw's own configuration that open its Gateway; nothing else is read. */
const openClawConfigSchema = z.looseObject({
  gateway: z.looseObject({
    auth: z.looseObject({
      token: z.string().trim().min(1).optional(),
      password: z.string().min(1).optional(),
    }),
  }),
});

/** `$OPENCLAW_STATE_DIR`, else `~/.openclaw` (exec-ipc §1.1). */
export function openClawStateDir(env: Readonly<Record<string, string | undefined>>): string {
  return env.OPENCLAW_STATE_DIR?.trim() || join(homedir(), '.openclaw');
}

/** What opens a Gateway that is not ours. */
export interface ForeignCredentials {
  readonly token?: string;
  readonly password?: string;
}

/**
 * Reads OpenClaw's `openclaw.json`, a guest area that is never written (D3).
 * @returns null when there is none, it cannot be read, or it names no secret.
 */
export async function readOpenClawCredentials(
  env: Readonly<Record<string, string | undefined>>,
): Promise<ForeignCredentials | null> {
  const path = env.OPENCLAW_CONFIG_PATH?.trim() || join(openClawStateDir(env), 'openclaw.json');
  try {
    const { token, password } = openClawConfigSchema.parse(
      JSON5.parse(await readFile(path, 'utf8')),
    ).gateway.auth;
    if (token !== undefined) return { token };
    return password === undefined ? null : { password };
  } catch {
    // No OpenClaw here, or one whose file we do not understand: then a person names the secret.
    return null;
  }
}
