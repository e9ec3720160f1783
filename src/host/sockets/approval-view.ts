import type { PendingApproval } from '#core/approvals/types.ts';
import type { PendingApprovalView } from '#protocol/control-socket.ts';

/** What the control socket tells about a question: all that is shown of it, unchanged. */
export function approvalView(approval: PendingApproval): PendingApprovalView {
  const { subject } = approval;
  return {
    id: approval.id,
    kind: approval.kind,
    commandText: subject.commandText,
    argv: subject.argv === null ? null : [...subject.argv],
    cwd: subject.cwd,
    executable: subject.executable,
    ...(subject.mayRunHere === undefined ? {} : { mayRunHere: subject.mayRunHere }),
    agentId: subject.agentId,
    sessionKey: subject.sessionKey,
    nodeId: subject.nodeId,
    host: subject.host,
    security: subject.security,
    ask: subject.ask,
    env: { ...subject.env },
    why: subject.why,
    risks: [...subject.risks],
    always: [...subject.always],
    ...(subject.onceBecause === undefined ? {} : { onceBecause: subject.onceBecause }),
    offered: [...approval.offered],
    createdAtMs: approval.createdAtMs,
    expiresAtMs: approval.expiresAtMs,
    count: approval.count,
    planDigest: approval.planDigest,
    displayDigest: approval.displayDigest,
  };
}
