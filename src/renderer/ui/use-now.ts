import { useEffect, useReducer, useRef } from 'preact/hooks';

/**
 * The time of the main process, as far as this page knows it: `nowMs` of the newest snapshot and
 * what has passed since. Drawn again every `everyMs` while somebody looks; null: nothing moves.
 */
export function useNow(nowMs: number, everyMs: number | null): number {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const known = useRef({ nowMs, at: performance.now() });
  if (known.current.nowMs !== nowMs) known.current = { nowMs, at: performance.now() };
  useEffect(() => {
    if (everyMs === null) return;
    let timer: ReturnType<typeof setInterval> | undefined;
    // A window that is hidden costs nothing (stack §4, idle).
    const follow = (): void => {
      clearInterval(timer);
      if (document.visibilityState === 'hidden') return;
      timer = setInterval(() => draw(null), everyMs);
      draw(null);
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', follow);
    };
  }, [everyMs]);
  return known.current.nowMs + (performance.now() - known.current.at);
}
