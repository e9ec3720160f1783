import { pauseMs } from '#core/approvals/pause.ts';
import type { ApprovalAnswer, PendingApproval } from '#core/approvals/types.ts';
import type { TerminalChoices } from '#core/messages.ts';

/** What may be answered to a question. */
export function choicesOf({ offered, subject }: PendingApproval): TerminalChoices {
  const deny = offered.includes('deny');
  return {
    once: offered.includes('allow-once'),
    always: offered.includes('allow-always'),
    deny,
    // A pause needs a name to go by: agents that give none are not one agent.
    pause: deny && subject.agentId !== null,
  };
}

export type TypedAnswer = Pick<ApprovalAnswer, 'decision' | 'pauseAgentMs'>;

/** Whole words, exactly as typed. Enter alone is the default answer (ui.md §7). */
const words: ReadonlyMap<string, readonly [keyof TerminalChoices, TypedAnswer]> = new Map([
  ['a', ['once', { decision: 'allow-once' }]],
  ['always', ['always', { decision: 'allow-always' }]],
  ['', ['deny', { decision: 'deny' }]],
  ['d', ['deny', { decision: 'deny' }]],
  // As the answer line shows it.
  ['D', ['deny', { decision: 'deny' }]],
  ['p', ['pause', { decision: 'deny', pauseAgentMs: pauseMs }]],
]);

/** Null for everything that is no answer to this question. */
export function typedAnswer(approval: PendingApproval, typed: string): TypedAnswer | null {
  const [choice, answer] = words.get(typed) ?? [];
  return choice !== undefined && answer && choicesOf(approval)[choice] ? answer : null;
}
