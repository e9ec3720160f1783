import type { ExecOrigin } from './types.ts';

/**
 * How long a FEB socket peer may be kept waiting for a person (D15, exec-ipc §7.4). The peer itself
 * waits 20 s, so 5 s remain for the command.
 */
export const febPromptLimitMs = 15_000;

/** Kept back of a caller's own deadline, so that our answer arrives before the caller gives up. */
const answerMarginMs = 500;

/**
 * @param elapsedMs time since the request arrived.
 * @returns ms a person may be asked, at least 1; null = until the caller goes away.
 */
export function promptLimitMs(origin: ExecOrigin, elapsedMs: number): number | null {
  const { budgetMs, transport } = origin;
  if (budgetMs === null) return null;
  const isFebPeer = transport === 'exec-socket' && budgetMs === febPromptLimitMs;
  const margin = isFebPeer ? 0 : Math.min(answerMarginMs, budgetMs / 10);
  return Math.max(1, Math.floor(budgetMs - margin - elapsedMs));
}
