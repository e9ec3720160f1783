import { useEffect } from 'preact/hooks';

/**
 * Calls when a person comes back to this window, perhaps from the system's settings: nothing tells
 * a page what was changed there, and nobody looks at a page in the background.
 */
export function useReturn(onReturn: () => void): void {
  useEffect(() => {
    window.addEventListener('focus', onReturn);
    return () => window.removeEventListener('focus', onReturn);
  }, [onReturn]);
}
