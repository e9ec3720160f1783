import { isIPv4, isIPv6 } from 'node:net';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { SharedSecret } from '#host/node/types.ts';
import { callControl } from '#host/sockets/control-client.ts';
import { readConfig } from '#host/store/config-store.ts';
import { readOpenClawCredentials } from '#host/store/openclaw-config.ts';
import type { StateDir } from '#host/store/state-dir.ts';
import { type CompanionStatus, companionStatusSchema } from '#protocol/control-socket.ts';
import type { Environment } from './context.ts';
import { parsePort } from './numbers.ts';
import { openTokenFile } from './token-file.ts';

/** Where the Gateway is and what opens it. */
export interface Endpoint {
  readonly url: string;
  /** Reads again, so that a rotated secret is picked up. */
  readonly credentials: () => Promise<SharedSecret>;
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
 * its configuration. A secret never comes from the command line (S30), and our own is shown to
 * nobody but our own Gateway on this computer (S2).
 */
export async function resolveEndpoint(
  stateDir: StateDir,
  env: Environment,
  options: EndpointOptions,
): Promise<Endpoint> {
  const fromFile = options.tokenFile === undefined ? null : await openTokenFile(options.tokenFile);
  const withFile = (url: string, otherwise: () => Promise<SharedSecret>): Endpoint => ({
    url,
    credentials: fromFile === null ? otherwise : async () => ({ token: await fromFile() }),
  });
  const own = () => ownSecrets(stateDir);
  const port = options.port ?? envPort(env, 1);
  if (options.host === undefined && port === undefined) {
    const gateway = (await companionStatus(stateDir))?.gateway;
    if (gateway?.mode === 'own') return withFile(gateway.url, own);
    const foreign = async () => (await readOpenClawCredentials(env)) ?? {};
    if (gateway) return withFile(gateway.url, async () => envSecrets(env) ?? foreign());
  }
  const host = hostName(options.host ?? '127.0.0.1');
  const url = `ws://${host}:${port ?? (await configuredPort(stateDir))}`;
  return withFile(url, async () => envSecrets(env) ?? (isLoopback(host) ? own() : {}));
}

/** @throws CompanionError USAGE when `OPENCLAW_GATEWAY_PORT` is set but is no port. */
export function envPort(env: Environment, least: 0 | 1): number | undefined {
  const text = env.OPENCLAW_GATEWAY_PORT?.trim();
  return text ? parsePort(text, 'OPENCLAW_GATEWAY_PORT', least) : undefined;
}

function envSecrets(env: Environment): SharedSecret | null {
  const token = env.OPENCLAW_GATEWAY_TOKEN?.trim();
  if (token) return { token };
  const password = env.OPENCLAW_GATEWAY_PASSWORD;
  return password ? { password } : null;
}

async function ownSecrets(stateDir: StateDir): Promise<SharedSecret> {
  const auth = (await readConfig(stateDir.config))?.gateway.auth;
  if (auth?.mode === 'password') return auth.password ? { password: auth.password } : {};
  return auth?.token === undefined ? {} : { token: auth.token };
}

async function configuredPort(stateDir: StateDir): Promise<number> {
  return (await readConfig(stateDir.config))?.gateway.port ?? 18_789;
}

/** As it stands in a URL. @throws CompanionError USAGE for what is neither a name nor an address. */
function hostName(text: string): string {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (isIPv6(bare)) return `[${bare}]`;
  if (/^[A-Za-z0-9._-]+$/.test(text)) return text;
  throw new CompanionError('USAGE', messages.cli.badHost(text));
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}
