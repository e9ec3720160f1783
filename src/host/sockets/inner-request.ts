import { execFailures } from '#core/exec/failures.ts';
import type { ExecFailure, ExecRequest } from '#core/exec/types.ts';
import { type ExecInnerRequest, execInnerRequestSchema } from '#protocol/exec-socket.ts';
import { parseWireJson } from '#protocol/wire-json.ts';

export type InnerRequest =
  | { readonly request: ExecRequest; readonly budgetMs: number | null }
  | { readonly failure: ExecFailure };

const invalidPayload: ExecFailure = {
  code: 'INVALID_REQUEST',
  message: 'invalid payload',
  reason: 'json',
};

/** Decodes `requestJson`; called only after its MAC held. */
export function decodeInnerRequest(requestJson: string): InnerRequest {
  const parsed = execInnerRequestSchema.safeParse(parseWireJson(requestJson));
  if (!parsed.success) return { failure: invalidPayload };
  const failure = approvalSourceFailure(parsed.data);
  if (failure !== null) return { failure };
  const request = toExecRequest(parsed.data);
  if (request === null) return { failure: execFailures.commandRequired };
  const sessionKey = request.sessionKey === noSession ? null : request.sessionKey;
  return { request: { ...request, sessionKey }, budgetMs: positive(parsed.data.budgetMs) };
}

/** What a node host sends for a caller without a session (exec-ipc §1.7 B). */
const noSession = 'node';

/** Texts of exec-ipc §3.2. The source itself is a claim, and claims grant nothing (D6). */
function approvalSourceFailure(inner: ExecInnerRequest): ExecFailure | null {
  const source = inner.approvalSource ?? null;
  if (source === null) return null;
  const invalid = (message: string): ExecFailure => ({
    code: 'INVALID_REQUEST',
    message,
    reason: 'invalid',
  });
  if (source !== 'ask-fallback' && source !== 'auto-review') {
    return invalid('approvalSource invalid');
  }
  if ((inner.approvalDecision ?? null) === null) return null;
  return invalid('approvalSource cannot be combined with explicit approval');
}

/** Null without a command. null, absent and blank mean the same for every optional (exec-ipc §1.7 B). */
export function toExecRequest(inner: ExecInnerRequest): ExecRequest | null {
  const [program, ...rest] = inner.command;
  if (program === undefined) return null;
  return {
    argv: [program, ...rest],
    rawCommand: text(inner.rawCommand),
    cwd: text(inner.cwd),
    env: inner.env ?? {},
    timeoutMs: positive(inner.timeoutMs),
    needsScreenRecording: inner.needsScreenRecording ?? false,
    agentId: text(inner.agentId)?.trim() ?? null,
    sessionKey: text(inner.sessionKey)?.trim() ?? null,
    runId: text(inner.runId),
    claimedDecision: inner.approvalDecision ?? null,
  };
}

function text(value: string | null | undefined): string | null {
  return value === null || value === undefined || value.trim() === '' ? null : value;
}

/** 0 and less mean "no limit" (exec-ipc §1.7 B, §3.7). */
function positive(value: number | null | undefined): number | null {
  return value === null || value === undefined || value <= 0 ? null : value;
}
