import { approvalLines } from '#core/approvals/subject-text.ts';
import { displayText } from '#core/display.ts';
import { messages } from '#core/messages.ts';
import type { PendingApprovalView } from '#protocol/control-socket.ts';

/** One line for a list: id, agent, time left, command. Nothing is cut, and how long it is comes first (S5). */
export function approvalTitle(approval: PendingApprovalView): string {
  const times = approval.count > 1 ? ` ×${approval.count}` : '';
  const left = messages.cli.expiresIn(approval.expiresAtMs, Date.now());
  const agent = messages.prompt.agent(approval.agentId);
  const text = displayText(approval.commandText).text;
  const length = messages.prompt.length(approval.commandText);
  const parts = [displayText(approval.id).text, agent, left, ...(length ? [length] : []), text];
  return `${parts.join('  ')}${times}`;
}

/** Marks what is the asker's own text: nothing in it can look like a line of ours (AP-03). */
const margin = `\n${' '.repeat(12)} │ `;

/** The whole question, in the same words as every other surface. */
export function approvalText(approval: PendingApprovalView): string {
  return approvalLines(approval)
    .map(({ label, text }) => `${label.padEnd(12)} ${text.replaceAll('\n', margin)}`)
    .join('\n');
}
