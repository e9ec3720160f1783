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

/** A form that is open: of the rule with this id, or of a new one. */
export interface OpenForm {
  readonly ruleId: string | null;
}

/** The button that opens a form; null where its rule is not drawn. */
export function openerOf({ ruleId }: OpenForm): HTMLElement | null {
  const button = ruleId === null ? '#add-rule' : `[data-rule="${CSS.escape(ruleId)}"]`;
  return document.querySelector<HTMLElement>(button);
}

/** When a form that had the focus was closed, what opens it gets the focus back. */
export function useFocusOnceClosed(form: OpenForm | null): void {
  const was = useRef(form);
  useLayoutEffect(() => {
    const closed = was.current;
    was.current = form;
    if (closed === null || form !== null || document.activeElement !== document.body) return;
    openerOf(closed)?.focus();
  }, [form]);
}

/**
 * When the row that had the focus is gone, the one in its place gets it.
 * @returns to be told the id of a control, `remove-3`, whose row is about to go.
 */
export function useFocusAfter(list: unknown): (id: string) => void {
  const gone = useRef('');
  useLayoutEffect(() => {
    const [, kind, row] = /^(\w+-)(\d+)$/.exec(gone.current) ?? [];
    gone.current = '';
    if (row === undefined || document.activeElement !== document.body) return;
    const find = (number: number) => document.getElementById(`${kind}${number}`);
    const next = find(Number(row)) ?? find(Number(row) - 1);
    (next ?? document.getElementById('rules-search'))?.focus();
  }, [list]);
  return (id) => {
    gone.current = id;
  };
}
