import { CompanionError } from '#core/errors.ts';
import type { HelloOk } from '#protocol/gateway-connect.ts';
import type { GatewayLink } from './types.ts';

/**
 * The current connection's hello, or the next one's.
 * @throws CompanionError CANCELLED when `signal` aborts or the link is stopped.
 */
export function nextHello(
  link: Pick<GatewayLink, 'state' | 'onState'>,
  signal: AbortSignal | undefined,
): Promise<HelloOk> {
  if (link.state.kind === 'connected') return Promise.resolve(link.state.hello);
  return new Promise((resolve, reject) => {
    const finish = (then: () => void) => {
      stopListening();
      signal?.removeEventListener('abort', onAbort);
      then();
    };
    const giveUp = (why: string) =>
      finish(() => reject(new CompanionError('CANCELLED', `connecting was ${why}`)));
    const onAbort = () => giveUp('cancelled');
    const stopListening = link.onState((state) => {
      if (state.kind === 'connected') finish(() => resolve(state.hello));
      if (state.kind === 'stopped') giveUp('stopped');
    });
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
