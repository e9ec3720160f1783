import { claimedSubject } from '#core/approvals/claimed-subject.ts';
import type { ApprovalAsk, ApprovalOutcome, ApprovalSubject } from '#core/approvals/types.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Hasher } from '#core/ports.ts';
import { type ExecDecision, execDecisionSchema } from '#protocol/exec-socket.ts';
import {
  defaultApprovalTimeoutMs,
  type ExecApprovalRequestParams,
} from '#protocol/gateway-approvals.ts';
import type { NewGrant } from './approval-grants.ts';

/** What an `exec.approval.request` asks a person, and what an allowed one lets through. */

/** Denied, never cut (decisions.md, Text). */
const maxCommandChars = 65_536;

/**
 * The question for the queue. Everything in it is what the caller claims, so no executable is named
 * (S25).
 * @throws CompanionError INVALID_REQUEST for a command nobody could read.
 */
export function approvalAskOf(
  id: string,
  request: ExecApprovalRequestParams,
  caller: string,
  hasher: Hasher,
): ApprovalAsk {
  if (request.command.length > maxCommandChars) {
    throw new CompanionError(
      'INVALID_REQUEST',
      `command is longer than ${maxCommandChars} characters; nobody can be asked to read it`,
    );
  }
  const subject = subjectOf(request, caller);
  return {
    id,
    kind: 'gateway-request',
    subject,
    planDigest: hasher.sha256Hex(JSON.stringify(subject)),
    offered: offeredOf(request),
    timeoutMs: request.timeoutMs ?? defaultApprovalTimeoutMs,
  };
}

function subjectOf(request: ExecApprovalRequestParams, caller: string): ApprovalSubject {
  const why = messages.prompt.whyGatewayClient(caller);
  return {
    ...claimedSubject(request, why),
    argv: request.commandArgv ?? null,
    // What the request names is not looked at here; the events repeat it as it came.
    executable: null,
    nodeId: request.nodeId ?? null,
    env: request.env ?? {},
  };
}

function offeredOf(request: ExecApprovalRequestParams): ExecDecision[] {
  const unavailable = request.unavailableDecisions ?? [];
  return execDecisionSchema.options.filter(
    (decision) => decision === 'deny' || !unavailable.includes(decision),
  );
}

/** Null when the run could not be bound to what was shown: overrides reach us by name only (S12). */
export function grantOf(
  id: string,
  request: ExecApprovalRequestParams,
  outcome: Extract<ApprovalOutcome, { kind: 'allowed' }>,
): NewGrant | null {
  if (Object.keys(request.env ?? {}).length > 0) return null;
  return {
    approvalId: id,
    outcome,
    commandText: request.command,
    argv: request.commandArgv ?? null,
    cwd: request.cwd ?? null,
    agentId: request.agentId ?? null,
    sessionKey: request.sessionKey ?? null,
    nodeId: request.nodeId ?? null,
  };
}
