import { type GatewayHealth, gatewayHealth } from '#core/desktop/gateway-health.ts';
import { errorText } from '#core/errors.ts';
import type { Clock } from '#core/ports.ts';
import { gatewayHealthSchema } from '#protocol/gateway-health.ts';
import type { GatewayLink } from './types.ts';

export interface GatewayHealthDeps {
  /** Operator connection to a Gateway that is not ours; our own has no channels. */
  readonly link: Pick<GatewayLink, 'onEvent' | 'onState' | 'request' | 'state'>;
  readonly clock: Clock;
}

export interface HealthWatch {
  /** The latest word, and when it came (Unix time in ms); null while it is not connected. */
  current(): (GatewayHealth & { readonly atMs: number }) | null;
  /** Returns the function that stops it. */
  onChange(listener: () => void): () => void;
  stop(): void;
}

/** app-features §5. */
const answerMs = 15_000;

/**
 * How a foreign Gateway is: asked once on each connection, then told. A Gateway sends the event
 * `health` every minute (gateway §4), so nobody has to poll it.
 */
export function watchGatewayHealth({ link, clock }: GatewayHealthDeps): HealthWatch {
  const listeners = new Set<() => void>();
  let current: ReturnType<HealthWatch['current']> = null;
  /** Rises with every connection: an answer over an older one is dropped. */
  let connection = 0;
  const put = (health: GatewayHealth | null): void => {
    current = health && { ...health, atMs: clock.now() };
    for (const listener of [...listeners]) listener();
  };
  const read = (payload: unknown): void => {
    const { success, data } = gatewayHealthSchema.safeParse(payload);
    if (success) put(gatewayHealth(data.channels));
  };

  async function ask(): Promise<void> {
    connection += 1;
    const mine = connection;
    try {
      const answer = await link.request('health', {}, { timeoutMs: answerMs });
      if (mine === connection) read(answer);
    } catch (error) {
      if (mine === connection) put({ kind: 'failed', detail: errorText(error) });
    }
  }

  const stopEvents = link.onEvent(({ event, payload }) => {
    if (event === 'health') read(payload);
  });
  const stopStates = link.onState(({ kind }) => {
    if (kind === 'connected') return void ask();
    connection += 1;
    if (current !== null) put(null);
  });
  if (link.state.kind === 'connected') void ask();
  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      connection += 1;
      stopEvents();
      stopStates();
    },
  };
}
