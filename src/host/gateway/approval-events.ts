import type {
  ApprovalDesk,
  ApprovalOutcome,
  ApprovalPresenter,
  PendingApproval,
} from '#core/approvals/types.ts';
import type { Clock } from '#core/ports.ts';
import type { ExecDecision } from '#protocol/exec-socket.ts';
import type { ExecApprovalRequested, ExecApprovalResolved } from '#protocol/gateway-approvals.ts';
import type { Broadcaster, Session } from './types.ts';

/** The Gateway as a surface of the approval queue: events to every operator who may decide. */
export interface ApprovalEvents {
  connected(session: Session): void;
  disconnected(session: Session): void;
  stop(): void;
}

export interface ApprovalEventsDeps {
  readonly clock: Clock;
  readonly desk: ApprovalDesk;
  readonly broadcaster: Broadcaster;
  /** Id of a question of the desk on the wire. */
  readonly wireIdOf: (approvalId: string) => string;
  /** What the requester claimed to run; null for questions that did not come over the Gateway. */
  readonly claimedPath: (wireId: string) => string | null;
  readonly onCleared: (approval: PendingApproval, outcome: ApprovalOutcome) => void;
}

/** A day: stands in for "never" where the wire wants a time. */
const foreverMs = 86_400_000;

/** Holds operator.approvals or operator.admin (gateway §5). */
function mayDecide(session: Session): boolean {
  return (
    session.role === 'operator' &&
    (session.scopes.has('operator.approvals') || session.scopes.has('operator.admin'))
  );
}

/** Attached to the queue only while an operator who may decide is connected. */
export function createApprovalEvents(deps: ApprovalEventsDeps): ApprovalEvents {
  const { broadcaster, desk } = deps;
  const deciders = new Set<Session>();
  let detach: (() => void) | null = null;
  const payloadOf = (approval: PendingApproval) => {
    const id = deps.wireIdOf(approval.id);
    return requestedPayload(id, approval, deps.claimedPath(id));
  };

  const presenter: ApprovalPresenter = {
    surface: 'gateway-operator',
    mode: 'all',
    present(approval) {
      broadcaster.broadcast('exec.approval.requested', payloadOf(approval), {
        dropIfSlow: true,
        to: mayDecide,
      });
    },
    clear(approval, outcome) {
      deps.onCleared(approval, outcome);
      const payload = resolvedPayload(deps.wireIdOf(approval.id), outcome, deps.clock.now());
      broadcaster.broadcast('exec.approval.resolved', payload, { dropIfSlow: true, to: mayDecide });
    },
  };

  return {
    connected(session) {
      if (!mayDecide(session)) return;
      deciders.add(session);
      if (!detach) {
        detach = desk.attach(presenter);
        return;
      }
      // A client that connects late would otherwise miss what waits already (gateway §9).
      for (const approval of desk.list()) {
        broadcaster.sendTo(session, 'exec.approval.requested', payloadOf(approval));
      }
    },
    disconnected(session) {
      if (!deciders.delete(session) || deciders.size > 0) return;
      detach?.();
      detach = null;
    },
    stop() {
      deciders.clear();
      detach?.();
      detach = null;
    },
  };
}

/**
 * The eight facts of the recorded peers, null-filled; further keys only where they say something
 * (exec-ipc §6.2).
 */
export function requestedPayload(
  id: string,
  approval: PendingApproval,
  claimedPath: string | null,
): ExecApprovalRequested {
  const { subject, offered } = approval;
  const envKeys = Object.keys(subject.env);
  return {
    id,
    request: {
      command: subject.commandText,
      cwd: subject.cwd,
      host: subject.host,
      security: subject.security,
      ask: subject.ask,
      agentId: subject.agentId,
      resolvedPath: subject.executable ?? claimedPath,
      sessionKey: subject.sessionKey,
      ...(subject.nodeId === null ? {} : { nodeId: subject.nodeId }),
      ...(subject.argv === null ? {} : { commandArgv: subject.argv }),
      ...(envKeys.length === 0 ? {} : { envKeys }),
      ...(offered.includes('allow-always') ? {} : { allowedDecisions: offered }),
    },
    createdAtMs: approval.createdAtMs,
    expiresAtMs: wireExpiry(approval),
  };
}

export function wireExpiry(approval: PendingApproval): number {
  return approval.expiresAtMs ?? approval.createdAtMs + foreverMs;
}

/**
 * Expired and cancelled questions are cleared with decision null: "deny" would count them as a
 * person's answer (S34). The recorded peers send nothing then; their clients look at the id only.
 */
function resolvedPayload(id: string, outcome: ApprovalOutcome, ts: number): ExecApprovalResolved {
  const decision = decisionOf(outcome);
  if (outcome.kind === 'allowed' || outcome.kind === 'denied') {
    return { id, decision, resolvedBy: outcome.by.who ?? outcome.by.surface, ts };
  }
  return { id, decision, resolvedBy: null, ts, outcome: outcome.kind };
}

/** Null: nobody decided. */
export function decisionOf(outcome: ApprovalOutcome): ExecDecision | null {
  if (outcome.kind === 'allowed') return outcome.decision;
  return outcome.kind === 'denied' ? 'deny' : null;
}
