import type { StandstillBook } from '#core/approvals/standstill.ts';
import type { AgentPauses, AnswerResult, ApprovalDesk } from '#core/approvals/types.ts';
import { agentKey } from '#core/policy/resolve.ts';
import type { AuditLog, AuditQuery, PeerCredentials } from '#core/ports.ts';
import type {
  CompanionStatus,
  ControlRequest,
  ControlResponse,
  StandstillState,
} from '#protocol/control-socket.ts';
import { approvalView } from './approval-view.ts';
import type { ControlPolicy } from './control-policy.ts';
import { decider } from './decider.ts';

export interface ControlHandlerDeps {
  readonly desk: ApprovalDesk;
  readonly pauses: AgentPauses;
  readonly standstill: Pick<StandstillBook, 'begin' | 'end' | 'current' | 'problem' | 'kept'>;
  readonly audit: AuditLog;
  readonly policy: ControlPolicy;
  readonly status: () => CompanionStatus;
}

/** Answers one operation of a peer that may ask for it. */
export type ControlHandler = (
  request: ControlRequest,
  peer: PeerCredentials,
) => Promise<ControlResponse>;

export function createControlHandler(deps: ControlHandlerDeps): ControlHandler {
  const { desk, pauses, audit, status } = deps;
  return async (request, peer) => {
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
        return decide(request, peer, deps);
      case 'approvals.paused':
        return { ok: true, result: pauses.list() };
      case 'approvals.resume': {
        const ended = pauses.resume(request.agent, decider(peer));
        return ended === null ? notPaused : { ok: true, result: ended };
      }
      case 'standstill.begin':
        deps.standstill.begin(request.forMs, decider(peer));
        return { ok: true, result: await standstillState(deps) };
      case 'standstill.end': {
        const ended = deps.standstill.current();
        deps.standstill.end(decider(peer));
        return { ok: true, result: { ...(await standstillState(deps)), ended } };
      }
      case 'audit.query':
        return { ok: true, result: audit.query(auditQuery(request)) };
      case 'policy.get':
      case 'policy.explain':
      case 'policy.preview':
      case 'policy.apply':
        return { ok: true, result: await deps.policy(request, peer) };
    }
  };
}

/** Told only once it is kept, or known not to be. */
async function standstillState({ standstill }: ControlHandlerDeps): Promise<StandstillState> {
  await standstill.kept();
  return { standstill: standstill.current(), problem: standstill.problem() };
}

type DecideRequest = Extract<ControlRequest, { op: 'approvals.decide' }>;

function decide(
  request: DecideRequest,
  peer: PeerCredentials,
  { desk, pauses }: ControlHandlerDeps,
): ControlResponse {
  const { id, decision, displayDigest, note, pauseAgentMs } = request;
  const agent = agentKey(desk.get(id)?.subject.agentId ?? null);
  const answer = desk.answer({
    id,
    decision,
    displayDigest,
    by: decider(peer),
    ...(pauseAgentMs === undefined ? {} : { pauseAgentMs }),
    ...(note === undefined ? {} : { note }),
  });
  if (answer !== 'accepted') return notDecided(answer, id);
  const isPaused = pauseAgentMs !== undefined;
  const pause = isPaused ? pauses.list().find((one) => one.agent === agent) : undefined;
  return { ok: true, result: { id, decision, ...(pause ? { pause } : {}) } };
}

const notPaused: ControlResponse = {
  ok: false,
  error: {
    code: 'unknown',
    message: 'That agent is not paused',
    hint: 'Its pause is over already, or its name is another. See: openclaw-mac approvals paused',
  },
};

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
