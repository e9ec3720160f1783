import { useEffect } from 'preact/hooks';
import type { Edits } from './edits.ts';

/** Ctrl+Z or Cmd+Z: the line with "Undo" is far from a row of a long list without a pointer. */
export function useUndoKey(edits: Pick<Edits, 'undoLast'>): void {
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey, shiftKey, altKey, repeat, target } = event;
      const isUndo = key === 'z' && (ctrlKey || metaKey) && !shiftKey && !altKey && !repeat;
      // A field has an undo of its own.
      if (!isUndo || (target instanceof Element && target.matches('input, textarea'))) return;
      if (edits.undoLast()) event.preventDefault();
    };
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, [edits]);
}
