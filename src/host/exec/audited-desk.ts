import type { ApprovalAsk, ApprovalDesk, ApprovalOutcome } from '#core/approvals/types.ts';
import type { AuditEntry, AuditLog, Clock } from '#core/ports.ts';
import { notRun } from '../audit/companion-row.ts';
import { byPerson } from './rulings.ts';

/**
 * The desk with an audit row for every answer that runs nothing here: questions of the Gateway and
 * of the socket, and changes of policy. What runs is written down by the exec host (AP-16).
 */
export function auditedDesk(
  desk: ApprovalDesk,
  deps: { readonly audit: AuditLog; readonly clock: Clock },
): ApprovalDesk {
  return {
    answer: (answer) => desk.answer(answer),
    extend: (id) => desk.extend(id),
    get: (id) => desk.get(id),
    list: () => desk.list(),
    attach: (presenter) => desk.attach(presenter),
    ask(ask, signal) {
      const askedAtMs = deps.clock.now();
      const ticket = desk.ask(ask, signal);
      if (ask.kind === 'exec') return ticket;
      void ticket.outcome.then((outcome) => {
        deps.audit.record(row(ask, ticket.approval.id, outcome, askedAtMs, deps.clock.now()));
      });
      return ticket;
    },
  };
}

function row(
  ask: ApprovalAsk,
  requestId: string,
  outcome: ApprovalOutcome,
  askedAtMs: number,
  nowMs: number,
): AuditEntry {
  const { commandText, executable, cwd, agentId, sessionKey, nodeId } = ask.subject;
  return {
    atMs: nowMs,
    requestId,
    transport: ask.kind === 'socket-request' ? 'exec-socket' : 'gateway',
    commandText,
    executable,
    cwd,
    agentId,
    sessionKey,
    nodeId,
    planDigest: ask.planDigest,
    outcome: outcome.kind,
    ...decision(outcome),
    latencyMs: nowMs - askedAtMs,
    ...notRun,
  };
}

type Decision = Pick<AuditEntry, 'decision' | 'decidedBy' | 'surface' | 'reason'>;

function decision(outcome: ApprovalOutcome): Decision {
  switch (outcome.kind) {
    case 'allowed':
      return {
        ...byPerson(outcome.by),
        decision: outcome.decision,
        reason: 'answered, not run here',
      };
    case 'denied':
      return { ...byPerson(outcome.by), decision: 'deny', reason: 'user-denied' };
    case 'expired':
      return { decision: null, decidedBy: 'timeout', surface: null, reason: 'no answer in time' };
    case 'cancelled':
      return { decision: null, decidedBy: 'cancel', surface: null, reason: outcome.why };
  }
}
