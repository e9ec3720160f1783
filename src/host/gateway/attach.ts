import { CompanionError, errorText } from '#core/errors.ts';
import type { GatewayLink, LinkState } from '#host/node/types.ts';
import { findPortOwner } from '#host/port-owner.ts';
import type { Gateway } from './gateway.ts';

/** The Gateway a companion works with. */
export interface GatewayInUse {
  readonly url: string;
  readonly mode: 'own' | 'attached';
  /** Ends what we started; an attached Gateway stays as it is. */
  stop(): Promise<void>;
}

export interface GatewayChoice {
  readonly port: number;
  readonly own: Gateway;
  /** Makes an operator link to whoever has the port. */
  readonly probe: (url: string) => GatewayLink;
}

/** How long whoever has the port may take to show that it is a Gateway. */
const probeMs = 4_000;

/**
 * D4: a free port gets our own Gateway; an OpenClaw Gateway that lets us in is attached to, and
 * never changed; anybody else is named. Nothing we did not start is ever stopped.
 * @throws CompanionError UNAVAILABLE naming the owner of the port.
 */
export async function ownOrAttached(choice: GatewayChoice): Promise<GatewayInUse> {
  try {
    const { url } = await choice.own.start();
    return { url, mode: 'own', stop: () => choice.own.stop('gateway stopping') };
  } catch (error) {
    if (!isPortTaken(error)) throw error;
  }
  const url = `ws://127.0.0.1:${choice.port}`;
  const refusal = await refusalOf(choice.probe(url));
  if (refusal === null) return { url, mode: 'attached', stop: async () => undefined };
  const owner = await findPortOwner(choice.port);
  const who = owner === null ? 'another process' : `${owner.name} (pid ${owner.pid})`;
  throw new CompanionError('UNAVAILABLE', `Port ${choice.port} is in use by ${who}: ${refusal}`, {
    hint: 'Stop that program, or choose another port with --port (0 picks a free one).',
  });
}

function isPortTaken(error: unknown): boolean {
  if (!(error instanceof CompanionError)) return false;
  return (error.details as { code?: unknown } | undefined)?.code === 'EADDRINUSE';
}

/** Null when it answers `health` as a Gateway does, else why it cannot be used. */
async function refusalOf(link: GatewayLink): Promise<string | null> {
  const deadline = AbortSignal.timeout(probeMs);
  try {
    link.start();
    await Promise.race([link.connected(deadline), firstFailure(link)]);
    await link.request('health', {}, { timeoutMs: probeMs });
    return null;
  } catch (error) {
    return `it is no Gateway that lets us in (${errorText(error)})`;
  } finally {
    await link.stop();
  }
}

function firstFailure(link: GatewayLink): Promise<never> {
  return new Promise((_resolve, reject) => {
    link.onState((state: LinkState) => {
      if (state.kind === 'waiting') reject(new CompanionError('UNREACHABLE', state.why));
    });
  });
}
