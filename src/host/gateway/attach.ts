import { CompanionError, errorText } from '#core/errors.ts';
import type { Clock } from '#core/ports.ts';
import type { GatewayLink, LinkState } from '#host/node/types.ts';
import type { ForeignCredentials } from '#host/store/openclaw-config.ts';
import type { Gateway } from './gateway.ts';
import { probePort } from './port-probe.ts';

/** The Gateway a companion works with. */
export interface GatewayInUse {
  readonly url: string;
  readonly mode: 'own' | 'attached';
  /** {@link Gateway.answered}; a Gateway that is not ours looks after its own callers. */
  answered(): Promise<void>;
  /** Ends what we started; an attached Gateway stays as it is. */
  stop(): Promise<void>;
}

export interface GatewayChoice {
  readonly port: number;
  readonly own: Gateway;
  /** For a Gateway that is not ours; ours is never shown to whoever has the port. */
  readonly foreignCredentials: ForeignCredentials | null;
  /** Makes an operator link to whoever has the port. */
  readonly dial: (url: string, credentials: ForeignCredentials) => GatewayLink;
  readonly clock: Clock;
}

/** How long a Gateway may take to let us in and answer `health`. */
const healthMs = 4_000;

const elsewhere = 'Stop that program, or choose another port with --port (0 picks a free one).';

/**
 * D4: a free port gets our own Gateway; an OpenClaw Gateway that lets us in is attached to, and
 * never changed; anybody else is named. Nothing we did not start is ever stopped.
 * @throws CompanionError UNAVAILABLE saying who has the port and what can be done.
 */
export async function ownOrAttached(choice: GatewayChoice): Promise<GatewayInUse> {
  try {
    const { url } = await choice.own.start();
    return {
      url,
      mode: 'own',
      answered: choice.own.answered,
      stop: () => choice.own.stop('gateway stopping'),
    };
  } catch (error) {
    // Features may hold timers already.
    await choice.own.stop('not started');
    if (!isPortTaken(error)) throw error;
  }
  const url = `ws://127.0.0.1:${choice.port}`;
  await requireHealth(choice, url);
  const nothing = async () => undefined;
  return { url, mode: 'attached', answered: nothing, stop: nothing };
}

function isPortTaken(error: unknown): boolean {
  if (!(error instanceof CompanionError)) return false;
  return (error.details as { code?: unknown } | undefined)?.code === 'EADDRINUSE';
}

async function requireHealth(choice: GatewayChoice, url: string): Promise<void> {
  const { port, clock, foreignCredentials, dial } = choice;
  const state = await probePort(port, clock);
  if (state.kind !== 'gateway') {
    const owner = state.kind === 'other' ? state.owner : null;
    const who = owner === null ? 'another program' : `${owner.name} (pid ${owner.pid})`;
    throw new CompanionError('UNAVAILABLE', `Port ${port} is in use by ${who}.`, {
      hint: elsewhere,
    });
  }
  if (foreignCredentials === null) {
    throw new CompanionError(
      'UNAVAILABLE',
      `Port ${port} has a Gateway whose token is not known.`,
      {
        hint: 'Name its token in $OPENCLAW_GATEWAY_TOKEN (without a window also with --token-file), or choose another port with --port.',
      },
    );
  }
  const refusal = await refusalOf(dial(url, foreignCredentials));
  if (refusal === null) return;
  throw new CompanionError(
    'UNAVAILABLE',
    `The Gateway on port ${port} cannot be used: ${refusal}`,
    {
      hint: elsewhere,
    },
  );
}

/** Null when it lets us in and answers `health`. */
async function refusalOf(link: GatewayLink): Promise<string | null> {
  try {
    const failed = firstFailure(link);
    link.start();
    await Promise.race([link.connected(AbortSignal.timeout(healthMs)), failed]);
    await link.request('health', {}, { timeoutMs: healthMs });
    return null;
  } catch (error) {
    return errorText(error);
  } finally {
    await link.stop();
  }
}

function firstFailure(link: GatewayLink): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  link.onState((state: LinkState) => {
    if (state.kind === 'waiting') reject(new CompanionError('UNREACHABLE', state.why));
  });
  // It may come after the race is over.
  promise.catch(() => undefined);
  return promise;
}
