import { type Dispatch, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Pending } from './edits.ts';

/** What is asked about; once it is not any more, the focus goes back to where it came from. */
export function usePending(): [Pending | null, Dispatch<Pending | null>] {
  const [pending, setPending] = useState<Pending | null>(null);
  const asker = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (pending !== null || asker.current === null) return;
    if (asker.current instanceof HTMLElement) asker.current.focus();
    asker.current = null;
  }, [pending]);
  const ask = (asked: Pending | null): void => {
    if (asked !== null) asker.current ??= document.activeElement;
    setPending(asked);
  };
  return [pending, ask];
}

/** When something that had the focus was closed, what opens it gets the focus back. */
export function useFocusOnceClosed(isOpen: boolean, openerId: string): void {
  const was = useRef(isOpen);
  useLayoutEffect(() => {
    const closed = was.current && !isOpen;
    was.current = isOpen;
    if (!closed || document.activeElement !== document.body) return;
    document.getElementById(openerId)?.focus();
  }, [isOpen, openerId]);
}

/**
 * When the row that had the focus is gone, the one in its place gets it.
 * @returns to be told the number of a row that is about to go.
 */
export function useFocusAfter(list: unknown): (row: number) => void {
  const gone = useRef<number | null>(null);
  useLayoutEffect(() => {
    const { current } = gone;
    gone.current = null;
    if (current === null || document.activeElement !== document.body) return;
    const find = (row: number) => document.getElementById(`remove-${row}`);
    const next = find(current) ?? find(current - 1) ?? document.getElementById('rules-search');
    next?.focus();
  }, [list]);
  return (row) => {
    gone.current = row;
  };
}
