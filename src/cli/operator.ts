import { hostname } from 'node:os';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { silentLogger } from '#host/log/logger.ts';
import { loadDeviceIdentity } from '#host/node/device-identity.ts';
import { openDeviceTokens } from '#host/node/device-tokens.ts';
import { createGatewayLink } from '#host/node/gateway-link.ts';
import type { GatewayLink } from '#host/node/types.ts';
import { systemClock, systemIds } from '#host/system.ts';
import { version } from '#host/version.ts';
import { nodeInvokeResponseSchema, nodeListResultSchema } from '#protocol/gateway-nodes.ts';
import type { CliContext } from './context.ts';
import {
  companionStatus,
  type Endpoint,
  type EndpointOptions,
  resolveEndpoint,
} from './endpoint.ts';
import { invokeError } from './invoke-error.ts';
import { chooseNode } from './node-choice.ts';

/** How long a one-shot command tries to reach the Gateway. */
const connectDeadlineMs = 8_000;

/** `setTimeout` fires at once above this; the Gateway's own timers end there too (gateway §8). */
export const longestWaitMs = 2_147_483_647;

/** One `node.invoke`. */
export interface Invoke {
  /** Id, its beginning or display name; absent: see {@link chooseNode}. */
  readonly node: string | undefined;
  readonly command: string;
  readonly params: unknown;
  readonly waitMs: number;
}

/**
 * Connects as an operator, calls one node command, disconnects.
 * @returns the node's payload.
 * @throws CompanionError UNREACHABLE, USAGE for an unclear node, DENIED, TIMEOUT, CANCELLED when
 *   the program is told to stop, or the node's own error.
 */
export async function invokeNode(
  context: CliContext,
  options: EndpointOptions,
  call: Invoke,
): Promise<unknown> {
  const endpoint = await resolveEndpoint(context.stateDir, context.env, options);
  const link = await createOperator(context, endpoint);
  link.start();
  try {
    await firstConnection(link, endpoint.url, context.signal);
    const nodeId = await resolveNode(link, context, call);
    const answer = await request(link, context.signal, nodeId, call);
    return nodeInvokeResponseSchema.parse(answer).payload;
  } finally {
    await link.stop();
  }
}

async function createOperator(
  { stateDir }: CliContext,
  { url, credentials }: Endpoint,
): Promise<GatewayLink> {
  return createGatewayLink(
    {
      url,
      identity: await loadDeviceIdentity(stateDir.cliIdentity, { clock: systemClock }),
      client: {
        id: 'cli',
        displayName: `openclaw-mac on ${hostname()}`,
        version,
        platform: process.platform,
        mode: 'cli',
      },
      role: 'operator',
      scopes: ['operator.read', 'operator.write'],
      advertisement: { caps: [], commands: [], permissions: {} },
      credentials,
    },
    {
      clock: systemClock,
      ids: systemIds,
      log: silentLogger,
      tokens: openDeviceTokens(stateDir.deviceTokens),
    },
  );
}

/** The first failed attempt of a one-shot command is its answer; waiting would only hide it. */
async function firstConnection(link: GatewayLink, url: string, stop: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = AbortSignal.timeout(connectDeadlineMs);
  const fail = (why: string) => reject(notConnected(url, why));
  const onLate = () => fail(messages.cli.noAnswer);
  const onStop = () => reject(new CompanionError('CANCELLED', 'connecting was cancelled'));
  const stopListening = link.onState((state) => {
    if (state.kind === 'connected') resolve();
    else if (state.kind === 'waiting') fail(state.why);
  });
  late.addEventListener('abort', onLate, { once: true });
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  if (link.state.kind === 'connected') resolve();
  await promise.finally(() => {
    stopListening();
    late.removeEventListener('abort', onLate);
    stop.removeEventListener('abort', onStop);
  });
}

function notConnected(url: string, why: string): CompanionError {
  const known = /^refused: unauthorized/i.test(why);
  return new CompanionError('UNREACHABLE', messages.cli.gatewayUnreachable(url, why), {
    hint: known ? messages.cli.wrongSecretHint : messages.cli.startCompanionHint,
  });
}

async function resolveNode(
  link: GatewayLink,
  { stateDir }: CliContext,
  { node, command }: Invoke,
): Promise<string> {
  const { nodes } = nodeListResultSchema.parse(await link.request('node.list', {}));
  // Only a preference: whatever keeps the companion from answering, the list decides then.
  const companion = await companionStatus(stateDir).catch(() => null);
  return chooseNode(nodes, { named: node ?? null, command, companion: companion?.nodeId ?? null });
}

async function request(
  link: GatewayLink,
  signal: AbortSignal,
  nodeId: string,
  { command, params, waitMs }: Invoke,
): Promise<unknown> {
  const timeoutMs = Math.min(waitMs, longestWaitMs);
  const call = { nodeId, command, params, timeoutMs, idempotencyKey: systemIds.uuid() };
  try {
    // The Gateway answers at timeoutMs; the margin is for its answer to arrive.
    return await link.request('node.invoke', call, { timeoutMs: timeoutMs + 5_000, signal });
  } catch (error) {
    throw invokeError(error, timeoutMs);
  }
}
