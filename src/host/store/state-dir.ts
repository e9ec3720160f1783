import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CompanionError } from '#core/errors.ts';

/** Every file of the state directory, by name (architecture §4). */
export interface StateDir {
  readonly root: string;
  readonly config: string;
  readonly approvals: string;
  readonly execSocket: string;
  readonly controlSocket: string;
  readonly companionIdentity: string;
  readonly nodeHostIdentity: string;
  readonly cliIdentity: string;
  readonly deviceTokens: string;
  readonly devicesPending: string;
  readonly devicesPaired: string;
  readonly nodesPending: string;
  readonly nodesPaired: string;
  readonly nodeNames: string;
  readonly nonces: string;
  /** Of the socket that is OpenClaw's (D3). */
  readonly guestNonces: string;
  /** What the system granted the desktop app before. */
  readonly permissions: string;
  readonly standstill: string;
  readonly audit: string;
  readonly log: string;
}

/** `--state-dir`, else `$OPENCLAW_COMPANION_STATE_DIR`, else `~/.openclaw-companion`. */
export function resolveStateDir(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): StateDir {
  const named = option?.trim() || env.OPENCLAW_COMPANION_STATE_DIR?.trim();
  const root = resolve(named || join(homedir(), '.openclaw-companion'));
  const at = (...parts: string[]) => join(root, ...parts);
  return {
    root,
    config: at('config.json'),
    approvals: at('exec-approvals.json'),
    execSocket: at('exec-approvals.sock'),
    controlSocket: at('control.sock'),
    companionIdentity: at('identity', 'companion.json'),
    nodeHostIdentity: at('identity', 'node-host.json'),
    cliIdentity: at('identity', 'cli.json'),
    deviceTokens: at('identity', 'device-auth.json'),
    devicesPending: at('devices', 'pending.json'),
    devicesPaired: at('devices', 'paired.json'),
    nodesPending: at('nodes', 'pending.json'),
    nodesPaired: at('nodes', 'paired.json'),
    nodeNames: at('nodes', 'names.json'),
    nonces: at('exec-nonces.json'),
    guestNonces: at('exec-nonces.openclaw.json'),
    permissions: at('permissions.json'),
    standstill: at('standstill.json'),
    audit: at('audit.sqlite'),
    log: at('logs', 'companion.jsonl'),
  };
}

/**
 * Makes a private directory, or checks that an existing one is ours and closed to others (S21).
 * @throws CompanionError UNSAFE_PATH for a symlink, a foreign owner, or a mode others can write.
 */
export function ensurePrivateDir(path: string): void {
  makeFolders(path);
  const info = lstatSync(path);
  const refuse = (what: string, hint: string): never => {
    throw new CompanionError('UNSAFE_PATH', `${path} ${what}`, { hint });
  };
  if (info.isSymbolicLink() || !info.isDirectory()) {
    refuse('is not a real directory', 'Move it away, or name another with --state-dir.');
  }
  if (typeof process.getuid === 'function' && info.uid !== process.getuid()) {
    refuse('belongs to another user', 'Name a directory of your own with --state-dir.');
  }
  if ((info.mode & 0o022) !== 0) {
    refuse('can be written by other users', `Close it first: chmod 700 ${path}`);
  }
  if ((info.mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/**
 * By hand: where the system answers ENOENT although the parent exists (procfs, automounts), the
 * recursive mkdir of Node 24 never returns.
 */
function makeFolders(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || existsSync(parent)) throw error;
    makeFolders(parent);
    mkdirSync(path, { mode: 0o700 });
  }
}
