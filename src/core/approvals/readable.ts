import { maxCommandTextChars } from '#core/exec/validate.ts';
import type { AlwaysOffer, ApprovalSubject } from './types.ts';

/** Everything beside the command together: many times what names and paths take. */
const maxOtherChars = 16_384;

/**
 * Whether a person can be expected to read all of a question. A longer one is refused, never cut,
 * and none of its parts can push another out of sight (S5, AP-03).
 */
export function isReadable(subject: ApprovalSubject): boolean {
  // Risk notes are ours: short, but for the words they warn of, which are in the command already.
  const { risks: _notes, riskFacts: _facts, ...read } = subject;
  const { commandText, argv, env, always, offers = [], mayRunHere: _here, ...others } = read;
  const told = [...Object.values(others), ...Object.entries(env).flat()];
  return (
    commandText.length <= maxCommandTextChars &&
    chars(argv ?? []) <= maxCommandTextChars &&
    chars(always) <= maxCommandTextChars &&
    isReadableOffer(offers) &&
    chars(told) <= maxOtherChars
  );
}

/**
 * The same for what "always" offers: the narrowest rules say the command again, and so does its own
 * line above them.
 */
export function isReadableOffer(offers: readonly AlwaysOffer[]): boolean {
  const narrowest = offers.map(({ choices: [{ sentence }] }) => sentence);
  const all = offers.flatMap(({ command, choices }) => [
    command,
    ...choices.map(({ sentence }) => sentence),
  ]);
  return chars(narrowest) <= maxCommandTextChars && chars(all) <= 2 * maxCommandTextChars;
}

function chars(texts: readonly (string | null)[]): number {
  return texts.reduce((sum, text) => sum + (text?.length ?? 0) + 1, 0);
}
