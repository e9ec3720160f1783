import { existsSync, lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { CompanionError, errorText } from '#core/errors.ts';
import { spliceMembers } from '#core/policy/splice-json.ts';
import { readPrivateFile } from './private-file.ts';
import { replaceFile } from './replace-file.ts';

/** Where OpenClaw's node host looks for whoever runs its commands. */
export interface GuestSocket {
  readonly path: string;
  readonly token: string;
}

/**
 * OpenClaw's own approvals document (exec-ipc §4.8), in a folder where we are guests (D3):
 * - `database`: newer versions; only read. They name the socket, we serve it.
 * - `file`: the older form. `announce` writes our socket into it.
 */
export type OpenClawApprovals =
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'database'; readonly socket: GuestSocket }
  | {
      readonly kind: 'file';
      /**
       * Sets `socket.path` and `socket.token`, and leaves every other byte as it is.
       * @throws CompanionError STATE for a document that is not of version 1; UNSAFE_PATH as
       *   `readPrivateFile`; UNAVAILABLE when OpenClaw was updated in the meantime.
       */
      announce(socket: GuestSocket): Promise<void>;
    };

const documentSchema = z.looseObject({
  version: z.literal(1),
  socket: z.looseObject({ path: z.string().optional(), token: z.string().optional() }).optional(),
});

/**
 * Looks at OpenClaw's folder; never creates anything. A stray `exec-approvals.json` makes newer
 * versions refuse every command, so the older form counts only where there is no database.
 */
export function readOpenClawApprovals(dir: string): OpenClawApprovals {
  const none = (why: string): OpenClawApprovals => ({ kind: 'none', why });
  if (!lstatSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
    return none(`there is no folder ${dir}`);
  }
  const database = databasePath(dir);
  if (existsSync(database)) return readDatabase(database, dir);
  if (isMigrating(dir)) return none(`OpenClaw is moving ${filePath(dir)} into its database`);
  return { kind: 'file', announce: (socket) => announce(dir, socket) };
}

function databasePath(dir: string): string {
  return join(dir, 'state', 'openclaw.sqlite');
}

function filePath(dir: string): string {
  return join(dir, 'exec-approvals.json');
}

function isMigrating(dir: string): boolean {
  return existsSync(`${filePath(dir)}.doctor-importing`);
}

function readDatabase(path: string, dir: string): OpenClawApprovals {
  let text: string | null;
  try {
    text = readRow(path);
  } catch (error) {
    return { kind: 'none', why: `${path} cannot be read: ${errorText(error)}` };
  }
  if (text === null) return { kind: 'none', why: `${path} holds no approvals document` };
  const socket = documentSchema.safeParse(jsonOrNull(text)).data?.socket;
  const token = socket?.token?.trim() ?? '';
  if (token === '') return { kind: 'none', why: `${path} names no socket token` };
  const named = socket?.path?.trim() || join(dir, 'exec-approvals.sock');
  const expanded = named.replace(/^~(?=\/|$)/, homedir());
  return { kind: 'database', socket: { path: expanded, token } };
}

function readRow(path: string): string | null {
  // Without a write-ahead log nobody has it open, and `immutable` keeps SQLite from making one.
  const mode = existsSync(`${path}-wal`) ? 'mode=ro' : 'mode=ro&immutable=1';
  const database = new DatabaseSync(new URL(`${pathToFileURL(path).href}?${mode}`), {
    readOnly: true,
    timeout: 2_000,
  });
  try {
    const known = "SELECT 1 FROM sqlite_master WHERE type='table' AND name='exec_approvals_config'";
    if (database.prepare(known).get() === undefined) return null;
    const row = database
      .prepare("SELECT raw_json FROM exec_approvals_config WHERE config_key='current'")
      .get();
    return z.string().nullable().catch(null).parse(row?.raw_json);
  } finally {
    database.close();
  }
}

async function announce(dir: string, socket: GuestSocket): Promise<void> {
  const path = filePath(dir);
  const text = (await readPrivateFile(path)) ?? '{\n  "version": 1\n}\n';
  const isKnown = documentSchema.safeParse(jsonOrNull(text)).success;
  const next = isKnown ? spliceMembers(text, 'socket', { ...socket }) : null;
  if (next === null) {
    throw new CompanionError('STATE', `${path} is malformed, or of another version`, {
      hint: 'It was left as it is. Repair it with OpenClaw, then restart the companion.',
    });
  }
  if (next === text) return;
  // Again, right before the write: an update of OpenClaw may have happened since (exec-ipc §4.8).
  if (existsSync(databasePath(dir)) || isMigrating(dir)) {
    throw new CompanionError('UNAVAILABLE', `OpenClaw keeps its policy elsewhere than ${path} now`);
  }
  await replaceFile(path, next);
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says what is wrong without quoting the file.
    return null;
  }
}
