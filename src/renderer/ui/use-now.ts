import { useCallback, useReducer, useRef } from 'preact/hooks';
import { useWhileSeen } from './use-while-seen.ts';

/**
 * The time of the main process, as far as this page knows it: `nowMs` of the newest snapshot and
 * what has passed since. Drawn again every `everyMs` while somebody looks; null: nothing moves.
 */
export function useNow(nowMs: number, everyMs: number | null): number {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const known = useRef({ nowMs, at: performance.now() });
  if (known.current.nowMs !== nowMs) known.current = { nowMs, at: performance.now() };
  useWhileSeen(
    useCallback(() => draw(null), []),
    everyMs,
  );
  return known.current.nowMs + (performance.now() - known.current.at);
}
