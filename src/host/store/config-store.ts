import { lstat } from 'node:fs/promises';
import { type CompanionConfig, companionConfigSchema } from '#core/config.ts';
import { CompanionError } from '#core/errors.ts';
import type { Ids } from '#core/ports.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';
import { createSerialQueue } from './serial-queue.ts';
import type { StateDir } from './state-dir.ts';

const tokenBytes = 32;

/**
 * Reads the configuration without changing it.
 * @returns null when there is none yet.
 * @throws CompanionError STATE when it cannot be used, UNSAFE_PATH as `readPrivateFile`.
 */
export async function readConfig(path: string): Promise<CompanionConfig | null> {
  return (await load(path))?.config ?? null;
}

/**
 * Reads the configuration for a companion that starts: a missing file or Gateway token is made, a
 * file that others can read is closed. A malformed file is never overwritten.
 * @throws CompanionError STATE or UNSAFE_PATH, as {@link readConfig}.
 */
export async function openConfig(path: string, ids: Ids): Promise<CompanionConfig> {
  const loaded = await load(path);
  const raw = loaded?.raw ?? { ...companionConfigSchema.parse({ version: 1 }) };
  const config = loaded?.config ?? companionConfigSchema.parse(raw);
  const { auth } = config.gateway;
  if (auth.mode === 'token' && auth.token === undefined) {
    return save(path, withToken(raw, ids.token(tokenBytes)));
  }
  if (((await lstat(path)).mode & 0o077) !== 0) return save(path, raw);
  return config;
}

/**
 * The secret that opens our own Gateway, for programs that share the state directory.
 * @returns null before the companion's first start, or in password mode.
 */
export async function readGatewayToken(stateDir: StateDir): Promise<string | null> {
  return (await readConfig(stateDir.config))?.gateway.auth.token ?? null;
}

/** Writers of this process take turns; nobody else writes while a companion runs. */
const turns = createSerialQueue();

/**
 * Changes keys of one section. Everything else stays as a person wrote it, also what changed on
 * disk since the start.
 * @throws CompanionError STATE when the file is gone, cannot be used or cannot be written;
 *   UNSAFE_PATH.
 */
export function updateConfig(
  path: string,
  section: 'gateway' | 'desktop' | 'log',
  change: Readonly<Record<string, unknown>>,
): Promise<CompanionConfig> {
  return turns.run(async () => {
    const loaded = await load(path);
    if (loaded === null) throw unusable(path, 'is gone');
    const { raw } = loaded;
    return save(path, { ...raw, [section]: { ...asObject(raw[section]), ...change } });
  });
}

/**
 * Puts a fresh Gateway token into the file; everything else stays as it is there.
 * @returns the new token.
 * @throws CompanionError as {@link updateConfig}: then the old one stays.
 */
export function replaceGatewayToken(path: string, ids: Ids): Promise<string> {
  return turns.run(async () => {
    const loaded = await load(path);
    if (loaded === null) throw unusable(path, 'is gone');
    const token = ids.token(tokenBytes);
    await save(path, withToken(loaded.raw, token));
    return token;
  });
}

/** The same configuration with this token in it. */
function withToken(
  raw: Readonly<Record<string, unknown>>,
  token: string,
): Readonly<Record<string, unknown>> {
  const gateway = asObject(raw.gateway);
  const auth = { mode: 'token', ...asObject(gateway.auth), token };
  return { ...raw, gateway: { ...gateway, auth } };
}

interface Loaded {
  /** As written: unknown keys and key order survive the next write. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly config: CompanionConfig;
}

async function load(path: string): Promise<Loaded | null> {
  const text = await readPrivateFile(path);
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the text around the fault, which may be the token.
    const place = /line \d+ column \d+/.exec(String(error))?.[0];
    throw unusable(path, `is not valid JSON${place === undefined ? '' : ` (${place})`}`);
  }
  const parsed = companionConfigSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.map(String).join('.') || 'the top level';
    throw unusable(path, `cannot be used: ${where}: ${issue?.message ?? 'invalid'}`);
  }
  const { auth } = parsed.data.gateway;
  if (auth.mode === 'password' && auth.password === undefined) {
    throw unusable(path, 'has gateway.auth.mode "password" but no gateway.auth.password');
  }
  return { raw: asObject(value), config: parsed.data };
}

async function save(
  path: string,
  raw: Readonly<Record<string, unknown>>,
): Promise<CompanionConfig> {
  const config = companionConfigSchema.parse(raw);
  await writePrivateFile(path, `${JSON.stringify(raw, null, 2)}\n`);
  return config;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function unusable(path: string, what: string): CompanionError {
  return new CompanionError('STATE', `${path} ${what}`, {
    hint: 'Repair the file, or move it away to start with a new configuration and a new token.',
  });
}
