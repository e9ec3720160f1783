import type { Clock } from '#core/ports.ts';

/** Requests of all connections that wait for their answer. */
export interface OpenAnswers {
  /** @param answer settles once the answer is written; never rejects. */
  add(answer: Promise<void>): void;
  /** Resolves once everybody who waits now has an answer, or when the time is over. */
  given(limitMs: number): Promise<void>;
}

export function createOpenAnswers(clock: Clock): OpenAnswers {
  const open = new Set<Promise<void>>();
  return {
    add(answer) {
      open.add(answer);
      void answer.finally(() => open.delete(answer));
    },
    async given(limitMs) {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const cancel = clock.schedule(limitMs, resolve);
      await Promise.race([Promise.all(open), late]);
      cancel();
    },
  };
}
