import { CompanionError, errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import type { GatewayFeature, MethodHandler, Session } from './types.ts';

/** All features as one. A feature that fails must not take the others' turn away. */
export interface FeatureSet {
  readonly methods: ReadonlyMap<string, MethodHandler>;
  /** Names of all events a client may see. */
  readonly events: readonly string[];
  connected(session: Session): void;
  disconnected(session: Session): void;
  stop(): void;
}

/** Events that no feature sends. */
const ownEvents = ['connect.challenge', 'shutdown'] as const;

/** @throws CompanionError INTERNAL when two features claim one method. */
export function createFeatureSet(features: readonly GatewayFeature[], log: Logger): FeatureSet {
  const tell = (what: (feature: GatewayFeature) => void) => {
    for (const feature of features) {
      try {
        what(feature);
      } catch (error) {
        log.error('gateway.feature.failed', { error: errorText(error) });
      }
    }
  };
  return {
    methods: collectMethods(features),
    events: [...new Set([...ownEvents, ...features.flatMap((one) => one.events ?? [])])],
    connected: (session) => tell((feature) => feature.connected?.(session)),
    disconnected: (session) => tell((feature) => feature.disconnected?.(session)),
    stop: () => tell((feature) => feature.stop?.()),
  };
}

function collectMethods(features: readonly GatewayFeature[]): Map<string, MethodHandler> {
  const methods = new Map<string, MethodHandler>();
  for (const [name, handler] of features.flatMap((one) => Object.entries(one.methods))) {
    if (methods.has(name)) throw new CompanionError('INTERNAL', `two features answer ${name}`);
    methods.set(name, handler);
  }
  return methods;
}
