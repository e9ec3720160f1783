import { claimedSubject } from '#core/approvals/claimed-subject.ts';
import type { ApprovalAsk, ApprovalOutcome, ApprovalSubject } from '#core/approvals/types.ts';
import { CompanionError } from '#core/errors.ts';
import { acceptedCommandTexts, canonicalCommandText } from '#core/exec/command-text.ts';
import { messages } from '#core/messages.ts';
import type { Hasher } from '#core/ports.ts';
import type { ClaimedRun, ForeseenRun } from '#host/exec/foresee.ts';
import { type ExecDecision, execDecisionSchema } from '#protocol/exec-socket.ts';
import {
  defaultApprovalTimeoutMs,
  type ExecApprovalRequestParams,
} from '#protocol/gateway-approvals.ts';
import type { NewGrant } from './approval-grants.ts';

/** What an `exec.approval.request` asks a person, and what an allowed one lets through. */

/** Denied, never cut (decisions.md, Text). */
const maxCommandChars = 65_536;

/** A request and the one command it names. */
export interface ClaimedRequest {
  readonly params: ExecApprovalRequestParams;
  readonly run: ClaimedRun;
}

/**
 * Where a request names arguments, they are what runs: its text is theirs then, as people are shown
 * it everywhere (S4).
 * @throws CompanionError INVALID_REQUEST for a text that says something else than its arguments, and
 *   for a command nobody could read.
 */
export function claimedRequest(params: ExecApprovalRequestParams): ClaimedRequest {
  // The peers, too, take an empty list for none.
  const argv = params.commandArgv?.length ? params.commandArgv : null;
  if (argv !== null && !saysArgv(params.command, argv)) {
    throw new CompanionError('INVALID_REQUEST', 'command does not say what commandArgv runs');
  }
  const text = argv === null ? params.command : canonicalCommandText(argv);
  if (Math.max(text.length, params.command.length) > maxCommandChars) {
    throw new CompanionError(
      'INVALID_REQUEST',
      `command is longer than ${maxCommandChars} characters; nobody can be asked to read it`,
    );
  }
  const { cwd = null, agentId = null, sessionKey = null, nodeId = null, env } = params;
  const hasEnv = Object.keys(env ?? {}).length > 0;
  return { params, run: { text, argv, cwd, agentId, sessionKey, nodeId, hasEnv } };
}

/** What an agent starts its script with on a Windows node (exec-ipc §6.1). */
const windowsShell = 'cmd.exe /d /s /c ';

/** The texts of `rawCommand`, and two more that the peers' programs put beside an argv. */
function saysArgv(command: string, argv: readonly string[]): boolean {
  const joined = argv.join(' ');
  if (joined === command) return true; // `openclaw nodes run`
  const texts = [...acceptedCommandTexts(argv)];
  const isWindows = argv.length === 5 && joined.startsWith(windowsShell);
  if (isWindows) texts.push(joined.slice(windowsShell.length));
  return texts.some((text) => text.trim() === command.trim());
}

/**
 * The question for the queue. What is not foreseen is what the caller claims, so no executable is
 * named (S25).
 */
export function approvalAskOf(
  id: string,
  request: ClaimedRequest,
  foreseen: ForeseenRun | null,
  caller: string,
  hasher: Hasher,
): ApprovalAsk {
  const subject = subjectOf(request, foreseen, caller);
  const bound = foreseen === null ? [] : [...foreseen.digests];
  return {
    id,
    kind: 'gateway-request',
    subject,
    planDigest: hasher.sha256Hex(JSON.stringify([subject, bound])),
    offered: offeredOf(request.params, foreseen),
    timeoutMs: request.params.timeoutMs ?? defaultApprovalTimeoutMs,
  };
}

function subjectOf(
  { params, run }: ClaimedRequest,
  foreseen: ForeseenRun | null,
  caller: string,
): ApprovalSubject {
  const why = messages.prompt.whyGatewayClient(caller);
  return {
    ...claimedSubject({ ...params, command: run.text, argv: run.argv }, why),
    // What the request names is not looked at here; the events repeat it as it came.
    executable: null,
    nodeId: run.nodeId,
    env: params.env ?? {},
    ...(foreseen === null ? {} : { mayRunHere: true, ...foreseen.facts }),
  };
}

function offeredOf(
  { unavailableDecisions }: ExecApprovalRequestParams,
  foreseen: ForeseenRun | null,
): ExecDecision[] {
  const unavailable = unavailableDecisions ?? [];
  // A rule of ours that nobody was shown is never stored (AP-12).
  const offered = execDecisionSchema.options.filter(
    (decision) => decision !== 'allow-always' || foreseen?.isOnceOnly !== true,
  );
  return offered.filter((decision) => decision === 'deny' || !unavailable.includes(decision));
}

/** Null when nothing that could run here was bound to what was shown (S12). */
export function grantOf(
  approvalId: string,
  { run }: ClaimedRequest,
  foreseen: ForeseenRun | null,
  outcome: Extract<ApprovalOutcome, { kind: 'allowed' }>,
): NewGrant | null {
  if (foreseen === null || foreseen.digests.size === 0) return null;
  const { cwd, agentId, sessionKey, nodeId } = run;
  const isAlways = outcome.decision === 'allow-always';
  return {
    approvalId,
    outcome,
    digests: foreseen.digests,
    always: isAlways ? foreseen.granted(outcome.grant) : null,
    ...{ cwd, agentId, sessionKey, nodeId },
  };
}
