import type { Cancel, Clock } from '#core/ports.ts';
import type { InvokeOutcome } from './invocations.ts';
import type { Session } from './types.ts';

/** Who waits for which call: one that nobody waits for any more is cancelled (architecture §3). */
export interface CallerWatch {
  /** Ends by itself when the call is answered. */
  join(call: Promise<InvokeOutcome>, session: Session): void;
  /** The connection is gone. */
  left(session: Session): void;
  stop(): void;
}

/** A caller whose connection broke may come back within this time, with its idempotency key. */
const comeBackMs = 3_000;

interface Waiting {
  readonly callers: Set<Session>;
  stopTimer: Cancel;
}

export function createCallerWatch(deps: {
  readonly clock: Clock;
  readonly cancel: (call: Promise<InvokeOutcome>) => void;
}): CallerWatch {
  const calls = new Map<Promise<InvokeOutcome>, Waiting>();

  const open = (call: Promise<InvokeOutcome>): Waiting => {
    const waiting: Waiting = { callers: new Set(), stopTimer: () => undefined };
    calls.set(call, waiting);
    void call.then(() => {
      waiting.stopTimer();
      calls.delete(call);
    });
    return waiting;
  };

  return {
    join(call, session) {
      const waiting = calls.get(call) ?? open(call);
      waiting.callers.add(session);
      waiting.stopTimer();
    },
    left(session) {
      for (const [call, waiting] of calls) {
        if (!waiting.callers.delete(session) || waiting.callers.size > 0) continue;
        waiting.stopTimer = deps.clock.schedule(comeBackMs, () => deps.cancel(call));
      }
    },
    stop() {
      for (const { stopTimer } of calls.values()) stopTimer();
      calls.clear();
    },
  };
}
