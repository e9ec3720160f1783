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

export type TypedAnswer = Pick<ApprovalAnswer, 'decision' | 'pauseAgent'>;

/** Whole words, exactly as typed. */
const words: ReadonlyMap<string, readonly [keyof TerminalChoices, TypedAnswer]> = new Map([
  ['a', ['once', { decision: 'allow-once' }]],
  ['always', ['always', { decision: 'allow-always' }]],
  ['d', ['deny', { decision: 'deny' }]],
  ['p', ['pause', { decision: 'deny', pauseAgent: true }]],
]);

/** Null for everything that is no answer to this question. */
export function typedAnswer(approval: PendingApproval, typed: string): TypedAnswer | null {
  const [choice, answer] = words.get(typed) ?? [];
  return choice !== undefined && answer && choicesOf(approval)[choice] ? answer : null;
}
