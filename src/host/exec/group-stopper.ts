import type { Cancel, Clock, Logger } from '#core/ports.ts';
import { signalGroup } from './process-groups.ts';

/** Between the polite and the final signal (exec-ipc §3.7). */
const termGraceMs = 100;

/** A process that survives SIGKILL (another user's, or stuck in the kernel) is not waited for. */
const giveUpMs = 1_000;

/** Longest delay a timer of Node can hold; a longer one would fire at once. */
const maxTimerMs = 2 ** 31 - 1;

type StopCause = 'timeout' | 'cancelled';

/** Ends one process group when its time is over or its caller is gone. */
export interface GroupStopper {
  /** Why the group was stopped; null while it was not. */
  cause(): StopCause | null;
  /** Resolves when SIGKILL was sent. */
  readonly killed: Promise<void>;
  /** Resolves when the group had its SIGKILL and is still there. */
  readonly gaveUp: Promise<void>;
  cancel(): void;
  /** Drops timers and listeners. */
  release(): void;
}

export function createGroupStopper(
  group: number,
  timeoutMs: number | null,
  signal: AbortSignal,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): GroupStopper {
  let cause: StopCause | null = null;
  let stopTimer: Cancel = () => {};
  const killed = Promise.withResolvers<void>();
  const gaveUp = Promise.withResolvers<void>();

  const kill = () => {
    stopTimer();
    signalGroup(group, 'SIGKILL', log);
    killed.resolve();
    stopTimer = clock.schedule(giveUpMs, gaveUp.resolve);
  };
  const cancel = () => {
    cause ??= 'cancelled';
    kill();
  };
  const timeOut = () => {
    cause = 'timeout';
    signalGroup(group, 'SIGTERM', log);
    stopTimer = clock.schedule(termGraceMs, kill);
  };

  if (timeoutMs !== null) stopTimer = clock.schedule(Math.min(timeoutMs, maxTimerMs), timeOut);
  signal.addEventListener('abort', cancel, { once: true });
  return {
    cause: () => cause,
    killed: killed.promise,
    gaveUp: gaveUp.promise,
    cancel,
    release() {
      stopTimer();
      signal.removeEventListener('abort', cancel);
    },
  };
}
