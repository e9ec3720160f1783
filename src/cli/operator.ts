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
import { type EndpointOptions, resolveEndpoint } from './endpoint.ts';

/** How long a one-shot command tries to reach the Gateway. */
const connectDeadlineMs = 8_000;

/** Opens one operator connection, uses it, closes it. @throws CompanionError UNREACHABLE. */
export async function withOperator<T>(
  context: CliContext,
  options: EndpointOptions,
  use: (operator: GatewayLink) => Promise<T>,
): Promise<T> {
  const endpoint = await resolveEndpoint(context.stateDir, context.env, options);
  const identity = await loadDeviceIdentity(context.stateDir.cliIdentity, { clock: systemClock });
  const link = createGatewayLink(
    {
      url: endpoint.url,
      identity,
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
      credentials: endpoint.credentials,
    },
    {
      clock: systemClock,
      ids: systemIds,
      log: silentLogger,
      tokens: openDeviceTokens(context.stateDir.deviceTokens),
    },
  );
  link.start();
  try {
    await firstConnection(link, endpoint.url, context.signal);
    return await use(link);
  } finally {
    await link.stop();
  }
}

/** The first failed attempt of a one-shot command is its answer; waiting would only hide it. */
async function firstConnection(link: GatewayLink, url: string, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(connectDeadlineMs)]);
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => {
      stop();
      reject(
        new CompanionError('UNREACHABLE', messages.cli.gatewayUnreachable(url, why), {
          hint: messages.cli.startCompanionHint,
        }),
      );
    };
    const onAbort = () => fail(messages.cli.noAnswer);
    const stop = link.onState((state) => {
      if (state.kind === 'connected') {
        stop();
        deadline.removeEventListener('abort', onAbort);
        resolve();
      } else if (state.kind === 'waiting') {
        deadline.removeEventListener('abort', onAbort);
        fail(state.why);
      }
    });
    deadline.addEventListener('abort', onAbort, { once: true });
    if (link.state.kind === 'connected') {
      stop();
      resolve();
    }
  });
}

/**
 * The node a command goes to: the named one (id, unique id prefix or display name), else the only
 * connected one that offers it.
 * @throws CompanionError USAGE when that is not exactly one.
 */
export async function chooseNode(
  operator: GatewayLink,
  wanted: { readonly named?: string | undefined; readonly command: string },
): Promise<string> {
  const { nodes } = nodeListResultSchema.parse(await operator.request('node.list', {}));
  const connected = nodes.filter((node) => node.connected);
  const { named } = wanted;
  const fits = (named === undefined ? connected : nodes).filter((node) =>
    named === undefined
      ? node.commands?.includes(wanted.command)
      : node.nodeId === named || node.displayName === named || node.nodeId.startsWith(named),
  );
  const exact = fits.find((node) => node.nodeId === named);
  const only = exact ?? (fits.length === 1 ? fits[0] : undefined);
  if (only) return only.nodeId;
  const choices = connected.map((node) => `${node.nodeId}  ${node.displayName ?? ''}`);
  throw new CompanionError('USAGE', messages.cli.nodeNotClear(named ?? null, fits.length), {
    hint: choices.length === 0 ? messages.cli.noNodes : messages.cli.nodeChoices(choices),
  });
}

export interface Invoke {
  readonly nodeId: string;
  readonly command: string;
  readonly params: unknown;
  readonly timeoutMs: number;
}

/** One `node.invoke`. @throws CompanionError with the node's own message. */
export async function invokeNode(operator: GatewayLink, invoke: Invoke): Promise<unknown> {
  const answer = await operator
    .request(
      'node.invoke',
      { ...invoke, idempotencyKey: systemIds.uuid() },
      // The Gateway answers at timeoutMs; the margin is for its answer to arrive.
      { timeoutMs: invoke.timeoutMs + 5_000 },
    )
    .catch((error: unknown) => {
      throw nodeError(error);
    });
  return nodeInvokeResponseSchema.parse(answer).payload;
}

/** Node errors carry their reason as a message prefix (node-commands §1.4). */
function nodeError(error: unknown): unknown {
  if (!(error instanceof CompanionError)) return error;
  const { message } = error;
  if (/^(SYSTEM_RUN_DENIED|SYSTEM_RUN_DISABLED|PERMISSION_MISSING)/.test(message)) {
    return new CompanionError('DENIED', message);
  }
  if (/^COMPANION_APP_UNAVAILABLE|^node not connected/.test(message)) {
    return new CompanionError('UNREACHABLE', message, { hint: messages.cli.startCompanionHint });
  }
  return error;
}
