import type { ApprovalDesk } from '#core/approvals/types.ts';

/**
 * Keeps a place at the desk for the approval window before there is one: what is asked meanwhile
 * waits for it, as while nobody can see the screen. Without it that would be nobody's, and left to
 * `askFallback`.
 * @returns what gives the place up.
 */
export function keepWindowPlace(desk: Pick<ApprovalDesk, 'attach'>): () => void {
  const nothing = (): void => undefined;
  return desk.attach({ surface: 'window', mode: 'away', present: nothing, clear: nothing });
}
