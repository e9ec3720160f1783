import { maxCommandTextChars } from '#core/exec/validate.ts';
import type { ApprovalSubject } from './types.ts';

/** Everything beside the command together: many times what names and paths take. */
const maxOtherChars = 16_384;

/**
 * Whether a person can be expected to read all of a question. A longer one is refused, never cut,
 * and none of its parts can push another out of sight (S5, AP-03).
 */
export function isReadable(subject: ApprovalSubject): boolean {
  // Risk notes are ours: short, but for the words they warn of, which are in the command already.
  const { commandText, argv, env, risks: _notes, always, ...others } = subject;
  const told = [...Object.values(others), ...Object.entries(env).flat()];
  return (
    commandText.length <= maxCommandTextChars &&
    chars(argv ?? []) <= maxCommandTextChars &&
    chars(always) <= maxCommandTextChars &&
    chars(told) <= maxOtherChars
  );
}

function chars(texts: readonly (string | null)[]): number {
  return texts.reduce((sum, text) => sum + (text?.length ?? 0) + 1, 0);
}
