import { CompanionError, errorText } from '#core/errors.ts';
import { type PairingList, readPairingList } from '#core/pairing/requests.ts';
import type { PairingKind } from '#core/pairing/types.ts';
import type { Clock, Hasher, Logger } from '#core/ports.ts';
import type { GatewayLink } from './types.ts';

/** A Gateway that has just started may not answer at once (app-features §9). */
const tries = 8;
const firstPauseMs = 200;
const longestPauseMs = 2_000;
/** Of every request about pairing. */
export const pairingTimeoutMs = 6_000;

export interface PairingListsDeps {
  readonly link: Pick<GatewayLink, 'request'>;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly log: Logger;
}

/** Asks the Gateway what waits. */
export interface PairingLists {
  /** @throws CompanionError of the link, or what the Gateway said. Null: an answer that is no list. */
  once(kind: PairingKind): Promise<PairingList | null>;
  /** Tries again while that may help; null when it did not, or the signal ended it. */
  stubbornly(kind: PairingKind, signal: AbortSignal): Promise<PairingList | null>;
}

export function createPairingLists({ link, clock, hasher, log }: PairingListsDeps): PairingLists {
  async function ask(kind: PairingKind, signal?: AbortSignal): Promise<PairingList | null> {
    const options = { timeoutMs: pairingTimeoutMs, ...(signal ? { signal } : {}) };
    const answer = await link.request(`${kind}.pair.list`, {}, options);
    const list = readPairingList(kind, answer, hasher);
    if (list === null) log.warn('pairing.list.unreadable', { kind });
    else if (list.refused > 0) log.warn('pairing.entries.refused', { kind, refused: list.refused });
    return list;
  }

  return {
    once: (kind) => ask(kind),
    async stubbornly(kind, signal) {
      for (let attempt = 0; attempt < tries && !signal.aborted; attempt += 1) {
        try {
          return await ask(kind, signal);
        } catch (error) {
          log.debug('pairing.list.failed', { kind, attempt, error: errorText(error) });
          if (!mayHelp(error)) return null;
          await pause(clock, Math.min(firstPauseMs * 2 ** attempt, longestPauseMs), signal);
        }
      }
      return null;
    },
  };
}

/** A Gateway that does not know the method, or does not let us use it, says the same every time. */
function mayHelp(error: unknown): boolean {
  return !(error instanceof CompanionError) || !hopeless.has(error.code);
}
const hopeless: ReadonlySet<string> = new Set(['INVALID_REQUEST', 'CANCELLED', 'NOT_PAIRED']);

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.schedule(ms, resolve);
  const onAbort = (): void => {
    cancel();
    resolve();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return promise.finally(() => signal.removeEventListener('abort', onAbort));
}
