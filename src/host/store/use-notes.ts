import { errorText } from '#core/errors.ts';
import type { RuleUse } from '#core/policy/held-policy.ts';
import type { Cancel, Clock, Logger } from '#core/ports.ts';

/** Collects rule hits, so that a busy agent costs one write per interval and not one per run. */
export interface UseNotes {
  add(ruleId: string, resolvedPath: string): void;
  /** Hands over what waits, now; also the end of the timer. Never rejects. */
  flush(): Promise<void>;
}

/** Uses are noted together, this long after the first. */
const delayMs = 5_000;

export function createUseNotes(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  write: (uses: ReadonlyMap<string, RuleUse>) => Promise<void>,
): UseNotes {
  let uses = new Map<string, RuleUse>();
  let cancel: Cancel | null = null;

  const flush = async (): Promise<void> => {
    cancel?.();
    cancel = null;
    if (uses.size === 0) return;
    const taken = uses;
    uses = new Map();
    try {
      await write(taken);
    } catch (error) {
      // Best effort by contract: a use that is not noted changes no decision.
      log.warn('policy.use.not-noted', { error: errorText(error) });
    }
  };

  return {
    add(ruleId, resolvedPath) {
      uses.set(ruleId, { atMs: Math.floor(clock.now()), resolvedPath });
      cancel ??= clock.schedule(delayMs, () => void flush());
    },
    flush,
  };
}
