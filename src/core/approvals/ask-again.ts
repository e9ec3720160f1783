import type { PendingApproval } from './types.ts';

/** What is needed of a question that nobody answered, to tell its agent that it may ask again. */
export type MissedQuestion = Pick<PendingApproval, 'id' | 'kind' | 'subject'>;

/**
 * "Ask again" (ui.md §2): the agent need not wait any longer, and its session is told that a person
 * is here now. Nothing is put in line and nothing runs by it.
 * @returns false when the session could not be told; then the agent has to try by itself.
 */
export type AskAgain = (question: MissedQuestion) => Promise<boolean>;

/** The session that would be told; null where none is behind the question. */
export function sessionToTell({ kind, subject }: MissedQuestion): string | null {
  const session = subject.sessionKey?.trim() ?? '';
  return kind === 'policy-change' || session === '' ? null : session;
}
