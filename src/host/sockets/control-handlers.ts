import type { AnswerResult, ApprovalDesk, PendingApproval } from '#core/approvals/types.ts';
import type { AuditLog, AuditQuery, PeerCredentials } from '#core/ports.ts';
import type {
  CompanionStatus,
  ControlRequest,
  ControlResponse,
  PendingApprovalView,
} from '#protocol/control-socket.ts';

export interface ControlHandlerDeps {
  readonly desk: ApprovalDesk;
  readonly audit: AuditLog;
  readonly status: () => CompanionStatus;
}

/** Answers one operation of a peer that may ask for it. */
export type ControlHandler = (request: ControlRequest, peer: PeerCredentials) => ControlResponse;

export function createControlHandler({ desk, audit, status }: ControlHandlerDeps): ControlHandler {
  return (request, peer) => {
    switch (request.op) {
      case 'status':
        return { ok: true, result: status() };
      case 'approvals.list':
        return { ok: true, result: desk.list().map(approvalView) };
      case 'approvals.show': {
        const approval = desk.get(request.id);
        return approval === null
          ? notDecided('unknown', request.id)
          : { ok: true, result: approvalView(approval) };
      }
      case 'approvals.decide':
        return decide(request, peer, desk);
      case 'audit.query':
        return { ok: true, result: audit.query(auditQuery(request)) };
    }
  };
}

type DecideRequest = Extract<ControlRequest, { op: 'approvals.decide' }>;

function decide(
  request: DecideRequest,
  peer: PeerCredentials,
  desk: ApprovalDesk,
): ControlResponse {
  const { id, decision, displayDigest, note } = request;
  const answer = desk.answer({
    id,
    decision,
    displayDigest,
    by: { surface: 'control-socket', who: peer.pid === null ? null : `pid ${peer.pid}` },
    ...(note === undefined ? {} : { note }),
  });
  return answer === 'accepted' ? { ok: true, result: { id, decision } } : notDecided(answer, id);
}

/** The queue's own words travel as the error code, so that a client can tell them apart. */
function notDecided(code: Exclude<AnswerResult, 'accepted'>, id: string): ControlResponse {
  const texts = {
    unknown: {
      message: `No approval ${id} is pending`,
      hint: 'It was answered, expired or cancelled. See: openclaw-mac approvals list',
    },
    stale: {
      message: `Approval ${id} no longer shows the text that was answered`,
      hint: 'Nothing was decided. Look again: openclaw-mac approvals show ID',
    },
    'not-offered': {
      message: `Approval ${id} does not offer that answer`,
      hint: 'Nothing was decided. See: openclaw-mac approvals show ID',
    },
  };
  return { ok: false, error: { code, ...texts[code] } };
}

function auditQuery({
  sinceMs,
  limit,
}: Extract<ControlRequest, { op: 'audit.query' }>): AuditQuery {
  return {
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function approvalView(approval: PendingApproval): PendingApprovalView {
  const { subject } = approval;
  return {
    id: approval.id,
    kind: approval.kind,
    commandText: subject.commandText,
    argv: subject.argv === null ? null : [...subject.argv],
    cwd: subject.cwd,
    executable: subject.executable,
    agentId: subject.agentId,
    sessionKey: subject.sessionKey,
    nodeId: subject.nodeId,
    env: { ...subject.env },
    why: subject.why,
    offered: [...approval.offered],
    createdAtMs: approval.createdAtMs,
    expiresAtMs: approval.expiresAtMs,
    count: approval.count,
    planDigest: approval.planDigest,
    displayDigest: approval.displayDigest,
  };
}
