import { type ApprovalLine, approvalLines } from '#core/approvals/subject-text.ts';
import type { PendingApproval } from '#core/approvals/types.ts';
import { displayPieces } from '#core/display.ts';
import { messages } from '#core/messages.ts';
import { quotable, safe } from '#core/quoted.ts';
import type { ShownApproval } from '#ipc/approvals.ts';

/** Lines that the page shows among the details. */
const detailIds: ReadonlySet<ApprovalLine['id']> = new Set(['arguments', 'security', 'ask']);

/**
 * One question as the window shows it: the lines of every surface (AP-02), in the parts that the
 * page draws. Names the asker gave are `claimed`; the page puts the quotes around them (S25).
 */
export function shownApproval(approval: PendingApproval): ShownApproval {
  const { subject, kind, count, createdAtMs, expiresAtMs } = approval;
  const lines = approvalLines({ ...subject, kind, count });
  const texts = (id: ApprovalLine['id']) =>
    lines.flatMap((line) => (line.id === id ? [line.text] : []));
  const first = (id: ApprovalLine['id']) => texts(id)[0] ?? null;
  const always = alwaysSentences(approval);
  const hidesBorders = first('arguments') !== null;
  return {
    id: safe(approval.id),
    displayDigest: approval.displayDigest,
    kind,
    title: first('title') ?? '',
    agent: agentOf(approval),
    from: namesOf(approval),
    command: [...displayPieces(subject.commandText)],
    commandChars: subject.commandText.length,
    executable: first('executable'),
    cwd: first('cwd'),
    env: Object.entries(subject.env).map(([name, value]) => ({
      name: safe(name),
      value: safe(value),
    })),
    risks: texts('risk'),
    warnings: [...texts('warning'), ...(hidesBorders ? [messages.desktop.argumentsDiffer] : [])],
    facts: lines
      .filter((line) => detailIds.has(line.id))
      .map(({ label, text, block }) => ({ label, text, block })),
    why: first('why') ?? '',
    permissions: first('permissions') ?? '',
    always,
    canAlways: always.length > 0,
    canPause: approval.offered.includes('deny') && subject.agentId !== null,
    createdAtMs,
    expiresAtMs,
    count,
  };
}

function agentOf({ subject: { agentId } }: PendingApproval): ShownApproval['agent'] {
  if (agentId === null) return { text: messages.prompt.agent(null), claimed: false };
  return { text: quotable(agentId), claimed: true };
}

/** In `exec` the transport names the node, not the asker. */
function namesOf({ kind, subject }: PendingApproval): ShownApproval['from'] {
  const { nodeId, host, sessionKey } = subject;
  const { from } = messages.desktop;
  const claim = (label: string, raw: string | null) =>
    raw === null ? [] : [{ label, text: quotable(raw), claimed: true }];
  const node =
    kind === 'exec' && nodeId !== null
      ? [{ label: from.node, text: safe(nodeId), claimed: false }]
      : claim(from.node, nodeId);
  return [...node, ...claim(from.host, host), ...claim(from.session, sessionKey)];
}

/** The second step shows these (AP-12): where the rule is not ours, it says so. */
function alwaysSentences({ offered, subject }: PendingApproval): string[] {
  if (!offered.includes('allow-always')) return [];
  if (subject.always.length === 0) return [messages.desktop.alwaysElsewhere];
  return subject.always.map(safe);
}
