import { useEffect } from 'preact/hooks';

/**
 * Calls every `everyMs` while somebody can see the page, and when it comes into view again; null:
 * never. A window that is hidden costs nothing (stack §4, idle).
 */
export function useWhileSeen(task: () => void, everyMs: number | null): void {
  useEffect(() => {
    if (everyMs === null) return;
    let timer: ReturnType<typeof setInterval> | undefined;
    const follow = (): void => {
      clearInterval(timer);
      if (document.visibilityState === 'hidden') return;
      timer = setInterval(task, everyMs);
      task();
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', follow);
    };
  }, [task, everyMs]);
}
