import { readFile } from 'node:fs/promises';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { callControl } from '#host/sockets/control-client.ts';
import { readConfig } from '#host/store/config-store.ts';
import type { StateDir } from '#host/store/state-dir.ts';
import { type CompanionStatus, companionStatusSchema } from '#protocol/control-socket.ts';
import type { Environment } from './context.ts';

/** Where the Gateway is and what opens it. */
export interface Endpoint {
  readonly url: string;
  readonly credentials: () => { readonly token?: string; readonly password?: string };
}

export interface EndpointOptions {
  readonly host?: string;
  readonly port?: number;
  readonly tokenFile?: string;
}

/** What the running companion says of itself, or null when none of ours runs. */
export async function companionStatus(stateDir: StateDir): Promise<CompanionStatus | null> {
  try {
    return companionStatusSchema.parse(await callControl(stateDir.controlSocket, { op: 'status' }));
  } catch (error) {
    if (error instanceof CompanionError && error.code === 'UNREACHABLE') return null;
    throw error;
  }
}

/**
 * Flags first, then the environment, then the companion that runs on this state directory, then
 * its configuration. A secret never comes from the command line (S30).
 */
export async function resolveEndpoint(
  stateDir: StateDir,
  env: Environment,
  options: EndpointOptions,
): Promise<Endpoint> {
  const config = await readConfig(stateDir.config);
  const url =
    options.host === undefined && options.port === undefined && !env.OPENCLAW_GATEWAY_PORT
      ? (await companionStatus(stateDir))?.gateway.url
      : undefined;
  const port = options.port ?? envPort(env) ?? config?.gateway.port ?? 18_789;
  const token = await namedToken(env, options.tokenFile);
  const auth = config?.gateway.auth;
  return {
    url: url ?? `ws://${options.host ?? '127.0.0.1'}:${port}`,
    credentials: () => {
      if (token !== null) return { token };
      if (env.OPENCLAW_GATEWAY_PASSWORD) return { password: env.OPENCLAW_GATEWAY_PASSWORD };
      if (auth?.mode === 'password' && auth.password) return { password: auth.password };
      return auth?.token === undefined ? {} : { token: auth.token };
    },
  };
}

/** @throws CompanionError USAGE when `OPENCLAW_GATEWAY_PORT` is set but is no port. */
export function envPort(env: Environment): number | undefined {
  const text = env.OPENCLAW_GATEWAY_PORT?.trim();
  if (!text) return undefined;
  return parsePort(text, 'OPENCLAW_GATEWAY_PORT');
}

/** @throws CompanionError USAGE naming `what` when the text is no TCP port. */
export function parsePort(text: string, what: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new CompanionError('USAGE', messages.cli.badPort(what, text));
  }
  return port;
}

async function namedToken(env: Environment, file: string | undefined): Promise<string | null> {
  if (file !== undefined) return readTokenFile(file);
  return env.OPENCLAW_GATEWAY_TOKEN?.trim() || null;
}

/** @throws CompanionError USAGE when the file cannot be read or is empty. */
export async function readTokenFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CompanionError('USAGE', messages.cli.tokenFileUnreadable(file), { cause });
  });
  const token = text.trim();
  if (token === '') throw new CompanionError('USAGE', messages.cli.tokenFileEmpty(file));
  return token;
}
